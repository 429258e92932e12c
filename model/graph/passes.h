#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* Graphs from graphs: the same function with fewer nodes.
 *
 * Each folds neighbours as DipNode describes.  Values that carry a record
 * name and would vanish are kept when @keep_records (the self-test and
 * `forward --record` want them), else they may vanish.  Weights are shared
 * with the input graph, which the result keeps alive.
 */

/* All of the below, in the order that folds most. */
DipGraph *dip_graph_fuse (DipGraph *graph, gboolean keep_records);

/* Equal nodes on equal inputs become one (the SiLU of the time embedding). */
DipGraph *dip_pass_share (DipGraph *graph, gboolean keep_records);

/* norm + activation; concatenation as two inputs of norms and convolutions. */
DipGraph *dip_pass_fold_norm (DipGraph *graph, gboolean keep_records);

/* upsample into the convolution's indexing; time-embedding addition and
 * residual into its store.
 */
DipGraph *dip_pass_fold_conv (DipGraph *graph, gboolean keep_records);

/* dip_graph_fuse() without records, then dip_pass_mark_conditions(): for a run of many
 * steps.
 */
DipGraph *dip_graph_fuse_for_steps (DipGraph *graph);

/* Marks the nodes that follow from timesteps and class labels alone (is_condition): the
 * time embedding and every block's projection of it.  Whoever runs the graph for many
 * steps may compute them for all of the steps before the first.  For the fused graph;
 * not among dip_graph_fuse()'s, since a self-test wants them like the others.
 */
DipGraph *dip_pass_mark_conditions (DipGraph *graph);

G_END_DECLS
