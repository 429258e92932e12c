#pragma once

#include "app/view/pair-view.h"

G_BEGIN_DECLS

/* A row with a button for every tool of the view's toolbox, and beside them the options
 * of the tool in hand. */
GtkWidget *dip_tool_strip_new (DipPairView *view);

G_END_DECLS
