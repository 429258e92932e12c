#include "model/pair/probe.h"

#include "model/pair/figures.h"

#include <math.h>

/* u, and the PNL's length; FALSE where the view has no PNL. */
static gboolean
find_direction (const DipFoundView *view, double *x, double *y, double *length)
{
  DipPnl pnl;

  dip_found_view_get_pnl (view, &pnl);
  if (!(pnl.length > 0.0))
    return FALSE;

  *x = (pnl.foot.x - pnl.nipple.x) / pnl.length;
  *y = (pnl.foot.y - pnl.nipple.y) / pnl.length;
  *length = pnl.length;

  return TRUE;
}

void
dip_probe_measure (DipProbeFigures *self, const DipFoundView *view, DipPoint at)
{
  const DipLandmark *nipple = &view->breast->landmarks.nipple;
  double x, y, length;

  *self = (DipProbeFigures){ NAN, NAN, NAN };
  if (!nipple->is_found)
    return;

  self->distance = dip_point_distance (nipple->at, at);
  if (!find_direction (view, &x, &y, &length))
    return;

  self->depth = (at.x - nipple->at.x) * x + (at.y - nipple->at.y) * y;
  self->behind = length - self->depth;
}

double
dip_probe_get_tolerance (double tolerance_mm, double spacing_mm, guint width)
{
  return tolerance_mm / (spacing_mm > 0.0 ? spacing_mm : DIP_PROBE_WIDTH_MM / width);
}

gboolean
dip_probe_set (DipProbe *self,
               const DipFoundView *here,
               DipPoint at,
               const DipFoundView *other,
               double tolerance)
{
  const DipLandmark *nipple = &other->breast->landmarks.nipple;
  DipProbeFigures figures;
  double length;

  *self = (DipProbe){ .nipple = nipple->at, .tolerance = tolerance };
  dip_probe_measure (&figures, here, at);
  if (isnan (figures.distance) || !nipple->is_found)
    return FALSE;

  self->radius = figures.distance;
  self->depth = isnan (figures.depth) ? 0.0 : figures.depth;
  self->has_strip =
      !isnan (figures.depth) &&
      find_direction (other, &self->direction_x, &self->direction_y, &length);

  return TRUE;
}

gboolean
dip_probe_is_on_arc (const DipProbe *self, DipPoint at)
{
  return fabs (dip_point_distance (self->nipple, at) - self->radius) <= self->tolerance;
}

gboolean
dip_probe_is_in_strip (const DipProbe *self, DipPoint at)
{
  const double depth = (at.x - self->nipple.x) * self->direction_x +
                       (at.y - self->nipple.y) * self->direction_y;

  return !self->has_strip || fabs (depth - self->depth) <= self->tolerance;
}

gboolean
dip_probe_get_crossings (const DipProbe *self, DipPoint crossings[2])
{
  const double square = self->radius * self->radius - self->depth * self->depth;
  const double beside = sqrt (MAX (square, 0.0));
  const double x = self->direction_x, y = self->direction_y;
  guint upper;

  if (!self->has_strip || square < 0.0)
    return FALSE;

  upper = x > 0.0 ? 1 : 0; /* +(−y, x) is up where x < 0 */
  for (guint i = 0; i < 2; i++)
    {
      const double side = i == upper ? beside : -beside;

      crossings[i].x = self->nipple.x + self->depth * x - side * y;
      crossings[i].y = self->nipple.y + self->depth * y + side * x;
    }

  return TRUE;
}
