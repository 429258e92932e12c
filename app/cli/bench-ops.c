#include "app/cli/bench-ops.h"

#include "app/cli/bench-roof.h"
#include "app/cli/times.h"
#include "model/graph/count.h"
#include "model/storage/json.h"
#include "render/executor.h"
#include "render/op-table.h"
#include "render/weights.h"

/* Seconds of the graph's last node, median of @repeats runs; 0 where the
 * device has no timestamps.
 */
static gboolean
time_case (DipCli *cli,
           DipExecutor *executor,
           const float *const *inputs,
           guint repeats,
           double *median,
           GError **error)
{
  DipGraph *graph = dip_executor_get_graph (executor);
  guint n_nodes = dip_graph_get_n_nodes (graph);
  const DipShape *shape =
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape;
  g_autofree float *output = g_new (float, dip_shape_get_n_elements (shape));
  g_autofree double *nodes = g_new0 (double, n_nodes);
  g_autofree double *seconds = g_new0 (double, repeats);
  DipTimes times;

  for (guint i = 0; i <= repeats; i++)
    {
      if (!dip_executor_run (executor, inputs, output, cli->cancellable, error))
        return FALSE;
      if (i > 0 && dip_executor_get_seconds (executor, nodes))
        seconds[i - 1] = nodes[n_nodes - 1];
    }

  dip_times_sum_up (&times, seconds, repeats);
  *median = times.median;
  return TRUE;
}

static json_t *
make_row (const DipOpCase *op_case,
          const DipGraph *graph,
          double seconds,
          const DipPeak *peak)
{
  json_t *row = json_object ();
  DipCount count;

  dip_graph_count_node (
      graph, dip_graph_get_node (graph, dip_graph_get_n_nodes (graph) - 1), &count);
  dip_json_set_string (row, "case", op_case->name);
  dip_json_set_string (row, "op", dip_op_get_name (op_case->op));
  dip_json_set_double (row, "seconds", seconds);
  if (seconds > 0)
    dip_bench_add_rates (row, count.n_flops, count.n_bytes, seconds, peak);

  return row;
}

static void
print_row (const json_t *row)
{
  dip_cli_print ("%-40s %9.3f ms", json_string_value (json_object_get (row, "case")),
                 json_number_value (json_object_get (row, "seconds")) * 1e3);
  dip_bench_print_rates (row);
}

static json_t *
bench_case (DipCli *cli,
            DipDevice *device,
            const DipFamily *family,
            const DipOpCase *op_case,
            guint repeats,
            const DipPeak *peak,
            GError **error)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (DipGraph) graph = dip_op_case_build (op_case, random);
  g_autoptr (DipWeights) weights = dip_weights_new (device, family);
  g_autoptr (DipExecutor) executor = NULL;
  float *inputs[DIP_N_GRAPH_INPUTS] = { NULL };
  double seconds;
  gboolean is_timed;

  executor = dip_executor_new (device, graph, weights, DIP_EXECUTOR_TIMING,
                               cli->cancellable, error);
  if (executor == NULL)
    return NULL;

  dip_op_case_fill (graph, random, inputs);
  is_timed =
      time_case (cli, executor, (const float *const *) inputs, repeats, &seconds, error);
  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    g_free (inputs[i]);

  return is_timed ? make_row (op_case, graph, seconds, peak) : NULL;
}

gboolean
dip_bench_ops (DipCli *cli, DipDevice *device, guint repeats, GError **error)
{
  guint n_cases;
  const DipOpCase *cases = dip_op_table_get (&n_cases);
  const DipFamily *families[DIP_MAX_FAMILIES];
  json_t *result, *rows;
  DipPeak peak;

  if (dip_family_list (dip_device_get_info (device), cli->precision, families) == 0)
    {
      g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_UNSUITABLE,
                   "%s has no kernels for precision %s",
                   dip_device_get_info (device)->name,
                   dip_precision_get_name (cli->precision));
      return FALSE;
    }

  if (!dip_peak_measure (device, &peak, cli->cancellable, error))
    return FALSE;

  result = json_object ();
  rows = json_array ();
  dip_json_set_string (result, "device", dip_device_get_info (device)->name);
  dip_json_set_string (result, "kernels", families[0]->name);
  dip_bench_add_peak (result, &peak);
  dip_json_set_take (result, "cases", rows);
  if (!cli->json)
    dip_bench_print_peak (result);
  for (guint i = 0; i < n_cases; i++)
    {
      json_t *row =
          bench_case (cli, device, families[0], &cases[i], repeats, &peak, error);

      if (row == NULL)
        {
          json_decref (result);
          return FALSE;
        }
      if (!cli->json)
        print_row (row);
      json_array_append_new (rows, row);
    }

  if (cli->json)
    dip_cli_print_json (result);
  else
    json_decref (result);

  return TRUE;
}
