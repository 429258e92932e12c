#include "app/view/timeline-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define LEFT 58.0
#define RIGHT 14.0
#define TOP 8.0
#define TRACK 26.0 /* height of the track below the curves */

/* Okabe and Ito's palette, which is told apart with any colour vision; a curve is told by
 * its dashes too.  Darker on light and lighter on dark, so that thin lines carry. */
static const GdkRGBA on_light[] = {
  { 0.00f, 0.40f, 0.65f, 1 }, { 0.72f, 0.42f, 0.00f, 1 }, { 0.00f, 0.50f, 0.37f, 1 },
  { 0.65f, 0.30f, 0.50f, 1 }, { 0.25f, 0.25f, 0.25f, 1 }, { 0.75f, 0.29f, 0.00f, 1 },
};
static const GdkRGBA on_dark[] = {
  { 0.42f, 0.76f, 0.98f, 1 }, { 0.96f, 0.70f, 0.16f, 1 }, { 0.20f, 0.82f, 0.62f, 1 },
  { 0.92f, 0.62f, 0.80f, 1 }, { 0.85f, 0.85f, 0.85f, 1 }, { 0.98f, 0.53f, 0.22f, 1 },
};
static const double dashes[][2] = { { 0, 0 }, { 6, 3 }, { 2, 2 } };

void
dip_timeline_get_curve_colour (DipTimeline *self, guint style, GdkRGBA *colour)
{
  GdkRGBA ink;

  gtk_style_context_get_color (gtk_widget_get_style_context (self->chart), &ink);
  *colour = (ink.green > 0.5f ? on_dark : on_light)[style % G_N_ELEMENTS (on_dark)];
}

double
dip_timeline_x_of (DipTimeline *self, double step, double width)
{
  const double n = MAX (self->n_steps, 2) - 1.0;

  return LEFT + (width - LEFT - RIGHT) * step / n;
}

guint
dip_timeline_step_at (DipTimeline *self, double x)
{
  const double width = gtk_widget_get_width (self->chart) - LEFT - RIGHT;
  const double n = MAX (self->n_steps, 2) - 1.0;
  const double step = rint ((x - LEFT) / MAX (width, 1.0) * n);

  return (guint) CLAMP (step, 0.0, MAX (self->n_kept, 1) - 1.0);
}

static void
set_ink (cairo_t *cr, const GdkRGBA *ink, double alpha)
{
  cairo_set_source_rgba (cr, (double) ink->red, (double) ink->green, (double) ink->blue,
                         alpha * (double) ink->alpha);
}

static void
show_text (DipTimeline *self,
           cairo_t *cr,
           double x,
           double y,
           double align_x,
           double align_y,
           const char *text)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (self->chart, text);
  g_autoptr (PangoFontDescription) font = pango_font_description_copy (
      pango_context_get_font_description (gtk_widget_get_pango_context (self->chart)));
  int width, height;

  pango_font_description_set_absolute_size (font, 11.0 * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, round (x - align_x * width), round (y - align_y * height));
  pango_cairo_show_layout (cr, layout);
}

/* FALSE if there is no number in it. */
static gboolean
get_range (const DipCurve *curve, double *low, double *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < curve->values->len; i++)
    {
      const double value = g_array_index (curve->values, double, i);

      if (isfinite (value))
        {
          *low = MIN (*low, value);
          *high = MAX (*high, value);
        }
    }
  if (*low > *high)
    return FALSE;
  if (*low > 0.0 && *low < 0.6 * *high)
    *low = 0.0; /* a scale that begins at zero where that costs little */
  if (*high - *low < 1e-12)
    *high = *low + 1.0;

  return TRUE;
}

static gboolean
has_value (const DipCurve *curve, guint index)
{
  return index < curve->values->len &&
         isfinite (g_array_index (curve->values, double, index));
}

static void
draw_curve (DipTimeline *self,
            cairo_t *cr,
            const DipCurve *curve,
            double width,
            double bottom)
{
  gboolean is_open = FALSE;
  double low, high;
  GdkRGBA colour;

  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (curve->toggle)) ||
      !get_range (curve, &low, &high))
    return;

  for (guint i = 0; i < curve->values->len; i++)
    {
      const double value = g_array_index (curve->values, double, i);
      const double x = dip_timeline_x_of (self, i, width);
      const double y = bottom - (bottom - TOP) * (value - low) / (high - low);

      if (!isfinite (value))
        is_open = FALSE;
      else if (!is_open && !has_value (curve, i + 1))
        cairo_rectangle (cr, x - 0.5, y - 0.5, 1, 1); /* alone between gaps */
      else if (is_open)
        cairo_line_to (cr, x, y);
      else
        cairo_move_to (cr, x, y);
      is_open = isfinite (value);
    }
  dip_timeline_get_curve_colour (self, curve->style, &colour);
  set_ink (cr, &colour, 1.0);
  cairo_set_line_width (cr, curve == self->active ? 2.0 : 1.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, dashes[curve->style % 3], curve->style % 3 == 0 ? 0 : 2, 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* The active curve's scale: least, middle and greatest, with lines across. */
static void
draw_axis (DipTimeline *self,
           cairo_t *cr,
           const GdkRGBA *ink,
           double width,
           double bottom)
{
  double low, high;

  if (self->active == NULL || !get_range (self->active, &low, &high))
    return;

  for (guint i = 0; i <= 2; i++)
    {
      const double y = floor (bottom - (bottom - TOP) * i / 2.0) + 0.5;
      g_autofree char *label = g_strdup_printf ("%.3g", low + (high - low) * i / 2.0);

      set_ink (cr, ink, 0.13);
      cairo_set_line_width (cr, 1.0);
      cairo_move_to (cr, LEFT, y);
      cairo_line_to (cr, width - RIGHT, y);
      cairo_stroke (cr);
      set_ink (cr, ink, 0.75);
      show_text (self, cr, LEFT - 6, y, 1.0, 0.5, label);
    }
}

static void
draw_track (DipTimeline *self, cairo_t *cr, const GdkRGBA *ink, double width, double y)
{
  const double start = dip_timeline_x_of (self, 0, width);
  const double end = dip_timeline_x_of (self, MAX (self->n_steps, 2) - 1.0, width);
  const double kept = dip_timeline_x_of (self, MAX (self->n_kept, 1) - 1.0, width);

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, 4.0);
  set_ink (cr, ink, 0.15);
  cairo_move_to (cr, start, y);
  cairo_line_to (cr, end, y);
  cairo_stroke (cr);
  set_ink (cr, ink, 0.45);
  cairo_move_to (cr, start, y);
  cairo_line_to (cr, kept, y);
  cairo_stroke (cr);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
}

static void
draw_bookmarks (DipTimeline *self, cairo_t *cr, double width, double y)
{
  for (guint i = 0; i < self->bookmarks->len; i++)
    {
      const double x =
          dip_timeline_x_of (self, g_array_index (self->bookmarks, guint, i), width);

      cairo_move_to (cr, x - 4, y - 11);
      cairo_line_to (cr, x + 4, y - 11);
      cairo_line_to (cr, x, y - 3);
      cairo_close_path (cr);
      cairo_set_source_rgb (cr, 0.90, 0.62, 0.0);
      cairo_fill (cr);
    }
}

static void
draw_position (DipTimeline *self, cairo_t *cr, const GdkRGBA *ink, double width, double y)
{
  const double x = floor (dip_timeline_x_of (self, self->position, width)) + 0.5;
  const gboolean has_focus = gtk_widget_has_visible_focus (self->chart);

  set_ink (cr, ink, 0.7);
  cairo_set_line_width (cr, 1.0);
  cairo_move_to (cr, x, TOP);
  cairo_line_to (cr, x, y);
  cairo_stroke (cr);
  cairo_arc (cr, x, y, has_focus ? 8.0 : 6.5, 0, 2 * G_PI);
  set_ink (cr, ink, 1.0);
  cairo_fill (cr);
}

/* The values at the step under the pointer, or else at the one that is shown. */
static void
draw_values (DipTimeline *self,
             cairo_t *cr,
             const GdkRGBA *ink,
             double width,
             double bottom)
{
  const guint step = self->hovered >= 0 ? (guint) self->hovered : self->position;
  const double x = dip_timeline_x_of (self, step, width);

  if (self->hovered >= 0)
    {
      g_autofree char *label =
          g_strdup_printf (self->counts_pairs ? _ ("Pair %u") : _ ("Step %u"), step + 1);
      const double label_x = CLAMP (x, LEFT + 26, width - RIGHT - 26);

      set_ink (cr, ink, 0.35);
      cairo_set_line_width (cr, 1.0);
      cairo_move_to (cr, floor (x) + 0.5, TOP);
      cairo_line_to (cr, floor (x) + 0.5, bottom);
      cairo_stroke (cr);
      set_ink (cr, ink, 0.9);
      show_text (self, cr, label_x, bottom + 2, 0.5, 0, label);
    }
  for (guint i = 0; i < self->curves->len; i++)
    {
      const DipCurve *curve = self->curves->pdata[i];
      double low, high, value;
      GdkRGBA colour;

      if (step >= curve->values->len ||
          !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (curve->toggle)) ||
          !get_range (curve, &low, &high))
        continue;
      value = g_array_index (curve->values, double, step);
      if (!isfinite (value))
        continue;
      dip_timeline_get_curve_colour (self, curve->style, &colour);
      set_ink (cr, &colour, 1.0);
      cairo_arc (cr, x, bottom - (bottom - TOP) * (value - low) / (high - low), 3.0, 0,
                 2 * G_PI);
      cairo_fill (cr);
    }
}

void
dip_timeline_draw (DipTimeline *self, cairo_t *cr, int width, int height)
{
  const double bottom = height - TRACK, y = height - 11.0;
  GdkRGBA ink;

  gtk_style_context_get_color (gtk_widget_get_style_context (self->chart), &ink);
  if (self->n_steps == 0)
    return;

  if (bottom > 24.0)
    {
      draw_axis (self, cr, &ink, width, bottom - 4);
      for (guint i = 0; i < self->curves->len; i++)
        draw_curve (self, cr, self->curves->pdata[i], width, bottom - 4);
      draw_values (self, cr, &ink, width, bottom - 4);
    }
  draw_track (self, cr, &ink, width, y);
  draw_bookmarks (self, cr, width, y);
  draw_position (self, cr, &ink, width, y);
}

void
dip_timeline_draw_sample (DipTimeline *self,
                          cairo_t *cr,
                          guint style,
                          int width,
                          int height)
{
  GdkRGBA colour;

  dip_timeline_get_curve_colour (self, style, &colour);
  set_ink (cr, &colour, 1.0);
  cairo_set_line_width (cr, 2.0);
  cairo_set_dash (cr, dashes[style % 3], style % 3 == 0 ? 0 : 2, 0);
  cairo_move_to (cr, 0, height / 2.0);
  cairo_line_to (cr, width, height / 2.0);
  cairo_stroke (cr);
}
