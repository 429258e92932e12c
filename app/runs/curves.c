#include "app/runs/curves.h"

#include <math.h>

#include "model/pair/statistics.h"

#define N_(text) text

static double
sum_differences (const DipPicture *a, const DipPicture *b)
{
  gsize n = (gsize) a->width * a->height;
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += fabs ((double) a->values[i] - b->values[i]);

  return sum;
}

/* Mean |predicted x0 - that of the step before| over both views, in [0, 1]. */
static double
measure_change (const DipPair *pair, const DipPair *before, DipThird third)
{
  gsize n = 2 * (gsize) pair->cc->width * pair->cc->height;

  if (before == NULL || pair->mlo == NULL)
    return NAN;

  return (sum_differences (pair->cc, before->cc) +
          sum_differences (pair->mlo, before->mlo)) /
         n;
}

static double
measure_residual (const DipPair *pair, const DipPair *before, DipThird third)
{
  return pair->third != NULL ? dip_third_residual (third, pair, NULL) : NAN;
}

const DipCurveKind dip_curve_kinds[] = {
  { "change", N_ ("Change of the predicted pair"),
    N_ ("Mean change of the predicted x0 from step to step, of the full brightness"),
    measure_change },
  { "residual", N_ ("Third-channel residual"),
    N_ ("Mean difference between the third channel and what the views make of it"),
    measure_residual },
};

const guint dip_n_curve_kinds = G_N_ELEMENTS (dip_curve_kinds);
