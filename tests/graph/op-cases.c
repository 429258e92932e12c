#include "op-cases.h"

/* Expected: torch 2.13's functions on float64 tensors, and diffusers 0.40's
 * get_timestep_embedding on float32 ones.
 */
const OpCase op_cases[] = {
  { "/reference/conv/3x3", DIP_OP_CONV2D, .x = { 1, 2, 3, 4 }, .n_weight_dims = 4,
    .weight = { 2, 2, 3, 3 }, .has_bias = TRUE,
    .attributes = { .kernel = 3,
                    .stride = 1,
                    .pad_before = 1,
                    .pad_after = 1,
                    .scale = 1.0 },
    .n_expected = 24,
    .expected = { 0.109375, 0.59375,   -1.125,    0.671875,  -0.71875,  -0.65625,
                  1.09375,  0.515625,  -0.515625, -0.953125, -0.328125, -1.359375,
                  1.359375, -0.265625, -0.28125,  1.625,     -0.875,    0.640625,
                  0.515625, 1.46875,   1.4375,    -1,        1.328125,  -0.453125 } },
  { "/reference/conv/1x1-of-linear-weight", DIP_OP_CONV2D, .x = { 2, 3, 2, 2 },
    .n_weight_dims = 2, .weight = { 2, 3 },
    .attributes = { .kernel = 1,
                    .stride = 1,
                    .pad_before = 0,
                    .pad_after = 0,
                    .scale = 1.0 },
    .n_expected = 16,
    .expected = { 0.390625, 0.390625, 0.390625, 0.390625, 0.421875, -0.875, 0.75,
                  -0.546875, 0.390625, 0.390625, -0.9375, 0.390625, 0.53125, -0.765625,
                  0.0625, -0.4375 } },
  { "/reference/conv/stride-2", DIP_OP_CONV2D, .x = { 1, 2, 5, 4 }, .n_weight_dims = 4,
    .weight = { 2, 2, 3, 3 }, .has_bias = TRUE,
    .attributes = { .kernel = 3,
                    .stride = 2,
                    .pad_before = 1,
                    .pad_after = 1,
                    .scale = 1.0 },
    .n_expected = 12,
    .expected = { 0.4375, 0.359375, -2.375, 0.40625, 0.734375, -0.40625, 1.640625, 1,
                  -0.171875, 1.71875, 0.640625, -1.265625 } },
  { "/reference/conv/stride-2-pad-after", DIP_OP_CONV2D, .x = { 1, 2, 5, 4 },
    .n_weight_dims = 4, .weight = { 2, 2, 3, 3 }, .has_bias = TRUE,
    .attributes = { .kernel = 3,
                    .stride = 2,
                    .pad_before = 0,
                    .pad_after = 1,
                    .scale = 1.0 },
    .n_expected = 8,
    .expected = { 0.421875, 0.796875, -2.84375, 0.046875, 1.8125, 1.546875, -0.515625,
                  0.65625 } },
  { "/reference/conv/one-pixel", DIP_OP_CONV2D, .x = { 1, 1, 1, 1 }, .n_weight_dims = 4,
    .weight = { 3, 1, 3, 3 }, .has_bias = TRUE,
    .attributes = { .kernel = 3,
                    .stride = 1,
                    .pad_before = 1,
                    .pad_after = 1,
                    .scale = 1.0 },
    .n_expected = 3, .expected = { -0.40625, 0.890625, -0.578125 } },
  { "/reference/conv/two-inputs-upsampled", DIP_OP_CONV2D, .x = { 1, 1, 2, 2 },
    .y = { 1, 2, 2, 2 }, .n_weight_dims = 4, .weight = { 1, 3, 3, 3 }, .has_bias = TRUE,
    .is_upsampling = TRUE,
    .attributes = { .kernel = 3,
                    .stride = 1,
                    .pad_before = 1,
                    .pad_after = 1,
                    .scale = 1.0 },
    .n_expected = 16,
    .expected = { 0.28125, -0.390625, -0.296875, -0.40625, -0.5, 0.265625, 1.0625, -0.875,
                  -0.28125, 0.609375, 1.40625, -0.90625, -0.484375, 1.5, 1.859375,
                  -0.9375 } },
  { "/reference/conv/channel-bias-residual-scale", DIP_OP_CONV2D, .x = { 2, 2, 2, 2 },
    .channel_bias = { 2, 2, 1, 1 }, .residual = { 2, 2, 2, 2 }, .n_weight_dims = 4,
    .weight = { 2, 2, 3, 3 }, .has_bias = TRUE,
    .attributes = { .kernel = 3,
                    .stride = 1,
                    .pad_before = 1,
                    .pad_after = 1,
                    .scale = 0.75 },
    .n_expected = 16,
    .expected = { -1.6757812, 0.48046875, -0.50390625, -0.17578125, -0.17578125,
                  1.6757812, 0.5390625, 1.0195312, -0.328125, 0.9375, -0.76171875,
                  0.50390625, 0.0703125, 1.8632812, 0.7734375, 1.4296875 } },
  { "/reference/group-norm/two-groups", DIP_OP_GROUP_NORM, .x = { 2, 4, 2, 1 },
    .n_weight_dims = 1, .weight = { 4 }, .has_bias = TRUE,
    .attributes = { .n_groups = 2, .eps = 1e-05, .scale = 1.0 }, .n_expected = 16,
    .expected = { 0.078258838, -1.0706471, 0.5, 0.5, 0.27822472, -0.91904408,
                  -0.0014264474, 0.71693483, 0.078258838, -1.0706471, 0.5, 0.5,
                  -1.2633219, -0.40840138, -0.31791147, 0.41487752 } },
  { "/reference/group-norm/large-eps", DIP_OP_GROUP_NORM, .x = { 2, 4, 2, 1 },
    .attributes = { .n_groups = 4, .eps = 0.5, .scale = 1.0 }, .n_expected = 16,
    .expected = { -0.52615222, 0.52615222, -0.52615222, 0.52615222, 0.66226618,
                  -0.66226618, 0.66226618, -0.66226618, -0.52615222, 0.52615222,
                  -0.52615222, 0.52615222, -0.52615222, 0.52615222, 0.66226618,
                  -0.66226618 } },
  { "/reference/group-norm/two-inputs-silu", DIP_OP_GROUP_NORM, .x = { 1, 1, 2, 2 },
    .y = { 1, 3, 2, 2 }, .n_weight_dims = 1, .weight = { 4 }, .has_bias = TRUE,
    .attributes = { .n_groups = 2,
                    .eps = 1e-06,
                    .activation = DIP_ACTIVATION_SILU,
                    .scale = 1.0 },
    .n_expected = 16,
    .expected = { 0.1653409, -0.22379855, 0.46241673, -0.10945587, 0.31122967, 0.31122967,
                  0.31122967, 0.31122967, -0.23285333, 0.20018584, -0.20977971,
                  0.28092112, 0.12974799, 0.54360882, 0.088047074, 0.4847327 } },
  { "/reference/attention/1-head", DIP_OP_ATTENTION, .x = { 2, 4, 2, 2 },
    .y = { 2, 4, 2, 2 }, .z = { 2, 4, 2, 2 },
    .attributes = { .n_heads = 1, .scale = 1.0 }, .n_expected = 32,
    .expected = { 0.13452077,  0.044075918, 0.043696131,  0.043066858,  0.31747567,
                  0.22386285,  0.23119613,  0.23880357,   -0.15074586,  0.060993925,
                  0.057629286, 0.054235041, -0.36547923,  -0.45592408,  -0.45630387,
                  -0.45693314, 0.40401175,  0.39548259,   0.23167735,   0.18156975,
                  0.03118319,  -0.06656158, -0.091229336, 0.049486698,  -0.02345593,
                  0.12586764,  0.31574462,  0.17414888,   -0.095988252, -0.10451741,
                  -0.26832265, -0.31843025 } },
  { "/reference/attention/2-heads", DIP_OP_ATTENTION, .x = { 2, 4, 2, 2 },
    .y = { 2, 4, 2, 2 }, .z = { 2, 4, 2, 2 },
    .attributes = { .n_heads = 2, .scale = 1.0 }, .n_expected = 32,
    .expected = { 0.1001579,    0.080099054,  0.058155371,  0.035476115, 0.28794948,
                  0.26876247,   0.2528025,    0.24071499,   -0.17002429, 0.078622857,
                  0.027670688,  -0.025987888, -0.35395344,  -0.46099548, -0.44307622,
                  -0.42192417,  0.38501347,   0.33078835,   0.27598789,  0.22232931,
                  -0.061366628, -0.039229656, -0.014540972, 0.011956057, -0.027996081,
                  0.12332254,   0.36883732,   0.14382974,   -0.14045477, -0.08919201,
                  -0.26057029,  -0.28271092 } },
  { "/reference/linear", DIP_OP_LINEAR, .x = { 2, 3, 1, 1 }, .n_weight_dims = 2,
    .weight = { 4, 3 }, .has_bias = TRUE, .attributes = { .scale = 1.0 }, .n_expected = 8,
    .expected = { -0.484375, 1.546875, 0.203125, 0.609375, -0.484375, 1.109375, 0.140625,
                  0.921875 } },
  { "/reference/linear/silu", DIP_OP_LINEAR, .x = { 2, 3, 1, 1 }, .n_weight_dims = 2,
    .weight = { 2, 3 }, .attributes = { .activation = DIP_ACTIVATION_SILU, .scale = 1.0 },
    .n_expected = 4, .expected = { -0.10351711, 0.77487004, -0.10351711, 0.39475204 } },
  { "/reference/embedding", DIP_OP_EMBEDDING, .x = { 2, 1, 1, 1 }, .x_values = { 4, 0 },
    .n_weight_dims = 2, .weight = { 5, 3 }, .attributes = { .scale = 1.0 },
    .n_expected = 6, .expected = { 0.375, -0.625, 0, -0.625, 0, 0.625 } },
  { "/reference/time-proj/sine-first", DIP_OP_TIME_PROJ, .x = { 3, 1, 1, 1 },
    .x_values = { 0, 999, 333.25 },
    .attributes = { .dim = 4, .freq_shift = 1.0, .scale = 1.0 }, .n_expected = 12,
    .expected = { 0, 0, 1, 1, -0.026460752, 0.099733911, 0.99964982, 0.99501413,
                  0.23884739, 0.033318829, 0.97105712, 0.99944478 } },
  { "/reference/time-proj/cosine-first-no-shift", DIP_OP_TIME_PROJ, .x = { 3, 1, 1, 1 },
    .x_values = { 0, 999, 333.25 },
    .attributes = { .dim = 4, .flip_sin_to_cos = TRUE, .freq_shift = 0.0, .scale = 1.0 },
    .n_expected = 12,
    .expected = { 1, 1, 0, 0, 0.99964982, -0.84446979, -0.026460752, -0.53560317,
                  0.97105712, -0.9818325, 0.23884739, -0.18974982 } },
  { "/reference/time-proj/odd", DIP_OP_TIME_PROJ, .x = { 3, 1, 1, 1 },
    .x_values = { 0, 999, 333.25 },
    .attributes = { .dim = 5, .freq_shift = 0.5, .scale = 1.0 }, .n_expected = 15,
    .expected = { 0, 0, 1, 1, 0, -0.026460752, 0.83564848, 0.99964982, -0.54926467, 0,
                  0.23884739, 0.65785372, 0.97105712, 0.75314575, 0 } },
  { "/reference/fourier-proj/log", DIP_OP_FOURIER_PROJ, .x = { 2, 1, 1, 1 },
    .x_values = { 1, 250 }, .n_weight_dims = 1, .weight = { 3 },
    .attributes = { .take_log = TRUE, .scale = 1.0 }, .n_expected = 12,
    .expected = { 0, 0, 0, 1, 1, 1, -0.3035543, 0, 0.3035543, -0.95281416, 1,
                  -0.95281416 } },
  { "/reference/fourier-proj/cosine-first", DIP_OP_FOURIER_PROJ, .x = { 2, 1, 1, 1 },
    .x_values = { 0.5, 2 }, .n_weight_dims = 1, .weight = { 3 },
    .attributes = { .flip_sin_to_cos = TRUE, .scale = 1.0 }, .n_expected = 12,
    .expected = { -0.38268352, 1, -0.38268352, -0.9238795, 0, 0.9238795, -3.3776624e-07,
                  1, -3.3776624e-07, -1, 0, 1 } },
  { "/reference/activation/silu", DIP_OP_ACTIVATION, .x = { 6, 1, 1, 1 },
    .x_values = { -20, -3, -0.5, 0, 0.5, 30 },
    .attributes = { .activation = DIP_ACTIVATION_SILU, .scale = 1.0 }, .n_expected = 6,
    .expected = { -4.1223072e-08, -0.14227762, -0.18877033, 0, 0.31122967, 30 } },
  { "/reference/activation/gelu", DIP_OP_ACTIVATION, .x = { 6, 1, 1, 1 },
    .x_values = { -20, -3, -0.5, 0, 0.5, 30 },
    .attributes = { .activation = DIP_ACTIVATION_GELU, .scale = 1.0 }, .n_expected = 6,
    .expected = { 0, -0.0040496941, -0.15426877, 0, 0.34573123, 30 } },
  { "/reference/activation/mish", DIP_OP_ACTIVATION, .x = { 6, 1, 1, 1 },
    .x_values = { -20, -3, -0.5, 0, 0.5, 30 },
    .attributes = { .activation = DIP_ACTIVATION_MISH, .scale = 1.0 }, .n_expected = 6,
    .expected = { -4.1223072e-08, -0.14564746, -0.22074377, 0, 0.37524521, 30 } },
  { "/reference/activation/relu", DIP_OP_ACTIVATION, .x = { 6, 1, 1, 1 },
    .x_values = { -20, -3, -0.5, 0, 0.5, 30 },
    .attributes = { .activation = DIP_ACTIVATION_RELU, .scale = 1.0 }, .n_expected = 6,
    .expected = { 0, 0, 0, 0, 0.5, 30 } },
  { "/reference/add", DIP_OP_ADD, .x = { 2, 2, 1, 3 }, .y = { 2, 2, 1, 3 },
    .attributes = { .scale = 0.5 }, .n_expected = 12,
    .expected = { -0.5625, 0.4375, -0.6875, 0.3125, 0.25, 0.1875, 0.125, 0.0625, 0,
                  -0.0625, -0.125, -0.1875 } },
  { "/reference/add/broadcast", DIP_OP_ADD, .x = { 2, 2, 1, 3 }, .y = { 2, 2, 1, 1 },
    .attributes = { .scale = 1.0 }, .n_expected = 12,
    .expected = { -1.125, -0.25, -1.5, 0.5, 1.375, 0.125, 0, -1.25, -0.375, 1.625, 0.375,
                  1.25 } },
  { "/reference/scale-shift", DIP_OP_SCALE_SHIFT, .x = { 2, 2, 1, 3 },
    .y = { 2, 4, 1, 1 }, .attributes = { .scale = 1.0 }, .n_expected = 12,
    .expected = { -0.6875, -0.25, -0.875, 0.546875, 1.96875, -0.0625, 0.15625, -0.78125,
                  -0.125, 2.640625, 0.296875, 1.9375 } },
  { "/reference/concat", DIP_OP_CONCAT, .x = { 2, 2, 1, 3 }, .y = { 2, 1, 1, 3 },
    .attributes = { .scale = 1.0 }, .n_expected = 18,
    .expected = { -0.625, 0.25, -1, -0.125, 0.75, -0.5, -0.5, 0.625, -0.375, 0.375,
                  -0.875, 0, 0.875, -0.375, 0.5, 0.75, -0.25, 0.875 } },
  { "/reference/upsample", DIP_OP_UPSAMPLE, .x = { 1, 2, 1, 3 },
    .attributes = { .scale = 1.0 }, .n_expected = 24,
    .expected = { -0.625, -0.625, 0.25,   0.25,   -1,     -1,     -0.625, -0.625,
                  0.25,   0.25,   -1,     -1,     -0.125, -0.125, 0.75,   0.75,
                  -0.5,   -0.5,   -0.125, -0.125, 0.75,   0.75,   -0.5,   -0.5 } },
  { "/reference/avg-pool/odd", DIP_OP_AVG_POOL, .x = { 1, 2, 3, 5 },
    .attributes = { .scale = 1.0 }, .n_expected = 4,
    .expected = { -0.125, -0.5, 0.25, -0.125 } },
  { "/reference/affine", DIP_OP_AFFINE, .x = { 2, 2, 1, 3 },
    .attributes = { .scale = 2, .offset = -1 }, .n_expected = 12,
    .expected = { -2.25, -0.5, -3, -1.25, 0.5, -2, -0.25, -2.75, -1, 0.75, -1.75, 0 } },
  { "/reference/divide", DIP_OP_DIVIDE, .x = { 2, 2, 1, 3 }, .y = { 2, 1, 1, 1 },
    .y_values = { 2, 5 }, .attributes = { .scale = 1.0 }, .n_expected = 12,
    .expected = { -0.3125, 0.125, -0.5, -0.0625, 0.375, -0.25, 0.075, -0.175, 0, 0.175,
                  -0.075, 0.1 } },
};

const guint n_op_cases = G_N_ELEMENTS (op_cases);

/* The arrays behind a graph, freed with it. */
static float *
new_array (GPtrArray *arrays, gsize n)
{
  float *array = g_new (float, n);

  g_ptr_array_add (arrays, array);
  return array;
}

/* Adds the next of the graph's inputs; their meaning plays no part here. */
static DipValueId
add_input (DipGraph *graph,
           GPtrArray *arrays,
           const DipShape *shape,
           guint k,
           const float *given,
           const float **inputs)
{
  gsize n = dip_shape_get_n_elements (shape);
  guint next = dip_graph_get_n_values (graph);
  float *values;

  if (n == 0)
    return DIP_NO_VALUE;

  values = new_array (arrays, n);
  for (gsize i = 0; i < n; i++)
    values[i] =
        given != NULL ? given[i] : ((int) ((i * (7 + 2 * k) + 3 + k) % 17) - 8) / 8.0f;

  inputs[next] = values;
  return dip_graph_add_input (graph, next, shape);
}

static void
add_weights (const OpCase *self, DipGraph *graph, GPtrArray *arrays, DipNode *node)
{
  gsize n = 1;
  float *values;

  if (self->n_weight_dims == 0)
    return;

  for (guint i = 0; i < self->n_weight_dims; i++)
    n *= self->weight[i];
  values = new_array (arrays, n);
  for (gsize i = 0; i < n; i++)
    values[i] = ((int) ((i * 5 + 1) % 13) - 6) / 8.0f;
  node->weight = dip_graph_add_weight (graph, "op.weight", self->n_weight_dims,
                                       self->weight, values);

  if (!self->has_bias)
    return;

  values = new_array (arrays, self->weight[0]);
  for (gsize i = 0; i < self->weight[0]; i++)
    values[i] = ((int) ((i * 3 + 2) % 7) - 3) / 4.0f;
  node->bias = dip_graph_add_weight (graph, "op.bias", 1, self->weight, values);
}

DipGraph *
op_case_build (const OpCase *self, const float *inputs[DIP_N_GRAPH_INPUTS])
{
  DipGraph *graph = dip_graph_new ();
  GPtrArray *arrays = g_ptr_array_new_with_free_func (g_free);
  gboolean is_given = self->op == DIP_OP_ACTIVATION || self->op == DIP_OP_EMBEDDING ||
                      self->op == DIP_OP_TIME_PROJ || self->op == DIP_OP_FOURIER_PROJ;
  DipNode node;

  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    inputs[i] = NULL;

  dip_graph_set_owner (graph, arrays, (GDestroyNotify) g_ptr_array_unref);
  dip_node_init (&node, self->op, "op", DIP_NO_VALUE);
  node.attributes = self->attributes;
  node.is_upsampling = self->is_upsampling;
  node.x =
      add_input (graph, arrays, &self->x, 0, is_given ? self->x_values : NULL, inputs);
  node.y = add_input (graph, arrays, &self->y, 1,
                      self->op == DIP_OP_DIVIDE ? self->y_values : NULL, inputs);
  node.z = add_input (graph, arrays, &self->z, 2, NULL, inputs);
  node.channel_bias = add_input (graph, arrays, &self->channel_bias, 3, NULL, inputs);
  node.residual = add_input (graph, arrays, &self->residual, 4, NULL, inputs);
  add_weights (self, graph, arrays, &node);
  dip_graph_set_output (graph, dip_graph_add_node (graph, &node));

  return graph;
}
