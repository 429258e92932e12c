#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

#define OP_CASE_MAX_ELEMENTS 32

/* One op on small inputs, and what PyTorch makes of them.
 *
 * Where no values are given, element i of an input is
 * ((i (7 + 2 k) + 3 + k) mod 17 - 8) / 8 with k = 0 for x, 1 y, 2 z, 3
 * channel_bias, 4 residual; of a weight ((5 i + 1) mod 13 - 6) / 8; of a bias
 * ((3 i + 2) mod 7 - 3) / 4.  A shape with batch 0 is an absent input.
 */
typedef struct
{
  const char *path;
  DipOp op;
  DipShape x;
  DipShape y;
  DipShape z;
  DipShape channel_bias;
  DipShape residual;
  float x_values[8];
  float y_values[2];
  guint n_weight_dims; /* 0: no weight */
  gsize weight[4];
  gboolean has_bias; /* with weight[0] elements */
  gboolean is_upsampling;
  DipAttributes attributes;
  guint n_expected;
  double expected[OP_CASE_MAX_ELEMENTS];
} OpCase;

extern const OpCase op_cases[];
extern const guint n_op_cases;

/* A graph of the inputs and the one op, its output set.  @inputs is filled with
 * the values to give to dip_reference_run(); they belong to the graph.
 */
DipGraph *op_case_build (const OpCase *self, const float *inputs[DIP_N_GRAPH_INPUTS]);

G_END_DECLS
