#include "app/cli/verbs.h"

#include "app/cli/bench-memory.h"
#include "app/cli/bench-nodes.h"
#include "app/cli/bench-ops.h"
#include "app/cli/bench-roof.h"
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

static void
clear_times (Times *self)
{
  g_free (self->seconds);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Times, clear_times)

typedef struct
{
  DipCli *cli;
  DipProcessMemory start; /* before the network */
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

/* Share of the step per kind of operation, from one more run with every node timed.
 * Nothing where the device has no timestamps.
 */
static gboolean
measure_nodes (Bench *self,
               DipDevice *device,
               const DipPeak *peak,
               json_t *result,
               GError **error)
{
  g_autofree double *seconds = g_new0 (double, dip_graph_get_n_nodes (self->graph));

  g_clear_pointer (&self->executor, dip_executor_free);
  self->executor = dip_executor_new (device, self->graph, self->weights,
                                     DIP_EXECUTOR_TIMING, self->cli->cancellable, error);
  for (guint i = 0; i < 2; i++)
    if (self->executor == NULL ||
        !dip_executor_run (self->executor, dip_probe_get_inputs (self->probe),
                           self->output, self->cli->cancellable, error))
      return FALSE;
  if (dip_executor_get_seconds (self->executor, seconds))
    dip_bench_add_nodes (result, self->graph, seconds, peak);

  return TRUE;
}

static void
add_times (json_t *result,
           const char *key,
           const Times *times,
           double n_flops,
           const DipPeak *peak)
{
  double rate = n_flops / times->times.median;
  json_t *object = json_object ();

  dip_json_set_double (object, "median", times->times.median);
  dip_json_set_double (object, "min", times->times.min);
  dip_json_set_double (object, "max", times->times.max);
  dip_json_set_double (object, "gflops_per_second", rate / 1e9);
  dip_json_set_double (object, "share_of_peak", rate / peak->flops_per_second);
  dip_json_set_take (result, key, object);
}

/* @other's steps beside the device's, if they were timed. */
static void
add_other_times (json_t *result,
                 const char *key,
                 const char *ratio_key,
                 const Times *other,
                 const Times *device,
                 double n_flops,
                 const DipPeak *peak)
{
  if (other->n == 0)
    return;

  add_times (result, key, other, n_flops, peak);
  dip_json_set_double (result, ratio_key, other->times.median / device->times.median);
}

static double
get_number (const json_t *object, const char *key)
{
  return json_number_value (json_object_get (object, key));
}

static void
print_times (const char *label, const json_t *times)
{
  dip_cli_print ("%-10s %.4f s a step (median; %.4f to %.4f), %.1f GFLOP/s, %.0f %% of "
                 "the peak\n",
                 label, get_number (times, "median"), get_number (times, "min"),
                 get_number (times, "max"), get_number (times, "gflops_per_second"),
                 get_number (times, "share_of_peak") * 100);
}

static void
print_text (const json_t *result)
{
  dip_cli_print ("%s (%s kernels), %.0fx%.0f, batch %.0f, %.2f GMAC a step\n",
                 json_string_value (json_object_get (result, "device")),
                 json_string_value (json_object_get (result, "kernels")),
                 get_number (result, "width"), get_number (result, "height"),
                 get_number (result, "batch"), get_number (result, "macs") / 1e9);
  dip_bench_print_peak (result);
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
  dip_cli_print ("dispatches %.0f a step\n", get_number (result, "dispatches"));
  dip_bench_print_memory (result);
  dip_bench_print_nodes (result);
}

static void
describe (const BenchOptions *options,
          DipDevice *device,
          const DipGraph *graph,
          DipCount *count,
          json_t *result)
{
  const DipShape *shape =
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape;

  dip_graph_count (graph, count);
  dip_json_set_string (result, "device", dip_device_get_info (device)->name);
  dip_json_set_int (result, "batch", options->batch);
  dip_json_set_int (result, "height", shape->height);
  dip_json_set_int (result, "width", shape->width);
  dip_json_set_int (result, "macs", count->n_macs);
  dip_json_set_int (result, "flops", count->n_flops);
}

/* The memory is read before anything is measured that takes more of it. */
static gboolean
measure (Bench *self,
         const BenchOptions *options,
         DipDevice *device,
         json_t *result,
         GError **error)
{
  gboolean is_shared = dip_device_get_info (device)->type == DIP_DEVICE_CPU;
  g_auto (Times) times = { 0 };
  g_auto (Times) reference = { .is_wanted = options->is_reference };
  g_auto (Times) beside = { 0 };
  DipCount count;
  DipPeak peak;

  describe (options, device, self->graph, &count, result);
  if (!run_repeats (self, &times, &reference, &beside, options->repeats, error))
    return FALSE;

  dip_json_set_string (result, "precision",
                       dip_precision_get_name (self->cli->precision));
  dip_json_set_string (result, "kernels", dip_executor_get_kernels (self->executor));
  dip_json_set_int (result, "dispatches", dip_executor_get_n_dispatches (self->executor));
  dip_bench_add_memory (result, self->executor, &self->start, is_shared);
  if (!dip_peak_measure (device, &peak, self->cli->cancellable, error))
    return FALSE;

  dip_bench_add_peak (result, &peak);
  add_times (result, "step", &times, count.n_flops, &peak);
  add_other_times (result, "reference", "ratio", &reference, &times, count.n_flops,
                   &peak);
  add_other_times (result, "beside", "beside_ratio", &beside, &times, count.n_flops,
                   &peak);

  return measure_nodes (self, device, &peak, result, error);
}

static gboolean
bench_network (Bench *self,
               const BenchOptions *options,
               DipDevice *device,
               DipCheckpoint *checkpoint,
               json_t *result,
               GError **error)
{
  g_autoptr (DipProbe) probe = dip_probe_new (self->graph);
  const DipShape *shape =
      &dip_graph_get_value (self->graph, dip_graph_get_output (self->graph))->shape;
  g_autofree float *output = g_new (float, dip_shape_get_n_elements (shape));
  g_autoptr (DipWeights) weights = NULL;
  g_autoptr (DipBeside) beside = NULL;
  const DipFamily *family = dip_cli_choose_kernels (self->cli, device, checkpoint,
                                                    shape->width, shape->height, error);
  gboolean is_done;

  if (family == NULL)
    return FALSE;
  if (options->beside != NULL)
    {
      beside = dip_beside_new (options->beside, error);
      if (beside == NULL)
        return FALSE;
    }

  weights = dip_weights_new (device, family);
  self->probe = probe;
  self->output = output;
  self->weights = weights;
  self->beside = beside;
  self->executor = dip_executor_new (device, self->graph, weights, DIP_EXECUTOR_NONE,
                                     self->cli->cancellable, error);
  is_done = self->executor != NULL && measure (self, options, device, result, error);
  g_clear_pointer (&self->executor, dip_executor_free);

  return is_done;
}

static gboolean
open_network (Bench *self,
              const BenchOptions *options,
              DipCheckpoint *checkpoint,
              GError **error)
{
  g_autoptr (DipGraph) graph = NULL;
  guint width, height;

  if (!dip_cli_get_size (self->cli, checkpoint, options->size, &width, &height, error))
    return FALSE;
  graph = dip_checkpoint_build_graph (checkpoint, options->batch, height, width, error);
  if (graph == NULL)
    return FALSE;
  self->graph = dip_graph_fuse_for_steps (graph);

  return TRUE;
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
    .summary = "Times the network: seconds a step, GFLOP/s and their share of what the\n"
               "device was measured to reach, the same per kind of operation, memory.",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_autoptr (DipDevice) device = NULL;
  g_autoptr (DipCheckpoint) checkpoint = NULL;
  g_autofree char *size = NULL;
  g_autofree char *beside = NULL;
  Bench self = { .cli = cli };
  gboolean is_done;
  json_t *result;

  is_done = dip_cli_parse (cli, &usage, argc, argv, &args, error);
  size = options.size;
  beside = options.beside;
  if (!is_done || !dip_cli_check_range (cli, "--batch", options.batch, 1, 1024, error) ||
      !dip_cli_check_range (cli, "--repeats", options.repeats, 1, 100000, error))
    return FALSE;

  device = dip_cli_open_device (cli, error);
  if (device == NULL)
    return FALSE;
  if (options.is_ops)
    return dip_bench_ops (cli, device, options.repeats, error);

  dip_process_memory_read (&self.start);
  checkpoint = dip_cli_open_checkpoint (args[0], error);
  if (checkpoint == NULL || !open_network (&self, &options, checkpoint, error))
    return FALSE;

  result = json_object ();
  is_done = bench_network (&self, &options, device, checkpoint, result, error);
  dip_graph_unref (self.graph);
  if (is_done && !cli->json)
    print_text (result);
  if (is_done && cli->json)
    dip_cli_print_json (json_incref (result));
  json_decref (result);

  return is_done;
}
