#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* Work and traffic of one node or a whole graph, for every performance figure.
 *
 * A multiply-add counts as one MAC and two FLOPs.  Only what the plain
 * formula needs is counted (no Winograd savings, no padding), so that ratios
 * between devices and programs mean something; a folded node counts what its
 * parts would.  Bytes are those of each input, weight and output read or
 * written once, in float32.
 *
 * Beside the multiply-adds an element of the output counts 1 FLOP for each
 * addition, product or quotient in the op's formula, 4 for an activation, a
 * sine or a cosine, 8 for a group norm; a score of attention counts 5 for its
 * softmax.
 */
typedef struct
{
  guint64 n_macs;         /* of convolutions, linear layers and attention */
  guint64 n_flops;        /* 2 * n_macs, plus what the element-wise ops do */
  guint64 n_bytes;
} DipCount;

void dip_graph_count_node (const DipGraph *graph, const DipNode *node, DipCount *count);
void dip_graph_count (const DipGraph *graph, DipCount *count);

/* Elements in all weights. */
guint64 dip_graph_count_parameters (const DipGraph *graph);

G_END_DECLS
