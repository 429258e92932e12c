#pragma once

#include "model/pair/reduced-private.h"

G_BEGIN_DECLS

/* All of them look at what is at most @limit where there is mostly air: from the nipple's
 * side inwards, at most half the picture, without foreign things.  @values are of the
 * reduced picture's size. */

/* The median, and how far above it five sixths of the air reach: noise, haze, and the soft
 * edge of a film's skin line. */
void dip_air_measure (const DipReduced *reduced,
                      const float *values,
                      double limit,
                      double *level,
                      double *spread);

/* The standard deviation of its noise alone. */
double
dip_air_measure_noise (const DipReduced *reduced, const float *values, double limit);

/* Takes off its brightness as far as it changes from top to bottom (a film's veil, an
 * uneven light box): the least-squares line over the rows. */
void dip_air_level (const DipReduced *reduced, float *values, double limit);

G_END_DECLS
