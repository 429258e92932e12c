#include "app/cli/bench-nodes.h"

#include "app/cli/bench-roof.h"
#include "model/graph/count.h"
#include "model/storage/json.h"

/* All nodes of one kind. */
typedef struct
{
  guint n_nodes;
  double seconds;
  double flops;
  double bytes;
} Sum;

static json_t *
make_node (const DipGraph *graph,
           const DipNode *node,
           const DipCount *count,
           double seconds,
           const DipPeak *peak)
{
  const DipShape *shape = &dip_graph_get_value (graph, node->output)->shape;
  json_t *row = json_object ();

  dip_json_set_string (row, "name", node->name);
  dip_json_set_string (row, "op", dip_op_get_name (node->op));
  dip_json_set_int (row, "channels", shape->channels);
  dip_json_set_int (row, "height", shape->height);
  dip_json_set_int (row, "width", shape->width);
  dip_json_set_double (row, "seconds", seconds);
  dip_bench_add_rates (row, count->n_flops, count->n_bytes, seconds, peak);

  return row;
}

static json_t *
make_op (DipOp op, const Sum *sum, double total, const DipPeak *peak)
{
  json_t *row = json_object ();

  dip_json_set_string (row, "op", dip_op_get_name (op));
  dip_json_set_int (row, "n_nodes", sum->n_nodes);
  dip_json_set_double (row, "seconds", sum->seconds);
  dip_json_set_double (row, "share", sum->seconds / total);
  dip_bench_add_rates (row, sum->flops, sum->bytes, sum->seconds, peak);

  return row;
}

void
dip_bench_add_nodes (json_t *result,
                     const DipGraph *graph,
                     const double *seconds,
                     const DipPeak *peak)
{
  json_t *nodes = json_array (), *ops = json_array ();
  Sum sums[DIP_N_OPS] = { 0 };
  double total = 0;

  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);
      Sum *sum = &sums[node->op];
      DipCount count;

      dip_graph_count_node (graph, node, &count);
      if (seconds[i] > 0)
        json_array_append_new (nodes, make_node (graph, node, &count, seconds[i], peak));
      sum->n_nodes++;
      sum->seconds += seconds[i];
      sum->flops += count.n_flops;
      sum->bytes += count.n_bytes;
      total += seconds[i];
    }
  for (guint op = 0; op < DIP_N_OPS; op++)
    if (sums[op].seconds > 0)
      json_array_append_new (ops, make_op (op, &sums[op], total, peak));

  dip_json_set_take (result, "ops", ops);
  dip_json_set_take (result, "nodes", nodes);
}

void
dip_bench_print_nodes (const json_t *result)
{
  const json_t *row;
  size_t i;

  json_array_foreach (json_object_get (result, "ops"), i, row)
  {
    dip_cli_print ("  %-14s %3.0f nodes  %8.2f ms  %5.1f %%",
                   json_string_value (json_object_get (row, "op")),
                   json_number_value (json_object_get (row, "n_nodes")),
                   json_number_value (json_object_get (row, "seconds")) * 1e3,
                   json_number_value (json_object_get (row, "share")) * 100);
    dip_bench_print_rates (row);
  }
}
