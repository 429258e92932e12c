#include "render/op-table.h"

#include <math.h>

#define CONV(b, c, h, w, o, k, s, p0, p1)                                                \
  DIP_OP_CONV2D, .batch = b, .channels = c, .height = h, .width = w, .n_out = o,         \
                 .kernel = k, .stride = s, .pad_before = p0, .pad_after = p1
#define SIZE(b, c, h, w) .batch = b, .channels = c, .height = h, .width = w

static const DipOpCase table[] = {
  { "conv/1x1-one-element", CONV (1, 1, 1, 1, 1, 1, 1, 0, 0) },
  { "conv/3x3-one-pixel", CONV (1, 2, 1, 1, 3, 3, 1, 1, 1) },
  { "conv/3x3-rgb-in", CONV (1, 3, 9, 7, 8, 3, 1, 1, 1) },
  { "conv/3x3-rgb-out", CONV (2, 17, 8, 8, 3, 3, 1, 1, 1) },
  { "conv/3x3-one-channel", CONV (1, 1, 5, 6, 1, 3, 1, 1, 1) },
  { "conv/3x3-tile-less-one", CONV (1, 31, 31, 1, 31, 3, 1, 1, 1) },
  { "conv/3x3-tile", CONV (1, 16, 8, 8, 32, 3, 1, 1, 1) },
  { "conv/3x3-tile-plus-one", CONV (1, 33, 3, 11, 33, 3, 1, 1, 1) },
  { "conv/3x3-large-tile", CONV (1, 16, 32, 32, 64, 3, 1, 1, 1) },
  { "conv/3x3-large-tile-odd", CONV (1, 5, 33, 35, 65, 3, 1, 1, 1) },
  { "conv/3x3-deep", CONV (1, 384, 4, 4, 48, 3, 1, 1, 1) },
  { "conv/3x3-batch", CONV (3, 6, 5, 5, 7, 3, 1, 1, 1) },
  { "conv/3x3-no-bias", CONV (1, 4, 6, 6, 5, 3, 1, 1, 1), .flags = DIP_OP_CASE_NO_BIAS },
  { "conv/3x3-no-pad", CONV (1, 4, 6, 5, 5, 3, 1, 0, 0) },
  { "conv/1x1", CONV (2, 24, 7, 5, 40, 1, 1, 0, 0) },
  { "conv/1x1-two-inputs", CONV (2, 10, 6, 6, 20, 1, 1, 0, 0), .channels_y = 7,
    .flags = DIP_OP_CASE_TWO_INPUTS },
  { "conv/stride-2-even", CONV (1, 8, 8, 8, 16, 3, 2, 1, 1) },
  { "conv/stride-2-odd", CONV (2, 5, 7, 9, 6, 3, 2, 1, 1) },
  { "conv/stride-2-pad-after", CONV (2, 8, 8, 10, 8, 3, 2, 0, 1) },
  { "conv/stride-2-pad-after-odd", CONV (1, 3, 7, 5, 4, 3, 2, 0, 1) },
  { "conv/stride-2-to-one-pixel", CONV (1, 6, 2, 2, 6, 3, 2, 1, 1) },
  { "conv/upsampling", CONV (2, 9, 4, 5, 12, 3, 1, 1, 1),
    .flags = DIP_OP_CASE_UPSAMPLING },
  { "conv/upsampling-one-pixel", CONV (1, 2, 1, 1, 2, 3, 1, 1, 1),
    .flags = DIP_OP_CASE_UPSAMPLING },
  { "conv/two-inputs", CONV (1, 17, 5, 7, 18, 3, 1, 1, 1), .channels_y = 15,
    .flags = DIP_OP_CASE_TWO_INPUTS },
  { "conv/channel-bias", CONV (2, 8, 6, 6, 16, 3, 1, 1, 1),
    .flags = DIP_OP_CASE_CHANNEL_BIAS },
  { "conv/residual-scaled", CONV (2, 8, 6, 6, 16, 3, 1, 1, 1), .scale = 0.7071,
    .flags = DIP_OP_CASE_RESIDUAL },
  { "conv/everything", CONV (2, 17, 6, 5, 33, 3, 1, 1, 1), .channels_y = 9, .scale = 0.5,
    .flags = DIP_OP_CASE_TWO_INPUTS | DIP_OP_CASE_CHANNEL_BIAS | DIP_OP_CASE_RESIDUAL |
             DIP_OP_CASE_UPSAMPLING },
  { "conv/winograd", CONV (1, 32, 32, 32, 32, 3, 1, 1, 1) },
  { "conv/winograd-small", CONV (2, 96, 8, 8, 100, 3, 1, 1, 1), .scale = 0.7071,
    .flags = DIP_OP_CASE_RESIDUAL },
  { "conv/winograd-small-odd", CONV (1, 40, 9, 17, 33, 3, 1, 1, 1), .channels_y = 61,
    .flags = DIP_OP_CASE_TWO_INPUTS | DIP_OP_CASE_CHANNEL_BIAS },
  { "conv/winograd-odd", CONV (2, 37, 34, 45, 41, 3, 1, 1, 1), .scale = 0.7071,
    .flags = DIP_OP_CASE_RESIDUAL | DIP_OP_CASE_NO_BIAS },
  { "conv/winograd-two-inputs", CONV (1, 33, 35, 33, 50, 3, 1, 1, 1), .channels_y = 135,
    .flags = DIP_OP_CASE_TWO_INPUTS | DIP_OP_CASE_CHANNEL_BIAS },
  { "conv/winograd-upsampling", CONV (1, 32, 17, 18, 40, 3, 1, 1, 1),
    .flags = DIP_OP_CASE_UPSAMPLING },
  { "conv/winograd-bands", CONV (1, 32, 190, 260, 32, 3, 1, 1, 1) },
  { "conv/many-rows", CONV (1, 3, 517, 2, 5, 3, 1, 1, 1) },
  { "conv/many-columns", CONV (1, 2, 2, 2075, 3, 3, 1, 1, 1),
    .flags = DIP_OP_CASE_RESIDUAL },
  { "conv/many-channels", CONV (1, 8, 2, 1, 2060, 1, 1, 0, 0),
    .flags = DIP_OP_CASE_CHANNEL_BIAS },
  { "conv/stride-2-many-rows", CONV (1, 2, 600, 3, 3, 3, 2, 0, 1) },
  { "conv/upsampling-many-rows", CONV (1, 2, 140, 3, 3, 3, 1, 1, 1),
    .flags = DIP_OP_CASE_UPSAMPLING },
  { "linear/one", DIP_OP_LINEAR, SIZE (1, 1, 1, 1), .n_out = 1 },
  { "linear/group-less-one", DIP_OP_LINEAR, SIZE (1, 127, 1, 1), .n_out = 5 },
  { "linear/group-plus-one", DIP_OP_LINEAR, SIZE (3, 129, 1, 1), .n_out = 129 },
  { "linear/silu", DIP_OP_LINEAR, SIZE (2, 32, 1, 1), .n_out = 64,
    .activation = DIP_ACTIVATION_SILU },
  { "linear/gelu-no-bias", DIP_OP_LINEAR, SIZE (1, 17, 1, 1), .n_out = 6,
    .activation = DIP_ACTIVATION_GELU, .flags = DIP_OP_CASE_NO_BIAS },
  { "group-norm/one-group", DIP_OP_GROUP_NORM, SIZE (1, 6, 5, 5), .n_groups = 1 },
  { "group-norm/channel-a-group", DIP_OP_GROUP_NORM, SIZE (2, 8, 3, 3), .n_groups = 8 },
  { "group-norm/odd", DIP_OP_GROUP_NORM, SIZE (3, 15, 7, 9), .n_groups = 5 },
  { "group-norm/long", DIP_OP_GROUP_NORM, SIZE (1, 32, 33, 31), .n_groups = 4 },
  { "group-norm/one-pixel", DIP_OP_GROUP_NORM, SIZE (2, 16, 1, 1), .n_groups = 4 },
  { "group-norm/silu", DIP_OP_GROUP_NORM, SIZE (2, 8, 8, 8), .n_groups = 2,
    .activation = DIP_ACTIVATION_SILU },
  { "group-norm/two-inputs", DIP_OP_GROUP_NORM, SIZE (2, 10, 6, 5), .channels_y = 14,
    .n_groups = 4, .activation = DIP_ACTIVATION_SILU, .flags = DIP_OP_CASE_TWO_INPUTS },
  { "group-norm/two-large-inputs", DIP_OP_GROUP_NORM, SIZE (1, 48, 19, 37),
    .channels_y = 20, .n_groups = 4, .flags = DIP_OP_CASE_TWO_INPUTS },
  { "group-norm/plain", DIP_OP_GROUP_NORM, SIZE (1, 4, 4, 4), .n_groups = 2,
    .flags = DIP_OP_CASE_NO_WEIGHT | DIP_OP_CASE_NO_BIAS },
  { "group-norm/many-rows", DIP_OP_GROUP_NORM, SIZE (1, 3, 2100, 2), .n_groups = 3 },
  { "activation/silu-one", DIP_OP_ACTIVATION, SIZE (1, 1, 1, 1),
    .activation = DIP_ACTIVATION_SILU },
  { "activation/silu", DIP_OP_ACTIVATION, SIZE (2, 127, 1, 1),
    .activation = DIP_ACTIVATION_SILU },
  { "activation/gelu", DIP_OP_ACTIVATION, SIZE (2, 43, 3, 1),
    .activation = DIP_ACTIVATION_GELU },
  { "activation/mish", DIP_OP_ACTIVATION, SIZE (1, 3, 16, 17),
    .activation = DIP_ACTIVATION_MISH },
  { "activation/relu", DIP_OP_ACTIVATION, SIZE (3, 2, 5, 5),
    .activation = DIP_ACTIVATION_RELU },
  { "add/same", DIP_OP_ADD, SIZE (2, 5, 7, 3) },
  { "add/scaled", DIP_OP_ADD, SIZE (1, 8, 4, 4), .scale = 0.7071 },
  { "add/broadcast", DIP_OP_ADD, SIZE (3, 6, 5, 5), .flags = DIP_OP_CASE_BROADCAST },
  { "scale-shift/even", DIP_OP_SCALE_SHIFT, SIZE (2, 8, 4, 4) },
  { "scale-shift/odd", DIP_OP_SCALE_SHIFT, SIZE (3, 5, 3, 7) },
  { "concat/even", DIP_OP_CONCAT, SIZE (2, 8, 4, 4), .channels_y = 8 },
  { "concat/odd", DIP_OP_CONCAT, SIZE (3, 5, 3, 3), .channels_y = 1 },
  { "upsample/one-pixel", DIP_OP_UPSAMPLE, SIZE (1, 1, 1, 1) },
  { "upsample/many-columns", DIP_OP_UPSAMPLE, SIZE (1, 1, 2, 1030) },
  { "upsample/odd", DIP_OP_UPSAMPLE, SIZE (2, 3, 5, 7) },
  { "avg-pool/even", DIP_OP_AVG_POOL, SIZE (2, 3, 8, 6) },
  { "avg-pool/odd", DIP_OP_AVG_POOL, SIZE (1, 5, 5, 7) },
  { "attention/one-position", DIP_OP_ATTENTION, SIZE (1, 8, 1, 1), .n_heads = 1 },
  { "attention/one-head", DIP_OP_ATTENTION, SIZE (1, 64, 8, 8), .n_heads = 1 },
  { "attention/heads-of-1", DIP_OP_ATTENTION, SIZE (2, 4, 4, 4), .n_heads = 4 },
  { "attention/heads-of-8", DIP_OP_ATTENTION, SIZE (2, 24, 7, 5), .n_heads = 3 },
  { "attention/tile-less-one", DIP_OP_ATTENTION, SIZE (1, 31, 31, 1), .n_heads = 1 },
  { "attention/tile-plus-one", DIP_OP_ATTENTION, SIZE (3, 66, 11, 3), .n_heads = 2 },
  { "attention/wide", DIP_OP_ATTENTION, SIZE (1, 160, 16, 16), .n_heads = 1 },
  { "attention/many-positions", DIP_OP_ATTENTION, SIZE (1, 8, 47, 46), .n_heads = 1 },
  { "time-proj/even", DIP_OP_TIME_PROJ, SIZE (3, 1, 1, 1), .n_out = 32 },
  { "time-proj/odd", DIP_OP_TIME_PROJ, SIZE (1, 1, 1, 1), .n_out = 9 },
  { "fourier-proj/even", DIP_OP_FOURIER_PROJ, SIZE (2, 1, 1, 1), .n_out = 16 },
  { "embedding/rows", DIP_OP_EMBEDDING, SIZE (3, 1, 1, 1), .n_out = 20 },
  { "affine/centre", DIP_OP_AFFINE, SIZE (2, 3, 7, 5), .scale = 2.0 },
  { "divide/timestep", DIP_OP_DIVIDE, SIZE (3, 3, 4, 5) },
};

#define N_ROWS 7 /* of the embedding's table */

const DipOpCase *
dip_op_table_get (guint *n_cases)
{
  *n_cases = G_N_ELEMENTS (table);

  return table;
}

/* Standard normal is not needed: even numbers with a standard deviation of 1. */
static float
draw (GRand *random)
{
  return g_rand_double_range (random, -1.0, 1.0) * sqrt (3.0);
}

/* Uniform, so that a sum over @fan_in products has about the inputs' size. */
static DipWeightId
add_weight (DipGraph *graph,
            GPtrArray *owner,
            GRand *random,
            guint n_dims,
            const gsize *shape,
            double scale)
{
  gsize n = 1;
  float *data;

  for (guint i = 0; i < n_dims; i++)
    n *= shape[i];
  data = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    data[i] = draw (random) * scale;
  g_ptr_array_add (owner, data);

  return dip_graph_add_weight (graph, "weight", n_dims, shape, data);
}

/* What is needed to add nodes to a case's graph. */
typedef struct
{
  const DipOpCase *op_case;
  DipGraph *graph;
  GPtrArray *owner;
  GRand *random;
  DipValueId x;
  DipValueId timesteps;
} Builder;

static void
set_layer_weights (Builder *self, DipNode *node, guint n_in, guint n_out, guint kernel)
{
  const gsize shape[] = { n_out, n_in, kernel, kernel };
  gsize n_dims = node->op == DIP_OP_LINEAR ? 2 : 4;

  node->weight = add_weight (self->graph, self->owner, self->random, n_dims, shape,
                             1.0 / sqrt ((double) n_in * kernel * kernel));
  node->bias = add_weight (self->graph, self->owner, self->random, 1, shape, 0.5);
}

/* A value of @n_channels and x's size that is not x: q, k, v, a second input. */
static DipValueId
add_picture (Builder *self, guint n_channels)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_CONV2D, "other", self->x);
  node.attributes.kernel = 1;
  node.attributes.stride = 1;
  set_layer_weights (self, &node, self->op_case->channels, n_channels, 1);

  return dip_graph_add_node (self->graph, &node);
}

/* (B, @n_channels, 1, 1) from the timesteps. */
static DipValueId
add_vector (Builder *self, guint n_channels)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_LINEAR, "vector", self->timesteps);
  set_layer_weights (self, &node, 1, n_channels, 1);

  return dip_graph_add_node (self->graph, &node);
}

static void
prepare_conv (Builder *self, DipNode *node)
{
  const DipOpCase *c = self->op_case;
  DipNode residual;

  node->attributes.kernel = c->kernel;
  node->attributes.stride = c->stride;
  node->attributes.pad_before = c->pad_before;
  node->attributes.pad_after = c->pad_after;
  node->is_upsampling = (c->flags & DIP_OP_CASE_UPSAMPLING) != 0;
  if (c->flags & DIP_OP_CASE_CHANNEL_BIAS)
    node->channel_bias = add_vector (self, c->n_out);
  if (c->flags & DIP_OP_CASE_RESIDUAL)
    {
      residual = *node;
      residual.name = "residual";
      residual.y = DIP_NO_VALUE;
      residual.channel_bias = DIP_NO_VALUE;
      residual.attributes.scale = 1.0;
      set_layer_weights (self, &residual, c->channels, c->n_out, c->kernel);
      node->residual = dip_graph_add_node (self->graph, &residual);
    }
  set_layer_weights (self, node, c->channels + c->channels_y, c->n_out, c->kernel);
}

static void
prepare_norm (Builder *self, DipNode *node)
{
  const DipOpCase *c = self->op_case;
  const gsize shape[] = { c->channels + c->channels_y };

  node->attributes.n_groups = c->n_groups;
  node->attributes.eps = 1e-5;
  if (!(c->flags & DIP_OP_CASE_NO_WEIGHT))
    node->weight = add_weight (self->graph, self->owner, self->random, 1, shape, 1.0);
  node->bias = add_weight (self->graph, self->owner, self->random, 1, shape, 1.0);
}

static void
prepare_table (Builder *self, DipNode *node)
{
  const DipOpCase *c = self->op_case;
  const gsize rows[] = { N_ROWS, c->n_out };
  const gsize frequencies[] = { c->n_out / 2 };

  node->attributes.dim = c->n_out;
  node->attributes.freq_shift = 1.0;
  node->attributes.take_log = TRUE;
  if (node->op == DIP_OP_EMBEDDING)
    node->weight = add_weight (self->graph, self->owner, self->random, 2, rows, 1.0);
  if (node->op == DIP_OP_FOURIER_PROJ)
    node->weight =
        add_weight (self->graph, self->owner, self->random, 1, frequencies, 1.0);
}

/* Weights and further inputs of the case's own node. */
static void
prepare (Builder *self, DipNode *node)
{
  const DipOpCase *c = self->op_case;

  if (c->channels_y > 0)
    node->y = add_picture (self, c->channels_y);
  if (node->op == DIP_OP_ADD && (c->flags & DIP_OP_CASE_BROADCAST))
    node->y = add_vector (self, c->channels);
  else if (node->op == DIP_OP_ADD)
    node->y = add_picture (self, c->channels);

  switch (node->op)
    {
    case DIP_OP_CONV2D:
      prepare_conv (self, node);
      break;
    case DIP_OP_LINEAR:
      set_layer_weights (self, node, c->channels, c->n_out, 1);
      break;
    case DIP_OP_GROUP_NORM:
      prepare_norm (self, node);
      break;
    case DIP_OP_SCALE_SHIFT:
      node->y = add_vector (self, 2 * c->channels);
      break;
    case DIP_OP_DIVIDE:
      node->y = self->timesteps;
      break;
    case DIP_OP_ATTENTION:
      node->attributes.n_heads = c->n_heads;
      node->y = add_picture (self, c->channels);
      node->z = add_picture (self, c->channels);
      break;
    case DIP_OP_TIME_PROJ:
    case DIP_OP_FOURIER_PROJ:
    case DIP_OP_EMBEDDING:
      prepare_table (self, node);
      break;
    default:
      break;
    }
  if (c->flags & DIP_OP_CASE_NO_BIAS)
    node->bias = DIP_NO_WEIGHT;
}

DipGraph *
dip_op_case_build (const DipOpCase *self, GRand *random)
{
  const DipShape shape = { self->batch, self->channels, self->height, self->width };
  const DipShape numbers = { self->batch, 1, 1, 1 };
  gboolean is_of_time = self->op == DIP_OP_TIME_PROJ || self->op == DIP_OP_FOURIER_PROJ ||
                        self->op == DIP_OP_EMBEDDING;
  g_autoptr (DipGraph) graph = dip_graph_new ();
  GPtrArray *owner = g_ptr_array_new_with_free_func (g_free);
  Builder builder = { self, graph, owner, random, 0, 0 };
  DipNode node;

  dip_graph_set_owner (graph, owner, (GDestroyNotify) g_ptr_array_unref);
  builder.timesteps = dip_graph_add_input (graph, DIP_GRAPH_INPUT_TIMESTEPS, &numbers);
  builder.x = builder.timesteps;
  if (!is_of_time)
    builder.x = dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &shape);

  dip_node_init (&node, self->op, self->name, builder.x);
  node.attributes.activation = self->activation;
  node.attributes.scale = self->scale != 0.0 ? self->scale : 1.0;
  if (self->op == DIP_OP_AFFINE)
    node.attributes.offset = -1.0;
  prepare (&builder, &node);
  dip_graph_set_output (graph, dip_graph_add_node (graph, &node));

  return g_steal_pointer (&graph);
}

void
dip_op_case_fill (const DipGraph *graph, GRand *random, float *inputs[DIP_N_GRAPH_INPUTS])
{
  for (guint k = 0; k < DIP_N_GRAPH_INPUTS; k++)
    {
      DipValueId value = dip_graph_get_input (graph, k);
      gsize n;

      inputs[k] = NULL;
      if (value == DIP_NO_VALUE)
        continue;
      n = dip_shape_get_n_elements (&dip_graph_get_value (graph, value)->shape);
      inputs[k] = g_new (float, n);
      for (gsize i = 0; i < n; i++)
        inputs[k][i] = k == DIP_GRAPH_INPUT_SAMPLE
                           ? draw (random)
                           : (float) g_rand_int_range (random, 1, N_ROWS);
    }
}
