#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* A view's brightness from the chest wall to the nipple (anterior-posterior).
 *
 *   sums[x]   = Σ_y value (x, y) over the pixels inside the mask
 *   values    = sums under a Gaussian of σ = 5 px at a width of 512 (5/512 of any
 *               other width), its window cut at the picture's edges and its weights
 *               there scaled to sum 1, then divided by their own sum: a density over x
 *
 * as arXiv 2604.05110 compares the views of a pair.  A gain of the brightness and a
 * shift in y change nothing.  Any thread. */
typedef struct
{
  guint width;    /* pixels */
  double *values; /* (width), summing to 1; all 0 where nothing is inside the mask */
  gboolean is_empty;
} DipProfile;

DipProfile *dip_profile_new (const DipPicture *picture, const DipMask *mask);
void dip_profile_free (DipProfile *self);

/* mean over x of |CDF_a (x) − CDF_b (x)|, in [0, 1]: the 1-Wasserstein distance of the
 * two densities in units of the picture's width.  Both of one width; NaN where one is
 * empty. */
double dip_profile_get_distance (const DipProfile *a, const DipProfile *b);

/* Pearson's correlation of the two densities over x, in [-1, 1]; NaN where one is
 * empty or constant. */
double dip_profile_get_correlation (const DipProfile *a, const DipProfile *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipProfile, dip_profile_free)

G_END_DECLS
