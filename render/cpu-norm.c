#include "render/cpu-private.h"

#include "cpu-norm-apply.spv.h"
#include "cpu-norm-fold.spv.h"
#include "cpu-norm-stat.spv.h"

static const DipKernel stat = DIP_KERNEL (cpu_norm_stat, 1, struct DipCpuStat);
static const DipKernel fold = DIP_KERNEL (cpu_norm_fold, 0, struct DipCpuFold);
static const DipKernel apply = DIP_KERNEL (cpu_norm_apply, 1, struct DipCpuApply);

/* Group normalisation in three passes: statistics of tiles, a factor and an
 * offset a channel, and the values.  Scratch holds what passes between them,
 * and both inputs as one where the second would begin inside a block.
 */
typedef struct
{
  DipCpuLayout x;
  DipCpuLayout y;
  DipCpuLayout joined;
  gboolean has_y;
  gboolean needs_join;
  gsize joined_bytes;
  gsize partial_bytes; /* of all channels */
  gsize factor_bytes;
} NormPlan;

static gsize
count_partial_bytes (const DipCpuLayout *layout)
{
  guint n_down = (layout->height + DIP_CPU_STAT_ROWS - 1) / DIP_CPU_STAT_ROWS;

  return dip_align ((gsize) layout->n_blocks * dip_cpu_count_tiles (layout->width) *
                    n_down * 2 * DIP_CPU_PIXEL_BYTES);
}

static void
norm_plan_init (NormPlan *self, const DipGraph *graph, const DipNode *node)
{
  dip_cpu_layout_init_value (&self->x, graph, node->x);
  dip_cpu_layout_init_value (&self->joined, graph, node->output);
  self->has_y = node->y != DIP_NO_VALUE;
  if (self->has_y)
    dip_cpu_layout_init_value (&self->y, graph, node->y);
  self->needs_join = self->has_y && self->x.n_channels % DIP_CPU_LANES != 0;
  self->joined_bytes = self->needs_join ? self->joined.n_bytes : 0;
  self->partial_bytes = count_partial_bytes (&self->joined);
  self->factor_bytes =
      dip_align ((gsize) self->joined.n_blocks * 2 * DIP_CPU_PIXEL_BYTES);
}

gsize
dip_cpu_norm_scratch (const DipGraph *graph, const DipNode *node)
{
  NormPlan plan;

  norm_plan_init (&plan, graph, node);
  return plan.joined_bytes + plan.partial_bytes + plan.factor_bytes;
}

/* Both inputs lie alike, so that a kernel that goes through the blocks of both only has
 * to jump at the first of y's.
 */
static guint64
find_step (const DipCpuLayout *layout, const DipRange *x, const DipRange *y)
{
  return y->buffer == NULL
             ? 0
             : dip_range_get_address (y) - dip_range_get_address (x) -
                   (guint64) layout->n_blocks * layout->plane * DIP_CPU_PIXEL_BYTES;
}

static void
record_stat (DipRecorder *recorder,
             const DipCpuLayout *layout,
             const DipRange *x,
             const DipRange *y,
             guint n_blocks,
             const DipRange *partials)
{
  DipCpuCall call = { &stat };
  struct DipCpuStat push = {
    .x = dip_range_get_address (x),
    .y_step = find_step (layout, x, y),
    .x_blocks = layout->n_blocks,
    .width = layout->width,
    .height = layout->height,
    .pitch = layout->pitch,
    .plane = layout->plane,
  };
  guint n_down = (layout->height + DIP_CPU_STAT_ROWS - 1) / DIP_CPU_STAT_ROWS;

  dip_cpu_fill_ids (push.ids);
  dip_cpu_call_touch (&call, partials, DIP_ACCESS_WRITE);
  dip_cpu_call_touch (&call, x, DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, y, DIP_ACCESS_READ);
  dip_cpu_call_record_pieces (&call, recorder, &push, &push.origin,
                              dip_cpu_count_tiles (layout->width), n_down, n_blocks);
}

static void
record_fold (DipRecorder *recorder,
             const DipNodeSite *site,
             const DipCpuLayout *layout,
             const DipRange *partials,
             const DipRange *factors)
{
  const DipNode *node = site->node;
  gboolean has_weight = node->weight != DIP_NO_WEIGHT;
  gboolean has_bias = node->bias != DIP_NO_WEIGHT;
  DipCpuCall call = { &fold };
  struct DipCpuFold push = {
    .x = dip_range_get_address (partials),
    .factors = dip_range_get_address (factors),
    .width = layout->width,
    .height = layout->height,
    .channels = layout->n_channels,
    .n_groups = node->attributes.n_groups,
    .eps = node->attributes.eps,
    .has_weight = has_weight,
    .has_bias = has_bias,
  };

  push.weight = has_weight ? dip_range_get_address (&site->packs[0]) : 0;
  push.bias = has_bias ? dip_range_get_address (&site->packs[has_weight]) : 0;
  dip_cpu_call_touch (&call, partials, DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, &site->packs[0], DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, &site->packs[1], DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, factors, DIP_ACCESS_WRITE);
  dip_cpu_call_record (&call, recorder, &push, push.n_groups, 1, 1);
}

static void
record_apply (DipRecorder *recorder,
              DipActivation activation,
              const DipCpuLayout *layout,
              const DipRange *x,
              const DipRange *y,
              guint n_blocks,
              const DipRange *factors,
              const DipRange *result)
{
  guint n_bands = (layout->height + DIP_CPU_APPLY_ROWS - 1) / DIP_CPU_APPLY_ROWS;
  DipCpuPiece piece = { 0 };

  while (dip_cpu_piece_next (&piece, recorder, result, 0, layout->plane, n_blocks))
    {
      DipCpuCall call = { &apply, { activation } };
      struct DipCpuApply push = {
        .x = dip_range_get_address (x) +
             (gsize) piece.block * layout->plane * DIP_CPU_PIXEL_BYTES,
        .y_step = find_step (layout, x, y),
        .x_blocks = layout->n_blocks - MIN (layout->n_blocks, piece.block),
        .factors =
            dip_range_get_address (factors) + piece.block * 2 * DIP_CPU_PIXEL_BYTES,
        .place = piece.place,
        .width = layout->width,
        .height = layout->height,
        .pitch = layout->pitch,
        .plane = layout->plane,
      };

      dip_cpu_fill_ids (push.ids);
      dip_cpu_call_touch (&call, &piece.range, DIP_ACCESS_WRITE);
      dip_cpu_call_touch (&call, x, DIP_ACCESS_READ);
      dip_cpu_call_touch (&call, y, DIP_ACCESS_READ);
      dip_cpu_call_touch (&call, factors, DIP_ACCESS_READ);
      dip_cpu_call_record_pieces (&call, recorder, &push, &push.origin,
                                  dip_cpu_count_tiles (layout->width), n_bands,
                                  piece.n_blocks);
    }
}

/* One image: @x, then @y if there is one. */
static void
record_image (DipRecorder *recorder,
              const DipNodeSite *site,
              const NormPlan *plan,
              const DipCpuLayout *layout,
              const DipRange *x,
              const DipRange *y,
              const DipRange *result)
{
  DipActivation activation = site->node->attributes.activation;
  guint n_blocks = plan->joined.n_blocks;
  DipRange partials =
      dip_range_slice (&site->scratch, plan->joined_bytes, plan->partial_bytes);
  DipRange factors = dip_range_slice (
      &site->scratch, plan->joined_bytes + plan->partial_bytes, plan->factor_bytes);

  record_stat (recorder, layout, x, y, n_blocks, &partials);
  record_fold (recorder, site, &plan->joined, &partials, &factors);
  record_apply (recorder, activation, layout, x, y, n_blocks, &factors, result);
}

void
dip_cpu_record_norm (DipRecorder *recorder, const DipNodeSite *site)
{
  guint batch = dip_graph_get_value (site->graph, site->node->output)->shape.batch;
  NormPlan plan;

  norm_plan_init (&plan, site->graph, site->node);
  for (guint i = 0; i < batch; i++)
    {
      DipRange x = dip_cpu_layout_slice (&plan.x, &site->x, i);
      DipRange result = dip_cpu_layout_slice (&plan.joined, &site->output, i);
      DipRange y = { NULL };

      if (plan.has_y)
        y = dip_cpu_layout_slice (&plan.y, &site->y, i);
      if (plan.needs_join)
        {
          DipRange joined = dip_range_slice (&site->scratch, 0, plan.joined_bytes);
          DipRange none = { NULL };

          dip_cpu_record_concat (recorder, &plan.x, &x, &y, &plan.joined, &joined);
          record_image (recorder, site, &plan, &plan.joined, &joined, &none, &result);
        }
      else
        record_image (recorder, site, &plan, &plan.x, &x, &y, &result);
    }
}
