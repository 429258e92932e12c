#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* The graph as text, a line a node: number, op, name, inputs with their
 * producers, output shape, attributes, weights, MACs.  For `info --graph`, and
 * for a reviewer.  Free with g_free().
 */
char *dip_graph_to_text (const DipGraph *graph);

G_END_DECLS
