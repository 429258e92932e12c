#pragma once

#include "render/recorder.h"

G_BEGIN_DECLS

/* What recording (recorder.c), binding (recorder-bind.c), a survey (recorder-survey.c) and
 * running (recorder-run.c) share.
 */

/* Submissions under way: one runs while the next waits behind it. */
#define DIP_N_IN_FLIGHT 2

#define DIP_QUERIES_A_POOL 256

/* A range that work since the last barrier reads or writes. */
typedef struct
{
  VkBuffer buffer;
  gsize begin;
  gsize end;
  DipAccess access;
} DipTouch;

typedef struct
{
  guint node;
  guint first; /* query number; the next one is its end */
} DipSpan;

struct _DipRecorder
{
  DipDevice *device;
  double flops_per_second;
  gboolean has_timing;
  GArray *survey; /* DipKernelVariant, of what records nothing else; or NULL */
  GError *error;
  guint style; /* the family's own */

  VkCommandPool pool;
  GArray *commands; /* VkCommandBuffer, in order; the last is open */
  gboolean is_open;
  double seconds;  /* estimated, in the open one */
  GArray *touches; /* DipTouch */

  GArray *descriptor_pools; /* VkDescriptorPool */
  guint n_sets_left;

  double node_seconds; /* estimated, of the node under way */
  GArray *query_pools; /* VkQueryPool */
  guint n_queries;
  GArray *spans;     /* DipSpan */
  gboolean has_span; /* the last span has no end yet */

  VkFence fences[DIP_N_IN_FLIGHT];
  guint n_dispatches;
  guint n_barriers;
};

/* Notes the kernel of @dispatch. */
void dip_recorder_note (DipRecorder *self, const DipDispatch *dispatch);

/* Keeps the first error; FALSE if there is one. */
gboolean dip_recorder_check (DipRecorder *self, VkResult result, const char *what);

/* What is recorded into. */
VkCommandBuffer dip_recorder_get_open (DipRecorder *self);

/* Binds the first of @operands, as many as the kernel has bindings (recorder-bind.c). */
void dip_recorder_bind (DipRecorder *self,
                        const DipPipeline *pipeline,
                        const DipOperand *operands);

/* FALSE, and the recording fails, where the device cannot bind what @dispatch wants. */
gboolean dip_recorder_check_ranges (DipRecorder *self, const DipDispatch *dispatch);

#define DIP_GET(array, type, i) g_array_index (self->array, type, i)

G_END_DECLS
