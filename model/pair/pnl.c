#include "model/pair/pnl.h"

#include <math.h>

#define EDGE (-0.5)

void
dip_pnl_set_none (DipPnl *self)
{
  *self = (DipPnl){ { NAN, NAN }, { NAN, NAN }, NAN, FALSE };
}

void
dip_pnl_set_cc (DipPnl *self, DipPoint nipple)
{
  *self = (DipPnl){ nipple, { EDGE, nipple.y }, nipple.x - EDGE, FALSE };
}

/* The share of the way from @from to @to at which the @n_pixels are left; 1: not. */
static double
share_inside (double from, double to, guint n_pixels)
{
  if (to < EDGE)
    return (from - EDGE) / (from - to);
  if (to > n_pixels + EDGE)
    return (n_pixels + EDGE - from) / (to - from);

  return 1.0;
}

void
dip_pnl_set_mlo (DipPnl *self,
                 DipPoint nipple,
                 const DipLine *pectoral,
                 guint width,
                 guint height)
{
  const DipPoint foot = dip_line_foot (pectoral, nipple);
  const double share = CLAMP (MIN (share_inside (nipple.x, foot.x, width),
                                   share_inside (nipple.y, foot.y, height)),
                              0.0, 1.0);

  self->nipple = nipple;
  self->foot.x = nipple.x + share * (foot.x - nipple.x);
  self->foot.y = nipple.y + share * (foot.y - nipple.y);
  self->length = share * dip_point_distance (nipple, foot);
  self->is_cut = share < 1.0;
}

gboolean
dip_pnl_is_reached (const DipPnl *self)
{
  return !isnan (self->length) && !self->is_cut;
}
