#include "model/graph/reference.h"
#include "render/executor.h"
#include "render/op-table.h"
#include "render/selftest.h"
#include "render/weights.h"
#include "tests/render/device-test.h"

#include <math.h>

static DipDevice *device;
static const DipFamily *family;

/* Of a chain of nodes, which adds their errors up; over the largest value. */
#define FLOAT_LIMIT 5e-5
#define HALF_LIMIT 5e-3

/* From inputs to output, what the host computes included. */
static void
check_whole (DipGraph *graph, const float *const *inputs)
{
  gsize n = dip_shape_get_n_elements (
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape);
  g_autofree float *found = g_new (float, n);
  g_autofree float *wanted = g_new (float, n);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipWeights) weights = dip_weights_new (device, family);
  g_autoptr (DipExecutor) executor =
      dip_executor_new (device, graph, weights, DIP_EXECUTOR_NONE, NULL, &error);
  double limit = family->precision == DIP_PRECISION_FP16 ? HALF_LIMIT : FLOAT_LIMIT;
  double largest = 0.0;

  g_assert_no_error (error);
  dip_executor_run (executor, inputs, found, NULL, &error);
  g_assert_no_error (error);
  dip_reference_run (graph, inputs, wanted, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabsf (wanted[i]));
  for (gsize i = 0; i < n; i++)
    if (!(fabsf (found[i] - wanted[i]) <= limit * largest))
      {
        g_test_fail_printf ("element %" G_GSIZE_FORMAT ": %.9g, reference %.9g", i,
                            found[i], wanted[i]);
        return;
      }
}

/* Every node of the case against the reference, on painted memory. */
static void
test_case (gconstpointer data)
{
  const DipOpCase *op_case = data;
  g_autoptr (GRand) random = dip_test_rand_new ();
  g_autoptr (DipGraph) graph = dip_op_case_build (op_case, random);
  g_autoptr (GError) error = NULL;
  float *inputs[DIP_N_GRAPH_INPUTS];
  DipSelftestReport report;

  if (device == NULL)
    {
      g_test_skip ("no Vulkan device");
      return;
    }

  dip_op_case_fill (graph, random, inputs);
  check_whole (graph, (const float *const *) inputs);
  dip_selftest_run (device, family, graph, (const float *const *) inputs, &report, NULL,
                    &error);
  g_assert_no_error (error);
  for (guint k = 0; k < DIP_N_GRAPH_INPUTS; k++)
    g_free (inputs[k]);

  if (report.n_nodes > 0)
    g_test_message ("%s: %.3g of rms, %.3g allowed", report.worst.name,
                    report.worst.error, report.worst.tolerance);
  g_assert_cmpuint (report.n_stray_bytes, ==, 0);
  if (report.has_failed)
    g_test_fail_printf ("%s: %.3g of rms, %.3g allowed", report.first_wrong.name,
                        report.first_wrong.error, report.first_wrong.tolerance);
}

static void
test_device (void)
{
  const char *wanted = g_getenv ("DIPTYCH_KERNELS");

  device = dip_test_open_device ();
  if (device == NULL)
    return;

  family = wanted != NULL ? dip_family_find (wanted)
                          : dip_family_choose (dip_device_get_info (device));
  g_assert_nonnull (family);
  g_assert_true (family->can_run (dip_device_get_info (device)));
  g_test_message ("%s, %s kernels", dip_device_get_info (device)->name, family->name);
}

int
main (int argc, char *argv[])
{
  const DipOpCase *cases;
  guint n_cases;
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ops/device", test_device);
  cases = dip_op_table_get (&n_cases);
  for (guint i = 0; i < n_cases; i++)
    {
      g_autofree char *path = g_strconcat ("/ops/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }

  status = g_test_run ();
  dip_device_unref (device);

  return status;
}
