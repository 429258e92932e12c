#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sets of pixels: (height, width) bytes of 0 or 1, rows from the top. */

/* Distances are counted in fifths of a pixel. */
#define DIP_REGION_UNIT 5

/* Leaves the largest part (4 neighbours) of a set; returns how many pixels it has. */
gsize dip_region_keep_largest (guint8 *set, guint width, guint height);

typedef enum
{
  DIP_BORDER_LEFT = 1 << 0,
  DIP_BORDER_RIGHT = 1 << 1,
  DIP_BORDER_TOP = 1 << 2,
  DIP_BORDER_BOTTOM = 1 << 3,
  DIP_BORDER_ALL = 15,
} DipBorders;

/* Fills what none of the borders reaches through pixels outside the set. */
void dip_region_fill_holes (guint8 *set, guint width, guint height, DipBorders borders);

/* Parts of a set, numbered from 1 in @labels (0 outside); returns how many. */
guint dip_region_label (const guint8 *set, guint width, guint height, guint32 *labels);

/* The distance of every pixel to the nearest one whose byte is @wanted, in fifths of a
 * pixel, by the chamfer 5-7-11 (G. Borgefors, Comput. Vis. Graph. Image Process. 34,
 * 1986), within 2 %; 30000 or more where there is none.  The picture's borders count as
 * nothing. */
void dip_region_distance (const guint8 *set,
                          guint8 wanted,
                          guint width,
                          guint height,
                          gint16 *distances);

/* Disc of @radius pixels; the world outside the picture goes on as its border does. */
void dip_region_dilate (guint8 *set, guint width, guint height, double radius);
void dip_region_erode (guint8 *set, guint width, guint height, double radius);
void dip_region_open (guint8 *set, guint width, guint height, double radius);

G_END_DECLS
