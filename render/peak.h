#pragma once

#include <gio/gio.h>

#include "render/device.h"

G_BEGIN_DECLS

/* What a device reaches at most, measured: the roof that kernels are held against. */
typedef struct
{
  /* float32 multiply-adds of numbers that lie in registers, two FLOPs each.  Half
   * precision and cooperative matrices may exceed it.
   */
  double flops_per_second;

  /* Copying between two buffers that are larger than most caches, the bytes read and
   * those written; by a kernel or by the driver, whichever is faster.
   */
  double bytes_per_second;
} DipPeak;

/* Bytes of either buffer of the copy. */
#define DIP_PEAK_COPY_BYTES (64 << 20)

/* The best of several runs; takes a second, and DIP_PEAK_COPY_BYTES twice while it
 * runs.  What the kernels made is looked at: FAILED if they did not do the work.
 * OUT_OF_MEMORY, DEVICE_LOST, FAILED or G_IO_ERROR_CANCELLED.
 */
gboolean dip_peak_measure (DipDevice *device,
                           DipPeak *peak,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
