#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* One table of op cases, for the op tests and for `bench --ops`: every op, sizes
 * on both sides of workgroups and tiles, odd channel counts, folded forms.
 */

typedef enum
{
  DIP_OP_CASE_NONE = 0,
  DIP_OP_CASE_TWO_INPUTS = 1 << 0,   /* CONV2D, GROUP_NORM */
  DIP_OP_CASE_CHANNEL_BIAS = 1 << 1, /* CONV2D */
  DIP_OP_CASE_RESIDUAL = 1 << 2,     /* CONV2D */
  DIP_OP_CASE_UPSAMPLING = 1 << 3,   /* CONV2D */
  DIP_OP_CASE_BROADCAST = 1 << 4,    /* ADD */
  DIP_OP_CASE_NO_BIAS = 1 << 5,
  DIP_OP_CASE_NO_WEIGHT = 1 << 6, /* GROUP_NORM */
} DipOpCaseFlags;

typedef struct
{
  const char *name;
  DipOp op;
  guint batch, channels, height, width; /* of x */
  guint channels_y;                     /* CONCAT and TWO_INPUTS */
  guint n_out;                          /* CONV2D, LINEAR, EMBEDDING, projections */
  guint kernel, stride, pad_before, pad_after;
  guint n_groups; /* GROUP_NORM */
  guint n_heads;  /* ATTENTION */
  DipActivation activation;
  double scale; /* 0: 1 */
  DipOpCaseFlags flags;
} DipOpCase;

const DipOpCase *dip_op_table_get (guint *n_cases);

/* A graph whose last node is the case, with weights of standard scale from
 * @random (which also makes the inputs below).  Further inputs of the node are
 * made from its first by nodes of their own.
 */
DipGraph *dip_op_case_build (const DipOpCase *self, GRand *random);

/* Values for the graph's inputs: free each with g_free(). */
void dip_op_case_fill (const DipGraph *graph,
                       GRand *random,
                       float *inputs[DIP_N_GRAPH_INPUTS]);

G_END_DECLS
