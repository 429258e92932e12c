#pragma once

#include <glib-object.h>

#include "model/pair/landmarks.h"
#include "model/pair/mask-edits.h"

G_BEGIN_DECLS

#define DIP_TYPE_BRUSH_LAYER (dip_brush_layer_get_type ())

G_DECLARE_FINAL_TYPE (DipBrushLayer, dip_brush_layer, DIP, BRUSH_LAYER, GObject)

/* What a brush has painted on the two views of a pair, stroke by stroke, with one history
 * for both.
 *
 * Properties:
 *   active  boolean, TRUE at first: whether strokes are taken now
 *
 * ::began                     a stroke is about to begin
 * ::changed (DipViewPosition) other pixels of that view may be painted: also within a stroke
 * ::stroked (DipViewPosition) a stroke has ended, or was taken back or put back
 *
 * Main thread. */
DipBrushLayer *dip_brush_layer_new (void);

gboolean dip_brush_layer_get_active (DipBrushLayer *self);
void dip_brush_layer_set_active (DipBrushLayer *self, gboolean active);

/* Borrowed, never NULL. */
const DipMaskEdits *dip_brush_layer_get_edits (DipBrushLayer *self, DipViewPosition view);
gboolean dip_brush_layer_is_empty (DipBrushLayer *self);

/* Other strokes, copied; NULL for none.  The history begins anew: by view, CC's first. */
void dip_brush_layer_set_edits (DipBrushLayer *self,
                                const DipMaskEdits *cc,
                                const DipMaskEdits *mlo);

/* One stroke; lengths in picture pixels, (0, 0) the centre of the first one. */
void dip_brush_layer_begin (DipBrushLayer *self,
                            DipViewPosition view,
                            DipPoint at,
                            double radius,
                            gboolean adds);
void dip_brush_layer_draw_to (DipBrushLayer *self, DipPoint to);
void dip_brush_layer_end (DipBrushLayer *self);
void dip_brush_layer_cancel (DipBrushLayer *self);     /* as if it had not begun */
int dip_brush_layer_get_drawing (DipBrushLayer *self); /* the view, or -1 for no stroke */

/* Strokes of either view, in the order they were made; FALSE if there is none. */
gboolean dip_brush_layer_undo (DipBrushLayer *self);
gboolean dip_brush_layer_redo (DipBrushLayer *self);
gboolean dip_brush_layer_can_undo (DipBrushLayer *self);
gboolean dip_brush_layer_can_redo (DipBrushLayer *self);

G_END_DECLS
