#include "render/op.h"

#include "shaders/shared.h"

#include "activation.spv.h"
#include "add.spv.h"
#include "affine.spv.h"
#include "concat.spv.h"
#include "divide.spv.h"
#include "scale-shift.spv.h"

static const DipKernel activation = DIP_KERNEL (activation, 2, struct DipPushElements);
static const DipKernel add = DIP_KERNEL (add, 3, struct DipPushElements);
static const DipKernel affine = DIP_KERNEL (affine, 2, struct DipPushElements);
static const DipKernel concat = DIP_KERNEL (concat, 3, struct DipPushElements);
static const DipKernel divide = DIP_KERNEL (divide, 3, struct DipPushElements);
static const DipKernel scale_shift = DIP_KERNEL (scale_shift, 3, struct DipPushElements);

static const DipKernel *const kernels[DIP_N_OPS] = {
  [DIP_OP_ACTIVATION] = &activation,   [DIP_OP_ADD] = &add,
  [DIP_OP_SCALE_SHIFT] = &scale_shift, [DIP_OP_CONCAT] = &concat,
  [DIP_OP_AFFINE] = &affine,           [DIP_OP_DIVIDE] = &divide,
};

void
dip_op_elements (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipNode *node = site->node;
  const DipShape *out = dip_op_get_shape (site, node->output);
  const DipShape *x = dip_op_get_shape (site, node->x);
  const DipShape *y = node->y != DIP_NO_VALUE ? dip_op_get_shape (site, node->y) : NULL;
  struct DipPushElements push = {
    .n_elements = out->channels * out->height * out->width,
    .n_channels = x->channels,
    .n_pixels = out->height * out->width,
    .x_stride = dip_op_get_stride (x),
    .y_stride = y != NULL ? dip_op_get_stride (y) : 0,
    .out_stride = dip_op_get_stride (out),
    .scale = node->attributes.scale,
    .offset = node->attributes.offset,
  };
  DipOpDispatch dispatch = {
    .kernel = kernels[node->op],
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_read (site->y) },
    .push = &push,
    .share = 1.0,
  };

  if (node->op == DIP_OP_ACTIVATION)
    dispatch.constants[dispatch.n_constants++] = node->attributes.activation;
  if (node->op == DIP_OP_ADD)
    dispatch.constants[dispatch.n_constants++] = !dip_shape_equal (x, y);
  dip_op_spread (push.n_elements, dispatch.groups);
  dip_op_dispatch (recorder, site, &dispatch);
}
