#include "render/family.h"
#include "render/op.h"

#include <string.h>

/* Floor figures: a wrong guess only makes submissions longer or shorter. */
static double
estimate_rate (const DipDeviceInfo *info)
{
  switch (info->type)
    {
    case DIP_DEVICE_DISCRETE:
      return 1e12;
    case DIP_DEVICE_CPU:
      return 3e9;
    default:
      return 1e11;
    }
}

static gboolean
can_run (const DipDeviceInfo *info)
{
  return TRUE;
}

static gboolean
suits (const DipDeviceInfo *info)
{
  return info->type != DIP_DEVICE_CPU;
}

static gsize
get_image_bytes (const DipShape *shape)
{
  return (gsize) dip_op_get_stride (shape) * sizeof (float);
}

static gsize
value_size (const DipShape *shape)
{
  return shape->batch * get_image_bytes (shape);
}

static void
pack_value (const DipShape *shape, const float *nchw, gpointer bytes)
{
  gsize n = (gsize) shape->channels * shape->height * shape->width;

  for (guint b = 0; b < shape->batch; b++)
    memcpy ((guint8 *) bytes + b * get_image_bytes (shape), nchw + b * n,
            n * sizeof (float));
}

static void
unpack_value (const DipShape *shape, gconstpointer bytes, float *nchw)
{
  gsize n = (gsize) shape->channels * shape->height * shape->width;

  for (guint b = 0; b < shape->batch; b++)
    memcpy (nchw + b * n, (const guint8 *) bytes + b * get_image_bytes (shape),
            n * sizeof (float));
}

static gboolean
is_padding (const DipShape *shape, gsize word)
{
  gsize n = (gsize) shape->channels * shape->height * shape->width;

  return word % dip_op_get_stride (shape) >= n;
}

static gsize
get_weight_bytes (const DipGraph *graph, DipWeightId id)
{
  const DipWeight *weight = dip_graph_get_weight (graph, id);
  gsize n = sizeof (float);

  for (guint i = 0; i < weight->n_dims; i++)
    n *= weight->shape[i];

  return n;
}

/* The weight, if there is one, then the bias, if there is one. */
static guint
list_packs (const DipGraph *graph, const DipNode *node, DipPack *packs)
{
  guint n = 0;

  if (node->weight != DIP_NO_WEIGHT)
    packs[n++] = (DipPack){ node->weight,
                            node->op == DIP_OP_CONV2D ? "(taps, in, out)" : "as it is",
                            get_weight_bytes (graph, node->weight) };
  if (node->bias != DIP_NO_WEIGHT)
    packs[n++] =
        (DipPack){ node->bias, "as it is", get_weight_bytes (graph, node->bias) };

  return n;
}

static void
fill_pack (const DipGraph *graph, const DipNode *node, guint i, gpointer bytes)
{
  DipPack packs[DIP_MAX_PACKS];
  const DipWeight *weight;

  list_packs (graph, node, packs);
  weight = dip_graph_get_weight (graph, packs[i].weight);
  if (node->op == DIP_OP_CONV2D && packs[i].weight == node->weight)
    dip_op_conv_pack (weight, bytes);
  else
    memcpy (bytes, weight->data, packs[i].n_bytes);
}

static gsize
scratch_size (const DipGraph *graph, const DipNode *node, const DipDeviceInfo *info)
{
  if (node->op == DIP_OP_GROUP_NORM)
    return dip_op_group_norm_get_scratch (graph, node);
  if (node->op == DIP_OP_ATTENTION)
    return dip_op_attention_get_scratch (graph, node, info);

  return 0;
}

static void
record (DipRecorder *recorder, const DipNodeSite *site)
{
  static void (*const recorders[DIP_N_OPS]) (DipRecorder *, const DipNodeSite *) = {
    [DIP_OP_LINEAR] = dip_op_linear,         [DIP_OP_CONV2D] = dip_op_conv,
    [DIP_OP_GROUP_NORM] = dip_op_group_norm, [DIP_OP_ACTIVATION] = dip_op_elements,
    [DIP_OP_ADD] = dip_op_elements,          [DIP_OP_SCALE_SHIFT] = dip_op_elements,
    [DIP_OP_CONCAT] = dip_op_elements,       [DIP_OP_UPSAMPLE] = dip_op_resize,
    [DIP_OP_AVG_POOL] = dip_op_resize,       [DIP_OP_ATTENTION] = dip_op_attention,
    [DIP_OP_AFFINE] = dip_op_elements,       [DIP_OP_DIVIDE] = dip_op_elements,
  };

  g_assert (recorders[site->node->op] != NULL);
  recorders[site->node->op](recorder, site);
}

const DipFamily dip_family_generic = {
  .name = "generic",
  .precision = DIP_PRECISION_FP32,
  .can_run = can_run,
  .suits = suits,
  .estimate_rate = estimate_rate,
  .binds_values = TRUE,
  .value_size = value_size,
  .pack_value = pack_value,
  .unpack_value = unpack_value,
  .is_padding = is_padding,
  .list_packs = list_packs,
  .fill_pack = fill_pack,
  .scratch_size = scratch_size,
  .record = record,
};
