#include "app/cli/verbs.h"

#include "app/cli/network.h"
#include "model/checkpoint/records.h"
#include "model/graph/passes.h"
#include "model/graph/reference.h"
#include "model/storage/safetensors-write.h"
#include "render/executor.h"
#include "render/weights.h"

#include <string.h>

/* One evaluation: what IN holds, and what was asked for. */
typedef struct
{
  char *input_path;
  char *output_path;
  char *record; /* --record, or NULL */
  gboolean is_reference;

  DipCheckpoint *checkpoint;
  DipShape shape; /* of the sample */
  float *inputs[DIP_N_GRAPH_INPUTS];
  GHashTable *wanted; /* names of --record, or NULL for all */
  DipSafetensorsWriter *writer;
} Forward;

static void
forward_clear (Forward *self)
{
  g_free (self->input_path);
  g_free (self->output_path);
  g_free (self->record);
  g_clear_pointer (&self->checkpoint, dip_checkpoint_unref);
  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    g_free (self->inputs[i]);
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  g_clear_pointer (&self->writer, dip_safetensors_writer_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Forward, forward_clear)

static gboolean
fail_input (Forward *self, const char *wanted, const DipTensor *found, GError **error)
{
  g_autofree char *shape = found != NULL ? dip_tensor_dup_shape_text (found) : NULL;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED, "%s: wants %s, found %s",
               self->input_path, wanted, shape != NULL ? shape : "none");
  return FALSE;
}

static gboolean
read_sample (Forward *self, DipTensorFile *file, guint n_channels, GError **error)
{
  const DipTensor *sample = dip_tensor_file_lookup (file, "sample");
  g_autofree char *wanted =
      g_strdup_printf ("a tensor 'sample' [B, %u, H, W]", n_channels);

  if (sample == NULL || sample->n_dims != 4 || sample->shape[1] != n_channels)
    return fail_input (self, wanted, sample, error);
  for (guint i = 0; i < 4; i++)
    if (sample->shape[i] < 1 || sample->shape[i] > 65536)
      return fail_input (self, wanted, sample, error);

  self->shape = (DipShape){ .batch = sample->shape[0],
                            .channels = sample->shape[1],
                            .height = sample->shape[2],
                            .width = sample->shape[3] };
  self->inputs[DIP_GRAPH_INPUT_SAMPLE] = dip_tensor_dup_float32 (sample, error);

  return self->inputs[DIP_GRAPH_INPUT_SAMPLE] != NULL;
}

/* One value an image, or one for all of them. */
static gboolean
read_per_image (Forward *self,
                DipTensorFile *file,
                const char *name,
                DipGraphInput input,
                GError **error)
{
  const DipTensor *tensor = dip_tensor_file_lookup (file, name);
  g_autofree char *wanted =
      g_strdup_printf ("a tensor '%s' [%u] or [1]", name, self->shape.batch);
  g_autofree float *values = NULL;
  guint batch = self->shape.batch;

  if (tensor == NULL || tensor->n_dims > 1 ||
      (tensor->n_elements != batch && tensor->n_elements != 1))
    return fail_input (self, wanted, tensor, error);

  values = dip_tensor_dup_float32 (tensor, error);
  if (values == NULL)
    return FALSE;

  self->inputs[input] = g_new (float, batch);
  for (guint i = 0; i < batch; i++)
    self->inputs[input][i] = values[tensor->n_elements == 1 ? 0 : i];

  return TRUE;
}

/* With class_embed_type "identity" a label is a vector (B, dim). */
static gboolean
read_class_vectors (Forward *self, DipTensorFile *file, guint dim, GError **error)
{
  const DipTensor *tensor = dip_tensor_file_lookup (file, "class_labels");
  g_autofree char *wanted =
      g_strdup_printf ("a tensor 'class_labels' [%u, %u]", self->shape.batch, dim);

  if (tensor == NULL || tensor->n_dims != 2 || tensor->shape[0] != self->shape.batch ||
      tensor->shape[1] != dim)
    return fail_input (self, wanted, tensor, error);

  self->inputs[DIP_GRAPH_INPUT_CLASS_LABELS] = dip_tensor_dup_float32 (tensor, error);

  return self->inputs[DIP_GRAPH_INPUT_CLASS_LABELS] != NULL;
}

static gboolean
read_inputs (Forward *self, const DipUnetConfig *config, GError **error)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (self->input_path, error);

  if (file == NULL || !read_sample (self, file, config->in_channels, error) ||
      !read_per_image (self, file, "timesteps", DIP_GRAPH_INPUT_TIMESTEPS, error))
    return FALSE;

  switch (config->class_embedding)
    {
    case DIP_UNET_CLASS_NONE:
      return TRUE;

    case DIP_UNET_CLASS_IDENTITY:
      return read_class_vectors (self, file, config->time_embedding_dim, error);

    default:
      return read_per_image (self, file, "class_labels", DIP_GRAPH_INPUT_CLASS_LABELS,
                             error);
    }
}

/* Every name of --record must be a record point of the network. */
static gboolean
list_records (Forward *self, DipCli *cli, const DipGraph *graph, GError **error)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  const char *name;

  if (self->record == NULL || g_str_equal (self->record, "all"))
    return TRUE;

  for (guint i = 0; (name = dip_graph_get_record (graph, i, NULL)) != NULL; i++)
    g_hash_table_add (known, (gpointer) name);

  names = g_strsplit (self->record, ",", -1);
  self->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!g_hash_table_contains (known, names[i]))
        return dip_cli_usage_error (cli, error,
                                    "--record wants module names of the network (see "
                                    "info --graph) or all, found '%s'",
                                    names[i]);
      g_hash_table_add (self->wanted, g_strdup (names[i]));
    }

  return TRUE;
}

static gboolean
is_wanted (Forward *self, const char *name)
{
  return self->wanted == NULL || g_hash_table_contains (self->wanted, name);
}

static void
add_record (Forward *self, const char *name, const DipShape *shape, const float *values)
{
  g_autofree char *tensor = g_strconcat ("act.", name, NULL);
  g_autofree float *copy = g_new (float, dip_shape_get_n_elements (shape));
  gint64 dims[4];
  guint n_dims = dip_record_get_shape (name, shape, dims);

  dip_record_copy (name, shape, values, copy);
  dip_safetensors_writer_add_float32 (self->writer, tensor, n_dims, dims, copy);
}

static void
record_reference (const DipGraph *graph, guint node, const float *value, gpointer data)
{
  Forward *self = data;
  DipValueId made = dip_graph_get_node (graph, node)->output;
  const char *name;
  DipValueId id;

  for (guint i = 0; (name = dip_graph_get_record (graph, i, &id)) != NULL; i++)
    if (id == made && is_wanted (self, name))
      add_record (self, name, &dip_graph_get_value (graph, id)->shape, value);
}

static gboolean
run_reference (Forward *self, DipCli *cli, DipGraph *graph, float *output, GError **error)
{
  return dip_reference_run (graph, (const float *const *) self->inputs, output,
                            self->record != NULL ? record_reference : NULL, self,
                            cli->cancellable, error);
}

static gboolean
record_device (Forward *self, DipExecutor *executor, GError **error)
{
  DipGraph *graph = dip_executor_get_graph (executor);
  const char *name;
  DipValueId id;

  for (guint i = 0; (name = dip_graph_get_record (graph, i, &id)) != NULL; i++)
    {
      const DipShape *shape = &dip_graph_get_value (graph, id)->shape;
      g_autofree float *values = NULL;

      if (!is_wanted (self, name))
        continue;
      values = g_new (float, dip_shape_get_n_elements (shape));
      if (!dip_executor_read_value (executor, id, values, error))
        return FALSE;
      add_record (self, name, shape, values);
    }

  return TRUE;
}

static gboolean
run_device (Forward *self, DipCli *cli, DipGraph *graph, float *output, GError **error)
{
  gboolean is_recording = self->record != NULL;
  g_autoptr (DipDevice) device = dip_cli_open_device (cli, error);
  g_autoptr (DipGraph) fused = NULL;
  g_autoptr (DipWeights) weights = NULL;
  g_autoptr (DipExecutor) executor = NULL;
  const DipFamily *family;

  if (device == NULL)
    return FALSE;
  family = dip_cli_choose_kernels (cli, device, self->checkpoint, self->shape.width,
                                   self->shape.height, error);
  if (family == NULL)
    return FALSE;

  fused = is_recording ? dip_graph_fuse (graph, TRUE) : dip_graph_fuse_for_steps (graph);
  weights = dip_weights_new (device, family);
  executor = dip_executor_new (device, fused, weights,
                               is_recording ? DIP_EXECUTOR_KEEP_ALL : DIP_EXECUTOR_NONE,
                               cli->cancellable, error);
  if (executor == NULL ||
      !dip_executor_run (executor, (const float *const *) self->inputs, output,
                         cli->cancellable, error))
    return FALSE;

  return !is_recording || record_device (self, executor, error);
}

static gboolean
evaluate (Forward *self, DipCli *cli, GError **error)
{
  g_autoptr (DipGraph) graph = NULL;
  g_autofree float *output = NULL;
  gint64 dims[4];

  graph = dip_checkpoint_build_graph (self->checkpoint, self->shape.batch,
                                      self->shape.height, self->shape.width, error);
  if (graph == NULL || !list_records (self, cli, graph, error))
    return FALSE;

  dims[0] = self->shape.batch;
  dims[1] = dip_checkpoint_get_config (self->checkpoint)->out_channels;
  dims[2] = self->shape.height;
  dims[3] = self->shape.width;
  output = g_new (float, dims[0] * dims[1] * dims[2] * dims[3]);
  self->writer = dip_safetensors_writer_new ();

  if (!(self->is_reference ? run_reference : run_device) (self, cli, graph, output,
                                                          error))
    return FALSE;

  dip_safetensors_writer_add_float32 (self->writer, "output", 4, dims, output);
  return dip_safetensors_writer_save (self->writer, self->output_path, error);
}

gboolean
dip_verb_forward (DipCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Forward) self = { 0 };
  GOptionEntry entries[] = {
    { "input", 0, 0, G_OPTION_ARG_FILENAME, &self.input_path,
      "Safetensors with sample [B,C,H,W], timesteps [B] and, if wanted, class_labels [B]",
      "IN" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &self.output_path,
      "Safetensors to write: output [B,C,H,W]", "OUT" },
    { "record", 0, 0, G_OPTION_ARG_STRING, &self.record,
      "Also write act.NAME of these modules, separated by commas, or all", "NAMES" },
    { "reference", 0, 0, G_OPTION_ARG_NONE, &self.is_reference,
      "Use the plain C reference instead of Vulkan", NULL },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "CHECKPOINT",
    .min_args = 1,
    .max_args = 1,
    .summary = "Evaluates the network of CHECKPOINT once, on what IN holds.",
    .details = "Modules are named as diffusers names them: conv_in, down_blocks.0,\n"
               "mid_block, up_blocks.0.resnets.1.conv2 …",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error))
    return FALSE;
  if (self.input_path == NULL || self.output_path == NULL)
    return dip_cli_usage_error (cli, error, "wants --input IN and --output OUT");

  self.checkpoint = dip_cli_open_checkpoint (args[0], error);
  if (self.checkpoint == NULL ||
      !read_inputs (&self, dip_checkpoint_get_config (self.checkpoint), error) ||
      !evaluate (&self, cli, error))
    return FALSE;

  if (cli->json)
    {
      json_t *object = json_object ();

      json_object_set_new (object, "output", json_string (self.output_path));
      dip_cli_print_json (object);
    }
  else
    dip_cli_print ("%s\n", self.output_path);

  return TRUE;
}
