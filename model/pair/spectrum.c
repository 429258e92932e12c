#include "model/pair/statistics.h"

#include <math.h>
#include <string.h>

#define LEAST_PATCH 16
#define STRIP 16 /* columns; divides every patch's side */

/* One picture's patches, all of side n. */
typedef struct
{
  guint n;
  float *hann;     /* (n) */
  double *cosines; /* (n): cos (2π k/n) */
  double *sines;
  double *re; /* (n, n): a patch, then a transform */
  double *im; /* (n, n): the next patch */
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

/* Exchanges the rows whose numbers are each other's, read backwards in bits; of STRIP
 * columns. */
static void
reverse_rows (const Spectrum *self, double *re, double *im)
{
  const guint n = self->n;

  for (guint i = 1, j = 0; i < n; i++)
    {
      guint bit = n / 2;

      for (; j & bit; bit /= 2)
        j ^= bit;
      j ^= bit;
      for (guint x = 0; i < j && x < STRIP; x++)
        {
          const double r = re[(gsize) i * n + x], m = im[(gsize) i * n + x];

          re[(gsize) i * n + x] = re[(gsize) j * n + x];
          im[(gsize) i * n + x] = im[(gsize) j * n + x];
          re[(gsize) j * n + x] = r;
          im[(gsize) j * n + x] = m;
        }
    }
}

/* STRIP columns at a time: neighbours in memory, and the strip stays in the cache. */
static void
combine (double *restrict a_re,
         double *restrict a_im,
         double *restrict b_re,
         double *restrict b_im,
         double c,
         double s)
{
  for (guint x = 0; x < STRIP; x++)
    {
      const double r = b_re[x] * c - b_im[x] * s, m = b_re[x] * s + b_im[x] * c;

      b_re[x] = a_re[x] - r;
      b_im[x] = a_im[x] - m;
      a_re[x] += r;
      a_im[x] += m;
    }
}

/* Radix-2 Fourier transform in place of every column. */
static void
transform_columns (const Spectrum *self)
{
  const gsize n = self->n;

  for (gsize left = 0; left < n; left += STRIP)
    {
      double *re = self->re + left, *im = self->im + left;

      reverse_rows (self, re, im);
      for (gsize half = 1; half < n; half *= 2)
        for (gsize start = 0; start < n; start += 2 * half)
          for (gsize k = 0; k < half; k++)
            {
              const gsize a = (start + k) * n, b = a + half * n;

              combine (re + a, im + a, re + b, im + b, self->cosines[k * (n / 2 / half)],
                       -self->sines[k * (n / 2 / half)]);
            }
    }
}

static void
transpose (double *values, guint n)
{
  for (gsize top = 0; top < n; top += STRIP)
    for (gsize left = top; left < n; left += STRIP)
      for (gsize y = top; y < top + STRIP; y++)
        for (gsize x = MAX (left, y + 1); x < left + STRIP; x++)
          {
            const double value = values[y * n + x];

            values[y * n + x] = values[x * n + y];
            values[x * n + y] = value;
          }
}

/* A patch under the window, its mean taken off. */
static void
fill_patch (const Spectrum *self,
            const DipPicture *picture,
            guint left,
            guint top,
            double *values)
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

        values[(gsize) y * n + x] =
            ((double) value - mean) * (double) (self->hann[y] * self->hann[x]);
      }
}

/* Adds the power of what lies in `re` and `im`, one patch each, or one and zeros: of real
 * patches a and b the transform Z of a + ib has |Z (f)|² + |Z (−f)|² = 2 (|A|² + |B|²), and
 * rings hold f and −f.  Rows and columns may be exchanged for the same reason. */
static void
add_power (Spectrum *self)
{
  const guint n = self->n;

  transform_columns (self);
  transpose (self->re, n);
  transpose (self->im, n);
  transform_columns (self);
  for (gsize i = 0; i < (gsize) n * n; i++)
    self->power[i] += self->re[i] * self->re[i] + self->im[i] * self->im[i];
}

static void
spectrum_add_patch (Spectrum *self, const DipPicture *picture, guint left, guint top)
{
  const gboolean is_second = self->n_patches % 2 == 1;

  fill_patch (self, picture, left, top, is_second ? self->im : self->re);
  self->n_patches++;
  if (is_second)
    add_power (self);
}

/* The last patch where it is alone. */
static void
spectrum_end (Spectrum *self)
{
  if (self->n_patches % 2 == 0)
    return;

  memset (self->im, 0, sizeof (double) * self->n * self->n);
  add_power (self);
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
  spectrum_end (&spectrum);
  if (spectrum.n_patches > 0)
    slope = spectrum_fit_slope (&spectrum);
  spectrum_clear (&spectrum);

  return slope;
}
