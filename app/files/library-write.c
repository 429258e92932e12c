#include <errno.h>
#include <glib/gstdio.h>

#include "app/files/library-private.h"
#include "app/files/manifest.h"
#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

static char *
make_path (const char *folder, const char *stem, const char *suffix)
{
  g_autofree char *name = g_strconcat (stem, suffix, NULL);

  return g_build_filename (folder, name, NULL);
}

/* "pair-42-20261125-163612", and a number behind if two are made in a second. */
static char *
make_stem (const char *folder, guint64 seed, GDateTime *now)
{
  g_autofree char *time = g_date_time_format (now, "%Y%m%d-%H%M%S");
  char *stem = g_strdup_printf ("pair-%" G_GUINT64_FORMAT "-%s", seed, time);

  for (guint i = 2;; i++)
    {
      g_autofree char *png = make_path (folder, stem, ".png");
      g_autofree char *values = make_path (folder, stem, ".safetensors");

      if (!g_file_test (png, G_FILE_TEST_EXISTS) &&
          !g_file_test (values, G_FILE_TEST_EXISTS))
        return stem;
      g_free (stem);
      stem = g_strdup_printf ("pair-%" G_GUINT64_FORMAT "-%s-%u", seed, time, i);
    }
}

/* The values first: the PNG is what makes it a pair of the library. */
static json_t *
write_files (const char *folder, const DipPairOutput *output, GError **error)
{
  g_autofree char *values = make_path (folder, output->stem, ".safetensors");
  json_t *files = dip_pair_save (folder, DIP_PAIR_SAFETENSORS, output, error);
  json_t *png;

  if (files == NULL)
    return NULL;

  png = dip_pair_save (folder, DIP_PAIR_PNG, output, error);
  if (png == NULL)
    {
      json_decref (files);
      g_unlink (values);
      return NULL;
    }
  json_array_extend (files, png);
  json_decref (png);

  return files;
}

/* The pair is there; a manifest that cannot be written is put right at the next start. */
static void
list_pair (const char *folder, json_t *line)
{
  g_autofree char *path = g_build_filename (folder, DIP_LIBRARY_MANIFEST, NULL);
  g_autofree char *text = dip_json_dump_line (line);
  g_autoptr (GError) error = NULL;

  if (!dip_append_line (path, text, &error))
    g_message ("%s", error->message);
}

char *
dip_library_write (const char *folder,
                   const DipPairOutput *output,
                   double seconds,
                   GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  g_autofree char *stem = NULL;
  DipPairOutput named = *output;
  json_t *files, *line;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      dip_storage_set_error_errno (error, folder, errno, "cannot make the folder");
      return NULL;
    }

  stem = make_stem (folder, output->seed, now);
  named.stem = stem;
  files = write_files (folder, &named, error);
  if (files == NULL)
    return NULL;

  line = json_copy ((json_t *) output->provenance);
  dip_json_set_take (line, "files", files);
  dip_json_set_string (line, "time", time);
  dip_json_set_double (line, "seconds", seconds);
  list_pair (folder, line);
  json_decref (line);

  return make_path (folder, stem, ".png");
}
