#include "layers-private.h"

#include <math.h>

void
builder_start (Builder *self, GRand *rand)
{
  self->graph = dip_graph_new ();
  self->arrays = g_ptr_array_new_with_free_func (g_free);
  self->rand = rand;
  dip_graph_set_owner (self->graph, self->arrays, (GDestroyNotify) g_ptr_array_unref);
}

guint
builder_get_channels (const Builder *self, DipValueId value)
{
  return dip_graph_get_value (self->graph, value)->shape.channels;
}

static const float *
make_array (Builder *self, gsize n, double center, double spread)
{
  float *values;

  if (self->rand == NULL)
    return NULL;

  values = g_new (float, n);
  g_ptr_array_add (self->arrays, values);
  for (gsize i = 0; i < n; i++)
    values[i] = g_rand_double_range (self->rand, center - spread, center + spread);

  return values;
}

DipWeightId
builder_add_weight (Builder *self,
                    const char *name,
                    guint n_out,
                    guint n_in,
                    guint kernel)
{
  g_autofree char *full = g_strconcat (name, ".weight", NULL);
  const gsize shape[] = { n_out, n_in, kernel, kernel };
  gsize fan_in = (gsize) n_in * (kernel == 0 ? 1 : kernel * kernel);

  return dip_graph_add_weight (
      self->graph, full, kernel == 0 ? 2 : 4, shape,
      make_array (self, n_out * fan_in, 0.0, sqrt (3.0 / fan_in)));
}

DipWeightId
builder_add_vector (Builder *self, const char *name, const char *kind, guint n)
{
  g_autofree char *full = g_strconcat (name, ".", kind, NULL);
  const gsize shape[] = { n };
  double center = g_str_equal (kind, "weight") ? 1.0 : 0.0;

  return dip_graph_add_weight (self->graph, full, 1, shape,
                               make_array (self, n, center, 0.25));
}

static DipValueId
add_conv (Builder *self,
          const char *name,
          DipValueId x,
          guint n_out,
          const DipAttributes *attributes)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_CONV2D, name, x);
  node.attributes = *attributes;
  node.attributes.scale = 1.0;
  node.weight = builder_add_weight (self, name, n_out, builder_get_channels (self, x),
                                    attributes->kernel);
  node.bias = builder_add_vector (self, name, "bias", n_out);
  return dip_graph_add_node (self->graph, &node);
}

DipValueId
builder_conv (Builder *self, const char *name, DipValueId x, guint n_out, guint kernel)
{
  guint pad = kernel / 2;

  return add_conv (
      self, name, x, n_out,
      &(DipAttributes){
          .kernel = kernel, .stride = 1, .pad_before = pad, .pad_after = pad });
}

DipValueId
builder_conv_down (Builder *self, const char *name, DipValueId x, gboolean pads_after)
{
  return add_conv (
      self, name, x, builder_get_channels (self, x),
      &(DipAttributes){
          .kernel = 3, .stride = 2, .pad_before = pads_after ? 0 : 1, .pad_after = 1 });
}

DipValueId
builder_linear (Builder *self, const char *name, DipValueId x, guint n_out)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_LINEAR, name, x);
  node.weight = builder_add_weight (self, name, n_out, builder_get_channels (self, x), 0);
  node.bias = builder_add_vector (self, name, "bias", n_out);
  return dip_graph_add_node (self->graph, &node);
}

DipValueId
builder_norm (Builder *self, const char *name, DipValueId x, guint n_groups)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_GROUP_NORM, name, x);
  node.attributes.n_groups = n_groups;
  /* Large, for a group of two nearly equal numbers would make rounding visible. */
  node.attributes.eps = 1e-2;
  node.weight = builder_add_vector (self, name, "weight", builder_get_channels (self, x));
  node.bias = builder_add_vector (self, name, "bias", builder_get_channels (self, x));
  return dip_graph_add_node (self->graph, &node);
}

DipValueId
builder_silu (Builder *self, const char *name, DipValueId x)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_ACTIVATION, name, x);
  node.attributes.activation = DIP_ACTIVATION_SILU;
  return dip_graph_add_node (self->graph, &node);
}

DipValueId
builder_unary (Builder *self, DipOp op, const char *name, DipValueId x)
{
  DipNode node;

  dip_node_init (&node, op, name, x);
  return dip_graph_add_node (self->graph, &node);
}

DipValueId
builder_binary (Builder *self, DipOp op, const char *name, DipValueId x, DipValueId y)
{
  DipNode node;

  dip_node_init (&node, op, name, x);
  node.y = y;
  return dip_graph_add_node (self->graph, &node);
}

DipValueId
builder_add (Builder *self, const char *name, DipValueId x, DipValueId y, double scale)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_ADD, name, x);
  node.y = y;
  node.attributes.scale = scale;
  return dip_graph_add_node (self->graph, &node);
}

DipValueId
builder_attention (Builder *self, const char *name, DipValueId x, guint n_heads)
{
  guint n = builder_get_channels (self, x);
  DipValueId normed = builder_norm (self, "group_norm", x, 4);
  DipNode node;

  dip_node_init (&node, DIP_OP_ATTENTION, "attention",
                 builder_conv (self, "to_q", normed, n, 1));
  node.y = builder_conv (self, "to_k", normed, n, 1);
  node.z = builder_conv (self, "to_v", normed, n, 1);
  node.attributes.n_heads = n_heads;

  return builder_add (
      self, name,
      builder_conv (self, "to_out.0", dip_graph_add_node (self->graph, &node), n, 1), x,
      1.0);
}
