#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* A small network of the UNet's kind with random weights: time embedding, a
 * residual block with the embedding added, stride 2, attention, upsampling, a
 * skip joined to it, norm and convolution out.
 *
 * Sample (batch, 3, height, width), even sizes; output the same shape.  Equal
 * seeds make equal weights, whatever the batch; the weights' data is one and the same
 * for all graphs of one test network.
 */
typedef struct _DipTestNetwork DipTestNetwork;

DipTestNetwork *dip_test_network_new (guint32 seed, guint n_channels);
void dip_test_network_free (DipTestNetwork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipTestNetwork, dip_test_network_free)

/* @is_labelled adds a class embedding of 5 rows.  The network must outlive it. */
DipGraph *dip_test_network_build (DipTestNetwork *self,
                                  guint batch,
                                  guint height,
                                  guint width,
                                  gboolean is_labelled);

/* Inputs for such a graph and room for its output, all from @seed. */
typedef struct
{
  float *inputs[DIP_N_GRAPH_INPUTS];
  float *output;
  gsize n_output;
} DipTestRun;

DipTestRun *dip_test_run_new (const DipGraph *graph, guint32 seed);
void dip_test_run_free (DipTestRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipTestRun, dip_test_run_free)

/* Largest difference over the rms of @wanted. */
double dip_test_compare (const float *wanted, const float *found, gsize n);

G_END_DECLS
