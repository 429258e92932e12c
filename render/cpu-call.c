#include "render/cpu-winograd.h"

#include "cpu-border.spv.h"
#include "cpu-remap.spv.h"

static const DipKernel border = DIP_KERNEL (cpu_border, 0, struct DipCpuBorder);
static const DipKernel remap = DIP_KERNEL (cpu_remap, 0, struct DipCpuRemap);

void
dip_cpu_call_touch (DipCpuCall *self, const DipRange *range, DipAccess access)
{
  if (range->buffer == NULL)
    return;
  g_assert (self->n_operands < G_N_ELEMENTS (self->operands));
  self->operands[self->n_operands++] = (DipOperand){ *range, access };
}

/* Cuts the grid into workgroups along an axis that they divide, for no subgroup may be
 * left over: the kernels cannot return early.
 */
static void
choose_workgroup (DipCpuCall *self, guint32 groups[3])
{
  guint axis = self->axis;
  guint n = 1;

  for (guint most = DIP_CPU_SUBGROUPS; most > 1 && n == 1; most /= 2)
    for (guint i = 0; i < 3 && n == 1; i++)
      if (groups[(self->axis + 2 * i) % 3] % most == 0)
        {
          axis = (self->axis + 2 * i) % 3;
          n = most;
        }
  groups[axis] /= n;
  self->constants[DIP_CPU_SIZE_CONSTANT] = n * DIP_CPU_LANES;
  self->constants[DIP_CPU_AXIS_CONSTANT] = axis;
}

gboolean
dip_cpu_has_loops (DipRecorder *recorder)
{
  return dip_recorder_get_style (recorder) == DIP_CPU_STYLE_LOOPS;
}

void
dip_cpu_set_n_channels (DipCpuCall *self,
                        DipRecorder *recorder,
                        guint n_channels,
                        guint32 ids[DIP_CPU_IDS])
{
  if (dip_cpu_has_loops (recorder))
    {
      ids[0] = n_channels / DIP_CPU_LANES;
      return;
    }
  self->constants[0] = n_channels;
  dip_cpu_fill_ids (ids);
}

void
dip_cpu_call_record (DipCpuCall *self,
                     DipRecorder *recorder,
                     gconstpointer push,
                     guint n_x,
                     guint n_y,
                     guint n_z)
{
  DipDispatch dispatch = {
    .kernel = self->kernel,
    .constants = self->constants,
    .n_constants = G_N_ELEMENTS (self->constants),
    .operands = self->operands,
    .n_operands = self->n_operands,
    .push = push,
    .groups = { n_x, n_y, n_z },
    .share = self->share,
  };

  choose_workgroup (self, dispatch.groups);
  self->constants[DIP_CPU_LOOPS_CONSTANT] = dip_cpu_has_loops (recorder);
  dip_recorder_dispatch (recorder, &dispatch);
}

void
dip_cpu_call_record_pieces (DipCpuCall *self,
                            DipRecorder *recorder,
                            gpointer push,
                            guint32 *origin,
                            guint n_x,
                            guint n_y,
                            guint n_z)
{
  for (guint z = 0; z < n_z; z += DIP_CPU_PIECE)
    for (guint y = 0; y < n_y; y += DIP_CPU_PIECE)
      for (guint x = 0; x < n_x; x += DIP_CPU_PIECE)
        {
          *origin = x / DIP_CPU_PIECE | y / DIP_CPU_PIECE << 8 | z / DIP_CPU_PIECE << 16;
          dip_cpu_call_record (self, recorder, push, MIN (n_x - x, DIP_CPU_PIECE),
                               MIN (n_y - y, DIP_CPU_PIECE),
                               MIN (n_z - z, DIP_CPU_PIECE));
        }
}

gboolean
dip_cpu_piece_next (DipCpuPiece *self,
                    DipRecorder *recorder,
                    const DipRange *whole,
                    guint start,
                    guint plane,
                    guint n_blocks)
{
  const DipDeviceInfo *info = dip_device_get_info (dip_recorder_get_device (recorder));
  gsize plane_bytes = plane * DIP_CPU_PIXEL_BYTES;
  guint most = MAX (1, (info->max_range - DIP_ALIGNMENT) / plane_bytes);
  gsize first, begin, end;

  self->block += self->n_blocks;
  self->n_blocks = MIN (MIN (most, DIP_CPU_PIECE), n_blocks - self->block);
  if (self->n_blocks == 0)
    return FALSE;

  first = start * DIP_CPU_PIXEL_BYTES + self->block * plane_bytes;
  begin = first / DIP_ALIGNMENT * DIP_ALIGNMENT;
  end = MIN (first + self->n_blocks * plane_bytes, whole->n_bytes);
  self->range = dip_range_slice (whole, begin, end - begin);
  self->place = (first - begin) / DIP_CPU_PIXEL_BYTES;
  return TRUE;
}

void
dip_cpu_fill_ids (guint32 ids[DIP_CPU_IDS])
{
  for (guint i = 0; i < DIP_CPU_IDS; i++)
    ids[i] = i;
}

void
dip_cpu_record_border (DipRecorder *recorder,
                       const DipCpuLayout *layout,
                       const DipRange *image)
{
  DipCpuCall call = { &border };
  struct DipCpuBorder push = {
    .result = dip_range_get_address (image),
    .height = layout->height,
    .pitch = layout->pitch,
    .plane = layout->plane,
  };
  guint n_pixels = 2 * layout->pitch + 2 * layout->height;

  dip_cpu_call_touch (&call, image, DIP_ACCESS_WRITE);
  dip_cpu_call_record (&call, recorder, &push, dip_cpu_count_tiles (n_pixels),
                       layout->n_blocks, 1);
}

/* Whether @node looks beyond the picture of what it reads, and wants zeros there. */
static gboolean
reads_border (const DipGraph *graph, const DipNode *node, DipValueId value)
{
  if (node->op == DIP_OP_ATTENTION)
    return node->z == value;
  return node->op == DIP_OP_CONV2D &&
         (node->attributes.kernel > 1 || node->attributes.pad_before > 0) &&
         !dip_cpu_winograd_suits (graph, node) && (node->x == value || node->y == value);
}

void
dip_cpu_record_output_border (DipRecorder *recorder, const DipNodeSite *site)
{
  DipShape shape = dip_graph_get_value (site->graph, site->node->output)->shape;
  gboolean is_read = FALSE;
  DipCpuLayout layout;

  for (guint i = 0; i < dip_graph_get_n_nodes (site->graph) && !is_read; i++)
    is_read = reads_border (site->graph, dip_graph_get_node (site->graph, i),
                            site->node->output);
  if (!is_read)
    return;

  dip_cpu_layout_init_shape (&layout, &shape);
  for (guint b = 0; b < shape.batch; b++)
    {
      DipRange image = dip_cpu_layout_slice (&layout, &site->output, b);

      dip_cpu_record_border (recorder, &layout, &image);
    }
}

static void
record_remap (DipRecorder *recorder,
              guint32 kind,
              struct DipCpuRemap *push,
              const DipRange *x,
              const DipRange *y,
              const DipCpuLayout *layout,
              const DipRange *result)
{
  DipCpuCall call = { &remap, { kind } };

  push->x = dip_range_get_address (x);
  push->y = y ? dip_range_get_address (y) : push->x;
  push->result = dip_range_get_address (result);
  push->width = layout->width;
  push->pitch = layout->pitch;
  push->plane = layout->plane;
  push->channels = layout->n_channels;
  dip_cpu_call_touch (&call, x, DIP_ACCESS_READ);
  if (y)
    dip_cpu_call_touch (&call, y, DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, result, DIP_ACCESS_WRITE);
  dip_cpu_call_record (&call, recorder, push, dip_cpu_count_tiles (layout->width),
                       layout->height, layout->n_blocks);
}

void
dip_cpu_record_concat (DipRecorder *recorder,
                       const DipCpuLayout *x_layout,
                       const DipRange *x,
                       const DipRange *y,
                       const DipCpuLayout *layout,
                       const DipRange *result)
{
  struct DipCpuRemap push = { .x_channels = x_layout->n_channels };

  record_remap (recorder, DIP_CPU_REMAP_CONCAT, &push, x, y, layout, result);
}

void
dip_cpu_record_heads (DipRecorder *recorder,
                      const DipRange *x,
                      guint x_size,
                      const DipCpuLayout *layout,
                      const DipRange *result,
                      guint size,
                      guint used)
{
  struct DipCpuRemap push = { .x_size = x_size, .size = size, .used = used };

  record_remap (recorder, DIP_CPU_REMAP_HEADS, &push, x, NULL, layout, result);
}
