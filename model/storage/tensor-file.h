#pragma once

#include <glib.h>

#include "model/storage/dtype.h"

G_BEGIN_DECLS

/* One opened file of named tensors, read-only: safetensors, or a PyTorch state dict
 * (`torch.save`, both the zip container and the one before torch 1.6).  Pickles are
 * read by a machine that knows the few operations a state dict needs and executes
 * nothing.
 *
 * The file is memory-mapped; opening a safetensors file reads its header only.
 * Opening a torch file reads all of it once, to verify its checksums.  A file that
 * another process truncates while it is open here raises SIGBUS, as any mapping does.
 *
 * Immutable once opened, so any thread may use it. */
typedef struct _DipTensorFile DipTensorFile;

#define DIP_TENSOR_MAX_DIMS 8

typedef enum
{
  DIP_TENSOR_FORMAT_SAFETENSORS,
  DIP_TENSOR_FORMAT_TORCH_ZIP,
  DIP_TENSOR_FORMAT_TORCH_LEGACY,
} DipTensorFormat;

/* A tensor of an opened file; everything in it lives as long as the file. */
typedef struct
{
  const char *path; /* the file's, as given to dip_tensor_file_open() */
  const char *name; /* UTF-8, never empty, unique in the file */
  DipDType dtype;
  guint n_dims;                      /* 0 for a scalar */
  gint64 shape[DIP_TENSOR_MAX_DIMS]; /* each >= 0; unused ones are 0 */
  gsize n_elements;                  /* product of the shape; 1 for a scalar */
  gsize n_bytes;                     /* n_elements x size of the dtype */
  gconstpointer data; /* row-major, contiguous, little-endian, any alignment;
                                      * not NULL, even when n_bytes is 0 */
} DipTensor;

/* Opens the file at @path; its format is told by its content, never by its name.
 * Errors: NOT_FOUND, IO, FORMAT (damaged), UNSUPPORTED (a web page, a git-lfs pointer,
 * a pickle that is no state dict ...), TOO_LARGE (asks for more memory than twice the
 * file's size). */
DipTensorFile *dip_tensor_file_open (const char *path, GError **error);

DipTensorFile *dip_tensor_file_ref (DipTensorFile *self);
void dip_tensor_file_unref (DipTensorFile *self);

const char *dip_tensor_file_get_path (DipTensorFile *self);
DipTensorFormat dip_tensor_file_get_format (DipTensorFile *self);

/* "safetensors", "torch (zip)", "torch (before 1.6)"; static. */
const char *dip_tensor_format_get_name (DipTensorFormat format);

/* Bytes on disk. */
gsize dip_tensor_file_get_size (DipTensorFile *self);

/* Says that the @n_bytes at @data, of this file, will not be read for a while: their
 * pages leave this process's memory and come back when they are read.  Nothing where
 * they are no part of the mapping. */
void dip_tensor_file_forget (DipTensorFile *self, gconstpointer data, gsize n_bytes);

/* Lower-case hexadecimal sha-256 of the whole file; computed at the first call, which
 * reads the file and may take seconds, then kept.  Owned by the file. */
const char *dip_tensor_file_get_sha256 (DipTensorFile *self);

/* The safetensors `__metadata__`, strings to strings; empty for other files.  Borrowed. */
GHashTable *dip_tensor_file_get_metadata (DipTensorFile *self);

/* Tensors, in the order of the header or of the state dict. */
guint dip_tensor_file_get_n_tensors (DipTensorFile *self);
const DipTensor *dip_tensor_file_get (DipTensorFile *self, guint index);

/* NULL if there is none of that name. */
const DipTensor *dip_tensor_file_lookup (DipTensorFile *self, const char *name);

/* Writes the tensor's n_elements values as float32 (see dip_dtype_to_float32()) to
 * @values.  Fails with UNSUPPORTED if the dtype is not readable. */
gboolean dip_tensor_to_float32 (const DipTensor *tensor, float *values, GError **error);

/* The same into a new array, freed with g_free(); also fails with TOO_LARGE when
 * there is not enough memory.  Never NULL on success, even for an empty tensor. */
float *dip_tensor_dup_float32 (const DipTensor *tensor, GError **error);

/* "[2, 3]"; "[]" for a scalar.  For messages. */
char *dip_tensor_dup_shape_text (const DipTensor *tensor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipTensorFile, dip_tensor_file_unref)

G_END_DECLS
