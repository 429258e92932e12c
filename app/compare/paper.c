#include "app/compare/paper.h"

#include "app/compare/grid.h"

#define MARK "SYNTHETIC"
#define MARK_SIZE 10.0
#define MARK_PAD_X 6
#define MARK_PAD_Y 3

static void
set_font_options (PangoContext *context)
{
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
}

PangoLayout *
dip_paper_make_text (cairo_t *cr,
                     const char *text,
                     double size,
                     DipTypeface typeface,
                     int width,
                     PangoAlignment alignment)
{
  PangoContext *context = pango_cairo_create_context (cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans");
  PangoLayout *layout;

  set_font_options (context);
  layout = pango_layout_new (context);
  g_object_unref (context);
  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (
      font, typeface == DIP_TYPE_BOLD ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_alignment (layout, alignment);
  if (width > 0)
    {
      pango_layout_set_width (layout, width * PANGO_SCALE);
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    }

  return layout;
}

void
dip_paper_measure (PangoLayout *text, int *width, int *height)
{
  PangoRectangle logical;

  pango_layout_get_extents (text, NULL, &logical);
  *width = PANGO_PIXELS_CEIL (logical.width);
  *height = PANGO_PIXELS_CEIL (logical.height);
}

void
dip_paper_write (cairo_t *cr,
                 const char *text,
                 double size,
                 DipTypeface typeface,
                 double x,
                 double y,
                 double align_x,
                 double align_y)
{
  g_autoptr (PangoLayout) layout =
      dip_paper_make_text (cr, text, size, typeface, 0, PANGO_ALIGN_LEFT);
  int width, height;

  dip_paper_measure (layout, &width, &height);
  cairo_move_to (cr, x - align_x * width, y - align_y * height);
  pango_cairo_show_layout (cr, layout);
}

void
dip_paper_measure_mark (cairo_t *cr, int *width, int *height)
{
  g_autoptr (PangoLayout) text =
      dip_paper_make_text (cr, MARK, MARK_SIZE, DIP_TYPE_BOLD, 0, PANGO_ALIGN_LEFT);

  dip_paper_measure (text, width, height);
  *width += 2 * MARK_PAD_X;
  *height += 2 * MARK_PAD_Y;
}

void
dip_paper_mark (cairo_t *cr, double x, double y)
{
  int width, height;

  dip_paper_measure_mark (cr, &width, &height);
  cairo_set_source_rgb (cr, 0.80, 0.36, 0.0);
  cairo_rectangle (cr, x, y, width, height);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 1.0, 1.0, 1.0);
  dip_paper_write (cr, MARK, MARK_SIZE, DIP_TYPE_BOLD, x + MARK_PAD_X, y + MARK_PAD_Y,
                   0.0, 0.0);
}

DipCanvas *
dip_paper_new (guint width, guint height, cairo_t **cr)
{
  DipCanvas *self = g_new0 (DipCanvas, 1);
  cairo_surface_t *surface;

  self->width = self->stride = width;
  self->height = height;
  self->pixels = g_new (guint32, (gsize) width * height);
  surface = cairo_image_surface_create_for_data (
      (guchar *) self->pixels, CAIRO_FORMAT_ARGB32, width, height, 4 * width);
  *cr = cairo_create (surface);
  cairo_surface_destroy (surface);
  cairo_set_source_rgb (*cr, 1.0, 1.0, 1.0);
  cairo_paint (*cr);

  return self;
}

void
dip_canvas_free (DipCanvas *self)
{
  if (self == NULL)
    return;

  g_free (self->pixels);
  g_free (self);
}

cairo_t *
dip_paper_new_scratch (void)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 1, 1);
  cairo_t *cr = cairo_create (surface);

  cairo_surface_destroy (surface);

  return cr;
}
