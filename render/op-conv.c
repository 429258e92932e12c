#include "render/op.h"

#include "shaders/shared.h"

#include "conv.spv.h"

static const DipKernel conv = DIP_KERNEL (conv, 7, struct DipPushConv);

/* Invocations of a workgroup along the channels and along the pixels, as
 * conv.comp has them.
 */
#define ROWS 8
#define COLUMNS 16

/* Work in one dispatch at most: a slow GPU's watchdog waits seconds, and
 * cancelling waits for a dispatch.
 */
#define MOST_FLOPS 4e9

/* Sums each invocation holds: output channels by pixels. */
typedef struct
{
  guint out_each;
  guint pixels_each;
} Tile;

/* Large tiles reuse what they load more often; small pictures would leave most
 * of one empty.  The batch must not matter.
 */
static Tile
choose_tile (const DipShape *out)
{
  if ((gsize) out->height * out->width < 1024 || out->channels < 48)
    return (Tile){ 4, 2 };

  return (Tile){ 8, 4 };
}

static void
fill_push (const DipNodeSite *site, struct DipPushConv *push)
{
  const DipNode *node = site->node;
  const DipShape *out = dip_op_get_shape (site, node->output);
  const DipShape *x = dip_op_get_shape (site, node->x);
  const DipShape *y = node->y != DIP_NO_VALUE ? dip_op_get_shape (site, node->y) : NULL;

  *push = (struct DipPushConv){
    .n_x = x->channels,
    .n_y = y != NULL ? y->channels : 0,
    .n_out = out->channels,
    .in_height = x->height,
    .in_width = x->width,
    .out_height = out->height,
    .out_width = out->width,
    .pad = node->attributes.pad_before,
    .x_stride = dip_op_get_stride (x),
    .y_stride = y != NULL ? dip_op_get_stride (y) : 0,
    .out_stride = dip_op_get_stride (out),
    .scale = node->attributes.scale,
  };
  if (node->channel_bias != DIP_NO_VALUE)
    push->channel_bias_stride =
        dip_op_get_stride (dip_op_get_shape (site, node->channel_bias));
}

/* Tiles of pixels in one dispatch. */
static guint
count_tiles (const struct DipPushConv *push, guint kernel, guint batch, guint tile_pixels)
{
  double flops =
      2.0 * kernel * kernel * (push->n_x + push->n_y) * push->n_out * tile_pixels * batch;

  return CLAMP (MOST_FLOPS / flops, 1.0, 32768.0);
}

void
dip_op_conv (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipNode *node = site->node;
  const DipAttributes *a = &node->attributes;
  const DipShape *out = dip_op_get_shape (site, node->output);
  Tile tile = choose_tile (out);
  guint tile_pixels = COLUMNS * tile.pixels_each;
  guint tile_out = ROWS * tile.out_each;
  guint n_tiles = ((gsize) out->height * out->width + tile_pixels - 1) / tile_pixels;
  struct DipPushConv push;
  guint n_each;
  DipOpDispatch dispatch = {
    .kernel = &conv,
    .constants = { a->kernel, a->stride, node->is_upsampling ? 2 : 1,
                   node->y != DIP_NO_VALUE, node->bias != DIP_NO_WEIGHT,
                   node->channel_bias != DIP_NO_VALUE, node->residual != DIP_NO_VALUE,
                   tile.out_each, tile.pixels_each },
    .n_constants = 9,
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_read (site->y), dip_op_weight (site->packs[0]),
                  dip_op_weight (site->packs[1]), dip_op_read (site->channel_bias),
                  dip_op_read (site->residual) },
    .push = &push,
  };

  fill_push (site, &push);
  n_each = count_tiles (&push, a->kernel, out->batch, tile_pixels);
  for (guint first = 0; first < n_tiles; first += n_each)
    {
      push.first_tile = first;
      dispatch.groups[0] = MIN (n_each, n_tiles - first);
      dispatch.groups[1] = (out->channels + tile_out - 1) / tile_out;
      dispatch.share = (double) dispatch.groups[0] / n_tiles;
      dip_op_dispatch (recorder, site, &dispatch);
    }
}

void
dip_op_conv_pack (const DipWeight *weight, float *packed)
{
  gsize n_out = weight->shape[0], n_in = weight->shape[1];
  gsize n_taps = weight->n_dims == 4 ? weight->shape[2] * weight->shape[3] : 1;

  for (gsize tap = 0; tap < n_taps; tap++)
    for (gsize i = 0; i < n_in; i++)
      for (gsize o = 0; o < n_out; o++)
        packed[(tap * n_in + i) * n_out + o] =
            weight->data[(o * n_in + i) * n_taps + tap];
}
