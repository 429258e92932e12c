#include "render/device-notes.h"
#include "render/op-conv.h"

/* By invocation: more sums each load less and leave a GPU fewer invocations. */
static const DipConvTile scalar_tiles[] = {
  { 32, 32, 2, 4 }, { 64, 64, 4, 8 },  { 64, 64, 4, 4 },
  { 128, 8, 2, 4 }, { 128, 64, 8, 4 }, { 128, 128, 8, 8 },
};

/* By subgroup. */
static const DipConvTile matrix_tiles[] = {
  { 32, 32, 16, 16 },  { 128, 16, 32, 16 },  { 64, 32, 32, 16 },
  { 64, 64, 32, 32 },  { 128, 64, 32, 32 },  { 128, 64, 64, 32 },
  { 64, 128, 32, 64 }, { 128, 128, 64, 32 }, { 128, 128, 64, 64 },
};

G_STATIC_ASSERT (G_N_ELEMENTS (scalar_tiles) <= DIP_MAX_CONV_TILES);
G_STATIC_ASSERT (G_N_ELEMENTS (matrix_tiles) <= DIP_MAX_CONV_TILES);

static guint
count_parts (const DipConvTile *tile)
{
  return tile->n_pixels / tile->sub_pixels * (tile->n_out / tile->sub_out);
}

/* Bytes of shared memory, as the shaders declare it. */
static gsize
get_scalar_bytes (const DipConvTile *tile)
{
  return (tile->n_pixels * (DIP_CONV_DEPTH + 4) + DIP_CONV_DEPTH * tile->n_out) *
         sizeof (float);
}

static gsize
get_matrix_bytes (const DipConvTile *tile, const DipDeviceInfo *info)
{
  gsize n_halves = 2 * (tile->n_pixels * (DIP_CONV_MATRIX_DEPTH + 8) +
                        DIP_CONV_MATRIX_DEPTH * (tile->n_out + 8));
  gsize n_floats = count_parts (tile) * info->matrix_size[0] * (info->matrix_size[1] + 4);

  return n_halves * 2 + n_floats * sizeof (float);
}

static gboolean
fits (DipConvTile *tile, const DipDeviceInfo *info, DipOpStyle style)
{
  gsize n_bytes;

  if (style != DIP_OP_MATRIX)
    {
      tile->n_threads = count_parts (tile);
      n_bytes = get_scalar_bytes (tile);
    }
  else
    {
      if (tile->sub_pixels % info->matrix_size[0] != 0 ||
          tile->sub_out % info->matrix_size[1] != 0)
        return FALSE;
      tile->n_threads = count_parts (tile) * info->subgroup_size;
      n_bytes = get_matrix_bytes (tile, info);
    }

  return tile->n_threads <= info->max_invocations && n_bytes <= info->shared_memory;
}

guint
dip_op_conv_list_tiles (const DipDeviceInfo *info,
                        DipOpStyle style,
                        DipConvTile tiles[DIP_MAX_CONV_TILES])
{
  const DipConvTile *all = style == DIP_OP_MATRIX ? matrix_tiles : scalar_tiles;
  guint n_all =
      style == DIP_OP_MATRIX ? G_N_ELEMENTS (matrix_tiles) : G_N_ELEMENTS (scalar_tiles);
  guint n = 0;

  for (guint i = 0; i < n_all; i++)
    {
      tiles[n] = all[i];
      n += fits (&tiles[n], info, style);
    }

  return n;
}

char *
dip_op_conv_format_tile (const DipConvTile *tile)
{
  return g_strdup_printf ("%ux%u/%ux%u", tile->n_pixels, tile->n_out, tile->sub_pixels,
                          tile->sub_out);
}

char *
dip_op_conv_make_tile_key (const DipGraph *graph, const DipNode *node, DipOpStyle style)
{
  static const char *const names[] = { "float", "half", "matrix" };
  const DipShape *x = &dip_graph_get_value (graph, node->x)->shape;
  const DipShape *out = &dip_graph_get_value (graph, node->output)->shape;
  guint n_in = x->channels;

  if (node->y != DIP_NO_VALUE)
    n_in += dip_graph_get_value (graph, node->y)->shape.channels;

  return g_strdup_printf (
      "%s-%ux%u-stride%u%s-%u-%u-%ux%u-batch%u", names[style], node->attributes.kernel,
      node->attributes.kernel, node->attributes.stride, node->is_upsampling ? "-up" : "",
      n_in, out->channels, out->width, out->height, dip_op_conv_get_trial_batch (out));
}

/* A picture of this many pixels fills a GPU: more of a batch change no tile's merits. */
#define MANY_PIXELS 65536

guint
dip_op_conv_get_trial_batch (const DipShape *out)
{
  gsize n_pixels = (gsize) out->height * out->width;

  return CLAMP (MANY_PIXELS / n_pixels, 1, out->batch);
}

/* Large tiles reuse what they load more often; small pictures would leave most of one
 * empty.
 */
static guint
guess (const DipShape *out, const DipConvTile *tiles, guint n_tiles)
{
  gboolean is_small = (gsize) out->height * out->width < 1024 || out->channels < 48;
  guint wanted = is_small ? 32 : 64;

  for (guint i = 0; i < n_tiles; i++)
    if (out->channels <= DIP_CHANNEL_STEP && tiles[i].n_out == DIP_CHANNEL_STEP)
      return i;
  for (guint i = 0; i < n_tiles; i++)
    if (tiles[i].n_pixels == wanted && tiles[i].n_out == wanted)
      return i;

  return 0;
}

void
dip_op_conv_choose_tile (DipDevice *device,
                         const DipGraph *graph,
                         const DipNode *node,
                         DipOpStyle style,
                         DipConvTile *tile)
{
  const DipShape *out = &dip_graph_get_value (graph, node->output)->shape;
  g_autofree char *key = dip_op_conv_make_tile_key (graph, node, style);
  g_autofree char *noted = dip_device_notes_get (device, DIP_CONV_TILES, key);
  DipConvTile tiles[DIP_MAX_CONV_TILES];
  guint n_tiles = dip_op_conv_list_tiles (dip_device_get_info (device), style, tiles);

  g_assert (n_tiles > 0);
  *tile = tiles[guess (out, tiles, n_tiles)];
  for (guint i = 0; noted != NULL && i < n_tiles; i++)
    {
      g_autofree char *name = dip_op_conv_format_tile (&tiles[i]);

      if (g_str_equal (name, noted))
        *tile = tiles[i];
    }
}
