#pragma once

#include <glib.h>

#include "model/pair/compose.h"

G_BEGIN_DECLS

/* Curves over a logarithmic axis, in one panel or several side by side, on white paper
 * with one legend and the word SYNTHETIC.  A pure function of what it is given (and of the
 * fonts of the machine).  Any thread. */
typedef struct
{
  double x; /* above 0 */
  double y;
  double low; /* the range around y, which is shaded */
  double high;
} DipPlotPoint;

typedef struct
{
  const char *label;
  guint n_points;
  const DipPlotPoint *points; /* by rising x; those that are NaN are left out */
} DipPlotCurve;

/* The same curves, by number, stand for the same thing in each panel.  On a logarithmic
 * axis what is not above 0 lies on its lower end. */
typedef struct
{
  const char *y_label;
  gboolean is_log;            /* the y axis; the x axis always is */
  const DipPlotCurve *curves; /* (n_curves) */
} DipPlotPanel;

/* Borrowed, all of it. */
typedef struct
{
  const char *title;
  const char *x_label;
  guint n_panels;
  guint n_curves;
  const DipPlotPanel *panels;
  const char *footer; /* as many lines as it takes */
} DipPlot;

/* dip_canvas_free() of grid.h. */
DipCanvas *dip_plot_draw (const DipPlot *self);

/* The same as SVG, whose letters are outlines. */
GBytes *dip_plot_to_svg (const DipPlot *self);

G_END_DECLS
