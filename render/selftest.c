#include "render/selftest.h"
#include "render/executor-private.h"

#include "model/graph/reference.h"

#include <math.h>

/* A NaN that no arithmetic makes, as a float32 and as two halves. */
#define PAINT 0x7fde7fdeu

/* Sums of thousands of products: 1e-6 and less was seen. */
#define SUM_TOLERANCE 2e-5

/* A few operations and a device's exp(), of 3 + 2 |x| units in the last place. */
#define ELEMENT_TOLERANCE 5e-6

/* Stored values are rounded by up to 4.9e-4 of themselves, and weights are: of elements
 * twelve times the rms, 6e-3 was seen.
 */
#define HALF_TOLERANCE 1e-2

double
dip_selftest_get_tolerance (const DipFamily *family, const DipNode *node)
{
  gboolean is_half = family->precision == DIP_PRECISION_FP16;

  if (is_half && node->op != DIP_OP_CONCAT && node->op != DIP_OP_UPSAMPLE)
    return HALF_TOLERANCE;

  switch (node->op)
    {
    case DIP_OP_CONV2D:
    case DIP_OP_LINEAR:
    case DIP_OP_ATTENTION:
    case DIP_OP_GROUP_NORM:
      return SUM_TOLERANCE;
    case DIP_OP_CONCAT:
    case DIP_OP_UPSAMPLE:
      return 0.0;
    default:
      return ELEMENT_TOLERANCE;
    }
}

static gsize
count_elements (const DipGraph *graph, DipValueId value)
{
  return dip_shape_get_n_elements (&dip_graph_get_value (graph, value)->shape);
}

/* Largest difference over the rms of @wanted; infinite where one is not finite.
 * A value that is zero everywhere is held against 1.
 */
static double
compare (const float *wanted, const float *found, gsize n)
{
  double sum = 0.0, worst = 0.0, rms;

  for (gsize i = 0; i < n; i++)
    {
      double difference = fabs ((double) wanted[i] - found[i]);

      sum += (double) wanted[i] * wanted[i];
      if (!(difference <= worst))
        worst = isfinite (difference) ? difference : INFINITY;
    }
  rms = sqrt (sum / n);

  return worst / (rms > 0.0 ? rms : 1.0);
}

typedef struct
{
  const DipFamily *family;
  DipExecutor *executor;
  DipGraph *graph;
  float **values; /* read back so far, by value; freed after the last reader */
  guint *last;    /* by value: the last node that reads it */
} Check;

static void
clear_check (Check *self)
{
  guint n = self->graph != NULL ? dip_graph_get_n_values (self->graph) : 0;

  for (guint i = 0; i < n; i++)
    g_free (self->values[i]);
  g_free (self->values);
  g_free (self->last);
  dip_executor_free (self->executor);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, clear_check)

static void
start_check (Check *self, DipGraph *graph)
{
  guint n = dip_graph_get_n_values (graph);

  self->graph = graph;
  self->values = g_new0 (float *, n);
  self->last = g_new0 (guint, n);
  for (guint i = 0; i < n; i++)
    {
      DipValueId inputs[5];
      guint n_inputs = dip_node_get_inputs (dip_graph_get_node (graph, i), inputs);

      for (guint k = 0; k < n_inputs; k++)
        self->last[inputs[k]] = i;
    }
}

static gboolean
read_value (Check *self, DipValueId value, GError **error)
{
  if (self->values[value] != NULL)
    return TRUE;

  self->values[value] = g_new (float, count_elements (self->graph, value));
  return dip_executor_read_value (self->executor, value, self->values[value], error);
}

static void
note (DipSelftestReport *report, const DipSelftestNode *result)
{
  double excess = result->error / MAX (result->tolerance, 1e-12);
  double worst = report->worst.error / MAX (report->worst.tolerance, 1e-12);

  if (report->n_nodes++ == 0 || excess > worst)
    report->worst = *result;
  if (result->error <= result->tolerance || report->has_failed)
    return;

  report->has_failed = TRUE;
  report->first_wrong = *result;
}

/* The reference on the device's own inputs to this node. */
static gboolean
check_node (Check *self, guint i, DipSelftestReport *report, GError **error)
{
  const DipNode *node = dip_graph_get_node (self->graph, i);
  gsize n_elements = count_elements (self->graph, node->output);
  g_autofree float *wanted = g_new (float, n_elements);
  const float *values[5];
  DipValueId inputs[5];
  guint n_inputs = dip_node_get_inputs (node, inputs);
  DipSelftestNode result = { i, node->name, node->op, 0.0,
                             dip_selftest_get_tolerance (self->family, node) };

  for (guint k = 0; k < n_inputs; k++)
    {
      if (!read_value (self, inputs[k], error))
        return FALSE;
      values[k] = self->values[inputs[k]];
    }
  if (!read_value (self, node->output, error))
    return FALSE;

  dip_reference_run_node (self->graph, node, values, wanted);
  result.error = compare (wanted, self->values[node->output], n_elements);
  note (report, &result);

  for (guint k = 0; k < n_inputs; k++)
    if (self->last[inputs[k]] == i)
      g_clear_pointer (&self->values[inputs[k]], g_free);

  return TRUE;
}

/* Every value the device made, after a run on painted memory. */
static gboolean
run_network (Check *self,
             const float *const *inputs,
             GCancellable *cancellable,
             GError **error)
{
  g_autofree float *output =
      g_new (float, count_elements (self->graph, dip_graph_get_output (self->graph)));

  return dip_executor_paint (self->executor, PAINT, error) &&
         dip_executor_run (self->executor, inputs, output, cancellable, error);
}

gboolean
dip_selftest_run (DipDevice *device,
                  const DipFamily *family,
                  DipGraph *graph,
                  const float *const inputs[DIP_N_GRAPH_INPUTS],
                  DipSelftestReport *report,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (Check) check = { .family = family };
  g_autoptr (DipWeights) weights = dip_weights_new (device, family);

  *report = (DipSelftestReport){ 0 };
  start_check (&check, graph);
  check.executor = dip_executor_new (device, graph, weights, DIP_EXECUTOR_KEEP_ALL,
                                     cancellable, error);
  if (check.executor == NULL || !run_network (&check, inputs, cancellable, error))
    return FALSE;

  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      if (dip_family_is_on_host (dip_graph_get_node (graph, i)->op))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !check_node (&check, i, report, error))
        return FALSE;
    }

  if (!dip_executor_count_stray (check.executor, PAINT, &report->n_stray_bytes, error))
    return FALSE;
  if (report->n_stray_bytes > 0 && !report->has_failed)
    {
      report->has_failed = TRUE;
      report->first_wrong = report->worst;
    }

  return TRUE;
}
