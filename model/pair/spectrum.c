#include "model/pair/statistics.h"

#include <math.h>

#define LEAST_PATCH 16

/* One picture's patches, all of side n. */
typedef struct
{
  guint n;
  float *hann;     /* (n) */
  double *cosines; /* (n): cos (2π k/n) */
  double *sines;
  double *re; /* (n, n): the patch, then its transform */
  double *im;
  double *power; /* (n, n): summed over the patches */
  guint n_patches;
} Spectrum;

static void
spectrum_init (Spectrum *self, guint n)
{
  *self = (Spectrum){ .n = n };
  self->hann = g_new (float, n);
  self->cosines = g_new (double, n);
  self->sines = g_new (double, n);
  self->re = g_new (double, (gsize) n *n);
  self->im = g_new (double, (gsize) n *n);
  self->power = g_new0 (double, (gsize) n *n);
  for (guint i = 0; i < n; i++)
    {
      self->hann[i] = (float) (0.5 - 0.5 * cos (2 * G_PI * i / (n - 1)));
      self->cosines[i] = cos (2 * G_PI * i / n);
      self->sines[i] = sin (2 * G_PI * i / n);
    }
}

static void
spectrum_clear (Spectrum *self)
{
  g_free (self->hann);
  g_free (self->cosines);
  g_free (self->sines);
  g_free (self->re);
  g_free (self->im);
  g_free (self->power);
}

/* Radix-2 Fourier transform in place of n values `stride` apart. */
static void
transform_line (const Spectrum *self, double *re, double *im, gsize stride)
{
  const guint n = self->n;

  for (guint i = 1, j = 0; i < n; i++)
    {
      guint bit = n / 2;

      for (; j & bit; bit /= 2)
        j ^= bit;
      j ^= bit;
      if (i < j)
        {
          const double r = re[i * stride], m = im[i * stride];

          re[i * stride] = re[j * stride];
          im[i * stride] = im[j * stride];
          re[j * stride] = r;
          im[j * stride] = m;
        }
    }
  for (guint half = 1; half < n; half *= 2)
    for (guint start = 0; start < n; start += 2 * half)
      for (guint k = 0; k < half; k++)
        {
          const double c = self->cosines[k * (n / 2 / half)];
          const double s = -self->sines[k * (n / 2 / half)];
          const gsize a = (start + k) * stride, b = a + half * stride;
          const double r = re[b] * c - im[b] * s, m = re[b] * s + im[b] * c;

          re[b] = re[a] - r;
          im[b] = im[a] - m;
          re[a] += r;
          im[a] += m;
        }
}

static void
spectrum_add_patch (Spectrum *self, const DipPicture *picture, guint left, guint top)
{
  const guint n = self->n;
  double mean = 0.0;

  for (guint y = 0; y < n; y++)
    for (guint x = 0; x < n; x++)
      mean += (double) picture->values[(gsize) (top + y) * picture->width + left + x];
  mean /= (double) n * n;
  for (guint y = 0; y < n; y++)
    for (guint x = 0; x < n; x++)
      {
        const float value =
            picture->values[(gsize) (top + y) * picture->width + left + x];

        self->re[y * n + x] =
            ((double) value - mean) * (double) (self->hann[y] * self->hann[x]);
        self->im[y * n + x] = 0.0;
      }
  for (guint y = 0; y < n; y++)
    transform_line (self, self->re + (gsize) y * n, self->im + (gsize) y * n, 1);
  for (guint x = 0; x < n; x++)
    transform_line (self, self->re + x, self->im + x, n);
  for (gsize i = 0; i < (gsize) n * n; i++)
    self->power[i] += self->re[i] * self->re[i] + self->im[i] * self->im[i];
  self->n_patches++;
}

/* Mean power in the ring of frequencies [ring − ½, ring + ½). */
static double
ring_power (const Spectrum *self, guint ring)
{
  const int n = self->n;
  double sum = 0.0;
  guint n_summed = 0;

  for (int y = 0; y < n; y++)
    for (int x = 0; x < n; x++)
      {
        const double fy = y < n / 2 ? y : y - n, fx = x < n / 2 ? x : x - n;
        const double f = sqrt (fx * fx + fy * fy);

        if (f >= ring - 0.5 && f < ring + 0.5)
          {
            sum += self->power[y * n + x];
            n_summed++;
          }
      }

  return sum / n_summed;
}

static double
spectrum_fit_slope (const Spectrum *self)
{
  double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  guint n_rings = 0;

  for (guint ring = 2; ring + 2 < self->n / 2; ring++)
    {
      const double power = ring_power (self, ring);
      const double x = log (ring), y = log (power);

      if (!(power > 0.0))
        return NAN;
      sum_x += x;
      sum_y += y;
      sum_xx += x * x;
      sum_xy += x * y;
      n_rings++;
    }

  return -(n_rings * sum_xy - sum_x * sum_y) / (n_rings * sum_xx - sum_x * sum_x);
}

/* (height + 1, width + 1): how many pixels left of and above are inside. */
static guint *
integral (const DipMask *mask)
{
  const gsize pitch = mask->width + 1;
  guint *sums = g_new0 (guint, pitch * (mask->height + 1));

  for (guint y = 0; y < mask->height; y++)
    for (guint x = 0; x < mask->width; x++)
      sums[(y + 1) * pitch + x + 1] = mask->values[(gsize) y * mask->width + x] +
                                      sums[y * pitch + x + 1] +
                                      sums[(y + 1) * pitch + x] - sums[y * pitch + x];

  return sums;
}

double
dip_power_spectrum_slope (const DipPicture *picture, const DipMask *mask)
{
  const guint quarter = MIN (picture->width, picture->height) / 4;
  g_autofree guint *inside = NULL;
  const gsize pitch = picture->width + 1;
  guint n = 1;
  Spectrum spectrum;
  double slope = NAN;

  g_return_val_if_fail (mask->width == picture->width, NAN);
  g_return_val_if_fail (mask->height == picture->height, NAN);

  while (2 * n <= quarter)
    n *= 2;
  if (n < LEAST_PATCH)
    return NAN;

  inside = integral (mask);
  spectrum_init (&spectrum, n);
  for (guint y = 0; y + n <= picture->height; y += n / 8)
    for (guint x = 0; x + n <= picture->width; x += n / 8)
      if (inside[(y + n) * pitch + x + n] - inside[y * pitch + x + n] -
              inside[(y + n) * pitch + x] + inside[y * pitch + x] ==
          n * n)
        spectrum_add_patch (&spectrum, picture, x, y);
  if (spectrum.n_patches > 0)
    slope = spectrum_fit_slope (&spectrum);
  spectrum_clear (&spectrum);

  return slope;
}
