#pragma once

#include <gio/gio.h>

#include "model/graph/graph.h"
#include "render/family.h"

G_BEGIN_DECLS

/* The one place that decides with which kernels a network runs.
 *
 * Where several families are allowed (family.h), each runs the network once on noise
 * at a late and at an early timestep.  One whose output is finite and as close to the
 * strict output as its precision promises has passed, and the fastest that passed is
 * taken.  So the choice can only fall on kernels that were right on this device with
 * this network.
 *
 * The choice is noted with the device (device-notes.h) under the checkpoint and the
 * picture's size.  It does not look at the batch size: the batch may not change a
 * picture.
 */

/* @graph: the network, fused, for one image.  @checkpoint: what names its weights in
 * the notes (their SHA-256), or NULL: nothing is noted, all is tried.  Blocks, for as
 * long as the driver compiles and two steps of each family take.
 *
 * NULL with UNSUITABLE where the device cannot compute with @precision, and with what
 * the strict kernels failed with.  Other kernels that fail are not taken.
 */
const DipFamily *dip_choice_make (DipDevice *device,
                                  DipPrecision precision,
                                  const char *checkpoint,
                                  DipGraph *graph,
                                  GCancellable *cancellable,
                                  GError **error);

/* The trial itself: the fastest of @families that passes against @strict.  Where
 * @strict is among them it passes, being what the others are held against.  NULL with
 * FAILED where none does.
 */
const DipFamily *dip_choice_try (DipDevice *device,
                                 DipPrecision precision,
                                 const DipFamily *strict,
                                 const DipFamily *const *families,
                                 guint n_families,
                                 DipGraph *graph,
                                 GCancellable *cancellable,
                                 GError **error);

/* Largest rms (output - strict output) / rms (strict output) that passes where
 * @precision was asked for: auto promises more of a picture than fp16 does.
 */
double dip_choice_get_limit (const DipFamily *family, DipPrecision precision);

G_END_DECLS
