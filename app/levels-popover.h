#pragma once

#include "app/view/pair-view.h"

G_BEGIN_DECLS

/* A button whose popover has the histogram of the pictures of @view, their window, and
 * its presets.
 */
GtkWidget *dip_levels_button_new (DipPairView *view);

G_END_DECLS
