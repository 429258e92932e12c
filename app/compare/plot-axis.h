#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One axis of a plot. */
typedef struct
{
  double low, high; /* what the ends show */
  gboolean is_log;
  double from, to; /* where the ends lie, in pixels */
} DipPlotAxis;

/* Ends for values from @low to @high; a logarithmic axis wants them above 0. */
void dip_plot_axis_span (DipPlotAxis *self, double low, double high);

/* Where a value lies; on a logarithmic axis what is not above 0 at its lower end. */
double dip_plot_axis_place (const DipPlotAxis *self, double value);

/* The marks within the ends, rising, of double: 1, 2 and 5 times powers of ten, as few of
 * them as @n_wanted allows. */
GArray *dip_plot_axis_list_ticks (const DipPlotAxis *self, guint n_wanted);

/* "0.05", "20", "1000". */
char *dip_plot_axis_format (double value);

G_END_DECLS
