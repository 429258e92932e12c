#pragma once

#include <glib-object.h>

#include "model/pair/compose.h"

G_BEGIN_DECLS

#define DIP_TYPE_VIEWPORT (dip_viewport_get_type ())

G_DECLARE_FINAL_TYPE (DipViewport, dip_viewport, DIP, VIEWPORT, GObject)

/* Which part of a picture is seen, and how large: what linked panes share.
 *
 * Properties, all read and write:
 *   zoom      double   logical screen pixels per picture pixel, 0.01 … 64; setting it
 *                      ends fit
 *   centre-x  double   the picture's place in the middle of the pane, in picture pixels
 *   centre-y  double   from the upper left corner
 *   fit       boolean  TRUE at first: the whole picture, as large as the pane allows;
 *                      zoom and centre then mean nothing
 *   flip-h, flip-v     boolean: mirrored left to right, top to bottom
 *   smooth    boolean  TRUE at first: linear interpolation; else replicated pixels
 *   cursor    boolean  a place is pointed at: cursor-x, cursor-y (picture pixels)
 *
 * ::changed follows any number of these together, once a call below or a property set.
 * Main thread.
 */
DipViewport *dip_viewport_new (void);

/* A copy of all properties, for a pane that is no longer linked. */
DipViewport *dip_viewport_copy (DipViewport *self);

#define DIP_VIEWPORT_MIN_ZOOM 0.01
#define DIP_VIEWPORT_MAX_ZOOM 64.0

double dip_viewport_get_zoom (DipViewport *self);
gboolean dip_viewport_get_fit (DipViewport *self);
gboolean dip_viewport_get_smooth (DipViewport *self);

/* The whole picture. */
void dip_viewport_set_fit (DipViewport *self, gboolean fit);

/* Zoom and centre at once, which ends fit. */
void
dip_viewport_look_at (DipViewport *self, double zoom, double centre_x, double centre_y);

void dip_viewport_set_flip (DipViewport *self, gboolean flip_h, gboolean flip_v);
void dip_viewport_set_smooth (DipViewport *self, gboolean smooth);

/* Points at a place of the picture. */
void dip_viewport_set_cursor (DipViewport *self, double x, double y);
void dip_viewport_clear_cursor (DipViewport *self);

/* FALSE if nothing is pointed at. */
gboolean dip_viewport_get_cursor (DipViewport *self, double *x, double *y);

/* Where a picture of @picture_width x @picture_height lies on a pane of @width x @height
 * logical pixels, offsets rounded to 1/@scale_factor of them so that pixels stay crisp.
 * @is_mirrored flips left and right once more. */
DipPlacement dip_viewport_place (DipViewport *self,
                                 double width,
                                 double height,
                                 guint picture_width,
                                 guint picture_height,
                                 gboolean is_mirrored,
                                 double scale_factor);

G_END_DECLS
