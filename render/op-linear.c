#include "render/op.h"

#include "shaders/shared.h"

#include "linear.spv.h"

static const DipKernel linear = DIP_KERNEL (linear, 4, struct DipPushLinear);

void
dip_op_linear (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipShape *out = dip_op_get_shape (site, site->node->output);
  const DipShape *x = dip_op_get_shape (site, site->node->x);
  struct DipPushLinear push = {
    .n_in = x->channels,
    .n_out = out->channels,
    .x_stride = dip_op_get_stride (x),
    .out_stride = dip_op_get_stride (out),
  };
  DipOpDispatch dispatch = {
    .kernel = &linear,
    .constants = { site->node->attributes.activation, site->node->bias != DIP_NO_WEIGHT },
    .n_constants = 2,
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_weight (site->packs[0]), dip_op_weight (site->packs[1]) },
    .push = &push,
    .share = 1.0,
  };

  dip_op_spread ((gsize) push.n_out * DIP_GROUP, dispatch.groups);
  dip_op_dispatch (recorder, site, &dispatch);
}
