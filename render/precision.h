#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How exactly a network is to be computed: what --precision asks for.
 *
 * AUTO: the fastest kernels that agree with the strict ones on this device with
 * this checkpoint (choice.h).  Pictures stay within 1/255 of strict ones in at
 * least 99.5 % of the values and never differ by more than 2/255.
 * FP32: strict.  float32 storage and arithmetic, and only algorithms whose network
 * output is within 5e-5 of its rms.
 * FP16: values and weights stored in half precision, sums in float32.
 */
typedef enum
{
  DIP_PRECISION_AUTO,
  DIP_PRECISION_FP32,
  DIP_PRECISION_FP16,
} DipPrecision;

/* "auto", "fp32", "fp16". */
const char *dip_precision_get_name (DipPrecision self);

/* FALSE if @name is none of these. */
gboolean dip_precision_from_name (const char *name, DipPrecision *precision);

G_END_DECLS
