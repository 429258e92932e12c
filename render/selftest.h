#pragma once

#include <gio/gio.h>

#include "model/graph/graph.h"
#include "render/device.h"
#include "render/family.h"

G_BEGIN_DECLS

/* Every node of a graph on the device, against the CPU reference.
 *
 * The network runs once with every value kept; then each node is computed by
 * the reference from the device's own inputs to it, so an error shows at the
 * node that makes it and nowhere after.  The arena is painted with NaN first:
 * a kernel that leaves an element unwritten, or writes past its value, fails.
 * What a node makes on the host is not compared.
 */
typedef struct
{
  guint node;
  const char *name; /* of the node, borrowed from the graph */
  DipOp op;
  double error;     /* largest absolute difference / rms of the reference */
  double tolerance; /* for this op: see dip_selftest_get_tolerance() */
} DipSelftestNode;

typedef struct
{
  guint n_nodes;         /* compared */
  DipSelftestNode worst; /* largest error / tolerance */
  gboolean has_failed;
  DipSelftestNode first_wrong; /* in graph order, if has_failed */
  gsize n_stray_bytes;         /* written outside every value; failed if not 0 */
} DipSelftestReport;

/* @family: the kernels to test.  @graph as it will run (fused).  @inputs as for dip_executor_run().  TRUE when
 * the comparison was made, whatever its verdict; FALSE with an error when the
 * network could not run.
 */
gboolean dip_selftest_run (DipDevice *device,
                           const DipFamily *family,
                           DipGraph *graph,
                           const float *const inputs[DIP_N_GRAPH_INPUTS],
                           DipSelftestReport *report,
                           GCancellable *cancellable,
                           GError **error);

/* Largest |device - reference| / rms (reference) allowed for one node.  Float32
 * sums of n terms in any order stray by about 6e-8 sqrt (n) of their size, and half
 * precision rounds what it stores by up to 4.9e-4 of itself; the figures leave an
 * order of magnitude, and a wrong kernel misses them by two or three.
 */
double dip_selftest_get_tolerance (const DipFamily *family, const DipNode *node);

G_END_DECLS
