#pragma once

#include "app/runs/take.h"

G_BEGIN_DECLS

/* Opens pictures as a pair.  All of it blocks on the disk and may run on any thread. */

/* A picture of three channels: CC, MLO, third; or the same as numbers, a safetensors file
 * with `sample` (3, H, W) float32.  What it says about itself becomes the
 * take's provenance; its title is the file's name.  Exact values that lie beside it (a
 * pair of the library) are taken instead of the picture's 8 bits.  NULL with
 * DIP_STORAGE_ERROR; a grey picture is refused as UNSUPPORTED, naming what is wanted.
 */
DipTake *dip_load_take (const char *path, GError **error);

/* Two grey pictures, 8 or 16 bits, as CC and MLO; the third is made.  Of two sizes, the
 * smaller is set into black: its chest wall (the brighter side) stays at the edge, in
 * height it is centred.  The scale of neither changes. */
DipTake *dip_load_take_of_views (const char *cc, const char *mlo, GError **error);

/* The same on a thread: one path or two; @paths is copied. */
void dip_load_take_async (const char *const *paths,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
DipTake *dip_load_take_finish (GAsyncResult *result, GError **error);

G_END_DECLS
