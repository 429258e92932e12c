#include "app/export.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "model/pair/png.h"
#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

/* The provenance, with what a single frame is of; NULL for a take without.  g_free(). */
static char *
describe_frame (DipTake *take, const DipFrame *frame, guint position, gboolean pred_x0)
{
  const json_t *provenance = dip_take_get_provenance (take);
  json_t *line;
  char *text;

  if (provenance == NULL)
    return NULL;
  line = json_copy ((json_t *) provenance);
  if (dip_take_get_n_pairs (take) > 0)
    {
      json_t *between = json_copy (json_object_get (line, "interpolate"));

      dip_json_set_int (between, "index", position);
      dip_json_set_double (between, "weight", frame->timestep);
      dip_json_set_take (line, "interpolate", between);
    }
  else if (position + 1 < dip_take_get_n_steps (take))
    {
      dip_json_set_int (line, "step", position + 1);
      dip_json_set_double (line, "timestep", frame->timestep);
      dip_json_set_string (line, "shows", pred_x0 ? "pred_x0" : "x_t");
    }
  text = dip_json_dump_line (line);
  json_decref (line);

  return text;
}

static DipPngNotes
make_notes (DipTake *take, const char *text)
{
  return (DipPngNotes){ .diptych = text,
                        .source = dip_take_is_synthetic (take)
                                      ? DIP_DIGITAL_SOURCE_TRAINED
                                      : DIP_DIGITAL_SOURCE_UNKNOWN };
}

/* A frame as the paper's picture. */
static gboolean
save_pair (DipTake *take,
           guint position,
           gboolean pred_x0,
           const char *path,
           GError **error)
{
  g_autoptr (DipFrame) frame = dip_take_get_frame (take, position, error);
  g_autoptr (DipPair) pair = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  DipPngNotes notes;

  if (frame == NULL)
    return FALSE;
  pair = dip_take_make_pair (take, frame, pred_x0);
  text = describe_frame (take, frame, position, pred_x0);
  notes = make_notes (take, text);
  bytes = dip_png_encode_pair (pair, &notes, path, error);

  return bytes != NULL && dip_save_bytes (path, bytes, error);
}

static char *
strip_ending (const char *path)
{
  return g_str_has_suffix (path, ".png") ? g_strndup (path, strlen (path) - 4)
                                         : g_strdup (path);
}

static gboolean
save_views (DipTake *take, const DipExport *what, const char *path, GError **error)
{
  static const char *const suffixes[] = { "-CC.png", "-MLO.png", "-third.png" };
  g_autoptr (DipFrame) frame = dip_take_get_frame (take, what->position, error);
  g_autoptr (DipPair) pair = NULL;
  g_autofree char *stem = strip_ending (path);
  g_autofree char *text = NULL;
  DipPngNotes notes;

  if (frame == NULL)
    return FALSE;
  pair = dip_take_make_pair (take, frame, what->pred_x0);
  text = describe_frame (take, frame, what->position, what->pred_x0);
  notes = make_notes (take, text);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      const DipPicture *pictures[] = { pair->cc, pair->mlo, pair->third };
      g_autofree char *name = g_strconcat (stem, suffixes[i], NULL);
      g_autoptr (GBytes) bytes =
          dip_png_encode_grey (pictures[i], 16, &notes, name, error);

      if (bytes == NULL || !dip_save_bytes (name, bytes, error))
        return FALSE;
    }

  return TRUE;
}

static void
copy_into (DipPicture *strip, const DipPicture *picture, guint x0, guint y0)
{
  for (guint y = 0; y < picture->height; y++)
    memcpy (strip->values + (gsize) (y0 + y) * strip->width + x0,
            picture->values + (gsize) y * picture->width,
            sizeof (float) * picture->width);
}

/* Steps as far apart as they can be, the last always among them. */
static gboolean
save_strip (DipTake *take, const DipExport *what, const char *path, GError **error)
{
  guint n_frames = dip_take_get_n_frames (take);
  guint n = MIN (n_frames, DIP_EXPORT_STRIP_LENGTH);
  g_autoptr (DipPicture) strip = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = dip_take_get_provenance (take) != NULL
                              ? dip_json_dump_line (dip_take_get_provenance (take))
                              : NULL;
  DipPngNotes notes = make_notes (take, text);

  for (guint i = 0; i < n; i++)
    {
      guint position = n > 1 ? (guint64) i * (n_frames - 1) / (n - 1) : n_frames - 1;
      g_autoptr (DipFrame) frame = dip_take_get_frame (take, position, error);
      g_autoptr (DipPair) pair = NULL;

      if (frame == NULL)
        return FALSE;
      pair = dip_take_make_pair (take, frame, what->pred_x0);
      if (strip == NULL)
        strip = dip_picture_new (n * pair->cc->width, 2 * pair->cc->height);
      copy_into (strip, pair->cc, i * pair->cc->width, 0);
      copy_into (strip, pair->mlo, i * pair->cc->width, pair->cc->height);
    }
  bytes = dip_png_encode_grey (strip, 8, &notes, path, error);

  return bytes != NULL && dip_save_bytes (path, bytes, error);
}

static gboolean
save_frames (DipTake *take, const DipExport *what, const char *path, GError **error)
{
  guint n_frames = dip_take_get_n_frames (take);

  if (g_mkdir_with_parents (path, 0777) != 0)
    {
      dip_storage_set_error_errno (error, path, errno, "cannot make the folder");
      return FALSE;
    }

  for (guint i = 0; i < n_frames; i++)
    {
      g_autofree char *name = g_strdup_printf ("frame-%04u.png", i + 1);
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (!save_pair (take, i, what->pred_x0, inner, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
save_film (DipTake *take, const char *path, GError **error)
{
  g_autofree char *text = dip_json_dump_line (dip_take_get_provenance (take));

  return dip_film_save (dip_take_get_film (take), text, path, error);
}

gboolean
dip_export_can (DipTake *take, DipExportKind kind)
{
  return take != NULL && dip_take_get_n_frames (take) > 0 &&
         (kind < DIP_EXPORT_STRIP || dip_take_get_film (take) != NULL) &&
         (kind != DIP_EXPORT_FILM || dip_take_get_n_pairs (take) == 0);
}

gboolean
dip_export (DipTake *take, const DipExport *what, const char *path, GError **error)
{
  switch (what->kind)
    {
    case DIP_EXPORT_PAIR:
      return save_pair (take, what->position, what->pred_x0, path, error);

    case DIP_EXPORT_VIEWS:
      return save_views (take, what, path, error);

    case DIP_EXPORT_STRIP:
      return save_strip (take, what, path, error);

    case DIP_EXPORT_FRAMES:
      return save_frames (take, what, path, error);

    case DIP_EXPORT_FILM:
      return save_film (take, path, error);

    default:
      g_return_val_if_reached (FALSE);
    }
}

char *
dip_export_make_name (DipTake *take, DipExportKind kind)
{
  static const char *const suffixes[] = { ".png", ".png", "-steps.png", "-frames",
                                          "-steps.safetensors" };
  gint64 seed = dip_take_get_seed (take);

  return seed >= 0 ? g_strdup_printf ("pair-%" G_GINT64_FORMAT "%s", seed, suffixes[kind])
                   : g_strconcat ("pair", suffixes[kind], NULL);
}
