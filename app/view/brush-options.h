#pragma once

#include "app/view/brush.h"

G_BEGIN_DECLS

/* What is shown beside the tools while a brush is in hand: its size, whether it erases, undo
 * and redo of @layer's strokes; a horizontal GtkBox that more may be appended to. */
GtkWidget *dip_brush_options_new (DipBrush *brush, DipBrushLayer *layer);

G_END_DECLS
