#pragma once

#include <gtk/gtk.h>

#include "app/shown.h"
#include "app/view/pair-view.h"

G_BEGIN_DECLS

#define DIP_TYPE_STAGE (dip_stage_get_type ())

G_DECLARE_FINAL_TYPE (DipStage, dip_stage, DIP, STAGE, GtkWidget)

/* Where the pictures are: gives the panes of app/view what DipShown holds. */
GtkWidget *dip_stage_new (DipShown *shown);

/* Borrowed; for overlays, levels, viewport. */
DipPairView *dip_stage_get_pair_view (DipStage *self);

/* What the panes show, for files: see dip_pair_view_draw(). */
void
dip_stage_draw (DipStage *self, cairo_t *cr, double scale, double *width, double *height);

G_END_DECLS
