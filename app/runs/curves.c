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
measure_change (const DipPair *pair,
                const DipPair *before,
                DipThird third,
                const DipPairFigures *figures)
{
  gsize n = 2 * (gsize) pair->cc->width * pair->cc->height;

  if (before == NULL || pair->mlo == NULL)
    return NAN;

  return (sum_differences (pair->cc, before->cc) +
          sum_differences (pair->mlo, before->mlo)) /
         n;
}

static double
measure_residual (const DipPair *pair,
                  const DipPair *before,
                  DipThird third,
                  const DipPairFigures *figures)
{
  return pair->third != NULL ? dip_third_residual (third, pair, NULL) : NAN;
}

static double
measure_iou (const DipPair *pair,
             const DipPair *before,
             DipThird third,
             const DipPairFigures *figures)
{
  return figures->iou;
}

static double
measure_pnl_ratio (const DipPair *pair,
                   const DipPair *before,
                   DipThird third,
                   const DipPairFigures *figures)
{
  return figures->pnl_ratio;
}

static double
measure_ap_distance (const DipPair *pair,
                     const DipPair *before,
                     DipThird third,
                     const DipPairFigures *figures)
{
  return figures->ap_distance;
}

const DipCurveKind dip_curve_kinds[] = {
  { "change", N_ ("Change of the predicted pair"),
    N_ ("Mean change of the predicted x0 from step to step, of the full brightness"),
    measure_change },
  { "residual", N_ ("Third-channel residual"),
    N_ ("Mean difference between the third channel and what the views make of it"),
    measure_residual },
  { "iou", N_ ("IoU of the masks"),
    N_ ("How far the breast masks of CC and MLO cover the same pixels"), measure_iou },
  { "pnl-ratio", N_ ("PNL ratio"),
    N_ ("Posterior nipple line of the CC, divided by that of the MLO"),
    measure_pnl_ratio },
  { "ap-distance", N_ ("AP profile distance"),
    N_ ("How far brightness from chest wall to nipple differs between the views"),
    measure_ap_distance },
};

const guint dip_n_curve_kinds = G_N_ELEMENTS (dip_curve_kinds);
