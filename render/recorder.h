#pragma once

#include "render/kernel.h"
#include "render/memory.h"

G_BEGIN_DECLS

/* Dispatches and copies, recorded once and submitted again for every step.
 *
 * Calls are a plain list: the first error is kept, later calls do nothing, and
 * dip_recorder_finish() reports it.
 *
 * Memory barriers are placed here: every dispatch says what it reads and
 * writes, and where that meets something still in flight a barrier goes in
 * between.  Work that does not meet runs side by side.
 *
 * The list is cut into several submissions by estimated time, so that no
 * watchdog fires and a cancelled run stops soon.
 *
 * One thread at a time.  The buffers and the device must outlive it.
 */
typedef struct _DipRecorder DipRecorder;

typedef enum
{
  DIP_ACCESS_READ = 1 << 0,
  DIP_ACCESS_WRITE = 1 << 1,
  DIP_ACCESS_READ_WRITE = DIP_ACCESS_READ | DIP_ACCESS_WRITE,
} DipAccess;

/* What a dispatch touches.  A range may be longer than maxStorageBufferRange
 * only if it is not bound.
 */
typedef struct
{
  DipRange range;
  DipAccess access;
} DipOperand;

typedef struct
{
  const DipKernel *kernel;
  const guint32 *constants; /* specialization constants 0, 1, ... */
  guint n_constants;
  const DipOperand *operands; /* the kernel's bindings in order, then whatever
                                 else it reaches through addresses */
  guint n_operands;
  gconstpointer push; /* kernel->n_push_bytes bytes */
  guint groups[3];    /* workgroups; at most 65535 each; none of 0: nothing runs */
  double share;       /* part of its node's work, 0 to 1: a node of several
                                heavy dispatches can then be cut between them */
} DipDispatch;

/* @flops_per_second: a low guess of what kernels reach on this device, for
 * cutting.  @has_timing: every node's time is measured (it adds barriers).
 */
DipRecorder *
dip_recorder_new (DipDevice *device, double flops_per_second, gboolean has_timing);

/* Records nothing: it only notes which kernels would be used, all of which
 * dip_recorder_compile() makes at once, machine code and all.
 */
DipRecorder *dip_recorder_new_survey (DipDevice *device);
gboolean
dip_recorder_compile (DipRecorder *self, GCancellable *cancellable, GError **error);

void dip_recorder_free (DipRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipRecorder, dip_recorder_free)

/* What follows belongs to node @node and takes about @n_flops in all. */
void dip_recorder_begin_node (DipRecorder *self, guint node, double n_flops);

/* Copies nothing but the pointers' targets; @dispatch may be on the stack. */
void dip_recorder_dispatch (DipRecorder *self, const DipDispatch *dispatch);

/* As many bytes as the shorter range has. */
void dip_recorder_copy (DipRecorder *self, const DipRange *from, const DipRange *to);
void dip_recorder_fill (DipRecorder *self, const DipRange *range, guint32 pattern);

/* For what a family finds it cannot do.  Takes @error. */
void dip_recorder_fail (DipRecorder *self, GError *error);

DipDevice *dip_recorder_get_device (DipRecorder *self);

/* A number that a family keeps here, for its own use; 0 at first. */
void dip_recorder_set_style (DipRecorder *self, guint style);
guint dip_recorder_get_style (DipRecorder *self);

/* Ends the recording.  FALSE with the first error. */
gboolean dip_recorder_finish (DipRecorder *self, GError **error);

/* Runs everything once and waits.  A cancelled run ends after the submission
 * under way.  OUT_OF_MEMORY, DEVICE_LOST, FAILED or G_IO_ERROR_CANCELLED.
 */
gboolean dip_recorder_run (DipRecorder *self, GCancellable *cancellable, GError **error);

guint dip_recorder_get_n_submissions (DipRecorder *self);
guint dip_recorder_get_n_dispatches (DipRecorder *self);
guint dip_recorder_get_n_barriers (DipRecorder *self);

/* Seconds each node took in the last run; @seconds has @n_nodes entries, those
 * without a dispatch are 0.  FALSE where there is no timing.
 */
gboolean dip_recorder_get_seconds (DipRecorder *self, double *seconds, guint n_nodes);

G_END_DECLS
