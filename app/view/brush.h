#pragma once

#include "app/view/brush-layer.h"
#include "app/view/overlay.h"
#include "app/view/toolbox.h"

G_BEGIN_DECLS

#define DIP_TYPE_BRUSH (dip_brush_get_type ())

G_DECLARE_FINAL_TYPE (DipBrush, dip_brush, DIP, BRUSH, GObject)

/* A round brush on CC and MLO, in hand while the toolbox's tool is DIP_TOOL_BRUSH (it paints
 * the mask layer) or DIP_TOOL_REGION (the region layer).
 *
 * A ring at the pointer has the brush's true size, dashed while it erases.  Between two
 * places of the pointer it goes along a curve through them; Shift and a press draws a
 * straight line from where the last stroke of that view ended; Control erases, or paints
 * where erase is set.  A pixel is painted if its centre lies within the radius.  The region
 * layer is drawn here; what the mask layer does is for its owner to draw.
 *
 * Properties:
 *   size   double, 1 … 400, 24 at first: the diameter, picture pixels
 *   erase  boolean
 *
 * Main thread. */
DipBrush *dip_brush_new (DipToolbox *toolbox);

#define DIP_BRUSH_MIN_SIZE 1.0
#define DIP_BRUSH_MAX_SIZE 400.0

/* Borrowed. */
DipBrushLayer *dip_brush_get_mask_layer (DipBrush *self);
DipBrushLayer *dip_brush_get_region_layer (DipBrush *self);

double dip_brush_get_size (DipBrush *self);
void dip_brush_set_size (DipBrush *self, double size);
gboolean dip_brush_get_erase (DipBrush *self);
void dip_brush_set_erase (DipBrush *self, gboolean erase);

G_END_DECLS
