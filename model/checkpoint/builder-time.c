#include "model/checkpoint/builder-private.h"

static DipOp
get_projection_op (const DipUnetConfig *config)
{
  switch (config->time_embedding)
    {
    case DIP_UNET_TIME_FOURIER:
      return DIP_OP_FOURIER_PROJ;
    case DIP_UNET_TIME_LEARNED:
      return DIP_OP_EMBEDDING;
    case DIP_UNET_TIME_POSITIONAL:
    default:
      return DIP_OP_TIME_PROJ;
    }
}

static DipWeightId
add_projection_weight (DipBuilder *self)
{
  const DipUnetConfig *config = self->config;
  gsize n_channels = config->block_out_channels[0];

  switch (config->time_embedding)
    {
    case DIP_UNET_TIME_FOURIER:
      return dip_builder_add_weight (self, "time_proj", "weight", 1, n_channels);
    case DIP_UNET_TIME_LEARNED:
      return dip_builder_add_weight (self, "time_proj", "weight", 2,
                                     (gsize) config->num_train_timesteps, n_channels);
    case DIP_UNET_TIME_POSITIONAL:
    default:
      return DIP_NO_WEIGHT;
    }
}

/* diffusers gives flip_sin_to_cos to the positional projection only; the Fourier one
 * takes the logarithm and has sines first. */
static DipValueId
project (DipBuilder *self, const char *name, DipValueId numbers, DipWeightId weight)
{
  const DipUnetConfig *config = self->config;
  gboolean is_positional = config->time_embedding == DIP_UNET_TIME_POSITIONAL;
  DipValueId value;
  DipNode node;

  dip_node_init (&node, get_projection_op (config), name, numbers);
  node.weight = weight;
  node.attributes.dim = config->block_out_channels[0];
  node.attributes.flip_sin_to_cos = is_positional && config->flip_sin_to_cos;
  node.attributes.freq_shift = is_positional ? config->freq_shift : 0;
  node.attributes.take_log = config->time_embedding == DIP_UNET_TIME_FOURIER;

  value = dip_builder_add (self, &node);
  dip_builder_record (self, value, name);
  return value;
}

/* diffusers' TimestepEmbedding, whose activation is SiLU whatever act_fn says. */
static DipValueId
embed (DipBuilder *self, const char *module, DipValueId x)
{
  guint dim = self->config->time_embedding_dim;

  x = dip_builder_linear (self, module, "linear_1", x, dim);
  x = dip_builder_activation (self, module, "act", x, DIP_ACTIVATION_SILU);
  x = dip_builder_linear (self, module, "linear_2", x, dim);

  dip_builder_record (self, x, module);
  return x;
}

static DipValueId
look_up_class (DipBuilder *self)
{
  static const char name[] = "class_embedding";
  DipValueId value;
  DipNode node;

  dip_node_init (&node, DIP_OP_EMBEDDING, name, self->class_labels);
  node.weight = dip_builder_add_weight (self, name, "weight", 2,
                                        (gsize) self->config->num_class_embeds,
                                        (gsize) self->config->time_embedding_dim);

  value = dip_builder_add (self, &node);
  dip_builder_record (self, value, name);
  return value;
}

static DipValueId
embed_class (DipBuilder *self, DipWeightId projection)
{
  DipValueId value;

  switch (self->config->class_embedding)
    {
    case DIP_UNET_CLASS_IDS:
      return look_up_class (self);
    case DIP_UNET_CLASS_TIMESTEP:
      value = project (self, "time_proj#2", self->class_labels, projection);
      return embed (self, "class_embedding", value);
    case DIP_UNET_CLASS_IDENTITY:
      return self->class_labels;
    case DIP_UNET_CLASS_NONE:
    default:
      return DIP_NO_VALUE;
    }
}

void
dip_builder_embed_time (DipBuilder *self)
{
  DipWeightId projection = add_projection_weight (self);
  DipValueId class_embedding;

  self->temb = project (self, "time_proj", self->timesteps, projection);
  self->temb = embed (self, "time_embedding", self->temb);

  if (self->config->class_embedding == DIP_UNET_CLASS_NONE)
    return;

  class_embedding = embed_class (self, projection);
  self->temb = dip_builder_sum (self, "add_class", self->temb, class_embedding, 1.0);
}
