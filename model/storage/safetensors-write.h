#pragma once

#include <glib.h>

#include "model/storage/dtype.h"

G_BEGIN_DECLS

/* Collects tensors and writes them as one safetensors file.  The header is padded
 * with spaces so that data begin at a multiple of 8, and tensors are laid out by
 * element size, widest first, then in the order of adding, so that each is aligned
 * to its own element.  The same calls give the same bytes.  One thread at a time. */
typedef struct _DipSafetensorsWriter DipSafetensorsWriter;

DipSafetensorsWriter *dip_safetensors_writer_new (void);
void dip_safetensors_writer_free (DipSafetensorsWriter *self);

/* Sets an entry of `__metadata__`; @key and @value are UTF-8. */
void dip_safetensors_writer_set_metadata (DipSafetensorsWriter *self,
                                          const char *key,
                                          const char *value);

/* Adds a tensor whose name is not there yet.  @shape has @n_dims entries (0 to 8);
 * @data is row-major, contiguous, little-endian, and exactly as long as shape and
 * dtype say; a reference is taken. */
void dip_safetensors_writer_add (DipSafetensorsWriter *self,
                                 const char *name,
                                 DipDType dtype,
                                 guint n_dims,
                                 const gint64 *shape,
                                 GBytes *data);

/* Adds an F32 tensor from as many floats as @shape says; they are copied. */
void dip_safetensors_writer_add_float32 (DipSafetensorsWriter *self,
                                         const char *name,
                                         guint n_dims,
                                         const gint64 *shape,
                                         const float *values);

/* The whole file in memory. */
GBytes *dip_safetensors_writer_to_bytes (DipSafetensorsWriter *self);

/* Writes the file at @path, whole or not at all, without a second copy of the data.
 * Errors as dip_save_bytes(). */
gboolean dip_safetensors_writer_save (DipSafetensorsWriter *self,
                                      const char *path,
                                      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipSafetensorsWriter, dip_safetensors_writer_free)

G_END_DECLS
