#include "model/checkpoint/builder-private.h"

static DipValueId
add_resnet (DipBuilder *self,
            const char *block,
            guint i,
            DipValueId x,
            guint n_out,
            double divisor)
{
  g_autofree char *module = g_strdup_printf ("%s.resnets.%u", block, i);

  return dip_builder_resnet (self, module, DIP_RESNET_PLAIN, x, n_out, divisor);
}

static DipValueId
add_attention (DipBuilder *self,
               const char *block,
               guint i,
               DipValueId x,
               guint n_groups,
               double divisor)
{
  g_autofree char *module = g_strdup_printf ("%s.attentions.%u", block, i);

  return dip_builder_attention (self, module, x, n_groups, divisor);
}

static void
push_skip (DipBuilder *self, DipValueId value)
{
  g_array_append_val (self->skips, value);
}

static DipValueId
pop_skip (DipBuilder *self)
{
  DipValueId value = g_array_index (self->skips, DipValueId, self->skips->len - 1);

  g_array_set_size (self->skips, self->skips->len - 1);
  return value;
}

/* Plain blocks always use a convolution, attention blocks what the configuration says,
 * resnet blocks a resnet. */
static gboolean
is_sampling_by_resnet (DipUnetBlock type, gboolean attention_by_resnet)
{
  return type == DIP_UNET_BLOCK_RESNET ||
         (type == DIP_UNET_BLOCK_ATTENTION && attention_by_resnet);
}

static DipValueId
downsample (DipBuilder *self, const char *block, DipUnetBlock type, DipValueId x)
{
  g_autofree char *module = dip_builder_name (block, "downsamplers.0");
  guint n_channels = dip_builder_get_n_channels (self, x);

  if (is_sampling_by_resnet (type, self->config->downsamples_by_resnet))
    return dip_builder_resnet (self, module, DIP_RESNET_DOWN, x, n_channels, 1.0);

  x = dip_builder_strided_conv (self, module, "conv", x, n_channels);
  dip_builder_record (self, x, module);
  return x;
}

static DipValueId
upsample (DipBuilder *self, const char *block, DipUnetBlock type, DipValueId x)
{
  g_autofree char *module = dip_builder_name (block, "upsamplers.0");
  g_autofree char *zoom = dip_builder_name (module, "zoom");
  guint n_channels = dip_builder_get_n_channels (self, x);
  DipNode node;

  if (is_sampling_by_resnet (type, self->config->upsamples_by_resnet))
    return dip_builder_resnet (self, module, DIP_RESNET_UP, x, n_channels, 1.0);

  dip_node_init (&node, DIP_OP_UPSAMPLE, zoom, x);
  x = dip_builder_add (self, &node);
  x = dip_builder_conv (self, module, "conv", x, n_channels);
  dip_builder_record (self, x, module);
  return x;
}

DipValueId
dip_builder_down_block (DipBuilder *self, guint i, DipValueId x)
{
  const DipUnetConfig *config = self->config;
  g_autofree char *block = g_strdup_printf ("down_blocks.%u", i);
  DipUnetBlock type = config->down_blocks[i];

  for (guint j = 0; j < config->layers_per_block; j++)
    {
      x = add_resnet (self, block, j, x, config->block_out_channels[i], 1.0);
      if (type == DIP_UNET_BLOCK_ATTENTION)
        x = add_attention (self, block, j, x, config->norm_num_groups, 1.0);
      push_skip (self, x);
    }

  if (i + 1 < config->n_blocks)
    {
      x = downsample (self, block, type, x);
      push_skip (self, x);
    }

  dip_builder_record (self, x, block);
  return x;
}

DipValueId
dip_builder_mid_block (DipBuilder *self, DipValueId x)
{
  static const char block[] = "mid_block";
  const DipUnetConfig *config = self->config;
  guint n_channels = dip_builder_get_n_channels (self, x);
  double divisor = config->mid_block_scale_factor;

  if (!config->has_mid_block)
    return x;

  x = add_resnet (self, block, 0, x, n_channels, divisor);
  if (config->has_mid_attention)
    x = add_attention (self, block, 0, x, config->attn_norm_num_groups, divisor);
  x = add_resnet (self, block, 1, x, n_channels, divisor);

  dip_builder_record (self, x, block);
  return x;
}

static DipValueId
join_skip (DipBuilder *self, const char *block, guint j, DipValueId x)
{
  g_autofree char *name = g_strdup_printf ("%s.resnets.%u.cat", block, j);
  DipNode node;

  dip_node_init (&node, DIP_OP_CONCAT, name, x);
  node.y = pop_skip (self);

  return dip_builder_add (self, &node);
}

DipValueId
dip_builder_up_block (DipBuilder *self, guint i, DipValueId x)
{
  const DipUnetConfig *config = self->config;
  g_autofree char *block = g_strdup_printf ("up_blocks.%u", i);
  DipUnetBlock type = config->up_blocks[i];
  guint n_channels = config->block_out_channels[config->n_blocks - 1 - i];

  for (guint j = 0; j < config->layers_per_block + 1; j++)
    {
      x = join_skip (self, block, j, x);
      x = add_resnet (self, block, j, x, n_channels, 1.0);
      if (type == DIP_UNET_BLOCK_ATTENTION)
        x = add_attention (self, block, j, x, config->norm_num_groups, 1.0);
    }

  if (i + 1 < config->n_blocks)
    x = upsample (self, block, type, x);

  dip_builder_record (self, x, block);
  return x;
}
