#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the beta distribution's cumulative probability is @p: the inverse of the
 * regularized incomplete beta function (DLMF 8.17), to a few units in the last place.
 *
 * @p: 0 to 1
 * @a, @b: the distribution's parameters, above 0, moderate
 */
double dip_beta_quantile (double p, double a, double b);

G_END_DECLS
