#include "tests/render/network.h"

#include <math.h>

struct _DipTestNetwork
{
  GRand *random;
  guint n_channels;
  GHashTable *weights; /* name to float data, so that every graph borrows the same */
};

typedef struct
{
  DipTestNetwork *network;
  DipGraph *graph;
} Builder;

DipTestNetwork *
dip_test_network_new (guint32 seed, guint n_channels)
{
  DipTestNetwork *self = g_new0 (DipTestNetwork, 1);

  self->random = g_rand_new_with_seed (seed);
  self->n_channels = n_channels;
  self->weights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
dip_test_network_free (DipTestNetwork *self)
{
  if (self == NULL)
    return;

  g_rand_free (self->random);
  g_hash_table_unref (self->weights);
  g_free (self);
}

static DipWeightId
add_weight (Builder *self,
            const char *name,
            guint n_dims,
            const gsize *shape,
            double scale)
{
  DipTestNetwork *network = self->network;
  float *data = g_hash_table_lookup (network->weights, name);
  gsize n = 1;

  for (guint i = 0; i < n_dims; i++)
    n *= shape[i];
  if (data == NULL)
    {
      data = g_new (float, n);
      for (gsize i = 0; i < n; i++)
        data[i] = g_rand_double_range (network->random, -scale, scale);
      g_hash_table_insert (network->weights, g_strdup (name), data);
    }

  return dip_graph_add_weight (self->graph, name, n_dims, shape, data);
}

static guint
get_channels (Builder *self, DipValueId value)
{
  return dip_graph_get_value (self->graph, value)->shape.channels;
}

static DipValueId
add (Builder *self, DipOp op, const char *name, DipValueId x, DipValueId y)
{
  DipNode node;

  dip_node_init (&node, op, name, x);
  node.y = y;

  return dip_graph_add_node (self->graph, &node);
}

static void
set_weights (Builder *self, DipNode *node, guint n_out, guint kernel)
{
  guint n_in = get_channels (self, node->x);
  const gsize shape[] = { n_out, n_in, kernel, kernel };
  g_autofree char *weight = g_strconcat (node->name, ".weight", NULL);
  g_autofree char *bias = g_strconcat (node->name, ".bias", NULL);

  node->weight = add_weight (self, weight, kernel == 0 ? 2 : 4, shape,
                             sqrt (3.0 / n_in) / MAX (1, kernel));
  node->bias = add_weight (self, bias, 1, shape, 0.3);
}

static DipValueId
add_conv (Builder *self,
          const char *name,
          DipValueId x,
          guint n_out,
          guint kernel,
          guint stride)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_CONV2D, name, x);
  node.attributes.kernel = kernel;
  node.attributes.stride = stride;
  node.attributes.pad_before = kernel / 2;
  node.attributes.pad_after = kernel / 2;
  set_weights (self, &node, n_out, kernel);

  return dip_graph_add_node (self->graph, &node);
}

static DipValueId
add_linear (Builder *self, const char *name, DipValueId x, guint n_out)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_LINEAR, name, x);
  set_weights (self, &node, n_out, 0);

  return dip_graph_add_node (self->graph, &node);
}

static DipValueId
add_silu (Builder *self, const char *name, DipValueId x)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_ACTIVATION, name, x);
  node.attributes.activation = DIP_ACTIVATION_SILU;

  return dip_graph_add_node (self->graph, &node);
}

static DipValueId
add_norm (Builder *self, const char *name, DipValueId x)
{
  const gsize shape[] = { get_channels (self, x) };
  g_autofree char *weight = g_strconcat (name, ".weight", NULL);
  g_autofree char *bias = g_strconcat (name, ".bias", NULL);
  DipNode node;

  dip_node_init (&node, DIP_OP_GROUP_NORM, name, x);
  node.attributes.n_groups = 2;
  node.attributes.eps = 1e-5;
  node.weight = add_weight (self, weight, 1, shape, 1.5);
  node.bias = add_weight (self, bias, 1, shape, 0.5);

  return dip_graph_add_node (self->graph, &node);
}

static DipValueId
add_resnet (Builder *self, const char *prefix, DipValueId x, DipValueId time, guint n_out)
{
  g_autofree char *norm1 = g_strconcat (prefix, ".norm1", NULL);
  g_autofree char *conv1 = g_strconcat (prefix, ".conv1", NULL);
  g_autofree char *projection = g_strconcat (prefix, ".time_emb_proj", NULL);
  g_autofree char *norm2 = g_strconcat (prefix, ".norm2", NULL);
  g_autofree char *conv2 = g_strconcat (prefix, ".conv2", NULL);
  g_autofree char *shortcut = g_strconcat (prefix, ".conv_shortcut", NULL);
  DipValueId h = add_silu (self, norm1, add_norm (self, norm1, x));
  DipValueId t = add_linear (self, projection, add_silu (self, prefix, time), n_out);

  h = add_conv (self, conv1, h, n_out, 3, 1);
  h = add (self, DIP_OP_ADD, prefix, h, t);
  h = add_silu (self, norm2, add_norm (self, norm2, h));
  h = add_conv (self, conv2, h, n_out, 3, 1);
  if (get_channels (self, x) != n_out)
    x = add_conv (self, shortcut, x, n_out, 1, 1);

  return add (self, DIP_OP_ADD, prefix, x, h);
}

static DipValueId
add_attention (Builder *self, DipValueId x)
{
  guint n = get_channels (self, x);
  DipValueId h = add_norm (self, "mid.group_norm", x);
  DipNode node;

  dip_node_init (&node, DIP_OP_ATTENTION, "mid.attention",
                 add_conv (self, "mid.to_q", h, n, 1, 1));
  node.attributes.n_heads = 2;
  node.y = add_conv (self, "mid.to_k", h, n, 1, 1);
  node.z = add_conv (self, "mid.to_v", h, n, 1, 1);
  h = dip_graph_add_node (self->graph, &node);

  return add (self, DIP_OP_ADD, "mid", add_conv (self, "mid.to_out", h, n, 1, 1), x);
}

static DipValueId
add_time_embedding (Builder *self, guint batch, gboolean is_labelled)
{
  const DipShape numbers = { batch, 1, 1, 1 };
  const gsize rows[] = { 5, 24 };
  DipValueId time, label;
  DipNode node;

  dip_node_init (&node, DIP_OP_TIME_PROJ, "time_proj",
                 dip_graph_add_input (self->graph, DIP_GRAPH_INPUT_TIMESTEPS, &numbers));
  node.attributes.dim = 16;
  time = dip_graph_add_node (self->graph, &node);
  time = add_linear (self, "time_embedding.linear_1", time, 24);
  time = add_linear (self, "time_embedding.linear_2", add_silu (self, "act", time), 24);
  if (!is_labelled)
    return time;

  label = dip_graph_add_input (self->graph, DIP_GRAPH_INPUT_CLASS_LABELS, &numbers);
  dip_node_init (&node, DIP_OP_EMBEDDING, "class_embedding", label);
  node.weight = add_weight (self, "class_embedding.weight", 2, rows, 1.0);

  return add (self, DIP_OP_ADD, "embedding", time,
              dip_graph_add_node (self->graph, &node));
}

DipGraph *
dip_test_network_build (DipTestNetwork *self,
                        guint batch,
                        guint height,
                        guint width,
                        gboolean is_labelled)
{
  g_autoptr (DipGraph) graph = dip_graph_new ();
  const DipShape shape = { batch, 3, height, width };
  Builder builder = { self, graph };
  guint n = self->n_channels;
  DipValueId time = add_time_embedding (&builder, batch, is_labelled);
  DipValueId x = dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &shape);
  DipValueId h = add_conv (&builder, "conv_in", x, n, 3, 1);
  DipValueId skip = add_resnet (&builder, "down", h, time, n);

  dip_graph_name_value (graph, skip, "down_blocks.0");
  h = add_conv (&builder, "downsample", skip, 2 * n, 3, 2);
  h = add_attention (&builder, add_resnet (&builder, "mid.0", h, time, 2 * n));
  dip_graph_name_value (graph, h, "mid_block");
  h = add (&builder, DIP_OP_UPSAMPLE, "upsample", h, DIP_NO_VALUE);
  h = add_conv (&builder, "upsample.conv", h, n, 3, 1);
  h = add (&builder, DIP_OP_CONCAT, "join", h, skip);
  h = add_resnet (&builder, "up", h, time, n);
  h = add_silu (&builder, "conv_act", add_norm (&builder, "conv_norm_out", h));
  dip_graph_set_output (graph, add_conv (&builder, "conv_out", h, 3, 3, 1));

  return g_steal_pointer (&graph);
}

DipTestRun *
dip_test_run_new (const DipGraph *graph, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  DipTestRun *self = g_new0 (DipTestRun, 1);

  for (guint k = 0; k < DIP_N_GRAPH_INPUTS; k++)
    {
      DipValueId value = dip_graph_get_input (graph, k);
      gsize n;

      if (value == DIP_NO_VALUE)
        continue;
      n = dip_shape_get_n_elements (&dip_graph_get_value (graph, value)->shape);
      self->inputs[k] = g_new (float, n);
      for (gsize i = 0; i < n; i++)
        if (k == DIP_GRAPH_INPUT_SAMPLE)
          self->inputs[k][i] = g_rand_double_range (random, -2.0, 2.0);
        else
          self->inputs[k][i] =
              g_rand_int_range (random, 0, k == DIP_GRAPH_INPUT_TIMESTEPS ? 1000 : 5);
    }
  self->n_output = dip_shape_get_n_elements (
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape);
  self->output = g_new0 (float, self->n_output);

  return self;
}

void
dip_test_run_free (DipTestRun *self)
{
  if (self == NULL)
    return;

  for (guint k = 0; k < DIP_N_GRAPH_INPUTS; k++)
    g_free (self->inputs[k]);
  g_free (self->output);
  g_free (self);
}

double
dip_test_compare (const float *wanted, const float *found, gsize n)
{
  double sum = 0.0, worst = 0.0;

  for (gsize i = 0; i < n; i++)
    {
      double difference = fabs ((double) wanted[i] - found[i]);

      sum += (double) wanted[i] * wanted[i];
      worst = difference <= worst ? worst : isfinite (difference) ? difference : INFINITY;
    }

  return worst / sqrt (sum / n);
}
