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
  DipCpuLayout y; /* no blocks without a second input */
  DipCpuLayout joined;
  gboolean needs_join;
  gsize joined_bytes;
  gsize partial_bytes; /* of all channels */
  gsize factor_bytes;
} NormPlan;

static gsize
align (gsize n_bytes)
{
  return (n_bytes + DIP_ALIGNMENT - 1) / DIP_ALIGNMENT * DIP_ALIGNMENT;
}

static gsize
count_partial_bytes (const DipCpuLayout *layout)
{
  guint n_down = (layout->height + DIP_CPU_STAT_ROWS - 1) / DIP_CPU_STAT_ROWS;

  return align ((gsize) layout->n_blocks * dip_cpu_count_tiles (layout->width) * n_down *
                2 * DIP_CPU_PIXEL_BYTES);
}

static void
norm_plan_init (NormPlan *self, const DipGraph *graph, const DipNode *node)
{
  dip_cpu_layout_init_value (&self->x, graph, node->x);
  dip_cpu_layout_init_value (&self->joined, graph, node->output);
  self->y = self->x;
  self->y.n_blocks = 0;
  if (node->y != DIP_NO_VALUE)
    dip_cpu_layout_init_value (&self->y, graph, node->y);
  self->needs_join = self->y.n_blocks > 0 && self->x.n_channels % DIP_CPU_LANES != 0;
  self->joined_bytes = self->needs_join ? self->joined.n_bytes : 0;
  self->partial_bytes = count_partial_bytes (&self->joined) + DIP_ALIGNMENT;
  self->factor_bytes = align ((gsize) self->joined.n_blocks * 2 * DIP_CPU_PIXEL_BYTES);
}

gsize
dip_cpu_norm_scratch (const DipGraph *graph, const DipNode *node)
{
  NormPlan plan;

  norm_plan_init (&plan, graph, node);
  return plan.joined_bytes + plan.partial_bytes + plan.factor_bytes;
}

static void
record_stat (DipRecorder *recorder,
             const DipCpuLayout *layout,
             const DipRange *x,
             const DipRange *partials)
{
  DipCpuCall call = { &stat };
  struct DipCpuStat push = {
    .x = dip_range_get_address (x),
    .width = layout->width,
    .height = layout->height,
    .pitch = layout->pitch,
    .plane = layout->plane,
  };
  guint n_down = (layout->height + DIP_CPU_STAT_ROWS - 1) / DIP_CPU_STAT_ROWS;

  dip_cpu_fill_ids (push.ids);
  dip_cpu_call_touch (&call, partials, DIP_ACCESS_WRITE);
  dip_cpu_call_touch (&call, x, DIP_ACCESS_READ);
  dip_cpu_call_record_pieces (&call, recorder, &push, &push.origin,
                              dip_cpu_count_tiles (layout->width), n_down,
                              layout->n_blocks);
}

static void
record_fold (DipRecorder *recorder,
             const DipNodeSite *site,
             const DipCpuLayout *layout,
             guint x_channels,
             const DipRange *x,
             const DipRange *y,
             const DipRange *factors)
{
  const DipNode *node = site->node;
  gboolean has_weight = node->weight != DIP_NO_WEIGHT;
  gboolean has_bias = node->bias != DIP_NO_WEIGHT;
  DipCpuCall call = { &fold };
  struct DipCpuFold push = {
    .x = dip_range_get_address (x),
    .y = dip_range_get_address (y->buffer ? y : x),
    .factors = dip_range_get_address (factors),
    .width = layout->width,
    .height = layout->height,
    .x_channels = x_channels,
    .channels = layout->n_channels,
    .n_groups = node->attributes.n_groups,
    .eps = node->attributes.eps,
    .has_weight = has_weight,
    .has_bias = has_bias,
  };

  push.weight = has_weight ? dip_range_get_address (&site->packs[0]) : 0;
  push.bias = has_bias ? dip_range_get_address (&site->packs[has_weight]) : 0;
  dip_cpu_call_touch (&call, x, DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, y, DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, &site->packs[0], DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, &site->packs[1], DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, factors, DIP_ACCESS_WRITE);
  dip_cpu_call_record (&call, recorder, &push, layout->n_blocks, 1, 1);
}

/* Blocks of the output from @block on, from @x. */
static void
record_apply (DipRecorder *recorder,
              DipActivation activation,
              const DipCpuLayout *layout,
              const DipRange *x,
              const DipRange *factors,
              guint block,
              const DipRange *result)
{
  guint n_bands = (layout->height + DIP_CPU_APPLY_ROWS - 1) / DIP_CPU_APPLY_ROWS;
  DipCpuPiece piece = { 0 };

  while (dip_cpu_piece_next (&piece, recorder, result, block * layout->plane,
                             layout->plane, layout->n_blocks))
    {
      DipCpuCall call = { &apply, { activation } };
      struct DipCpuApply push = {
        .x = dip_range_get_address (x) +
             (gsize) piece.block * layout->plane * DIP_CPU_PIXEL_BYTES,
        .factors = dip_range_get_address (factors) +
                   (block + piece.block) * 2 * DIP_CPU_PIXEL_BYTES,
        .place = piece.place,
        .width = layout->width,
        .height = layout->height,
        .pitch = layout->pitch,
        .plane = layout->plane,
      };

      dip_cpu_fill_ids (push.ids);
      dip_cpu_call_touch (&call, &piece.range, DIP_ACCESS_WRITE);
      dip_cpu_call_touch (&call, x, DIP_ACCESS_READ);
      dip_cpu_call_touch (&call, factors, DIP_ACCESS_READ);
      dip_cpu_call_record_pieces (&call, recorder, &push, &push.origin,
                                  dip_cpu_count_tiles (layout->width), n_bands,
                                  piece.n_blocks);
    }
}

/* One image: @x, then @y if it has blocks. */
static void
record_image (DipRecorder *recorder,
              const DipNodeSite *site,
              const NormPlan *plan,
              const DipCpuLayout *x_layout,
              const DipRange *x,
              const DipCpuLayout *y_layout,
              const DipRange *y,
              const DipRange *result)
{
  DipActivation activation = site->node->attributes.activation;
  gsize x_bytes = count_partial_bytes (x_layout);
  DipRange x_partials = dip_range_slice (&site->scratch, plan->joined_bytes, x_bytes);
  DipRange y_partials = { NULL };
  DipRange factors = dip_range_slice (
      &site->scratch, plan->joined_bytes + plan->partial_bytes, plan->factor_bytes);

  record_stat (recorder, x_layout, x, &x_partials);
  if (y_layout->n_blocks > 0)
    {
      y_partials = dip_range_slice (&site->scratch, plan->joined_bytes + x_bytes,
                                    count_partial_bytes (y_layout));
      record_stat (recorder, y_layout, y, &y_partials);
    }
  record_fold (recorder, site, &plan->joined, x_layout->n_channels, &x_partials,
               &y_partials, &factors);
  record_apply (recorder, activation, x_layout, x, &factors, 0, result);
  if (y_layout->n_blocks > 0)
    record_apply (recorder, activation, y_layout, y, &factors, x_layout->n_blocks,
                  result);
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

      if (plan.y.n_blocks > 0)
        y = dip_cpu_layout_slice (&plan.y, &site->y, i);
      if (plan.needs_join)
        {
          DipCpuLayout none = { 0 };
          DipRange joined = dip_range_slice (&site->scratch, 0, plan.joined_bytes);

          dip_cpu_record_concat (recorder, &plan.x, &x, &y, &plan.joined, &joined);
          record_image (recorder, site, &plan, &plan.joined, &joined, &none, NULL,
                        &result);
        }
      else
        record_image (recorder, site, &plan, &plan.x, &x, &plan.y, &y, &result);
    }
}
