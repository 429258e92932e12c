#include "render/precision.h"

static const char *const names[] = {
  [DIP_PRECISION_AUTO] = "auto",
  [DIP_PRECISION_FP32] = "fp32",
  [DIP_PRECISION_FP16] = "fp16",
};

const char *
dip_precision_get_name (DipPrecision self)
{
  g_return_val_if_fail (self < G_N_ELEMENTS (names), NULL);

  return names[self];
}

gboolean
dip_precision_from_name (const char *name, DipPrecision *precision)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      {
        *precision = i;
        return TRUE;
      }

  return FALSE;
}
