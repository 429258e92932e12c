#include "model/pair/registration.h"

#include <math.h>

double
dip_similarity_get_scale (const DipSimilarity *self)
{
  return hypot (self->a, self->b);
}

double
dip_similarity_get_angle (const DipSimilarity *self)
{
  return atan2 (self->b, self->a) * 180.0 / G_PI;
}

void
dip_similarity_apply (const DipSimilarity *self, const double in[2], double out[2])
{
  const double x = in[0], y = in[1];

  out[0] = self->a * x - self->b * y + self->c;
  out[1] = self->b * x + self->a * y + self->d;
}

DipSimilarity
dip_similarity_invert (const DipSimilarity *self)
{
  const double square = self->a * self->a + self->b * self->b;
  const double a = self->a / square, b = -self->b / square;

  return (DipSimilarity){ a, b, -(a * self->c - b * self->d),
                          -(b * self->c + a * self->d) };
}

DipSimilarity
dip_similarity_scale_amount (const DipSimilarity *self,
                             double amount,
                             const double pivot[2])
{
  const double scale = pow (dip_similarity_get_scale (self), amount);
  const double angle = amount * atan2 (self->b, self->a);
  DipSimilarity part = { scale * cos (angle), scale * sin (angle), 0.0, 0.0 };
  double goal[2], there[2];

  dip_similarity_apply (self, pivot, goal);
  dip_similarity_apply (&part, pivot, there);
  part.c = pivot[0] + amount * (goal[0] - pivot[0]) - there[0];
  part.d = pivot[1] + amount * (goal[1] - pivot[1]) - there[1];

  return part;
}

gboolean
dip_similarity_fit (DipSimilarity *self,
                    const double (*from)[2],
                    const double (*to)[2],
                    const double *weights,
                    guint n_points)
{
  double weight = 0.0, from_x = 0.0, from_y = 0.0, to_x = 0.0, to_y = 0.0;
  double square = 0.0, along = 0.0, across = 0.0;

  for (guint i = 0; i < n_points; i++)
    {
      const double w = weights != NULL ? weights[i] : 1.0;

      weight += w;
      from_x += w * from[i][0];
      from_y += w * from[i][1];
      to_x += w * to[i][0];
      to_y += w * to[i][1];
    }
  if (!(weight > 0.0))
    return FALSE;

  from_x /= weight;
  from_y /= weight;
  to_x /= weight;
  to_y /= weight;
  for (guint i = 0; i < n_points; i++)
    {
      const double w = weights != NULL ? weights[i] : 1.0;
      const double fx = from[i][0] - from_x, fy = from[i][1] - from_y;
      const double tx = to[i][0] - to_x, ty = to[i][1] - to_y;

      square += w * (fx * fx + fy * fy);
      along += w * (fx * tx + fy * ty);
      across += w * (fx * ty - fy * tx);
    }
  if (!(square > 0.0) || !(hypot (along, across) > 0.0))
    return FALSE;

  self->a = along / square;
  self->b = across / square;
  self->c = to_x - (self->a * from_x - self->b * from_y);
  self->d = to_y - (self->b * from_x + self->a * from_y);

  return TRUE;
}

/* 0 outside. */
static double
value_at (const DipPicture *picture, int x, int y)
{
  if (x < 0 || y < 0 || x >= (int) picture->width || y >= (int) picture->height)
    return 0.0;

  return (double) picture->values[(gsize) y * picture->width + (gsize) x];
}

static double
interpolate (const DipPicture *picture, const double at[2])
{
  const int x = (int) floor (at[0]), y = (int) floor (at[1]);
  const double u = at[0] - x, v = at[1] - y;

  return (1.0 - v) *
             ((1.0 - u) * value_at (picture, x, y) + u * value_at (picture, x + 1, y)) +
         v * ((1.0 - u) * value_at (picture, x, y + 1) +
              u * value_at (picture, x + 1, y + 1));
}

DipPicture *
dip_similarity_warp (const DipSimilarity *self, const DipPicture *picture)
{
  const DipSimilarity back = dip_similarity_invert (self);
  DipPicture *warped = dip_picture_new (picture->width, picture->height);

  for (guint y = 0; y < picture->height; y++)
    for (guint x = 0; x < picture->width; x++)
      {
        const double here[2] = { x, y };
        double from[2];

        dip_similarity_apply (&back, here, from);
        warped->values[(gsize) y * picture->width + x] =
            (float) interpolate (picture, from);
      }

  return warped;
}

DipMask *
dip_similarity_warp_mask (const DipSimilarity *self, const DipMask *mask)
{
  const DipSimilarity back = dip_similarity_invert (self);
  DipMask *warped = dip_mask_new (mask->width, mask->height);

  for (guint y = 0; y < mask->height; y++)
    for (guint x = 0; x < mask->width; x++)
      {
        const double here[2] = { x, y };
        double from[2];

        dip_similarity_apply (&back, here, from);
        from[0] = floor (from[0] + 0.5);
        from[1] = floor (from[1] + 0.5);
        if (from[0] >= 0.0 && from[1] >= 0.0 && from[0] < mask->width &&
            from[1] < mask->height)
          warped->values[(gsize) y * mask->width + x] =
              mask->values[(gsize) from[1] * mask->width + (gsize) from[0]];
      }

  return warped;
}
