#include "app/cli/verbs.h"

#include "app/cli/bench-ops.h"
#include "app/cli/beside.h"
#include "app/cli/network.h"
#include "app/cli/probe.h"
#include "app/cli/times.h"
#include "model/graph/count.h"
#include "model/graph/passes.h"
#include "model/graph/reference.h"
#include "model/storage/json.h"
#include "render/executor.h"
#include "render/weights.h"

typedef struct
{
  char *size;
  gint64 batch;
  gint64 repeats;
  gboolean is_reference;
  gboolean is_ops;
  char *beside; /* a command, or NULL */
} BenchOptions;

/* Seconds of the repeats, whether they are taken at all, and what they come to. */
typedef struct
{
  double *seconds;
  guint n;
  gboolean is_wanted;
  DipTimes times;
} Times;

typedef struct
{
  DipCli *cli;
  DipGraph *graph;
  DipProbe *probe;
  float *output;
  DipWeights *weights;
  DipExecutor *executor;
  DipBeside *beside; /* or NULL */
} Bench;

static gboolean
time_device (Bench *self, double *seconds, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  if (!dip_executor_run (self->executor, dip_probe_get_inputs (self->probe), self->output,
                         self->cli->cancellable, error))
    return FALSE;
  *seconds = (g_get_monotonic_time () - start) / 1e6;

  return TRUE;
}

static gboolean
time_reference (Bench *self, double *seconds, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  if (!dip_reference_run (self->graph, dip_probe_get_inputs (self->probe), self->output,
                          NULL, NULL, self->cli->cancellable, error))
    return FALSE;
  *seconds = (g_get_monotonic_time () - start) / 1e6;

  return TRUE;
}

/* In turn, so that a busy machine is busy for all. */
static gboolean
run_repeats (Bench *self,
             Times *device,
             Times *reference,
             Times *beside,
             guint n,
             GError **error)
{
  double warm_up;

  if (!time_device (self, &warm_up, error) ||
      (self->beside != NULL && !dip_beside_time (self->beside, &warm_up, error)))
    return FALSE;

  if (self->beside != NULL)
    beside->seconds = g_new0 (double, n);
  device->seconds = g_new0 (double, n);
  reference->seconds = g_new0 (double, n);
  for (guint i = 0; i < n; i++)
    {
      if (!time_device (self, &device->seconds[device->n++], error))
        return FALSE;
      if (reference->is_wanted &&
          !time_reference (self, &reference->seconds[reference->n++], error))
        return FALSE;
      if (self->beside != NULL &&
          !dip_beside_time (self->beside, &beside->seconds[beside->n++], error))
        return FALSE;
    }

  dip_times_sum_up (&device->times, device->seconds, device->n);
  if (reference->n > 0)
    dip_times_sum_up (&reference->times, reference->seconds, reference->n);
  if (beside->n > 0)
    dip_times_sum_up (&beside->times, beside->seconds, beside->n);

  return TRUE;
}

/* Share of the step per kind of operation, from one more run with every node
 * timed, and every node by itself.  Nothing where the device has no timestamps.
 */
static void
append_node (json_t *nodes, const DipGraph *graph, const DipNode *node, double seconds)
{
  const DipShape *shape = &dip_graph_get_value (graph, node->output)->shape;
  json_t *row = json_object ();
  DipCount count;

  dip_graph_count_node (graph, node, &count);
  dip_json_set_string (row, "name", node->name);
  dip_json_set_string (row, "op", dip_op_get_name (node->op));
  dip_json_set_int (row, "channels", shape->channels);
  dip_json_set_int (row, "height", shape->height);
  dip_json_set_int (row, "width", shape->width);
  dip_json_set_double (row, "seconds", seconds);
  dip_json_set_int (row, "flops", count.n_flops);
  dip_json_set_int (row, "bytes", count.n_bytes);
  json_array_append_new (nodes, row);
}

static gboolean
measure_ops (Bench *self, DipDevice *device, json_t *result, GError **error)
{
  guint n_nodes = dip_graph_get_n_nodes (self->graph);
  g_autofree double *seconds = g_new0 (double, n_nodes);
  double sums[DIP_N_OPS] = { 0 };
  guint counts[DIP_N_OPS] = { 0 };
  double flops[DIP_N_OPS] = { 0 };
  double total = 0;
  json_t *ops, *nodes;

  g_clear_pointer (&self->executor, dip_executor_free);
  self->executor = dip_executor_new (device, self->graph, self->weights,
                                     DIP_EXECUTOR_TIMING, self->cli->cancellable, error);
  for (guint i = 0; i < 2; i++)
    if (self->executor == NULL ||
        !dip_executor_run (self->executor, dip_probe_get_inputs (self->probe),
                           self->output, self->cli->cancellable, error))
      return FALSE;
  if (!dip_executor_get_seconds (self->executor, seconds))
    return TRUE;

  nodes = json_array ();
  for (guint i = 0; i < n_nodes; i++)
    {
      const DipNode *node = dip_graph_get_node (self->graph, i);
      DipCount count;

      if (seconds[i] > 0)
        append_node (nodes, self->graph, node, seconds[i]);

      dip_graph_count_node (self->graph, node, &count);
      sums[node->op] += seconds[i];
      flops[node->op] += count.n_flops;
      counts[node->op]++;
      total += seconds[i];
    }

  ops = json_array ();
  for (guint op = 0; op < DIP_N_OPS; op++)
    if (sums[op] > 0)
      {
        json_t *row = json_object ();

        dip_json_set_string (row, "op", dip_op_get_name (op));
        dip_json_set_int (row, "n_nodes", counts[op]);
        dip_json_set_double (row, "seconds", sums[op]);
        dip_json_set_double (row, "share", sums[op] / total);
        dip_json_set_double (row, "gflops_per_second", flops[op] / sums[op] / 1e9);
        json_array_append_new (ops, row);
      }
  dip_json_set_take (result, "ops", ops);
  dip_json_set_take (result, "nodes", nodes);

  return TRUE;
}

static json_t *
make_times (const Times *times, double n_flops)
{
  json_t *object = json_object ();

  dip_json_set_double (object, "median", times->times.median);
  dip_json_set_double (object, "min", times->times.min);
  dip_json_set_double (object, "max", times->times.max);
  dip_json_set_double (object, "gflops_per_second", n_flops / times->times.median / 1e9);

  return object;
}

static json_t *
make_memory (DipExecutor *executor)
{
  DipExecutorMemory memory;
  json_t *object = json_object ();

  dip_executor_get_memory (executor, &memory);
  dip_json_set_int (object, "planned", memory.planned);
  dip_json_set_int (object, "allocated", memory.allocated);
  dip_json_set_int (object, "arena", memory.arena);
  dip_json_set_int (object, "weights", memory.weights);

  return object;
}

static double
get_number (const json_t *object, const char *key)
{
  return json_number_value (json_object_get (object, key));
}

static void
print_times (const char *label, const json_t *times)
{
  dip_cli_print ("%-10s %.4f s a step (median; %.4f to %.4f), %.1f GFLOP/s\n", label,
                 get_number (times, "median"), get_number (times, "min"),
                 get_number (times, "max"), get_number (times, "gflops_per_second"));
}

static void
print_text (const json_t *result)
{
  const json_t *memory = json_object_get (result, "memory");
  g_autofree char *planned = dip_cli_format_bytes (get_number (memory, "planned"));
  g_autofree char *allocated = dip_cli_format_bytes (get_number (memory, "allocated"));
  const json_t *row;
  size_t i;

  dip_cli_print ("%s (%s kernels), %.0fx%.0f, batch %.0f, %.2f GMAC a step\n",
                 json_string_value (json_object_get (result, "device")),
                 json_string_value (json_object_get (result, "kernels")),
                 get_number (result, "width"), get_number (result, "height"),
                 get_number (result, "batch"), get_number (result, "macs") / 1e9);
  print_times ("device", json_object_get (result, "step"));
  if (json_object_get (result, "reference") != NULL)
    {
      print_times ("reference", json_object_get (result, "reference"));
      dip_cli_print ("ratio      %.1f\n", get_number (result, "ratio"));
    }
  if (json_object_get (result, "beside") != NULL)
    {
      print_times ("beside", json_object_get (result, "beside"));
      dip_cli_print ("ratio      %.2f\n", get_number (result, "beside_ratio"));
    }
  dip_cli_print ("memory     %s planned, %s allocated\n", planned, allocated);

  json_array_foreach (json_object_get (result, "ops"), i, row)
  {
    dip_cli_print ("  %-14s %3.0f nodes  %8.2f ms  %5.1f %%  %7.1f GFLOP/s\n",
                   json_string_value (json_object_get (row, "op")),
                   get_number (row, "n_nodes"), get_number (row, "seconds") * 1e3,
                   get_number (row, "share") * 100,
                   get_number (row, "gflops_per_second"));
  }
}

static gboolean
bench_network (DipCli *cli,
               const BenchOptions *options,
               DipCheckpoint *checkpoint,
               DipGraph *graph,
               json_t *result,
               GError **error)
{
  g_autoptr (DipDevice) device = dip_cli_open_device (cli, error);
  g_autoptr (DipProbe) probe = dip_probe_new (graph);
  const DipShape *shape =
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape;
  g_autofree float *output = g_new (float, dip_shape_get_n_elements (shape));
  Bench self = { .cli = cli, .graph = graph, .probe = probe, .output = output };
  Times times = { 0 };
  Times reference = { .is_wanted = options->is_reference };
  Times beside = { 0 };
  const DipFamily *family;
  gboolean is_done;
  DipCount count;

  if (device == NULL)
    return FALSE;
  family = dip_cli_choose_kernels (cli, device, checkpoint, shape->width, shape->height,
                                   error);
  if (family == NULL)
    return FALSE;

  dip_graph_count (graph, &count);
  dip_json_set_string (result, "device", dip_device_get_info (device)->name);
  dip_json_set_int (result, "batch", options->batch);
  dip_json_set_int (result, "height", shape->height);
  dip_json_set_int (result, "width", shape->width);
  dip_json_set_int (result, "macs", count.n_macs);
  dip_json_set_int (result, "flops", count.n_flops);

  if (options->beside != NULL)
    {
      self.beside = dip_beside_new (options->beside, error);
      if (self.beside == NULL)
        return FALSE;
    }
  self.weights = dip_weights_new (device, family);
  self.executor = dip_executor_new (device, graph, self.weights, DIP_EXECUTOR_NONE,
                                    cli->cancellable, error);
  is_done = self.executor != NULL &&
            run_repeats (&self, &times, &reference, &beside, options->repeats, error);
  g_clear_pointer (&self.beside, dip_beside_free);
  if (is_done)
    {
      dip_json_set_string (result, "precision", dip_precision_get_name (cli->precision));
      dip_json_set_string (result, "kernels", dip_executor_get_kernels (self.executor));
      dip_json_set_take (result, "step", make_times (&times, count.n_flops));
      if (reference.n > 0)
        {
          dip_json_set_take (result, "reference", make_times (&reference, count.n_flops));
          dip_json_set_double (result, "ratio",
                               reference.times.median / times.times.median);
        }
      if (beside.n > 0)
        {
          dip_json_set_take (result, "beside", make_times (&beside, count.n_flops));
          dip_json_set_double (result, "beside_ratio",
                               beside.times.median / times.times.median);
        }
      dip_json_set_take (result, "memory", make_memory (self.executor));
      is_done = measure_ops (&self, device, result, error);
    }

  g_clear_pointer (&self.executor, dip_executor_free);
  dip_weights_unref (self.weights);
  g_free (times.seconds);
  g_free (reference.seconds);
  g_free (beside.seconds);

  return is_done;
}

gboolean
dip_verb_bench (DipCli *cli, int argc, char **argv, GError **error)
{
  BenchOptions options = { .batch = 1, .repeats = 10 };
  GOptionEntry entries[] = {
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size,
      "Picture size; by default the checkpoint's own", "WxH" },
    { "batch", 0, 0, G_OPTION_ARG_INT64, &options.batch, "Pictures a step (1)", "N" },
    { "repeats", 0, 0, G_OPTION_ARG_INT64, &options.repeats,
      "Timed steps (10), after one that is not counted", "N" },
    { "reference", 0, 0, G_OPTION_ARG_NONE, &options.is_reference,
      "Also time the plain C reference, in turn with the device", NULL },
    { "ops", 0, 0, G_OPTION_ARG_NONE, &options.is_ops,
      "Time the table of operations that the tests check instead", NULL },
    { "beside", 0, 0, G_OPTION_ARG_STRING, &options.beside,
      "Also time a program that runs a step for each line it reads", "COMMAND" },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "[CHECKPOINT]",
    .max_args = 1,
    .summary =
        "Times the network: seconds a step, GFLOP/s, share per kind of operation,\n"
        "memory.",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_autoptr (DipDevice) device = NULL;
  g_autoptr (DipCheckpoint) checkpoint = NULL;
  g_autoptr (DipGraph) graph = NULL;
  g_autoptr (DipGraph) fused = NULL;
  g_autofree char *size = NULL;
  g_autofree char *beside = NULL;
  json_t *result;
  guint width, height;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error))
    return FALSE;
  size = options.size;
  beside = options.beside;
  if (!dip_cli_check_range (cli, "--batch", options.batch, 1, 1024, error) ||
      !dip_cli_check_range (cli, "--repeats", options.repeats, 1, 100000, error))
    return FALSE;

  if (options.is_ops)
    {
      device = dip_cli_open_device (cli, error);
      return device != NULL && dip_bench_ops (cli, device, options.repeats, error);
    }

  checkpoint = dip_cli_open_checkpoint (args[0], error);
  if (checkpoint == NULL ||
      !dip_cli_get_size (cli, checkpoint, size, &width, &height, error))
    return FALSE;
  graph = dip_checkpoint_build_graph (checkpoint, options.batch, height, width, error);
  if (graph == NULL)
    return FALSE;

  fused = dip_graph_fuse (graph, FALSE);
  result = json_object ();
  if (!bench_network (cli, &options, checkpoint, fused, result, error))
    {
      json_decref (result);
      return FALSE;
    }

  if (cli->json)
    {
      dip_cli_print_json (result);
      return TRUE;
    }
  print_text (result);
  json_decref (result);

  return TRUE;
}
