#include "model/checkpoint/builder-private.h"

static DipValueId
attend (DipBuilder *self,
        const char *module,
        DipValueId q,
        DipValueId k,
        DipValueId v,
        guint n_heads)
{
  g_autofree char *name = dip_builder_name (module, "attention");
  DipNode node;

  dip_node_init (&node, DIP_OP_ATTENTION, name, q);
  node.y = k;
  node.z = v;
  node.attributes.n_heads = n_heads;

  return dip_builder_add (self, &node);
}

DipValueId
dip_builder_attention (DipBuilder *self,
                       const char *module,
                       DipValueId x,
                       guint n_groups,
                       double divisor)
{
  guint n_channels = dip_builder_get_n_channels (self, x);
  guint n_heads = dip_unet_config_get_n_heads (self->config, n_channels);
  /* Less than the channels where the heads' width does not divide them. */
  guint n_inner = n_heads * dip_unet_config_get_head_dim (self->config, n_channels);
  DipValueId hidden = x;
  DipValueId q, k, v;

  if (n_groups > 0)
    hidden = dip_builder_norm (self, module, "group_norm", hidden, n_groups);

  q = dip_builder_pointwise (self, module, "to_q", hidden, n_inner, 2);
  k = dip_builder_pointwise (self, module, "to_k", hidden, n_inner, 2);
  v = dip_builder_pointwise (self, module, "to_v", hidden, n_inner, 2);
  hidden = attend (self, module, q, k, v, n_heads);
  hidden = dip_builder_pointwise (self, module, "to_out.0", hidden, n_channels, 2);

  hidden = dip_builder_sum (self, module, hidden, x, 1.0 / divisor);
  dip_builder_record (self, hidden, module);
  return hidden;
}
