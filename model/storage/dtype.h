#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Element types of tensors in files, by the safetensors format's names.  Values are
 * little-endian; BOOL is one byte, 0 or 1. */
typedef enum
{
  DIP_DTYPE_F64,
  DIP_DTYPE_F32,
  DIP_DTYPE_F16,  /* IEEE binary16 */
  DIP_DTYPE_BF16, /* the upper half of a binary32 */
  DIP_DTYPE_I64,
  DIP_DTYPE_I32,
  DIP_DTYPE_I16,
  DIP_DTYPE_I8,
  DIP_DTYPE_U8,
  DIP_DTYPE_BOOL,
  /* Known, so that a file that holds them opens and can be listed, but never read
   * as numbers: dip_dtype_is_readable() is FALSE. */
  DIP_DTYPE_U64,
  DIP_DTYPE_U32,
  DIP_DTYPE_U16,
  DIP_DTYPE_F8_E4M3,
  DIP_DTYPE_F8_E5M2,
  DIP_DTYPE_F8_E8M0,
  DIP_DTYPE_C64, /* two binary32 */
} DipDType;

#define DIP_N_DTYPES (DIP_DTYPE_C64 + 1)

/* Bytes of one element. */
gsize dip_dtype_get_size (DipDType dtype);

/* "F32"; static. */
const char *dip_dtype_get_name (DipDType dtype);

/* FALSE, with @dtype untouched, if there is no type of that (case-sensitive) name. */
gboolean dip_dtype_from_name (const char *name, DipDType *dtype);

/* Whether dip_dtype_to_float32() takes it. */
gboolean dip_dtype_is_readable (DipDType dtype);

/* Converts @n_elements little-endian elements at @data (any alignment) to float32,
 * rounding to nearest, ties to even; a value beyond float32 becomes an infinity.
 * @values must not overlap @data.  @dtype must be readable. */
void dip_dtype_to_float32 (DipDType dtype,
                           gconstpointer data,
                           gsize n_elements,
                           float *values);

G_END_DECLS
