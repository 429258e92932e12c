#pragma once

#include <volk.h>

#include "render/device.h"

G_BEGIN_DECLS

/* Device memory: a buffer is one VkBuffer with memory of its own.
 *
 * Few and large ones are made (arena, weights, staging); what lives inside is
 * named by ranges.  A buffer keeps its device alive.  Not for two threads at
 * once.
 */
typedef struct
{
  DipDevice *device;
  VkBuffer handle;
  VkDeviceMemory memory;
  gsize n_bytes;
  guint64 n_allocated;     /* what the driver took for it */
  VkDeviceAddress address; /* 0 where the device has no addresses */
  void *map;               /* host pointer, or NULL for device memory */
} DipBuffer;

typedef enum
{
  DIP_BUFFER_DEVICE,   /* fast for the device; never mapped */
  DIP_BUFFER_UPLOAD,   /* mapped, coherent: the host writes, the device copies */
  DIP_BUFFER_READBACK, /* mapped, coherent, cached if possible: the other way */
} DipBufferKind;

/* Part of a buffer: what kernels read and write.  A zeroed range is "none". */
typedef struct
{
  DipBuffer *buffer;
  gsize offset; /* bytes */
  gsize n_bytes;
} DipRange;

/* OUT_OF_MEMORY says how much @what wanted and what the device has. */
DipBuffer *dip_buffer_new (DipDevice *device,
                           DipBufferKind kind,
                           gsize n_bytes,
                           const char *what,
                           GError **error);
void dip_buffer_free (DipBuffer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipBuffer, dip_buffer_free)

/* The device address of the range's first byte. */
VkDeviceAddress dip_range_get_address (const DipRange *self);

/* The part of @self from @offset on, @n_bytes long. */
DipRange dip_range_slice (const DipRange *self, gsize offset, gsize n_bytes);

/* A set of buffers that holds many ranges, each wholly inside one buffer. */
typedef struct _DipPool DipPool;

/* @what is for error messages ("weights"). */
DipPool *dip_pool_new (DipDevice *device, const char *what);
void dip_pool_free (DipPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPool, dip_pool_free)

/* Says that @n_bytes more (each range rounded up to DIP_ALIGNMENT) will be taken
 * soon: buffers are then made large enough for all of it, up to DIP_POOL_BLOCK.
 */
void dip_pool_expect (DipPool *self, gsize n_bytes);

/* Buffers are no larger unless one range is.  Larger ones waste more at their
 * ends, smaller ones cost allocations, of which some drivers have 4096.
 */
#define DIP_POOL_BLOCK (128 << 20)

/* Takes @n_bytes (a multiple of DIP_ALIGNMENT is used up).  Never given back
 * but with the pool.
 */
gboolean dip_pool_take (DipPool *self, gsize n_bytes, DipRange *range, GError **error);

/* Bytes the driver took for all buffers. */
guint64 dip_pool_get_allocated (const DipPool *self);

/* Every range starts at a multiple of this: Vulkan's largest permitted
 * minStorageBufferOffsetAlignment.
 */
#define DIP_ALIGNMENT 256

/* @n_bytes up to the next multiple of it. */
static inline gsize
dip_align (gsize n_bytes)
{
  return (n_bytes + DIP_ALIGNMENT - 1) / DIP_ALIGNMENT * DIP_ALIGNMENT;
}

G_END_DECLS
