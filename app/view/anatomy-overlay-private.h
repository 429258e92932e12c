#pragma once

#include "app/view/anatomy-overlay.h"
#include "model/pair/contour.h"

G_BEGIN_DECLS

/* After the points come the two ends of the pectoral line. */
#define HANDLE_TOP DIP_N_LANDMARK_POINTS
#define HANDLE_BOTTOM (DIP_N_LANDMARK_POINTS + 1)
#define N_HANDLES (DIP_N_LANDMARK_POINTS + 2)

struct _DipAnatomyOverlay
{
  GObject parent_instance;

  DipFoundView *views[DIP_N_VIEW_POSITIONS];
  DipContours *contours[DIP_N_VIEW_POSITIONS];
  DipBreast *found[DIP_N_VIEW_POSITIONS];    /* without corrections */
  DipMaskEdits *edits[DIP_N_VIEW_POSITIONS]; /* or NULL */
  DipLandmarks by_hand[DIP_N_VIEW_POSITIONS];
  double spacing_mm;
  DipLandmarks before; /* of a drag, to be put back */
  gboolean is_dragging;
  guint needs; /* of DipAnatomyNeed */
  gboolean is_registered;
  DipSimilarity similarity; /* of the MLO to the CC, then */
  gboolean visible;
  gboolean hatched;
  double opacity;
};

/* The view that a pane shows, or -1. */
int dip_anatomy_overlay_find_view (DipAnatomyOverlay *self, const DipOverlayPlace *place);

/* anatomy-overlay-draw.c */
void
dip_anatomy_overlay_draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr);

/* anatomy-overlay-handles.c: hits, drags, moves. */
void dip_anatomy_overlay_implement_handles (DipOverlayInterface *iface);

/* Where a handle is, model/pair/geometry.h; FALSE where that was not found. */
gboolean dip_anatomy_overlay_get_handle (const DipLandmarks *landmarks,
                                         guint handle,
                                         DipPoint *at);

/* Emits ::dragged. */
void dip_anatomy_overlay_dragged (DipAnatomyOverlay *self, int view);

G_END_DECLS
