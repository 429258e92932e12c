#include "render/executor-private.h"

#include "model/graph/reference.h"

#include <math.h>
#include <string.h>

typedef struct
{
  double *seconds; /* by node */
  gint64 last;
} Clock;

static void
note_node_cb (const DipGraph *graph, guint node, const float *value, gpointer user_data)
{
  Clock *clock = user_data;
  gint64 now = g_get_monotonic_time ();

  clock->seconds[node] = (now - clock->last) / 1e6;
  clock->last = now;
}

void
dip_executor_hold_host_data (DipExecutor *self, gboolean is_held)
{
  gboolean is_all;

  if (self->holds_data == is_held)
    return;

  self->holds_data = is_held;
  is_all = self->layout.family->most_macs_on_host > 0;
  for (guint i = 0; i < dip_graph_get_n_nodes (self->graph); i++)
    {
      const DipNode *node = dip_graph_get_node (self->graph, i);

      if (is_all || (dip_family_is_on_host (node->op) && !node->is_condition))
        dip_node_hold_data (node, self->graph, is_held);
    }
}

gboolean
dip_executor_run_on_host (DipExecutor *self,
                          const float *const inputs[DIP_N_GRAPH_INPUTS],
                          float *output,
                          GCancellable *cancellable,
                          GError **error)
{
  Clock clock = { self->seconds, g_get_monotonic_time () };

  return dip_reference_run (self->graph, inputs, output, note_node_cb, &clock,
                            cancellable, error);
}

gboolean
dip_executor_gives (const DipNode *node)
{
  return node->is_condition || dip_family_is_on_host (node->op);
}

static const float *
get_given (DipExecutor *self, const float *const *inputs, DipValueId value)
{
  for (guint k = 0; k < DIP_N_GRAPH_INPUTS; k++)
    if (dip_graph_get_input (self->graph, k) == value)
      return inputs[k];

  return NULL;
}

/* A label that is no row of its table is the user's doing. */
static gboolean
check_rows (DipExecutor *self, const DipNode *node, const float *rows, GError **error)
{
  gsize n_rows = dip_graph_get_weight (self->graph, node->weight)->shape[0];
  guint batch = dip_graph_get_value (self->graph, node->x)->shape.batch;

  for (guint b = 0; b < batch; b++)
    if (!(rows[b] >= 0 && rows[b] < n_rows && rows[b] == floorf (rows[b])))
      {
        g_set_error (error, DIP_GRAPH_ERROR, DIP_GRAPH_ERROR_INPUT,
                     "%s: no row %g for image %u, the rows are 0 to %" G_GSIZE_FORMAT,
                     node->name, rows[b], b, n_rows - 1);
        return FALSE;
      }

  return TRUE;
}

/* The value as the device is to have it, into the staging buffer. */
static void
prepare_host_value (DipExecutor *self, const DipNode *node, const float *const *inputs)
{
  const DipShape *shape = &dip_graph_get_value (self->graph, node->output)->shape;
  guint8 *to = (guint8 *) self->up->map + self->up_offsets[node->output];
  const float *nchw;

  if (node->op == DIP_OP_INPUT)
    nchw = get_given (self, inputs, node->output);
  else if (node->is_condition)
    {
      gsize n = dip_shape_get_n_elements (shape) / shape->batch;

      for (guint b = 0; b < shape->batch; b++)
        dip_conditions_read (self->conditions, inputs, b, node->output,
                             self->host[node->output] + b * n);
      nchw = self->host[node->output];
    }
  else
    {
      const float *x = get_given (self, inputs, node->x);

      dip_reference_run_node (self->graph, node, &x, self->host[node->output]);
      nchw = self->host[node->output];
    }

  g_return_if_fail (nchw != NULL);
  self->layout.family->pack_value (shape, nchw, to);
}

gboolean
dip_executor_prepare (DipExecutor *self,
                      const float *const inputs[DIP_N_GRAPH_INPUTS],
                      GCancellable *cancellable,
                      GError **error)
{
  guint n = dip_graph_get_n_nodes (self->graph);
  guint batch =
      dip_graph_get_value (self->graph, dip_graph_get_output (self->graph))->shape.batch;

  for (guint i = 0; i < n; i++)
    {
      const DipNode *node = dip_graph_get_node (self->graph, i);

      if (node->op == DIP_OP_EMBEDDING &&
          !check_rows (self, node, get_given (self, inputs, node->x), error))
        return FALSE;
    }
  if (self->conditions != NULL &&
      !dip_conditions_prepare (self->conditions, inputs, batch, cancellable, error))
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      const DipNode *node = dip_graph_get_node (self->graph, i);

      if (dip_executor_gives (node) && self->layout.is_placed[i])
        prepare_host_value (self, node, inputs);
    }

  return TRUE;
}

gboolean
dip_executor_announce (DipExecutor *self,
                       const float *const inputs[DIP_N_GRAPH_INPUTS],
                       guint n,
                       GCancellable *cancellable,
                       GError **error)
{
  if (self->conditions == NULL)
    return TRUE;

  return dip_conditions_prepare (self->conditions, inputs, n, cancellable, error);
}
