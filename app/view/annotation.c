#include "app/view/annotation.h"

#include <math.h>

#define OUTLINE 3.0 /* width of the dark outline, half of it outside the letters */

PangoLayout *
dip_annotation_layout (cairo_t *cr, double size, gboolean is_bold, const char *text)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans");
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font,
                                     is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);

  return layout;
}

void
dip_annotation_show (cairo_t *cr, PangoLayout *layout)
{
  cairo_save (cr);
  cairo_move_to (cr, 0, 0);
  pango_cairo_layout_path (cr, layout);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.75);
  cairo_set_line_width (cr, OUTLINE);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  cairo_restore (cr);

  cairo_move_to (cr, 0, 0);
  pango_cairo_show_layout (cr, layout);
}

void
dip_annotation_text (cairo_t *cr,
                     double x,
                     double y,
                     double align_x,
                     double align_y,
                     double size,
                     gboolean is_bold,
                     const char *text)
{
  g_autoptr (PangoLayout) layout = dip_annotation_layout (cr, size, is_bold, text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  pango_layout_set_alignment (layout,
                              align_x > 0.5 ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  cairo_save (cr);
  cairo_translate (cr, round (x - align_x * width), round (y - align_y * height));
  cairo_set_source_rgb (cr, 0.90, 0.90, 0.90);
  dip_annotation_show (cr, layout);
  cairo_restore (cr);
}

static PangoLayout *
make_note (cairo_t *cr, double size, const char *text, double max_width)
{
  PangoLayout *layout = dip_annotation_layout (cr, size, FALSE, text);

  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, (int) (MAX (max_width, 1.0) * PANGO_SCALE));

  return layout;
}

void
dip_annotation_measure (cairo_t *cr,
                        double size,
                        const char *text,
                        double max_width,
                        double *width,
                        double *height)
{
  g_autoptr (PangoLayout) layout = make_note (cr, size, text, max_width);
  int pixel_width, pixel_height;

  pango_layout_get_pixel_size (layout, &pixel_width, &pixel_height);
  *width = pixel_width;
  *height = pixel_height;
}

void
dip_annotation_note (cairo_t *cr,
                     double x,
                     double y,
                     double align_y,
                     double size,
                     double max_width,
                     const char *text)
{
  g_autoptr (PangoLayout) layout = make_note (cr, size, text, max_width);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  cairo_save (cr);
  cairo_translate (cr, round (x), round (y - align_y * height));
  cairo_set_source_rgb (cr, 0.90, 0.90, 0.90);
  dip_annotation_show (cr, layout);
  cairo_restore (cr);
}

static void
round_rectangle (cairo_t *cr,
                 double x,
                 double y,
                 double width,
                 double height,
                 double radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

double
dip_annotation_badge (cairo_t *cr, double x, double y, const char *text)
{
  g_autoptr (PangoLayout) layout = dip_annotation_layout (cr, 11.0, TRUE, text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  width += 14;
  height += 6;
  cairo_save (cr);
  cairo_translate (cr, x - width, y);
  round_rectangle (cr, 0.5, 0.5, width - 1, height - 1, 4);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.65);
  cairo_fill_preserve (cr);
  cairo_set_source_rgb (cr, 1.0, 0.76, 0.28);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  cairo_move_to (cr, 7, 3);
  pango_cairo_show_layout (cr, layout);
  cairo_restore (cr);

  return width;
}
