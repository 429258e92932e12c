#pragma once

#include "model/sampler/run.h"

G_BEGIN_DECLS

/* What one run of the window makes.  A DipRunPrepareFunc and its data: opens
 * checkpoint and device, builds the network, draws the noise.
 */
typedef struct _DipGeneration DipGeneration;

/* @checkpoint: a folder, or NULL for the demo. */
DipGeneration *dip_generation_new (const char *checkpoint, guint64 seed, guint n_steps);
void dip_generation_free (DipGeneration *self);

/* Where it runs, for people: "llvmpipe (LLVM 15.0.6, 256 bits), the processor".
 * NULL before the first frame.  Borrowed.
 */
const char *dip_generation_get_device (DipGeneration *self);

/* A DipRunPrepareFunc; @generation is the DipGeneration. */
gboolean dip_generation_prepare (gpointer generation,
                                 DipSampleState **state,
                                 DipDenoiser **denoiser,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
