#include "render/op.h"

#include "shaders/shared.h"

#include "avg-pool.spv.h"
#include "upsample.spv.h"

static const DipKernel avg_pool = DIP_KERNEL (avg_pool, 2, struct DipPushResize);
static const DipKernel upsample = DIP_KERNEL (upsample, 2, struct DipPushResize);

void
dip_op_resize (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipShape *out = dip_op_get_shape (site, site->node->output);
  const DipShape *x = dip_op_get_shape (site, site->node->x);
  struct DipPushResize push = {
    .n_elements = out->channels * out->height * out->width,
    .in_height = x->height,
    .in_width = x->width,
    .out_height = out->height,
    .out_width = out->width,
    .x_stride = dip_op_get_stride (x),
    .out_stride = dip_op_get_stride (out),
  };
  DipOpDispatch dispatch = {
    .kernel = site->node->op == DIP_OP_UPSAMPLE ? &upsample : &avg_pool,
    .operands = { dip_op_write (site->output), dip_op_read (site->x) },
    .push = &push,
    .share = 1.0,
  };

  dip_op_spread (push.n_elements, dispatch.groups);
  dip_op_dispatch (recorder, site, &dispatch);
}
