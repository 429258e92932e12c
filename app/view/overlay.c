#include "app/view/overlay.h"

#include "app/view/annotation.h"

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_INTERFACE (DipOverlay, dip_overlay, G_TYPE_OBJECT)

static void
dip_overlay_default_init (DipOverlayInterface *iface)
{
  signals[CHANGED] = g_signal_new ("changed", DIP_TYPE_OVERLAY, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

void
dip_overlay_draw (DipOverlay *self, const DipOverlayPlace *place, cairo_t *cr)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  if (iface->draw != NULL)
    iface->draw (self, place, cr);
}

int
dip_overlay_hit (DipOverlay *self, const DipOverlayPlace *place, double x, double y)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  return iface->hit != NULL ? iface->hit (self, place, x, y) : -1;
}

const char *
dip_overlay_get_pointer (DipOverlay *self, const DipOverlayPlace *place, int handle)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  return iface->get_pointer != NULL ? iface->get_pointer (self, place, handle) : NULL;
}

void
dip_overlay_drag_begin (DipOverlay *self,
                        const DipOverlayPlace *place,
                        int handle,
                        double x,
                        double y,
                        GdkModifierType state)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  if (iface->drag_begin != NULL)
    iface->drag_begin (self, place, handle, x, y, state);
}

void
dip_overlay_drag_update (DipOverlay *self,
                         const DipOverlayPlace *place,
                         int handle,
                         double x,
                         double y,
                         GdkModifierType state)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  if (iface->drag_update != NULL)
    iface->drag_update (self, place, handle, x, y, state);
}

void
dip_overlay_drag_end (DipOverlay *self,
                      const DipOverlayPlace *place,
                      int handle,
                      double x,
                      double y)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  if (iface->drag_end != NULL)
    iface->drag_end (self, place, handle, x, y);
}

void
dip_overlay_drag_cancel (DipOverlay *self, const DipOverlayPlace *place, int handle)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  if (iface->drag_cancel != NULL)
    iface->drag_cancel (self, place, handle);
}

void
dip_overlay_hover (DipOverlay *self, const DipOverlayPlace *place, double x, double y)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  if (iface->hover != NULL)
    iface->hover (self, place, x, y);
}

void
dip_overlay_leave (DipOverlay *self, const DipOverlayPlace *place)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  if (iface->leave != NULL)
    iface->leave (self, place);
}

gboolean
dip_overlay_resize (DipOverlay *self, const DipOverlayPlace *place, double steps)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  return iface->resize != NULL && iface->resize (self, place, steps);
}

gboolean
dip_overlay_undo (DipOverlay *self)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  return iface->undo != NULL && iface->undo (self);
}

gboolean
dip_overlay_redo (DipOverlay *self)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  return iface->redo != NULL && iface->redo (self);
}

guint
dip_overlay_get_n_handles (DipOverlay *self, const DipOverlayPlace *place)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  return iface->get_n_handles != NULL ? iface->get_n_handles (self, place) : 0;
}

gboolean
dip_overlay_get_handle (DipOverlay *self,
                        const DipOverlayPlace *place,
                        guint handle,
                        double *x,
                        double *y)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  return iface->get_handle != NULL && iface->get_handle (self, place, handle, x, y);
}

char *
dip_overlay_describe_handle (DipOverlay *self, const DipOverlayPlace *place, guint handle)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  return iface->describe_handle != NULL ? iface->describe_handle (self, place, handle)
                                        : g_strdup ("");
}

void
dip_overlay_move_handle (DipOverlay *self,
                         const DipOverlayPlace *place,
                         guint handle,
                         double dx,
                         double dy)
{
  DipOverlayInterface *iface = DIP_OVERLAY_GET_IFACE (self);

  if (iface->move_handle != NULL)
    iface->move_handle (self, place, handle, dx, dy);
}

void
dip_overlay_changed (DipOverlay *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Moves the origin so far that the text is not cut at the pane's edge, if what it belongs
 * to is on the pane. */
static void
keep_inside (cairo_t *cr, PangoLayout *layout)
{
  double left, top, right, bottom;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_clip_extents (cr, &left, &top, &right, &bottom);
  if (right < 0.0 || bottom < 0.0 || left > width || top > height)
    return;

  cairo_translate (cr, MAX (MIN (0.0, right - width - 2), left + 2),
                   MAX (MIN (0.0, bottom - height - 2), top + 2));
}

void
dip_overlay_show_text (const DipOverlayPlace *place,
                       cairo_t *cr,
                       double x,
                       double y,
                       double dx,
                       double dy,
                       const char *text)
{
  g_autoptr (PangoLayout) layout = dip_annotation_layout (cr, 12.0, FALSE, text);

  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, 1.0 / place->placement.scale_x, 1.0 / place->placement.scale_y);
  cairo_translate (cr, dx, dy);
  keep_inside (cr, layout);
  dip_annotation_show (cr, layout);
  cairo_restore (cr);
}
