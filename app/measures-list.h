#pragma once

#include "app/view/measures.h"

G_BEGIN_DECLS

/* The measures with their figures, a button each to delete them, and one for all; hidden
 * while there is none.  A click selects one, and shows which it is on the picture. */
GtkWidget *dip_measures_list_new (DipMeasures *measures);

G_END_DECLS
