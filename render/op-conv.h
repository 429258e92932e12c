#pragma once

#include "render/op.h"

G_BEGIN_DECLS

/* The convolution's tiles: how a workgroup divides its work.  Which is fastest depends
 * on the device and the shapes, so there are several, and tuning times them.  None
 * changes a result: every sum is made in the same order.
 */
typedef struct
{
  guint n_pixels;   /* of a workgroup */
  guint n_out;      /* output channels */
  guint sub_pixels; /* of an invocation, or with matrices of a subgroup */
  guint sub_out;
  guint n_threads; /* invocations; follows from the rest */
} DipConvTile;

/* All tiles that run on the device, at most DIP_MAX_CONV_TILES; returns how many. */
#define DIP_MAX_CONV_TILES 12

guint dip_op_conv_list_tiles (const DipDeviceInfo *info,
                              DipOpStyle style,
                              DipConvTile tiles[DIP_MAX_CONV_TILES]);

/* The one that was noted as the fastest for such a node, else a guess. */
void dip_op_conv_choose_tile (DipDevice *device,
                              const DipGraph *graph,
                              const DipNode *node,
                              DipOpStyle style,
                              DipConvTile *tile);

/* Where it is noted (device-notes.h): section DIP_CONV_TILES, this key; the value is
 * dip_op_conv_format_tile()'s.  Both free with g_free().
 */
#define DIP_CONV_TILES "tiles"

char *
dip_op_conv_make_tile_key (const DipGraph *graph, const DipNode *node, DipOpStyle style);
char *dip_op_conv_format_tile (const DipConvTile *tile);

/* Images of @out's batch that are enough to find the fastest tile with. */
guint dip_op_conv_get_trial_batch (const DipShape *out);

/* Times the tiles for every convolution of @graph that has none noted, and notes the
 * fastest.  Does nothing on CPU devices, whose time is not these kernels' (unless the
 * environment has DIPTYCH_TUNE), and where there are no timestamps.
 */
gboolean dip_op_conv_tune (DipDevice *device,
                           const DipFamily *family,
                           DipOpStyle style,
                           const DipGraph *graph,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
