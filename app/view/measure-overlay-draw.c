#include "app/view/measure-overlay-private.h"

#include <math.h>

#include "app/view/annotation.h"

#define HANDLE_RADIUS 4.0 /* screen pixels */
#define ARC_RADIUS 22.0
#define PLOT_WIDTH 190.0
#define PLOT_HEIGHT 84.0
#define PLOT_GAP 14.0
#define PLOT_MARGIN 6.0

gboolean
dip_measure_overlay_is_at (const DipMeasure *measure, const DipOverlayPlace *place)
{
  return place->pair == 0 && measure->channel == (guint) place->role &&
         (measure->width == 0 ||
          (measure->width == place->width && measure->height == place->height));
}

static void
set_colour (cairo_t *cr, gboolean is_selected, double alpha)
{
  if (is_selected)
    cairo_set_source_rgba (cr, 0.62, 1.0, 0.55, alpha);
  else
    cairo_set_source_rgba (cr, 0.5, 0.82, 0.45, alpha);
}

static void
stroke_outlined (cairo_t *cr, const DipOverlayPlace *place, gboolean is_selected)
{
  cairo_set_source_rgba (cr, 0, 0, 0, 0.6);
  cairo_set_line_width (cr, 3.5 * place->pixel);
  cairo_stroke_preserve (cr);
  set_colour (cr, is_selected, 1.0);
  cairo_set_line_width (cr, 1.5 * place->pixel);
  cairo_stroke (cr);
}

static void
draw_lines (const DipMeasure *measure,
            const DipOverlayPlace *place,
            gboolean is_selected,
            gboolean is_pending,
            cairo_t *cr)
{
  cairo_new_path (cr);
  for (guint i = 0; i < measure->points->len; i++)
    {
      const DipPoint at = dip_measure_get_point (measure, i);

      cairo_line_to (cr, at.x, at.y);
    }
  if (measure->kind == DIP_MEASURE_AREA && measure->points->len > 2)
    {
      if (!is_pending)
        cairo_close_path (cr);
      set_colour (cr, is_selected, 0.14);
      cairo_fill_preserve (cr);
    }
  stroke_outlined (cr, place, is_selected);
}

/* Between the legs, about the vertex. */
static void
draw_arc (const DipMeasure *measure,
          const DipOverlayPlace *place,
          gboolean is_selected,
          cairo_t *cr)
{
  const DipPoint a = dip_measure_get_point (measure, 0);
  const DipPoint v = dip_measure_get_point (measure, 1);
  const DipPoint b = dip_measure_get_point (measure, 2);
  const double from = atan2 (a.y - v.y, a.x - v.x), to = atan2 (b.y - v.y, b.x - v.x);

  cairo_new_path (cr);
  if (remainder (to - from, 2 * G_PI) > 0)
    cairo_arc (cr, v.x, v.y, ARC_RADIUS * place->pixel, from, to);
  else
    cairo_arc_negative (cr, v.x, v.y, ARC_RADIUS * place->pixel, from, to);
  stroke_outlined (cr, place, is_selected);
}

static void
draw_handles (const DipMeasure *measure,
              const DipOverlayPlace *place,
              gboolean is_selected,
              cairo_t *cr)
{
  for (guint i = 0; i < measure->points->len; i++)
    {
      const DipPoint at = dip_measure_get_point (measure, i);

      cairo_new_path (cr);
      cairo_arc (cr, at.x, at.y, HANDLE_RADIUS * place->pixel, 0, 2 * G_PI);
      stroke_outlined (cr, place, is_selected);
    }
}

/* Where the figures stand: beside a line's end, an angle's vertex, an area's middle. */
static DipPoint
get_label_place (const DipMeasure *measure)
{
  const guint n = measure->points->len;
  DipPoint middle = { 0.0, 0.0 };

  if (measure->kind != DIP_MEASURE_AREA)
    return dip_measure_get_point (measure,
                                  measure->kind == DIP_MEASURE_ANGLE ? 1 : n - 1);
  for (guint i = 0; i < n; i++)
    {
      middle.x += dip_measure_get_point (measure, i).x / n;
      middle.y += dip_measure_get_point (measure, i).y / n;
    }

  return middle;
}

static void
draw_label (DipMeasureOverlay *self,
            const DipMeasure *measure,
            const DipPicture *picture,
            const DipOverlayPlace *place,
            gboolean is_selected,
            cairo_t *cr)
{
  const DipPoint at = get_label_place (measure);
  g_autofree char *text = dip_measure_describe (
      measure, picture,
      self->view != NULL ? dip_pair_view_get_spacing (self->view, 0) : 0.0);

  set_colour (cr, is_selected, 1.0);
  dip_overlay_show_text (place, cr, at.x, at.y, 9, 6, text);
}

/* The plot of a profile -------------------------------------------------------------- */

/* Right of the line, or left where there is no room; in the pane's logical pixels. */
static void
find_plot_place (const DipMeasure *measure,
                 const DipOverlayPlace *place,
                 cairo_t *cr,
                 double *x,
                 double *y)
{
  double left, top, right, bottom, x0, y0, x1, y1;
  const DipPoint a = dip_measure_get_point (measure, 0);
  const DipPoint b = dip_measure_get_point (measure, 1);

  cairo_clip_extents (cr, &left, &top, &right, &bottom);
  dip_placement_to_target (&place->placement, a.x + 0.5, a.y + 0.5, &x0, &y0);
  dip_placement_to_target (&place->placement, b.x + 0.5, b.y + 0.5, &x1, &y1);
  *x = MAX (x0, x1) + PLOT_GAP;
  if (*x + PLOT_WIDTH > right)
    *x = MIN (x0, x1) - PLOT_GAP - PLOT_WIDTH;
  *x = CLAMP (*x, left + 4, MAX (right - PLOT_WIDTH - 4, left + 4));
  *y = MAX (y0, y1) + PLOT_GAP + 22;
  *y = CLAMP (*y, top + 4, MAX (bottom - PLOT_HEIGHT - 4, top + 4));
}

static void
draw_plot_frame (double x, double y, const DipMeasureFigures *figures, cairo_t *cr)
{
  g_autofree char *highest = g_strdup_printf ("%.2f", figures->highest);
  g_autofree char *lowest = g_strdup_printf ("%.2f", figures->lowest);

  cairo_rectangle (cr, x + 0.5, y + 0.5, PLOT_WIDTH - 1, PLOT_HEIGHT - 1);
  cairo_set_source_rgba (cr, 0.05, 0.05, 0.05, 0.82);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.35);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  dip_annotation_text (cr, x + PLOT_WIDTH - 4, y + 1, 1, 0, 10.0, FALSE, highest);
  dip_annotation_text (cr, x + PLOT_WIDTH - 4, y + PLOT_HEIGHT - 1, 1, 1, 10.0, FALSE,
                       lowest);
}

/* Values from the line's first point to its second; full height is from the lowest to the
 * highest. */
static void
draw_plot (const DipMeasure *measure,
           const DipPicture *picture,
           const DipOverlayPlace *place,
           gboolean is_selected,
           cairo_t *cr)
{
  const double width = PLOT_WIDTH - 2 * PLOT_MARGIN - 30, height = PLOT_HEIGHT - 16;
  g_autofree double *values = NULL;
  DipMeasureFigures figures;
  double x, y, range;
  guint n;

  values = dip_measure_sample (measure, picture, &n);
  dip_measure_compute (measure, picture, &figures);
  range = MAX (figures.highest - figures.lowest, 1e-9);
  cairo_save (cr);
  cairo_translate (cr, -0.5, -0.5);
  cairo_scale (cr, 1.0 / place->placement.scale_x, 1.0 / place->placement.scale_y);
  cairo_translate (cr, -place->placement.offset_x, -place->placement.offset_y);
  find_plot_place (measure, place, cr, &x, &y);
  draw_plot_frame (x, y, &figures, cr);
  cairo_new_path (cr);
  for (guint i = 0; i < n && n > 1; i++)
    cairo_line_to (cr, x + PLOT_MARGIN + width * i / (n - 1),
                   y + 8 + height * (1.0 - (values[i] - figures.lowest) / range));
  set_colour (cr, is_selected, 1.0);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_measure (DipMeasureOverlay *self,
              const DipMeasure *measure,
              const DipPicture *picture,
              const DipOverlayPlace *place,
              gboolean is_selected,
              cairo_t *cr)
{
  const gboolean is_pending = measure == self->pending;
  const gboolean is_whole =
      measure->points->len >= dip_measure_kind_get_n_points (measure->kind);

  draw_lines (measure, place, is_selected, is_pending, cr);
  if (measure->kind == DIP_MEASURE_ANGLE && is_whole)
    draw_arc (measure, place, is_selected, cr);
  if (!place->is_export)
    draw_handles (measure, place, is_selected, cr);
  if (is_whole)
    draw_label (self, measure, picture, place, is_selected, cr);
  if (is_whole && measure->kind == DIP_MEASURE_PROFILE && picture != NULL)
    draw_plot (measure, picture, place, is_selected, cr);
}

void
dip_measure_overlay_draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);
  const int selected = dip_measures_get_selected (self->measures);

  /* Pixel (0, 0) has its centre at (0, 0) in model/pair, its corner here. */
  cairo_save (cr);
  cairo_translate (cr, 0.5, 0.5);
  for (guint i = 0; i < dip_measures_get_count (self->measures); i++)
    {
      const DipMeasure *measure = dip_measures_get (self->measures, i);

      if (dip_measure_overlay_is_at (measure, place))
        draw_measure (self, measure, dip_measures_get_picture (self->measures, i), place,
                      (int) i == selected && !place->is_export, cr);
    }
  if (self->pending != NULL && dip_measure_overlay_is_at (self->pending, place))
    draw_measure (self, self->pending,
                  self->view != NULL
                      ? dip_pair_view_get_picture (self->view, 0, place->role)
                      : NULL,
                  place, TRUE, cr);
  cairo_restore (cr);
}
