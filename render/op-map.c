#include "render/op.h"

#include "map-half.spv.h"
#include "map.spv.h"

static const DipKernel kernels[] = DIP_OP_KERNELS (map, 3, DipPushMap);

static guint
choose_op (const DipNodeSite *site)
{
  switch (site->node->op)
    {
    case DIP_OP_ACTIVATION:
      return DIP_MAP_ACTIVATION;
    case DIP_OP_ADD:
      return dip_shape_equal (dip_op_get_shape (site, site->node->x),
                              dip_op_get_shape (site, site->node->y))
                 ? DIP_MAP_ADD
                 : DIP_MAP_ADD_VECTOR;
    case DIP_OP_SCALE_SHIFT:
      return DIP_MAP_SCALE_SHIFT;
    case DIP_OP_CONCAT:
      return DIP_MAP_CONCAT;
    case DIP_OP_AFFINE:
      return DIP_MAP_AFFINE;
    case DIP_OP_DIVIDE:
      return DIP_MAP_DIVIDE;
    default:
      g_assert_not_reached ();
    }
}

void
dip_op_map (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style)
{
  DipPushMap push;
  DipOpDispatch dispatch = {
    .kernel = &kernels[dip_op_is_half (style)],
    .constants = { choose_op (site), site->node->attributes.activation,
                   site->node->op == DIP_OP_CONCAT, dip_op_is_aligned (site) },
    .n_constants = 4,
    .operands = { dip_op_write (site->output), dip_op_read (site->x),
                  dip_op_read (site->y) },
    .push = &push,
    .share = 1.0,
  };

  dip_op_fill_map (site, style, &push);
  dip_op_spread ((gsize) push.n_pixels * push.out_quads, dispatch.groups);
  dip_op_dispatch (recorder, site, &dispatch);
}
