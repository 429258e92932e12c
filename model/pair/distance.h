#pragma once

#include "model/pair/encoding.h"

G_BEGIN_DECLS

/* How far apart two pairs of one size are, pixel by pixel; of pairs with one view, that
 * view.  Values count as they are, clamped to [0, 1], not rounded to 8 bits. */
typedef struct
{
  double rmse; /* of CC and MLO together, in steps of 8 bits: 0 … 255 */
  double ssim; /* mean of both views, −1 … 1; NaN for pictures below 11 × 11 */
} DipPairDistance;

void
dip_pair_measure_distance (const DipPair *a, const DipPair *b, DipPairDistance *distance);

/* The first of the two alone, which takes far less time; NaN where sizes differ. */
double dip_pair_measure_rmse (const DipPair *a, const DipPair *b);

/* Structural similarity (Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 13, 2004): the mean
 * over all windows of 11 × 11 that lie wholly inside, weighted by a Gaussian of σ = 1.5,
 * with K1 = 0.01, K2 = 0.03 and a range of 1.  skimage.metrics.structural_similarity()
 * with gaussian_weights, without use_sample_covariance, gives the same.  NaN where no
 * window fits. */
double dip_ssim (const DipPicture *a, const DipPicture *b);

G_END_DECLS
