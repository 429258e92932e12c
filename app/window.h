#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define DIP_TYPE_WINDOW (dip_window_get_type ())

G_DECLARE_FINAL_TYPE (DipWindow, dip_window, DIP, WINDOW, AdwApplicationWindow)

/* CC, MLO and third channel of one pair while it is generated, step by step.
 *
 * Actions: win.generate, win.stop.
 */
DipWindow *dip_window_new (AdwApplication *application);

/* The checkpoint that Generate uses; NULL (and at first): the demo. */
void dip_window_set_checkpoint (DipWindow *self, const char *path);
void dip_window_generate (DipWindow *self);

G_END_DECLS
