#pragma once

#include "app/view/anatomy-overlay.h"
#include "app/view/pair-view.h"

G_BEGIN_DECLS

/* A button of the header bar: its popover has the slider from the MLO as it is to the MLO
 * laid over the CC (model/pair/registration.h), and how far the outlines are apart before
 * and after, or how far that computation is, with a button that stops it.  It keeps the
 * registrar that registers (registrar.h). */
GtkWidget *dip_registration_button_new (DipPairView *view, DipAnatomyOverlay *anatomy);

G_END_DECLS
