#pragma once

#include <volk.h>

#include "render/device.h"

G_BEGIN_DECLS

/* A compute shader as the program carries it.  Kernels are constant and live
 * in the family that uses them:
 *
 *   #include "conv.spv.h"
 *   static const DipKernel conv = DIP_KERNEL (conv, 6, struct DipPushConv);
 *
 * where shaders/conv.comp has storage buffers at set 0, bindings 0 to 5, and a
 * push constant block.  A kernel that works on addresses has no bindings.
 */
typedef struct
{
  const char *name;
  const uint32_t *code; /* SPIR-V */
  gsize n_code_bytes;
  guint n_bindings;   /* at most DIP_MAX_BINDINGS */
  guint n_push_bytes; /* at most 128, what Vulkan promises */

  /* Whether workgroups must be cut into whole subgroups of the device's subgroup_size,
   * which their size must be a multiple of; only where there are matrices.
   */
  gboolean has_full_subgroups;
} DipKernel;

#define DIP_MAX_BINDINGS 8
#define DIP_MAX_CONSTANTS 16

#define DIP_KERNEL(spirv_, n_bindings_, push_)                                           \
  {                                                                                      \
    .name = #spirv_, .code = dip_spv_##spirv_, .n_code_bytes = sizeof dip_spv_##spirv_,  \
    .n_bindings = n_bindings_, .n_push_bytes = sizeof (push_)                            \
  }

/* A kernel compiled with one set of specialization constants. */
typedef struct
{
  const DipKernel *kernel;
  VkPipeline handle;
  VkPipelineLayout layout;
  VkDescriptorSetLayout set_layout; /* VK_NULL_HANDLE without bindings */
  double seconds;                   /* it took to make */
  gboolean is_warm;                 /* dip_device_warm_pipelines() */
} DipPipeline;

/* The pipeline for @kernel with 32-bit constants 0 to @n_constants - 1.  Made
 * when first asked for (the driver may take seconds), then kept with the
 * device, which owns it.  Any thread.
 */
const DipPipeline *dip_device_get_pipeline (DipDevice *self,
                                            const DipKernel *kernel,
                                            const guint32 *constants,
                                            guint n_constants,
                                            GError **error);

/* A kernel with the constants it is compiled with. */
typedef struct
{
  const DipKernel *kernel;
  guint32 constants[DIP_MAX_CONSTANTS];
  guint n_constants;
} DipKernelVariant;

/* Makes the pipelines of @variants that are not there yet, on all processors: a driver
 * compiles on the thread that asks.  Variants may repeat.  Any thread.
 */
gboolean dip_device_make_pipelines (DipDevice *self,
                                    const DipKernelVariant *variants,
                                    guint n_variants,
                                    GError **error);

/* Makes machine code of @variants, whose pipelines are there, where a driver leaves that
 * for the first dispatch: lavapipe compiles it then, for seconds, on the one thread of the
 * device's queue.  Here all processors do, with the device opened once more for each
 * kernel, and the driver's cache on disk hands over what they made.  Of GPUs nothing is needed, and what
 * an earlier process compiled is only loaded.  One thread at a time.
 *
 * What the device fails with, or G_IO_ERROR_CANCELLED between two kernels.
 */
gboolean dip_device_warm_pipelines (DipDevice *self,
                                    const DipKernelVariant *variants,
                                    guint n_variants,
                                    GCancellable *cancellable,
                                    GError **error);

G_END_DECLS
