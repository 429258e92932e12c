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
