#include "render/device-notes.h"
#include "render/device-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define HEAD "diptych"

/* Far more than all notes of a device; a larger file is not ours. */
#define MOST_BYTES (1 << 20)

char *
dip_device_notes_get_device_key (const DipDevice *device)
{
  g_autoptr (GString) key = g_string_new (NULL);

  for (gsize i = 0; i < sizeof device->info.uuid; i++)
    g_string_append_printf (key, "%02x", device->info.uuid[i]);
  g_string_append_printf (key, "-%08x", device->info.driver_version);

  return g_string_free (g_steal_pointer (&key), FALSE);
}

char *
dip_device_notes_get_path (const DipDevice *device)
{
  g_autofree char *key = dip_device_notes_get_device_key (device);
  g_autofree char *name = g_strdup_printf ("device-%s.ini", key);

  return g_build_filename (g_get_user_cache_dir (), "diptych", name, NULL);
}

/* The notes on disk, or empty ones on any doubt. */
static GKeyFile *
read_file (const DipDevice *device)
{
  g_autofree char *path = dip_device_notes_get_path (device);
  g_autofree char *bytes = NULL;
  g_autofree char *version = NULL;
  g_autoptr (GKeyFile) notes = g_key_file_new ();
  GStatBuf status;
  gsize n_bytes;

  if (g_stat (path, &status) == 0 && status.st_size <= MOST_BYTES &&
      g_file_get_contents (path, &bytes, &n_bytes, NULL) &&
      g_key_file_load_from_data (notes, bytes, n_bytes, G_KEY_FILE_NONE, NULL))
    version = g_key_file_get_string (notes, HEAD, "version", NULL);
  if (g_strcmp0 (version, DIPTYCH_VERSION) == 0)
    return g_steal_pointer (&notes);

  g_clear_pointer (&notes, g_key_file_unref);
  notes = g_key_file_new ();
  g_key_file_set_string (notes, HEAD, "version", DIPTYCH_VERSION);
  g_key_file_set_string (notes, HEAD, "device", device->info.name);

  return g_steal_pointer (&notes);
}

/* What @from says too, and where both say something, only that. */
static void
overlay (GKeyFile *notes, GKeyFile *from)
{
  g_auto (GStrv) sections = g_key_file_get_groups (from, NULL);

  for (guint i = 0; sections[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (from, sections[i], NULL, NULL);

      for (guint k = 0; keys != NULL && keys[k] != NULL; k++)
        {
          g_autofree char *value =
              g_key_file_get_value (from, sections[i], keys[k], NULL);

          g_key_file_set_value (notes, sections[i], keys[k], value);
        }
    }
}

/* Another program may have written since the notes were read. */
static void
write_file (const DipDevice *device)
{
  g_autofree char *path = dip_device_notes_get_path (device);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *bytes = NULL;
  g_autoptr (GKeyFile) notes = read_file (device);
  g_autoptr (GError) error = NULL;
  gsize n_bytes;

  overlay (notes, device->notes);
  bytes = g_key_file_to_data (notes, &n_bytes, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0 ||
      !g_file_set_contents_full (path, bytes, n_bytes, G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600, &error))
    g_debug ("notes not kept: %s", error != NULL ? error->message : folder);
}

static void
ensure_read (DipDevice *device)
{
  if (device->notes == NULL)
    device->notes = read_file (device);
}

char *
dip_device_notes_get (DipDevice *device, const char *section, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&device->notes_lock);

  ensure_read (device);

  return g_key_file_get_string (device->notes, section, key, NULL);
}

void
dip_device_notes_set (DipDevice *device,
                      const char *section,
                      const char *key,
                      const char *value)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&device->notes_lock);

  ensure_read (device);
  g_key_file_set_string (device->notes, section, key, value);
  write_file (device);
}

void
dip_device_notes_try (DipDevice *device,
                      const char *section,
                      const char *key,
                      const char *value)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&device->notes_lock);

  ensure_read (device);
  g_key_file_set_string (device->notes, section, key, value);
}
