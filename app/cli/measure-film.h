#pragma once

#include <gio/gio.h>
#include <jansson.h>

#include "app/cli/measure-input.h"

G_BEGIN_DECLS

/* The live figures of each step of a film that `sample --trajectory` kept, on what the
 * step predicted (pred_x0):
 *
 *   {"trajectory": FILE, "timesteps": [t, …], "figures": [{"iou": [v, …], …}, …]}
 *
 * with one object of curves an image, null where a step has no figure.  Errors:
 * DIP_STORAGE_ERROR, DIP_CLI_ERROR (no such tensors, of one channel), G_IO_ERROR. */
json_t *dip_measure_film (const char *path,
                          const DipMeasureHow *how,
                          GCancellable *cancellable,
                          GError **error);

G_END_DECLS
