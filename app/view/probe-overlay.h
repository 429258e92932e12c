#pragma once

#include "app/view/anatomy-overlay.h"
#include "app/view/toolbox.h"
#include "model/pair/probe.h"

G_BEGIN_DECLS

#define DIP_TYPE_PROBE_OVERLAY (dip_probe_overlay_get_type ())

G_DECLARE_FINAL_TYPE (DipProbeOverlay, dip_probe_overlay, DIP, PROBE_OVERLAY, GObject)

/* Point at a place in one view, and the arc and the depth strip where it must lie appear
 * in the other (model/pair/probe.h), each with its tolerance; where both hold is filled.
 * The place's figures stand beside it.
 *
 * While DIP_TOOL_PROBE is in hand the place follows the pointer; a click, or a drag, pins
 * it, and it comes back there when the pointer leaves.  Landmarks are the anatomy's, as
 * they were found or dragged.
 *
 * Properties:
 *   tolerance  double (DIP_PROBE_TOLERANCE_MM), 1 … 50, mm: probe.h
 *
 * ::moved  the place, or what is told from it, is another one
 *
 * Main thread. */
DipProbeOverlay *dip_probe_overlay_new (DipToolbox *toolbox, DipAnatomyOverlay *anatomy);

/* What is pointed at or pinned: its view, place (model/pair/geometry.h) and figures;
 * FALSE for none. */
gboolean dip_probe_overlay_get_figures (DipProbeOverlay *self,
                                        DipViewPosition *view,
                                        DipPoint *at,
                                        DipProbeFigures *figures);

/* "12.5 px", or with the spacing "12.5 px, 9.8 mm"; "–" for NaN.  g_free(). */
char *dip_probe_format_length (double pixels, double spacing_mm);

G_END_DECLS
