#include "tests/sampler/golden.h"

#include <math.h>
#include <string.h>

char *
golden_path (const char *folder, const char *stem, const char *suffix)
{
  const char *data = g_getenv ("DIPTYCH_TEST_DATA");
  g_autofree char *name = g_strconcat (stem, suffix, NULL);

  g_assert_nonnull (data);

  return g_build_filename (data, folder, name, NULL);
}

DipJson *
golden_json (const char *folder, const char *stem)
{
  g_autofree char *path = golden_path (folder, stem, ".json");
  g_autoptr (GError) error = NULL;
  DipJson *json = dip_json_load_file (path, NULL, &error);

  g_assert_no_error (error);

  return json;
}

DipTensorFile *
golden_tensors (const char *folder, const char *stem)
{
  g_autofree char *path = golden_path (folder, stem, ".safetensors");
  g_autoptr (GError) error = NULL;
  DipTensorFile *file = dip_tensor_file_open (path, &error);

  g_assert_no_error (error);

  return file;
}

float *
golden_floats (DipTensorFile *file, const char *name, gsize *n_values)
{
  const DipTensor *tensor = dip_tensor_file_lookup (file, name);
  g_autoptr (GError) error = NULL;
  float *values;

  if (tensor == NULL)
    g_error ("%s: no tensor %s", dip_tensor_file_get_path (file), name);

  values = dip_tensor_dup_float32 (tensor, &error);
  g_assert_no_error (error);
  if (n_values != NULL)
    *n_values = tensor->n_elements;

  return values;
}

gint64
golden_int (DipTensorFile *file, const char *name, gsize n)
{
  const DipTensor *tensor = dip_tensor_file_lookup (file, name);
  gint64 value;

  g_assert_nonnull (tensor);
  g_assert_true (tensor->dtype == DIP_DTYPE_I64);
  g_assert_cmpuint (n, <, tensor->n_elements);
  memcpy (&value, (const char *) tensor->data + n * sizeof value, sizeof value);

  return value;
}

double
golden_distance (const float *got, const float *wanted, gsize n_values)
{
  double worst = 0.0;

  for (gsize i = 0; i < n_values; i++)
    {
      double distance =
          fabs ((double) got[i] - wanted[i]) / MAX (1.0, fabs ((double) wanted[i]));

      if (!isfinite (distance))
        return INFINITY;
      worst = MAX (worst, distance);
    }

  return worst;
}

void
golden_assert_same (const char *what, const float *got, const float *wanted, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (memcmp (&got[i], &wanted[i], sizeof (float)) != 0)
      {
        g_test_fail_printf ("%s: value %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                            " is %.9g (%a), wanted %.9g (%a)",
                            what, i, n, got[i], got[i], wanted[i], wanted[i]);
        return;
      }
}
