#include "render/pipeline-cache.h"
#include "render/device-notes.h"
#include "render/device-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAGIC "DipPipe"
#define FORMAT 1

/* More than any driver keeps for our kernels; a larger file is not ours. */
#define MOST_BYTES (256 << 20)

typedef struct
{
  char magic[8];
  guint32 format;
  guint32 driver_version;
  guint8 uuid[16];
  guint64 n_bytes;
  guint8 sha256[32];
} Envelope;

static void
hash (gconstpointer bytes, gsize n_bytes, guint8 sha256[32])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n = 32;

  g_checksum_update (checksum, bytes, n_bytes);
  g_checksum_get_digest (checksum, sha256, &n);
}

static void
fill_envelope (const DipDevice *device,
               gconstpointer bytes,
               gsize n_bytes,
               Envelope *envelope)
{
  memset (envelope, 0, sizeof *envelope);
  memcpy (envelope->magic, MAGIC, sizeof MAGIC);
  envelope->format = FORMAT;
  envelope->driver_version = device->info.driver_version;
  memcpy (envelope->uuid, device->info.uuid, sizeof envelope->uuid);
  envelope->n_bytes = n_bytes;
  hash (bytes, n_bytes, envelope->sha256);
}

char *
dip_pipeline_cache_get_path (const DipDevice *device)
{
  g_autofree char *key = dip_device_notes_get_device_key (device);
  g_autofree char *name = g_strdup_printf ("pipelines-%s.cache", key);

  return g_build_filename (g_get_user_cache_dir (), "diptych", name, NULL);
}

/* The data inside, or NULL on any doubt. */
static GBytes *
read_file (const DipDevice *device)
{
  g_autofree char *path = dip_pipeline_cache_get_path (device);
  g_autofree char *bytes = NULL;
  GStatBuf status;
  Envelope wanted;
  gsize n_bytes;

  if (g_stat (path, &status) != 0 || status.st_size > MOST_BYTES ||
      !g_file_get_contents (path, &bytes, &n_bytes, NULL))
    return NULL;
  if (n_bytes <= sizeof (Envelope))
    return NULL;

  fill_envelope (device, bytes + sizeof (Envelope), n_bytes - sizeof (Envelope), &wanted);
  if (memcmp (bytes, &wanted, sizeof wanted) != 0)
    {
      g_debug ("%s: not a pipeline cache of this device; ignored", path);
      return NULL;
    }

  return g_bytes_new (bytes + sizeof (Envelope), n_bytes - sizeof (Envelope));
}

void
dip_pipeline_cache_load (DipDevice *device)
{
  g_autoptr (GBytes) bytes = read_file (device);
  VkPipelineCacheCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
  };

  if (bytes != NULL)
    info.pInitialData = g_bytes_get_data (bytes, &info.initialDataSize);
  if (vkCreatePipelineCache (device->handle, &info, NULL, &device->cache) == VK_SUCCESS)
    return;

  info.initialDataSize = 0;
  info.pInitialData = NULL;
  if (vkCreatePipelineCache (device->handle, &info, NULL, &device->cache) != VK_SUCCESS)
    device->cache = VK_NULL_HANDLE;
}

static void
write_file (const DipDevice *device, gconstpointer bytes, gsize n_bytes)
{
  g_autofree char *path = dip_pipeline_cache_get_path (device);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  Envelope envelope;

  fill_envelope (device, bytes, n_bytes, &envelope);
  g_byte_array_append (file, (const guint8 *) &envelope, sizeof envelope);
  g_byte_array_append (file, bytes, n_bytes);
  if (g_mkdir_with_parents (folder, 0700) != 0 ||
      !g_file_set_contents_full (path, (const char *) file->data, file->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("pipeline cache not kept: %s", error != NULL ? error->message : folder);
}

void
dip_pipeline_cache_save (DipDevice *device)
{
  g_autofree void *bytes = NULL;
  gsize n_bytes = 0;

  if (device->cache == VK_NULL_HANDLE || !device->has_new_pipelines)
    return;
  if (vkGetPipelineCacheData (device->handle, device->cache, &n_bytes, NULL) !=
          VK_SUCCESS ||
      n_bytes == 0 || n_bytes > MOST_BYTES - sizeof (Envelope))
    return;

  bytes = g_malloc (n_bytes);
  if (vkGetPipelineCacheData (device->handle, device->cache, &n_bytes, bytes) ==
      VK_SUCCESS)
    write_file (device, bytes, n_bytes);
}
