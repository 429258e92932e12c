#include "model/checkpoint/unet-builder.h"

#include "model/checkpoint/builder-private.h"
#include "model/checkpoint/error.h"

/* Beyond these no count of elements needs checking for overflow. */
#define MAX_SIZE 65536
#define MAX_BATCH 65536

static gboolean
check_multiple (const DipUnetConfig *config, guint height, guint width, GError **error)
{
  guint multiple = dip_unet_config_get_size_multiple (config);
  guint fit_width = MAX (1, (width + multiple / 2) / multiple) * multiple;
  guint fit_height = MAX (1, (height + multiple / 2) / multiple) * multiple;
  g_autofree char *size = g_strdup_printf ("%ux%u pixels", width, height);

  if (height > 0 && width > 0 && height % multiple == 0 && width % multiple == 0)
    return TRUE;

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_SIZE, size,
                            "width and height must be multiples of %u for this network, "
                            "as %ux%u",
                            multiple, fit_width, fit_height);
  return FALSE;
}

static gboolean
check_size (const DipUnetConfig *config,
            guint batch,
            guint height,
            guint width,
            GError **error)
{
  g_autofree char *size = g_strdup_printf ("%u of %ux%u pixels", batch, width, height);

  if (height <= MAX_SIZE && width <= MAX_SIZE && batch >= 1 && batch <= MAX_BATCH)
    return check_multiple (config, height, width, error);

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_SIZE, size,
                            "at most %u pictures of %ux%u pixels", MAX_BATCH, MAX_SIZE,
                            MAX_SIZE);
  return FALSE;
}

/* (B, dim) with "identity", else one number an image. */
static void
add_inputs (DipBuilder *self, guint batch, guint height, guint width)
{
  const DipUnetConfig *config = self->config;
  DipShape sample = { batch, config->in_channels, height, width };
  DipShape number = { batch, 1, 1, 1 };
  DipShape vector = { batch, config->time_embedding_dim, 1, 1 };
  gboolean is_vector = config->class_embedding == DIP_UNET_CLASS_IDENTITY;

  self->sample = dip_graph_add_input (self->graph, DIP_GRAPH_INPUT_SAMPLE, &sample);
  self->timesteps = dip_graph_add_input (self->graph, DIP_GRAPH_INPUT_TIMESTEPS, &number);
  self->class_labels = DIP_NO_VALUE;
  if (config->class_embedding != DIP_UNET_CLASS_NONE)
    self->class_labels = dip_graph_add_input (self->graph, DIP_GRAPH_INPUT_CLASS_LABELS,
                                              is_vector ? &vector : &number);
}

/* From 0 … 1 to -1 … 1. */
static DipValueId
center_sample (DipBuilder *self)
{
  DipNode node;

  if (!self->config->center_input_sample)
    return self->sample;

  dip_node_init (&node, DIP_OP_AFFINE, "center_input", self->sample);
  node.attributes.scale = 2.0;
  node.attributes.offset = -1.0;

  return dip_builder_add (self, &node);
}

/* conv_act is SiLU whatever act_fn says. */
static DipValueId
finish (DipBuilder *self, DipValueId x)
{
  const DipUnetConfig *config = self->config;

  x = dip_builder_norm (self, NULL, "conv_norm_out", x, config->norm_num_groups);
  x = dip_builder_activation (self, NULL, "conv_act", x, DIP_ACTIVATION_SILU);
  x = dip_builder_conv (self, NULL, "conv_out", x, config->out_channels);
  if (config->time_embedding == DIP_UNET_TIME_FOURIER)
    x = dip_builder_op (self, DIP_OP_DIVIDE, NULL, "divide_by_time", x, self->timesteps);

  return x;
}

/* UNet2DModel.forward. */
static DipValueId
build (DipBuilder *self)
{
  const DipUnetConfig *config = self->config;
  DipValueId x = center_sample (self);

  dip_builder_embed_time (self);
  x = dip_builder_conv (self, NULL, "conv_in", x, config->block_out_channels[0]);
  g_array_append_val (self->skips, x);

  for (guint i = 0; i < config->n_blocks; i++)
    x = dip_builder_down_block (self, i, x);
  x = dip_builder_mid_block (self, x);
  for (guint i = 0; i < config->n_blocks; i++)
    x = dip_builder_up_block (self, i, x);

  return finish (self, x);
}

static gboolean
report_error (DipBuilder *self, guint batch, guint height, guint width, GError **error)
{
  g_autofree char *size = NULL;

  if (self->error == NULL)
    return FALSE;

  size = g_strdup_printf ("%u of %ux%u pixels", batch, width, height);
  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_SIZE, size, "%s",
                            self->error->message);
  g_clear_error (&self->error);
  return TRUE;
}

DipGraph *
dip_unet_build_graph (const DipUnetConfig *config,
                      guint batch,
                      guint height,
                      guint width,
                      DipUnetWeightFunc weight,
                      gpointer user_data,
                      GError **error)
{
  g_autoptr (DipGraph) graph = NULL;
  g_autoptr (GArray) skips = g_array_new (FALSE, FALSE, sizeof (DipValueId));
  DipBuilder builder = {
    .config = config, .get_weight = weight, .user_data = user_data, .skips = skips
  };
  DipValueId output;

  g_return_val_if_fail (config != NULL, NULL);

  if (!check_size (config, batch, height, width, error))
    return NULL;

  graph = dip_graph_new ();
  builder.graph = graph;
  add_inputs (&builder, batch, height, width);
  output = build (&builder);
  if (report_error (&builder, batch, height, width, error))
    return NULL;

  dip_graph_set_output (graph, output);
  return g_steal_pointer (&graph);
}
