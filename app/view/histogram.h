#pragma once

#include <gtk/gtk.h>

#include "app/view/levels.h"

G_BEGIN_DECLS

#define DIP_TYPE_HISTOGRAM (dip_histogram_get_type ())

G_DECLARE_FINAL_TYPE (DipHistogram, dip_histogram, DIP, HISTOGRAM, GtkWidget)

/* How often values occur in the pictures, on a square-root scale that shows rare ones,
 * and the window over them: the ramp from black to white.
 *
 * A drag of an end of the ramp moves that end, a drag between them the whole window.
 * Keys: Left and Right move the window, Up and Down make it wider and narrower.
 *
 * Values of 0.02 and less, air, are counted but do not set the scale.
 */
GtkWidget *dip_histogram_new (DipLevels *levels);

/* Counts the pictures' values; NULLs are skipped, nothing is kept of them. */
void dip_histogram_set_pictures (DipHistogram *self,
                                 const DipPicture *const *pictures,
                                 guint n_pictures);

G_END_DECLS
