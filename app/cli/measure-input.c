#include "app/cli/measure-input.h"

#include "app/cli/cli.h"
#include "model/pair/resize.h"
#include "model/storage/json.h"

#include <string.h>

void
dip_measure_files_free (DipMeasureFiles *self)
{
  if (self == NULL)
    return;

  g_free (self->pair);
  g_free (self->cc);
  g_free (self->mlo);
  g_free (self);
}

const char *
dip_measure_files_get_name (const DipMeasureFiles *self)
{
  return self->pair != NULL ? self->pair : self->cc;
}

char *
dip_measure_files_make_stem (const DipMeasureFiles *self)
{
  char *stem = g_path_get_basename (self->pair != NULL ? self->pair : self->cc);

  if (g_str_has_suffix (stem, ".png"))
    stem[strlen (stem) - strlen (".png")] = '\0';
  if (self->pair == NULL && g_str_has_suffix (stem, "-CC"))
    stem[strlen (stem) - strlen ("-CC")] = '\0';

  return stem;
}

static DipMeasureFiles *
files_new (const char *pair, const char *cc, const char *mlo)
{
  DipMeasureFiles *self = g_new0 (DipMeasureFiles, 1);

  self->pair = g_strdup (pair);
  self->cc = g_strdup (cc);
  self->mlo = g_strdup (mlo);

  return self;
}

/* Byte 25 of a PNG is its colour type: 2 is RGB, 3 a palette, 6 RGB and alpha. */
static gboolean
is_colour_png (const char *path)
{
  guint8 head[26];
  FILE *file = fopen (path, "rb");
  gboolean is_colour = file != NULL &&
                       fread (head, 1, sizeof head, file) == sizeof head &&
                       memcmp (head, "\x89PNG", 4) == 0 && (head[25] & 2) != 0;

  if (file != NULL)
    fclose (file);

  return is_colour;
}

static void
add_file_of_folder (GPtrArray *list, const char *path)
{
  if (is_colour_png (path))
    g_ptr_array_add (list, files_new (path, NULL, NULL));
  else if (g_str_has_suffix (path, "-CC.png"))
    {
      g_autofree char *stem = g_strndup (path, strlen (path) - strlen ("-CC.png"));
      g_autofree char *mlo = g_strconcat (stem, "-MLO.png", NULL);

      if (g_file_test (mlo, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (list, files_new (NULL, path, mlo));
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
list_folder (GPtrArray *list, const char *path, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const guint n_before = list->len;
  const char *name;

  if (folder == NULL)
    return FALSE;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".png"))
      g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    add_file_of_folder (list, g_ptr_array_index (names, i));
  if (list->len > n_before)
    return TRUE;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "%s: holds no pair (NAME.png of three channels, or NAME-CC.png with "
               "NAME-MLO.png)",
               path);
  return FALSE;
}

gboolean
dip_measure_list (GPtrArray *list, const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return list_folder (list, path, error);

  g_ptr_array_add (list, files_new (path, NULL, NULL));
  return TRUE;
}

/* What the file declares, where it can be read; nothing else is made of it.  Takes
 * @encoding, which may be NULL, and returns the spacing. */
static DipMeasureSpacing
read_declared (const DipPng *png, const char *name, DipThird *encoding)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (DipJson) json = NULL;
  const char *third = NULL;
  double spacing_mm = 0.0;

  if (png->diptych != NULL)
    {
      bytes = g_bytes_new (png->diptych, strlen (png->diptych));
      json = dip_json_load_bytes (bytes, name, NULL);
    }
  if (json != NULL)
    {
      if (encoding != NULL && dip_json_get_string (json, "third_channel", &third, NULL))
        dip_third_from_name (third, encoding);
      if (!dip_json_get_double (json, "pixel_spacing_mm", 1e-6, DIP_MAX_SPACING_MM,
                                &spacing_mm, NULL))
        spacing_mm = 0.0;
    }

  return dip_measure_spacing_of_png (png, spacing_mm);
}

/* The strokes are in the pixels of the files. */
static gboolean
check_size (const DipMeasureHow *how,
            const DipPicture *picture,
            const char *path,
            GError **error)
{
  const DipNamedMask *mask = how->corrected;

  if (mask == NULL || (mask->width == picture->width && mask->height == picture->height))
    return TRUE;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "%s: is of %ux%u pixels, wanted %ux%u, the size that the mask '%s' was "
               "corrected at",
               path, picture->width, picture->height, mask->width, mask->height,
               mask->name);
  return FALSE;
}

static void
take_views (DipMeasured *self,
            const DipMeasureHow *how,
            const DipPicture *cc,
            const DipPicture *mlo)
{
  guint width, height;

  self->cc = dip_found_view_new (cc, DIP_VIEW_POSITION_CC, &how->recipe, how->flip);
  self->mlo = dip_found_view_new (mlo, DIP_VIEW_POSITION_MLO, &how->recipe, how->flip);
  self->corrected = how->corrected;
  if (how->corrected != NULL)
    {
      dip_named_mask_apply (how->corrected, DIP_VIEW_POSITION_CC, self->cc);
      dip_named_mask_apply (how->corrected, DIP_VIEW_POSITION_MLO, self->mlo);
    }
  width = MAX (cc->width, mlo->width);
  height = MAX (cc->height, mlo->height);
  self->was_reframed = cc->width != mlo->width || cc->height != mlo->height;
  dip_found_view_frame (self->cc, width, height);
  dip_found_view_frame (self->mlo, width, height);
}

static gboolean
load_pair (DipMeasured *self,
           const DipMeasureFiles *files,
           const DipMeasureHow *how,
           GError **error)
{
  g_autoptr (DipPng) png = dip_png_load (files->pair, error);

  if (png == NULL)
    return FALSE;
  if (png->n_channels != 3)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: wants three channels (CC, MLO, third), found one: give two grey "
                   "pictures as --cc and --mlo",
                   files->pair);
      return FALSE;
    }

  if (!check_size (how, png->channels[0], files->pair, error))
    return FALSE;

  self->source = png->source;
  self->spacing = read_declared (png, files->pair, &self->encoding);
  self->diptych = g_steal_pointer (&png->diptych);
  take_views (self, how, png->channels[0], png->channels[1]);
  self->third = g_steal_pointer (&png->channels[2]);
  if (self->cc->was_flipped && self->mlo->was_flipped)
    dip_picture_flip (self->third);
  else if (self->cc->was_flipped || self->mlo->was_flipped)
    g_clear_pointer (&self->third, dip_picture_free);

  return TRUE;
}

static gboolean
load_two (DipMeasured *self,
          const DipMeasureFiles *files,
          const DipMeasureHow *how,
          GError **error)
{
  g_autoptr (DipPng) cc_png = dip_png_load (files->cc, error);
  g_autoptr (DipPng) mlo_png = NULL;
  g_autoptr (DipPicture) cc = NULL;
  g_autoptr (DipPicture) mlo = NULL;

  if (cc_png == NULL)
    return FALSE;
  mlo_png = dip_png_load (files->mlo, error);
  if (mlo_png == NULL)
    return FALSE;

  self->source = MAX (cc_png->source, mlo_png->source);
  self->spacing =
      dip_measure_spacing_agree (read_declared (cc_png, files->cc, &self->encoding),
                                 read_declared (mlo_png, files->mlo, NULL));
  self->diptych = g_steal_pointer (&cc_png->diptych);
  cc = dip_png_to_grey (cc_png);
  mlo = dip_png_to_grey (mlo_png);
  if (!check_size (how, cc, files->cc, error) ||
      !check_size (how, mlo, files->mlo, error))
    return FALSE;
  take_views (self, how, cc, mlo);

  return TRUE;
}

DipMeasured *
dip_measure_load (const DipMeasureFiles *files, const DipMeasureHow *how, GError **error)
{
  g_autoptr (DipMeasured) self = g_new0 (DipMeasured, 1);

  if (files->pair != NULL ? !load_pair (self, files, how, error)
                          : !load_two (self, files, how, error))
    return NULL;

  if (how->has_third)
    self->encoding = how->third;
  if (how->spacing_mm > 0.0)
    self->spacing = (DipMeasureSpacing){ how->spacing_mm, DIP_SPACING_OPTION };

  return g_steal_pointer (&self);
}

void
dip_measured_free (DipMeasured *self)
{
  if (self == NULL)
    return;

  dip_found_view_free (self->cc);
  dip_found_view_free (self->mlo);
  dip_picture_free (self->third);
  g_free (self->diptych);
  g_free (self);
}
