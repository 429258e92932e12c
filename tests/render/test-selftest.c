#include "render/selftest.h"
#include "model/graph/passes.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"

/* That it passes; test-spoilt.c shows that it fails. */

static void
run_selftest (DipDevice *device, DipGraph *graph, DipSelftestReport *report)
{
  g_autoptr (DipTestRun) run = dip_test_run_new (graph, g_test_rand_int ());
  g_autoptr (GError) error = NULL;

  dip_selftest_run (device, dip_family_choose (dip_device_get_info (device)), graph,
                    (const float *const *) run->inputs, report, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("worst of %u: %s, %.3g of rms", report->n_nodes, report->worst.name,
                  report->worst.error);
}

static void
test_verdict (void)
{
  g_autoptr (DipDevice) device = dip_test_open_device ();
  g_autoptr (DipTestNetwork) network = dip_test_network_new (g_test_rand_int (), 8);
  g_autoptr (DipGraph) plain = dip_test_network_build (network, 2, 8, 12, TRUE);
  g_autoptr (DipGraph) graph = dip_graph_fuse (plain, FALSE);
  DipSelftestReport report;

  if (device == NULL)
    return;
  run_selftest (device, graph, &report);
  g_assert_cmpuint (report.n_nodes, >, 15);
  g_assert_cmpuint (report.n_stray_bytes, ==, 0);
  g_assert_false (report.has_failed);
  g_assert_cmpfloat (report.worst.error, <=, report.worst.tolerance);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/selftest/verdict", test_verdict);

  return g_test_run ();
}
