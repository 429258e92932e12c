#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* A mask's outlines as closed polygons that run along the pixels' sides: corners at
 * half-integers where the centre of the top left pixel is (0, 0), the inside on the
 * right hand of the way.  A hole has an outline of its own, run the other way round.
 * Parts that touch only at a corner are outlined apart (4 neighbours).  Any thread. */
typedef struct
{
  guint n_points;
  double (*points)[2]; /* (n_points) of x, y; the last is joined to the first; owned */
} DipContour;

typedef struct
{
  guint n_contours;
  DipContour *contours; /* (n_contours), longest first; owned */
} DipContours;

/* @smooth: the corners' staircase is replaced by the midpoints of its sides, which is
 * what to draw; areas then shrink by 1/8 pixel a corner. */
DipContours *dip_contours_new (const DipMask *mask, gboolean smooth);
void dip_contours_free (DipContours *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipContours, dip_contours_free)

/* The enclosed area by the shoelace formula, pixels²; negative for holes. */
double dip_contour_get_area (const DipContour *self);

G_END_DECLS
