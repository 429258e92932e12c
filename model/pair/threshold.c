#include "model/pair/threshold-private.h"

#include <math.h>
#include <string.h>

#define N_BINS DIP_HISTOGRAM_BINS
#define LAST_BIN (N_BINS - 1)

/* 255 v to the nearest integer, half to even, as encoding.h does it: beyond 2²³ floats are
 * integers.  NaN counts as 0. */
static guint
bin_of (float value)
{
  const float clamped = value > 0.0f ? MIN (value, 1.0f) : 0.0f;

  return (guint) ((255.0f * clamped + 8388608.0f) - 8388608.0f);
}

void
dip_histogram_init (DipHistogram *self,
                    const float *values,
                    const guint8 *without,
                    gsize n)
{
  /* Neighbours are alike: one counter for each of four does not wait for the last. */
  gsize counts[4][N_BINS] = { { 0 } };

  memset (self, 0, sizeof *self);
  for (gsize i = 0; i < n; i++)
    if (without == NULL || !without[i])
      {
        counts[i % 4][bin_of (values[i])]++;
        self->n++;
      }
  for (guint b = 0; b < N_BINS; b++)
    self->counts[b] = counts[0][b] + counts[1][b] + counts[2][b] + counts[3][b];
}

double
dip_histogram_quantile (const DipHistogram *self, double share)
{
  const double wanted = share * (double) self->n;
  gsize n_below = 0;

  for (guint b = 0; b < N_BINS; b++)
    {
      n_below += self->counts[b];
      if ((double) n_below >= wanted && n_below > 0)
        return (double) b / LAST_BIN;
    }

  return 1.0;
}

/* The value between the bins `last` and `last + 1`. */
static double
value_above (double last)
{
  return (last + 0.5) / LAST_BIN;
}

double
dip_threshold_otsu (const DipHistogram *self)
{
  gsize n_below = 0;
  double total = 0.0, sum_below = 0.0, best = -1.0;
  guint first = 0, last = 0;

  for (guint b = 0; b < N_BINS; b++)
    total += (double) b * (double) self->counts[b];

  for (guint b = 0; b < N_BINS; b++)
    {
      double difference, between;

      n_below += self->counts[b];
      sum_below += (double) b * (double) self->counts[b];
      if (n_below == 0 || n_below == self->n)
        continue;

      difference = (total - sum_below) / (double) (self->n - n_below) -
                   sum_below / (double) n_below;
      between = (double) n_below * (double) (self->n - n_below) * difference * difference;
      if (between > best)
        {
          best = between;
          first = b;
        }
      if (between == best)
        last = b;
    }

  return value_above (0.5 * (first + last));
}

/* The farthest bin from the line that joins the histogram's peak and the end of its
 * longer tail. */
double
dip_threshold_triangle (const DipHistogram *self)
{
  int first = N_BINS, last = -1, peak = 0, end, step;
  int best = 0;
  double most = -1.0;

  for (int b = 0; b < N_BINS; b++)
    if (self->counts[b] > 0)
      {
        first = MIN (first, b);
        last = b;
        if (self->counts[b] > self->counts[peak])
          peak = b;
      }
  if (last <= first)
    return value_above (MAX (last, 0));

  end = last - peak >= peak - first ? last : first;
  step = end > peak ? 1 : -1;
  best = peak;
  for (int b = peak; b != end; b += step)
    {
      const double way = (double) (b - peak) / (end - peak);
      const double line = (1.0 - way) * (double) self->counts[peak];
      const double under = line - (double) self->counts[b];

      if (under > most)
        {
          most = under;
          best = b;
        }
    }

  return value_above (step > 0 ? best : best - 1);
}

/* Means of the bins up to and above a threshold in bins, shifted by one since the
 * cross-entropy takes logarithms. */
static void
split_means (const DipHistogram *self, double threshold, double *below, double *above)
{
  double sums[2] = { 0.0, 0.0 }, counts[2] = { 0.0, 0.0 };

  for (guint b = 0; b < N_BINS; b++)
    {
      const guint part = b + 1.0 > threshold;

      sums[part] += (b + 1.0) * (double) self->counts[b];
      counts[part] += (double) self->counts[b];
    }
  *below = counts[0] > 0.0 ? sums[0] / counts[0] : 1.0;
  *above = counts[1] > 0.0 ? sums[1] / counts[1] : *below;
}

double
dip_threshold_li (const DipHistogram *self)
{
  double threshold, below, above, sum = 0.0;

  for (guint b = 0; b < N_BINS; b++)
    sum += (b + 1.0) * (double) self->counts[b];
  threshold = self->n > 0 ? sum / (double) self->n : 1.0;

  for (guint i = 0; i < 100; i++)
    {
      const double before = threshold;

      split_means (self, threshold, &below, &above);
      if (above <= below)
        break;
      threshold = (above - below) / (log (above) - log (below));
      if (fabs (threshold - before) < 0.01)
        break;
    }

  return value_above (floor (threshold) - 1.0);
}
