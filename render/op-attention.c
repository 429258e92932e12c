#include "render/op.h"

#include <math.h>

#include "attention-half.spv.h"
#include "attention.spv.h"

static const DipKernel kernels[] = DIP_OP_KERNELS (attention, 4, struct DipPushAttention);

/* Work in one dispatch at most: a slow GPU's watchdog waits seconds, and
 * cancelling waits for a dispatch.
 */
#define MOST_FLOPS 4e9

/* Quads of a head along a workgroup: a power of two. */
static guint
choose_lanes (guint quads)
{
  guint n = 1;

  while (n < quads && n < DIP_GROUP)
    n *= 2;

  return n;
}

/* Workgroups that fill a GPU's processors: fewer take smaller tiles. */
#define ENOUGH_GROUPS 128
#define LEAST_TILE 8

/* Queries of a workgroup. */
static guint
choose_tile (guint n_positions, guint lanes, guint n_groups_a_tile)
{
  guint tile = lanes >= 64 ? 16 : 32; /* each invocation sums tile * lanes / 128 quads */

  while (tile > LEAST_TILE && n_positions / tile * n_groups_a_tile < ENOUGH_GROUPS)
    tile /= 2;

  return tile;
}

/* Quads of the head that are in shared memory at a time: more wait less often. */
static guint
choose_depth (guint head_quads, const DipDeviceInfo *info)
{
  guint most = info->shared_memory >= 32768 ? 16 : 4;
  guint depth = 1;

  while (depth < head_quads && depth < most)
    depth *= 2;

  return depth;
}

/* Tiles of queries in one dispatch. */
static guint
count_tiles (const DipShape *shape, guint tile)
{
  double length = (double) shape->height * shape->width;
  double flops = 4.0 * tile * length * shape->channels * shape->batch;

  return CLAMP (MOST_FLOPS / flops, 1.0, 32768.0);
}

void
dip_op_attention (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style)
{
  const DipDeviceInfo *info = dip_device_get_info (dip_recorder_get_device (recorder));
  const DipShape *shape = dip_op_get_shape (site, site->node->output);
  guint n_heads = site->node->attributes.n_heads;
  guint head_size = shape->channels / n_heads;
  guint head_quads = (head_size + 3) / 4;
  guint lanes = choose_lanes (head_quads);
  guint n_across = (head_quads + lanes - 1) / lanes;
  guint tile = choose_tile (shape->height * shape->width, lanes, n_across * n_heads);
  guint n_tiles, n_each = count_tiles (shape, tile);
  struct DipPushAttention push = {
    .n_heads = n_heads,
    .head_size = head_size,
    .n_positions = shape->height * shape->width,
    .quads = dip_op_count_quads (shape->channels),
    .stride = dip_op_get_stride (shape, style),
    .scale = 1.0 / sqrt (head_size),
  };
  DipOpDispatch dispatch = {
    .kernel = &kernels[dip_op_is_half (style)],
    .constants = { tile, lanes, head_size % 4 == 0, choose_depth (head_quads, info) },
    .n_constants = 4,
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_read (site->y), dip_op_read (site->z) },
    .push = &push,
    .groups = { 0, n_across },
    .depth = n_heads,
  };

  n_tiles = (push.n_positions + tile - 1) / tile;
  for (guint first = 0; first < n_tiles; first += n_each)
    {
      push.first_tile = first;
      dispatch.groups[0] = MIN (n_each, n_tiles - first);
      dispatch.share = (double) dispatch.groups[0] / n_tiles;
      dip_op_dispatch (recorder, site, &dispatch);
    }
}
