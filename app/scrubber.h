#pragma once

#include <gtk/gtk.h>

#include "app/shown.h"
#include "app/view/timeline.h"

G_BEGIN_DECLS

#define DIP_TYPE_SCRUBBER (dip_scrubber_get_type ())

G_DECLARE_FINAL_TYPE (DipScrubber, dip_scrubber, DIP, SCRUBBER, GtkWidget)

/* The steps below the pictures: gives the timeline of app/view what DipShown holds, and
 * a button for which of the two kinds of picture is shown.
 */
GtkWidget *dip_scrubber_new (DipShown *shown);

/* Borrowed. */
DipTimeline *dip_scrubber_get_timeline (DipScrubber *self);

G_END_DECLS
