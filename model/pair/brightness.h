#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* How bright a view is inside its mask, and how like another's its brightness is.
 * Values in [0, 1], clamped into it.  Any thread. */

#define DIP_HISTOGRAM_BINS 256

typedef struct
{
  double shares[DIP_HISTOGRAM_BINS]; /* of the pixels inside; sum to 1, or all 0 */
  gsize n;                           /* pixels (of a mean of histograms: pictures) */
  double mean;                       /* NaN where n is 0 */
  double spread; /* sample standard deviation (n − 1); NaN below 2 */
} DipBrightness;

void dip_brightness_measure (DipBrightness *self,
                             const DipPicture *picture,
                             const DipMask *mask);

/* The mean of many pictures' histograms, each of one weight; empty ones do not count.
 * mean and spread are those of the mean histogram, each bin at its centre. */
void dip_brightness_average (DipBrightness *self,
                             const DipBrightness *const *many,
                             guint n_many);

/* mean over the bins of |CDF_a − CDF_b|: the 1-Wasserstein (earth mover's) distance of
 * the two histograms in units of the full range, so that a brightness shifted by s
 * (without clipping) is s away.  NaN where one is empty. */
double dip_brightness_get_distance (const DipBrightness *a, const DipBrightness *b);

/* Percent density, in [0, 100]: the share of the mask's pixels brighter than Otsu's
 * threshold (Otsu 1979) over the mask's own 256-bin histogram between its darkest and
 * its brightest value.  The algorithm goes by DIP_DENSITY_ALGORITHM; give it the mask
 * without the pectoral muscle.  A gain and an offset of the brightness change nothing.
 * NaN where fewer than 2 values differ. */
#define DIP_DENSITY_ALGORITHM "otsu-inside-1"

double dip_percent_density (const DipPicture *picture, const DipMask *mask);

G_END_DECLS
