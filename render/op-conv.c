#include "render/op-conv.h"

#include "conv-half.spv.h"
#include "conv-matrix.spv.h"
#include "conv-sum-half.spv.h"
#include "conv-sum.spv.h"
#include "conv.spv.h"

static const DipKernel conv[] = DIP_OP_KERNELS (conv, 8, struct DipPushConv);
static const DipKernel sum[] = DIP_OP_KERNELS (conv_sum, 8, struct DipPushConv);
static const DipKernel matrix = {
  .name = "conv_matrix",
  .code = dip_spv_conv_matrix,
  .n_code_bytes = sizeof dip_spv_conv_matrix,
  .n_bindings = 8,
  .n_push_bytes = sizeof (struct DipPushConv),
  .has_full_subgroups = TRUE,
};

/* Work in one dispatch at most: a slow GPU's watchdog waits seconds, and
 * cancelling waits for a dispatch.
 */
#define MOST_FLOPS 4e9
#define MOST_FLOPS_DISCRETE 16e9

/* Steps of the sum that join the total at once, in the strict mode. */
#define STRICT_BLOCK 8

/* Workgroups that a picture should have: what a large GPU computes at once.  A convolution with
 * fewer splits its sum, into eight parts at most.
 */
#define ENOUGH_TILES 128
#define MOST_SPLITS 8

/* As many as that, counting tiles of 64 x 64 whatever the tile: tuning must not change
 * a picture, nor may the batch.
 */
static guint
count_splits (const DipGraph *graph, const DipNode *node)
{
  const DipShape *out = &dip_graph_get_value (graph, node->output)->shape;
  const DipShape *x = &dip_graph_get_value (graph, node->x)->shape;
  gsize n_tiles =
      (((gsize) out->height * out->width + 63) / 64) * ((out->channels + 63) / 64);
  guint n_steps = node->attributes.kernel * node->attributes.kernel * x->channels /
                  DIP_CONV_MATRIX_DEPTH;

  if (n_tiles >= ENOUGH_TILES)
    return 1;

  return CLAMP (MIN (ENOUGH_TILES / n_tiles, n_steps / 4), 1, MOST_SPLITS);
}

/* Bytes of one image's partial sums; 0 where there are none. */
static gsize
get_partial_bytes (const DipGraph *graph, const DipNode *node)
{
  const DipShape *out = &dip_graph_get_value (graph, node->output)->shape;
  guint n_splits = count_splits (graph, node);
  const DipShape parts = { 1, out->channels, out->height * n_splits, out->width };

  return n_splits > 1 ? dip_op_get_image_bytes (&parts, DIP_OP_FLOAT) : 0;
}

gsize
dip_op_conv_get_scratch (const DipGraph *graph, const DipNode *node)
{
  return dip_graph_get_value (graph, node->output)->shape.batch *
         get_partial_bytes (graph, node);
}

static void
fill_push (const DipNodeSite *site, DipOpStyle style, struct DipPushConv *push)
{
  const DipNode *node = site->node;
  const DipShape *out = dip_op_get_shape (site, node->output);
  const DipShape *x = dip_op_get_shape (site, node->x);
  const DipShape *y = node->y != DIP_NO_VALUE ? dip_op_get_shape (site, node->y) : NULL;

  *push = (struct DipPushConv){
    .x_quads = dip_op_count_quads (x->channels),
    .y_quads = y != NULL ? dip_op_count_quads (y->channels) : 0,
    .out_quads = dip_op_count_quads (out->channels),
    .in_height = x->height,
    .in_width = x->width,
    .out_height = out->height,
    .out_width = out->width,
    .pad = node->attributes.pad_before,
    .x_stride = dip_op_get_stride (x, style),
    .y_stride = y != NULL ? dip_op_get_stride (y, style) : 0,
    .out_stride = dip_op_get_stride (out, style),
    .partial_stride = get_partial_bytes (site->graph, node) / (4 * sizeof (float)),
    .scale = node->attributes.scale,
  };
  if (node->channel_bias != DIP_NO_VALUE)
    push->channel_bias_stride =
        dip_op_get_stride (dip_op_get_shape (site, node->channel_bias), style);
}

/* Tiles of pixels in one dispatch. */
static guint
count_tiles (const struct DipPushConv *push,
             guint kernel,
             guint batch,
             guint tile_pixels,
             const DipDeviceInfo *info)
{
  double most = info->type == DIP_DEVICE_DISCRETE ? MOST_FLOPS_DISCRETE : MOST_FLOPS;
  double flops = 2.0 * kernel * kernel * 4 * (push->x_quads + push->y_quads) * 4 *
                 push->out_quads * tile_pixels * batch;

  return CLAMP (most / flops, 1.0, 32768.0);
}

static void
fill_dispatch (const DipNodeSite *site, const DipConvTile *tile, DipOpDispatch *dispatch)
{
  const DipNode *node = site->node;
  DipRange partial = { 0 };

  if (get_partial_bytes (site->graph, node) > 0)
    partial =
        dip_range_slice (&site->scratch, 0, dip_op_conv_get_scratch (site->graph, node));

  *dispatch = (DipOpDispatch){
    .constants = { tile->n_threads, node->attributes.kernel, node->attributes.stride,
                   node->is_upsampling ? 2 : 1, node->y != DIP_NO_VALUE,
                   node->bias != DIP_NO_WEIGHT, node->channel_bias != DIP_NO_VALUE,
                   node->residual != DIP_NO_VALUE, tile->n_pixels, tile->n_out,
                   count_splits (site->graph, node) },
    .n_constants = 11,
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_read (site->y), dip_op_weight (site->packs[0]),
                  dip_op_weight (site->packs[1]), dip_op_read (site->channel_bias),
                  dip_op_read (site->residual), dip_op_read (partial) },
  };
}

/* Adds up the splits, with all that comes after the sum. */
static void
record_sum (DipRecorder *recorder,
            const DipNodeSite *site,
            DipOpStyle style,
            const struct DipPushConv *push)
{
  const DipConvTile none = { .n_threads = DIP_GROUP, .n_pixels = 64, .n_out = 64 };
  DipOpDispatch dispatch;

  fill_dispatch (site, &none, &dispatch);
  dispatch.kernel = &sum[dip_op_is_half (style)];
  dispatch.push = push;
  dispatch.share = 0.05;
  dip_op_spread ((gsize) push->out_height * push->out_width * push->out_quads,
                 dispatch.groups);
  dip_op_dispatch (recorder, site, &dispatch);
}

/* What the kernel of this style has besides. */
static void
add_constants (const DipConvTile *tile,
               DipOpStyle style,
               const DipDeviceInfo *info,
               DipOpDispatch *dispatch)
{
  guint32 *more = dispatch->constants + dispatch->n_constants;

  if (style == DIP_OP_MATRIX)
    {
      more[0] = tile->sub_pixels;
      more[1] = tile->sub_out;
      for (guint i = 0; i < 3; i++)
        more[2 + i] = info->matrix_size[i];
      dispatch->n_constants += 5;
      return;
    }

  more[0] = tile->sub_pixels;
  more[1] = tile->sub_out / 4;
  more[2] = style == DIP_OP_FLOAT ? STRICT_BLOCK : 0;
  dispatch->n_constants += 3;
}

void
dip_op_conv (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style)
{
  DipDevice *device = dip_recorder_get_device (recorder);
  const DipDeviceInfo *info = dip_device_get_info (device);
  const DipShape *out = dip_op_get_shape (site, site->node->output);
  guint n_splits = count_splits (site->graph, site->node);
  DipConvTile tile;
  DipOpDispatch dispatch;
  struct DipPushConv push;
  guint n_tiles, n_each;

  dip_op_conv_choose_tile (device, site->graph, site->node, style, &tile);
  n_tiles = ((gsize) out->height * out->width + tile.n_pixels - 1) / tile.n_pixels;
  fill_push (site, style, &push);
  fill_dispatch (site, &tile, &dispatch);
  add_constants (&tile, style, info, &dispatch);
  dispatch.kernel = style == DIP_OP_MATRIX ? &matrix : &conv[dip_op_is_half (style)];
  dispatch.push = &push;
  dispatch.depth = n_splits;
  dispatch.groups[1] = (out->channels + tile.n_out - 1) / tile.n_out;
  if (n_splits > 1)
    dispatch.operands[7].access = DIP_ACCESS_WRITE;

  n_each =
      count_tiles (&push, site->node->attributes.kernel, out->batch, tile.n_pixels, info);
  for (guint first = 0; first < n_tiles; first += n_each)
    {
      push.first_tile = first;
      dispatch.groups[0] = MIN (n_each, n_tiles - first);
      dispatch.share = 0.95 * dispatch.groups[0] / n_tiles;
      dip_op_dispatch (recorder, site, &dispatch);
    }
  if (n_splits > 1)
    record_sum (recorder, site, style, &push);
}
