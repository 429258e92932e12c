#include "render/op.h"

#include "shaders/shared.h"

#include "group-norm-apply.spv.h"
#include "group-norm-stats.spv.h"

static const DipKernel stats = DIP_KERNEL (group_norm_stats, 3, struct DipPushNorm);
static const DipKernel apply = DIP_KERNEL (group_norm_apply, 6, struct DipPushNorm);

/* Floats of scratch an image: mean and factor of each group. */
static guint
get_moments_stride (const DipNode *node)
{
  return dip_op_get_stride (&(DipShape){ 1, 2 * node->attributes.n_groups, 1, 1 });
}

gsize
dip_op_group_norm_get_scratch (const DipGraph *graph, const DipNode *node)
{
  guint batch = dip_graph_get_value (graph, node->output)->shape.batch;

  return (gsize) batch * get_moments_stride (node) * sizeof (float);
}

static void
fill_push (const DipNodeSite *site, struct DipPushNorm *push)
{
  const DipNode *node = site->node;
  const DipShape *out = dip_op_get_shape (site, node->output);
  const DipShape *x = dip_op_get_shape (site, node->x);

  push->n_x = x->channels;
  push->n_channels = out->channels;
  push->n_groups = node->attributes.n_groups;
  push->n_pixels = out->height * out->width;
  push->x_stride = dip_op_get_stride (x);
  push->y_stride = 0;
  if (node->y != DIP_NO_VALUE)
    push->y_stride = dip_op_get_stride (dip_op_get_shape (site, node->y));
  push->out_stride = dip_op_get_stride (out);
  push->moments_stride = get_moments_stride (node);
  push->eps = node->attributes.eps;
}

void
dip_op_group_norm (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipNode *node = site->node;
  gsize n_scratch = dip_op_group_norm_get_scratch (site->graph, node);
  DipRange moments = dip_range_slice (&site->scratch, 0, n_scratch);
  gboolean has_weight = node->weight != DIP_NO_WEIGHT;
  gboolean has_bias = node->bias != DIP_NO_WEIGHT;
  struct DipPushNorm push;
  DipOpDispatch measuring = {
    .kernel = &stats,
    .constants = { node->y != DIP_NO_VALUE },
    .n_constants = 1,
    .operands = { dip_op_write (moments), dip_op_read (site->x), dip_op_read (site->y) },
    .push = &push,
    .groups = { node->attributes.n_groups, 1 },
    .share = 0.5,
  };
  DipOpDispatch applying = {
    .kernel = &apply,
    .constants = { node->y != DIP_NO_VALUE, node->attributes.activation, has_weight,
                   has_bias },
    .n_constants = 4,
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_read (site->y), dip_op_read (moments),
                  dip_op_weight (has_weight ? site->packs[0] : (DipRange){ 0 }),
                  dip_op_weight (has_bias ? site->packs[has_weight] : (DipRange){ 0 }) },
    .push = &push,
    .share = 0.5,
  };

  fill_push (site, &push);
  dip_op_spread ((gsize) push.n_channels * push.n_pixels, applying.groups);
  dip_op_dispatch (recorder, site, &measuring);
  dip_op_dispatch (recorder, site, &applying);
}
