#include "model/checkpoint/builder-private.h"

#include <stdarg.h>

char *
dip_builder_name (const char *module, const char *leaf)
{
  return module == NULL ? g_strdup (leaf) : g_strconcat (module, ".", leaf, NULL);
}

/* 1 after an error, so that callers may divide by it. */
guint
dip_builder_get_n_channels (DipBuilder *self, DipValueId value)
{
  if (value == DIP_NO_VALUE)
    return 1;

  return dip_graph_get_value (self->graph, value)->shape.channels;
}

DipValueId
dip_builder_add (DipBuilder *self, const DipNode *node)
{
  DipShape shape;

  if (self->error != NULL ||
      !dip_graph_infer_shape (self->graph, node, &shape, &self->error))
    return DIP_NO_VALUE;

  return dip_graph_add_node (self->graph, node);
}

void
dip_builder_record (DipBuilder *self, DipValueId value, const char *name)
{
  if (self->error == NULL)
    dip_graph_name_value (self->graph, value, name);
}

static DipValueId
add_and_record (DipBuilder *self, const DipNode *node)
{
  DipValueId value = dip_builder_add (self, node);

  dip_builder_record (self, value, node->name);
  return value;
}

DipWeightId
dip_builder_add_weight (DipBuilder *self,
                        const char *layer,
                        const char *member,
                        guint n_dims,
                        ...)
{
  g_autofree char *name = dip_builder_name (layer, member);
  const float *data = NULL;
  gsize shape[4] = { 0 };
  va_list args;

  g_assert (n_dims <= G_N_ELEMENTS (shape));
  if (self->error != NULL)
    return DIP_NO_WEIGHT;

  va_start (args, n_dims);
  for (guint i = 0; i < n_dims; i++)
    shape[i] = va_arg (args, gsize);
  va_end (args);

  if (self->get_weight != NULL)
    data = self->get_weight (name, n_dims, shape, self->user_data);

  return dip_graph_add_weight (self->graph, name, n_dims, shape, data);
}

DipValueId
dip_builder_linear (DipBuilder *self,
                    const char *module,
                    const char *leaf,
                    DipValueId x,
                    guint n_out)
{
  g_autofree char *name = dip_builder_name (module, leaf);
  gsize n_in = dip_builder_get_n_channels (self, x);
  DipNode node;

  dip_node_init (&node, DIP_OP_LINEAR, name, x);
  node.weight = dip_builder_add_weight (self, name, "weight", 2, (gsize) n_out, n_in);
  node.bias = dip_builder_add_weight (self, name, "bias", 1, (gsize) n_out);

  return add_and_record (self, &node);
}

/* 3x3 with the padding and stride given. */
static DipValueId
add_conv (DipBuilder *self,
          const char *name,
          DipValueId x,
          guint n_out,
          guint stride,
          guint pad_before)
{
  const gsize kernel = 3;
  gsize n_in = dip_builder_get_n_channels (self, x);
  DipNode node;

  dip_node_init (&node, DIP_OP_CONV2D, name, x);
  node.weight = dip_builder_add_weight (self, name, "weight", 4, (gsize) n_out, n_in,
                                        kernel, kernel);
  node.bias = dip_builder_add_weight (self, name, "bias", 1, (gsize) n_out);
  node.attributes.kernel = kernel;
  node.attributes.stride = stride;
  node.attributes.pad_before = pad_before;
  node.attributes.pad_after = 1;

  return add_and_record (self, &node);
}

DipValueId
dip_builder_conv (DipBuilder *self,
                  const char *module,
                  const char *leaf,
                  DipValueId x,
                  guint n_out)
{
  g_autofree char *name = dip_builder_name (module, leaf);

  return add_conv (self, name, x, n_out, 1, 1);
}

/* downsample_padding 0 means zeros right and below only (diffusers' Downsample2D). */
DipValueId
dip_builder_strided_conv (DipBuilder *self,
                          const char *module,
                          const char *leaf,
                          DipValueId x,
                          guint n_out)
{
  g_autofree char *name = dip_builder_name (module, leaf);

  return add_conv (self, name, x, n_out, 2, self->config->downsample_padding);
}

DipValueId
dip_builder_pointwise (DipBuilder *self,
                       const char *module,
                       const char *leaf,
                       DipValueId x,
                       guint n_out,
                       guint n_weight_dims)
{
  g_autofree char *name = dip_builder_name (module, leaf);
  gsize n_in = dip_builder_get_n_channels (self, x);
  DipNode node;

  dip_node_init (&node, DIP_OP_CONV2D, name, x);
  node.weight = dip_builder_add_weight (self, name, "weight", n_weight_dims,
                                        (gsize) n_out, n_in, (gsize) 1, (gsize) 1);
  node.bias = dip_builder_add_weight (self, name, "bias", 1, (gsize) n_out);
  node.attributes.kernel = 1;
  node.attributes.stride = 1;

  return add_and_record (self, &node);
}

DipValueId
dip_builder_norm (DipBuilder *self,
                  const char *module,
                  const char *leaf,
                  DipValueId x,
                  guint n_groups)
{
  g_autofree char *name = dip_builder_name (module, leaf);
  gsize n_channels = dip_builder_get_n_channels (self, x);
  DipNode node;

  dip_node_init (&node, DIP_OP_GROUP_NORM, name, x);
  node.weight = dip_builder_add_weight (self, name, "weight", 1, n_channels);
  node.bias = dip_builder_add_weight (self, name, "bias", 1, n_channels);
  node.attributes.n_groups = n_groups;
  node.attributes.eps = self->config->norm_eps;

  return add_and_record (self, &node);
}

DipValueId
dip_builder_activation (DipBuilder *self,
                        const char *module,
                        const char *leaf,
                        DipValueId x,
                        DipActivation activation)
{
  g_autofree char *name = dip_builder_name (module, leaf);
  DipNode node;

  dip_node_init (&node, DIP_OP_ACTIVATION, name, x);
  node.attributes.activation = activation;

  return add_and_record (self, &node);
}

DipValueId
dip_builder_op (DipBuilder *self,
                DipOp op,
                const char *module,
                const char *leaf,
                DipValueId x,
                DipValueId y)
{
  g_autofree char *name = dip_builder_name (module, leaf);
  DipNode node;

  dip_node_init (&node, op, name, x);
  node.y = y;

  return dip_builder_add (self, &node);
}

DipValueId
dip_builder_sum (DipBuilder *self,
                 const char *name,
                 DipValueId x,
                 DipValueId y,
                 double scale)
{
  DipNode node;

  dip_node_init (&node, DIP_OP_ADD, name, x);
  node.y = y;
  node.attributes.scale = scale;

  return dip_builder_add (self, &node);
}
