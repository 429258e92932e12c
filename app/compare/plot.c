#include "app/compare/plot.h"

#include "app/compare/grid.h"
#include "app/compare/paper.h"
#include "app/compare/plot-axis.h"

#include <cairo-svg.h>
#include <math.h>

#define MARGIN 20
#define PANEL_WIDTH 400 /* of the frame that the curves lie in */
#define PANEL_HEIGHT 320
#define AXIS_ROOM 62 /* for numbers and label, beside and below */
#define FOOT_ROOM 52
#define GAP 24
#define TITLE_SIZE 17.0
#define TEXT_SIZE 13.0
#define SMALL_SIZE 11.5
#define SWATCH 34 /* of a legend's line */
#define LINE_WIDTH 2.0
#define MARKER 4.0 /* half its width */

/* Okabe and Ito's colours, which are told apart without telling red from green. */
static const double colours[][3] = {
  { 0.000, 0.447, 0.698 }, { 0.835, 0.369, 0.000 }, { 0.000, 0.620, 0.451 },
  { 0.800, 0.475, 0.655 }, { 0.902, 0.624, 0.000 }, { 0.337, 0.706, 0.914 },
  { 0.150, 0.150, 0.150 },
};

typedef struct
{
  int title_height;
  int legend_width;
  int legend_row;
  int footer_height;
  int mark_height;
  int width, height;
} Layout;

static void
set_colour (cairo_t *cr, guint curve, double alpha)
{
  const double *c = colours[curve % G_N_ELEMENTS (colours)];

  cairo_set_source_rgba (cr, c[0], c[1], c[2], alpha);
}

/* A polygon on a circle. */
static void
trace_polygon (cairo_t *cr, double x, double y, double radius, guint n, double turn)
{
  for (guint i = 0; i < n; i++)
    {
      double angle = (turn + (double) i / n) * 2.0 * G_PI;

      cairo_line_to (cr, x + radius * sin (angle), y - radius * cos (angle));
    }
  cairo_close_path (cr);
}

/* Another shape for each curve: colours alone may not tell. */
static void
draw_marker (cairo_t *cr, guint curve, double x, double y)
{
  cairo_new_path (cr);
  switch (curve % 5)
    {
    case 0:
      cairo_arc (cr, x, y, MARKER, 0.0, 2.0 * G_PI);
      break;
    case 1:
      trace_polygon (cr, x, y, 1.35 * MARKER, 4, 0.125);
      break;
    case 2:
      trace_polygon (cr, x, y, 1.5 * MARKER, 3, 0.0);
      break;
    case 3:
      trace_polygon (cr, x, y, 1.35 * MARKER, 4, 0.0);
      break;
    default:
      trace_polygon (cr, x, y, 1.5 * MARKER, 3, 0.5);
      break;
    }
  set_colour (cr, curve, 1.0);
  cairo_fill_preserve (cr);
  cairo_set_source_rgb (cr, 1.0, 1.0, 1.0);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
}

static gboolean
is_there (const DipPlotPoint *point)
{
  return isfinite (point->x) && isfinite (point->y);
}

/* The y axis's ends from all that is drawn along it, x's from all panels. */
static void
find_ends (const DipPlot *self, const DipPlotPanel *panel, DipPlotAxis *x, DipPlotAxis *y)
{
  double x_low = G_MAXDOUBLE, x_high = -G_MAXDOUBLE;
  double y_low = G_MAXDOUBLE, y_high = -G_MAXDOUBLE;

  for (guint c = 0; c < self->n_curves; c++)
    for (guint i = 0; i < panel->curves[c].n_points; i++)
      {
        const DipPlotPoint *point = &panel->curves[c].points[i];

        if (!is_there (point))
          continue;
        x_low = MIN (x_low, point->x);
        x_high = MAX (x_high, point->x);
        y_high = MAX (y_high, point->high);
        if (!panel->is_log || point->low > 0.0)
          y_low = MIN (y_low, point->low);
        else if (point->y > 0.0)
          y_low = MIN (y_low, point->y);
      }

  x->is_log = TRUE;
  y->is_log = panel->is_log;
  if (x_high < x_low)
    x_low = x_high = 1.0;
  if (y_high < y_low || (y->is_log && y_high <= 0.0))
    y_low = y_high = 1.0;
  dip_plot_axis_span (x, x_low, x_high);
  dip_plot_axis_span (y, y_low, y_high);
}

static void
draw_line (cairo_t *cr, double x0, double y0, double x1, double y1)
{
  cairo_move_to (cr, x0, y0);
  cairo_line_to (cr, x1, y1);
  cairo_stroke (cr);
}

static void
draw_ticks (cairo_t *cr, const DipPlotAxis *x, const DipPlotAxis *y)
{
  g_autoptr (GArray) x_ticks = dip_plot_axis_list_ticks (x, 12);
  g_autoptr (GArray) y_ticks = dip_plot_axis_list_ticks (y, y->is_log ? 10 : 7);

  cairo_set_line_width (cr, 1.0);
  for (guint i = 0; i < x_ticks->len; i++)
    {
      double value = g_array_index (x_ticks, double, i);
      double at = floor (dip_plot_axis_place (x, value)) + 0.5;
      g_autofree char *text = dip_plot_axis_format (value);

      cairo_set_source_rgb (cr, 0.91, 0.91, 0.92);
      draw_line (cr, at, y->from, at, y->to);
      cairo_set_source_rgb (cr, DIP_PALE_INK);
      dip_paper_write (cr, text, SMALL_SIZE, DIP_TYPE_PLAIN, at, y->from + 6, 0.5, 0.0);
    }
  for (guint i = 0; i < y_ticks->len; i++)
    {
      double value = g_array_index (y_ticks, double, i);
      double at = floor (dip_plot_axis_place (y, value)) + 0.5;
      g_autofree char *text = dip_plot_axis_format (value);

      cairo_set_source_rgb (cr, 0.91, 0.91, 0.92);
      draw_line (cr, x->from, at, x->to, at);
      cairo_set_source_rgb (cr, DIP_PALE_INK);
      dip_paper_write (cr, text, SMALL_SIZE, DIP_TYPE_PLAIN, x->from - 7, at, 1.0, 0.5);
    }
}

static void
draw_labels (const DipPlot *self,
             const DipPlotPanel *panel,
             cairo_t *cr,
             const DipPlotAxis *x,
             const DipPlotAxis *y)
{
  cairo_set_source_rgb (cr, DIP_INK);
  dip_paper_write (cr, self->x_label, TEXT_SIZE, DIP_TYPE_PLAIN, (x->from + x->to) / 2.0,
                   y->from + 26, 0.5, 0.0);
  cairo_save (cr);
  cairo_translate (cr, x->from - AXIS_ROOM + 2, (y->from + y->to) / 2.0);
  cairo_rotate (cr, -G_PI / 2.0);
  dip_paper_write (cr, panel->y_label, TEXT_SIZE, DIP_TYPE_PLAIN, 0.0, 0.0, 0.5, 0.0);
  cairo_restore (cr);

  cairo_set_source_rgb (cr, DIP_PALE_INK);
  cairo_set_line_width (cr, 1.0);
  draw_line (cr, x->from - 0.5, y->to, x->from - 0.5, y->from + 0.5);
  draw_line (cr, x->from - 0.5, y->from + 0.5, x->to, y->from + 0.5);
}

static void
draw_range (const DipPlotCurve *curve,
            guint number,
            cairo_t *cr,
            const DipPlotAxis *x,
            const DipPlotAxis *y)
{
  cairo_new_path (cr);
  for (guint i = 0; i < curve->n_points; i++)
    if (is_there (&curve->points[i]))
      cairo_line_to (cr, dip_plot_axis_place (x, curve->points[i].x),
                     dip_plot_axis_place (y, curve->points[i].high));
  for (guint i = curve->n_points; i-- > 0;)
    if (is_there (&curve->points[i]))
      cairo_line_to (cr, dip_plot_axis_place (x, curve->points[i].x),
                     dip_plot_axis_place (y, curve->points[i].low));
  set_colour (cr, number, 0.10);
  cairo_fill (cr);

  /* What a single number of steps ranges over. */
  set_colour (cr, number, 0.35);
  cairo_set_line_width (cr, 1.0);
  for (guint i = 0; i < curve->n_points; i++)
    if (is_there (&curve->points[i]))
      draw_line (cr, dip_plot_axis_place (x, curve->points[i].x),
                 dip_plot_axis_place (y, curve->points[i].low),
                 dip_plot_axis_place (x, curve->points[i].x),
                 dip_plot_axis_place (y, curve->points[i].high));
}

static void
draw_curve (const DipPlotCurve *curve,
            guint number,
            cairo_t *cr,
            const DipPlotAxis *x,
            const DipPlotAxis *y)
{
  cairo_new_path (cr);
  for (guint i = 0; i < curve->n_points; i++)
    if (is_there (&curve->points[i]))
      cairo_line_to (cr, dip_plot_axis_place (x, curve->points[i].x),
                     dip_plot_axis_place (y, curve->points[i].y));
  set_colour (cr, number, 1.0);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);

  for (guint i = 0; i < curve->n_points; i++)
    if (is_there (&curve->points[i]))
      draw_marker (cr, number, dip_plot_axis_place (x, curve->points[i].x),
                   dip_plot_axis_place (y, curve->points[i].y));
}

static void
draw_panel (const DipPlot *self,
            const DipPlotPanel *panel,
            cairo_t *cr,
            double left,
            double top)
{
  DipPlotAxis x = { .from = left, .to = left + PANEL_WIDTH };
  DipPlotAxis y = { .from = top + PANEL_HEIGHT, .to = top };

  find_ends (self, panel, &x, &y);
  draw_ticks (cr, &x, &y);
  draw_labels (self, panel, cr, &x, &y);

  cairo_save (cr);
  cairo_rectangle (cr, x.from - MARKER * 2, y.to, PANEL_WIDTH + MARKER * 4,
                   PANEL_HEIGHT + MARKER * 2);
  cairo_clip (cr);
  for (guint c = 0; c < self->n_curves; c++)
    draw_range (&panel->curves[c], c, cr, &x, &y);
  for (guint c = 0; c < self->n_curves; c++)
    draw_curve (&panel->curves[c], c, cr, &x, &y);
  cairo_restore (cr);
}

static void
draw_legend (const DipPlot *self,
             const Layout *layout,
             cairo_t *cr,
             double left,
             double top)
{
  for (guint c = 0; c < self->n_curves; c++)
    {
      double y = top + (c + 0.5) * layout->legend_row;

      set_colour (cr, c, 1.0);
      cairo_set_line_width (cr, LINE_WIDTH);
      draw_line (cr, left, y, left + SWATCH - 8, y);
      draw_marker (cr, c, left + (SWATCH - 8) / 2.0, y);
      cairo_set_source_rgb (cr, DIP_INK);
      dip_paper_write (cr, self->panels[0].curves[c].label, TEXT_SIZE, DIP_TYPE_PLAIN,
                       left + SWATCH, y, 0.0, 0.5);
    }
}

static void
measure_text (cairo_t *cr,
              const char *text,
              double size,
              int wrap,
              int *width,
              int *height)
{
  g_autoptr (PangoLayout) layout =
      dip_paper_make_text (cr, text, size, DIP_TYPE_PLAIN, wrap, PANGO_ALIGN_LEFT);

  dip_paper_measure (layout, width, height);
}

static Layout
lay_out (const DipPlot *self, cairo_t *cr)
{
  Layout layout = { 0 };
  int width, height;

  measure_text (cr, self->title, TITLE_SIZE, 0, &width, &height);
  dip_paper_measure_mark (cr, &width, &layout.mark_height);
  layout.title_height = height + 8 + layout.mark_height + 14;
  layout.legend_width = width;
  for (guint c = 0; c < self->n_curves; c++)
    {
      measure_text (cr, self->panels[0].curves[c].label, TEXT_SIZE, 0, &width, &height);
      layout.legend_width = MAX (layout.legend_width, SWATCH + width);
      layout.legend_row = MAX (layout.legend_row, height + 7);
    }
  layout.width =
      2 * MARGIN + self->n_panels * (AXIS_ROOM + PANEL_WIDTH + GAP) + layout.legend_width;
  measure_text (cr, self->footer, SMALL_SIZE, layout.width - 2 * MARGIN, &width,
                &layout.footer_height);
  height = MAX (PANEL_HEIGHT + FOOT_ROOM, (int) self->n_curves * layout.legend_row);
  layout.height = 2 * MARGIN + layout.title_height + height + 8 + layout.footer_height;

  return layout;
}

static void
draw (const DipPlot *self, const Layout *layout, cairo_t *cr)
{
  double top = MARGIN + layout->title_height;
  g_autoptr (PangoLayout) footer = NULL;

  cairo_set_source_rgb (cr, DIP_INK);
  dip_paper_write (cr, self->title, TITLE_SIZE, DIP_TYPE_BOLD, MARGIN, MARGIN, 0.0, 0.0);
  dip_paper_mark (cr, MARGIN, top - 14 - layout->mark_height);

  for (guint i = 0; i < self->n_panels; i++)
    draw_panel (self, &self->panels[i], cr,
                MARGIN + AXIS_ROOM + i * (AXIS_ROOM + PANEL_WIDTH + GAP), top);
  draw_legend (self, layout, cr,
               MARGIN + self->n_panels * (AXIS_ROOM + PANEL_WIDTH + GAP), top);

  footer = dip_paper_make_text (cr, self->footer, SMALL_SIZE, DIP_TYPE_PLAIN,
                                layout->width - 2 * MARGIN, PANGO_ALIGN_LEFT);
  cairo_set_source_rgb (cr, DIP_PALE_INK);
  cairo_move_to (cr, MARGIN, layout->height - MARGIN - layout->footer_height);
  pango_cairo_show_layout (cr, footer);
}

static Layout
measure (const DipPlot *self)
{
  cairo_t *cr = dip_paper_new_scratch ();
  Layout layout = lay_out (self, cr);

  cairo_destroy (cr);

  return layout;
}

DipCanvas *
dip_plot_draw (const DipPlot *self)
{
  Layout layout = measure (self);
  cairo_t *cr;
  DipCanvas *canvas = dip_paper_new (layout.width, layout.height, &cr);

  draw (self, &layout, cr);
  cairo_destroy (cr);

  return canvas;
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int n_bytes)
{
  g_byte_array_append (closure, data, n_bytes);

  return CAIRO_STATUS_SUCCESS;
}

GBytes *
dip_plot_to_svg (const DipPlot *self)
{
  Layout layout = measure (self);
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface =
      cairo_svg_surface_create_for_stream (append_cb, bytes, layout.width, layout.height);
  cairo_t *cr = cairo_create (surface);

  cairo_surface_destroy (surface);
  cairo_set_source_rgb (cr, 1.0, 1.0, 1.0);
  cairo_paint (cr);
  draw (self, &layout, cr);
  cairo_surface_finish (cairo_get_target (cr));
  cairo_destroy (cr);

  return g_byte_array_free_to_bytes (bytes);
}
