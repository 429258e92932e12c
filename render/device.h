#pragma once

#include <gio/gio.h>

#include "render/error.h"

G_BEGIN_DECLS

/* A Vulkan device that is open for compute.
 *
 * The loader is looked for at run time, so a program that links this starts
 * everywhere and reports what is missing when it first asks for a device.
 *
 * A device is reference counted and may be used from any thread; submissions
 * and the pipeline cache are serialised inside.  What is built on a device
 * (buffers, executors) keeps it alive.
 */
typedef struct _DipDevice DipDevice;

typedef enum
{
  DIP_DEVICE_DISCRETE, /* in the order of preference */
  DIP_DEVICE_INTEGRATED,
  DIP_DEVICE_VIRTUAL,
  DIP_DEVICE_OTHER,
  DIP_DEVICE_CPU,
} DipDeviceType;

/* What is known of a device before it is opened. */
typedef struct
{
  guint index; /* in the driver's order: what --device takes */
  char name[256];
  DipDeviceType type;
  char driver[512];        /* "llvmpipe Mesa 22.3.6 (LLVM 15.0.6)" */
  guint32 driver_version;  /* in the vendor's own coding */
  guint32 api_version;     /* VK_MAKE_API_VERSION */
  guint8 uuid[16];         /* pipelineCacheUUID */
  guint64 memory;          /* bytes in all device-local heaps; of a CPU, the machine's */
  guint64 max_range;       /* maxStorageBufferRange, bytes */
  guint64 max_allocation;  /* maxMemoryAllocationSize, bytes */
  guint32 shared_memory;   /* bytes a workgroup */
  guint32 max_invocations; /* a workgroup, along x */
  guint32 subgroup_size;
  gboolean has_addresses; /* bufferDeviceAddress and shaderInt64 */
  gboolean has_timestamps;
  gboolean has_half_storage; /* 16-bit values in storage buffers */
  guint32 matrix_size[3];    /* M, N, K of cooperative matrices that multiply half
                                precision and sum float32, or zeros */
  char missing[128];         /* what it lacks to be used at all, or "" */
} DipDeviceInfo;

const char *dip_device_type_get_name (DipDeviceType type);

/* Sets what drivers read from the environment: lavapipe's vectors get the eight lanes
 * that its kernels are written for (family.h), on every processor and whatever
 * LP_NATIVE_VECTOR_WIDTH said.  For main(), while there is one thread.
 */
void dip_device_prepare_drivers (void);

/* All devices, in the driver's order; @n_devices is set.  Free with g_free().
 * NULL with NO_LOADER, NO_DRIVER or NO_DEVICE.
 */
DipDeviceInfo *dip_device_list (guint *n_devices, GError **error);

/* Which of @infos @selector means: an index, "cpu", or part of a name in any
 * case.  NULL: the first of the best type that lacks nothing.  @avoid is an
 * index that is not to be chosen, or G_MAXUINT.  NULL with NO_DEVICE or
 * UNSUITABLE.
 */
const DipDeviceInfo *dip_device_choose (const DipDeviceInfo *infos,
                                        guint n_infos,
                                        const char *selector,
                                        guint avoid,
                                        GError **error);

/* Opens the device that dip_device_choose() names.  May block for seconds. */
DipDevice *dip_device_open (const char *selector, GError **error);

/* The same, but never device number @avoid: where to go when that one is lost. */
DipDevice *dip_device_open_other (guint avoid, GError **error);

DipDevice *dip_device_ref (DipDevice *self);
void dip_device_unref (DipDevice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipDevice, dip_device_unref)

const DipDeviceInfo *dip_device_get_info (const DipDevice *self);

/* Bytes of device and staging memory allocated now, and the most so far. */
void dip_device_get_allocated (DipDevice *self, guint64 *now, guint64 *most);

G_END_DECLS
