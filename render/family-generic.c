#include "render/family.h"
#include "render/op-conv.h"

#include "model/storage/half.h"

#include <string.h>

/* Floor figures: a wrong guess only makes submissions longer or shorter.  A discrete GPU
 * reaches several times these; each submission more costs it a wait.
 */
static double
estimate_rate (const DipDeviceInfo *info)
{
  switch (info->type)
    {
    case DIP_DEVICE_DISCRETE:
      return 4e12;
    case DIP_DEVICE_CPU:
      return 3e9;
    default:
      return 2e11;
    }
}

static double
estimate_matrix_rate (const DipDeviceInfo *info)
{
  return info->type == DIP_DEVICE_DISCRETE ? 4e13 : estimate_rate (info);
}

static gboolean
can_run (const DipDeviceInfo *info)
{
  return TRUE;
}

static gboolean
can_run_half (const DipDeviceInfo *info)
{
  return info->has_half_storage;
}

static gboolean
can_run_matrix (const DipDeviceInfo *info)
{
  DipConvTile tiles[DIP_MAX_CONV_TILES];

  return info->matrix_size[0] > 0 &&
         dip_op_conv_list_tiles (info, DIP_OP_MATRIX, tiles) > 0;
}

static gboolean
suits (const DipDeviceInfo *info)
{
  return info->type != DIP_DEVICE_CPU;
}

static gsize
value_size (const DipShape *shape)
{
  return shape->batch * dip_op_get_image_bytes (shape, DIP_OP_FLOAT);
}

static gsize
value_size_half (const DipShape *shape)
{
  return shape->batch * dip_op_get_image_bytes (shape, DIP_OP_HALF);
}

/* An image; batches are cut between images. */
static gsize
bound_size (const DipShape *shape)
{
  return dip_op_get_image_bytes (shape, DIP_OP_FLOAT);
}

static gsize
bound_size_half (const DipShape *shape)
{
  return dip_op_get_image_bytes (shape, DIP_OP_HALF);
}

/* Channels last, padding and all, one image after the other. */
static void
pack_styled (const DipShape *shape, const float *nchw, gpointer bytes, DipOpStyle style)
{
  gsize n_pixels = (gsize) shape->height * shape->width;
  guint n_padded = dip_op_pad_channels (shape->channels);
  gsize n_image = dip_op_get_image_bytes (shape, style);

  memset (bytes, 0, shape->batch * n_image);
  for (guint b = 0; b < shape->batch; b++)
    {
      guint8 *image = (guint8 *) bytes + b * n_image;
      const float *from = nchw + b * shape->channels * n_pixels;

      for (guint c = 0; c < shape->channels; c++)
        for (gsize p = 0; p < n_pixels; p++)
          if (dip_op_is_half (style))
            ((guint16 *) image)[p * n_padded + c] =
                dip_f16_from_float (from[c * n_pixels + p]);
          else
            ((float *) image)[p * n_padded + c] = from[c * n_pixels + p];
    }
}

static void
unpack_styled (const DipShape *shape, gconstpointer bytes, float *nchw, DipOpStyle style)
{
  gsize n_pixels = (gsize) shape->height * shape->width;
  guint n_padded = dip_op_pad_channels (shape->channels);
  gsize n_image = dip_op_get_image_bytes (shape, style);

  for (guint b = 0; b < shape->batch; b++)
    {
      const guint8 *image = (const guint8 *) bytes + b * n_image;
      float *to = nchw + b * shape->channels * n_pixels;

      for (guint c = 0; c < shape->channels; c++)
        for (gsize p = 0; p < n_pixels; p++)
          if (dip_op_is_half (style))
            to[c * n_pixels + p] =
                dip_f16_to_float (((const guint16 *) image)[p * n_padded + c]);
          else
            to[c * n_pixels + p] = ((const float *) image)[p * n_padded + c];
    }
}

static void
pack_value (const DipShape *shape, const float *nchw, gpointer bytes)
{
  pack_styled (shape, nchw, bytes, DIP_OP_FLOAT);
}

static void
pack_value_half (const DipShape *shape, const float *nchw, gpointer bytes)
{
  pack_styled (shape, nchw, bytes, DIP_OP_HALF);
}

static void
unpack_value (const DipShape *shape, gconstpointer bytes, float *nchw)
{
  unpack_styled (shape, bytes, nchw, DIP_OP_FLOAT);
}

static void
unpack_value_half (const DipShape *shape, gconstpointer bytes, float *nchw)
{
  unpack_styled (shape, bytes, nchw, DIP_OP_HALF);
}

/* Behind each image's last pixel; padded channels are written. */
static gboolean
is_padding_styled (const DipShape *shape, gsize word, DipOpStyle style)
{
  gsize n_image = dip_op_get_image_bytes (shape, style) / 4;
  gsize n = (gsize) shape->height * shape->width * dip_op_pad_channels (shape->channels) /
            (dip_op_is_half (style) ? 2 : 1);

  return word % n_image >= n;
}

static gboolean
is_padding (const DipShape *shape, gsize word)
{
  return is_padding_styled (shape, word, DIP_OP_FLOAT);
}

static gboolean
is_padding_half (const DipShape *shape, gsize word)
{
  return is_padding_styled (shape, word, DIP_OP_HALF);
}

static guint
list_packs (const DipGraph *graph, const DipNode *node, DipPack *packs)
{
  return dip_op_list_packs (graph, node, DIP_OP_FLOAT, packs);
}

static guint
list_packs_half (const DipGraph *graph, const DipNode *node, DipPack *packs)
{
  return dip_op_list_packs (graph, node, DIP_OP_HALF, packs);
}

static void
fill_pack (const DipGraph *graph, const DipNode *node, guint i, gpointer bytes)
{
  dip_op_fill_pack (graph, node, i, DIP_OP_FLOAT, bytes);
}

static void
fill_pack_half (const DipGraph *graph, const DipNode *node, guint i, gpointer bytes)
{
  dip_op_fill_pack (graph, node, i, DIP_OP_HALF, bytes);
}

static gsize
scratch_size (const DipGraph *graph, const DipNode *node, const DipDeviceInfo *info)
{
  if (node->op == DIP_OP_GROUP_NORM)
    return dip_op_group_norm_get_scratch (graph, node);
  if (node->op == DIP_OP_CONV2D)
    return dip_op_conv_get_scratch (graph, node);

  return 0;
}

static void
record_styled (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style)
{
  static void (*const recorders[DIP_N_OPS]) (DipRecorder *, const DipNodeSite *,
                                             DipOpStyle) = {
    [DIP_OP_LINEAR] = dip_op_linear,
    [DIP_OP_CONV2D] = dip_op_conv,
    [DIP_OP_GROUP_NORM] = dip_op_group_norm,
    [DIP_OP_ACTIVATION] = dip_op_map,
    [DIP_OP_ADD] = dip_op_map,
    [DIP_OP_SCALE_SHIFT] = dip_op_map,
    [DIP_OP_CONCAT] = dip_op_map,
    [DIP_OP_UPSAMPLE] = dip_op_resample,
    [DIP_OP_AVG_POOL] = dip_op_resample,
    [DIP_OP_ATTENTION] = dip_op_attention,
    [DIP_OP_AFFINE] = dip_op_map,
    [DIP_OP_DIVIDE] = dip_op_map,
  };

  g_assert (recorders[site->node->op] != NULL);
  recorders[site->node->op](recorder, site, style);
}

static void
record (DipRecorder *recorder, const DipNodeSite *site)
{
  record_styled (recorder, site, DIP_OP_FLOAT);
}

static void
record_half (DipRecorder *recorder, const DipNodeSite *site)
{
  record_styled (recorder, site, DIP_OP_HALF);
}

static void
record_matrix (DipRecorder *recorder, const DipNodeSite *site)
{
  record_styled (recorder, site, DIP_OP_MATRIX);
}

static gboolean
tune (DipDevice *device, const DipGraph *graph, GCancellable *cancellable, GError **error)
{
  return dip_op_conv_tune (device, &dip_family_generic, DIP_OP_FLOAT, graph, cancellable,
                           error);
}

static gboolean
tune_half (DipDevice *device,
           const DipGraph *graph,
           GCancellable *cancellable,
           GError **error)
{
  return dip_op_conv_tune (device, &dip_family_generic_fp16, DIP_OP_HALF, graph,
                           cancellable, error);
}

static gboolean
tune_matrix (DipDevice *device,
             const DipGraph *graph,
             GCancellable *cancellable,
             GError **error)
{
  return dip_op_conv_tune (device, &dip_family_generic_matrix, DIP_OP_MATRIX, graph,
                           cancellable, error);
}

const DipFamily dip_family_generic = {
  .name = "generic",
  .precision = DIP_PRECISION_FP32,
  .can_run = can_run,
  .suits = suits,
  .estimate_rate = estimate_rate,
  .bound_size = bound_size,
  .binds_packs = TRUE,
  .value_size = value_size,
  .pack_value = pack_value,
  .unpack_value = unpack_value,
  .is_padding = is_padding,
  .list_packs = list_packs,
  .fill_pack = fill_pack,
  .scratch_size = scratch_size,
  .tune = tune,
  .record = record,
};

#define HALF(name_, can_run_, rate_, tune_, record_)                                     \
  {                                                                                      \
    .name = name_, .precision = DIP_PRECISION_FP16, .can_run = can_run_, .suits = suits, \
    .estimate_rate = rate_, .bound_size = bound_size_half, .binds_packs = TRUE,          \
    .value_size = value_size_half, .pack_value = pack_value_half,                        \
    .unpack_value = unpack_value_half, .is_padding = is_padding_half,                    \
    .list_packs = list_packs_half, .fill_pack = fill_pack_half,                          \
    .scratch_size = scratch_size, .tune = tune_, .record = record_,                      \
  }

const DipFamily dip_family_generic_fp16 =
    HALF ("generic-fp16", can_run_half, estimate_rate, tune_half, record_half);
const DipFamily dip_family_generic_matrix = HALF ("generic-matrix",
                                                  can_run_matrix,
                                                  estimate_matrix_rate,
                                                  tune_matrix,
                                                  record_matrix);
