#include "app/view/brush-private.h"

#include <math.h>

#define STEP 1.15 /* of the size, by a key or a click of the wheel */
#define MAX_CURVE_STEPS 8

enum
{
  PROP_SIZE = 1,
  PROP_ERASE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void implement_overlay (DipOverlayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DipBrush,
                               dip_brush,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DIP_TYPE_OVERLAY,
                                                      implement_overlay))

DipBrushLayer *
dip_brush_get_layer (DipBrush *self)
{
  switch (dip_toolbox_get_tool (self->toolbox))
    {
    case DIP_TOOL_BRUSH:
      return self->mask_layer;
    case DIP_TOOL_REGION:
      return self->region_layer;
    default:
      return NULL;
    }
}

int
dip_brush_find_view (const DipOverlayPlace *place)
{
  if (place->pair != 0 || place->role == DIP_PANE_THIRD)
    return -1;

  return place->role == DIP_PANE_CC ? DIP_VIEW_POSITION_CC : DIP_VIEW_POSITION_MLO;
}

/* Painting -------------------------------------------------------------------------- */

static int
hit (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  DipBrush *self = DIP_BRUSH (overlay);

  return dip_brush_get_layer (self) != NULL && dip_brush_find_view (place) >= 0 ? 0 : -1;
}

static const char *
get_pointer (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  return dip_brush_layer_get_active (dip_brush_get_layer (DIP_BRUSH (overlay)))
             ? "crosshair"
             : "not-allowed";
}

static void
show_ring (DipBrush *self, const DipOverlayPlace *place, double x, double y)
{
  self->is_hovering = TRUE;
  self->role = place->role;
  self->x = x;
  self->y = y;
  dip_overlay_changed (DIP_OVERLAY (self));
}

/* Pixel (0, 0) has its centre at (0, 0) in model/pair, its corner here. */
static DipPoint
to_model (double x, double y)
{
  return (DipPoint){ x - 0.5, y - 0.5 };
}

static DipPoint
between (DipPoint a, DipPoint b)
{
  return (DipPoint){ (a.x + b.x) / 2.0, (a.y + b.y) / 2.0 };
}

static void
drag_begin (DipOverlay *overlay,
            const DipOverlayPlace *place,
            int handle,
            double x,
            double y,
            GdkModifierType state)
{
  DipBrush *self = DIP_BRUSH (overlay);
  DipBrushLayer *layer = dip_brush_get_layer (self);
  const int view = dip_brush_find_view (place);
  const DipPoint at = to_model (x, y);

  if (layer == NULL || view < 0 || !dip_brush_layer_get_active (layer))
    return;

  self->erases_now = self->erase != ((state & GDK_CONTROL_MASK) != 0);
  if ((state & GDK_SHIFT_MASK) != 0 && self->has_end[view])
    {
      dip_brush_layer_begin (layer, view, self->ends[view], self->size / 2.0,
                             !self->erases_now);
      dip_brush_layer_draw_to (layer, at);
    }
  else
    dip_brush_layer_begin (layer, view, at, self->size / 2.0, !self->erases_now);
  self->pointer = self->reached = at;
  show_ring (self, place, x, y);
}

/* A quadratic curve from half way to half way, drawn towards the places of the pointer:
 * smooth, and never further from them than the straight lines. */
static void
drag_update (DipOverlay *overlay,
             const DipOverlayPlace *place,
             int handle,
             double x,
             double y,
             GdkModifierType state)
{
  DipBrush *self = DIP_BRUSH (overlay);
  DipBrushLayer *layer = dip_brush_get_layer (self);
  const DipPoint to = to_model (x, y), half = between (self->pointer, to);
  guint n;

  if (layer == NULL || dip_brush_layer_get_drawing (layer) < 0)
    return;

  n = (guint) CLAMP (ceil (4.0 * dip_point_distance (self->reached, half) / self->size),
                     1, MAX_CURVE_STEPS);
  for (guint i = 1; i <= n; i++)
    {
      const double t = (double) i / n, u = 1.0 - t;
      const DipPoint at = {
        u * u * self->reached.x + 2.0 * u * t * self->pointer.x + t * t * half.x,
        u * u * self->reached.y + 2.0 * u * t * self->pointer.y + t * t * half.y
      };

      dip_brush_layer_draw_to (layer, at);
    }
  self->reached = half;
  self->pointer = to;
  show_ring (self, place, x, y);
}

static void
drag_end (DipOverlay *overlay,
          const DipOverlayPlace *place,
          int handle,
          double x,
          double y)
{
  DipBrush *self = DIP_BRUSH (overlay);
  DipBrushLayer *layer = dip_brush_get_layer (self);
  const int view = dip_brush_find_view (place);

  if (layer == NULL || view < 0 || dip_brush_layer_get_drawing (layer) < 0)
    return;

  dip_brush_layer_draw_to (layer, to_model (x, y));
  self->ends[view] = to_model (x, y);
  self->has_end[view] = TRUE;
  self->erases_now = self->erase;
  dip_brush_layer_end (layer);
  show_ring (self, place, x, y);
}

static void
drag_cancel (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  DipBrush *self = DIP_BRUSH (overlay);
  DipBrushLayer *layer = dip_brush_get_layer (self);

  if (layer != NULL)
    dip_brush_layer_cancel (layer);
  self->erases_now = self->erase;
}

/* Also without a brush in hand, so that the ring is there as soon as it is taken. */
static void
hover (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  DipBrush *self = DIP_BRUSH (overlay);

  if (dip_brush_find_view (place) < 0)
    return;
  if (dip_brush_get_layer (self) != NULL)
    {
      show_ring (self, place, x, y);
      return;
    }
  self->is_hovering = TRUE;
  self->role = place->role;
  self->x = x;
  self->y = y;
}

static void
leave (DipOverlay *overlay, const DipOverlayPlace *place)
{
  DipBrush *self = DIP_BRUSH (overlay);

  if (!self->is_hovering)
    return;
  self->is_hovering = FALSE;
  dip_overlay_changed (overlay);
}

static gboolean
resize (DipOverlay *overlay, const DipOverlayPlace *place, double steps)
{
  DipBrush *self = DIP_BRUSH (overlay);
  const double size = self->size * pow (STEP, steps);

  if (dip_brush_get_layer (self) == NULL)
    return FALSE;

  /* Small ones by whole pixels, so that each step is one. */
  dip_brush_set_size (self, steps > 0.0 ? MAX (rint (size), self->size + 1.0)
                                        : MIN (rint (size), self->size - 1.0));

  return TRUE;
}

static gboolean
undo (DipOverlay *overlay)
{
  DipBrushLayer *layer = dip_brush_get_layer (DIP_BRUSH (overlay));

  return layer != NULL && dip_brush_layer_get_active (layer) &&
         dip_brush_layer_undo (layer);
}

static gboolean
redo (DipOverlay *overlay)
{
  DipBrushLayer *layer = dip_brush_get_layer (DIP_BRUSH (overlay));

  return layer != NULL && dip_brush_layer_get_active (layer) &&
         dip_brush_layer_redo (layer);
}

static void
implement_overlay (DipOverlayInterface *iface)
{
  iface->draw = dip_brush_draw;
  iface->hit = hit;
  iface->get_pointer = get_pointer;
  iface->drag_begin = drag_begin;
  iface->drag_update = drag_update;
  iface->drag_end = drag_end;
  iface->drag_cancel = drag_cancel;
  iface->hover = hover;
  iface->leave = leave;
  iface->resize = resize;
  iface->undo = undo;
  iface->redo = redo;
}

/* The object ------------------------------------------------------------------------ */

static void
tool_changed_cb (DipBrush *self)
{
  dip_brush_layer_cancel (self->mask_layer);
  dip_brush_layer_cancel (self->region_layer);
  dip_overlay_changed (DIP_OVERLAY (self));
}

static void
region_changed_cb (DipBrush *self, int view)
{
  self->is_stale[view] = TRUE;
  dip_overlay_changed (DIP_OVERLAY (self));
}

static void
dip_brush_finalize (GObject *object)
{
  DipBrush *self = DIP_BRUSH (object);

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    g_clear_pointer (&self->contours[i], dip_contours_free);
  g_clear_object (&self->mask_layer);
  g_clear_object (&self->region_layer);
  g_clear_object (&self->toolbox);

  G_OBJECT_CLASS (dip_brush_parent_class)->finalize (object);
}

static void
dip_brush_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  DipBrush *self = DIP_BRUSH (object);

  if (prop_id == PROP_SIZE)
    g_value_set_double (value, self->size);
  else
    g_value_set_boolean (value, self->erase);
}

static void
dip_brush_set_property (GObject *object,
                        guint prop_id,
                        const GValue *value,
                        GParamSpec *pspec)
{
  DipBrush *self = DIP_BRUSH (object);

  if (prop_id == PROP_SIZE)
    dip_brush_set_size (self, g_value_get_double (value));
  else
    dip_brush_set_erase (self, g_value_get_boolean (value));
}

static void
dip_brush_class_init (DipBrushClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = dip_brush_finalize;
  object_class->get_property = dip_brush_get_property;
  object_class->set_property = dip_brush_set_property;
  properties[PROP_SIZE] = g_param_spec_double ("size", NULL, NULL, DIP_BRUSH_MIN_SIZE,
                                               DIP_BRUSH_MAX_SIZE, 24.0, flags);
  properties[PROP_ERASE] = g_param_spec_boolean ("erase", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
dip_brush_init (DipBrush *self)
{
  self->size = 24.0;
  self->mask_layer = dip_brush_layer_new ();
  self->region_layer = dip_brush_layer_new ();
  g_signal_connect_object (self->region_layer, "changed", G_CALLBACK (region_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->region_layer, "stroked", G_CALLBACK (region_changed_cb),
                           self, G_CONNECT_SWAPPED);
}

DipBrush *
dip_brush_new (DipToolbox *toolbox)
{
  DipBrush *self = g_object_new (DIP_TYPE_BRUSH, NULL);

  self->toolbox = g_object_ref (toolbox);
  g_signal_connect_object (toolbox, "notify::tool", G_CALLBACK (tool_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

DipBrushLayer *
dip_brush_get_mask_layer (DipBrush *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH (self), NULL);

  return self->mask_layer;
}

DipBrushLayer *
dip_brush_get_region_layer (DipBrush *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH (self), NULL);

  return self->region_layer;
}

double
dip_brush_get_size (DipBrush *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH (self), DIP_BRUSH_MIN_SIZE);

  return self->size;
}

void
dip_brush_set_size (DipBrush *self, double size)
{
  g_return_if_fail (DIP_IS_BRUSH (self));

  size = CLAMP (size, DIP_BRUSH_MIN_SIZE, DIP_BRUSH_MAX_SIZE);
  if (size == self->size)
    return;

  self->size = size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
  dip_overlay_changed (DIP_OVERLAY (self));
}

gboolean
dip_brush_get_erase (DipBrush *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH (self), FALSE);

  return self->erase;
}

void
dip_brush_set_erase (DipBrush *self, gboolean erase)
{
  g_return_if_fail (DIP_IS_BRUSH (self));

  if (self->erase == !!erase)
    return;

  self->erase = self->erases_now = !!erase;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERASE]);
  dip_overlay_changed (DIP_OVERLAY (self));
}
