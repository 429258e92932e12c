#pragma once

#include "render/memory.h"

G_BEGIN_DECLS

/* Copies between host and device memory outside of a recorded program: weights
 * up, kept values down.  One staging buffer is used over and over.  Blocks; one
 * thread at a time.
 */
typedef struct _DipTransfer DipTransfer;

DipTransfer *dip_transfer_new (DipDevice *device, GError **error);
void dip_transfer_free (DipTransfer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipTransfer, dip_transfer_free)

/* Writes as many bytes as @range has.  They are on the device after
 * dip_transfer_flush() at the latest.
 */
gboolean dip_transfer_upload (DipTransfer *self,
                              const DipRange *range,
                              gconstpointer bytes,
                              GError **error);
gboolean dip_transfer_flush (DipTransfer *self, GError **error);

gboolean dip_transfer_download (DipTransfer *self,
                                const DipRange *range,
                                gpointer bytes,
                                GError **error);

/* Repeats a 32-bit pattern over the range. */
gboolean dip_transfer_fill (DipTransfer *self,
                            const DipRange *range,
                            guint32 pattern,
                            GError **error);

G_END_DECLS
