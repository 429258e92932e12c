#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A place in a picture, in pixels: the centre of the top left pixel is (0, 0), x to the
 * right, y down.  An edge of the picture is at −0.5 or at width − 0.5. */
typedef struct
{
  double x;
  double y;
} DipPoint;

/* The straight line of all p with normal · p = distance, |normal| = 1, pixels. */
typedef struct
{
  double normal_x;
  double normal_y;
  double distance;
} DipLine;

double dip_point_distance (DipPoint a, DipPoint b);

/* The line through two points; its normal is to the right of the way from a to b as
 * seen on the screen (down the y axis it is −x).  Of two equal points: a vertical line. */
DipLine dip_line_through (DipPoint a, DipPoint b);

/* How far a point lies on the normal's side, pixels; negative on the other. */
double dip_line_signed_distance (const DipLine *self, DipPoint point);

/* The nearest point of the line. */
DipPoint dip_line_foot (const DipLine *self, DipPoint point);

/* Degrees between the line and the vertical, 0 … 90. */
double dip_line_angle (const DipLine *self);

/* Where the line crosses the row y or the column x; far off, but finite, where it is
 * parallel to it. */
DipPoint dip_line_at_row (const DipLine *self, double y);
DipPoint dip_line_at_column (const DipLine *self, double x);

G_END_DECLS
