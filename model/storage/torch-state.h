#pragma once

#include <glib.h>

#include "model/storage/pickle.h"

G_BEGIN_DECLS

/* The middle of both torch readers: a pickled state dict names tensors as views of
 * storages; the reader of the container then finds the bytes of each storage, and the
 * views become tensors of the file. */
typedef struct _DipTorchState DipTorchState;

typedef struct
{
  char *key; /* digits */
  DipDType dtype;
  gsize n_elements;
  gsize n_bytes;
  const guchar *data; /* NULL until the container's reader has found it */
} DipTorchStorage;

/* Collects tensors and storages of the dict that @pickle stands for; if it has an entry
 * 'state_dict' that is a dict, of that one.  @pickle must outlive the result. */
DipTorchState *
dip_torch_state_new (DipTensorFile *file, DipPickle *pickle, GError **error);
void dip_torch_state_free (DipTorchState *self);

/* The storages, in the order of first use; DipTorchStorage. */
GPtrArray *dip_torch_state_get_storages (DipTorchState *self);

/* NULL if no tensor uses a storage of that key. */
DipTorchStorage *dip_torch_state_lookup (DipTorchState *self, const char *key);

/* Adds every tensor to the file, once all storages have data, which must live as long
 * as the file.  Views that are not contiguous are copied. */
gboolean dip_torch_state_finish (DipTorchState *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipTorchState, dip_torch_state_free)

G_END_DECLS
