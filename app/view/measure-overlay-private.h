#pragma once

#include "app/view/measure-overlay.h"

G_BEGIN_DECLS

struct _DipMeasureOverlay
{
  GObject parent_instance;

  DipMeasures *measures;
  DipToolbox *toolbox;
  DipPairView *view; /* weak */

  /* Not done yet: its last point follows the pointer, those before are fixed. */
  DipMeasure *pending; /* or NULL */
  double press_x, press_y;
  gboolean is_fresh; /* begun by this press */
  gboolean has_moved;
};

/* measure-overlay-draw.c */
void
dip_measure_overlay_draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr);

/* Whether a measure belongs to the picture of a place. */
gboolean dip_measure_overlay_is_at (const DipMeasure *measure,
                                    const DipOverlayPlace *place);

G_END_DECLS
