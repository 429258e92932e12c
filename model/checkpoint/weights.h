#pragma once

#include "model/checkpoint/unet-config.h"
#include "model/storage/tensor-file.h"

G_BEGIN_DECLS

/* The weights of one network: one or more tensor files and the float32 values the
 * graph borrows, in memory while they are held (values.h).  Immutable once made; any
 * thread. */
typedef struct _DipUnetWeights DipUnetWeights;

/* Opens the files and binds them to the network @config describes.
 *
 * Every tensor the network needs must be there once, with exactly its shape, of a
 * readable dtype, and finite; that is checked before anything is converted.  Tensors
 * the network does not need are left alone (diffusers warns and ignores them too):
 * dip_unet_weights_get_ignored().
 *
 * Errors: DIP_STORAGE_ERROR of the files; DIP_CHECKPOINT_ERROR WEIGHTS, naming the
 * file, the tensor, the wanted and the found; a list of missing tensors shows the
 * first three. */
DipUnetWeights *
dip_unet_weights_open (const DipUnetConfig *config, GPtrArray *paths, GError **error);

DipUnetWeights *dip_unet_weights_ref (DipUnetWeights *self);
void dip_unet_weights_unref (DipUnetWeights *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipUnetWeights, dip_unet_weights_unref)

/* A DipUnetWeightFunc; @user_data is the DipUnetWeights. */
const float *dip_unet_weights_lookup (const char *name,
                                      guint n_dims,
                                      const gsize *shape,
                                      gpointer user_data);

/* Values that dip_unet_weights_lookup() returned are there between these two. */
void dip_unet_weights_hold (DipUnetWeights *self, const float *values);
void dip_unet_weights_release (DipUnetWeights *self, const float *values);

guint dip_unet_weights_get_n_files (DipUnetWeights *self);
DipTensorFile *dip_unet_weights_get_file (DipUnetWeights *self, guint i);

/* Elements of all tensors the network uses. */
guint64 dip_unet_weights_get_n_parameters (DipUnetWeights *self);

/* Names, as in the files, of tensors that the network does not use; NULL-terminated. */
const char *const *dip_unet_weights_get_ignored (DipUnetWeights *self);

/* Dtypes of the used tensors, as "F32" or "F16, F32"; owned by @self. */
const char *dip_unet_weights_get_dtypes (DipUnetWeights *self);

/* Lower-case hexadecimal sha-256 of the one file; with shards, that of all files' bytes
 * one after the other in the order of their names.  Computed at the first call, which
 * reads the files.  Owned by @self.  NULL with @error where a file has vanished. */
const char *dip_unet_weights_get_sha256 (DipUnetWeights *self, GError **error);

G_END_DECLS
