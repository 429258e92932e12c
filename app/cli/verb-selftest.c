#include "app/cli/verbs.h"

#include "app/cli/network.h"
#include "app/cli/probe.h"
#include "model/graph/passes.h"
#include "model/storage/json.h"
#include "render/selftest.h"

static void
add_node (json_t *object, const char *key, const DipSelftestNode *node)
{
  json_t *value = json_object ();

  dip_json_set_int (value, "node", node->node);
  dip_json_set_string (value, "name", node->name);
  dip_json_set_string (value, "op", dip_op_get_name (node->op));
  dip_json_set_double (value, "error", node->error);
  dip_json_set_double (value, "tolerance", node->tolerance);
  dip_json_set_take (object, key, value);
}

static void
print_json (const DipSelftestReport *report, const char *device)
{
  json_t *object = json_object ();

  dip_json_set_string (object, "device", device);
  dip_json_set_int (object, "n_nodes", report->n_nodes);
  dip_json_set_bool (object, "passed", !report->has_failed && report->n_stray_bytes == 0);
  add_node (object, "worst", &report->worst);
  if (report->has_failed)
    add_node (object, "first_wrong", &report->first_wrong);
  dip_json_set_int (object, "n_stray_bytes", report->n_stray_bytes);
  dip_cli_print_json (object);
}

static void
print_node (const char *label, const DipSelftestNode *node)
{
  dip_cli_print ("%s node %u, %s (%s): error %.2e of its rms, %.2e allowed\n", label,
                 node->node, node->name, dip_op_get_name (node->op), node->error,
                 node->tolerance);
}

static gboolean
judge (const DipSelftestReport *report, const char *device, GError **error)
{
  if (report->has_failed)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "selftest: %s computes node %u, %s (%s), wrongly: error %.2e of its "
                   "rms, %.2e allowed",
                   device, report->first_wrong.node, report->first_wrong.name,
                   dip_op_get_name (report->first_wrong.op), report->first_wrong.error,
                   report->first_wrong.tolerance);
      return FALSE;
    }
  if (report->n_stray_bytes > 0)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "selftest: %s wrote %" G_GSIZE_FORMAT " bytes outside every value",
                   device, report->n_stray_bytes);
      return FALSE;
    }

  return TRUE;
}

gboolean
dip_verb_selftest (DipCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char *size = NULL;
  GOptionEntry entries[] = { { "size", 0, 0, G_OPTION_ARG_STRING, &size,
                               "Picture size; by default the checkpoint's own", "WxH" },
                             { NULL } };
  const DipVerbUsage usage = {
    .arguments = "[CHECKPOINT]",
    .max_args = 1,
    .summary = "Runs the network once on the device and compares every operation with\n"
               "the plain C reference.  Exits 1 and names the first wrong one if they\n"
               "disagree.  The reference takes its time.",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_autoptr (DipCheckpoint) checkpoint = NULL;
  g_autoptr (DipDevice) device = NULL;
  g_autoptr (DipGraph) graph = NULL;
  g_autoptr (DipGraph) fused = NULL;
  g_autoptr (DipProbe) probe = NULL;
  DipSelftestReport report;
  guint width, height;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error))
    return FALSE;

  checkpoint = dip_cli_open_checkpoint (args[0], error);
  if (checkpoint == NULL ||
      !dip_cli_get_size (cli, checkpoint, size, &width, &height, error))
    return FALSE;
  graph = dip_checkpoint_build_graph (checkpoint, 1, height, width, error);
  if (graph == NULL)
    return FALSE;
  device = dip_cli_open_device (cli, error);
  if (device == NULL)
    return FALSE;

  fused = dip_graph_fuse (graph, FALSE);
  probe = dip_probe_new (fused);
  if (!dip_selftest_run (device, fused, dip_probe_get_inputs (probe), &report,
                         cli->cancellable, error))
    return FALSE;

  if (cli->json)
    print_json (&report, dip_device_get_info (device)->name);
  else
    {
      dip_cli_print ("%u nodes compared on %s\n", report.n_nodes,
                     dip_device_get_info (device)->name);
      print_node ("worst:", &report.worst);
    }
  if (!judge (&report, dip_device_get_info (device)->name, error))
    return FALSE;

  if (!cli->json)
    dip_cli_print ("passed\n");
  return TRUE;
}
