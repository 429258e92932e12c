#include "app/cli/bench-ops.h"

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
make_row (const DipOpCase *op_case, const DipGraph *graph, double seconds)
{
  json_t *row = json_object ();
  DipCount count;

  dip_graph_count_node (
      graph, dip_graph_get_node (graph, dip_graph_get_n_nodes (graph) - 1), &count);
  dip_json_set_string (row, "case", op_case->name);
  dip_json_set_string (row, "op", dip_op_get_name (op_case->op));
  dip_json_set_double (row, "seconds", seconds);
  dip_json_set_int (row, "flops", count.n_flops);
  dip_json_set_int (row, "bytes", count.n_bytes);
  if (seconds > 0)
    {
      dip_json_set_double (row, "gflops_per_second", count.n_flops / seconds / 1e9);
      dip_json_set_double (row, "gbytes_per_second", count.n_bytes / seconds / 1e9);
    }

  return row;
}

static void
print_row (const json_t *row)
{
  dip_cli_print ("%-40s %10.3f ms %9.2f GFLOP/s %9.2f GB/s\n",
                 json_string_value (json_object_get (row, "case")),
                 json_number_value (json_object_get (row, "seconds")) * 1e3,
                 json_number_value (json_object_get (row, "gflops_per_second")),
                 json_number_value (json_object_get (row, "gbytes_per_second")));
}

static json_t *
bench_case (DipCli *cli,
            DipDevice *device,
            const DipFamily *family,
            const DipOpCase *op_case,
            guint repeats,
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

  return is_timed ? make_row (op_case, graph, seconds) : NULL;
}

gboolean
dip_bench_ops (DipCli *cli, DipDevice *device, guint repeats, GError **error)
{
  guint n_cases;
  const DipOpCase *cases = dip_op_table_get (&n_cases);
  const DipFamily *families[DIP_MAX_FAMILIES];
  json_t *rows;

  if (dip_family_list (dip_device_get_info (device), cli->precision, families) == 0)
    {
      g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_UNSUITABLE,
                   "%s has no kernels for precision %s",
                   dip_device_get_info (device)->name,
                   dip_precision_get_name (cli->precision));
      return FALSE;
    }

  rows = json_array ();

  for (guint i = 0; i < n_cases; i++)
    {
      json_t *row = bench_case (cli, device, families[0], &cases[i], repeats, error);

      if (row == NULL)
        {
          json_decref (rows);
          return FALSE;
        }
      if (!cli->json)
        print_row (row);
      json_array_append_new (rows, row);
    }

  if (cli->json)
    dip_cli_print_json (rows);
  else
    json_decref (rows);

  return TRUE;
}
