#pragma once

#include "app/cli/cli.h"
#include "model/graph/graph.h"
#include "render/peak.h"

G_BEGIN_DECLS

/* Where the time of a step goes: adds "nodes", every node that took time, and "ops",
 * the same by kind of operation, to @result.  @seconds: of each node of @graph.
 */
void dip_bench_add_nodes (json_t *result,
                          const DipGraph *graph,
                          const double *seconds,
                          const DipPeak *peak);

/* The table of "ops", if there is one. */
void dip_bench_print_nodes (const json_t *result);

G_END_DECLS
