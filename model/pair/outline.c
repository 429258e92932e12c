#include "model/pair/outline-private.h"

#include "model/pair/air-private.h"
#include "model/pair/blur-private.h"
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

/* The breast's mean lies so many deviations of the air above it. */
#define LEAST_CONTRAST 3.0

/* ... and so many times the mean difference of neighbouring pixels. */
#define LEAST_SMOOTHNESS 4.0

/* So much of a film is no brighter than its air begins. */
#define DARKEST 0.02

/* Where noise alone would end the air below this share of what spreads its values, it is
 * fog; thresholds that are tried then. */
#define FOG 0.7
#define N_TRIES 8

/* A soft skin line's width, of the longer side; specks, of the picture. */
#define SHELL 0.12
#define SPECKS 0.001

/* An outline is hardly more ragged than another up to this factor. */
#define RAGGED 1.04

/* Noise (in [0, 1]) that gets the whole blur. */
#define FULL_NOISE 0.012

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
  double noise;
  double breast; /* mean of what is brighter than Otsu's threshold */
  double threshold;
  double least; /* where noise alone ends: no more than the threshold */
} Levels;

static double
choose_threshold (const Levels *self,
                  const DipHistogram *histogram,
                  const DipMaskRecipe *recipe,
                  double spread)
{
  const double rise = self->breast - self->level;
  double threshold;

  switch (recipe->algorithm)
    {
    case DIP_MASK_BACKGROUND:
      threshold = self->level + MAX (LEAST_RISE * rise, DEVIATIONS * spread);
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

/* What is no part of the film, and what is foreign. */
static guint8 *
find_outside (const DipReduced *self)
{
  const guint w = self->width, h = self->height;
  guint8 *outside = g_memdup2 (self->foreign, (gsize) w * h);

  for (guint y = 0; y < h; y++)
    if (y < self->top || y >= self->bottom)
      memset (outside + (gsize) y * w, 1, w);
    else
      {
        memset (outside + (gsize) y * w, 1, self->left);
        memset (outside + (gsize) y * w + self->right, 1, w - self->right);
      }

  return outside;
}

/* Blurs as the recipe says; the default recipe only as much as the noise asks for, since
 * a blur moves a clean outline outwards. */
static void
measure_levels (const DipReduced *self, const DipMaskRecipe *recipe, Levels *levels)
{
  const gsize n = (gsize) self->width * self->height;
  g_autofree guint8 *without = find_outside (self);
  double blur = pixels_of (self, recipe, DIP_MASK_BLUR), otsu, darkest, limit;
  DipHistogram histogram;

  dip_histogram_init (&histogram, self->values, without, n);
  otsu = dip_threshold_otsu (&histogram);
  darkest = dip_histogram_quantile (&histogram, DARKEST);
  limit = darkest + 0.5 * MAX (otsu - darkest, 0.0);
  if (recipe->algorithm == DIP_MASK_BACKGROUND)
    {
      dip_air_measure (self, self->values, limit, &levels->level, &levels->spread);
      blur *= CLAMP (levels->spread / FULL_NOISE, 0.0, 1.0);
    }
  dip_blur (self->values, levels->values, self->width, self->height, blur);
  dip_air_level (self, levels->values, limit);
  dip_air_measure (self, levels->values, limit, &levels->level, &levels->spread);
  levels->breast = mean_above (self, levels->values, otsu);
  dip_histogram_init (&histogram, levels->values, without, n);
  levels->noise = dip_air_measure_noise (self, levels->values, limit);
  levels->threshold = choose_threshold (levels, &histogram, recipe, levels->spread);
  levels->least =
      choose_threshold (levels, &histogram, recipe, MIN (levels->noise, levels->spread));
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
static gsize
try_threshold (const DipReduced *self,
               const float *values,
               double threshold,
               double opening,
               guint8 *inside)
{
  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      {
        const gsize at = (gsize) y * self->width + x;

        inside[at] = (double) values[at] > threshold && x >= self->left &&
                     x < self->right && y >= self->top && y < self->bottom;
      }

  return take_breast (self, inside, opening);
}

/* How ragged an outline is: its length along rows and columns, of the root of its area. */
static double
raggedness (const DipReduced *self, const guint8 *inside, gsize n_inside)
{
  const guint w = self->width;
  gsize n = 0;

  for (guint y = self->top; y < self->bottom; y++)
    for (guint x = self->left; x < self->right; x++)
      {
        const gsize at = (gsize) y * w + x;

        n += x + 1 < self->right && inside[at] != inside[at + 1];
        n += y + 1 < self->bottom && inside[at] != inside[at + w];
      }

  return (double) n / sqrt (MAX ((double) n_inside, 1.0));
}

/* Whether more than specks of a set lie farther than a soft skin line is wide from what is
 * surely breast. */
static gboolean
is_leaking (const DipReduced *self, const guint8 *inside, const gint16 *to_breast)
{
  const gsize n = (gsize) self->width * self->height;
  const double shell = SHELL * MAX (self->width, self->height) * DIP_REGION_UNIT;
  gsize n_far = 0;

  for (gsize i = 0; i < n; i++)
    n_far += inside[i] && to_breast[i] > shell;

  return (double) n_far > SPECKS * (double) n;
}

/* A film's skin line fades into its fog, which spreads the air's values without being
 * noise: the threshold is then somewhere between both.  Of those from which nothing leaks
 * into the fog and that make the outline hardly more ragged than any, one in the middle is
 * taken, as people draw the outline. */
static gsize
find_in_fog (const DipReduced *self, Levels *levels, double opening, guint8 *inside)
{
  const gsize n = (gsize) self->width * self->height;
  const double above = levels->threshold - levels->level;
  const double least_above = levels->least - levels->level;
  g_autofree gint16 *to_breast = g_new (gint16, n);
  double ragged[N_TRIES + 1], thresholds[N_TRIES + 1], least = G_MAXDOUBLE;
  gsize n_inside;
  guint n_tried, chosen = 0;

  for (n_tried = 0; n_tried <= N_TRIES; n_tried++)
    {
      const double part = pow (least_above / above, (double) n_tried / N_TRIES);

      thresholds[n_tried] = levels->level + part * above;
      n_inside =
          try_threshold (self, levels->values, thresholds[n_tried], opening, inside);
      if (n_tried > 0 && is_leaking (self, inside, to_breast))
        break;
      if (n_tried == 0)
        dip_region_distance (inside, 1, self->width, self->height, to_breast);
      ragged[n_tried] = raggedness (self, inside, n_inside);
      least = MIN (least, ragged[n_tried]);
    }
  while (n_tried > 1 && ragged[n_tried - 1] > RAGGED * least)
    n_tried--;
  for (chosen = n_tried / 2; chosen + 1 < n_tried && ragged[chosen] > RAGGED * least;)
    chosen++;
  levels->threshold = thresholds[chosen];

  return try_threshold (self, levels->values, levels->threshold, opening, inside);
}

guint8 *
dip_outline_find (const DipReduced *self,
                  const DipMaskRecipe *recipe,
                  double *threshold,
                  DipBreastReason *reason)
{
  const gsize n = (gsize) self->width * self->height;
  const double growth = pixels_of (self, recipe, DIP_MASK_GROWTH);
  const double opening = pixels_of (self, recipe, DIP_MASK_OPENING);
  g_autofree float *blurred = g_new (float, n);
  g_autofree guint8 *inside = g_new (guint8, n);
  Levels levels = { .values = blurred };
  gsize n_inside;

  measure_levels (self, recipe, &levels);
  *threshold = levels.threshold;
  *reason = DIP_BREAST_NO_PART;
  if (levels.breast - levels.level <
      MAX (LEAST_CONTRAST * levels.spread, LEAST_SMOOTHNESS * roughness (self)))
    return NULL;

  if (levels.least - levels.level < FOG * (levels.threshold - levels.level))
    n_inside = find_in_fog (self, &levels, opening, inside);
  else
    n_inside = try_threshold (self, levels.values, levels.threshold, opening, inside);
  *threshold = levels.threshold;
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

guint8 *
dip_outline_from_picture (const DipReduced *self, const DipMask *mask)
{
  const guint w = self->width, h = self->height, f = self->factor;
  guint8 *inside = g_new0 (guint8, (gsize) w * h);
  g_autofree guint *counts = g_new (guint, w);

  for (guint y = 0; y < h; y++)
    {
      const guint bottom = MIN ((y + 1) * f, mask->height);

      memset (counts, 0, sizeof *counts * w);
      for (guint row = y * f; row < bottom; row++)
        for (guint x = 0; x < MIN (w * f, mask->width); x++)
          counts[x / f] += mask->values[(gsize) row * mask->width + x];
      for (guint x = 0; x < w; x++)
        inside[(gsize) y * w + (self->is_flipped ? w - 1 - x : x)] =
            2 * counts[x] > f * f;
    }

  return inside;
}
