#include "model/phantom/radiograph.h"

#include "model/phantom/arithmetic.h"
#include "model/phantom/filter.h"
#include "model/phantom/random.h"

#include <string.h>

#define LEAST_COVER 0.5f /* voxels a ray must have inside to be of the breast */
#define NOISE 0.015f     /* standard deviation of the detector's, brightness */

static DipRadiograph *
radiograph_new (guint size)
{
  DipRadiograph *self = g_new0 (DipRadiograph, 1);

  self->size = size;
  self->mean = g_new0 (float, (gsize) size *size);
  self->mask = dip_mask_new (size, size);

  return self;
}

void
dip_radiograph_free (DipRadiograph *self)
{
  if (self == NULL)
    return;

  dip_mask_free (self->mask);
  g_free (self->mean);
  g_free (self);
}

static void
radiograph_set (DipRadiograph *self, gsize pixel, float attenuation, float cover)
{
  if (cover <= LEAST_COVER)
    return;

  self->mean[pixel] = attenuation / cover;
  self->mask->values[pixel] = 1;
}

DipRadiograph *
dip_radiograph_new_cc (const DipVolumeSums *sums, const DipFrame *frame)
{
  const DipRaySums *cc = &sums->cc;
  const guint size = frame->size;
  DipRadiograph *self = radiograph_new (size);

  for (guint y = 0; y < size; y++)
    {
      const gsize row = (gsize) (size - 1 - y + frame->cc_raised) * cc->n_columns;

      for (guint x = 0; x < MIN (size, cc->n_columns); x++)
        radiograph_set (self, (gsize) y * size + x, cc->attenuation[row + x],
                        cc->cover[row + x]);
    }

  return self;
}

/* The MLO's rays lie on every second oblique only, with an alternating number of
 * voxels: [1 2 1]/4 across them evens that out. */
static float
smoothed (const float *values, guint row, const DipRaySums *sums, guint x)
{
  const guint above = MIN (row + 1, sums->n_rows - 1), below = row > 0 ? row - 1 : 0;
  const gsize n = sums->n_columns;

  return 0.5f * values[row * n + x] +
         0.25f * (values[above * n + x] + values[below * n + x]);
}

DipRadiograph *
dip_radiograph_new_mlo (const DipVolumeSums *sums, const DipFrame *frame)
{
  const DipRaySums *mlo = &sums->mlo;
  const guint size = frame->size;
  DipRadiograph *self = radiograph_new (size);

  for (guint y = 0; y < size; y++)
    {
      const float v = dip_frame_mlo_height (frame, (float) y);
      const float at = (v * 1.41421356f + 2.0f) / frame->h - 1.5f;
      const guint row = (guint) dip_clamp (at, 0, (float) (mlo->n_rows - 2));
      const float t = dip_clamp (at - (float) row, 0, 1), s = 1.0f - t;

      for (guint x = 0; x < MIN (size, mlo->n_columns); x++)
        radiograph_set (self, (gsize) y * size + x,
                        s * smoothed (mlo->attenuation, row, mlo, x) +
                            t * smoothed (mlo->attenuation, row + 1, mlo, x),
                        s * smoothed (mlo->cover, row, mlo, x) +
                            t * smoothed (mlo->cover, row + 1, mlo, x));
    }

  return self;
}

float
dip_pectoral_edge (const DipPectoral *self, float below)
{
  const float u = 1.0f - below / self->height;

  return self->width * u + 4.0f * self->bow * u * (1.0f - u);
}

/* Mean width of the breast in the upper sixteenth, and its lowest row at the chest
 * wall, in units. */
static void
measure_chest_wall (const DipRadiograph *self, float *width, float *bottom)
{
  const guint size = self->size, n_rows = MAX (2, size / 16);
  const float h = 2.0f / (float) size;
  gsize n = 0;
  guint lowest = 0;

  for (gsize i = 0; i < (gsize) n_rows * size; i++)
    n += self->mask->values[i];
  for (guint y = 0; y < size; y++)
    if (self->mask->values[(gsize) y * size + 1])
      lowest = y;

  *width = (float) n / (float) n_rows * h;
  *bottom = (float) (lowest + 1) * h;
}

/* Least squares over the edge, at 64 heights. */
static void
fit_line (DipPectoral *self, guint size)
{
  const float per_h = 0.5f * (float) size;
  double sum_x = 0, sum_y = 0, sum_xy = 0, sum_yy = 0;

  for (guint i = 0; i < 64; i++)
    {
      const float below = ((float) i + 0.5f) / 64.0f * self->height;
      const double y = (double) (below * per_h) - 0.5;
      const double x = (double) (dip_pectoral_edge (self, below) * per_h) - 0.5;

      sum_x += x;
      sum_y += y;
      sum_xy += x * y;
      sum_yy += y * y;
    }
  const double slope = (64 * sum_xy - sum_x * sum_y) / (64 * sum_yy - sum_y * sum_y);

  self->slope = (float) slope;
  self->top_x = (float) ((sum_x - slope * sum_y) / 64);
}

/* Muscle fibres: noise drawn out along the muscle's edge. */
static float
fibre (guint64 key, const DipPectoral *pectoral, float x, float below)
{
  const float length =
      dip_sqrt (pectoral->width * pectoral->width + pectoral->height * pectoral->height);
  const float c = pectoral->height / length, s = pectoral->width / length;
  const float along = below * c - x * s, across = below * s + x * c;

  return dip_noise_at (key, 8.0f + 3.0f * along, 13.0f * across, 0);
}

void
dip_radiograph_add_pectoral (DipRadiograph *self,
                             const DipAnatomy *anatomy,
                             DipPectoral *pectoral)
{
  const guint size = self->size;
  const float h = 2.0f / (float) size;
  const guint64 key = dip_random_key (anatomy->seed, DIP_STREAM_PECTORAL, 1);
  float width, bottom;

  measure_chest_wall (self, &width, &bottom);
  pectoral->width = MIN (width * anatomy->pectoral_width, 0.85f);
  pectoral->height = MIN (bottom * anatomy->pectoral_height, pectoral->width / 0.19f);
  pectoral->bow = pectoral->width * anatomy->pectoral_bow;
  fit_line (pectoral, size);

  for (guint y = 0; y < size; y++)
    for (guint x = 0; x < size; x++)
      {
        const gsize i = (gsize) y * size + x;
        const float below = ((float) y + 0.5f) * h, beside = ((float) x + 0.5f) * h;
        const float edge = dip_pectoral_edge (pectoral, below);
        const float fade =
            dip_clamp ((1.0f - below / pectoral->height) * (1.0f / 0.12f), 0, 1);

        if (!self->mask->values[i] || fade <= 0 || beside > edge + 0.1f)
          continue;

        const float share = anatomy->pectoral_opacity * fade *
                            dip_sigmoid ((edge - beside) * (1.0f / 0.014f));
        const float muscle = DIP_MU_MUSCLE +
                             0.008f * fibre (key, pectoral, beside, below) +
                             0.25f * (self->mean[i] - DIP_MU_FAT);

        self->mean[i] += (muscle - self->mean[i]) * share;
      }
}

DipMask *
dip_radiograph_make_pectoral_mask (const DipRadiograph *self, const DipPectoral *pectoral)
{
  const guint size = self->size;
  const float h = 2.0f / (float) size;
  DipMask *mask = dip_mask_new (size, size);

  for (guint y = 0; y < size; y++)
    {
      const float below = ((float) y + 0.5f) * h;
      const float edge = dip_pectoral_edge (pectoral, below);

      for (guint x = 0; x < size && below < pectoral->height; x++)
        mask->values[(gsize) y * size + x] =
            ((float) x + 0.5f) * h < edge && self->mask->values[(gsize) y * size + x];
    }

  return mask;
}

/* (size, size): the compressed thickness, 1 between the plates, rounded off toward
 * the outline like half a torus of `radius` units.  Not rounded where the frame cuts
 * the breast. */
static float *
rounded_thickness (const DipRadiograph *self, float radius)
{
  const guint size = self->size;
  const gsize n = (gsize) size * size;
  const float pixel = (float) size / 128.0f, h = 2.0f / (float) size;
  float *values = g_new (float, n);
  g_autofree float *outside = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    values[i] = (float) self->mask->values[i];
  dip_filter_gaussian (values, size, 1.2f * pixel);
  for (gsize i = 0; i < n; i++)
    {
      values[i] = values[i] > 0.5f ? 1.0f : 0.0f;
      outside[i] = 1.0f - values[i];
    }
  dip_filter_distance (values, size);
  dip_filter_distance (outside, size);
  for (gsize i = 0; i < n; i++)
    values[i] = (values[i] > 0 ? values[i] - 0.5f : 0.5f - outside[i]) * h;
  dip_filter_gaussian (values, size, pixel);
  for (gsize i = 0; i < n; i++)
    {
      const float q = 1.0f - dip_clamp (values[i] / radius, 0, 1);

      values[i] = dip_sqrt (dip_max (1.0f - q * q, 0));
    }

  return values;
}

/* Optical depth, evened out for thickness as display software does, to brightness:
 * a film's toe and shoulder.  The skin is never quite black. */
static float
response (float mean, float thickness)
{
  const float depth = mean * dip_pow (thickness, 0.45f);
  const float v = dip_max ((depth - 0.415f) * (1.0f / 0.455f), 0.03f);

  return (1.0f - dip_exp (-1.55f * dip_pow (v, 1.15f))) * (0.97f / 0.787752f);
}

DipPicture *
dip_radiograph_expose (const DipRadiograph *self,
                       const DipAnatomy *anatomy,
                       guint64 noise_key)
{
  const guint size = self->size;
  const gsize n = (gsize) size * size;
  DipPicture *picture = dip_picture_new (size, size);
  g_autofree float *thickness = rounded_thickness (self, 0.5f * anatomy->thickness);

  /* Pixels finer than the detector's share its noise with their neighbours. */
  const float sigma = size > 256 ? NOISE * 256.0f / (float) size : NOISE;

  for (gsize i = 0; i < n; i++)
    if (self->mask->values[i])
      picture->values[i] = response (self->mean[i], thickness[i]);
  dip_filter_gaussian (picture->values, size, 0.36f * (float) size / 128.0f);

  for (guint y = 0; y < size; y++)
    for (guint x = 0; x < size; x++)
      {
        const gsize i = (gsize) y * size + x;
        const float noise = sigma * dip_random_bell_at (noise_key, x, y, 0);

        picture->values[i] =
            self->mask->values[i] ? dip_clamp (picture->values[i] + noise, 0, 1) : 0;
      }

  return picture;
}
