#pragma once

#include <gtk/gtk.h>

#include "app/shown.h"

G_BEGIN_DECLS

#define DIP_TYPE_SCRUBBER (dip_scrubber_get_type ())

G_DECLARE_FINAL_TYPE (DipScrubber, dip_scrubber, DIP, SCRUBBER, GtkWidget)

/* The line over the steps below the pictures: where one is, and which of the two kinds
 * of picture is shown.
 */
GtkWidget *dip_scrubber_new (DipShown *shown);

G_END_DECLS
