#include "model/pair/profile.h"

#include <math.h>

#define SIGMA_SHARE (5.0 / 512.0)
#define REACH 3.0 /* of the Gaussian, in σ */

static double *
sum_columns (const DipPicture *picture, const DipMask *mask)
{
  double *sums = g_new0 (double, picture->width);

  for (guint y = 0; y < picture->height; y++)
    {
      const float *values = picture->values + (gsize) y * picture->width;
      const guint8 *inside = mask->values + (gsize) y * picture->width;

      for (guint x = 0; x < picture->width; x++)
        sums[x] += inside[x] ? (double) values[x] : 0.0;
    }

  return sums;
}

static void
smooth (const double *sums, guint width, double *smoothed)
{
  const double sigma = SIGMA_SHARE * width;
  const int reach = (int) ceil (REACH * sigma);
  g_autofree double *weights = g_new (double, reach + 1);

  for (int i = 0; i <= reach; i++)
    weights[i] = exp (-0.5 * i * i / (sigma * sigma));
  for (int x = 0; x < (int) width; x++)
    {
      double sum = 0.0, weight = 0.0;

      for (int i = MAX (0, x - reach); i <= MIN ((int) width - 1, x + reach); i++)
        {
          sum += sums[i] * weights[ABS (i - x)];
          weight += weights[ABS (i - x)];
        }
      smoothed[x] = sum / weight;
    }
}

DipProfile *
dip_profile_new (const DipPicture *picture, const DipMask *mask)
{
  DipProfile *self = g_new0 (DipProfile, 1);
  g_autofree double *sums = NULL;
  double total = 0.0;

  g_return_val_if_fail (mask->width == picture->width, NULL);
  g_return_val_if_fail (mask->height == picture->height, NULL);

  self->width = picture->width;
  self->values = g_new0 (double, self->width);
  sums = sum_columns (picture, mask);
  smooth (sums, self->width, self->values);
  for (guint x = 0; x < self->width; x++)
    total += self->values[x];
  self->is_empty = !(total > 0.0);
  for (guint x = 0; x < self->width; x++)
    self->values[x] = self->is_empty ? 0.0 : self->values[x] / total;

  return self;
}

void
dip_profile_free (DipProfile *self)
{
  if (self == NULL)
    return;

  g_free (self->values);
  g_free (self);
}

double
dip_profile_get_distance (const DipProfile *a, const DipProfile *b)
{
  double cdf_a = 0.0, cdf_b = 0.0, sum = 0.0;

  g_return_val_if_fail (a->width == b->width, NAN);

  if (a->is_empty || b->is_empty)
    return NAN;
  for (guint x = 0; x < a->width; x++)
    {
      cdf_a += a->values[x];
      cdf_b += b->values[x];
      sum += fabs (cdf_a - cdf_b);
    }

  return sum / a->width;
}

double
dip_profile_get_correlation (const DipProfile *a, const DipProfile *b)
{
  const double mean = 1.0 / a->width;
  double aa = 0.0, bb = 0.0, ab = 0.0;

  g_return_val_if_fail (a->width == b->width, NAN);

  if (a->is_empty || b->is_empty)
    return NAN;
  for (guint x = 0; x < a->width; x++)
    {
      aa += (a->values[x] - mean) * (a->values[x] - mean);
      bb += (b->values[x] - mean) * (b->values[x] - mean);
      ab += (a->values[x] - mean) * (b->values[x] - mean);
    }

  return aa > 0.0 && bb > 0.0 ? ab / sqrt (aa * bb) : (double) NAN;
}
