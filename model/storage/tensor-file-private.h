#pragma once

#include <glib.h>

#include "model/storage/tensor-file.h"

G_BEGIN_DECLS

/* What the three readers fill.  They may allocate max (2 x file size, 16 MiB) in all,
 * whatever the file says. */
struct _DipTensorFile
{
  char *path;
  GMappedFile *map;
  const guchar *bytes; /* the mapping; "" for an empty file */
  gsize n_bytes;
  DipTensorFormat format;

  GArray *tensors;   /* DipTensor */
  GHashTable *index; /* name → position in tensors */
  GStringChunk *names;
  GHashTable *metadata; /* string → string */
  GPtrArray *blocks;    /* memory that tensors' data or names live in */
  gsize memory_left;    /* bytes the reader may still allocate */

  GMutex mutex; /* sha256 */
  char *sha256;
};

/* The readers, one a format. */
gboolean dip_safetensors_load (DipTensorFile *self, GError **error);
gboolean dip_torch_zip_load (DipTensorFile *self, GError **error);
gboolean dip_torch_legacy_load (DipTensorFile *self, GError **error);

/* Takes @n_bytes off the memory that is left, or fails with TOO_LARGE, which says that
 * @what asks for them. */
gboolean dip_tensor_file_charge (DipTensorFile *self,
                                 gsize n_bytes,
                                 const char *what,
                                 GError **error);

/* Charged memory that lives as long as the file; NULL with @error set. */
gpointer dip_tensor_file_alloc (DipTensorFile *self,
                                gsize n_bytes,
                                const char *what,
                                GError **error);

/* Fills n_elements and n_bytes of @tensor from its shape; FALSE if they overflow. */
gboolean dip_tensor_measure (DipTensor *tensor);

/* Adds a copy of @tensor, with a name of its own from the @n_name_bytes at @name; FALSE
 * with @error set if the name is empty, no UTF-8, too long or taken. */
gboolean dip_tensor_file_add (DipTensorFile *self,
                              const DipTensor *tensor,
                              const char *name,
                              gsize n_name_bytes,
                              GError **error);

G_END_DECLS
