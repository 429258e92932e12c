#include "render/op.h"

#include "resample-half.spv.h"
#include "resample.spv.h"

static const DipKernel kernels[] = DIP_OP_KERNELS (resample, 2, struct DipPushResize);

void
dip_op_resample (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style)
{
  const DipShape *out = dip_op_get_shape (site, site->node->output);
  const DipShape *x = dip_op_get_shape (site, site->node->x);
  struct DipPushResize push = {
    .quads = dip_op_count_quads (out->channels),
    .in_width = x->width,
    .out_height = out->height,
    .out_width = out->width,
    .x_stride = dip_op_get_stride (x, style),
    .out_stride = dip_op_get_stride (out, style),
  };
  DipOpDispatch dispatch = {
    .kernel = &kernels[dip_op_is_half (style)],
    .constants = { site->node->op == DIP_OP_UPSAMPLE },
    .n_constants = 1,
    .operands = { dip_op_write (site->output), dip_op_read (site->x) },
    .push = &push,
    .share = 1.0,
  };

  dip_op_spread ((gsize) push.quads * out->height * out->width, dispatch.groups);
  dip_op_dispatch (recorder, site, &dispatch);
}
