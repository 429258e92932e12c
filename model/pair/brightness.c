#include "model/pair/brightness.h"

#include <math.h>

#define N_BINS DIP_HISTOGRAM_BINS

static guint
bin_of (double value)
{
  return (guint) CLAMP (value * N_BINS, 0.0, N_BINS - 1.0);
}

void
dip_brightness_measure (DipBrightness *self,
                        const DipPicture *picture,
                        const DipMask *mask)
{
  const gsize n_pixels = (gsize) picture->width * picture->height;
  double sum = 0.0, squares = 0.0;
  guint counts[N_BINS] = { 0 };

  *self = (DipBrightness){ .mean = NAN, .spread = NAN };
  g_return_if_fail (mask->width == picture->width && mask->height == picture->height);

  for (gsize i = 0; i < n_pixels; i++)
    if (mask->values[i])
      {
        const double value = CLAMP ((double) picture->values[i], 0.0, 1.0);

        counts[bin_of (value)]++;
        sum += value;
        squares += value * value;
        self->n++;
      }
  if (self->n > 0)
    self->mean = sum / (double) self->n;
  if (self->n > 1)
    self->spread =
        sqrt (MAX (0.0, squares - sum * self->mean) / ((double) self->n - 1.0));
  for (guint i = 0; i < N_BINS && self->n > 0; i++)
    self->shares[i] = counts[i] / (double) self->n;
}

void
dip_brightness_average (DipBrightness *self,
                        const DipBrightness *const *many,
                        guint n_many)
{
  double squares = 0.0;

  *self = (DipBrightness){ .mean = NAN, .spread = NAN };
  for (guint k = 0; k < n_many; k++)
    {
      self->n += many[k]->n > 0;
      for (guint i = 0; i < N_BINS; i++)
        self->shares[i] += many[k]->shares[i];
    }
  if (self->n == 0)
    return;

  self->mean = 0.0;
  for (guint i = 0; i < N_BINS; i++)
    {
      const double centre = (i + 0.5) / N_BINS;

      self->shares[i] /= (double) self->n;
      self->mean += self->shares[i] * centre;
      squares += self->shares[i] * centre * centre;
    }
  self->spread = sqrt (MAX (0.0, squares - self->mean * self->mean));
}

double
dip_brightness_get_distance (const DipBrightness *a, const DipBrightness *b)
{
  double cdf_a = 0.0, cdf_b = 0.0, sum = 0.0;

  if (a->n == 0 || b->n == 0)
    return NAN;
  for (guint i = 0; i < N_BINS; i++)
    {
      cdf_a += a->shares[i];
      cdf_b += b->shares[i];
      sum += fabs (cdf_a - cdf_b);
    }

  return sum / N_BINS;
}

/* FALSE where nothing is inside. */
static gboolean
find_range (const DipPicture *picture, const DipMask *mask, double *low, double *high)
{
  *low = G_MAXDOUBLE;
  *high = -G_MAXDOUBLE;
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    if (mask->values[i])
      {
        *low = MIN (*low, (double) picture->values[i]);
        *high = MAX (*high, (double) picture->values[i]);
      }

  return *low <= *high;
}

/* The last bin of the darker class: where the variance between the classes peaks; in
 * the middle of a plateau, which empty bins make. */
static guint
otsu (const gsize *counts, gsize n)
{
  double total = 0.0, below = 0.0, sum = 0.0, best = -1.0;
  guint first = 0, last = 0;

  for (guint i = 0; i < N_BINS; i++)
    total += (double) counts[i] * i;
  for (guint i = 0; i + 1 < N_BINS; i++)
    {
      double between;

      below += (double) counts[i];
      sum += (double) counts[i] * i;
      if (below <= 0.0 || below >= (double) n)
        continue;
      between = total * below / (double) n - sum;
      between = between * between / (below * ((double) n - below));
      if (between > best * (1.0 + 1e-12))
        {
          best = between;
          first = i;
        }
      if (between >= best * (1.0 - 1e-12))
        last = i;
    }

  return (first + last) / 2;
}

double
dip_percent_density (const DipPicture *picture, const DipMask *mask)
{
  gsize counts[N_BINS] = { 0 };
  gsize n = 0, n_dense = 0;
  double low, high;
  guint threshold;

  g_return_val_if_fail (mask->width == picture->width, NAN);
  g_return_val_if_fail (mask->height == picture->height, NAN);

  if (!find_range (picture, mask, &low, &high) || !(high > low))
    return NAN;
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    if (mask->values[i])
      {
        counts[bin_of (((double) picture->values[i] - low) / (high - low))]++;
        n++;
      }
  threshold = otsu (counts, n);
  for (guint i = threshold + 1; i < N_BINS; i++)
    n_dense += counts[i];

  return 100.0 * (double) n_dense / (double) n;
}
