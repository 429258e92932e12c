#include "model/storage/dtype.h"

#include "model/storage/half.h"

#include <string.h>

static const struct
{
  const char *name;
  guint8 size;
} dtypes[DIP_N_DTYPES] = {
  [DIP_DTYPE_F64] = { "F64", 8 },         [DIP_DTYPE_F32] = { "F32", 4 },
  [DIP_DTYPE_F16] = { "F16", 2 },         [DIP_DTYPE_BF16] = { "BF16", 2 },
  [DIP_DTYPE_I64] = { "I64", 8 },         [DIP_DTYPE_I32] = { "I32", 4 },
  [DIP_DTYPE_I16] = { "I16", 2 },         [DIP_DTYPE_I8] = { "I8", 1 },
  [DIP_DTYPE_U8] = { "U8", 1 },           [DIP_DTYPE_BOOL] = { "BOOL", 1 },
  [DIP_DTYPE_U64] = { "U64", 8 },         [DIP_DTYPE_U32] = { "U32", 4 },
  [DIP_DTYPE_U16] = { "U16", 2 },         [DIP_DTYPE_F8_E4M3] = { "F8_E4M3", 1 },
  [DIP_DTYPE_F8_E5M2] = { "F8_E5M2", 1 }, [DIP_DTYPE_F8_E8M0] = { "F8_E8M0", 1 },
  [DIP_DTYPE_C64] = { "C64", 8 },
};

gsize
dip_dtype_get_size (DipDType dtype)
{
  g_return_val_if_fail (dtype < DIP_N_DTYPES, 1);

  return dtypes[dtype].size;
}

const char *
dip_dtype_get_name (DipDType dtype)
{
  g_return_val_if_fail (dtype < DIP_N_DTYPES, "?");

  return dtypes[dtype].name;
}

gboolean
dip_dtype_from_name (const char *name, DipDType *dtype)
{
  for (guint i = 0; i < DIP_N_DTYPES; i++)
    if (strcmp (name, dtypes[i].name) == 0)
      {
        *dtype = i;
        return TRUE;
      }

  return FALSE;
}

gboolean
dip_dtype_is_readable (DipDType dtype)
{
  return dtype <= DIP_DTYPE_BOOL;
}

#define CONVERT(Type)                                                                    \
  for (gsize i = 0; i < n_elements; i++)                                                 \
    {                                                                                    \
      Type element;                                                                      \
                                                                                         \
      memcpy (&element, (const char *) data + i * sizeof element, sizeof element);       \
      values[i] = (float) element;                                                       \
    }                                                                                    \
  return

void
dip_dtype_to_float32 (DipDType dtype, gconstpointer data, gsize n_elements, float *values)
{
  g_return_if_fail (dip_dtype_is_readable (dtype));

  switch (dtype)
    {
    case DIP_DTYPE_F32:
      memcpy (values, data, n_elements * sizeof *values);
      return;
    case DIP_DTYPE_F16:
      dip_f16_to_float_array (data, n_elements, values);
      return;
    case DIP_DTYPE_BF16:
      dip_bf16_to_float_array (data, n_elements, values);
      return;
    case DIP_DTYPE_F64:
      CONVERT (double);
    case DIP_DTYPE_I64:
      CONVERT (gint64);
    case DIP_DTYPE_I32:
      CONVERT (gint32);
    case DIP_DTYPE_I16:
      CONVERT (gint16);
    case DIP_DTYPE_I8:
      CONVERT (gint8);
    case DIP_DTYPE_U8:
    case DIP_DTYPE_BOOL:
      CONVERT (guint8);
    default:
      g_assert_not_reached ();
    }
}
