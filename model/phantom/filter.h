#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Filters over (size, size) arrays; beyond the border the border's value goes on. */

/* Gaussian of standard deviation `sigma` pixels, cut at 4 σ, in place. */
void dip_filter_gaussian (float *values, guint size, float sigma);

/* Replaces every non-zero value by its distance in pixels to the nearest zero, centre
 * to centre; beyond the border there are no zeros.  Exact (Felzenszwalb and
 * Huttenlocher, Distance Transforms of Sampled Functions, 2012).  Without any zero
 * the distances are at least `size`. */
void dip_filter_distance (float *values, guint size);

G_END_DECLS
