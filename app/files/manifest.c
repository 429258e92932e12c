#include "app/files/manifest.h"

#include "model/storage/json.h"
#include "model/storage/save.h"

#include <string.h>

struct _DipManifest
{
  char *folder;
  char *path;
  GHashTable *lines; /* seed (guint64 *) -> json_t */
};

static json_t *
parse_line (DipManifest *self, const char *text, guint number, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s, line %u", self->path, number);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, name, error);
  gint64 seed;

  if (json == NULL || !dip_json_require (json, "seed", error) ||
      !dip_json_get_int (json, "seed", 0, G_MAXINT64, &seed, error))
    return NULL;

  return json_incref (dip_json_get_root (json));
}

static gboolean
read_lines (DipManifest *self, GError **error)
{
  g_auto (GStrv) texts = dip_read_lines (self->path, error);

  if (texts == NULL)
    return FALSE;

  for (guint i = 0; texts[i] != NULL; i++)
    {
      json_t *line = parse_line (self, texts[i], i + 1, error);
      guint64 *seed;

      if (line == NULL)
        return FALSE;
      seed = g_new (guint64, 1);
      *seed = json_integer_value (json_object_get (line, "seed"));
      g_hash_table_replace (self->lines, seed, line);
    }

  return TRUE;
}

DipManifest *
dip_manifest_open (const char *folder, const char *name, GError **error)
{
  g_autoptr (DipManifest) self = g_new0 (DipManifest, 1);

  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, name, NULL);
  self->lines = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                       (GDestroyNotify) json_decref);

  if (g_file_test (self->path, G_FILE_TEST_EXISTS) && !read_lines (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
dip_manifest_free (DipManifest *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->lines);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

json_t *
dip_manifest_lookup (DipManifest *self, guint64 seed)
{
  return g_hash_table_lookup (self->lines, &seed);
}

static gboolean
is_file_intact (DipManifest *self, const json_t *file)
{
  const char *name = json_string_value (json_object_get (file, "name"));
  const char *wanted = json_string_value (json_object_get (file, "sha256"));
  g_autofree char *path = NULL;
  g_autofree char *found = NULL;

  /* A name that leads out of the folder is none that was written here. */
  if (name == NULL || wanted == NULL || strchr (name, '/') != NULL)
    return FALSE;

  path = g_build_filename (self->folder, name, NULL);
  found = dip_sha256_file (path, NULL);

  return g_strcmp0 (found, wanted) == 0;
}

static gboolean
lists_file (const json_t *files, const char *name)
{
  const json_t *file;
  size_t i;

  json_array_foreach (files, i, file)
  {
    if (g_strcmp0 (json_string_value (json_object_get (file, "name")), name) == 0)
      return TRUE;
  }

  return FALSE;
}

gboolean
dip_manifest_is_intact (DipManifest *self, const json_t *line, const char *const *wanted)
{
  const json_t *files = json_object_get (line, "files");
  const json_t *file;
  size_t i;

  for (guint j = 0; wanted[j] != NULL; j++)
    if (!lists_file (files, wanted[j]))
      return FALSE;

  json_array_foreach (files, i, file)
  {
    if (!is_file_intact (self, file))
      return FALSE;
  }

  return TRUE;
}

gboolean
dip_manifest_append (DipManifest *self, const json_t *line, GError **error)
{
  g_autofree char *text = dip_json_dump_line (line);

  return dip_append_line (self->path, text, error);
}

const char *
dip_manifest_get_path (DipManifest *self)
{
  return self->path;
}

json_t *
dip_manifest_make_file (const char *name, GBytes *bytes)
{
  g_autofree char *sha256 = dip_sha256_bytes (bytes);
  json_t *file = json_object ();

  dip_json_set_string (file, "name", name);
  dip_json_set_int (file, "bytes", g_bytes_get_size (bytes));
  dip_json_set_string (file, "sha256", sha256);

  return file;
}
