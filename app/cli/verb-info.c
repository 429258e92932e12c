#include "app/cli/verbs.h"

#include "app/cli/network.h"
#include "model/graph/count.h"
#include "model/graph/dump.h"
#include "model/graph/passes.h"
#include "model/storage/json.h"
#include "render/executor.h"
#include "render/family.h"

#include <string.h>

typedef struct
{
  gboolean shows_tensors;
  gboolean shows_graph;
  char *size;
  gint64 batch;
} InfoOptions;

/* One tensor as {"name", "dtype", "shape"}. */
static json_t *
make_tensor (const DipTensor *tensor)
{
  json_t *object = json_object ();
  json_t *shape = json_array ();

  for (guint i = 0; i < tensor->n_dims; i++)
    json_array_append_new (shape, json_integer (tensor->shape[i]));
  dip_json_set_string (object, "name", tensor->name);
  dip_json_set_string (object, "dtype", dip_dtype_get_name (tensor->dtype));
  dip_json_set_take (object, "shape", shape);

  return object;
}

static void
add_tensors (json_t *array, DipTensorFile *file)
{
  for (guint i = 0; i < dip_tensor_file_get_n_tensors (file); i++)
    json_array_append_new (array, make_tensor (dip_tensor_file_get (file, i)));
}

static void
print_tensors (DipTensorFile *file)
{
  for (guint i = 0; i < dip_tensor_file_get_n_tensors (file); i++)
    {
      const DipTensor *tensor = dip_tensor_file_get (file, i);
      g_autofree char *shape = dip_tensor_dup_shape_text (tensor);

      dip_cli_print ("%-5s %-20s %s\n", dip_dtype_get_name (tensor->dtype), shape,
                     tensor->name);
    }
}

static gboolean
describe_file (DipCli *cli, const char *path, GError **error)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, error);
  g_autofree char *size = NULL;
  const char *format;
  json_t *object;
  json_t *tensors;

  if (file == NULL)
    return FALSE;

  format = dip_tensor_format_get_name (dip_tensor_file_get_format (file));
  if (!cli->json)
    {
      size = dip_cli_format_bytes (dip_tensor_file_get_size (file));
      dip_cli_print ("%s: %s, %s, %u tensors\nsha-256 %s\n", path, format, size,
                     dip_tensor_file_get_n_tensors (file),
                     dip_tensor_file_get_sha256 (file));
      print_tensors (file);
      return TRUE;
    }

  object = json_object ();
  tensors = json_array ();
  add_tensors (tensors, file);
  dip_json_set_string (object, "path", path);
  dip_json_set_string (object, "format", format);
  dip_json_set_int (object, "bytes", dip_tensor_file_get_size (file));
  dip_json_set_string (object, "sha256", dip_tensor_file_get_sha256 (file));
  dip_json_set_take (object, "tensors", tensors);
  dip_cli_print_json (object);

  return TRUE;
}

static json_t *
make_files (DipCheckpoint *checkpoint)
{
  json_t *array = json_array ();

  for (guint i = 0; i < dip_checkpoint_get_n_weight_files (checkpoint); i++)
    {
      DipTensorFile *file = dip_checkpoint_get_weight_file (checkpoint, i);
      json_t *object = json_object ();

      dip_json_set_string (object, "path", dip_tensor_file_get_path (file));
      dip_json_set_string (
          object, "format",
          dip_tensor_format_get_name (dip_tensor_file_get_format (file)));
      dip_json_set_int (object, "bytes", dip_tensor_file_get_size (file));
      json_array_append_new (array, object);
    }

  return array;
}

/* Tensors in the files that the network does not use. */
static json_t *
make_ignored (DipCheckpoint *checkpoint)
{
  const char *const *names = dip_checkpoint_get_ignored_tensors (checkpoint);
  json_t *array = json_array ();

  for (guint i = 0; names[i] != NULL; i++)
    json_array_append_new (array, json_string (names[i]));

  return array;
}

static const char *
get_block_name (DipUnetBlock block, gboolean is_down)
{
  switch (block)
    {
    case DIP_UNET_BLOCK_PLAIN:
      return is_down ? "DownBlock2D" : "UpBlock2D";

    case DIP_UNET_BLOCK_ATTENTION:
      return is_down ? "AttnDownBlock2D" : "AttnUpBlock2D";

    case DIP_UNET_BLOCK_RESNET:
      return is_down ? "ResnetDownsampleBlock2D" : "ResnetUpsampleBlock2D";
    }

  g_assert_not_reached ();
}

static json_t *
make_unet (const DipUnetConfig *config)
{
  json_t *object = json_object ();
  json_t *channels = json_array ();
  json_t *down = json_array ();
  json_t *up = json_array ();

  for (guint i = 0; i < config->n_blocks; i++)
    {
      json_array_append_new (channels, json_integer (config->block_out_channels[i]));
      json_array_append_new (down,
                             json_string (get_block_name (config->down_blocks[i], TRUE)));
      json_array_append_new (up,
                             json_string (get_block_name (config->up_blocks[i], FALSE)));
    }

  dip_json_set_take (object, "sample_size",
                     json_pack ("[i,i]", config->sample_height, config->sample_width));
  dip_json_set_int (object, "in_channels", config->in_channels);
  dip_json_set_int (object, "out_channels", config->out_channels);
  dip_json_set_int (object, "layers_per_block", config->layers_per_block);
  dip_json_set_take (object, "block_out_channels", channels);
  dip_json_set_take (object, "down_block_types", down);
  dip_json_set_take (object, "up_block_types", up);
  dip_json_set_int (object, "size_multiple", dip_unet_config_get_size_multiple (config));

  return object;
}

/* The scheduler's file as it is; null where there is none or it is no JSON
 * (sampling will say so).
 */
static json_t *
make_scheduler (DipCheckpoint *checkpoint)
{
  GBytes *bytes = dip_checkpoint_get_scheduler_json (checkpoint);
  g_autoptr (DipJson) json = NULL;

  if (bytes == NULL)
    return json_null ();

  json = dip_json_load_bytes (bytes, "scheduler_config.json", NULL);
  return json != NULL ? json_deep_copy (dip_json_get_root (json)) : json_null ();
}

static gboolean
add_checkpoint (json_t *object, DipCheckpoint *checkpoint, GError **error)
{
  const DipCheckpointLayout *layout = dip_checkpoint_get_layout (checkpoint);
  const char *sha256 = dip_checkpoint_get_sha256 (checkpoint, error);
  double spacing = dip_checkpoint_get_pixel_spacing_mm (checkpoint);

  if (sha256 == NULL)
    return FALSE;

  dip_json_set_string (object, "path", dip_checkpoint_get_path (checkpoint));
  dip_json_set_string (object, "layout",
                       dip_checkpoint_layout_kind_get_name (layout->kind));
  dip_json_set_string (object, "variant", layout->variant);
  dip_json_set_take (object, "files", make_files (checkpoint));
  dip_json_set_string (object, "sha256", sha256);
  dip_json_set_string (object, "dtypes", dip_checkpoint_get_dtypes (checkpoint));
  dip_json_set_int (object, "parameters", dip_checkpoint_get_n_parameters (checkpoint));
  dip_json_set_take (object, "ignored_tensors", make_ignored (checkpoint));
  dip_json_set_string (object, "third_channel",
                       dip_checkpoint_get_third_channel (checkpoint));
  dip_json_set_take (object, "pixel_spacing_mm",
                     spacing > 0 ? json_real (spacing) : json_null ());
  dip_json_set_string (object, "trained_on", dip_checkpoint_get_trained_on (checkpoint));
  dip_json_set_take (object, "unet", make_unet (dip_checkpoint_get_config (checkpoint)));
  dip_json_set_take (object, "scheduler", make_scheduler (checkpoint));

  return TRUE;
}

/* What a step costs at one size, and the memory planned for the device that
 * would be used; "memory" is null where there is none.
 */
static void
add_costs (json_t *object, DipCli *cli, DipGraph *graph)
{
  const DipShape *shape =
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape;
  g_autofree DipDeviceInfo *infos = NULL;
  g_autoptr (GError) too_large = NULL;
  const DipDeviceInfo *chosen = NULL;
  const DipFamily *families[DIP_MAX_FAMILIES];
  DipExecutorMemory planned;
  json_t *memory = json_null ();
  DipCount count;
  guint n_infos;

  dip_graph_count (graph, &count);
  dip_json_set_int (object, "batch", shape->batch);
  dip_json_set_int (object, "height", shape->height);
  dip_json_set_int (object, "width", shape->width);
  dip_json_set_int (object, "macs_per_step", count.n_macs);
  dip_json_set_int (object, "flops_per_step", count.n_flops);
  dip_json_set_int (object, "bytes_per_step", count.n_bytes);
  dip_json_set_int (object, "n_nodes", dip_graph_get_n_nodes (graph));

  infos = dip_device_list (&n_infos, NULL);
  if (infos != NULL)
    chosen = dip_device_choose (infos, n_infos, cli->device, G_MAXUINT, NULL);
  if (chosen != NULL && dip_family_list (chosen, cli->precision, families) > 0 &&
      dip_executor_plan_memory (chosen, families[0], graph, &planned, &too_large))
    {
      memory = json_object ();
      dip_json_set_string (memory, "device", chosen->name);
      dip_json_set_int (memory, "planned", planned.planned);
      dip_json_set_int (memory, "weights", planned.weights);
      dip_json_set_int (memory, "arena", planned.arena);
      dip_json_set_int (memory, "staging", planned.staging);
      dip_json_set_int (memory, "scratch", planned.scratch);
    }
  if (too_large != NULL)
    {
      memory = json_object ();
      dip_json_set_string (memory, "device", chosen->name);
      dip_json_set_string (memory, "too_large", too_large->message);
    }
  dip_json_set_take (object, "memory", memory);
}

static const char *
get_string (const json_t *object, const char *key)
{
  const char *text = json_string_value (json_object_get (object, key));

  return text != NULL ? text : "not said";
}

static double
get_number (const json_t *object, const char *key)
{
  return json_number_value (json_object_get (object, key));
}

static char *
join (const json_t *array)
{
  GString *text = g_string_new (NULL);
  const json_t *item;
  size_t i;

  json_array_foreach (array, i, item)
  {
    if (json_is_string (item))
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", json_string_value (item));
    else
      g_string_append_printf (text, "%s%" JSON_INTEGER_FORMAT, i > 0 ? ", " : "",
                              json_integer_value (item));
  }

  return g_string_free (text, FALSE);
}

static void
print_network (const json_t *unet)
{
  g_autofree char *channels = join (json_object_get (unet, "block_out_channels"));
  g_autofree char *down = join (json_object_get (unet, "down_block_types"));
  g_autofree char *up = join (json_object_get (unet, "up_block_types"));
  const json_t *size = json_object_get (unet, "sample_size");

  dip_cli_print ("network        UNet2DModel, %.0f channels in, %.0f out, sample size "
                 "%" JSON_INTEGER_FORMAT " x %" JSON_INTEGER_FORMAT "\n",
                 get_number (unet, "in_channels"), get_number (unet, "out_channels"),
                 json_integer_value (json_array_get (size, 1)),
                 json_integer_value (json_array_get (size, 0)));
  dip_cli_print ("  channels     %s, %.0f layers a block\n", channels,
                 get_number (unet, "layers_per_block"));
  dip_cli_print ("  down         %s\n", down);
  dip_cli_print ("  up           %s\n", up);
}

static void
print_costs (const json_t *object)
{
  const json_t *memory = json_object_get (object, "memory");

  dip_cli_print ("a step         %.2f GMAC at %.0fx%.0f, batch %.0f\n",
                 get_number (object, "macs_per_step") / 1e9, get_number (object, "width"),
                 get_number (object, "height"), get_number (object, "batch"));
  if (json_object_get (memory, "too_large") != NULL)
    dip_cli_print ("memory         %s\n", get_string (memory, "too_large"));
  else if (json_is_object (memory))
    {
      g_autofree char *planned = dip_cli_format_bytes (get_number (memory, "planned"));
      g_autofree char *weights = dip_cli_format_bytes (get_number (memory, "weights"));
      g_autofree char *arena = dip_cli_format_bytes (get_number (memory, "arena"));

      dip_cli_print ("memory         %s on %s (weights %s, activations %s)\n", planned,
                     get_string (memory, "device"), weights, arena);
    }
}

static void
print_text (const json_t *object)
{
  const json_t *file;
  size_t i;

  dip_cli_print ("%s\n", get_string (object, "path"));
  dip_cli_print ("layout         %s\n", get_string (object, "layout"));
  json_array_foreach (json_object_get (object, "files"), i, file)
  {
    g_autofree char *bytes = dip_cli_format_bytes (get_number (file, "bytes"));

    dip_cli_print ("weights        %s (%s, %s)\n", get_string (file, "path"),
                   get_string (file, "format"), bytes);
  }
  dip_cli_print ("sha-256        %s\n", get_string (object, "sha256"));
  dip_cli_print ("parameters     %.0f, stored as %s\n", get_number (object, "parameters"),
                 get_string (object, "dtypes"));
  if (json_array_size (json_object_get (object, "ignored_tensors")) > 0)
    {
      g_autofree char *ignored = join (json_object_get (object, "ignored_tensors"));

      dip_cli_print ("ignored        %s (tensors the network does not use)\n", ignored);
    }
  print_network (json_object_get (object, "unet"));
  dip_cli_print ("third channel  %s\n", get_string (object, "third_channel"));
  dip_cli_print ("trained on     %s\n", get_string (object, "trained_on"));
  dip_cli_print ("scheduler      %s\n",
                 get_string (json_object_get (object, "scheduler"), "_class_name"));
  if (json_object_get (object, "macs_per_step") != NULL)
    print_costs (object);
}

static DipGraph *
build_fused_graph (DipCli *cli,
                   DipCheckpoint *checkpoint,
                   const InfoOptions *options,
                   GError **error)
{
  g_autoptr (DipGraph) graph = NULL;
  guint width, height;

  if (!dip_cli_get_size (cli, checkpoint, options->size, &width, &height, error))
    return NULL;

  graph = dip_checkpoint_build_graph (checkpoint, options->batch, height, width, error);

  return graph != NULL ? dip_graph_fuse_for_steps (graph) : NULL;
}

static gboolean
describe_checkpoint (DipCli *cli,
                     const char *path,
                     const InfoOptions *options,
                     GError **error)
{
  g_autoptr (DipCheckpoint) checkpoint = dip_cli_open_checkpoint (path, error);
  g_autoptr (DipGraph) graph = NULL;
  g_autofree char *dump = NULL;
  json_t *object;

  if (checkpoint == NULL)
    return FALSE;
  graph = build_fused_graph (cli, checkpoint, options, error);
  if (graph == NULL)
    return FALSE;

  object = json_object ();
  if (!add_checkpoint (object, checkpoint, error))
    {
      json_decref (object);
      return FALSE;
    }
  add_costs (object, cli, graph);
  if (options->shows_graph)
    dump = dip_graph_to_text (graph);

  if (cli->json)
    {
      json_t *tensors = json_array ();

      for (guint i = 0; i < dip_checkpoint_get_n_weight_files (checkpoint); i++)
        add_tensors (tensors, dip_checkpoint_get_weight_file (checkpoint, i));
      dip_json_set_int (object, "n_tensors", json_array_size (tensors));
      if (options->shows_tensors)
        json_object_set (object, "tensors", tensors);
      json_decref (tensors);
      if (dump != NULL)
        dip_json_set_string (object, "graph", dump);
      dip_cli_print_json (object);
      return TRUE;
    }

  print_text (object);
  json_decref (object);
  for (guint i = 0;
       options->shows_tensors && i < dip_checkpoint_get_n_weight_files (checkpoint); i++)
    print_tensors (dip_checkpoint_get_weight_file (checkpoint, i));
  if (dump != NULL)
    dip_cli_print ("%s", dump);

  return TRUE;
}

gboolean
dip_verb_info (DipCli *cli, int argc, char **argv, GError **error)
{
  InfoOptions options = { .batch = 1 };
  GOptionEntry entries[] = {
    { "tensors", 0, 0, G_OPTION_ARG_NONE, &options.shows_tensors, "List the weights",
      NULL },
    { "graph", 0, 0, G_OPTION_ARG_NONE, &options.shows_graph,
      "Print the network as a graph, a line an operation", NULL },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size,
      "Count for this picture size instead of the checkpoint's own", "WxH" },
    { "batch", 0, 0, G_OPTION_ARG_INT64, &options.batch, "Count for this batch (1)",
      "N" },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "[CHECKPOINT|FILE]",
    .max_args = 1,
    .summary = "Says what a checkpoint is: format, files, SHA-256 of the weights,\n"
               "parameters, blocks, scheduler, multiply-adds a step, memory needed.\n"
               "Of a single .safetensors or .bin file: its tensors.",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_autofree char *size = NULL;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error))
    return FALSE;
  size = options.size;
  if (!dip_cli_check_range (cli, "--batch", options.batch, 1, 1024, error))
    return FALSE;

  if (args[0] != NULL && g_file_test (args[0], G_FILE_TEST_IS_REGULAR))
    return describe_file (cli, args[0], error);

  return describe_checkpoint (cli, args[0], &options, error);
}
