#include "render/cpu-winograd.h"

#include "cpu-conv.spv.h"

static const DipKernel conv = DIP_KERNEL (cpu_conv, 1, struct DipCpuConv);

/* Channels that one dispatch sums over, largest first.  Fewer cost speed
 * (starting and storing a tile takes as long as 16 channels of 3x3), more cost
 * time to compile (3x3: 1 s for 32, the first time on a machine, and 0.2 s for
 * every program), which the few layers with a stride do not bring in again.
 */
static const guint chunks_1x1[] = { 128, 96, 64, 32, 16, 8 };
static const guint chunks_3x3[] = { 16, 8 };
static const guint chunks_strided[] = { 16, 8 };

static guint
choose_chunk (const DipCpuSum *sum, guint n_channels)
{
  const guint *chunks = sum->kernel == 1  ? chunks_1x1
                        : sum->stride > 1 ? chunks_strided
                                          : chunks_3x3;

  while (*chunks > n_channels)
    chunks++;
  return *chunks;
}

static guint64
find_pixel (const DipRange *range, guint64 pixel)
{
  return dip_range_get_address (range) + pixel * DIP_CPU_PIXEL_BYTES;
}

/* The part of a sum's dispatch from tile @tile of row @row on, of the blocks of
 * @blocks.
 */
static void
record_piece (DipRecorder *recorder,
              DipCpuCall *call,
              const DipCpuSum *sum,
              const DipCpuSource *source,
              const struct DipCpuConv *push,
              const DipCpuPiece *blocks,
              guint tile,
              guint row)
{
  struct DipCpuConv piece = *push;
  guint flags = push->width >> 16;
  guint column = tile * DIP_CPU_TILE;
  guint64 result = (guint64) row * sum->pitch + column;
  guint n_tiles, n_rows;

  piece.x += ((guint64) (sum->is_up ? row / 2 : row * sum->stride) * source->pitch +
              (sum->is_up ? column / 2 : column * sum->stride)) *
             DIP_CPU_PIXEL_BYTES;
  piece.weight += (guint64) blocks->block * sum->weight_block * DIP_CPU_PIXEL_BYTES;
  piece.place = blocks->place + result;
  if (flags & DIP_CPU_CONV_HAS_BIAS)
    piece.bias += blocks->block * DIP_CPU_PIXEL_BYTES;
  if (flags & DIP_CPU_CONV_HAS_PIXELS)
    piece.start += ((guint64) blocks->block * sum->plane + result) * DIP_CPU_PIXEL_BYTES;
  if (flags & DIP_CPU_CONV_HAS_VECTORS)
    piece.start += (guint64) blocks->block * DIP_CPU_VECTOR_PLANE * DIP_CPU_PIXEL_BYTES;
  piece.width = flags << 16 | (sum->width - column);
  call->operands[0].range = blocks->range;
  n_tiles = MIN (dip_cpu_count_tiles (sum->width) - tile, DIP_CPU_PIECE);
  n_rows = MIN (sum->height - row, DIP_CPU_PIECE);
  if (sum->kernel == 1)
    dip_cpu_call_record (call, recorder, &piece, blocks->n_blocks, n_tiles, n_rows);
  else
    dip_cpu_call_record (call, recorder, &piece, n_tiles, n_rows, blocks->n_blocks);
}

/* What the sum starts from: bias and start in the first dispatch, what is there
 * already in the others.
 */
static guint
set_start (DipCpuCall *call,
           struct DipCpuConv *push,
           const DipCpuSum *sum,
           gboolean is_first)
{
  guint flags = 0;

  push->bias = push->start = dip_range_get_address (&sum->zeros);
  dip_cpu_call_touch (call, &sum->result,
                      is_first ? DIP_ACCESS_WRITE : DIP_ACCESS_READ_WRITE);
  dip_cpu_call_touch (call, &sum->zeros, DIP_ACCESS_READ);
  if (!is_first)
    {
      push->start = find_pixel (&sum->result, sum->result_first);
      return DIP_CPU_CONV_HAS_PIXELS;
    }
  if (sum->bias.buffer)
    {
      push->bias = dip_range_get_address (&sum->bias);
      dip_cpu_call_touch (call, &sum->bias, DIP_ACCESS_READ);
      flags |= DIP_CPU_CONV_HAS_BIAS;
    }
  if (sum->start_pixels.buffer)
    {
      push->start = find_pixel (&sum->start_pixels, sum->result_first);
      dip_cpu_call_touch (call, &sum->start_pixels, DIP_ACCESS_READ);
      flags |= DIP_CPU_CONV_HAS_PIXELS;
    }
  else if (sum->start_vectors.buffer)
    {
      push->start = find_pixel (&sum->start_vectors, DIP_CPU_VECTOR_PITCH + 1);
      dip_cpu_call_touch (call, &sum->start_vectors, DIP_ACCESS_READ);
      flags |= DIP_CPU_CONV_HAS_VECTORS;
    }
  return flags;
}

static double
count_channels (const DipCpuSum *sum)
{
  guint n_blocks = 0;

  for (guint s = 0; s < sum->n_sources; s++)
    n_blocks += sum->sources[s].n_blocks;
  return (double) n_blocks * DIP_CPU_LANES;
}

/* Adds @n_channels channels from channel @from of @source on, which is channel
 * @at of the weights.
 */
static void
record_chunk (DipRecorder *recorder,
              const DipCpuSum *sum,
              const DipCpuSource *source,
              guint from,
              guint at,
              guint n_channels,
              gboolean is_last)
{
  guint n_taps = sum->kernel * sum->kernel;
  DipCpuCall call = { &conv,
                      { 0, sum->kernel, sum->stride, sum->is_up },
                      .axis = sum->kernel == 1 ? 2 : 1 };
  guint64 plane = from / DIP_CPU_LANES;
  struct DipCpuConv push = {
    .x = find_pixel (&source->range, plane * source->plane + source->first),
    .weight = find_pixel (&sum->weights, sum->weight_first + (guint64) at * n_taps),
    .x_plane = source->plane,
    .result_plane = sum->plane,
    .weight_block = sum->weight_block,
    .pitches = source->pitch | sum->pitch << 16,
    .scale = is_last ? sum->scale : 1,
  };
  DipCpuPiece piece = { 0 };

  call.share = sum->share * n_channels / count_channels (sum);
  dip_cpu_set_n_channels (&call, recorder, n_channels, push.ids);
  push.width = set_start (&call, &push, sum, at == 0) << 16;
  dip_cpu_call_touch (&call, &source->range, DIP_ACCESS_READ);
  dip_cpu_call_touch (&call, &sum->weights, DIP_ACCESS_READ);
  while (dip_cpu_piece_next (&piece, recorder, &sum->result, sum->result_first,
                             sum->plane, sum->n_blocks))
    for (guint row = 0; row < sum->height; row += DIP_CPU_PIECE)
      for (guint tile = 0; tile < dip_cpu_count_tiles (sum->width); tile += DIP_CPU_PIECE)
        record_piece (recorder, &call, sum, source, &push, &piece, tile, row);
}

void
dip_cpu_record_sum (DipRecorder *recorder, const DipCpuSum *sum)
{
  guint at = 0;

  for (guint s = 0; s < sum->n_sources; s++)
    {
      const DipCpuSource *source = &sum->sources[s];
      guint n_channels = source->n_blocks * DIP_CPU_LANES;

      for (guint from = 0, n; from < n_channels; from += n, at += n)
        {
          n = dip_cpu_has_loops (recorder) ? n_channels
                                           : choose_chunk (sum, n_channels - from);
          record_chunk (recorder, sum, source, from, at, n,
                        s + 1 == sum->n_sources && from + n == n_channels);
        }
    }
}

/* With both a channel bias and a residual, their sum is made first. */
static gboolean
needs_start (const DipNode *node)
{
  return node->channel_bias != DIP_NO_VALUE && node->residual != DIP_NO_VALUE;
}

gsize
dip_cpu_conv_scratch (const DipGraph *graph, const DipNode *node)
{
  DipCpuLayout layout;

  if (dip_cpu_winograd_suits (graph, node))
    return dip_cpu_winograd_scratch (graph, node);
  if (!needs_start (node))
    return 0;
  dip_cpu_layout_init_value (&layout, graph, node->output);
  return layout.n_bytes;
}

static void
set_source (DipCpuSource *self,
            const DipNodeSite *site,
            DipValueId value,
            const DipRange *range,
            guint i)
{
  guint shift = 1 - site->node->attributes.pad_before;
  DipCpuLayout layout;

  dip_cpu_layout_init_value (&layout, site->graph, value);
  *self = (DipCpuSource){
    .range = dip_cpu_layout_slice (&layout, range, i),
    .first = shift * dip_cpu_layout_get_origin (&layout),
    .n_blocks = layout.n_blocks,
    .pitch = layout.pitch,
    .plane = layout.plane,
  };
}

static void
set_addends (DipRecorder *recorder,
             DipCpuSum *sum,
             const DipNodeSite *site,
             const DipCpuLayout *layout,
             guint i)
{
  if (site->residual.buffer)
    sum->start_pixels = dip_cpu_layout_slice (layout, &site->residual, i);
  if (site->channel_bias.buffer)
    {
      DipCpuLayout vector;

      dip_cpu_layout_init_value (&vector, site->graph, site->node->channel_bias);
      sum->start_vectors = dip_cpu_layout_slice (&vector, &site->channel_bias, i);
    }
  if (needs_start (site->node))
    {
      DipRange start = dip_range_slice (&site->scratch, 0, layout->n_bytes);

      dip_cpu_record_add_vector (recorder, layout, &sum->start_pixels,
                                 &sum->start_vectors, &start);
      sum->start_pixels = start;
    }
}

static void
record_image (DipRecorder *recorder, const DipNodeSite *site, guint i)
{
  const DipNode *node = site->node;
  DipCpuSum sum = {
    .kernel = node->attributes.kernel,
    .stride = node->attributes.stride,
    .is_up = node->is_upsampling,
    .weights = site->packs[0],
    .zeros =
        dip_range_slice (&site->packs[0], site->packs[0].n_bytes - DIP_CPU_PIXEL_BYTES,
                         DIP_CPU_PIXEL_BYTES),
    .scale = node->attributes.scale,
    .share = 1.0 / dip_graph_get_value (site->graph, node->output)->shape.batch,
  };
  guint n_taps = sum.kernel * sum.kernel;
  DipCpuLayout layout;

  dip_cpu_layout_init_value (&layout, site->graph, node->output);
  set_source (&sum.sources[sum.n_sources++], site, node->x, &site->x, i);
  if (node->y != DIP_NO_VALUE)
    set_source (&sum.sources[sum.n_sources++], site, node->y, &site->y, i);
  for (guint s = 0; s < sum.n_sources; s++)
    sum.weight_block += sum.sources[s].n_blocks * DIP_CPU_LANES * n_taps;
  if (node->bias != DIP_NO_WEIGHT)
    sum.bias = site->packs[1];
  sum.result = dip_cpu_layout_slice (&layout, &site->output, i);
  sum.result_first = dip_cpu_layout_get_origin (&layout);
  sum.n_blocks = layout.n_blocks;
  sum.width = layout.width;
  sum.height = layout.height;
  sum.pitch = layout.pitch;
  sum.plane = layout.plane;
  set_addends (recorder, &sum, site, &layout, i);
  dip_cpu_record_sum (recorder, &sum);
}

void
dip_cpu_record_conv (DipRecorder *recorder, const DipNodeSite *site)
{
  guint batch = dip_graph_get_value (site->graph, site->node->output)->shape.batch;

  if (dip_cpu_winograd_suits (site->graph, site->node))
    {
      dip_cpu_record_winograd (recorder, site);
      return;
    }
  for (guint i = 0; i < batch; i++)
    record_image (recorder, site, i);
}
