#include "render/cpu-winograd.h"

#include <string.h>

/* What a kernel may read past the last plane: the columns that a tile of a
 * strided convolution has beyond the picture.  They are never used.
 */
#define SLACK 512

guint
dip_cpu_count_blocks (guint n_channels)
{
  return (n_channels + DIP_CPU_LANES - 1) / DIP_CPU_LANES;
}

guint
dip_cpu_count_tiles (guint width)
{
  return (width + DIP_CPU_TILE - 1) / DIP_CPU_TILE;
}

void
dip_cpu_layout_init (DipCpuLayout *self, guint n_channels, guint height, guint width)
{
  self->n_channels = n_channels;
  self->n_blocks = dip_cpu_count_blocks (n_channels);
  self->height = height;
  self->width = width;
  self->pitch = dip_cpu_count_tiles (width) * DIP_CPU_TILE + 2;
  self->plane = (height + 2) * self->pitch;
  self->n_bytes =
      dip_align ((gsize) self->n_blocks * self->plane * DIP_CPU_PIXEL_BYTES + SLACK);
}

void
dip_cpu_layout_init_shape (DipCpuLayout *self, const DipShape *shape)
{
  dip_cpu_layout_init (self, shape->channels, shape->height, shape->width);
}

void
dip_cpu_layout_init_value (DipCpuLayout *self, const DipGraph *graph, DipValueId value)
{
  dip_cpu_layout_init_shape (self, &dip_graph_get_value (graph, value)->shape);
}

DipRange
dip_cpu_layout_slice (const DipCpuLayout *self, const DipRange *value, guint i)
{
  return dip_range_slice (value, i * self->n_bytes, self->n_bytes);
}

guint
dip_cpu_layout_get_origin (const DipCpuLayout *self)
{
  return self->pitch + 1;
}

gsize
dip_cpu_value_size (const DipShape *shape)
{
  DipCpuLayout layout;

  dip_cpu_layout_init_shape (&layout, shape);
  return shape->batch * layout.n_bytes;
}

/* A block of channels; images are cut between blocks (dip_cpu_piece_next()). */
gsize
dip_cpu_bound_size (const DipShape *shape)
{
  DipCpuLayout layout;

  dip_cpu_layout_init_shape (&layout, shape);
  return (gsize) layout.plane * DIP_CPU_PIXEL_BYTES + DIP_ALIGNMENT;
}

/* Floats from an image's start to the first of a row of one channel. */
static gsize
find_row (const DipCpuLayout *layout, guint channel, guint row)
{
  gsize pixel = (gsize) (channel / DIP_CPU_LANES) * layout->plane +
                (gsize) row * layout->pitch + dip_cpu_layout_get_origin (layout);

  return pixel * DIP_CPU_LANES + channel % DIP_CPU_LANES;
}

void
dip_cpu_pack_value (const DipShape *shape, const float *nchw, gpointer bytes)
{
  DipCpuLayout layout;

  dip_cpu_layout_init_shape (&layout, shape);
  memset (bytes, 0, shape->batch * layout.n_bytes);
  for (guint b = 0; b < shape->batch; b++)
    {
      float *image = (float *) ((char *) bytes + b * layout.n_bytes);

      for (guint c = 0; c < shape->channels; c++)
        for (guint r = 0; r < shape->height; r++)
          {
            float *row = image + find_row (&layout, c, r);

            for (guint i = 0; i < shape->width; i++)
              row[(gsize) i * DIP_CPU_LANES] = *nchw++;
          }
    }
}

void
dip_cpu_unpack_value (const DipShape *shape, gconstpointer bytes, float *nchw)
{
  DipCpuLayout layout;

  dip_cpu_layout_init_shape (&layout, shape);
  for (guint b = 0; b < shape->batch; b++)
    {
      const float *image = (const float *) ((const char *) bytes + b * layout.n_bytes);

      for (guint c = 0; c < shape->channels; c++)
        for (guint r = 0; r < shape->height; r++)
          {
            const float *row = image + find_row (&layout, c, r);

            for (guint i = 0; i < shape->width; i++)
              *nchw++ = row[(gsize) i * DIP_CPU_LANES];
          }
    }
}

/* Packs ----------------------------------------------------------------- */

/* Channels of x, then of y, each rounded up to blocks. */
static void
count_inputs (const DipGraph *graph, const DipNode *node, guint *n_x, guint *n_y)
{
  *n_x = dip_graph_get_value (graph, node->x)->shape.channels;
  *n_y =
      node->y == DIP_NO_VALUE ? 0 : dip_graph_get_value (graph, node->y)->shape.channels;
}

static guint
count_taps (const DipNode *node)
{
  return node->op == DIP_OP_CONV2D ? node->attributes.kernel * node->attributes.kernel
                                   : 1;
}

static void
add_pack (DipPack *packs,
          guint *n_packs,
          DipWeightId weight,
          const char *format,
          gsize n_floats)
{
  if (weight == DIP_NO_WEIGHT)
    return;
  packs[(*n_packs)++] = (DipPack){ weight, format, n_floats * sizeof (float) };
}

static gsize
count_matrix_floats (const DipGraph *graph, const DipNode *node)
{
  guint n_out = dip_graph_get_value (graph, node->output)->shape.channels;
  gsize n_vectors = dip_cpu_count_blocks (n_out);
  guint n_x, n_y;

  count_inputs (graph, node, &n_x, &n_y);
  if (node->op == DIP_OP_CONV2D)
    n_vectors *=
        (dip_cpu_count_blocks (n_x) + dip_cpu_count_blocks (n_y)) * DIP_CPU_LANES;
  else
    n_vectors *= n_x;
  return (n_vectors * count_taps (node) + 1) * DIP_CPU_LANES;
}

static void
list_matrix_packs (const DipGraph *graph,
                   const DipNode *node,
                   DipPack *packs,
                   guint *n_packs)
{
  guint n_out = dip_graph_get_value (graph, node->output)->shape.channels;
  const char *format = "cpu linear [out/8][in][8]";
  gsize n_floats;

  if (dip_cpu_winograd_suits (graph, node))
    {
      format = node->y == DIP_NO_VALUE ? "cpu winograd [36][out/16][in][16]"
                                       : "cpu winograd [36][out/16][x, y][16]";
      n_floats = dip_cpu_winograd_count_weights (graph, node);
    }
  else
    n_floats = count_matrix_floats (graph, node);
  if (node->op == DIP_OP_CONV2D && !dip_cpu_winograd_suits (graph, node))
    format = node->y == DIP_NO_VALUE ? "cpu conv [out/8][in][tap][8]"
                                     : "cpu conv [out/8][x, y][tap][8]";
  add_pack (packs, n_packs, node->weight, format, n_floats);
  add_pack (packs, n_packs, node->bias, "cpu vector",
            dip_cpu_count_blocks (n_out) * DIP_CPU_LANES);
}

guint
dip_cpu_list_packs (const DipGraph *graph, const DipNode *node, DipPack *packs)
{
  guint n_packs = 0;

  if (node->op == DIP_OP_CONV2D || node->op == DIP_OP_LINEAR)
    list_matrix_packs (graph, node, packs, &n_packs);
  else if (node->op == DIP_OP_GROUP_NORM)
    {
      guint n = dip_graph_get_value (graph, node->output)->shape.channels;
      gsize n_floats = dip_cpu_count_blocks (n) * DIP_CPU_LANES;

      add_pack (packs, &n_packs, node->weight, "cpu vector", n_floats);
      add_pack (packs, &n_packs, node->bias, "cpu vector", n_floats);
    }
  return n_packs;
}

/* [out/8][in][tap][8] from (out, in, tap); channels that are not there are zero. */
static void
fill_matrix (const DipGraph *graph, const DipNode *node, const float *data, float *pack)
{
  guint n_out = dip_graph_get_value (graph, node->output)->shape.channels;
  guint n_taps = count_taps (node);
  guint n_x, n_y;
  gsize n_in;
  guint gap; /* channels that pad x */

  count_inputs (graph, node, &n_x, &n_y);
  gap = dip_cpu_count_blocks (n_x) * DIP_CPU_LANES - n_x;
  n_in = node->op == DIP_OP_CONV2D
             ? (dip_cpu_count_blocks (n_x) + dip_cpu_count_blocks (n_y)) * DIP_CPU_LANES
             : n_x;
  for (guint o = 0; o < n_out; o++)
    for (guint i = 0; i < n_x + n_y; i++)
      {
        gsize to = (o / DIP_CPU_LANES) * n_in + i + (i >= n_x ? gap : 0);

        for (guint t = 0; t < n_taps; t++)
          pack[(to * n_taps + t) * DIP_CPU_LANES + o % DIP_CPU_LANES] = *data++;
      }
}

void
dip_cpu_fill_pack (const DipGraph *graph, const DipNode *node, guint i, gpointer bytes)
{
  DipPack packs[DIP_MAX_PACKS];
  guint n_packs = dip_cpu_list_packs (graph, node, packs);
  const DipWeight *weight;

  g_assert (i < n_packs);
  weight = dip_graph_get_weight (graph, packs[i].weight);
  memset (bytes, 0, packs[i].n_bytes);
  if (packs[i].weight == node->weight &&
      (node->op == DIP_OP_CONV2D || node->op == DIP_OP_LINEAR))
    {
      if (dip_cpu_winograd_suits (graph, node))
        dip_cpu_winograd_fill_weights (graph, node, weight->data, bytes);
      else
        fill_matrix (graph, node, weight->data, bytes);
    }
  else
    memcpy (bytes, weight->data, dip_weight_get_n_elements (weight) * sizeof (float));
}
