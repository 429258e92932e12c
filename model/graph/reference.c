#include "model/graph/reference.h"
#include "model/graph/reference-private.h"

#include <math.h>

static const float *
take_input (DipValueId value, const float *const **inputs)
{
  return value == DIP_NO_VALUE ? NULL : *(*inputs)++;
}

static const float *
get_weight_data (const DipGraph *graph, DipWeightId weight)
{
  return weight == DIP_NO_WEIGHT ? NULL : dip_graph_get_weight (graph, weight)->data;
}

static void
run_call (const DipReferenceCall *call)
{
  switch (call->node->op)
    {
    case DIP_OP_TIME_PROJ:
      dip_reference_time_proj (call);
      return;
    case DIP_OP_FOURIER_PROJ:
      dip_reference_fourier_proj (call);
      return;
    case DIP_OP_EMBEDDING:
      dip_reference_embedding (call);
      return;
    case DIP_OP_LINEAR:
      dip_reference_linear (call);
      return;
    case DIP_OP_CONV2D:
      dip_reference_conv (call);
      return;
    case DIP_OP_GROUP_NORM:
      dip_reference_group_norm (call);
      return;
    case DIP_OP_ATTENTION:
      dip_reference_attention (call);
      return;
    case DIP_OP_ACTIVATION:
    case DIP_OP_ADD:
    case DIP_OP_SCALE_SHIFT:
    case DIP_OP_CONCAT:
    case DIP_OP_UPSAMPLE:
    case DIP_OP_AVG_POOL:
    case DIP_OP_AFFINE:
    case DIP_OP_DIVIDE:
      dip_reference_planes (call);
      return;
    case DIP_OP_INPUT:
    case DIP_N_OPS:
    default:
      g_return_if_reached ();
    }
}

void
dip_reference_run_node (const DipGraph *graph,
                        const DipNode *node,
                        const float *const *inputs,
                        float *output)
{
  DipReferenceCall call = { .node = node, .output = output };

  g_return_if_fail (graph != NULL && node != NULL && inputs != NULL && output != NULL);
  g_return_if_fail (node->op != DIP_OP_INPUT);

  call.x = take_input (node->x, &inputs);
  call.y = take_input (node->y, &inputs);
  call.z = take_input (node->z, &inputs);
  call.channel_bias = take_input (node->channel_bias, &inputs);
  call.residual = take_input (node->residual, &inputs);
  call.x_shape = dip_graph_get_value (graph, node->x)->shape;
  if (node->y != DIP_NO_VALUE)
    call.y_shape = dip_graph_get_value (graph, node->y)->shape;
  call.shape = dip_graph_get_value (graph, node->output)->shape;
  call.weight = get_weight_data (graph, node->weight);
  call.bias = get_weight_data (graph, node->bias);
  if (node->weight != DIP_NO_WEIGHT)
    call.weight_info = dip_graph_get_weight (graph, node->weight);

  g_return_if_fail (node->weight == DIP_NO_WEIGHT || call.weight != NULL);
  g_return_if_fail (node->bias == DIP_NO_WEIGHT || call.bias != NULL);

  dip_node_hold_data (node, graph, TRUE);
  run_call (&call);
  dip_node_hold_data (node, graph, FALSE);
}

/* The values of one run; each is freed after the last node that reads it. */
typedef struct
{
  const DipGraph *graph;
  const float *const *given; /* by DipGraphInput, borrowed */
  float **values;            /* made so far and still needed, else NULL */
  guint *n_readers;          /* that have not run yet */
} Run;

static void
clear_run (Run *self)
{
  guint n = self->values == NULL ? 0 : dip_graph_get_n_values (self->graph);

  for (guint i = 0; i < n; i++)
    g_free (self->values[i]);

  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->n_readers, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, clear_run)

static void
start_run (Run *self, const DipGraph *graph, const float *const *given)
{
  guint n = dip_graph_get_n_values (graph);

  self->graph = graph;
  self->given = given;
  self->values = g_new0 (float *, n);
  self->n_readers = g_new0 (guint, n);

  for (guint i = 0; i < n; i++)
    {
      DipValueId inputs[5];
      guint n_inputs = dip_node_get_inputs (dip_graph_get_node (graph, i), inputs);

      for (guint k = 0; k < n_inputs; k++)
        self->n_readers[inputs[k]]++;
    }

  self->n_readers[dip_graph_get_output (graph)]++;
}

static const float *
get_given (const Run *self, DipValueId value)
{
  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    if (dip_graph_get_input (self->graph, i) == value)
      return self->given[i];

  return NULL;
}

/* A label that is no row of the table is the user's, not a programmer's. */
static gboolean
check_rows (const Run *self, const DipNode *node, GError **error)
{
  const float *labels = self->values[node->x];
  gsize n_rows;

  if (node->op != DIP_OP_EMBEDDING)
    return TRUE;

  n_rows = dip_graph_get_weight (self->graph, node->weight)->shape[0];
  for (guint b = 0; b < dip_graph_get_value (self->graph, node->x)->shape.batch; b++)
    if (!(labels[b] >= 0 && labels[b] < n_rows && labels[b] == floorf (labels[b])))
      {
        g_set_error (error, DIP_GRAPH_ERROR, DIP_GRAPH_ERROR_INPUT,
                     "%s: no row %g for image %u, the rows are 0 to %" G_GSIZE_FORMAT,
                     node->name, labels[b], b, n_rows - 1);
        return FALSE;
      }

  return TRUE;
}

static gboolean
run_node (Run *self, const DipNode *node, GError **error)
{
  DipValueId ids[5];
  const float *inputs[5];
  guint n = dip_node_get_inputs (node, ids);
  gsize n_elements =
      dip_shape_get_n_elements (&dip_graph_get_value (self->graph, node->output)->shape);
  float *output;

  if (node->op == DIP_OP_INPUT)
    {
      self->values[node->output] =
          g_memdup2 (get_given (self, node->output), n_elements * sizeof (float));
      return TRUE;
    }

  if (!check_rows (self, node, error))
    return FALSE;

  for (guint i = 0; i < n; i++)
    inputs[i] = self->values[ids[i]];

  output = g_new (float, n_elements);
  dip_reference_run_node (self->graph, node, inputs, output);
  self->values[node->output] = output;
  return TRUE;
}

static void
forget_inputs (Run *self, const DipNode *node)
{
  DipValueId ids[5];
  guint n = dip_node_get_inputs (node, ids);

  for (guint i = 0; i < n; i++)
    if (--self->n_readers[ids[i]] == 0)
      g_clear_pointer (&self->values[ids[i]], g_free);

  if (self->n_readers[node->output] == 0)
    g_clear_pointer (&self->values[node->output], g_free);
}

gboolean
dip_reference_run (const DipGraph *graph,
                   const float *const inputs[DIP_N_GRAPH_INPUTS],
                   float *output,
                   DipReferenceFunc func,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_auto (Run) run = { NULL };
  DipValueId result;

  g_return_val_if_fail (graph != NULL && inputs != NULL && output != NULL, FALSE);
  result = dip_graph_get_output (graph);
  g_return_val_if_fail (result != DIP_NO_VALUE, FALSE);
  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    g_return_val_if_fail (
        inputs[i] != NULL || dip_graph_get_input (graph, i) == DIP_NO_VALUE, FALSE);

  start_run (&run, graph, inputs);

  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !run_node (&run, node, error))
        return FALSE;

      if (func != NULL)
        func (graph, i, run.values[node->output], user_data);
      forget_inputs (&run, node);
    }

  memcpy (output, run.values[result],
          dip_shape_get_n_elements (&dip_graph_get_value (graph, result)->shape) *
              sizeof *output);
  return TRUE;
}
