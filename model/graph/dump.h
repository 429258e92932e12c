#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* The graph as text, a line a node: number, op, name, inputs as the numbers of
 * the nodes that make them (%7), output shape, attributes, weights, millions of
 * MACs; then the record points, the output and the totals.  For `info --graph`,
 * and for a reviewer.  The same graph gives the same text in every locale.  Free
 * with g_free().
 */
char *dip_graph_to_text (const DipGraph *graph);

G_END_DECLS
