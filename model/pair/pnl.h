#pragma once

#include "model/pair/geometry.h"

G_BEGIN_DECLS

/* The posterior nipple line (PNL), in pixels (geometry.h), chest wall on the left, so that
 * the posterior edge of the picture is x = −0.5.
 *
 *   CC   from the nipple N perpendicular to the chest wall to the posterior edge of the
 *        picture: foot (−0.5, N_y), length N_x + 0.5
 *   MLO  from N perpendicular to the pectoral line n · p = d, |n| = 1: foot
 *        F = N − (n · N − d) n, length |n · N − d|; where the picture's edge comes first
 *        (F left of it, above or below) the line is cut there
 *
 * Eklund, Cardenosa, Parsons, Radiology 190 (1994); Spuur, Hung, Poulos, Rickard, Eur.
 * J. Radiol. 80 (2011): the two lengths of a well positioned pair agree within 10 mm.
 * Any thread. */

#define DIP_PNL_TOLERANCE_MM 10.0

typedef struct
{
  DipPoint nipple;
  DipPoint foot;   /* where the line ends */
  double length;   /* pixels; NaN where there is no such line */
  gboolean is_cut; /* ended by the picture's edge before the pectoral line */
} DipPnl;

void dip_pnl_set_cc (DipPnl *self, DipPoint nipple);

void dip_pnl_set_mlo (DipPnl *self,
                      DipPoint nipple,
                      const DipLine *pectoral,
                      guint width,
                      guint height);

/* No line: length NaN. */
void dip_pnl_set_none (DipPnl *self);

/* Whether the pectoral muscle goes down to the PNL, as it should: the foot on the
 * pectoral line lies within the picture. */
gboolean dip_pnl_is_reached (const DipPnl *self);

G_END_DECLS
