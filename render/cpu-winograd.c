#include "render/cpu-winograd.h"

#include <math.h>

#include "cpu-winograd-in.spv.h"
#include "cpu-winograd-out.spv.h"
#include "cpu-winograd-sum.spv.h"

static const DipKernel in = DIP_KERNEL (cpu_winograd_in, 1, struct DipCpuWinogradIn);
static const DipKernel sum = DIP_KERNEL (cpu_winograd_sum, 1, struct DipCpuWinogradSum);
static const DipKernel out = DIP_KERNEL (cpu_winograd_out, 1, struct DipCpuWinogradOut);

#define TILE DIP_CPU_WINOGRAD_TILE
#define INPUTS DIP_CPU_WINOGRAD_INPUTS
#define PRODUCTS DIP_CPU_WINOGRAD_PRODUCTS
#define GROUP DIP_CPU_WINOGRAD_GROUP
#define VECTORS DIP_CPU_WINOGRAD_VECTORS

/* Smaller pictures and thinner sums lose more to the transforms than they win by fewer
 * multiplications.  Pictures of fewer tiles than LARGE_SIZE has read the weights, four
 * times as large, for a few multiplications each: where these do not stay in the cache,
 * that costs more than it brings.
 */
#define LEAST_SIZE 8
#define LARGE_SIZE 32
#define LEAST_CHANNELS 32
#define MOST_WEIGHTS_SMALL (256 * 256)

/* Channels that one dispatch sums over: see cpu-conv.c. */
static const guint chunks[] = { 128, 64, 32, 16, 8 };

/* Scratch for a band of rows of tiles.  More does not stay in the cache, less
 * costs dispatches.
 */
#define BAND_BYTES (12 << 20)

/* Vectors in a line of the cache. */
#define LINE_VECTORS (64 / DIP_CPU_PIXEL_BYTES)

/* The ids of the kernels reach 256 workgroups. */
#define MOST_ACROSS 256

/* The products of a band are bound whole: no more than Vulkan promises for that. */
#define MOST_BOUND ((gsize) 1 << 27)

/* Where everything of one image lies.  Products are in scratch: those of the
 * inputs, then those of the outputs.
 */
typedef struct
{
  DipCpuLayout layout; /* of the output */
  guint n_x_blocks;    /* of the first input ... */
  guint n_in_blocks;   /* ... and of both */
  guint n_out_blocks;  /* rounded up to pairs */
  guint n_across;      /* tiles */
  guint n_down;
  guint n_band;    /* rows of tiles in a band */
  guint n_groups;  /* of tiles in a band */
  gsize in_group;  /* vectors from group to group of the inputs' products ... */
  gsize in_stride; /* ... and from product to product */
  gsize out_group; /* the same of the outputs' */
  gsize out_stride;
  gsize in_bytes;
  gsize out_bytes;
} WinogradPlan;

static guint
divide_up (guint a, guint b)
{
  return (a + b - 1) / b;
}

static gsize
count_row_bytes (const WinogradPlan *self)
{
  return (gsize) PRODUCTS * self->n_across * (self->n_in_blocks + self->n_out_blocks) *
         DIP_CPU_PIXEL_BYTES;
}

/* The transforms go through all products of a tile, which would all want the same few
 * lines of the cache if they were a power of two apart: an odd number of lines lets them
 * go through all.
 */
static gsize
spread_products (gsize n_vectors)
{
  return (divide_up (n_vectors, LINE_VECTORS) | 1) * LINE_VECTORS;
}

static void
winograd_plan_init (WinogradPlan *self, const DipGraph *graph, const DipNode *node)
{
  DipCpuLayout x;

  dip_cpu_layout_init_value (&self->layout, graph, node->output);
  dip_cpu_layout_init_value (&x, graph, node->x);
  self->n_x_blocks = self->n_in_blocks = x.n_blocks;
  if (node->y != DIP_NO_VALUE)
    {
      dip_cpu_layout_init_value (&x, graph, node->y);
      self->n_in_blocks += x.n_blocks;
    }
  self->n_out_blocks = divide_up (self->layout.n_blocks, VECTORS) * VECTORS;
  /* All columns of the layout are written, those beside the picture too. */
  self->n_across = (self->layout.pitch - 2) / TILE;
  self->n_down = divide_up (self->layout.height, TILE);
  self->n_band = CLAMP (BAND_BYTES / count_row_bytes (self), 1,
                        MOST_ACROSS * GROUP / self->n_across);
  self->n_band = divide_up (self->n_down, divide_up (self->n_down, self->n_band));
  self->n_groups = divide_up (self->n_band * self->n_across, GROUP);
  self->in_group = (gsize) self->n_in_blocks * GROUP;
  self->in_stride = spread_products (self->n_groups * self->in_group);
  self->in_bytes = dip_align (PRODUCTS * self->in_stride * DIP_CPU_PIXEL_BYTES);
  self->out_group = (gsize) self->n_out_blocks * GROUP;
  self->out_stride = spread_products (self->n_groups * self->out_group);
  self->out_bytes = dip_align (PRODUCTS * self->out_stride * DIP_CPU_PIXEL_BYTES);
}

/* Of both inputs. */
static guint
count_channels (const DipGraph *graph, const DipNode *node)
{
  guint n = dip_graph_get_value (graph, node->x)->shape.channels;

  return node->y == DIP_NO_VALUE
             ? n
             : n + dip_graph_get_value (graph, node->y)->shape.channels;
}

static gboolean
can_bind (const DipGraph *graph, const DipNode *node)
{
  WinogradPlan plan;

  winograd_plan_init (&plan, graph, node);
  return MAX (plan.in_bytes, plan.out_bytes) <= MOST_BOUND;
}

gboolean
dip_cpu_winograd_suits (const DipGraph *graph, const DipNode *node)
{
  const DipShape *shape;

  if (node->op != DIP_OP_CONV2D || node->attributes.kernel != 3 ||
      node->attributes.stride != 1 || node->attributes.pad_before != 1 ||
      node->attributes.pad_after != 1)
    return FALSE;

  shape = &dip_graph_get_value (graph, node->output)->shape;
  if (MIN (shape->height, shape->width) < LARGE_SIZE &&
      count_channels (graph, node) * shape->channels > MOST_WEIGHTS_SMALL)
    return FALSE;
  return shape->height >= LEAST_SIZE && shape->width >= LEAST_SIZE &&
         shape->width <= MOST_ACROSS * TILE && shape->channels >= LEAST_CHANNELS &&
         shape->channels <= MOST_ACROSS * VECTORS * DIP_CPU_LANES &&
         dip_graph_get_value (graph, node->x)->shape.channels >= LEAST_CHANNELS &&
         dip_graph_get_value (graph, node->x)->shape.channels <=
             MOST_ACROSS * DIP_CPU_LANES &&
         can_bind (graph, node);
}

gsize
dip_cpu_winograd_scratch (const DipGraph *graph, const DipNode *node)
{
  WinogradPlan plan;

  winograd_plan_init (&plan, graph, node);
  return plan.in_bytes + plan.out_bytes;
}

/* Weights --------------------------------------------------------------- */

/* G of the points 0, +-1/sqrt (2), +-sqrt (2) and infinity. */
static const double g_matrix[INPUTS][3] = {
  { 1.0, 0.0, 0.0 },
  { -2.0 / 3.0, -M_SQRT2 / 3.0, -1.0 / 3.0 },
  { -2.0 / 3.0, M_SQRT2 / 3.0, -1.0 / 3.0 },
  { 1.0 / 6.0, M_SQRT2 / 6.0, 1.0 / 3.0 },
  { 1.0 / 6.0, -M_SQRT2 / 6.0, 1.0 / 3.0 },
  { 0.0, 0.0, 1.0 },
};

/* G g G^T; @to is one float of every product, @stride floats apart. */
static void
transform_kernel (const float g[9], float *to, gsize stride)
{
  double half_done[INPUTS][3];

  for (guint i = 0; i < INPUTS; i++)
    for (guint k = 0; k < 3; k++)
      half_done[i][k] =
          g_matrix[i][0] * g[k] + g_matrix[i][1] * g[3 + k] + g_matrix[i][2] * g[6 + k];
  for (guint i = 0; i < INPUTS; i++)
    for (guint j = 0; j < INPUTS; j++)
      to[(i * INPUTS + j) * stride] = half_done[i][0] * g_matrix[j][0] +
                                      half_done[i][1] * g_matrix[j][1] +
                                      half_done[i][2] * g_matrix[j][2];
}

gsize
dip_cpu_winograd_count_weights (const DipGraph *graph, const DipNode *node)
{
  WinogradPlan plan;

  winograd_plan_init (&plan, graph, node);
  return ((gsize) PRODUCTS * plan.n_out_blocks * plan.n_in_blocks * DIP_CPU_LANES + 1) *
         DIP_CPU_LANES;
}

void
dip_cpu_winograd_fill_weights (const DipGraph *graph,
                               const DipNode *node,
                               const float *data,
                               float *pack)
{
  guint n_out = dip_graph_get_value (graph, node->output)->shape.channels;
  guint n_x = dip_graph_get_value (graph, node->x)->shape.channels;
  guint n_in = n_x;
  guint width = VECTORS * DIP_CPU_LANES;
  guint gap; /* channels that pad x */
  WinogradPlan plan;
  gsize n_rows;

  if (node->y != DIP_NO_VALUE)
    n_in += dip_graph_get_value (graph, node->y)->shape.channels;
  winograd_plan_init (&plan, graph, node);
  gap = plan.n_x_blocks * DIP_CPU_LANES - n_x;
  n_rows = plan.n_in_blocks * DIP_CPU_LANES;
  for (guint o = 0; o < n_out; o++)
    for (guint i = 0; i < n_in; i++)
      {
        gsize row = (o / width) * n_rows + i + (i >= n_x ? gap : 0);

        transform_kernel (data + ((gsize) o * n_in + i) * 9,
                          pack + row * width + o % width,
                          plan.n_out_blocks * DIP_CPU_LANES * n_rows);
      }
}

/* Recording ------------------------------------------------------------- */

static void
record_in (DipRecorder *recorder,
           const DipNodeSite *site,
           const WinogradPlan *plan,
           DipValueId value,
           const DipRange *image,
           guint first_block,
           guint first_row,
           guint n_rows,
           const DipRange *products)
{
  DipCpuCall call = { &in, { site->node->is_upsampling } };
  DipCpuLayout layout;
  struct DipCpuWinogradIn push;

  dip_cpu_layout_init_value (&layout, site->graph, value);
  push = (struct DipCpuWinogradIn){
    .x = dip_range_get_address (image),
    .x_pitch = layout.pitch,
    .x_plane = layout.plane,
    .width = plan->layout.width,
    .last_row = plan->layout.height + 1,
    .first_row = first_row,
    .n_across = plan->n_across,
    .place = first_block * GROUP,
    .group = plan->in_group,
    .stride = plan->in_stride,
  };
  dip_cpu_fill_ids (push.ids);
  dip_cpu_call_touch (&call, products, DIP_ACCESS_WRITE);
  dip_cpu_call_touch (&call, image, DIP_ACCESS_READ);
  dip_cpu_call_record (&call, recorder, &push, plan->n_across, n_rows, layout.n_blocks);
}

static void
record_sum (DipRecorder *recorder,
            const DipNodeSite *site,
            const WinogradPlan *plan,
            guint n_rows,
            double share,
            const DipRange *from,
            const DipRange *to)
{
  guint n_in = plan->n_in_blocks * DIP_CPU_LANES;
  const DipRange *weights = &site->packs[0];
  guint n;

  for (guint at = 0; at < n_in; at += n)
    {
      const guint *chunk = chunks;
      DipCpuCall call = { &sum };
      struct DipCpuWinogradSum push;

      while (*chunk > n_in - at)
        chunk++;
      n = dip_cpu_has_loops (recorder) ? n_in : *chunk;
      push = (struct DipCpuWinogradSum){
        .x = dip_range_get_address (from) +
             (gsize) at / DIP_CPU_LANES * GROUP * DIP_CPU_PIXEL_BYTES,
        .weight =
            dip_range_get_address (weights) + (gsize) at * VECTORS * DIP_CPU_PIXEL_BYTES,
        .start = at > 0 ? dip_range_get_address (to)
                        : dip_range_get_address (weights) + weights->n_bytes -
                              DIP_CPU_PIXEL_BYTES,
        .x_group = plan->in_group,
        .x_stride = plan->in_stride,
        .weight_group = n_in * VECTORS,
        .weight_stride = n_in * plan->n_out_blocks,
        .group = plan->out_group,
        .stride = plan->out_stride,
        .has_start = at > 0,
      };
      call.share = share * n / n_in;
      dip_cpu_set_n_channels (&call, recorder, n, push.ids);
      dip_cpu_call_touch (&call, to, at > 0 ? DIP_ACCESS_READ_WRITE : DIP_ACCESS_WRITE);
      dip_cpu_call_touch (&call, from, DIP_ACCESS_READ);
      dip_cpu_call_touch (&call, weights, DIP_ACCESS_READ);
      /* Along the products, which every number of subgroups divides: one kernel does. */
      call.axis = 2;
      dip_cpu_call_record (&call, recorder, &push,
                           divide_up (n_rows * plan->n_across, GROUP),
                           plan->n_out_blocks / VECTORS, PRODUCTS);
    }
}

/* What is added to the sums, for blocks from @block on. */
static void
set_addends (DipCpuCall *call,
             struct DipCpuWinogradOut *push,
             const DipNodeSite *site,
             const DipCpuLayout *layout,
             guint i,
             guint block)
{
  VkDeviceAddress zeros = dip_range_get_address (&site->packs[0]) +
                          site->packs[0].n_bytes - DIP_CPU_PIXEL_BYTES;
  guint flags = 0;

  push->bias = push->start = push->vectors = zeros;
  dip_cpu_call_touch (call, &site->packs[0], DIP_ACCESS_READ);
  if (site->node->bias != DIP_NO_WEIGHT)
    {
      push->bias = dip_range_get_address (&site->packs[1]) + block * DIP_CPU_PIXEL_BYTES;
      dip_cpu_call_touch (call, &site->packs[1], DIP_ACCESS_READ);
      flags |= DIP_CPU_CONV_HAS_BIAS;
    }
  if (site->residual.buffer != NULL)
    {
      DipRange image = dip_cpu_layout_slice (layout, &site->residual, i);

      push->start = dip_range_get_address (&image) +
                    ((gsize) block * layout->plane + dip_cpu_layout_get_origin (layout)) *
                        DIP_CPU_PIXEL_BYTES;
      dip_cpu_call_touch (call, &image, DIP_ACCESS_READ);
      flags |= DIP_CPU_CONV_HAS_PIXELS;
    }
  if (site->channel_bias.buffer != NULL)
    {
      DipCpuLayout vector;
      DipRange image;

      dip_cpu_layout_init_value (&vector, site->graph, site->node->channel_bias);
      image = dip_cpu_layout_slice (&vector, &site->channel_bias, i);
      push->vectors = dip_range_get_address (&image) +
                      ((gsize) block * DIP_CPU_VECTOR_PLANE + DIP_CPU_VECTOR_PITCH + 1) *
                          DIP_CPU_PIXEL_BYTES;
      dip_cpu_call_touch (call, &image, DIP_ACCESS_READ);
      flags |= DIP_CPU_CONV_HAS_VECTORS;
    }
  push->pitch = layout->pitch | flags << 16;
}

static void
record_out (DipRecorder *recorder,
            const DipNodeSite *site,
            const WinogradPlan *plan,
            guint i,
            guint first_row,
            guint n_rows,
            const DipRange *products)
{
  const DipCpuLayout *layout = &plan->layout;
  DipRange image = dip_cpu_layout_slice (layout, &site->output, i);
  DipCpuPiece piece = { 0 };

  while (dip_cpu_piece_next (&piece, recorder, &image, dip_cpu_layout_get_origin (layout),
                             layout->plane, layout->n_blocks))
    {
      DipCpuCall call = { &out };
      struct DipCpuWinogradOut push = {
        .x = dip_range_get_address (products) +
             (gsize) piece.block * GROUP * DIP_CPU_PIXEL_BYTES,
        .x_group = plan->out_group,
        .x_stride = plan->out_stride,
        .plane = layout->plane,
        .rows = layout->height | first_row << 16,
        .columns = layout->width | plan->n_across << 16,
        .place = piece.place,
        .scale = site->node->attributes.scale,
      };

      dip_cpu_fill_ids (push.ids);
      dip_cpu_call_touch (&call, &piece.range, DIP_ACCESS_WRITE);
      dip_cpu_call_touch (&call, products, DIP_ACCESS_READ);
      set_addends (&call, &push, site, layout, i, piece.block);
      dip_cpu_call_record (&call, recorder, &push, plan->n_across, n_rows,
                           piece.n_blocks);
    }
}

static void
record_image (DipRecorder *recorder,
              const DipNodeSite *site,
              const WinogradPlan *plan,
              guint i)
{
  const DipNode *node = site->node;
  guint batch = dip_graph_get_value (site->graph, node->output)->shape.batch;
  DipRange from = dip_range_slice (&site->scratch, 0, plan->in_bytes);
  DipRange to = dip_range_slice (&site->scratch, plan->in_bytes, plan->out_bytes);
  DipCpuLayout layout;
  DipRange x;

  for (guint row = 0; row < plan->n_down; row += plan->n_band)
    {
      guint n_rows = MIN (plan->n_band, plan->n_down - row);

      dip_cpu_layout_init_value (&layout, site->graph, node->x);
      x = dip_cpu_layout_slice (&layout, &site->x, i);
      record_in (recorder, site, plan, node->x, &x, 0, row, n_rows, &from);
      if (node->y != DIP_NO_VALUE)
        {
          dip_cpu_layout_init_value (&layout, site->graph, node->y);
          x = dip_cpu_layout_slice (&layout, &site->y, i);
          record_in (recorder, site, plan, node->y, &x, plan->n_x_blocks, row, n_rows,
                     &from);
        }
      record_sum (recorder, site, plan, n_rows, (double) n_rows / plan->n_down / batch,
                  &from, &to);
      record_out (recorder, site, plan, i, row, n_rows, &to);
    }
}

void
dip_cpu_record_winograd (DipRecorder *recorder, const DipNodeSite *site)
{
  guint batch = dip_graph_get_value (site->graph, site->node->output)->shape.batch;
  WinogradPlan plan;

  winograd_plan_init (&plan, site->graph, site->node);
  for (guint i = 0; i < batch; i++)
    record_image (recorder, site, &plan, i);
}
