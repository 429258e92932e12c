#pragma once

#include "model/pair/mask-recipe.h"

G_BEGIN_DECLS

#define DIP_HISTOGRAM_BINS 256

/* Values of [0, 1]; bin b holds those whose 255-fold rounds to b. */
typedef struct
{
  gsize counts[DIP_HISTOGRAM_BINS];
  gsize n;
} DipHistogram;

/* Of n values, those left out whose byte in @without (may be NULL) is not 0. */
void dip_histogram_init (DipHistogram *self,
                         const float *values,
                         const guint8 *without,
                         gsize n);

/* The value that a share of all lies at or below. */
double dip_histogram_quantile (const DipHistogram *self, double share);

/* The thresholds of mask-recipe.h as values in [0, 1]; a pixel is bright if it is above.
 * Where many are as good, for want of any values between, the middle of them. */
double dip_threshold_otsu (const DipHistogram *self);
double dip_threshold_triangle (const DipHistogram *self);
double dip_threshold_li (const DipHistogram *self);

G_END_DECLS
