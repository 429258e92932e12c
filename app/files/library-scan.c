#include <glib/gstdio.h>
#include <string.h>

#include "app/files/library-private.h"
#include "model/pair/png.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

/* Seconds after which an unfinished save is nobody's any more. */
#define OLD_AGE 60

typedef struct
{
  const char *folder;
  char **texts;       /* the manifest's lines, or NULL */
  GHashTable *lines;  /* stem -> its line, one of @texts */
  GHashTable *notes;  /* stem -> json_t, of notes.jsonl */
  GPtrArray *entries; /* of DipLibraryEntry */
} Scan;

static json_t *
parse_line (const char *path, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, path, &error);

  if (json == NULL)
    {
      g_message ("%s", error->message);
      return NULL;
    }

  return json_incref (dip_json_get_root (json));
}

/* The name of the line's PNG without its ending, or NULL. */
static char *
find_stem (const json_t *line)
{
  const json_t *file;
  size_t i;

  json_array_foreach (json_object_get (line, "files"), i, file)
  {
    const char *name = json_string_value (json_object_get (file, "name"));

    if (name != NULL && g_str_has_suffix (name, ".png") && strchr (name, '/') == NULL)
      return g_strndup (name, strlen (name) - strlen (".png"));
  }

  return NULL;
}

static void
read_manifest (Scan *self)
{
  g_autofree char *path = g_build_filename (self->folder, DIP_LIBRARY_MANIFEST, NULL);
  char **texts = self->texts = dip_read_lines (path, NULL);

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      json_t *line = parse_line (path, texts[i]);
      char *stem = line != NULL ? find_stem (line) : NULL;

      if (stem != NULL)
        g_hash_table_replace (self->lines, stem, texts[i]);
      json_decref (line);
    }
}

static void
read_notes (Scan *self)
{
  g_autofree char *path = g_build_filename (self->folder, DIP_LIBRARY_NOTES, NULL);
  g_auto (GStrv) texts = dip_read_lines (path, NULL);

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      json_t *line = parse_line (path, texts[i]);
      const char *stem = json_string_value (json_object_get (line, "name"));

      if (stem != NULL)
        g_hash_table_replace (self->notes, g_strdup (stem), json_incref (line));
      json_decref (line);
    }
}

static void
append_to_manifest (Scan *self, json_t *line)
{
  g_autofree char *path = g_build_filename (self->folder, DIP_LIBRARY_MANIFEST, NULL);
  g_autofree char *text = dip_json_dump_line (line);

  dip_append_line (path, text, NULL);
}

/* A pair that was saved and not listed: the picture says it all. */
static json_t *
recover_line (Scan *self, const char *path, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipPng) png = dip_png_load (path, &error);
  json_t *line, *files, *file;

  if (png == NULL)
    {
      g_message ("%s", error->message);
      return NULL;
    }
  line = png->diptych != NULL ? parse_line (path, png->diptych) : json_object ();
  if (line == NULL)
    return NULL;

  files = json_array ();
  file = json_object ();
  dip_json_set_string (file, "name", name);
  json_array_append_new (files, file);
  dip_json_set_take (line, "files", files);
  append_to_manifest (self, line);

  return line;
}

static void
add_entry (Scan *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (".png"));
  const char *text = g_hash_table_lookup (self->lines, stem);
  const json_t *note = g_hash_table_lookup (self->notes, stem);
  json_t *line = text != NULL ? parse_line (path, text) : recover_line (self, path, name);
  DipLibraryEntry *entry;

  if (line == NULL)
    return;

  entry = dip_library_entry_new (path, line);
  dip_library_entry_set_starred (entry, json_is_true (json_object_get (note, "starred")));
  dip_library_entry_set_note (entry, json_string_value (json_object_get (note, "note")));
  g_ptr_array_add (self->entries, entry);
  json_decref (line);
}

static gboolean
is_old (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) == 0 &&
         g_get_real_time () / G_USEC_PER_SEC - status.st_mtime > OLD_AGE;
}

/* What a kill left of a save: a temporary file (model/storage/save.c), or values whose
 * picture was never written.
 */
static gboolean
is_left_over (Scan *self, const char *name)
{
  g_autofree char *stem = NULL;
  g_autofree char *png = NULL;

  if (g_str_has_prefix (name, ".pair-"))
    return TRUE;
  if (!g_str_has_prefix (name, "pair-") || !g_str_has_suffix (name, ".safetensors"))
    return FALSE;

  stem = g_strndup (name, strlen (name) - strlen (".safetensors"));
  png = g_strconcat (self->folder, "/", stem, ".png", NULL);

  return !g_file_test (png, G_FILE_TEST_EXISTS);
}

/* Newest first; of one second, the later name first. */
static int
compare_entries (gconstpointer a, gconstpointer b)
{
  DipLibraryEntry *first = *(DipLibraryEntry *const *) a;
  DipLibraryEntry *second = *(DipLibraryEntry *const *) b;
  int order =
      strcmp (dip_library_entry_get_time (second), dip_library_entry_get_time (first));

  return order != 0 ? order
                    : strcmp (dip_library_entry_get_stem (second),
                              dip_library_entry_get_stem (first));
}

GPtrArray *
dip_library_scan (const char *folder)
{
  Scan self = { .folder = folder };
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  self.entries = g_ptr_array_new_with_free_func (g_object_unref);
  if (dir == NULL)
    return self.entries;

  self.lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) json_decref);
  read_manifest (&self);
  read_notes (&self);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_left_over (&self, name))
        {
          if (is_old (path))
            g_unlink (path);
        }
      else if (g_str_has_suffix (name, ".png") && name[0] != '.')
        add_entry (&self, name);
    }
  g_ptr_array_sort (self.entries, compare_entries);
  g_hash_table_unref (self.lines);
  g_strfreev (self.texts);
  g_hash_table_unref (self.notes);

  return self.entries;
}

void
dip_library_purge (const char *folder)
{
  g_autofree char *deleted = g_build_filename (folder, DIP_LIBRARY_DELETED, NULL);
  g_autoptr (GDir) dir = g_dir_open (deleted, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (deleted, name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      if (!g_file_trash (file, NULL, NULL))
        g_unlink (path);
    }
}
