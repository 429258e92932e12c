#include "app/cli/network.h"

#include "model/checkpoint/demo.h"
#include "model/graph/passes.h"
#include "render/choice.h"

DipCheckpoint *
dip_cli_open_checkpoint (const char *path, GError **error)
{
  g_autofree char *demo = NULL;

  if (path != NULL)
    return dip_checkpoint_open (path, error);

  demo = dip_demo_find ();
  return dip_checkpoint_open (demo, error);
}

DipDevice *
dip_cli_open_device (DipCli *cli, GError **error)
{
  g_autoptr (DipDevice) device = NULL;
  const DipDeviceInfo *info;

  device = dip_device_open (cli->device, error);
  if (device == NULL)
    return NULL;

  info = dip_device_get_info (device);
  if (info->type == DIP_DEVICE_CPU && cli->device == NULL)
    dip_cli_note (cli, "No GPU with Vulkan: running on the processor (%s)", info->name);

  return g_steal_pointer (&device);
}

const DipFamily *
dip_cli_choose_kernels (DipCli *cli,
                        DipDevice *device,
                        DipCheckpoint *checkpoint,
                        guint width,
                        guint height,
                        GError **error)
{
  const char *sha256 = dip_checkpoint_get_sha256 (checkpoint, error);
  g_autoptr (DipGraph) graph = NULL;
  g_autoptr (DipGraph) fused = NULL;

  if (sha256 == NULL)
    return NULL;
  graph = dip_checkpoint_build_graph (checkpoint, 1, height, width, error);
  if (graph == NULL)
    return NULL;

  fused = dip_graph_fuse (graph, FALSE);
  return dip_choice_make (device, cli->precision, sha256, fused, cli->cancellable, error);
}

char *
dip_cli_format_bytes (guint64 n_bytes)
{
  static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
  double value = n_bytes;
  guint unit = 0;

  while (value >= 1000 && unit + 1 < G_N_ELEMENTS (units))
    {
      value /= 1000;
      unit++;
    }

  return g_strdup_printf (unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

gboolean
dip_cli_get_size (DipCli *cli,
                  DipCheckpoint *checkpoint,
                  const char *text,
                  guint *width,
                  guint *height,
                  GError **error)
{
  const DipUnetConfig *config = dip_checkpoint_get_config (checkpoint);

  if (text != NULL)
    return dip_cli_parse_size (cli, text, width, height, error);

  *width = config->sample_width;
  *height = config->sample_height;
  if (*width > 0 && *height > 0)
    return TRUE;

  return dip_cli_usage_error (cli, error,
                              "--size is needed: the checkpoint's config.json has no "
                              "sample_size");
}
