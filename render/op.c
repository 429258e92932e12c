#include "render/op.h"

/* Nothing here needs more workgroups along x than this; the rest goes along y. */
#define WIDEST 32768

G_STATIC_ASSERT (DIP_IMAGE_BYTES == DIP_ALIGNMENT);
G_STATIC_ASSERT (DIP_ACT_NONE == (int) DIP_ACTIVATION_NONE);
G_STATIC_ASSERT (DIP_ACT_SILU == (int) DIP_ACTIVATION_SILU);
G_STATIC_ASSERT (DIP_ACT_GELU == (int) DIP_ACTIVATION_GELU);
G_STATIC_ASSERT (DIP_ACT_MISH == (int) DIP_ACTIVATION_MISH);
G_STATIC_ASSERT (DIP_ACT_RELU == (int) DIP_ACTIVATION_RELU);

gboolean
dip_op_is_half (DipOpStyle style)
{
  return style != DIP_OP_FLOAT;
}

guint
dip_op_pad_channels (guint n_channels)
{
  return (n_channels + DIP_CHANNEL_STEP - 1) / DIP_CHANNEL_STEP * DIP_CHANNEL_STEP;
}

guint
dip_op_count_quads (guint n_channels)
{
  return dip_op_pad_channels (n_channels) / 4;
}

gsize
dip_op_get_image_bytes (const DipShape *shape, DipOpStyle style)
{
  gsize n = (gsize) shape->height * shape->width * dip_op_pad_channels (shape->channels) *
            (dip_op_is_half (style) ? 2 : sizeof (float));

  return (n + DIP_IMAGE_BYTES - 1) / DIP_IMAGE_BYTES * DIP_IMAGE_BYTES;
}

guint
dip_op_get_stride (const DipShape *shape, DipOpStyle style)
{
  return dip_op_get_image_bytes (shape, style) /
         (4 * (dip_op_is_half (style) ? 2 : sizeof (float)));
}

const DipShape *
dip_op_get_shape (const DipNodeSite *site, DipValueId value)
{
  return &dip_graph_get_value (site->graph, value)->shape;
}

void
dip_op_fill_map (const DipNodeSite *site, DipOpStyle style, DipPushMap *push)
{
  const DipNode *node = site->node;
  const DipShape *out = dip_op_get_shape (site, node->output);
  const DipShape *x = dip_op_get_shape (site, node->x);
  const DipShape *y = node->y != DIP_NO_VALUE ? dip_op_get_shape (site, node->y) : NULL;

  *push = (DipPushMap){
    .n_x = x->channels,
    .n_channels = out->channels,
    .n_pixels = out->height * out->width,
    .x_quads = dip_op_count_quads (x->channels),
    .y_quads = y != NULL ? dip_op_count_quads (y->channels) : 0,
    .out_quads = dip_op_count_quads (out->channels),
    .x_stride = dip_op_get_stride (x, style),
    .y_stride = y != NULL ? dip_op_get_stride (y, style) : 0,
    .out_stride = dip_op_get_stride (out, style),
    .scale = node->attributes.scale,
    .offset = node->attributes.offset,
  };
}

gboolean
dip_op_is_aligned (const DipNodeSite *site)
{
  return dip_op_get_shape (site, site->node->x)->channels % 4 == 0;
}

/* Images that every operand can bind at once; 0 if not even one. */
static guint
count_images (const DipNodeSite *site,
              const DipOpDispatch *dispatch,
              guint batch,
              guint64 max_range)
{
  guint n = MIN (batch, 65535 / MAX (1, dispatch->depth));

  for (guint i = 0; i < dispatch->kernel->n_bindings; i++)
    {
      const DipOpOperand *operand = &dispatch->operands[i];
      gsize n_bytes = operand->range.n_bytes;

      if (operand->range.buffer != NULL && operand->is_per_image)
        n = MIN (n, max_range / (n_bytes / batch));
      else if (operand->range.buffer != NULL && n_bytes > max_range)
        n = 0;
    }

  return n;
}

static void
dispatch_images (DipRecorder *recorder,
                 const DipOpDispatch *dispatch,
                 guint batch,
                 guint first,
                 guint n)
{
  DipOperand operands[DIP_MAX_BINDINGS] = { 0 };

  for (guint i = 0; i < dispatch->kernel->n_bindings; i++)
    {
      const DipOpOperand *operand = &dispatch->operands[i];
      gsize image = operand->range.n_bytes / batch;

      operands[i].range = operand->range;
      operands[i].access = operand->access;
      if (operand->range.buffer != NULL && operand->is_per_image)
        operands[i].range = dip_range_slice (&operand->range, first * image, n * image);
    }

  dip_recorder_dispatch (
      recorder, &(DipDispatch){ .kernel = dispatch->kernel,
                                .constants = dispatch->constants,
                                .n_constants = dispatch->n_constants,
                                .operands = operands,
                                .n_operands = dispatch->kernel->n_bindings,
                                .push = dispatch->push,
                                .groups = { dispatch->groups[0], dispatch->groups[1],
                                            n * MAX (1, dispatch->depth) },
                                .share = dispatch->share * n / batch });
}

void
dip_op_dispatch (DipRecorder *recorder,
                 const DipNodeSite *site,
                 const DipOpDispatch *dispatch)
{
  const DipDeviceInfo *info = dip_device_get_info (dip_recorder_get_device (recorder));
  guint batch = dip_op_get_shape (site, site->node->output)->batch;
  guint n_images = count_images (site, dispatch, batch, info->max_range);

  if (n_images == 0)
    {
      dip_recorder_fail (recorder,
                         g_error_new (DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE,
                                      "%s: one image is beyond the %" G_GUINT64_FORMAT
                                      " bytes that %s can bind",
                                      site->node->name, info->max_range, info->name));
      return;
    }

  for (guint first = 0; first < batch; first += n_images)
    dispatch_images (recorder, dispatch, batch, first, MIN (n_images, batch - first));
}

void
dip_op_spread (gsize n, guint groups[2])
{
  gsize n_groups = (n + DIP_GROUP - 1) / DIP_GROUP;

  groups[0] = MIN (n_groups, WIDEST);
  groups[1] = (n_groups + groups[0] - 1) / groups[0];
}

DipOpOperand
dip_op_read (DipRange range)
{
  return (DipOpOperand){ range, DIP_ACCESS_READ, TRUE };
}

DipOpOperand
dip_op_write (DipRange range)
{
  return (DipOpOperand){ range, DIP_ACCESS_WRITE, TRUE };
}

DipOpOperand
dip_op_weight (DipRange range)
{
  return (DipOpOperand){ range, DIP_ACCESS_READ, FALSE };
}
