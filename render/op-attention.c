#include "render/op.h"

#include <math.h>

#include "shaders/shared.h"

#include "attention-scores.spv.h"
#include "attention-softmax.spv.h"
#include "attention-values.spv.h"

static const DipKernel scores = DIP_KERNEL (attention_scores, 3, struct DipPushAttention);
static const DipKernel softmax =
    DIP_KERNEL (attention_softmax, 1, struct DipPushAttention);
static const DipKernel values = DIP_KERNEL (attention_values, 3, struct DipPushAttention);

/* Bytes of scores at a time, whatever the picture's size.  More runs longer
 * pictures in fewer dispatches.
 */
#define MOST_SCORES (32 << 20)

/* How much of the scores is there at a time. */
typedef struct
{
  guint n_images;
  guint n_rows; /* queries of each head */
  gsize n_image_bytes;
} Part;

static gsize
round_up (gsize n)
{
  return (n + DIP_ALIGNMENT - 1) / DIP_ALIGNMENT * DIP_ALIGNMENT;
}

static Part
choose_part (const DipShape *shape, guint n_heads, const DipDeviceInfo *info)
{
  gsize most = MIN (MOST_SCORES, info->max_range);
  gsize length = (gsize) shape->height * shape->width;
  gsize row = n_heads * length * sizeof (float);
  Part part = { 1, length, 0 };

  if (length * row > most)
    part.n_rows = CLAMP (most / row / DIP_ATTENTION_TILE * DIP_ATTENTION_TILE, 1, 32768);
  part.n_image_bytes = round_up (part.n_rows * row);
  part.n_images = CLAMP (most / part.n_image_bytes, 1, shape->batch);

  return part;
}

gsize
dip_op_attention_get_scratch (const DipGraph *graph,
                              const DipNode *node,
                              const DipDeviceInfo *info)
{
  const DipShape *shape = &dip_graph_get_value (graph, node->output)->shape;
  Part part = choose_part (shape, node->attributes.n_heads, info);

  return part.n_images * part.n_image_bytes;
}

static DipOperand
cut_images (const DipNodeSite *site,
            const DipRange *range,
            DipAccess access,
            guint first,
            guint n)
{
  gsize image = range->n_bytes / dip_op_get_shape (site, site->node->output)->batch;

  return (DipOperand){ dip_range_slice (range, first * image, n * image), access };
}

static void
dispatch_pass (DipRecorder *recorder,
               const DipKernel *kernel,
               const DipOperand *operands,
               const struct DipPushAttention *push,
               guint n_x,
               guint n_y,
               guint n_z,
               double share)
{
  dip_recorder_dispatch (recorder, &(DipDispatch){ .kernel = kernel,
                                                   .operands = operands,
                                                   .n_operands = kernel->n_bindings,
                                                   .push = push,
                                                   .groups = { n_x, n_y, n_z },
                                                   .share = share });
}

static guint
count_tiles (guint n)
{
  return (n + DIP_ATTENTION_TILE - 1) / DIP_ATTENTION_TILE;
}

/* The three passes for some images and the rows push->first_row on. */
static void
record_part (DipRecorder *recorder,
             const DipNodeSite *site,
             const struct DipPushAttention *push,
             guint first_image,
             guint n_images,
             double share)
{
  gsize n_scores = (gsize) n_images * push->n_heads * push->n_rows * push->n_positions;
  DipRange scratch = dip_range_slice (&site->scratch, 0, n_scores * sizeof (float));
  DipOperand scoring[] = {
    { scratch, DIP_ACCESS_WRITE },
    cut_images (site, &site->x, DIP_ACCESS_READ, first_image, n_images),
    cut_images (site, &site->y, DIP_ACCESS_READ, first_image, n_images),
  };
  DipOperand normalising[] = { { scratch, DIP_ACCESS_READ_WRITE } };
  DipOperand summing[] = {
    cut_images (site, &site->output, DIP_ACCESS_WRITE, first_image, n_images),
    { scratch, DIP_ACCESS_READ },
    cut_images (site, &site->z, DIP_ACCESS_READ, first_image, n_images),
  };
  guint n_z = n_images * push->n_heads;

  dispatch_pass (recorder, &scores, scoring, push, count_tiles (push->n_positions),
                 count_tiles (push->n_rows), n_z, 0.4 * share);
  dispatch_pass (recorder, &softmax, normalising, push, push->n_rows, 1, n_z,
                 0.2 * share);
  dispatch_pass (recorder, &values, summing, push, count_tiles (push->n_rows),
                 count_tiles (push->head_size), n_z, 0.4 * share);
}

void
dip_op_attention (DipRecorder *recorder, const DipNodeSite *site)
{
  const DipDeviceInfo *info = dip_device_get_info (dip_recorder_get_device (recorder));
  const DipShape *shape = dip_op_get_shape (site, site->node->output);
  guint n_heads = site->node->attributes.n_heads;
  Part part = choose_part (shape, n_heads, info);
  guint length = shape->height * shape->width;
  struct DipPushAttention push = {
    .n_heads = n_heads,
    .head_size = shape->channels / n_heads,
    .n_positions = length,
    .stride = dip_op_get_stride (shape),
    .scale = 1.0 / sqrt (shape->channels / n_heads),
  };

  for (guint image = 0; image < shape->batch; image += part.n_images)
    for (guint row = 0; row < length; row += part.n_rows)
      {
        guint n_images = MIN (part.n_images, shape->batch - image);

        push.first_row = row;
        push.n_rows = MIN (part.n_rows, length - row);
        record_part (recorder, site, &push, image, n_images,
                     (double) n_images * push.n_rows / shape->batch / length);
      }
}
