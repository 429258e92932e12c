#include "render/op.h"

#include "group-norm-apply-half.spv.h"
#include "group-norm-apply.spv.h"
#include "group-norm-fold.spv.h"
#include "group-norm-stats-half.spv.h"
#include "group-norm-stats.spv.h"

static const DipKernel stats[] = DIP_OP_KERNELS (group_norm_stats, 3, struct DipPushNorm);
static const DipKernel fold = DIP_KERNEL (group_norm_fold, 3, struct DipPushNorm);
static const DipKernel apply[] = DIP_OP_KERNELS (group_norm_apply, 5, struct DipPushNorm);

static guint
count_slabs (const DipShape *shape)
{
  return (shape->height * shape->width + DIP_NORM_SLAB - 1) / DIP_NORM_SLAB;
}

/* Float quads of scratch an image: two numbers a channel and slab, then two a channel. */
static guint
get_stat_stride (const DipShape *shape)
{
  const DipShape numbers = { 1, 2 * dip_op_pad_channels (shape->channels),
                             count_slabs (shape), 1 };

  return dip_op_get_stride (&numbers, DIP_OP_FLOAT);
}

static guint
get_coef_stride (const DipShape *shape)
{
  const DipShape numbers = { 1, 2 * dip_op_pad_channels (shape->channels), 1, 1 };

  return dip_op_get_stride (&numbers, DIP_OP_FLOAT);
}

static gsize
get_quad_bytes (const DipShape *shape, guint stride)
{
  return (gsize) shape->batch * stride * 4 * sizeof (float);
}

gsize
dip_op_group_norm_get_scratch (const DipGraph *graph, const DipNode *node)
{
  const DipShape *shape = &dip_graph_get_value (graph, node->output)->shape;

  return get_quad_bytes (shape, get_stat_stride (shape) + get_coef_stride (shape));
}

/* Quads side by side that a workgroup measures: what is read at once; the more, the
 * fewer workgroups, and the more pixels wait in each.
 */
#define MOST_QUAD_LANES 16

/* A power of two, so that the rest of a workgroup can be halved. */
static guint
choose_quad_lanes (guint quads)
{
  guint n = 1;

  while (n < quads && n < MOST_QUAD_LANES)
    n *= 2;

  return n;
}

static void
record_stats (DipRecorder *recorder,
              const DipNodeSite *site,
              DipOpStyle style,
              const struct DipPushNorm *push,
              DipRange numbers)
{
  guint lanes = choose_quad_lanes (push->map.out_quads);
  DipOpDispatch dispatch = {
    .kernel = &stats[dip_op_is_half (style)],
    .constants = { site->node->y != DIP_NO_VALUE, dip_op_is_aligned (site), lanes },
    .n_constants = 3,
    .operands = { dip_op_write (numbers), dip_op_read (site->x), dip_op_read (site->y) },
    .push = push,
    .groups = { push->n_slabs, (push->map.out_quads + lanes - 1) / lanes },
    .share = 0.4,
  };

  dip_op_dispatch (recorder, site, &dispatch);
}

static void
record_fold (DipRecorder *recorder,
             const DipNodeSite *site,
             const struct DipPushNorm *push,
             DipRange numbers,
             DipRange coefs)
{
  gboolean has_weight = site->node->weight != DIP_NO_WEIGHT;
  DipOpDispatch dispatch = {
    .kernel = &fold,
    .constants = { has_weight },
    .n_constants = 1,
    .operands = { dip_op_write (coefs), dip_op_read (numbers),
                  dip_op_weight (has_weight ? site->packs[0] : (DipRange){ 0 }) },
    .push = push,
    .groups = { push->n_groups, 1 },
    .share = 0.1,
  };

  dip_op_dispatch (recorder, site, &dispatch);
}

static void
record_apply (DipRecorder *recorder,
              const DipNodeSite *site,
              DipOpStyle style,
              const struct DipPushNorm *push,
              DipRange coefs)
{
  const DipNode *node = site->node;
  gboolean has_bias = node->bias != DIP_NO_WEIGHT;
  guint i_bias = node->weight != DIP_NO_WEIGHT;
  DipOpDispatch dispatch = {
    .kernel = &apply[dip_op_is_half (style)],
    .constants = { node->y != DIP_NO_VALUE, dip_op_is_aligned (site),
                   node->attributes.activation, has_bias },
    .n_constants = 4,
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_read (site->y), dip_op_read (coefs),
                  dip_op_weight (has_bias ? site->packs[i_bias] : (DipRange){ 0 }) },
    .push = push,
    .share = 0.5,
  };

  dip_op_spread ((gsize) push->map.n_pixels * push->map.out_quads, dispatch.groups);
  dip_op_dispatch (recorder, site, &dispatch);
}

void
dip_op_group_norm (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style)
{
  const DipShape *shape = dip_op_get_shape (site, site->node->output);
  struct DipPushNorm push = {
    .n_groups = site->node->attributes.n_groups,
    .n_slabs = count_slabs (shape),
    .stat_stride = get_stat_stride (shape),
    .coef_stride = get_coef_stride (shape),
    .eps = site->node->attributes.eps,
  };
  gsize n_numbers = get_quad_bytes (shape, push.stat_stride);
  gsize n_coefs = get_quad_bytes (shape, push.coef_stride);
  DipRange numbers = dip_range_slice (&site->scratch, 0, n_numbers);
  DipRange coefs = dip_range_slice (&site->scratch, n_numbers, n_coefs);

  dip_op_fill_map (site, style, &push.map);
  record_stats (recorder, site, style, &push, numbers);
  record_fold (recorder, site, &push, numbers, coefs);
  record_apply (recorder, site, style, &push, coefs);
}
