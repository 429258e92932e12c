#pragma once

#include "model/graph/plan.h"
#include "render/conditions.h"
#include "render/executor.h"
#include "render/family.h"
#include "render/transfer.h"
#include "render/weights.h"

G_BEGIN_DECLS

/* Untouched bytes behind every value of an executor that keeps all. */
#define DIP_GUARD_BYTES DIP_ALIGNMENT

/* Where a program's bytes go, before anything is allocated. */
typedef struct
{
  const DipFamily *family;
  gboolean keep_all;
  gboolean *is_placed; /* by value: not those that no node on the device reads */
  DipPlan *plan;
  gsize block_bytes; /* the arena is cut into buffers of this size */
  gsize n_scratch;
  gsize n_up;   /* staging for inputs and what the host computes */
  gsize n_down; /* staging for the output */
  guint64 n_weights;
} DipProgramLayout;

/* TOO_LARGE where a value is beyond what the device binds or allocates. */
gboolean dip_program_layout_init (DipProgramLayout *self,
                                  const DipFamily *family,
                                  const DipDeviceInfo *info,
                                  const DipGraph *graph,
                                  gboolean keep_all,
                                  GError **error);
void dip_program_layout_clear (DipProgramLayout *self);

struct _DipExecutor
{
  DipDevice *device;
  DipGraph *graph;
  DipWeights *weights;
  DipExecutorFlags flags;
  DipProgramLayout layout;
  GPtrArray *blocks;  /* DipBuffer: the arena */
  DipBuffer *scratch; /* or NULL */
  DipBuffer *up;
  DipBuffer *down;
  DipConditions *conditions; /* or NULL */
  gsize *up_offsets;         /* by value; of those that the host gives */
  float **host;              /* by value; NCHW, of nodes the host computes */
  DipRecorder *recorder;     /* NULL where all is computed on the host */
  double *seconds;           /* by node, where that is timed */
  gboolean holds_data;       /* of weights, on the host */
  gboolean has_run;
  DipTransfer *transfer;     /* for reading values; NULL until then */
};

/* Whether the host gives what @node makes: inputs, what is computed there, and conditions. */
gboolean dip_executor_gives (const DipNode *node);

/* Writes all that the host gives for @inputs into the staging buffer. */
gboolean dip_executor_prepare (DipExecutor *self,
                               const float *const inputs[DIP_N_GRAPH_INPUTS],
                               GCancellable *cancellable,
                               GError **error);

/* Computes the network on the host. */
gboolean dip_executor_run_on_host (DipExecutor *self,
                                   const float *const inputs[DIP_N_GRAPH_INPUTS],
                                   float *output,
                                   GCancellable *cancellable,
                                   GError **error);

/* Holds or releases the weights that every run reads on the host. */
void dip_executor_hold_host_data (DipExecutor *self, gboolean is_held);

/* The value's bytes in the arena. */
DipRange dip_executor_get_range (DipExecutor *self, DipValueId value);

/* Fills the arena and the scratch with a pattern, guards included. */
gboolean dip_executor_paint (DipExecutor *self, guint32 pattern, GError **error);

/* Counts bytes in the guards behind the values and in their padding that are not
 * the pattern any more.  Needs DIP_EXECUTOR_KEEP_ALL.
 */
gboolean dip_executor_count_stray (DipExecutor *self,
                                   guint32 pattern,
                                   gsize *n_bytes,
                                   GError **error);

G_END_DECLS
