#include "app/view/brush-private.h"

#define LARGE (2 * 1000 * 1000) /* pixels: a mask is outlined when a stroke has ended */

static void
update_contours (DipBrush *self, int view, const DipOverlayPlace *place)
{
  g_autoptr (DipMask) mask = NULL;

  if (self->contours[view] != NULL && self->width[view] == place->width &&
      self->height[view] == place->height &&
      !(self->is_stale[view] && ((gsize) place->width * place->height <= LARGE ||
                                 dip_brush_layer_get_drawing (self->region_layer) < 0)))
    return;

  mask = dip_mask_new (place->width, place->height);
  dip_mask_edits_apply (dip_brush_layer_get_edits (self->region_layer, view), mask);
  g_clear_pointer (&self->contours[view], dip_contours_free);
  self->contours[view] = dip_contours_new (mask, TRUE);
  self->width[view] = place->width;
  self->height[view] = place->height;
  self->is_stale[view] = FALSE;
}

static void
add_contours (const DipContours *contours, cairo_t *cr)
{
  for (guint i = 0; i < contours->n_contours; i++)
    {
      for (guint k = 0; k < contours->contours[i].n_points; k++)
        cairo_line_to (cr, contours->contours[i].points[k][0] + 0.5,
                       contours->contours[i].points[k][1] + 0.5);
      cairo_close_path (cr);
    }
}

static void
draw_region (DipBrush *self, const DipOverlayPlace *place, cairo_t *cr, int view)
{
  if (dip_brush_layer_is_empty (self->region_layer))
    return;

  update_contours (self, view, place);
  add_contours (self->contours[view], cr);
  cairo_set_source_rgba (cr, 0.2, 0.75, 0.95, 0.22);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.7);
  cairo_set_line_width (cr, 3.5 * place->pixel);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgb (cr, 0.3, 0.82, 1.0);
  cairo_set_line_width (cr, 1.5 * place->pixel);
  cairo_stroke (cr);
}

/* On large pictures, what is painted is seen by this alone until the stroke ends. */
static void
draw_stroke (DipBrush *self, const DipOverlayPlace *place, cairo_t *cr, int view)
{
  DipBrushLayer *layer = dip_brush_get_layer (self);
  const DipMaskEdits *edits;
  const DipBrushStamp *stamp;
  guint i;

  if (layer == NULL || dip_brush_layer_get_drawing (layer) != view ||
      (gsize) place->width * place->height <= LARGE)
    return;

  edits = dip_brush_layer_get_edits (layer, (DipViewPosition) view);
  i = dip_mask_edits_get_count (edits);
  stamp = dip_mask_edits_get (edits, i - 1);
  cairo_new_path (cr);
  for (const guint stroke = stamp->stroke;
       i > 0 && (stamp = dip_mask_edits_get (edits, i - 1))->stroke == stroke; i--)
    cairo_line_to (cr, stamp->at.x + 0.5, stamp->at.y + 0.5);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, self->size);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.3);
  cairo_stroke (cr);
}

static void
draw_ring (DipBrush *self, const DipOverlayPlace *place, cairo_t *cr)
{
  const double dash = 4.0 * place->pixel;

  cairo_new_path (cr);
  cairo_arc (cr, self->x, self->y, self->size / 2.0, 0, 2 * G_PI);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.75);
  cairo_set_line_width (cr, 3.0 * place->pixel);
  cairo_stroke_preserve (cr);
  if (self->erases_now)
    cairo_set_dash (cr, &dash, 1, 0);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, 1.25 * place->pixel);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

void
dip_brush_draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr)
{
  DipBrush *self = DIP_BRUSH (overlay);
  const int view = dip_brush_find_view (place);

  if (view < 0 || place->is_export)
    return;

  draw_region (self, place, cr, view);
  draw_stroke (self, place, cr, view);
  if (self->is_hovering && self->role == place->role &&
      dip_brush_get_layer (self) != NULL)
    draw_ring (self, place, cr);
}
