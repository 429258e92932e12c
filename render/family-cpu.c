#include "render/cpu-private.h"

/* Two cores of 2023 reach 80 GFLOP/s in these kernels under the slowest driver
 * seen; half of that leaves room for older ones.
 */
#define FLOPS_PER_CORE 20e9

static gboolean
can_run (const DipDeviceInfo *info)
{
  return info->type == DIP_DEVICE_CPU && info->has_addresses &&
         info->subgroup_size == DIP_CPU_LANES;
}

/* lavapipe from Mesa 26 on.  That 25.0 does not was measured; 25.1 to 25.3 were not. */
static gboolean
keeps_scalars (const DipDeviceInfo *info)
{
  return info->driver_version >= VK_MAKE_API_VERSION (0, 26, 0, 0);
}

static gboolean
suits_straight (const DipDeviceInfo *info)
{
  return can_run (info) && !keeps_scalars (info);
}

/* Others make a loop over the lanes of every load in a loop, and take minutes to. */
static gboolean
can_run_loops (const DipDeviceInfo *info)
{
  return can_run (info) && keeps_scalars (info);
}

static double
estimate_rate (const DipDeviceInfo *info)
{
  return g_get_num_processors () * FLOPS_PER_CORE;
}

static gsize
scratch_size (const DipGraph *graph, const DipNode *node, const DipDeviceInfo *info)
{
  switch (node->op)
    {
    case DIP_OP_CONV2D:
      return dip_cpu_conv_scratch (graph, node);
    case DIP_OP_GROUP_NORM:
      return dip_cpu_norm_scratch (graph, node);
    case DIP_OP_ATTENTION:
      return dip_cpu_attention_scratch (graph, node);
    default:
      return 0;
    }
}

static void
record_op (DipRecorder *recorder, const DipNodeSite *site)
{
  switch (site->node->op)
    {
    case DIP_OP_CONV2D:
      dip_cpu_record_conv (recorder, site);
      break;
    case DIP_OP_GROUP_NORM:
      dip_cpu_record_norm (recorder, site);
      break;
    case DIP_OP_ATTENTION:
      dip_cpu_record_attention (recorder, site);
      break;
    case DIP_OP_LINEAR:
      dip_cpu_record_linear (recorder, site);
      break;
    case DIP_OP_CONCAT:
      dip_cpu_record_concat_node (recorder, site);
      break;
    case DIP_OP_UPSAMPLE:
    case DIP_OP_AVG_POOL:
      dip_cpu_record_resample (recorder, site);
      break;
    case DIP_OP_ACTIVATION:
    case DIP_OP_ADD:
    case DIP_OP_SCALE_SHIFT:
    case DIP_OP_AFFINE:
    case DIP_OP_DIVIDE:
      dip_cpu_record_map (recorder, site);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* Rows longer than the 16 bits that a kernel has for them. */
static gboolean
is_too_wide (const DipNodeSite *site, DipValueId value)
{
  return value != DIP_NO_VALUE &&
         dip_graph_get_value (site->graph, value)->shape.width > 65000;
}

static void
record (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipNode *node = site->node;

  if (is_too_wide (site, node->output) || is_too_wide (site, node->x))
    {
      dip_recorder_fail (
          recorder, g_error_new (DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE,
                                 "%s: rows are longer than 65000 pixels", node->name));
      return;
    }
  record_op (recorder, site);
  dip_cpu_record_output_border (recorder, site);
}

static void
record_loops (DipRecorder *recorder, const DipNodeSite *site)
{
  dip_recorder_set_style (recorder, DIP_CPU_STYLE_LOOPS);
  record (recorder, site);
}

/* The plain loops make about 3 GMAC a second on two cores; at this size a step takes as
 * long as all dispatches of a network do.
 */
#define MOST_MACS_ON_HOST (200 * 1000 * 1000)

const DipFamily dip_family_reference = {
  .name = "reference",
  .precision = DIP_PRECISION_AUTO,
  .can_run = can_run,
  .suits = can_run,
  .most_macs_on_host = MOST_MACS_ON_HOST,
  .estimate_rate = estimate_rate,
  .bound_size = dip_cpu_bound_size,
  .value_size = dip_cpu_value_size,
  .pack_value = dip_cpu_pack_value,
  .unpack_value = dip_cpu_unpack_value,
  .list_packs = dip_cpu_list_packs,
  .fill_pack = dip_cpu_fill_pack,
  .scratch_size = scratch_size,
  .record = record,
};

const DipFamily dip_family_cpu = {
  .name = "cpu",
  .precision = DIP_PRECISION_FP32,
  .can_run = can_run,
  .suits = suits_straight,
  .has_conditions_on_host = TRUE,
  .estimate_rate = estimate_rate,
  .bound_size = dip_cpu_bound_size,
  .value_size = dip_cpu_value_size,
  .pack_value = dip_cpu_pack_value,
  .unpack_value = dip_cpu_unpack_value,
  .list_packs = dip_cpu_list_packs,
  .fill_pack = dip_cpu_fill_pack,
  .scratch_size = scratch_size,
  .record = record,
};

const DipFamily dip_family_cpu_loops = {
  .name = "cpu-loops",
  .precision = DIP_PRECISION_FP32,
  .can_run = can_run_loops,
  .suits = can_run_loops,
  .has_conditions_on_host = TRUE,
  .estimate_rate = estimate_rate,
  .bound_size = dip_cpu_bound_size,
  .value_size = dip_cpu_value_size,
  .pack_value = dip_cpu_pack_value,
  .unpack_value = dip_cpu_unpack_value,
  .list_packs = dip_cpu_list_packs,
  .fill_pack = dip_cpu_fill_pack,
  .scratch_size = scratch_size,
  .record = record_loops,
};
