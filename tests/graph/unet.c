#include "networks.h"

#include "layers-private.h"

#define TIME_DIM 32

/* The first is google/ddpm-cifar10-32's layout, made thin; the last is as large
 * as what the demo needs.
 */
const UnetSpec unet_specs[] = {
  { "plain", 2, 3, 16, 16, 3, { 8, 16, 16 }, { FALSE, TRUE, FALSE }, 1, 2, .scale = 1.0 },
  { "pads-after",
    1,
    3,
    16,
    24,
    3,
    { 8, 8, 16 },
    { FALSE, FALSE, TRUE },
    2,
    1,
    .pads_after = TRUE,
    .scale = 1.0 },
  { "resnet-sampling",
    1,
    2,
    16,
    16,
    3,
    { 8, 16, 16 },
    { FALSE, TRUE, FALSE },
    4,
    2,
    .has_resnet_sampling = TRUE,
    .scale = 0.70710678118654752 },
  { "scale-shift",
    2,
    3,
    8,
    12,
    2,
    { 8, 16 },
    { TRUE, FALSE },
    1,
    2,
    .has_scale_shift = TRUE,
    .scale = 0.5 },
  { "one-pixel", 2, 1, 4, 4, 3, { 8, 8, 8 }, { FALSE, FALSE, TRUE }, 2, 1, .scale = 1.0 },
  { "four-levels",
    1,
    3,
    64,
    64,
    4,
    { 16, 32, 32, 64 },
    { FALSE, FALSE, FALSE, TRUE },
    4,
    2,
    .scale = 1.0 },
};

const guint n_unet_specs = G_N_ELEMENTS (unet_specs);

typedef struct
{
  Builder builder;
  const UnetSpec *spec;
  DipValueId embedding;
  GArray *skips; /* of DipValueId */
} Unet;

typedef enum
{
  SAMPLING_NONE,
  SAMPLING_DOWN,
  SAMPLING_UP
} Sampling;

static DipValueId
resample (Unet *self, Sampling sampling, DipValueId x)
{
  if (sampling == SAMPLING_DOWN)
    return builder_unary (&self->builder, DIP_OP_AVG_POOL, "downsample", x);
  if (sampling == SAMPLING_UP)
    return builder_unary (&self->builder, DIP_OP_UPSAMPLE, "upsample", x);

  return x;
}

static DipValueId
add_resnet (Unet *self, DipValueId x, guint n_out, Sampling sampling)
{
  Builder *b = &self->builder;
  gboolean has_scale_shift = self->spec->has_scale_shift;
  DipValueId h, t;

  h = builder_silu (b, "nonlinearity", builder_norm (b, "norm1", x, 4));
  h = resample (self, sampling, h);
  x = resample (self, sampling, x);
  h = builder_conv (b, "conv1", h, n_out, 3);

  t = builder_linear (b, "time_emb_proj",
                      builder_silu (b, "nonlinearity", self->embedding),
                      has_scale_shift ? 2 * n_out : n_out);
  if (!has_scale_shift)
    h = builder_add (b, "temb", h, t, 1.0);
  h = builder_norm (b, "norm2", h, 4);
  if (has_scale_shift)
    h = builder_binary (b, DIP_OP_SCALE_SHIFT, "temb", h, t);

  h = builder_conv (b, "conv2", builder_silu (b, "nonlinearity", h), n_out, 3);
  if (builder_get_channels (b, x) != n_out)
    x = builder_conv (b, "conv_shortcut", x, n_out, 1);

  return builder_add (b, "resnet", x, h, self->spec->scale);
}

static DipValueId
add_layer (Unet *self, DipValueId x, guint level)
{
  x = add_resnet (self, x, self->spec->channels[level], SAMPLING_NONE);
  if (self->spec->has_attention[level])
    x = builder_attention (&self->builder, "attention", x, self->spec->n_heads);

  return x;
}

static DipValueId
add_down_block (Unet *self, DipValueId x, guint level)
{
  g_autofree char *name = g_strdup_printf ("down_blocks.%u", level);

  for (guint i = 0; i < self->spec->n_layers; i++)
    {
      x = add_layer (self, x, level);
      g_array_append_val (self->skips, x);
    }

  if (level + 1 < self->spec->n_levels)
    {
      x = self->spec->has_resnet_sampling
              ? add_resnet (self, x, self->spec->channels[level], SAMPLING_DOWN)
              : builder_conv_down (&self->builder, "downsample", x,
                                   self->spec->pads_after);
      g_array_append_val (self->skips, x);
    }

  dip_graph_name_value (self->builder.graph, x, name);
  return x;
}

static DipValueId
add_up_block (Unet *self, DipValueId x, guint level)
{
  Builder *b = &self->builder;
  g_autofree char *name =
      g_strdup_printf ("up_blocks.%u", self->spec->n_levels - 1 - level);

  for (guint i = 0; i <= self->spec->n_layers; i++)
    {
      DipValueId skip = g_array_index (self->skips, DipValueId, self->skips->len - 1);

      g_array_set_size (self->skips, self->skips->len - 1);
      x = add_layer (self, builder_binary (b, DIP_OP_CONCAT, "concat", x, skip), level);
    }

  if (level > 0 && self->spec->has_resnet_sampling)
    x = add_resnet (self, x, self->spec->channels[level], SAMPLING_UP);
  else if (level > 0)
    x = builder_conv (b, "upsample.conv",
                      builder_unary (b, DIP_OP_UPSAMPLE, "upsample", x),
                      self->spec->channels[level], 3);

  dip_graph_name_value (b->graph, x, name);
  return x;
}

static DipValueId
add_time_embedding (Unet *self, DipValueId timesteps)
{
  Builder *b = &self->builder;
  DipNode node;
  DipValueId value;

  dip_node_init (&node, DIP_OP_TIME_PROJ, "time_proj", timesteps);
  node.attributes.dim = self->spec->channels[0];
  value = dip_graph_add_node (b->graph, &node);
  dip_graph_name_value (b->graph, value, "time_proj");

  value = builder_silu (b, "act", builder_linear (b, "linear_1", value, TIME_DIM));
  return builder_linear (b, "linear_2", value, TIME_DIM);
}

DipGraph *
unet_new (const UnetSpec *spec, GRand *rand)
{
  g_autoptr (GArray) skips = g_array_new (FALSE, FALSE, sizeof (DipValueId));
  Unet self = { .spec = spec, .skips = skips };
  Builder *b = &self.builder;
  DipShape shape = { spec->batch, spec->in_channels, spec->height, spec->width };
  guint last = spec->n_levels - 1;
  DipValueId x;

  builder_start (b, rand);
  x = dip_graph_add_input (b->graph, DIP_GRAPH_INPUT_SAMPLE, &shape);
  self.embedding = add_time_embedding (
      &self, dip_graph_add_input (b->graph, DIP_GRAPH_INPUT_TIMESTEPS,
                                  &(DipShape){ spec->batch, 1, 1, 1 }));

  x = builder_conv (b, "conv_in", x, spec->channels[0], 3);
  g_array_append_val (skips, x);
  for (guint level = 0; level < spec->n_levels; level++)
    x = add_down_block (&self, x, level);

  x = add_resnet (&self, x, spec->channels[last], SAMPLING_NONE);
  x = builder_attention (b, "mid_block.attention", x, spec->n_heads);
  x = add_resnet (&self, x, spec->channels[last], SAMPLING_NONE);
  dip_graph_name_value (b->graph, x, "mid_block");

  for (guint level = spec->n_levels; level > 0; level--)
    x = add_up_block (&self, x, level - 1);

  x = builder_norm (b, "conv_norm_out", x, 4);
  dip_graph_name_value (b->graph, x, "conv_norm_out");
  x = builder_conv (b, "conv_out", builder_silu (b, "conv_act", x), spec->in_channels, 3);
  dip_graph_set_output (b->graph, x);

  return b->graph;
}
