#include "model/pair/distance.h"

#include <math.h>

#define WINDOW 11
#define SIGMA 1.5
#define C1 (0.01 * 0.01)
#define C2 (0.03 * 0.03)

static double
find_square_sum (const DipPicture *a, const DipPicture *b)
{
  const gsize n = (gsize) a->width * a->height;
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    {
      double d =
          (double) CLAMP (a->values[i], 0.0f, 1.0f) - CLAMP (b->values[i], 0.0f, 1.0f);

      sum += d * d;
    }

  return sum;
}

static void
fill_weights (double weights[WINDOW])
{
  double sum = 0.0;

  for (int i = 0; i < WINDOW; i++)
    {
      double x = i - WINDOW / 2;

      weights[i] = exp (-x * x / (2.0 * SIGMA * SIGMA));
      sum += weights[i];
    }
  for (int i = 0; i < WINDOW; i++)
    weights[i] /= sum;
}

/* The moments of both pictures in a window: means of a, b, a², b², a b. */
typedef struct
{
  double a, b, aa, bb, ab;
} Moments;

static void
add_moments (Moments *self, const Moments *other, double weight)
{
  self->a += weight * other->a;
  self->b += weight * other->b;
  self->aa += weight * other->aa;
  self->bb += weight * other->bb;
  self->ab += weight * other->ab;
}

/* Down the columns: one row of moments, for windows that begin at row @y. */
static void
gather_columns (const DipPicture *a,
                const DipPicture *b,
                guint y,
                const double weights[WINDOW],
                Moments *row)
{
  for (guint x = 0; x < a->width; x++)
    {
      row[x] = (Moments){ 0 };
      for (guint k = 0; k < WINDOW; k++)
        {
          gsize at = (gsize) (y + k) * a->width + x;
          double va = CLAMP (a->values[at], 0.0f, 1.0f);
          double vb = CLAMP (b->values[at], 0.0f, 1.0f);
          const Moments pixel = { va, vb, va * va, vb * vb, va * vb };

          add_moments (&row[x], &pixel, weights[k]);
        }
    }
}

static double
compare_window (const Moments *m)
{
  double var_a = m->aa - m->a * m->a;
  double var_b = m->bb - m->b * m->b;
  double covariance = m->ab - m->a * m->b;

  return (2.0 * m->a * m->b + C1) * (2.0 * covariance + C2) /
         ((m->a * m->a + m->b * m->b + C1) * (var_a + var_b + C2));
}

double
dip_ssim (const DipPicture *a, const DipPicture *b)
{
  double weights[WINDOW];
  g_autofree Moments *row = NULL;
  double sum = 0.0;

  g_return_val_if_fail (a->width == b->width && a->height == b->height, NAN);

  if (a->width < WINDOW || a->height < WINDOW)
    return NAN;

  fill_weights (weights);
  row = g_new (Moments, a->width);
  for (guint y = 0; y + WINDOW <= a->height; y++)
    {
      gather_columns (a, b, y, weights, row);
      for (guint x = 0; x + WINDOW <= a->width; x++)
        {
          Moments window = { 0 };

          for (guint k = 0; k < WINDOW; k++)
            add_moments (&window, &row[x + k], weights[k]);
          sum += compare_window (&window);
        }
    }

  return sum / ((double) (a->width - WINDOW + 1) * (a->height - WINDOW + 1));
}

double
dip_pair_measure_rmse (const DipPair *a, const DipPair *b)
{
  double n = (double) a->cc->width * a->cc->height;
  double sum;

  if (a->cc->width != b->cc->width || a->cc->height != b->cc->height)
    return NAN;

  sum = find_square_sum (a->cc, b->cc);
  if (a->mlo != NULL && b->mlo != NULL)
    {
      sum += find_square_sum (a->mlo, b->mlo);
      n *= 2.0;
    }

  return 255.0 * sqrt (sum / n);
}

void
dip_pair_measure_distance (const DipPair *a, const DipPair *b, DipPairDistance *distance)
{
  g_return_if_fail (a->cc->width == b->cc->width && a->cc->height == b->cc->height);

  distance->rmse = dip_pair_measure_rmse (a, b);
  distance->ssim = dip_ssim (a->cc, b->cc);
  if (a->mlo != NULL && b->mlo != NULL)
    distance->ssim = (distance->ssim + dip_ssim (a->mlo, b->mlo)) / 2.0;
}
