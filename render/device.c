#include "render/device.h"
#include "render/device-features.h"
#include "render/device-private.h"
#include "render/instance.h"
#include "render/pipeline-cache.h"

#include <string.h>

/* With others it would take kernels for GPUs, thirty times as slow. */
#define VECTOR_BITS "256"

void
dip_device_prepare_drivers (void)
{
  g_setenv ("LP_NATIVE_VECTOR_WIDTH", VECTOR_BITS, TRUE);
}

static DipDevice *
open_physical (VkPhysicalDevice physical, const DipDeviceInfo *info, GError **error)
{
  g_autoptr (DipDevice) self = g_new0 (DipDevice, 1);
  VkPhysicalDeviceProperties properties;

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->queue_lock);
  g_mutex_init (&self->pipeline_lock);
  g_mutex_init (&self->notes_lock);
  g_mutex_init (&self->memory_lock);
  if (!dip_instance_take (error))
    g_assert_not_reached (); /* our caller holds it */
  self->info = *info;
  self->physical = physical;
  self->queue_family = dip_device_find_queue_family (physical, &self->timestamp_bits);
  vkGetPhysicalDeviceProperties (physical, &properties);
  self->timestamp_period = properties.limits.timestampPeriod;
  vkGetPhysicalDeviceMemoryProperties (physical, &self->memory);

  if (!dip_render_check (
          dip_device_features_create (physical, info, self->queue_family, &self->handle),
          "vkCreateDevice", error))
    return NULL;
  vkGetDeviceQueue (self->handle, self->queue_family, 0, &self->queue);
  self->pipelines = g_hash_table_new (g_str_hash, g_str_equal);
  dip_pipeline_cache_load (self);
  g_debug ("opened device %u: %s, %s", info->index, info->name, info->driver);

  return g_steal_pointer (&self);
}

static DipDevice *
open_with_instance (const char *selector, guint avoid, GError **error)
{
  g_autofree VkPhysicalDevice *devices = NULL;
  g_autofree DipDeviceInfo *infos = NULL;
  const DipDeviceInfo *chosen;
  guint n_devices;

  devices = dip_device_list_physical (&n_devices, error);
  if (devices == NULL)
    return NULL;

  infos = dip_device_describe_all (devices, n_devices);
  chosen = dip_device_choose (infos, n_devices, selector, avoid, error);
  if (chosen == NULL)
    return NULL;

  return open_physical (devices[chosen->index], chosen, error);
}

static DipDevice *
open_device (const char *selector, guint avoid, GError **error)
{
  DipDevice *self;

  if (!dip_instance_take (error))
    return NULL;
  self = open_with_instance (selector, avoid, error);
  dip_instance_give_back ();

  return self;
}

DipDevice *
dip_device_open (const char *selector, GError **error)
{
  return open_device (selector, G_MAXUINT, error);
}

DipDevice *
dip_device_open_other (guint avoid, GError **error)
{
  return open_device (NULL, avoid, error);
}

DipDevice *
dip_device_open_again (DipDevice *self, GError **error)
{
  return open_physical (self->physical, &self->info, error);
}

DipDevice *
dip_device_ref (DipDevice *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
dip_device_unref (DipDevice *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->handle != VK_NULL_HANDLE)
    {
      dip_pipeline_cache_save (self);
      dip_device_drop_pipelines (self);
      vkDestroyDevice (self->handle, NULL);
    }
  dip_instance_give_back ();
  g_clear_pointer (&self->notes, g_key_file_unref);
  g_mutex_clear (&self->queue_lock);
  g_mutex_clear (&self->pipeline_lock);
  g_mutex_clear (&self->notes_lock);
  g_mutex_clear (&self->memory_lock);
  g_free (self);
}

const DipDeviceInfo *
dip_device_get_info (const DipDevice *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->info;
}

void
dip_device_get_allocated (DipDevice *self, guint64 *now, guint64 *most)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->memory_lock);

  *now = self->n_allocated;
  *most = self->n_most_allocated;
}

void
dip_device_count_memory (DipDevice *self, gint64 n_bytes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->memory_lock);

  self->n_allocated += n_bytes;
  self->n_most_allocated = MAX (self->n_most_allocated, self->n_allocated);
}

gboolean
dip_device_submit (DipDevice *self,
                   const VkCommandBuffer *commands,
                   guint n_commands,
                   VkFence fence,
                   GError **error)
{
  VkSubmitInfo info = {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
    .commandBufferCount = n_commands,
    .pCommandBuffers = commands,
  };
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->queue_lock);

  return dip_render_check (vkQueueSubmit (self->queue, 1, &info, fence), "vkQueueSubmit",
                           error);
}

void
dip_device_settle (DipDevice *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->queue_lock);

  vkDeviceWaitIdle (self->handle);
}
