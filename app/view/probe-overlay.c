#include "app/view/probe-overlay.h"

#include <glib/gi18n.h>
#include <math.h>

#define CROSS 8.0 /* screen pixels */
#define GAP 3.0

/* A place of the first pair. */
typedef struct
{
  gboolean is_set;
  DipPaneRole role;
  DipPoint at; /* model/pair/geometry.h */
} Place;

struct _DipProbeOverlay
{
  GObject parent_instance;

  DipToolbox *toolbox;
  DipAnatomyOverlay *anatomy;
  double tolerance_mm;
  Place pointed; /* by the pointer */
  Place pinned;
  Place before; /* pinned, before a drag */
};

enum
{
  PROP_TOLERANCE = 1,
  N_PROPS
};

enum
{
  MOVED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
is_in_hand (DipProbeOverlay *self)
{
  return dip_toolbox_get_tool (self->toolbox) == DIP_TOOL_PROBE;
}

static gboolean
is_view (const DipOverlayPlace *place)
{
  return place->pair == 0 && place->role != DIP_PANE_THIRD;
}

static const Place *
get_place (DipProbeOverlay *self)
{
  return self->pointed.is_set ? &self->pointed : &self->pinned;
}

static DipViewPosition
position_of (DipPaneRole role)
{
  return role == DIP_PANE_CC ? DIP_VIEW_POSITION_CC : DIP_VIEW_POSITION_MLO;
}

static DipFoundView *
get_view (DipProbeOverlay *self, DipPaneRole role)
{
  return dip_anatomy_overlay_get_view (self->anatomy, position_of (role));
}

static void
emit_moved (DipProbeOverlay *self)
{
  dip_overlay_changed (DIP_OVERLAY (self));
  g_signal_emit (self, signals[MOVED], 0);
}

/* Drawing --------------------------------------------------------------------------- */

/* The ring of the arc, as wide as its tolerance. */
static void
add_ring (const DipProbe *probe, cairo_t *cr)
{
  const DipPoint nipple = probe->nipple;
  const double inner = probe->radius - probe->tolerance;

  cairo_new_path (cr);
  cairo_arc (cr, nipple.x, nipple.y, probe->radius + probe->tolerance, 0, 2 * G_PI);
  if (inner > 0)
    {
      cairo_new_sub_path (cr);
      cairo_arc_negative (cr, nipple.x, nipple.y, inner, 2 * G_PI, 0);
    }
}

/* The line across the PNL at a depth, as far as it may be seen. */
static void
add_across (const DipProbe *probe, double depth, double reach, cairo_t *cr)
{
  const double x = probe->nipple.x + depth * probe->direction_x;
  const double y = probe->nipple.y + depth * probe->direction_y;
  const double along_x = -reach * probe->direction_y;
  const double along_y = reach * probe->direction_x;

  cairo_move_to (cr, x + along_x, y + along_y);
  cairo_line_to (cr, x - along_x, y - along_y);
}

static void
add_strip (const DipProbe *probe, double reach, cairo_t *cr)
{
  const double x = probe->direction_x, y = probe->direction_y;

  cairo_new_path (cr);
  for (int corner = 0; corner < 4; corner++)
    {
      const double depth =
          probe->depth + (corner == 0 || corner == 3 ? -1 : 1) * probe->tolerance;
      const double beside = corner < 2 ? reach : -reach;

      cairo_line_to (cr, probe->nipple.x + depth * x - beside * y,
                     probe->nipple.y + depth * y + beside * x);
    }
  cairo_close_path (cr);
}

static void
stroke (cairo_t *cr, const DipOverlayPlace *place, double width, double alpha, int colour)
{
  const double red = colour == 0 ? 0.35 : 0.95, green = colour == 0 ? 0.85 : 0.6;

  cairo_set_source_rgba (cr, red, green, colour == 0 ? 0.92 : 0.85, alpha);
  cairo_set_line_width (cr, width * place->pixel);
  cairo_stroke (cr);
}

/* The middle of the arc and of the strip, dashed. */
static void
draw_middles (const DipProbe *probe,
              const DipOverlayPlace *place,
              double reach,
              cairo_t *cr)
{
  const double dashes[] = { 6 * place->pixel, 5 * place->pixel };

  cairo_save (cr);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_new_path (cr);
  cairo_arc (cr, probe->nipple.x, probe->nipple.y, probe->radius, 0, 2 * G_PI);
  stroke (cr, place, 1.0, 0.8, 0);
  if (probe->has_strip)
    {
      add_across (probe, probe->depth, reach, cr);
      stroke (cr, place, 1.0, 0.8, 1);
    }
  cairo_restore (cr);
}

static void
draw_tolerance (DipProbeOverlay *self,
                const DipProbe *probe,
                const DipOverlayPlace *place,
                cairo_t *cr)
{
  g_autofree char *text = NULL;
  const double spacing = dip_anatomy_overlay_get_spacing (self->anatomy);
  DipPoint at = { probe->nipple.x, probe->nipple.y + probe->radius };
  DipPoint crossings[2];

  if (dip_probe_get_crossings (probe, crossings))
    at = crossings[0].y >= 0 && crossings[0].x >= 0 ? crossings[0] : crossings[1];
  text = spacing > 0.0 ? g_strdup_printf (_ ("± %.0f mm"), self->tolerance_mm)
                       : g_strdup_printf (_ ("± %.0f px"), probe->tolerance);
  cairo_set_source_rgb (cr, 0.35, 0.85, 0.92);
  dip_overlay_show_text (place, cr, CLAMP (at.x, 0.0, place->width),
                         CLAMP (at.y, 0.0, place->height), 10, -24, text);
}

static void
draw_probe (DipProbeOverlay *self,
            const DipProbe *probe,
            const DipOverlayPlace *place,
            cairo_t *cr)
{
  const double reach = place->width + place->height;

  cairo_save (cr);
  cairo_rectangle (cr, -0.5, -0.5, place->width, place->height);
  cairo_clip (cr);
  add_ring (probe, cr);
  stroke (cr, place, 1.25, 1.0, 0);
  if (probe->has_strip)
    {
      add_strip (probe, reach, cr);
      stroke (cr, place, 1.25, 1.0, 1);
    }
  draw_middles (probe, place, reach, cr);

  /* Where both hold. */
  if (probe->has_strip)
    {
      add_strip (probe, reach, cr);
      cairo_clip (cr);
    }
  add_ring (probe, cr);
  cairo_set_source_rgba (cr, 0.35, 0.85, 0.92, 0.28);
  cairo_fill (cr);
  cairo_restore (cr);
  draw_tolerance (self, probe, place, cr);
}

static void
add_cross (DipPoint at, const DipOverlayPlace *place, cairo_t *cr)
{
  const double arm = CROSS * place->pixel, gap = GAP * place->pixel;

  for (int side = -1; side <= 1; side += 2)
    {
      cairo_move_to (cr, at.x + side * gap, at.y);
      cairo_line_to (cr, at.x + side * arm, at.y);
      cairo_move_to (cr, at.x, at.y + side * gap);
      cairo_line_to (cr, at.x, at.y + side * arm);
    }
}

/* The place itself, with its figures. */
static void
draw_place (DipProbeOverlay *self, const DipOverlayPlace *place, cairo_t *cr)
{
  const double spacing = dip_anatomy_overlay_get_spacing (self->anatomy);
  g_autofree char *distance = NULL, *depth = NULL, *text = NULL;
  DipProbeFigures figures;
  DipViewPosition view;
  DipPoint at;

  add_cross (get_place (self)->at, place, cr);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.7);
  cairo_set_line_width (cr, 3.5 * place->pixel);
  cairo_stroke (cr);
  add_cross (get_place (self)->at, place, cr);
  stroke (cr, place, 1.75, 1.0, 0);
  if (!dip_probe_overlay_get_figures (self, &view, &at, &figures))
    text = g_strdup (_ ("Landmarks are being found…"));
  else if (isnan (figures.distance))
    text = g_strdup (_ ("No nipple was found here"));
  else
    {
      distance = dip_probe_format_length (figures.distance, spacing);
      depth = dip_probe_format_length (figures.depth, spacing);
      text = g_strdup_printf (_ ("Nipple %s\nDepth %s"), distance, depth);
    }
  dip_overlay_show_text (place, cr, get_place (self)->at.x, get_place (self)->at.y, 12,
                         10, text);
}

static void
draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr)
{
  DipProbeOverlay *self = DIP_PROBE_OVERLAY (overlay);
  const Place *pointed = get_place (self);
  DipFoundView *here, *other;
  DipProbe probe;

  if (!is_in_hand (self) || !pointed->is_set || !is_view (place))
    return;

  here = get_view (self, pointed->role);
  other = get_view (self, place->role);
  cairo_save (cr);
  cairo_translate (cr, 0.5, 0.5);
  if (place->role == pointed->role)
    draw_place (self, place, cr);
  else if (here != NULL && other != NULL && other->picture->width == place->width &&
           dip_probe_set (
               &probe, here, pointed->at, other,
               dip_probe_get_tolerance (self->tolerance_mm,
                                        dip_anatomy_overlay_get_spacing (self->anatomy),
                                        other->picture->width)))
    draw_probe (self, &probe, place, cr);
  cairo_restore (cr);
}

/* Hands ----------------------------------------------------------------------------- */

static void
set_place (Place *self, const DipOverlayPlace *place, double x, double y)
{
  *self = (Place){ TRUE,
                   place->role,
                   { CLAMP (x, 0.0, place->width) - 0.5,
                     CLAMP (y, 0.0, place->height) - 0.5 } };
}

static int
hit (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  return is_in_hand (DIP_PROBE_OVERLAY (overlay)) && is_view (place) && x >= 0 &&
                 y >= 0 && x <= place->width && y <= place->height
             ? 0
             : -1;
}

static const char *
get_pointer (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  return "crosshair";
}

static void
drag_begin (DipOverlay *overlay,
            const DipOverlayPlace *place,
            int handle,
            double x,
            double y,
            GdkModifierType state)
{
  DipProbeOverlay *self = DIP_PROBE_OVERLAY (overlay);

  self->before = self->pinned;
  self->pointed.is_set = FALSE;
  set_place (&self->pinned, place, x, y);
  emit_moved (self);
}

static void
drag_update (DipOverlay *overlay,
             const DipOverlayPlace *place,
             int handle,
             double x,
             double y,
             GdkModifierType state)
{
  DipProbeOverlay *self = DIP_PROBE_OVERLAY (overlay);

  set_place (&self->pinned, place, x, y);
  emit_moved (self);
}

static void
drag_cancel (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  DipProbeOverlay *self = DIP_PROBE_OVERLAY (overlay);

  self->pinned = self->before;
  emit_moved (self);
}

static void
hover (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  DipProbeOverlay *self = DIP_PROBE_OVERLAY (overlay);

  if (!is_in_hand (self) || !is_view (place))
    return;

  self->pointed.is_set = FALSE;
  if (hit (overlay, place, x, y) >= 0)
    set_place (&self->pointed, place, x, y);
  emit_moved (self);
}

static void
leave (DipOverlay *overlay, const DipOverlayPlace *place)
{
  DipProbeOverlay *self = DIP_PROBE_OVERLAY (overlay);

  if (!self->pointed.is_set)
    return;

  self->pointed.is_set = FALSE;
  emit_moved (self);
}

static void
implement_overlay (DipOverlayInterface *iface)
{
  iface->draw = draw;
  iface->hit = hit;
  iface->get_pointer = get_pointer;
  iface->drag_begin = drag_begin;
  iface->drag_update = drag_update;
  iface->drag_cancel = drag_cancel;
  iface->hover = hover;
  iface->leave = leave;
}

/* The object ------------------------------------------------------------------------ */

G_DEFINE_FINAL_TYPE_WITH_CODE (DipProbeOverlay,
                               dip_probe_overlay,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DIP_TYPE_OVERLAY,
                                                      implement_overlay))

static void
tool_changed_cb (DipProbeOverlay *self)
{
  dip_anatomy_overlay_set_need (self->anatomy, DIP_ANATOMY_FOR_PROBE, is_in_hand (self));
  self->pointed.is_set = FALSE;
  emit_moved (self);
}

static void
dip_probe_overlay_dispose (GObject *object)
{
  DipProbeOverlay *self = DIP_PROBE_OVERLAY (object);

  g_clear_object (&self->toolbox);
  g_clear_object (&self->anatomy);

  G_OBJECT_CLASS (dip_probe_overlay_parent_class)->dispose (object);
}

static void
dip_probe_overlay_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *pspec)
{
  g_value_set_double (value, DIP_PROBE_OVERLAY (object)->tolerance_mm);
}

static void
dip_probe_overlay_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  DipProbeOverlay *self = DIP_PROBE_OVERLAY (object);

  if (self->tolerance_mm == g_value_get_double (value))
    return;

  self->tolerance_mm = g_value_get_double (value);
  g_object_notify_by_pspec (object, pspec);
  emit_moved (self);
}

static void
dip_probe_overlay_class_init (DipProbeOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dip_probe_overlay_dispose;
  object_class->get_property = dip_probe_overlay_get_property;
  object_class->set_property = dip_probe_overlay_set_property;
  props[PROP_TOLERANCE] = g_param_spec_double (
      "tolerance", NULL, NULL, 1.0, 50.0, DIP_PROBE_TOLERANCE_MM,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[MOVED] = g_signal_new ("moved", DIP_TYPE_PROBE_OVERLAY, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_probe_overlay_init (DipProbeOverlay *self)
{
  self->tolerance_mm = DIP_PROBE_TOLERANCE_MM;
}

DipProbeOverlay *
dip_probe_overlay_new (DipToolbox *toolbox, DipAnatomyOverlay *anatomy)
{
  DipProbeOverlay *self = g_object_new (DIP_TYPE_PROBE_OVERLAY, NULL);

  self->toolbox = g_object_ref (toolbox);
  self->anatomy = g_object_ref (anatomy);
  g_signal_connect_object (toolbox, "notify::tool", G_CALLBACK (tool_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (anatomy, "changed", G_CALLBACK (emit_moved), self,
                           G_CONNECT_SWAPPED);

  return self;
}

gboolean
dip_probe_overlay_get_figures (DipProbeOverlay *self,
                               DipViewPosition *view,
                               DipPoint *at,
                               DipProbeFigures *figures)
{
  const Place *place = get_place (self);
  DipFoundView *found;

  g_return_val_if_fail (DIP_IS_PROBE_OVERLAY (self), FALSE);

  found = get_view (self, place->role);
  if (!is_in_hand (self) || !place->is_set || found == NULL)
    return FALSE;

  *view = position_of (place->role);
  *at = place->at;
  dip_probe_measure (figures, found, place->at);

  return TRUE;
}

char *
dip_probe_format_length (double pixels, double spacing_mm)
{
  if (isnan (pixels))
    return g_strdup ("–");

  return spacing_mm > 0.0
             ? g_strdup_printf (_ ("%.1f px, %.1f mm"), pixels, pixels * spacing_mm)
             : g_strdup_printf (_ ("%.1f px"), pixels);
}
