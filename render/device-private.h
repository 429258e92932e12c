#pragma once

#include <volk.h>

#include "render/device.h"

G_BEGIN_DECLS

/* What the other files of this room see of a device. */
struct _DipDevice
{
  gatomicrefcount ref_count;
  DipDeviceInfo info;
  VkPhysicalDevice physical;
  VkDevice handle;
  VkQueue queue;
  guint32 queue_family;
  double timestamp_period; /* nanoseconds a tick */
  guint timestamp_bits;
  VkPhysicalDeviceMemoryProperties memory;

  GMutex queue_lock; /* around vkQueueSubmit() */

  GMutex pipeline_lock;  /* around the next three */
  GHashTable *pipelines; /* key as a string to DipPipeline */
  VkPipelineCache cache;
  gboolean has_new_pipelines; /* since the cache was loaded */

  GMutex notes_lock; /* around the next one */
  GKeyFile *notes;   /* NULL until asked for */

  GMutex memory_lock; /* around the next two */
  gint64 n_allocated; /* bytes */
  gint64 n_most_allocated;
};

/* Looking around, before anything is open (device-list.c).  The instance must be
 * taken.  Both lists are freed with g_free().
 */
VkPhysicalDevice *dip_device_list_physical (guint *n_devices, GError **error);
DipDeviceInfo *dip_device_describe_all (const VkPhysicalDevice *devices, guint n_devices);

/* A family that computes, best one without graphics: it is not shared with the
 * desktop.  G_MAXUINT32 if there is none.
 */
guint32 dip_device_find_queue_family (VkPhysicalDevice physical, guint *timestamp_bits);

/* Submits and counts nothing; serialised.  DEVICE_LOST and the like. */
gboolean dip_device_submit (DipDevice *self,
                            const VkCommandBuffer *commands,
                            guint n_commands,
                            VkFence fence,
                            GError **error);

/* Waits, whatever the outcome, until nothing is in flight: after a failure the
 * caller is free to write and free what the commands used.
 */
void dip_device_settle (DipDevice *self);

/* The same device, independent of @self. */
DipDevice *dip_device_open_again (DipDevice *self, GError **error);

void dip_device_count_memory (DipDevice *self, gint64 n_bytes);

/* Frees every pipeline; for dip_device_unref(). */
void dip_device_drop_pipelines (DipDevice *self);

G_END_DECLS
