/* What is no breast: level, unevenness and noise of a picture's air. */

#include "model/pair/air-private.h"

#include "model/pair/threshold-private.h"

#include <math.h>

/* So much of the columns in which air is measured may be breast. */
#define MOST_BREAST 0.08

/* Noise is what differs between pixels so far apart: a blur of that has no part in it, the
 * air's own unevenness and a soft skin line hardly any. */
#define APART 3

/* A quantile of the differences' amounts, and its value for Gaussian noise of σ 1. */
#define NOISE_SHARE 0.7
#define NOISE_QUANTILE 1.466

/* How far from the right edge in, at most half the picture, air has by far the most
 * pixels: the first column of it. */
static guint
first_air_column (const DipReduced *self, const float *values, double limit)
{
  const guint w = self->width, middle = (self->left + self->right) / 2;
  g_autofree guint32 *counts = g_new0 (guint32, w);
  g_autofree guint32 *bright = g_new0 (guint32, w);
  gsize n = 0, n_bright = 0;
  guint first = self->right - 1;

  for (guint y = self->top; y < self->bottom; y++)
    {
      const guint8 *foreign = self->foreign + (gsize) y * w;
      const float *row = values + (gsize) y * w;

      for (guint x = middle; x < self->right; x++)
        {
          counts[x] += !foreign[x];
          bright[x] += !foreign[x] & ((double) row[x] > limit);
        }
    }
  for (guint x = self->right; x-- > middle;)
    {
      n += counts[x];
      n_bright += bright[x];
      if ((double) n_bright <= MOST_BREAST * (double) n)
        first = x;
    }

  return first;
}

void
dip_air_measure (const DipReduced *self,
                 const float *values,
                 double limit,
                 double *level,
                 double *spread)
{
  const guint w = self->width, from = first_air_column (self, values, limit);
  g_autofree float *air = g_new (float, (gsize) w * self->height);
  DipHistogram histogram;
  gsize n = 0;

  for (guint y = self->top; y < self->bottom; y++)
    for (guint x = from; x < self->right; x++)
      {
        const gsize at = (gsize) y * w + x;

        if (!self->foreign[at] && (double) values[at] <= limit)
          air[n++] = values[at];
      }
  *level = *spread = 0.0;
  if (n == 0)
    return;

  for (gsize i = 0; i < n; i++)
    air[i] = (float) ((double) air[i] / MAX (limit, 1e-9));
  dip_histogram_init (&histogram, air, NULL, n);
  *level = limit * dip_histogram_quantile (&histogram, 0.5);
  *spread = limit * (dip_histogram_quantile (&histogram, 0.84) -
                     dip_histogram_quantile (&histogram, 0.5));
}

void
dip_air_level (const DipReduced *self, float *values, double limit)
{
  const guint w = self->width, from = first_air_column (self, values, limit);
  const double middle = 0.5 * (self->top + self->bottom);
  double n = 0.0, sy = 0.0, sv = 0.0, syy = 0.0, syv = 0.0, slope;

  for (guint y = self->top; y < self->bottom; y++)
    for (guint x = from; x < self->right; x++)
      {
        const gsize at = (gsize) y * w + x;
        const double v = (double) values[at], row = y - middle;

        if (self->foreign[at] || v > limit)
          continue;
        n++;
        sy += row;
        sv += v;
        syy += row * row;
        syv += row * v;
      }
  if (!(n * syy - sy * sy > 0.0))
    return;

  slope = (n * syv - sy * sv) / (n * syy - sy * sy);
  for (guint y = 0; y < self->height; y++)
    {
      const float veil = (float) (slope * (y - middle));

      for (guint x = 0; x < w; x++)
        values[(gsize) y * w + x] -= veil;
    }
}

double
dip_air_measure_noise (const DipReduced *self, const float *values, double limit)
{
  const guint w = self->width, from = first_air_column (self, values, limit);
  g_autofree float *differences = g_new (float, (gsize) w * self->height);
  DipHistogram histogram;
  gsize n = 0;

  for (guint y = self->top; y < self->bottom; y++)
    for (guint x = from; x + APART < self->right; x++)
      {
        const gsize at = (gsize) y * w + x, other = at + APART;

        if (!self->foreign[at] && !self->foreign[other] && (double) values[at] <= limit &&
            (double) values[other] <= limit)
          differences[n++] =
              fabsf (values[at] - values[other]) / (float) MAX (limit, 1e-9);
      }
  if (n == 0)
    return 0.0;
  dip_histogram_init (&histogram, differences, NULL, n);

  return limit * dip_histogram_quantile (&histogram, NOISE_SHARE) / NOISE_QUANTILE;
}
