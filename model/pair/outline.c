#include "model/pair/outline-private.h"

#include "model/pair/regions-private.h"
#include "model/pair/threshold-private.h"

#include <math.h>
#include <string.h>

/* A breast covers at least this share of the picture, and air too. */
#define LEAST_BREAST 0.02
#define LEAST_AIR 0.01

/* Of the breast's mean above the air, and in deviations of the air: where noise ends. */
#define LEAST_RISE 0.02
#define DEVIATIONS 4.0

/* So much of the columns in which air is measured may be breast. */
#define MOST_BREAST 0.08

/* The breast's mean lies so many deviations of the air above it. */
#define LEAST_CONTRAST 3.0

/* ... and so many times the mean difference of neighbouring pixels. */
#define LEAST_SMOOTHNESS 4.0

/* Noise (in [0, 1]) that gets the whole blur. */
#define FULL_NOISE 0.012

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

/* Level and spread of what is darker than `limit` where there is mostly air. */
static void
measure_air (const DipReduced *self,
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

/* Takes off the air's brightness as far as it changes from top to bottom (a film's veil,
 * an uneven light box): the least-squares line over the rows of what is darker than
 * `limit` where there is mostly air. */
static void
level_air (const DipReduced *self, float *values, double limit)
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

static double
mean_above (const DipReduced *self, const float *values, double threshold)
{
  double sum = 0.0;
  gsize n = 0;

  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    if ((double) values[i] > threshold && !self->foreign[i])
      {
        sum += (double) values[i];
        n++;
      }

  return n > 0 ? sum / (double) n : threshold;
}

/* Mean difference between neighbours in a row: noise has much, a picture little. */
static double
roughness (const DipReduced *self)
{
  double sum = 0.0;

  for (guint y = 0; y < self->height; y++)
    {
      const float *row = self->values + (gsize) y * self->width;
      float partial[4] = { 0.0f, 0.0f, 0.0f, 0.0f };

      for (guint x = 1; x < self->width; x++)
        partial[x % 4] += fabsf (row[x] - row[x - 1]);
      sum += (double) (partial[0] + partial[1] + partial[2] + partial[3]);
    }

  return sum / ((double) self->height * MAX (self->width - 1, 1));
}

typedef struct
{
  float *values; /* blurred */
  double level;  /* of the air */
  double spread;
  double breast; /* mean of what is brighter than Otsu's threshold */
  double threshold;
} Levels;

static double
choose_threshold (const Levels *self,
                  const DipHistogram *histogram,
                  const DipMaskRecipe *recipe)
{
  const double rise = self->breast - self->level;
  double threshold;

  switch (recipe->algorithm)
    {
    case DIP_MASK_BACKGROUND:
      threshold = self->level + MAX (LEAST_RISE * rise, DEVIATIONS * self->spread);
      break;
    case DIP_MASK_TRIANGLE:
      threshold = dip_threshold_triangle (histogram);
      break;
    case DIP_MASK_LI:
      threshold = dip_threshold_li (histogram);
      break;
    case DIP_MASK_OTSU:
    case DIP_MASK_SCALED_OTSU:
    default:
      threshold = dip_threshold_otsu (histogram);
      break;
    }

  return self->level +
         recipe->parameters[DIP_MASK_SCALE] * MAX (threshold - self->level, 0.0);
}

static double
pixels_of (const DipReduced *self,
           const DipMaskRecipe *recipe,
           DipMaskParameter parameter)
{
  return recipe->parameters[parameter] * 1e-3 * MAX (self->width, self->height);
}

/* Blurs as the recipe says; the default recipe only as much as the noise asks for, since
 * a blur moves a clean outline outwards. */
static void
measure_levels (const DipReduced *self, const DipMaskRecipe *recipe, Levels *levels)
{
  const gsize n = (gsize) self->width * self->height;
  double blur = pixels_of (self, recipe, DIP_MASK_BLUR), otsu;
  DipHistogram histogram;

  dip_histogram_init (&histogram, self->values, self->foreign, n);
  otsu = dip_threshold_otsu (&histogram);
  if (recipe->algorithm == DIP_MASK_BACKGROUND)
    {
      measure_air (self, self->values, 0.5 * otsu, &levels->level, &levels->spread);
      blur *= CLAMP (levels->spread / FULL_NOISE, 0.0, 1.0);
    }
  dip_blur (self->values, levels->values, self->width, self->height, blur);
  level_air (self, levels->values, 0.5 * otsu);
  measure_air (self, levels->values, 0.5 * otsu, &levels->level, &levels->spread);
  levels->breast = mean_above (self, levels->values, otsu);
  dip_histogram_init (&histogram, levels->values, self->foreign, n);
  levels->threshold = choose_threshold (levels, &histogram, recipe);
}

/* The largest part; what hangs on it by less than the opening's width is cut off, and
 * its outline is then followed again. */
static gsize
take_breast (const DipReduced *self, guint8 *inside, double opening)
{
  const guint w = self->width, h = self->height;
  const gsize n = (gsize) w * h;
  g_autofree guint8 *opened = NULL;
  gsize n_inside = 0;

  dip_region_fill_holes (inside, w, h, DIP_BORDER_ALL & ~DIP_BORDER_LEFT);
  opened = g_memdup2 (inside, n);
  dip_region_open (opened, w, h, opening);
  if (dip_region_keep_largest (opened, w, h) == 0)
    return 0;

  dip_region_dilate (opened, w, h, MAX (0.5 * opening, 1.0));
  for (gsize i = 0; i < n; i++)
    inside[i] &= opened[i];
  n_inside = dip_region_keep_largest (inside, w, h);

  return n_inside;
}

/* Dark fat at the chest wall that the borders above and below do not reach belongs to
 * the breast. */
static void
threshold_picture (const DipReduced *self, const Levels *levels, guint8 *inside)
{
  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      {
        const gsize at = (gsize) y * self->width + x;

        inside[at] = (double) levels->values[at] > levels->threshold && x >= self->left &&
                     x < self->right && y >= self->top && y < self->bottom;
      }
}

guint8 *
dip_outline_find (const DipReduced *self,
                  const DipMaskRecipe *recipe,
                  double *threshold,
                  DipBreastReason *reason)
{
  const gsize n = (gsize) self->width * self->height;
  const double growth = pixels_of (self, recipe, DIP_MASK_GROWTH);
  g_autofree float *blurred = g_new (float, n);
  g_autofree guint8 *inside = g_new (guint8, n);
  Levels levels = { blurred, 0.0, 0.0, 0.0, 0.0 };
  gsize n_inside;

  measure_levels (self, recipe, &levels);
  *threshold = levels.threshold;
  *reason = DIP_BREAST_NO_PART;
  if (levels.breast - levels.level <
      MAX (LEAST_CONTRAST * levels.spread, LEAST_SMOOTHNESS * roughness (self)))
    return NULL;

  threshold_picture (self, &levels, inside);
  n_inside = take_breast (self, inside, pixels_of (self, recipe, DIP_MASK_OPENING));
  if ((double) n_inside < LEAST_BREAST * (double) n)
    return NULL;
  if ((double) (n - n_inside) < LEAST_AIR * (double) n)
    {
      *reason = DIP_BREAST_NO_AIR;
      return NULL;
    }

  if (growth > 0.0)
    dip_region_dilate (inside, self->width, self->height, growth);
  else
    dip_region_erode (inside, self->width, self->height, -growth);
  *reason = DIP_BREAST_FOUND;

  return g_steal_pointer (&inside);
}

static void
copy_to_picture (const DipReduced *self, const guint8 *inside, DipMask *mask)
{
  const guint w = self->width;

  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < w; x++)
      mask->values[(gsize) y * w + x] =
          inside[(gsize) y * w + (self->is_flipped ? w - 1 - x : x)];
}

/* Where a column of the picture lies between two of the reduced one. */
typedef struct
{
  guint low, high;
  float share; /* of `high` */
} Place;

/* The reduced set as levels between 0 and 1 on every pixel of the picture, by linear
 * interpolation of a slightly blurred one; inside from one half. */
void
dip_outline_to_picture (const DipReduced *self, const guint8 *inside, DipMask *mask)
{
  const guint w = self->width, h = self->height, f = self->factor;
  const gsize n = (gsize) w * h;
  g_autofree float *soft = NULL;
  g_autofree Place *places = NULL;

  if (memchr (inside, 1, n) == NULL)
    {
      memset (mask->values, 0, (gsize) mask->width * mask->height);
      return;
    }
  if (f == 1)
    {
      copy_to_picture (self, inside, mask);
      return;
    }

  places = g_new (Place, mask->width);
  for (guint x = 0; x < mask->width; x++)
    {
      const double source = (x + 0.5) / f - 0.5;
      const double fx =
          CLAMP (self->is_flipped ? w - 1.0 - source : source, 0.0, w - 1.0);
      const guint x0 = (guint) fx;

      places[x] = (Place){ x0, MIN (x0 + 1, w - 1), (float) (fx - x0) };
    }
  soft = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    soft[i] = inside[i];
  dip_blur (soft, soft, w, h, 0.7);
  for (guint y = 0; y < mask->height; y++)
    {
      const double fy = CLAMP ((y + 0.5) / f - 0.5, 0.0, h - 1.0);
      const guint y0 = (guint) fy, y1 = MIN (y0 + 1, h - 1);
      const float ty = (float) (fy - y0);

      for (guint x = 0; x < mask->width; x++)
        {
          const guint x0 = places[x].low, x1 = places[x].high;
          const float tx = places[x].share;
          const float upper =
              soft[(gsize) y0 * w + x0] * (1.0f - tx) + soft[(gsize) y0 * w + x1] * tx;
          const float lower =
              soft[(gsize) y1 * w + x0] * (1.0f - tx) + soft[(gsize) y1 * w + x1] * tx;

          mask->values[(gsize) y * mask->width + x] =
              upper + (lower - upper) * ty >= 0.5f;
        }
    }
}
