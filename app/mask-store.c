#include "app/mask-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "model/pair/png.h"
#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

static gboolean
is_in (const char *path, const char *folder)
{
  g_autofree char *of = path != NULL ? g_path_get_dirname (path) : NULL;

  return g_strcmp0 (of, folder) == 0;
}

#define KEY "dip-values-sha256"

/* Of the last frame's values; NULL where it cannot be read. */
static char *
hash_values (DipTake *take)
{
  g_autoptr (DipFrame) frame =
      dip_take_get_frame (take, MAX (dip_take_get_n_frames (take), 1) - 1, NULL);
  g_autoptr (GBytes) bytes = NULL;

  if (frame == NULL)
    return NULL;
  bytes = g_bytes_new_static (frame->x_t, sizeof (float) * frame->channels *
                                              frame->height * frame->width);

  return dip_sha256_bytes (bytes);
}

void
dip_mask_store_prepare (DipTake *take)
{
  g_object_set_data_full (G_OBJECT (take), KEY, hash_values (take), g_free);
}

/* By what is in it: a picture opened from anywhere is known again. */
static char *
make_own_path (DipTake *take, guint step)
{
  const char *sha256 = g_object_get_data (G_OBJECT (take), KEY);
  g_autofree char *name = NULL;

  if (sha256 == NULL)
    {
      dip_mask_store_prepare (take);
      sha256 = g_object_get_data (G_OBJECT (take), KEY);
    }
  if (sha256 == NULL)
    return NULL;
  name = step > 0 ? g_strdup_printf ("%s.step-%u.masks.json", sha256, step)
                  : g_strconcat (sha256, ".masks.json", NULL);

  return g_build_filename (g_get_user_data_dir (), "diptych", "masks", name, NULL);
}

char *
dip_mask_store_make_path (DipTake *take, guint step, const char *library)
{
  const char *path = dip_take_get_path (take);

  return step == 0 && is_in (path, library) ? dip_mask_set_make_path (path)
                                            : make_own_path (take, step);
}

DipMaskSet *
dip_mask_store_load (DipTake *take, guint step, const char *library, GError **error)
{
  const char *path = step == 0 ? dip_take_get_path (take) : NULL;
  g_autofree char *written = dip_mask_store_make_path (take, step, library);
  g_autofree char *beside = path != NULL ? dip_mask_set_make_path (path) : NULL;
  g_autofree char *own = make_own_path (take, step);
  const char *const places[] = { written, beside, own };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (places[i] != NULL && g_file_test (places[i], G_FILE_TEST_IS_REGULAR))
      return dip_mask_set_load (places[i], error);

  return dip_mask_set_new ();
}

gboolean
dip_mask_store_save (DipTake *take,
                     guint step,
                     const char *library,
                     const DipMaskSet *set,
                     GError **error)
{
  g_autofree char *path = dip_mask_store_make_path (take, step, library);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;

  if (path == NULL)
    return TRUE;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      dip_storage_set_error_errno (error, folder, errno, "cannot make the folder");
      return FALSE;
    }

  return dip_mask_set_save (set, path, error);
}

static gboolean
save_picture (const DipMask *mask,
              const char *stem,
              const char *view,
              const char *note,
              GError **error)
{
  g_autofree char *path = g_strconcat (stem, "-mask-", view, ".png", NULL);
  g_autoptr (DipPicture) picture = dip_picture_new (mask->width, mask->height);
  g_autoptr (GBytes) bytes = NULL;
  const DipPngNotes notes = { .diptych = note, .source = DIP_DIGITAL_SOURCE_ALGORITHMIC };

  for (gsize i = 0; i < (gsize) mask->width * mask->height; i++)
    picture->values[i] = mask->values[i] ? 1.0f : 0.0f;
  bytes = dip_png_encode_grey (picture, 8, &notes, path, error);

  return bytes != NULL && dip_save_bytes (path, bytes, error);
}

gboolean
dip_mask_store_export (const DipMaskSet *set,
                       const DipMask *const views[DIP_N_VIEW_POSITIONS],
                       const DipMaskRecipe *recipe,
                       const char *path,
                       GError **error)
{
  g_autofree char *json_path = dip_mask_set_make_path (path);
  g_autofree char *stem =
      g_strndup (json_path, strlen (json_path) - strlen (".masks.json"));
  const int shown = dip_mask_set_get_shown (set);
  g_autofree char *note = NULL;
  json_t *object = json_object ();

  dip_json_set_take (object, "mask",
                     shown >= 0
                         ? dip_named_mask_describe (dip_mask_set_get (set, (guint) shown))
                         : dip_mask_recipe_to_json (recipe));
  note = dip_json_dump_line (object);
  json_decref (object);
  for (guint i = 0; views != NULL && i < DIP_N_VIEW_POSITIONS; i++)
    if (views[i] != NULL &&
        !save_picture (views[i], stem, dip_view_position_get_name ((DipViewPosition) i),
                       note, error))
      return FALSE;

  return dip_mask_set_save (set, json_path, error);
}
