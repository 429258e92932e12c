#pragma once

#include "app/comparison-run.h"
#include "app/window.h"

G_BEGIN_DECLS

#define DIP_TYPE_COMPARISON_WINDOW (dip_comparison_window_get_type ())

G_DECLARE_FINAL_TYPE (DipComparisonWindow,
                      dip_comparison_window,
                      DIP,
                      COMPARISON_WINDOW,
                      AdwWindow)

/* The grid of a comparison while it is made and afterwards: seeds below each other, settings
 * side by side, a button for each pair that shows it in @window.  Closing it stops what is
 * not made.
 */
GtkWidget *dip_comparison_window_new (DipWindow *window, DipComparisonRun *run);

/* The button of a cell, borrowed; column -1: the reference. */
GtkWidget *
dip_comparison_window_get_cell (DipComparisonWindow *self, guint row, int column);

G_END_DECLS
