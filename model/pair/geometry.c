#include "model/pair/geometry.h"

#include <math.h>

/* A component below this is one of a line that is parallel to what it is asked for. */
#define PARALLEL 1e-9

double
dip_point_distance (DipPoint a, DipPoint b)
{
  return hypot (a.x - b.x, a.y - b.y);
}

DipLine
dip_line_through (DipPoint a, DipPoint b)
{
  const double dx = b.x - a.x, dy = b.y - a.y, length = hypot (dx, dy);
  DipLine line = { -1.0, 0.0, -a.x };

  if (length > 0.0)
    {
      line.normal_x = -dy / length;
      line.normal_y = dx / length;
      line.distance = line.normal_x * a.x + line.normal_y * a.y;
    }

  return line;
}

double
dip_line_signed_distance (const DipLine *self, DipPoint point)
{
  return self->normal_x * point.x + self->normal_y * point.y - self->distance;
}

DipPoint
dip_line_foot (const DipLine *self, DipPoint point)
{
  const double away = dip_line_signed_distance (self, point);

  return (DipPoint){ point.x - away * self->normal_x, point.y - away * self->normal_y };
}

double
dip_line_angle (const DipLine *self)
{
  return atan2 (fabs (self->normal_y), fabs (self->normal_x)) * 180.0 / G_PI;
}

static double
not_zero (double component)
{
  return fabs (component) < PARALLEL ? copysign (PARALLEL, component) : component;
}

DipPoint
dip_line_at_row (const DipLine *self, double y)
{
  return (DipPoint){ (self->distance - self->normal_y * y) / not_zero (self->normal_x),
                     y };
}

DipPoint
dip_line_at_column (const DipLine *self, double x)
{
  return (DipPoint){ x,
                     (self->distance - self->normal_x * x) / not_zero (self->normal_y) };
}
