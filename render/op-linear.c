#include "render/op.h"

#include "linear-half.spv.h"
#include "linear.spv.h"

static const DipKernel kernels[] = DIP_OP_KERNELS (linear, 4, struct DipPushLinear);

void
dip_op_linear (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style)
{
  const DipShape *out = dip_op_get_shape (site, site->node->output);
  const DipShape *x = dip_op_get_shape (site, site->node->x);
  struct DipPushLinear push = {
    .in_quads = dip_op_count_quads (x->channels),
    .out_quads = dip_op_count_quads (out->channels),
    .x_stride = dip_op_get_stride (x, style),
    .out_stride = dip_op_get_stride (out, style),
  };
  DipOpDispatch dispatch = {
    .kernel = &kernels[dip_op_is_half (style)],
    .constants = { site->node->attributes.activation, site->node->bias != DIP_NO_WEIGHT },
    .n_constants = 2,
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_weight (site->packs[0]), dip_op_weight (site->packs[1]) },
    .push = &push,
    .share = 1.0,
  };

  dip_op_spread ((gsize) push.out_quads * DIP_GROUP, dispatch.groups);
  dip_op_dispatch (recorder, site, &dispatch);
}
