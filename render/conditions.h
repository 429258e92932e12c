#pragma once

#include <gio/gio.h>

#include "model/graph/graph.h"
#include "render/executor.h"

G_BEGIN_DECLS

/* What follows from an image's timestep and class label alone (DipNode.is_condition): a
 * table with a row for each pair of them.  Steps only copy from it.
 *
 * Rows are made many at once, by the reference executor or, where the family says so,
 * by the family's own kernels on the device.  A row does not depend, to the last bit, on
 * those made beside it.  One thread at a time.
 */
typedef struct _DipConditions DipConditions;

/* For the conditions of @graph that other nodes read; NULL where there are none.  Keeps
 * @weights alive, whose packs of @graph are loaded.
 */
DipConditions *
dip_conditions_new (DipDevice *device, DipGraph *graph, DipWeights *weights, guint batch);
void dip_conditions_free (DipConditions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipConditions, dip_conditions_free)

/* Whether @value is made here and read by a node that is not. */
gboolean dip_conditions_makes (const DipGraph *graph, DipValueId value);

/* Makes rows for @n images; @inputs as in dip_executor_run() with @n in place of the
 * batch.  As many as the table holds (64 MiB, but at least a batch); a row that is there
 * is kept.  OUT_OF_MEMORY, DEVICE_LOST, FAILED or G_IO_ERROR_CANCELLED.
 */
gboolean dip_conditions_prepare (DipConditions *self,
                                 const float *const inputs[DIP_N_GRAPH_INPUTS],
                                 guint n,
                                 GCancellable *cancellable,
                                 GError **error);

/* Copies what @value is for image @image of @inputs, whose row has been prepared. */
void dip_conditions_read (DipConditions *self,
                          const float *const inputs[DIP_N_GRAPH_INPUTS],
                          guint image,
                          DipValueId value,
                          float *to);

G_END_DECLS
