#include "app/view/pane-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app/view/annotation.h"
#include "model/pair/resize.h"

#define MARGIN 10.0
#define MARKER_SIZE 17.0
#define TEXT_SIZE 12.0
#define GAP 12.0 /* least between two texts side by side */
#define BAR_WIDTH 10.0
#define BAR_HEIGHT 140.0

static gboolean
has_blend (DipPane *self)
{
  return self->pictures[1] != NULL && self->blend != DIP_BLEND_FIRST;
}

static DipPlacement
place_on (DipPane *self, double width, double height, double scale)
{
  return dip_viewport_place (self->viewport, width, height, self->pictures[0]->width,
                             self->pictures[0]->height, self->mirrored, scale);
}

void
dip_pane_make_recipe (DipPane *self,
                      double width,
                      double height,
                      double scale,
                      DipPaneRecipe *recipe)
{
  memset (recipe, 0, sizeof *recipe);
  recipe->width = (int) ceil (width * scale);
  recipe->height = (int) ceil (height * scale);
  recipe->placement = place_on (self, width, height, scale);
  recipe->placement.scale_x *= scale;
  recipe->placement.scale_y *= scale;
  recipe->placement.offset_x *= scale;
  recipe->placement.offset_y *= scale;
  recipe->shade.centre = dip_levels_get_centre (self->levels);
  recipe->shade.width = dip_levels_get_width (self->levels);
  recipe->shade.is_inverted = dip_levels_get_invert (self->levels);
  recipe->shade.map = self->colour_map;
  recipe->blend = has_blend (self) ? self->blend : DIP_BLEND_FIRST;
  recipe->blend_at =
      self->blend == DIP_BLEND_CHECKERBOARD ? self->blend_at * scale : self->blend_at;
  recipe->is_smooth = dip_viewport_get_smooth (self->viewport);
  recipe->serial = self->serial;
}

/* A picture shown at less than half its size is averaged down first: each of its pixels
 * counts, and noise does not turn into patterns. */
static void
reduce_pictures (DipPane *self, double scale)
{
  guint reduction = 1;

  while (scale * reduction < 0.5 && reduction < 64)
    reduction *= 2;
  if (reduction == self->reduction && self->reduced_serial == self->serial)
    return;

  self->reduction = reduction;
  self->reduced_serial = self->serial;
  for (guint i = 0; i < 2; i++)
    {
      const DipPicture *picture = self->pictures[i];

      g_clear_pointer (&self->reduced[i], dip_picture_free);
      if (picture != NULL && reduction > 1)
        self->reduced[i] =
            dip_picture_resize (picture, MAX (picture->width / reduction, 1),
                                MAX (picture->height / reduction, 1));
    }
}

void
dip_pane_compose (DipPane *self, const DipPaneRecipe *recipe, const DipCanvas *canvas)
{
  DipPlacement placement = recipe->placement;
  const DipPicture *pictures[2] = { self->pictures[0], self->pictures[1] };
  gboolean is_smooth = recipe->is_smooth;

  reduce_pictures (self, fabs (placement.scale_x));
  if (self->reduction > 1)
    {
      placement.scale_x *= (double) pictures[0]->width / self->reduced[0]->width;
      placement.scale_y *= (double) pictures[0]->height / self->reduced[0]->height;
      for (guint i = 0; i < 2; i++)
        pictures[i] = self->reduced[i];
    }
  if (fabs (recipe->placement.scale_x) < 1.0)
    is_smooth = TRUE; /* nothing is magnified */

  dip_compose_pair (canvas, recipe->blend, recipe->blend_at, pictures[0], pictures[1],
                    &placement, &recipe->shade, is_smooth);
}

DipOverlayPlace
dip_pane_make_place (DipPane *self, const DipPlacement *placement, gboolean is_export)
{
  return (DipOverlayPlace){ .pair = self->pair,
                            .role = self->role,
                            .width = self->pictures[0]->width,
                            .height = self->pictures[0]->height,
                            .placement = *placement,
                            .pixel = 1.0 / fabs (placement->scale_x),
                            .is_export = is_export };
}

/* The picture that is seen at a place of the pane. */
static const DipPicture *
picture_at (DipPane *self, double x, double y, double width)
{
  const int cell = (int) MAX (self->blend_at, 1.0);
  gboolean is_second = FALSE;

  if (!has_blend (self))
    return self->pictures[0];
  if (self->blend == DIP_BLEND_SECOND)
    is_second = TRUE;
  else if (self->blend == DIP_BLEND_WIPE)
    is_second = x >= self->blend_at * width;
  else
    is_second = ((int) floor (x / cell) + (int) floor (y / cell)) & 1;

  return self->pictures[is_second];
}

gboolean
dip_pane_get_value (DipPane *self, float *value)
{
  double x, y, pane_x, pane_y;
  DipPlacement placement;
  const DipPicture *picture;

  if (!dip_viewport_get_cursor (self->viewport, &x, &y) ||
      !dip_pane_get_placement (self, &placement))
    return FALSE;

  dip_placement_to_target (&placement, x, y, &pane_x, &pane_y);
  picture = picture_at (self, pane_x, pane_y, gtk_widget_get_width (GTK_WIDGET (self)));
  if (x < 0 || y < 0 || x >= picture->width || y >= picture->height)
    return FALSE;

  *value = picture->values[(gsize) y * picture->width + (gsize) x];

  return TRUE;
}

static void
stroke_outlined (cairo_t *cr, double r, double g, double b)
{
  cairo_set_source_rgba (cr, 0, 0, 0, 0.55);
  cairo_set_line_width (cr, 3.0);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgb (cr, r, g, b);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
}

/* Lines with a gap around the place itself, so that it is seen. */
static void
draw_crosshair (DipPane *self,
                cairo_t *cr,
                const DipPlacement *placement,
                double width,
                double height)
{
  const double gap = 8.0;
  double x, y;

  if (!self->crosshair || !dip_viewport_get_cursor (self->viewport, &x, &y))
    return;

  dip_placement_to_target (placement, x, y, &x, &y);
  x = floor (x) + 0.5;
  y = floor (y) + 0.5;
  cairo_move_to (cr, 0, y);
  cairo_line_to (cr, x - gap, y);
  cairo_move_to (cr, x + gap, y);
  cairo_line_to (cr, width, y);
  cairo_move_to (cr, x, 0);
  cairo_line_to (cr, x, y - gap);
  cairo_move_to (cr, x, y + gap);
  cairo_line_to (cr, x, height);
  stroke_outlined (cr, 0.36, 0.82, 0.96);
}

static void
draw_wipe_line (DipPane *self, cairo_t *cr, double width, double height)
{
  const double x = rint (self->blend_at * width);

  if (!has_blend (self) || self->blend != DIP_BLEND_WIPE)
    return;

  cairo_move_to (cr, x, 0);
  cairo_line_to (cr, x, height);
  stroke_outlined (cr, 1, 1, 1);
  for (int side = -1; side <= 1; side += 2)
    {
      cairo_move_to (cr, x + side * 5, height / 2 - 6);
      cairo_line_to (cr, x + side * 11, height / 2);
      cairo_line_to (cr, x + side * 5, height / 2 + 6);
      cairo_close_path (cr);
      cairo_set_source_rgb (cr, 1, 1, 1);
      cairo_fill_preserve (cr);
      stroke_outlined (cr, 1, 1, 1);
    }
}

gboolean
dip_pane_has_overlays (DipPane *self)
{
  double x, y;

  return self->overlays->len > 0 || has_blend (self) ||
         (self->crosshair && dip_viewport_get_cursor (self->viewport, &x, &y));
}

void
dip_pane_draw_overlays (DipPane *self,
                        cairo_t *cr,
                        double width,
                        double height,
                        gboolean is_export)
{
  const DipPlacement placement =
      place_on (self, width, height, gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  const DipOverlayPlace place = dip_pane_make_place (self, &placement, is_export);

  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_clip (cr);
  for (guint i = 0; i < self->overlays->len; i++)
    {
      cairo_save (cr);
      cairo_new_path (cr); /* text leaves its point */
      cairo_translate (cr, placement.offset_x, placement.offset_y);
      cairo_scale (cr, placement.scale_x, placement.scale_y);
      dip_overlay_draw (self->overlays->pdata[i], &place, cr);
      cairo_restore (cr);
    }
  cairo_save (cr);
  cairo_translate (cr, placement.offset_x, placement.offset_y);
  cairo_scale (cr, placement.scale_x, placement.scale_y);
  dip_pane_draw_handle (self, &place, cr);
  cairo_restore (cr);
  if (!is_export)
    draw_crosshair (self, cr, &placement, width, height);
  draw_wipe_line (self, cr, width, height);
  cairo_restore (cr);
}

/* Lower right: what is pointed at, the zoom, the window. */
static char *
describe_view (DipPane *self, double width, double height)
{
  const DipPlacement placement = place_on (self, width, height, 1.0);
  g_autoptr (GString) text = g_string_new (NULL);
  double x, y;
  float value;

  if (dip_pane_get_value (self, &value) &&
      dip_viewport_get_cursor (self->viewport, &x, &y))
    g_string_append_printf (text, "x %d  y %d  %.3f\n", (int) x, (int) y,
                            self->legend_scale != 0.0
                                ? self->legend_scale * (double) value + self->legend_shift
                                : (double) value);
  g_string_append_printf (text, "%.0f %%\n",
                          100.0 * fabs (placement.scale_x) *
                              gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  /* Translators: window width and level (centre), as on a radiological workstation. */
  g_string_append_printf (text, _ ("W %.2f  L %.2f"), dip_levels_get_width (self->levels),
                          dip_levels_get_centre (self->levels));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
draw_bar_label (DipPane *self, cairo_t *cr, double x, double y, double v)
{
  g_autofree char *label = NULL;
  const double value = self->legend_scale * v + self->legend_shift;

  label = fabs (value) < 0.005
              ? g_strdup ("0")
              : g_strdup_printf (self->legend_shift < 0.0 ? "%+.2f" : "%.2f", value);
  dip_annotation_text (cr, x, y, 1.0, 0.5, 11.0, FALSE, label);
}

static void
draw_legend (DipPane *self, cairo_t *cr, double width, double height)
{
  const double bar_height = MIN (BAR_HEIGHT, height - 170.0);
  const double x = width - MARGIN - BAR_WIDTH, y = rint ((height - bar_height) / 2.0);
  const double centre = dip_levels_get_centre (self->levels);
  const double half = dip_levels_get_width (self->levels) / 2.0;
  const gboolean is_inverted = dip_levels_get_invert (self->levels);
  guint8 table[256][3];

  if (self->legend_scale == 0.0 || bar_height < 40.0)
    return;

  dip_colour_map_fill (self->colour_map, table);
  for (int i = 0; i < (int) bar_height; i++)
    {
      const int level = (int) (255.0 * (1.0 - (i + 0.5) / bar_height));
      const guint8 *rgb = table[is_inverted ? 255 - level : level];

      cairo_set_source_rgb (cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
      cairo_rectangle (cr, x, y + i, BAR_WIDTH, 1);
      cairo_fill (cr);
    }
  cairo_rectangle (cr, x - 0.5, y - 0.5, BAR_WIDTH + 1, rint (bar_height) + 1);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.45);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  draw_bar_label (self, cr, x - 5, y, centre + half);
  draw_bar_label (self, cr, x - 5, y + bar_height / 2, centre);
  draw_bar_label (self, cr, x - 5, y + bar_height, centre - half);
}

/* Left of what is said of the view; above it where both would meet. */
static void
draw_caption (DipPane *self, cairo_t *cr, double width, double height, const char *view)
{
  const double room = width - 2 * MARGIN;
  double view_width, view_height, caption_width, caption_height;
  double bottom = height - MARGIN + 2;

  dip_annotation_measure (cr, TEXT_SIZE, view, room, &view_width, &view_height);
  dip_annotation_measure (cr, TEXT_SIZE, self->caption, room, &caption_width,
                          &caption_height);
  if (caption_width + GAP + view_width > room)
    bottom -= view_height;
  dip_annotation_note (cr, MARGIN, bottom, 1, TEXT_SIZE, room, self->caption);
}

void
dip_pane_draw_annotations (DipPane *self, cairo_t *cr, double width, double height)
{
  g_autofree char *view = NULL;

  if (self->marker != NULL)
    dip_annotation_text (cr, MARGIN, MARGIN - 3, 0, 0, MARKER_SIZE, TRUE, self->marker);
  if (self->synthetic)
    dip_annotation_badge (cr, width - MARGIN, MARGIN, _ ("SYNTHETIC"));
  if (self->title != NULL)
    dip_annotation_note (cr, MARGIN, MARGIN + 22, 0, TEXT_SIZE, width - 2 * MARGIN,
                         self->title);
  draw_legend (self, cr, width, height);
  if (!self->annotations)
    return;

  view = describe_view (self, width, height);
  if (self->caption != NULL)
    draw_caption (self, cr, width, height, view);
  dip_annotation_text (cr, width - MARGIN, height - MARGIN + 2, 1, 1, TEXT_SIZE, FALSE,
                       view);
}

/* The picture at its resolution of @scale device pixels a logical one. */
static void
draw_picture (DipPane *self, cairo_t *cr, double width, double height, double scale)
{
  DipPaneRecipe recipe;
  cairo_surface_t *surface;

  dip_pane_make_recipe (self, width, height, scale, &recipe);
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, recipe.width, recipe.height);
  dip_pane_compose (
      self, &recipe,
      &(DipCanvas){ (guint32 *) (void *) cairo_image_surface_get_data (surface),
                    (guint) recipe.width, (guint) recipe.height,
                    (guint) cairo_image_surface_get_stride (surface) / 4 });
  cairo_surface_mark_dirty (surface);
  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_clip (cr);
  cairo_scale (cr, 1.0 / scale, 1.0 / scale);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

void
dip_pane_draw (DipPane *self, cairo_t *cr, double width, double height, double scale)
{
  g_return_if_fail (DIP_IS_PANE (self));
  g_return_if_fail (width > 0.0 && height > 0.0 && scale > 0.0);

  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_fill (cr);
  if (self->pictures[0] != NULL)
    {
      draw_picture (self, cr, width, height, scale);
      dip_pane_draw_overlays (self, cr, width, height, TRUE);
      dip_pane_draw_annotations (self, cr, width, height);
    }
  cairo_restore (cr);
}
