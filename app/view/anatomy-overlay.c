#include "app/view/anatomy-overlay.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/pair/contour.h"
#include "model/pair/figures.h"

#define HANDLE_RADIUS 5.0 /* screen pixels */
#define GRASP 10.0
#define HATCH_STEP 7.0
/* After the points come the two ends of the pectoral line. */
#define HANDLE_TOP DIP_N_LANDMARK_POINTS
#define HANDLE_BOTTOM (DIP_N_LANDMARK_POINTS + 1)
#define N_HANDLES (DIP_N_LANDMARK_POINTS + 2)

struct _DipAnatomyOverlay
{
  GObject parent_instance;

  DipFoundView *views[DIP_N_VIEW_POSITIONS];
  DipContours *contours[DIP_N_VIEW_POSITIONS];
  double spacing_mm;
  DipLandmarks before; /* of a drag, to be put back */
  gboolean is_dragging;
  gboolean visible;
  gboolean hatched;
  double opacity;
};

enum
{
  PROP_VISIBLE = 1,
  PROP_HATCHED,
  PROP_OPACITY,
  N_PROPS
};

enum
{
  DRAGGED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* Drawing --------------------------------------------------------------------------- */

/* The view that a pane shows, or -1. */
static int
find_view (DipAnatomyOverlay *self, const DipOverlayPlace *place)
{
  const int view = place->role == DIP_PANE_CC    ? DIP_VIEW_POSITION_CC
                   : place->role == DIP_PANE_MLO ? DIP_VIEW_POSITION_MLO
                                                 : -1;

  if (!self->visible || place->pair != 0 || view < 0 || self->views[view] == NULL ||
      self->views[view]->picture->width != place->width ||
      self->views[view]->picture->height != place->height)
    return -1;

  return view;
}

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
                         (pnl.nipple.y + pnl.foot.y) / 2, 4, -8, text);
}

static gboolean
get_handle (DipLandmarks *landmarks, guint handle, DipPoint *at)
{
  const DipLandmark *point;

  if (handle == HANDLE_TOP || handle == HANDLE_BOTTOM)
    {
      *at = handle == HANDLE_TOP ? landmarks->pectoral.top : landmarks->pectoral.bottom;
      return landmarks->pectoral.is_found;
    }
  point = dip_landmarks_peek (landmarks, (DipLandmarkId) handle);
  *at = point->at;

  return point->is_found;
}

static void
draw_handles (DipLandmarks *landmarks, const DipOverlayPlace *place, cairo_t *cr)
{
  const double radius = HANDLE_RADIUS * place->pixel;

  for (guint i = 0; i < N_HANDLES; i++)
    {
      DipPoint at;

      if (!get_handle (landmarks, i, &at))
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

static void
draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = find_view (self, place);
  DipLandmarks *landmarks;

  if (view < 0)
    return;

  /* Pixel (0, 0) has its centre at (0, 0) in model/pair, its corner here. */
  cairo_save (cr);
  cairo_translate (cr, 0.5, 0.5);
  landmarks = &self->views[view]->breast->landmarks;
  draw_mask (self, place, cr, view);
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

/* Handles --------------------------------------------------------------------------- */

static int
hit (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = find_view (self, place);
  double nearest = GRASP * place->pixel;
  int found = -1;

  for (guint i = 0; view >= 0 && i < N_HANDLES; i++)
    {
      DipPoint at;
      double distance;

      if (!get_handle (&self->views[view]->breast->landmarks, i, &at))
        continue;
      distance = hypot (at.x + 0.5 - x, at.y + 0.5 - y);
      if (distance < nearest)
        {
          nearest = distance;
          found = (int) i;
        }
    }

  return found;
}

static const char *
get_pointer (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  return "grab";
}

static void
set_handle (DipLandmarks *landmarks, guint handle, DipPoint at)
{
  if (handle == HANDLE_TOP)
    dip_landmarks_set_pectoral (landmarks, at, landmarks->pectoral.bottom);
  else if (handle == HANDLE_BOTTOM)
    dip_landmarks_set_pectoral (landmarks, landmarks->pectoral.top, at);
  else
    dip_landmarks_set_point (landmarks, (DipLandmarkId) handle, at);
}

static void
place_handle (DipAnatomyOverlay *self,
              const DipOverlayPlace *place,
              int handle,
              double x,
              double y)
{
  const int view = find_view (self, place);

  if (view < 0)
    return;

  set_handle (&self->views[view]->breast->landmarks, (guint) handle,
              (DipPoint){ CLAMP (x, 0.0, place->width) - 0.5,
                          CLAMP (y, 0.0, place->height) - 0.5 });
  dip_overlay_changed (DIP_OVERLAY (self));
}

static void
drag_begin (DipOverlay *overlay,
            const DipOverlayPlace *place,
            int handle,
            double x,
            double y,
            GdkModifierType state)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = find_view (self, place);

  self->is_dragging = view >= 0;
  if (view >= 0)
    self->before = self->views[view]->breast->landmarks;
}

static void
drag_update (DipOverlay *overlay,
             const DipOverlayPlace *place,
             int handle,
             double x,
             double y,
             GdkModifierType state)
{
  if (DIP_ANATOMY_OVERLAY (overlay)->is_dragging)
    place_handle (DIP_ANATOMY_OVERLAY (overlay), place, handle, x, y);
}

static void
drag_end (DipOverlay *overlay,
          const DipOverlayPlace *place,
          int handle,
          double x,
          double y)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = find_view (self, place);

  if (self->is_dragging && view >= 0)
    g_signal_emit (self, signals[DRAGGED], 0, view);
  self->is_dragging = FALSE;
}

static void
drag_cancel (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = find_view (self, place);

  if (self->is_dragging && view >= 0)
    self->views[view]->breast->landmarks = self->before;
  self->is_dragging = FALSE;
  dip_overlay_changed (overlay);
}

static guint
get_n_handles (DipOverlay *overlay, const DipOverlayPlace *place)
{
  return find_view (DIP_ANATOMY_OVERLAY (overlay), place) >= 0 ? N_HANDLES : 0;
}

static char *
describe_handle (DipOverlay *overlay, const DipOverlayPlace *place, guint handle)
{
  static const char *const names[] = { N_ ("Nipple"),
                                       N_ ("Chest wall"),
                                       N_ ("Upper end of the skin line"),
                                       N_ ("Lower end of the skin line"),
                                       N_ ("Pectoral line, upper end"),
                                       N_ ("Pectoral line, lower end") };

  return g_strdup (handle < N_HANDLES ? _ (names[handle]) : "");
}

static void
move_handle (DipOverlay *overlay,
             const DipOverlayPlace *place,
             guint handle,
             double dx,
             double dy)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = find_view (self, place);
  DipPoint at;

  if (view < 0 || !get_handle (&self->views[view]->breast->landmarks, handle, &at))
    return;

  place_handle (self, place, (int) handle, at.x + 0.5 + dx, at.y + 0.5 + dy);
  g_signal_emit (self, signals[DRAGGED], 0, view);
}

static void
implement_overlay (DipOverlayInterface *iface)
{
  iface->draw = draw;
  iface->hit = hit;
  iface->get_pointer = get_pointer;
  iface->drag_begin = drag_begin;
  iface->drag_update = drag_update;
  iface->drag_end = drag_end;
  iface->drag_cancel = drag_cancel;
  iface->get_n_handles = get_n_handles;
  iface->describe_handle = describe_handle;
  iface->move_handle = move_handle;
}

/* The object ------------------------------------------------------------------------ */

G_DEFINE_FINAL_TYPE_WITH_CODE (DipAnatomyOverlay,
                               dip_anatomy_overlay,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DIP_TYPE_OVERLAY,
                                                      implement_overlay))

static void
clear_views (DipAnatomyOverlay *self)
{
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      g_clear_pointer (&self->views[i], dip_found_view_free);
      g_clear_pointer (&self->contours[i], dip_contours_free);
    }
}

static void
dip_anatomy_overlay_finalize (GObject *object)
{
  clear_views (DIP_ANATOMY_OVERLAY (object));

  G_OBJECT_CLASS (dip_anatomy_overlay_parent_class)->finalize (object);
}

static void
dip_anatomy_overlay_get_property (GObject *object,
                                  guint id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (object);

  switch (id)
    {
    case PROP_VISIBLE:
      g_value_set_boolean (value, self->visible);
      break;
    case PROP_HATCHED:
      g_value_set_boolean (value, self->hatched);
      break;
    case PROP_OPACITY:
      g_value_set_double (value, self->opacity);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
dip_anatomy_overlay_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (object);

  switch (id)
    {
    case PROP_VISIBLE:
      self->visible = g_value_get_boolean (value);
      break;
    case PROP_HATCHED:
      self->hatched = g_value_get_boolean (value);
      break;
    case PROP_OPACITY:
      self->opacity = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
  dip_overlay_changed (DIP_OVERLAY (self));
}

static void
dip_anatomy_overlay_class_init (DipAnatomyOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = dip_anatomy_overlay_finalize;
  object_class->get_property = dip_anatomy_overlay_get_property;
  object_class->set_property = dip_anatomy_overlay_set_property;
  props[PROP_VISIBLE] = g_param_spec_boolean ("visible", NULL, NULL, FALSE, flags);
  props[PROP_HATCHED] = g_param_spec_boolean ("hatched", NULL, NULL, FALSE, flags);
  props[PROP_OPACITY] = g_param_spec_double ("opacity", NULL, NULL, 0, 1, 0.18, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[DRAGGED] = g_signal_new ("dragged", DIP_TYPE_ANATOMY_OVERLAY, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
dip_anatomy_overlay_init (DipAnatomyOverlay *self)
{
  self->opacity = 0.18;
}

DipAnatomyOverlay *
dip_anatomy_overlay_new (void)
{
  return g_object_new (DIP_TYPE_ANATOMY_OVERLAY, NULL);
}

void
dip_anatomy_overlay_take_views (DipAnatomyOverlay *self,
                                DipFoundView *cc,
                                DipFoundView *mlo,
                                double spacing_mm)
{
  DipFoundView *const views[] = { cc, mlo };

  clear_views (self);
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    if (views[i] != NULL)
      {
        self->views[i] = views[i];
        self->contours[i] = dip_contours_new (views[i]->breast->mask, TRUE);
      }
  self->spacing_mm = spacing_mm;
  dip_overlay_changed (DIP_OVERLAY (self));
}

DipFoundView *
dip_anatomy_overlay_get_view (DipAnatomyOverlay *self, DipViewPosition view)
{
  return self->views[view];
}

gboolean
dip_anatomy_overlay_is_dragging (DipAnatomyOverlay *self)
{
  return self->is_dragging;
}
