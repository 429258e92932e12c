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

static json_t *
make_row (const DipFamily *family, const DipSelftestReport *report)
{
  json_t *row = json_object ();

  dip_json_set_string (row, "kernels", family->name);
  dip_json_set_int (row, "n_nodes", report->n_nodes);
  dip_json_set_bool (row, "passed", !report->has_failed);
  add_node (row, "worst", &report->worst);
  if (report->has_failed)
    add_node (row, "first_wrong", &report->first_wrong);
  dip_json_set_int (row, "n_stray_bytes", report->n_stray_bytes);

  return row;
}

static void
print_row (const DipFamily *family, const DipSelftestReport *report, const char *device)
{
  const DipSelftestNode *node = &report->worst;

  dip_cli_print ("%u nodes compared on %s (%s kernels)\n", report->n_nodes, device,
                 family->name);
  dip_cli_print ("worst: node %u, %s (%s): error %.2e of its rms, %.2e allowed\n",
                 node->node, node->name, dip_op_get_name (node->op), node->error,
                 node->tolerance);
}

/* The first failure becomes the error. */
static void
judge (const DipFamily *family,
       const DipSelftestReport *report,
       const char *device,
       GError **verdict)
{
  const DipSelftestNode *wrong = &report->first_wrong;

  if (*verdict != NULL || !report->has_failed)
    return;

  if (report->n_stray_bytes > 0)
    g_set_error (verdict, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                 "selftest: %s (%s kernels) wrote %" G_GSIZE_FORMAT
                 " bytes outside every value",
                 device, family->name, report->n_stray_bytes);
  else
    g_set_error (verdict, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                 "selftest: %s (%s kernels) computes node %u, %s (%s), wrongly: error "
                 "%.2e of its rms, %.2e allowed",
                 device, family->name, wrong->node, wrong->name,
                 dip_op_get_name (wrong->op), wrong->error, wrong->tolerance);
}

/* All kernels that --precision allows on the device: auto may choose any. */
static gboolean
test_all (DipCli *cli, DipDevice *device, DipGraph *graph, GError **error)
{
  const DipDeviceInfo *info = dip_device_get_info (device);
  g_autoptr (DipProbe) probe = dip_probe_new (graph);
  const DipFamily *families[DIP_MAX_FAMILIES];
  guint n_families = dip_family_list (info, cli->precision, families);
  g_autoptr (GError) verdict = NULL;
  json_t *rows = json_array ();
  json_t *object = json_object ();

  for (guint i = 0; i < n_families; i++)
    {
      DipSelftestReport report;

      if (families[i]->most_macs_on_host > 0)
        continue; /* it is what the others are held against */
      if (!dip_selftest_run (device, families[i], graph, dip_probe_get_inputs (probe),
                             &report, cli->cancellable, error))
        {
          json_decref (rows);
          json_decref (object);
          return FALSE;
        }
      json_array_append_new (rows, make_row (families[i], &report));
      if (!cli->json)
        print_row (families[i], &report, info->name);
      judge (families[i], &report, info->name, &verdict);
    }
  if (n_families == 0)
    g_set_error (&verdict, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                 "selftest: %s has no kernels for precision %s", info->name,
                 dip_precision_get_name (cli->precision));

  dip_json_set_string (object, "device", info->name);
  dip_json_set_string (object, "precision", dip_precision_get_name (cli->precision));
  dip_json_set_bool (object, "passed", verdict == NULL);
  dip_json_set_take (object, "tests", rows);
  if (cli->json)
    dip_cli_print_json (object);
  else
    json_decref (object);
  if (verdict == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&verdict));
  return FALSE;
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
    .summary =
        "Runs the network once on the device and compares every operation with\n"
        "the plain C reference.  Exits 1 and names the first wrong one if they\n"
        "disagree.  With --precision auto, all kernels that auto may choose.  The\n"
        "reference takes its time.",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_autoptr (DipCheckpoint) checkpoint = NULL;
  g_autoptr (DipDevice) device = NULL;
  g_autoptr (DipGraph) graph = NULL;
  g_autoptr (DipGraph) fused = NULL;
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
  if (!test_all (cli, device, fused, error))
    return FALSE;

  if (!cli->json)
    dip_cli_print ("passed\n");
  return TRUE;
}
