#include "render/memory.h"
#include "render/device-private.h"

/* How good a memory type is for @kind; 0: not usable. */
static guint
rate_memory_type (VkMemoryPropertyFlags flags, DipBufferKind kind)
{
  const VkMemoryPropertyFlags mapped =
      VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;

  if (kind == DIP_BUFFER_DEVICE)
    return 1 + ((flags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT) != 0);
  if ((flags & mapped) != mapped)
    return 0;
  if (kind == DIP_BUFFER_READBACK)
    return 1 + ((flags & VK_MEMORY_PROPERTY_HOST_CACHED_BIT) != 0);

  return 1 + !(flags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
}

static guint32
choose_memory_type (const DipDevice *device, guint32 allowed, DipBufferKind kind)
{
  guint32 best = G_MAXUINT32;
  guint best_rating = 0;

  for (guint32 i = 0; i < device->memory.memoryTypeCount; i++)
    {
      guint rating = rate_memory_type (device->memory.memoryTypes[i].propertyFlags, kind);

      if ((allowed >> i & 1) && rating > best_rating)
        {
          best = i;
          best_rating = rating;
        }
    }

  return best;
}

static void
set_out_of_memory (DipDevice *device, gsize n_bytes, const char *what, GError **error)
{
  g_autofree char *wanted = g_format_size_full (n_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *size =
      g_format_size_full (device->info.memory, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *used = NULL;
  guint64 now, most;

  dip_device_get_allocated (device, &now, &most);
  used = g_format_size_full (now, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (
      error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_OUT_OF_MEMORY,
      "%s: no memory for %s: wanted %s, the device has %s, of which %s are taken "
      "here",
      device->info.name, what, wanted, size, used);
}

static gboolean
create_handle (DipBuffer *self, DipBufferKind kind, GError **error)
{
  VkBufferCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .size = self->n_bytes,
    .usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
  };

  if (kind == DIP_BUFFER_DEVICE)
    info.usage |= VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
  if (kind == DIP_BUFFER_DEVICE && self->device->info.has_addresses)
    info.usage |= VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;

  return dip_render_check (
      vkCreateBuffer (self->device->handle, &info, NULL, &self->handle), "vkCreateBuffer",
      error);
}

static gboolean
allocate (DipBuffer *self, DipBufferKind kind, const char *what, GError **error)
{
  VkMemoryAllocateFlagsInfo flags = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO,
    .flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT,
  };
  gboolean has_address = kind == DIP_BUFFER_DEVICE && self->device->info.has_addresses;
  VkMemoryAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
    .pNext = has_address ? &flags : NULL,
  };
  VkMemoryRequirements needs;
  VkResult result;

  vkGetBufferMemoryRequirements (self->device->handle, self->handle, &needs);
  info.allocationSize = needs.size;
  info.memoryTypeIndex = choose_memory_type (self->device, needs.memoryTypeBits, kind);
  result = info.memoryTypeIndex == G_MAXUINT32
               ? VK_ERROR_OUT_OF_DEVICE_MEMORY
               : vkAllocateMemory (self->device->handle, &info, NULL, &self->memory);
  if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY)
    {
      set_out_of_memory (self->device, needs.size, what, error);
      return FALSE;
    }
  if (!dip_render_check (result, "vkAllocateMemory", error))
    return FALSE;

  self->n_allocated = needs.size;
  dip_device_count_memory (self->device, needs.size);

  return dip_render_check (
      vkBindBufferMemory (self->device->handle, self->handle, self->memory, 0),
      "vkBindBufferMemory", error);
}

DipBuffer *
dip_buffer_new (DipDevice *device,
                DipBufferKind kind,
                gsize n_bytes,
                const char *what,
                GError **error)
{
  g_autoptr (DipBuffer) self = g_new0 (DipBuffer, 1);

  g_return_val_if_fail (n_bytes > 0, NULL);

  self->device = dip_device_ref (device);
  self->n_bytes = n_bytes;
  if (n_bytes > device->info.max_allocation)
    {
      set_out_of_memory (device, n_bytes, what, error);
      return NULL;
    }
  if (!create_handle (self, kind, error) || !allocate (self, kind, what, error))
    return NULL;
  if (kind != DIP_BUFFER_DEVICE &&
      !dip_render_check (
          vkMapMemory (device->handle, self->memory, 0, VK_WHOLE_SIZE, 0, &self->map),
          "vkMapMemory", error))
    return NULL;
  if (kind == DIP_BUFFER_DEVICE && device->info.has_addresses)
    self->address = vkGetBufferDeviceAddress (
        device->handle, &(VkBufferDeviceAddressInfo){
                            .sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO,
                            .buffer = self->handle });

  return g_steal_pointer (&self);
}

void
dip_buffer_free (DipBuffer *self)
{
  if (self == NULL)
    return;

  vkDestroyBuffer (self->device->handle, self->handle, NULL);
  vkFreeMemory (self->device->handle, self->memory, NULL);
  dip_device_count_memory (self->device, -(gint64) self->n_allocated);
  dip_device_unref (self->device);
  g_free (self);
}

VkDeviceAddress
dip_range_get_address (const DipRange *self)
{
  g_return_val_if_fail (self->buffer != NULL && self->buffer->address != 0, 0);

  return self->buffer->address + self->offset;
}

DipRange
dip_range_slice (const DipRange *self, gsize offset, gsize n_bytes)
{
  g_assert (offset + n_bytes <= self->n_bytes);

  return (DipRange){ self->buffer, self->offset + offset, n_bytes };
}

struct _DipPool
{
  DipDevice *device;
  char *what;
  GPtrArray *buffers;
  gsize n_used;     /* bytes of the last buffer */
  gsize n_expected; /* bytes announced and not yet taken */
};

DipPool *
dip_pool_new (DipDevice *device, const char *what)
{
  DipPool *self = g_new0 (DipPool, 1);

  self->device = dip_device_ref (device);
  self->what = g_strdup (what);
  self->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify) dip_buffer_free);

  return self;
}

void
dip_pool_free (DipPool *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->buffers);
  g_free (self->what);
  dip_device_unref (self->device);
  g_free (self);
}

gboolean
dip_pool_take (DipPool *self, gsize n_bytes, DipRange *range, GError **error)
{
  gsize n_aligned = dip_align (n_bytes);
  DipBuffer *buffer = NULL;

  if (self->buffers->len > 0)
    buffer = g_ptr_array_index (self->buffers, self->buffers->len - 1);
  if (buffer == NULL || n_aligned > buffer->n_bytes - self->n_used)
    {
      buffer = dip_buffer_new (self->device, DIP_BUFFER_DEVICE,
                               MAX (MIN (self->n_expected, DIP_POOL_BLOCK), n_aligned),
                               self->what, error);
      if (buffer == NULL)
        return FALSE;
      g_ptr_array_add (self->buffers, buffer);
      self->n_used = 0;
    }
  *range = (DipRange){ buffer, self->n_used, n_bytes };
  self->n_used += n_aligned;
  self->n_expected -= MIN (self->n_expected, n_aligned);

  return TRUE;
}

void
dip_pool_expect (DipPool *self, gsize n_bytes)
{
  self->n_expected += n_bytes;
}

guint64
dip_pool_get_allocated (const DipPool *self)
{
  guint64 n_bytes = 0;

  for (guint i = 0; i < self->buffers->len; i++)
    n_bytes += ((DipBuffer *) g_ptr_array_index (self->buffers, i))->n_allocated;

  return n_bytes;
}
