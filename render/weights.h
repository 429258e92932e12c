#pragma once

#include "render/family.h"

G_BEGIN_DECLS

/* A network's weights on a device, packed for one family.
 *
 * Programs for other sizes and batches of the same checkpoint share a store
 * and so upload nothing again: packs are known by the address of the weight's
 * data.  The store keeps every graph it packed from alive.  Reference counted;
 * one thread at a time.
 */
typedef struct _DipWeights DipWeights;

DipWeights *dip_weights_new (DipDevice *device, const DipFamily *family);
DipWeights *dip_weights_ref (DipWeights *self);
void dip_weights_unref (DipWeights *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipWeights, dip_weights_unref)

/* Gives every pack of @graph its place on the device, so that programs can name it
 * before dip_weights_load() has filled it.
 */
gboolean dip_weights_reserve (DipWeights *self, DipGraph *graph, GError **error);

/* Makes sure that all packs of @graph are on the device.  Blocks. */
gboolean dip_weights_load (DipWeights *self,
                           DipGraph *graph,
                           GCancellable *cancellable,
                           GError **error);

/* The ranges of @node's packs, in the order of list_packs(). */
void dip_weights_get_packs (DipWeights *self,
                            const DipGraph *graph,
                            const DipNode *node,
                            DipRange packs[DIP_MAX_PACKS]);

const DipFamily *dip_weights_get_family (const DipWeights *self);

/* Bytes of all packs, and bytes the driver took for them. */
guint64 dip_weights_get_size (const DipWeights *self);
guint64 dip_weights_get_allocated (const DipWeights *self);

G_END_DECLS
