#include "render/transfer.h"
#include "render/device-private.h"

#include <string.h>

/* More costs host memory, less costs a submission (30 us) each. */
#define STAGING_BYTES (8 << 20)

struct _DipTransfer
{
  DipDevice *device;
  DipBuffer *up;
  DipBuffer *down;
  VkCommandPool pool;
  VkCommandBuffer commands;
  VkFence fence;
  gsize n_staging; /* bytes of either buffer */
  gsize n_used;    /* bytes of @up that wait */
  gboolean is_recording;
};

static gboolean
create_objects (DipTransfer *self, GError **error)
{
  VkDevice device = self->device->handle;
  VkCommandPoolCreateInfo pool = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
    .queueFamilyIndex = self->device->queue_family,
  };
  VkFenceCreateInfo fence = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO };
  VkCommandBufferAllocateInfo commands = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };

  if (!dip_render_check (vkCreateCommandPool (device, &pool, NULL, &self->pool),
                         "vkCreateCommandPool", error) ||
      !dip_render_check (vkCreateFence (device, &fence, NULL, &self->fence),
                         "vkCreateFence", error))
    return FALSE;
  commands.commandPool = self->pool;

  return dip_render_check (vkAllocateCommandBuffers (device, &commands, &self->commands),
                           "vkAllocateCommandBuffers", error);
}

DipTransfer *
dip_transfer_new (DipDevice *device, GError **error)
{
  g_autoptr (DipTransfer) self = g_new0 (DipTransfer, 1);

  self->device = dip_device_ref (device);
  self->n_staging = MIN (STAGING_BYTES, device->info.max_allocation);
  self->up =
      dip_buffer_new (device, DIP_BUFFER_UPLOAD, self->n_staging, "staging", error);
  if (self->up == NULL || !create_objects (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
dip_transfer_free (DipTransfer *self)
{
  if (self == NULL)
    return;

  vkDestroyFence (self->device->handle, self->fence, NULL);
  vkDestroyCommandPool (self->device->handle, self->pool, NULL);
  dip_buffer_free (self->up);
  dip_buffer_free (self->down);
  dip_device_unref (self->device);
  g_free (self);
}

/* Everything before is done and visible to everything after, host included. */
static void
record_barrier (VkCommandBuffer commands)
{
  VkMemoryBarrier barrier = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT,
    .dstAccessMask =
        VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT | VK_ACCESS_HOST_READ_BIT,
  };

  vkCmdPipelineBarrier (commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                        VK_PIPELINE_STAGE_ALL_COMMANDS_BIT | VK_PIPELINE_STAGE_HOST_BIT,
                        0, 1, &barrier, 0, NULL, 0, NULL);
}

static gboolean
begin (DipTransfer *self, GError **error)
{
  VkCommandBufferBeginInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
    .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
  };

  if (self->is_recording)
    return TRUE;
  if (!dip_render_check (vkBeginCommandBuffer (self->commands, &info),
                         "vkBeginCommandBuffer", error))
    return FALSE;
  record_barrier (self->commands);
  self->is_recording = TRUE;

  return TRUE;
}

static gboolean
submit_and_wait (DipTransfer *self, GError **error)
{
  return dip_device_submit (self->device, &self->commands, 1, self->fence, error) &&
         dip_render_check (vkWaitForFences (self->device->handle, 1, &self->fence,
                                            VK_TRUE, G_MAXUINT64),
                           "vkWaitForFences", error);
}

gboolean
dip_transfer_flush (DipTransfer *self, GError **error)
{
  gboolean is_done;

  if (!self->is_recording)
    return TRUE;

  self->is_recording = FALSE;
  self->n_used = 0;
  record_barrier (self->commands);
  if (!dip_render_check (vkEndCommandBuffer (self->commands), "vkEndCommandBuffer",
                         error))
    return FALSE;
  is_done = submit_and_wait (self, error);
  if (!is_done)
    dip_device_settle (self->device);

  return dip_render_check (vkResetFences (self->device->handle, 1, &self->fence),
                           "vkResetFences", is_done ? error : NULL) &&
         is_done;
}

gboolean
dip_transfer_upload (DipTransfer *self,
                     const DipRange *range,
                     gconstpointer bytes,
                     GError **error)
{
  gsize n_done = 0;

  while (n_done < range->n_bytes)
    {
      gsize n = MIN (range->n_bytes - n_done, self->n_staging - self->n_used);
      VkBufferCopy region = { self->n_used, range->offset + n_done, n };

      if (!begin (self, error))
        return FALSE;
      memcpy ((guint8 *) self->up->map + self->n_used, (const guint8 *) bytes + n_done,
              n);
      vkCmdCopyBuffer (self->commands, self->up->handle, range->buffer->handle, 1,
                       &region);
      n_done += n;
      self->n_used += n;
      if (self->n_used == self->n_staging && !dip_transfer_flush (self, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
dip_transfer_download (DipTransfer *self,
                       const DipRange *range,
                       gpointer bytes,
                       GError **error)
{
  if (self->down == NULL)
    self->down = dip_buffer_new (self->device, DIP_BUFFER_READBACK, self->n_staging,
                                 "staging", error);
  if (self->down == NULL || !dip_transfer_flush (self, error))
    return FALSE;

  for (gsize n_done = 0; n_done < range->n_bytes;)
    {
      gsize n = MIN (range->n_bytes - n_done, self->n_staging);
      VkBufferCopy region = { range->offset + n_done, 0, n };

      if (!begin (self, error))
        return FALSE;
      vkCmdCopyBuffer (self->commands, range->buffer->handle, self->down->handle, 1,
                       &region);
      if (!dip_transfer_flush (self, error))
        return FALSE;
      memcpy ((guint8 *) bytes + n_done, self->down->map, n);
      n_done += n;
    }

  return TRUE;
}

gboolean
dip_transfer_fill (DipTransfer *self,
                   const DipRange *range,
                   guint32 pattern,
                   GError **error)
{
  if (!dip_transfer_flush (self, error) || !begin (self, error))
    return FALSE;
  vkCmdFillBuffer (self->commands, range->buffer->handle, range->offset, range->n_bytes,
                   pattern);

  return dip_transfer_flush (self, error);
}
