#include "app/view/anatomy-overlay-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/pair/figures.h"

#define HANDLE_RADIUS 5.0 /* screen pixels */
#define HATCH_STEP 7.0

static void
add_contours (const DipContours *contours, cairo_t *cr)
{
  for (guint i = 0; i < contours->n_contours; i++)
    {
      const DipContour *contour = &contours->contours[i];

      for (guint k = 0; k < contour->n_points; k++)
        cairo_line_to (cr, contour->points[k][0], contour->points[k][1]);
      cairo_close_path (cr);
    }
}

static void
draw_hatch (const DipOverlayPlace *place, cairo_t *cr)
{
  const double step = HATCH_STEP * place->pixel;
  const double reach = place->width + place->height;

  cairo_save (cr);
  cairo_clip (cr);
  for (double at = 0; at < reach; at += step)
    {
      cairo_move_to (cr, at, 0);
      cairo_line_to (cr, at - place->height, place->height);
    }
  cairo_set_line_width (cr, place->pixel);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_mask (DipAnatomyOverlay *self, const DipOverlayPlace *place, cairo_t *cr, int view)
{
  add_contours (self->contours[view], cr);
  cairo_set_source_rgba (cr, 0.95, 0.85, 0.2, self->hatched ? 0.6 : self->opacity);
  if (self->hatched)
    draw_hatch (place, cr);
  else
    cairo_fill (cr);
  cairo_new_path (cr);
  add_contours (self->contours[view], cr);
  cairo_set_source_rgb (cr, 0.95, 0.85, 0.2);
  cairo_set_line_width (cr, 1.5 * place->pixel);
  cairo_stroke (cr);
}

/* The other view's outline where registration brings it. */
static void
draw_registered (DipAnatomyOverlay *self,
                 const DipOverlayPlace *place,
                 cairo_t *cr,
                 int view)
{
  const DipSimilarity *s = &self->similarity;
  const double dashes[] = { 5 * place->pixel, 4 * place->pixel };

  if (!self->is_registered || view != DIP_VIEW_POSITION_CC ||
      self->contours[DIP_VIEW_POSITION_MLO] == NULL)
    return;

  cairo_save (cr);
  cairo_transform (cr, &(cairo_matrix_t){ s->a, s->b, -s->b, s->a, s->c, s->d });
  cairo_new_path (cr);
  add_contours (self->contours[DIP_VIEW_POSITION_MLO], cr);
  cairo_restore (cr);
  cairo_save (cr);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_set_source_rgb (cr, 1.0, 0.68, 0.3);
  cairo_set_line_width (cr, 1.5 * place->pixel);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_segment (const DipOverlayPlace *place, cairo_t *cr, DipPoint a, DipPoint b)
{
  cairo_move_to (cr, a.x, a.y);
  cairo_line_to (cr, b.x, b.y);
  cairo_set_line_width (cr, 2.0 * place->pixel);
  cairo_stroke (cr);
}

static void
draw_pnl (DipAnatomyOverlay *self, const DipOverlayPlace *place, cairo_t *cr, int view)
{
  g_autofree char *text = NULL;
  DipPnl pnl;

  dip_found_view_get_pnl (self->views[view], &pnl);
  if (isnan (pnl.length))
    return;

  cairo_set_source_rgb (cr, 1.0, 0.6, 0.15);
  draw_segment (place, cr, pnl.nipple, pnl.foot);
  text = self->spacing_mm > 0.0
             ? g_strdup_printf (_ ("PNL %.1f mm"), pnl.length * self->spacing_mm)
             : g_strdup_printf (_ ("PNL %.1f px"), pnl.length);
  dip_overlay_show_text (place, cr, (pnl.nipple.x + pnl.foot.x) / 2,
                         (pnl.nipple.y + pnl.foot.y) / 2, 4, -22, text);
}

static void
draw_handles (const DipLandmarks *landmarks, const DipOverlayPlace *place, cairo_t *cr)
{
  const double radius = HANDLE_RADIUS * place->pixel;

  for (guint i = 0; i < N_HANDLES; i++)
    {
      DipPoint at;

      if (!dip_anatomy_overlay_get_handle (landmarks, i, &at))
        continue;
      cairo_new_path (cr);
      cairo_arc (cr, at.x, at.y, radius, 0, 2 * G_PI);
      cairo_set_source_rgba (cr, 0, 0, 0, 0.7);
      cairo_set_line_width (cr, 3.5 * place->pixel);
      cairo_stroke_preserve (cr);
      if (i == DIP_LANDMARK_NIPPLE)
        cairo_set_source_rgb (cr, 1, 1, 1);
      else if (i >= HANDLE_TOP)
        cairo_set_source_rgb (cr, 0.4, 0.7, 1.0);
      else
        cairo_set_source_rgb (cr, 0.8, 0.8, 0.8);
      cairo_set_line_width (cr, 1.75 * place->pixel);
      cairo_stroke (cr);
    }
}

void
dip_anatomy_overlay_draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = dip_anatomy_overlay_find_view (self, place);
  DipLandmarks *landmarks;

  if (view < 0)
    return;

  /* Pixel (0, 0) has its centre at (0, 0) in model/pair, its corner here. */
  cairo_save (cr);
  cairo_translate (cr, 0.5, 0.5);
  landmarks = &self->views[view]->breast->landmarks;
  draw_mask (self, place, cr, view);
  draw_registered (self, place, cr, view);
  if (landmarks->pectoral.is_found)
    {
      cairo_set_source_rgb (cr, 0.4, 0.7, 1.0);
      draw_segment (place, cr, landmarks->pectoral.top, landmarks->pectoral.bottom);
    }
  draw_pnl (self, place, cr, view);
  if (!place->is_export)
    draw_handles (landmarks, place, cr);
  cairo_restore (cr);
}
