#pragma once

#include <gtk/gtk.h>

#include "app/shown.h"

G_BEGIN_DECLS

#define DIP_TYPE_STAGE (dip_stage_get_type ())

G_DECLARE_FINAL_TYPE (DipStage, dip_stage, DIP, STAGE, GtkWidget)

/* Where the pictures are: binds the panes and the timeline of app/view to DipShown. */
GtkWidget *dip_stage_new (DipShown *shown);

G_END_DECLS
