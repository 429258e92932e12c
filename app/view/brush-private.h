#pragma once

#include "app/view/brush.h"
#include "model/pair/contour.h"

G_BEGIN_DECLS

struct _DipBrush
{
  GObject parent_instance;

  DipToolbox *toolbox;
  DipBrushLayer *mask_layer;
  DipBrushLayer *region_layer;
  double size;
  gboolean erase;

  /* The stroke under way: the last place of the pointer, and where the curve has come to,
   * half way to it. */
  DipPoint pointer, reached;

  /* Where the last stroke of each view ended. */
  DipPoint ends[DIP_N_VIEW_POSITIONS];
  gboolean has_end[DIP_N_VIEW_POSITIONS];

  /* The ring. */
  gboolean is_hovering;
  DipPaneRole role;
  double x, y; /* picture pixels, corners at integers */
  gboolean erases_now;

  /* The region, as it was drawn last. */
  DipContours *contours[DIP_N_VIEW_POSITIONS];
  guint width[DIP_N_VIEW_POSITIONS], height[DIP_N_VIEW_POSITIONS];
  gboolean is_stale[DIP_N_VIEW_POSITIONS];
};

/* What is in hand, or NULL. */
DipBrushLayer *dip_brush_get_layer (DipBrush *self);

/* The view that a place shows, or -1 for none that can be painted. */
int dip_brush_find_view (const DipOverlayPlace *place);

/* brush-draw.c: the region, the stroke under way where it is all that is seen, the ring. */
void dip_brush_draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr);

G_END_DECLS
