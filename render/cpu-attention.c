#include "render/cpu-private.h"

#include <math.h>

#include "cpu-softmax-short.spv.h"
#include "cpu-softmax.spv.h"
#include "cpu-transpose.spv.h"

static const DipKernel softmax = DIP_KERNEL (cpu_softmax, 0, struct DipCpuSoftmax);
static const DipKernel softmax_short =
    DIP_KERNEL (cpu_softmax_short, 1, struct DipCpuSoftmax);
static const DipKernel transpose = DIP_KERNEL (cpu_transpose, 0, struct DipCpuTranspose);

/* Attention as two 1x1 convolutions: of the queries with the keys, transposed,
 * as weights, and of the scores' softmax with the values as they lie.  A token
 * is a pixel by its place in memory (see cpu-transpose.comp); the scores are
 * (tokens / 8, height, width rounded up, 8).
 *
 * Heads that do not fill whole blocks are spread out first.
 */
typedef struct
{
  DipCpuLayout packed; /* of q, k, v and the output */
  DipCpuLayout spread; /* the same with whole blocks for each head */
  gboolean needs_spread;
  guint n_heads;
  guint n_products; /* of queries and keys, in the whole batch */
  guint head_size;  /* channels */
  guint head_blocks;
  guint n_tokens;
  guint n_across; /* queries of a row */
  gsize key_bytes;
  gsize score_bytes;
} AttentionPlan;

static void
attention_plan_init (AttentionPlan *self, const DipGraph *graph, const DipNode *node)
{
  guint n_last;

  dip_cpu_layout_init_value (&self->packed, graph, node->output);
  self->n_heads = node->attributes.n_heads;
  self->n_products =
      self->n_heads * dip_graph_get_value (graph, node->output)->shape.batch;
  self->head_size = self->packed.n_channels / self->n_heads;
  self->head_blocks = dip_cpu_count_blocks (self->head_size);
  self->needs_spread = self->n_heads > 1 && self->head_size % DIP_CPU_LANES != 0;
  dip_cpu_layout_init (&self->spread,
                       self->needs_spread
                           ? self->n_heads * self->head_blocks * DIP_CPU_LANES
                           : self->packed.n_channels,
                       self->packed.height, self->packed.width);
  self->n_across = self->packed.pitch - 2;
  n_last = (self->packed.height - 1) * self->packed.pitch + self->n_across;
  self->n_tokens = dip_cpu_count_blocks (n_last) * DIP_CPU_LANES;
  self->key_bytes =
      dip_align ((gsize) self->n_tokens * self->head_blocks * DIP_CPU_PIXEL_BYTES);
  self->score_bytes = dip_align ((gsize) self->n_tokens * self->packed.height *
                                 self->n_across * sizeof (float));
}

gsize
dip_cpu_attention_scratch (const DipGraph *graph, const DipNode *node)
{
  AttentionPlan plan;

  attention_plan_init (&plan, graph, node);
  return DIP_ALIGNMENT + plan.key_bytes + plan.score_bytes +
         (plan.needs_spread ? 4 * plan.spread.n_bytes : 0);
}

static void
record_transpose (DipRecorder *recorder,
                  const AttentionPlan *plan,
                  guint head,
                  const DipRange *k,
                  const DipRange *keys)
{
  const DipCpuLayout *layout = &plan->spread;
  DipCpuCall call = { &transpose };
  guint64 first = (guint64) head * plan->head_blocks * layout->plane +
                  dip_cpu_layout_get_origin (layout);
  struct DipCpuTranspose push = {
    .x = dip_range_get_address (k) + first * DIP_CPU_PIXEL_BYTES,
    .result = dip_range_get_address (keys),
    .plane = layout->plane,
    .n_blocks = plan->head_blocks,
  };

  dip_cpu_call_touch (&call, k, DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, keys, DIP_ACCESS_WRITE);
  dip_cpu_call_record (&call, recorder, &push, plan->n_tokens / DIP_CPU_LANES,
                       plan->head_blocks, 1);
}

static void
record_softmax (DipRecorder *recorder, const AttentionPlan *plan, const DipRange *scores)
{
  DipCpuCall call = { &softmax };
  struct DipCpuSoftmax push = {
    .x = dip_range_get_address (scores),
    .n_blocks = plan->n_tokens / DIP_CPU_LANES,
    .n_queries = plan->n_across * plan->spread.height,
    .n_across = plan->n_across,
    .width = plan->spread.width,
    .height = plan->spread.height,
    .pitch = plan->spread.pitch,
  };

  if (push.n_blocks <= DIP_CPU_SOFTMAX_BLOCKS)
    {
      call.kernel = &softmax_short;
      call.constants[0] = push.n_blocks;
      call.constants[1] = push.pitch;
      call.constants[2] = push.width;
      call.constants[3] = push.height;
      dip_cpu_fill_ids (push.ids);
    }
  dip_cpu_call_touch (&call, scores, DIP_ACCESS_READ_WRITE);
  dip_cpu_call_record (&call, recorder, &push, plan->n_across, plan->spread.height, 1);
}

/* A product whose rows are the queries. */
static void
product_init (DipCpuSum *self, const AttentionPlan *plan, const DipRange *zeros)
{
  *self = (DipCpuSum){
    .kernel = 1,
    .stride = 1,
    .n_sources = 1,
    .zeros = *zeros,
    .width = plan->spread.width,
    .height = plan->spread.height,
    .scale = 1,
    .share = 0.5 / plan->n_products,
  };
}

static void
record_scores (DipRecorder *recorder,
               const AttentionPlan *plan,
               guint head,
               const DipRange *q,
               const DipRange *keys,
               const DipRange *zeros,
               const DipRange *scores)
{
  const DipCpuLayout *layout = &plan->spread;
  DipCpuSum sum;

  product_init (&sum, plan, zeros);
  sum.sources[0] = (DipCpuSource){
    .range = *q,
    .first =
        head * plan->head_blocks * layout->plane + dip_cpu_layout_get_origin (layout),
    .n_blocks = plan->head_blocks,
    .pitch = layout->pitch,
    .plane = layout->plane,
  };
  sum.weights = *keys;
  sum.weight_block = plan->head_blocks * DIP_CPU_LANES;
  sum.result = *scores;
  sum.n_blocks = plan->n_tokens / DIP_CPU_LANES;
  sum.pitch = plan->n_across;
  sum.plane = plan->n_across * layout->height;
  sum.scale = 1 / sqrt (plan->head_size);
  dip_cpu_record_sum (recorder, &sum);
}

static void
record_mix (DipRecorder *recorder,
            const AttentionPlan *plan,
            guint head,
            const DipRange *scores,
            const DipRange *v,
            const DipRange *zeros,
            const DipRange *result)
{
  const DipCpuLayout *layout = &plan->spread;
  guint first =
      head * plan->head_blocks * layout->plane + dip_cpu_layout_get_origin (layout);
  DipCpuSum sum;

  product_init (&sum, plan, zeros);
  sum.sources[0] = (DipCpuSource){
    .range = *scores,
    .n_blocks = plan->n_tokens / DIP_CPU_LANES,
    .pitch = plan->n_across,
    .plane = plan->n_across * layout->height,
  };
  sum.weights = *v;
  sum.weight_first = first;
  sum.weight_block = layout->plane;
  sum.result = *result;
  sum.result_first = first;
  sum.n_blocks = plan->head_blocks;
  sum.pitch = layout->pitch;
  sum.plane = layout->plane;
  dip_cpu_record_sum (recorder, &sum);
}

static void
record_image (DipRecorder *recorder,
              const DipNodeSite *site,
              const AttentionPlan *plan,
              const DipRange *q,
              const DipRange *k,
              const DipRange *v,
              const DipRange *result)
{
  DipRange zeros = dip_range_slice (&site->scratch, 0, DIP_ALIGNMENT);
  DipRange keys = dip_range_slice (&site->scratch, DIP_ALIGNMENT, plan->key_bytes);
  DipRange scores = dip_range_slice (&site->scratch, DIP_ALIGNMENT + plan->key_bytes,
                                     plan->score_bytes);

  dip_recorder_fill (recorder, &zeros, 0);
  for (guint h = 0; h < plan->n_heads; h++)
    {
      record_transpose (recorder, plan, h, k, &keys);
      record_scores (recorder, plan, h, q, &keys, &zeros, &scores);
      record_softmax (recorder, plan, &scores);
      record_mix (recorder, plan, h, &scores, v, &zeros, result);
    }
}

/* The same with heads in blocks of their own. */
static void
record_spread (DipRecorder *recorder,
               const DipNodeSite *site,
               const AttentionPlan *plan,
               const DipRange inputs[3],
               const DipRange *result)
{
  gsize first = DIP_ALIGNMENT + plan->key_bytes + plan->score_bytes;
  guint size = plan->head_blocks * DIP_CPU_LANES;
  DipRange parts[4];

  for (guint i = 0; i < 4; i++)
    parts[i] = dip_range_slice (&site->scratch, first + i * plan->spread.n_bytes,
                                plan->spread.n_bytes);
  for (guint i = 0; i < 3; i++)
    dip_cpu_record_heads (recorder, &inputs[i], plan->head_size, &plan->spread, &parts[i],
                          size, plan->head_size);
  dip_cpu_record_border (recorder, &plan->spread, &parts[2]);
  record_image (recorder, site, plan, &parts[0], &parts[1], &parts[2], &parts[3]);
  dip_cpu_record_heads (recorder, &parts[3], size, &plan->packed, result, plan->head_size,
                        plan->head_size);
}

void
dip_cpu_record_attention (DipRecorder *recorder, const DipNodeSite *site)
{
  guint batch = dip_graph_get_value (site->graph, site->node->output)->shape.batch;
  AttentionPlan plan;

  attention_plan_init (&plan, site->graph, site->node);
  for (guint i = 0; i < batch; i++)
    {
      DipRange inputs[3] = {
        dip_cpu_layout_slice (&plan.packed, &site->x, i),
        dip_cpu_layout_slice (&plan.packed, &site->y, i),
        dip_cpu_layout_slice (&plan.packed, &site->z, i),
      };
      DipRange result = dip_cpu_layout_slice (&plan.packed, &site->output, i);

      if (plan.needs_spread)
        record_spread (recorder, site, &plan, inputs, &result);
      else
        record_image (recorder, site, &plan, &inputs[0], &inputs[1], &inputs[2], &result);
    }
}
