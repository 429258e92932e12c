#pragma once

#include "app/view/measures.h"

G_BEGIN_DECLS

#define DIP_TYPE_MEASURE_OVERLAY (dip_measure_overlay_get_type ())

G_DECLARE_FINAL_TYPE (DipMeasureOverlay,
                      dip_measure_overlay,
                      DIP,
                      MEASURE_OVERLAY,
                      GObject)

/* Draws @measures on the panes, with handles, and makes new ones with the tools
 * DIP_TOOL_DISTANCE, _ANGLE, _AREA and _PROFILE in hand.
 *
 * A distance or a profile is a drag, or two clicks; an angle is three points, the vertex
 * second; an area as many as are clicked, until one is clicked on the first or the last.
 * Shift holds a line to multiples of 45°.  Points of what is there are dragged with any of
 * these tools, and without one.  Undo takes back the last point of one that is not done,
 * then measures.
 *
 * Main thread. */
DipMeasureOverlay *
dip_measure_overlay_new (DipMeasures *measures, DipToolbox *toolbox, DipPairView *view);

G_END_DECLS
