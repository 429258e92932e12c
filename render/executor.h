#pragma once

#include <gio/gio.h>

#include "model/graph/graph.h"
#include "render/device.h"

G_BEGIN_DECLS

/* A graph as a program on a device: the arena planned, the weights uploaded
 * and the commands recorded once; a run changes only the inputs.
 *
 * Keeps device, graph and weights alive.  Blocks; one thread at a time, not
 * always the same.  Two executors on one device may run at once.
 */
typedef struct _DipExecutor DipExecutor;
typedef struct _DipWeights DipWeights;
typedef struct _DipFamily DipFamily;

typedef enum
{
  DIP_EXECUTOR_NONE = 0,
  DIP_EXECUTOR_KEEP_ALL = 1 << 0, /* every value can be read after a run: needs
                                     the memory of all of them together */
  DIP_EXECUTOR_TIMING = 1 << 1,   /* measures every node (and is slower for it) */
  DIP_EXECUTOR_UNTUNED = 1 << 2,  /* takes kernels as they are noted or guessed */
} DipExecutorFlags;

/* All in bytes. */
typedef struct
{
  guint64 arena;   /* planned for values */
  guint64 weights; /* packed weights (shared by executors of one store) */
  guint64 scratch;
  guint64 staging;   /* host-visible, for inputs and output */
  guint64 planned;   /* sum of the above */
  guint64 allocated; /* what the driver took for them */
} DipExecutorMemory;

/* What a program for @graph with kernels of @family takes on the device @info
 * describes, before anything is allocated (allocated is 0): for `info`, and to say
 * early that it does not fit.  dip_executor_new() keeps to it.  TOO_LARGE.
 */
gboolean dip_executor_plan_memory (const DipDeviceInfo *info,
                                   const DipFamily *family,
                                   DipGraph *graph,
                                   DipExecutorMemory *memory,
                                   GError **error);

/* @graph: plain or fused (dip_graph_fuse()), without marked conditions where all values
 * are kept.  @weights: a store of this
 * device to share with other executors, whose family's kernels are taken, or NULL
 * for a store of its own and the strict kernels.  What the family has to tune for
 * this graph on this device is tuned first, once.
 * OUT_OF_MEMORY, TOO_LARGE, DEVICE_LOST or FAILED.
 */
DipExecutor *dip_executor_new (DipDevice *device,
                               DipGraph *graph,
                               DipWeights *weights,
                               DipExecutorFlags flags,
                               GCancellable *cancellable,
                               GError **error);
void dip_executor_free (DipExecutor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipExecutor, dip_executor_free)

/* @inputs is indexed by DipGraphInput, NCHW float32 of the inputs' shapes;
 * those the graph has may not be NULL.  @output has the output's elements.
 * OUT_OF_MEMORY, DEVICE_LOST, FAILED, DIP_GRAPH_ERROR_INPUT for a class label
 * that is no row of its table, or G_IO_ERROR_CANCELLED, after which it can be
 * run again.
 */
gboolean dip_executor_run (DipExecutor *self,
                           const float *const inputs[DIP_N_GRAPH_INPUTS],
                           float *output,
                           GCancellable *cancellable,
                           GError **error);

/* Says with which timesteps and class labels (@n images; the sample is not looked at) the
 * graph is going to run, so that what follows from them alone (DipNode.is_condition) is
 * computed for all of them now.  Changes no result.  As dip_executor_run().
 */
gboolean dip_executor_announce (DipExecutor *self,
                                const float *const inputs[DIP_N_GRAPH_INPUTS],
                                guint n,
                                GCancellable *cancellable,
                                GError **error);

/* Any value of the last run, NCHW float32.  Needs DIP_EXECUTOR_KEEP_ALL. */
gboolean dip_executor_read_value (DipExecutor *self,
                                  DipValueId value,
                                  float *nchw,
                                  GError **error);

/* Runs once more on the inputs that lie there (before the first run, any), and reads
 * nothing back: for timing.
 */
gboolean
dip_executor_repeat (DipExecutor *self, GCancellable *cancellable, GError **error);

/* Seconds each node of the graph took in the last run (0 for those that took
 * no device time); @seconds has an entry for each.  FALSE without
 * DIP_EXECUTOR_TIMING or where the device has no timestamps.
 */
gboolean dip_executor_get_seconds (DipExecutor *self, double *seconds);

void dip_executor_get_memory (DipExecutor *self, DipExecutorMemory *memory);
DipGraph *dip_executor_get_graph (DipExecutor *self);
DipDevice *dip_executor_get_device (DipExecutor *self);

/* Of one run; 0 where all is computed on the host. */
guint dip_executor_get_n_dispatches (DipExecutor *self);

/* Name of the kernel family: "generic", "cpu". */
const char *dip_executor_get_kernels (DipExecutor *self);

G_END_DECLS
