#include "render/cpu-private.h"

#include "cpu-linear.spv.h"
#include "cpu-map.spv.h"
#include "cpu-resample.spv.h"

static const DipKernel linear = DIP_KERNEL (cpu_linear, 0, struct DipCpuLinear);
static const DipKernel map = DIP_KERNEL (cpu_map, 1, struct DipCpuMap);
static const DipKernel resample = DIP_KERNEL (cpu_resample, 1, struct DipCpuResample);

static const DipShape *
get_shape (const DipNodeSite *site, DipValueId value)
{
  return &dip_graph_get_value (site->graph, value)->shape;
}

static void
record_map (DipRecorder *recorder,
            guint32 kind,
            DipActivation activation,
            const DipCpuLayout *layout,
            const DipRange *x,
            const DipRange *y,
            const DipRange *result,
            float scale,
            float offset)
{
  guint n_bands = (layout->height + DIP_CPU_APPLY_ROWS - 1) / DIP_CPU_APPLY_ROWS;
  DipCpuPiece piece = { 0 };

  while (
      dip_cpu_piece_next (&piece, recorder, result, 0, layout->plane, layout->n_blocks))
    {
      DipCpuCall call = { &map, { kind, activation } };
      gsize skipped = (gsize) piece.block * layout->plane * DIP_CPU_PIXEL_BYTES;
      struct DipCpuMap push = {
        .x = dip_range_get_address (x) + skipped,
        .y = dip_range_get_address (y->buffer ? y : x) +
             (kind == DIP_CPU_MAP_ADD ? skipped : 0),
        .place = piece.place,
        .first = piece.block,
        .width = layout->width,
        .height = layout->height,
        .pitch = layout->pitch,
        .plane = layout->plane,
        .channels = layout->n_channels,
        .scale = scale,
        .offset = offset,
      };

      dip_cpu_fill_ids (push.ids);
      dip_cpu_call_touch (&call, &piece.range, DIP_ACCESS_WRITE);
      dip_cpu_call_touch (&call, x, DIP_ACCESS_READ);
      dip_cpu_call_touch (&call, y, DIP_ACCESS_READ);
      dip_cpu_call_record_pieces (&call, recorder, &push, &push.origin,
                                  dip_cpu_count_tiles (layout->width), n_bands,
                                  piece.n_blocks);
    }
}

void
dip_cpu_record_add_vector (DipRecorder *recorder,
                           const DipCpuLayout *layout,
                           const DipRange *x,
                           const DipRange *vector,
                           const DipRange *result)
{
  record_map (recorder, DIP_CPU_MAP_ADD_VECTOR, DIP_ACTIVATION_NONE, layout, x, vector,
              result, 1, 0);
}

static guint32
choose_map (const DipNodeSite *site)
{
  switch (site->node->op)
    {
    case DIP_OP_ADD:
      if (dip_shape_equal (get_shape (site, site->node->x),
                           get_shape (site, site->node->y)))
        return DIP_CPU_MAP_ADD;
      return DIP_CPU_MAP_ADD_VECTOR;
    case DIP_OP_SCALE_SHIFT:
      return DIP_CPU_MAP_SCALE_SHIFT;
    case DIP_OP_DIVIDE:
      return DIP_CPU_MAP_DIVIDE;
    default:
      return DIP_CPU_MAP_AFFINE;
    }
}

void
dip_cpu_record_map (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipNode *node = site->node;
  gboolean is_activation = node->op == DIP_OP_ACTIVATION;
  DipCpuLayout layout;

  dip_cpu_layout_init_value (&layout, site->graph, node->output);
  for (guint i = 0; i < get_shape (site, node->output)->batch; i++)
    {
      DipRange x = dip_cpu_layout_slice (&layout, &site->x, i);
      DipRange result = dip_cpu_layout_slice (&layout, &site->output, i);
      DipRange y = { NULL };

      if (node->y != DIP_NO_VALUE)
        {
          DipCpuLayout y_layout;

          dip_cpu_layout_init_value (&y_layout, site->graph, node->y);
          y = dip_cpu_layout_slice (&y_layout, &site->y, i);
        }
      record_map (recorder, choose_map (site), node->attributes.activation, &layout, &x,
                  &y, &result, is_activation ? 1 : node->attributes.scale,
                  is_activation ? 0 : node->attributes.offset);
    }
}

static void
record_resample (DipRecorder *recorder,
                 gboolean is_up,
                 const DipCpuLayout *from,
                 const DipRange *x,
                 const DipCpuLayout *to,
                 const DipRange *result)
{
  DipCpuPiece piece = { 0 };

  while (dip_cpu_piece_next (&piece, recorder, result, 0, to->plane, to->n_blocks))
    {
      DipCpuCall call = { &resample, { is_up } };
      struct DipCpuResample push = {
        .x = dip_range_get_address (x) +
             (gsize) piece.block * from->plane * DIP_CPU_PIXEL_BYTES,
        .place = piece.place,
        .width = to->width,
        .x_pitch = from->pitch,
        .x_plane = from->plane,
        .pitch = to->pitch,
        .plane = to->plane,
      };

      dip_cpu_fill_ids (push.ids);
      dip_cpu_call_touch (&call, &piece.range, DIP_ACCESS_WRITE);
      dip_cpu_call_touch (&call, x, DIP_ACCESS_READ);
      dip_cpu_call_record_pieces (&call, recorder, &push, &push.origin,
                                  dip_cpu_count_tiles (to->width), to->height,
                                  piece.n_blocks);
    }
}

void
dip_cpu_record_resample (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipNode *node = site->node;
  DipCpuLayout from, to;

  dip_cpu_layout_init_value (&from, site->graph, node->x);
  dip_cpu_layout_init_value (&to, site->graph, node->output);
  for (guint i = 0; i < get_shape (site, node->output)->batch; i++)
    {
      DipRange x = dip_cpu_layout_slice (&from, &site->x, i);
      DipRange result = dip_cpu_layout_slice (&to, &site->output, i);

      record_resample (recorder, node->op == DIP_OP_UPSAMPLE, &from, &x, &to, &result);
    }
}

void
dip_cpu_record_linear (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipNode *node = site->node;
  DipCpuLayout from, to;

  dip_cpu_layout_init_value (&from, site->graph, node->x);
  dip_cpu_layout_init_value (&to, site->graph, node->output);
  for (guint i = 0; i < get_shape (site, node->output)->batch; i++)
    {
      DipRange x = dip_cpu_layout_slice (&from, &site->x, i);
      DipRange result = dip_cpu_layout_slice (&to, &site->output, i);
      DipCpuCall call = { &linear, { node->attributes.activation } };
      gboolean has_bias = node->bias != DIP_NO_WEIGHT;
      struct DipCpuLinear push = {
        .x = dip_range_get_address (&x),
        .weight = dip_range_get_address (&site->packs[0]),
        .bias = has_bias ? dip_range_get_address (&site->packs[1]) : 0,
        .result = dip_range_get_address (&result),
        .n_in = from.n_channels,
        .has_bias = has_bias,
      };

      dip_cpu_call_touch (&call, &x, DIP_ACCESS_READ);
      dip_cpu_call_touch (&call, &site->packs[0], DIP_ACCESS_READ);
      dip_cpu_call_touch (&call, &site->packs[1], DIP_ACCESS_READ);
      dip_cpu_call_touch (&call, &result, DIP_ACCESS_WRITE);
      dip_cpu_call_record (&call, recorder, &push, to.n_blocks, 1, 1);
    }
}

void
dip_cpu_record_concat_node (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipNode *node = site->node;
  DipCpuLayout x_layout, y_layout, layout;

  dip_cpu_layout_init_value (&x_layout, site->graph, node->x);
  dip_cpu_layout_init_value (&y_layout, site->graph, node->y);
  dip_cpu_layout_init_value (&layout, site->graph, node->output);
  for (guint i = 0; i < get_shape (site, node->output)->batch; i++)
    {
      DipRange x = dip_cpu_layout_slice (&x_layout, &site->x, i);
      DipRange y = dip_cpu_layout_slice (&y_layout, &site->y, i);
      DipRange result = dip_cpu_layout_slice (&layout, &site->output, i);

      dip_cpu_record_concat (recorder, &x_layout, &x, &y, &layout, &result);
    }
}
