#pragma once

#include "model/storage/tensor-file.h"

G_BEGIN_DECLS

/* Float32 values of tensors, in memory only while somebody holds them: a network's
 * weights are read once, when they are packed for a device, and would be there twice.
 *
 * float32 tensors are used where they lie in the mapped file.  Others have a place of
 * their own, which is filled when it is held.  Any thread, once all are added.
 */
typedef struct _DipValues DipValues;

/* A store with room for @n_floats values that are not used in place (see
 * dip_values_count_room()); NULL if there is no address space for them.
 */
DipValues *dip_values_new (gsize n_floats);
void dip_values_free (DipValues *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipValues, dip_values_free)

/* What @tensor takes of that room: 0 where it is used in place. */
gsize dip_values_count_room (const DipTensor *tensor);

/* Returns where the values of @tensor, which lies in @file, are while they are held.
 * Both must outlive @self.  NULL with UNSUPPORTED if its dtype is not readable.
 */
const float *dip_values_add (DipValues *self,
                             DipTensorFile *file,
                             const DipTensor *tensor,
                             GError **error);

/* Every hold is to be followed by a release.  @values: as dip_values_add() returned. */
void dip_values_hold (DipValues *self, const float *values);
void dip_values_release (DipValues *self, const float *values);

G_END_DECLS
