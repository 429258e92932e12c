#pragma once

#include <gio/gio.h>

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* Every op as the plainest C loop, accumulating in double: what the GPU's
 * kernels are compared with.  Values are stored as float32 between nodes, as
 * diffusers' fp32 network stores them.  Blocks; any thread.
 */

/* Computes @node's output from @inputs (what dip_node_get_inputs() lists, in
 * that order, NCHW float32).  @output has the elements of the node's value.
 */
void dip_reference_run_node (const DipGraph *graph,
                             const DipNode *node,
                             const float *const *inputs,
                             float *output);

/* Called after each node with its value, borrowed. */
typedef void (*DipReferenceFunc) (const DipGraph *graph,
                                  guint node,
                                  const float *value,
                                  gpointer user_data);

/* Runs the whole graph.  @inputs is indexed by DipGraphInput; entries the
 * network does not have may be NULL.  @output (B, out_channels, H, W).
 * Cancellation is looked at between nodes.
 */
gboolean dip_reference_run (const DipGraph *graph,
                            const float *const inputs[DIP_N_GRAPH_INPUTS],
                            float *output,
                            DipReferenceFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);

G_END_DECLS
