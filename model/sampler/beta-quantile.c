#include "model/sampler/beta-quantile.h"

#include <float.h>
#include <math.h>

/* More terms than any moderate parameters take. */
#define MAX_TERMS 1000

/* Keeps a denominator of the continued fraction from 0. */
#define TINY 1e-300

/* The n'th coefficient of DLMF 8.17.22, from 1. */
static double
find_coefficient (guint n, double a, double b, double x)
{
  double m = n / 2;

  if (n % 2 == 0)
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));

  return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

/* 1 / (1 + d1 / (1 + d2 / (1 + ...))) from the front, by Lentz's method in Thompson and
 * Barnett's form (1986).
 */
static double
find_fraction (double a, double b, double x)
{
  double c = 1.0;
  double d = 0.0;
  double value = 1.0;

  for (guint n = 1; n <= MAX_TERMS; n++)
    {
      double coefficient = find_coefficient (n, a, b, x);

      c = 1.0 + coefficient / c;
      d = 1.0 + coefficient * d;
      c = fabs (c) < TINY ? TINY : c;
      d = 1.0 / (fabs (d) < TINY ? TINY : d);
      value *= c * d;
      if (fabs (c * d - 1.0) < DBL_EPSILON)
        break;
    }

  return 1.0 / value;
}

/* I_x (a, b), for @x up to where the fraction converges quickly. */
static double
find_probability (double x, double a, double b)
{
  double log_beta = lgamma (a) + lgamma (b) - lgamma (a + b);

  if (x > (a + 1) / (a + b + 2))
    return 1.0 - find_probability (1.0 - x, b, a);

  return exp (a * log (x) + b * log1p (-x) - log_beta) / a * find_fraction (a, b, x);
}

double
dip_beta_quantile (double p, double a, double b)
{
  double low = 0.0;
  double high = 1.0;

  g_return_val_if_fail (p >= 0.0 && p <= 1.0 && a > 0.0 && b > 0.0, NAN);

  if (p == 0.0 || p == 1.0)
    return p;

  /* Halves until no number lies between: at most a thousand times, mostly sixty. */
  for (;;)
    {
      double middle = 0.5 * (low + high);

      if (middle <= low || middle >= high)
        return middle;
      if (find_probability (middle, a, b) < p)
        low = middle;
      else
        high = middle;
    }
}
