#include "app/cli/given-picture.h"

#include <string.h>

#include "app/cli/cli.h"
#include "model/pair/png.h"
#include "model/storage/save.h"
#include "model/storage/tensor-file.h"

static gboolean
fail_size (const char *path,
           guint width,
           guint height,
           const DipDenoiserShape *shape,
           GError **error)
{
  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "%s: is of %u x %u, wanted %u x %u, the size that is generated", path,
               width, height, shape->width, shape->height);
  return FALSE;
}

static DipPng *
load_png (const char *path, const DipDenoiserShape *shape, char **sha256, GError **error)
{
  g_autoptr (DipPng) png = dip_png_load (path, error);

  if (png == NULL)
    return NULL;
  if (png->width != shape->width || png->height != shape->height)
    {
      fail_size (path, png->width, png->height, shape, error);
      return NULL;
    }
  *sha256 = dip_sha256_file (path, error);

  return *sha256 != NULL ? g_steal_pointer (&png) : NULL;
}

/* By its content. */
static gboolean
is_png (const char *path)
{
  static const char signature[] = "\x89PNG\r\n\x1a\n";
  char start[8] = { 0 };
  FILE *file = fopen (path, "rb");
  gboolean is =
      file != NULL && fread (start, 1, 8, file) == 8 && memcmp (start, signature, 8) == 0;

  if (file != NULL)
    fclose (file);

  return is;
}

static float *
load_sample (const char *path,
             const DipDenoiserShape *shape,
             char **sha256,
             GError **error)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, error);
  const DipTensor *sample;
  g_autofree char *text = NULL;

  if (file == NULL)
    return NULL;

  sample = dip_tensor_file_lookup (file, "sample");
  if (sample == NULL || sample->n_dims != 3 || sample->shape[0] != shape->in_channels ||
      sample->shape[1] != shape->height || sample->shape[2] != shape->width)
    {
      text = sample != NULL ? dip_tensor_dup_shape_text (sample) : g_strdup ("none");
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: wants a PNG, or a tensor sample [%u, %u, %u], found %s", path,
                   shape->in_channels, shape->height, shape->width, text);
      return NULL;
    }

  *sha256 = g_strdup (dip_tensor_file_get_sha256 (file));

  return dip_tensor_dup_float32 (sample, error);
}

static void
copy_channel (const DipPicture *picture, float *values)
{
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    values[i] = dip_value_to_network (picture->values[i]);
}

float *
dip_given_load_pair (const char *path,
                     const DipDenoiserShape *shape,
                     DipThird third,
                     char **sha256,
                     GError **error)
{
  gsize n = (gsize) shape->height * shape->width;
  guint n_wanted = shape->in_channels == 1 ? 1 : 3;
  g_autoptr (DipPng) png = NULL;
  float *values;

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && !is_png (path))
    return load_sample (path, shape, sha256, error);

  png = load_png (path, shape, sha256, error);
  if (png == NULL)
    return NULL;
  if (png->n_channels < n_wanted)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: wants a pair (red CC, green MLO, blue third channel), found a "
                   "grey picture; encode makes a pair of two",
                   path);
      return NULL;
    }

  values = g_new (float, n * shape->in_channels);
  for (guint c = 0; c < shape->in_channels; c++)
    copy_channel (png->channels[c], values + c * n);

  return values;
}

float *
dip_given_load_view (const char *path,
                     guint channel,
                     const DipDenoiserShape *shape,
                     char **sha256,
                     GError **error)
{
  gsize n = (gsize) shape->height * shape->width;
  g_autoptr (DipPng) png = NULL;
  g_autofree float *sample = NULL;
  float *values;

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && !is_png (path))
    {
      sample = load_sample (path, shape, sha256, error);
      return sample != NULL ? g_memdup2 (sample + channel * n, n * sizeof (float)) : NULL;
    }

  png = load_png (path, shape, sha256, error);
  if (png == NULL)
    return NULL;

  values = g_new (float, n);
  copy_channel (png->channels[png->n_channels == 1 ? 0 : channel], values);

  return values;
}

float *
dip_given_load_mask (const char *path,
                     const DipDenoiserShape *shape,
                     char **sha256,
                     GError **error)
{
  gsize n = (gsize) shape->height * shape->width;
  g_autoptr (DipPng) png = load_png (path, shape, sha256, error);
  g_autofree float *mask = NULL;
  gboolean is_open = FALSE;

  if (png == NULL)
    return NULL;

  mask = g_new (float, n * shape->in_channels);
  for (gsize i = 0; i < n; i++)
    for (guint c = 0; c < shape->in_channels; c++)
      {
        float value = png->channels[png->n_channels == 1 ? 0 : c]->values[i];

        if (c == 2)
          value = MAX (value, MAX (mask[i], mask[n + i]));
        mask[c * n + i] = value;
        is_open = is_open || value > 0.0f;
      }

  if (!is_open)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: is black everywhere, so that nothing is left to generate "
                   "(white: generate, black: keep)",
                   path);
      return NULL;
    }

  return g_steal_pointer (&mask);
}
