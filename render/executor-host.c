#include "render/executor-private.h"

#include "model/graph/reference.h"

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

      if (is_all || dip_family_is_on_host (node->op))
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
