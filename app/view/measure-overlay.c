#include "app/view/measure-overlay-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define GRASP 9.0    /* screen pixels */
#define MOVED 3.0    /* a press that goes no further is a click */
#define NEW G_MAXINT /* the handle of a place where a new point comes */
#define MAX_POINTS 4096
/* Any other handle: measure * MAX_POINTS + point. */

static gboolean
get_kind (DipMeasureOverlay *self, DipMeasureKind *kind)
{
  const DipTool tool = dip_toolbox_get_tool (self->toolbox);

  if (tool < DIP_TOOL_DISTANCE || tool > DIP_TOOL_PROFILE)
    return FALSE;

  *kind = tool == DIP_TOOL_DISTANCE ? DIP_MEASURE_DISTANCE
          : tool == DIP_TOOL_ANGLE  ? DIP_MEASURE_ANGLE
          : tool == DIP_TOOL_AREA   ? DIP_MEASURE_AREA
                                    : DIP_MEASURE_PROFILE;
  return TRUE;
}

/* Of a place in an overlay's coordinates, within the picture. */
static DipPoint
to_point (const DipOverlayPlace *place, double x, double y)
{
  return (DipPoint){ CLAMP (x, 0.0, place->width) - 0.5,
                     CLAMP (y, 0.0, place->height) - 0.5 };
}

static gboolean
is_near (const DipOverlayPlace *place, DipPoint a, DipPoint b)
{
  return dip_point_distance (a, b) < GRASP * place->pixel;
}

/* The nearest point of all measures of a place, or -1. */
static int
find_point (DipMeasureOverlay *self, const DipOverlayPlace *place, DipPoint at)
{
  double nearest = GRASP * place->pixel;
  int found = -1;

  for (guint i = 0; i < dip_measures_get_count (self->measures); i++)
    {
      const DipMeasure *measure = dip_measures_get (self->measures, i);

      for (guint k = 0;
           dip_measure_overlay_is_at (measure, place) && k < measure->points->len; k++)
        {
          const double distance =
              dip_point_distance (dip_measure_get_point (measure, k), at);

          if (distance < nearest)
            {
              nearest = distance;
              found = (int) (i * MAX_POINTS + k);
            }
        }
    }

  return found;
}

static int
hit (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);
  DipMeasureKind kind;
  const gboolean is_measuring = get_kind (self, &kind);
  const DipPoint at = { x - 0.5, y - 0.5 };
  int handle;

  if (place->pair != 0 ||
      (!is_measuring && dip_toolbox_get_tool (self->toolbox) != DIP_TOOL_NONE))
    return -1;
  if (self->pending != NULL)
    return dip_measure_overlay_is_at (self->pending, place) ? NEW : -1;

  handle = find_point (self, place, at);
  if (handle >= 0 || !is_measuring)
    return handle;

  return x >= 0 && y >= 0 && x <= place->width && y <= place->height ? NEW : -1;
}

static const char *
get_pointer (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  return handle == NEW ? "crosshair" : "grab";
}

/* New ones -------------------------------------------------------------------------- */

static void
drop_pending (DipMeasureOverlay *self)
{
  g_clear_pointer (&self->pending, dip_measure_free);
  dip_overlay_changed (DIP_OVERLAY (self));
}

static guint
count_fixed (DipMeasureOverlay *self)
{
  return self->pending->points->len - 1;
}

static void
complete (DipMeasureOverlay *self)
{
  dip_measures_add (self->measures, g_steal_pointer (&self->pending));
}

/* With Shift the line from the last fixed point is held to multiples of 45°. */
static void
place_last (DipMeasureOverlay *self, DipPoint at, GdkModifierType state)
{
  const guint n = count_fixed (self);

  if (n > 0 && (state & GDK_SHIFT_MASK) != 0)
    {
      const DipPoint from = dip_measure_get_point (self->pending, n - 1);
      const double eighth = G_PI / 4.0;
      const double angle = rint (atan2 (at.y - from.y, at.x - from.x) / eighth) * eighth;
      const double along = (at.x - from.x) * cos (angle) + (at.y - from.y) * sin (angle);

      at.x = from.x + along * cos (angle);
      at.y = from.y + along * sin (angle);
    }
  dip_measure_set_point (self->pending, n, at);
  dip_overlay_changed (DIP_OVERLAY (self));
}

static void
begin_new (DipMeasureOverlay *self, const DipOverlayPlace *place, DipPoint at)
{
  DipMeasureKind kind;

  self->has_moved = FALSE;
  self->is_fresh = self->pending == NULL;
  if (!self->is_fresh || !get_kind (self, &kind))
    return;

  self->pending = dip_measure_new (kind, (guint) place->role);
  self->pending->width = place->width;
  self->pending->height = place->height;
  dip_measure_add_point (self->pending, at);
  dip_measure_add_point (self->pending, at);
}

/* The last point is fixed; another follows the pointer unless that was all. */
static void
end_new (DipMeasureOverlay *self, const DipOverlayPlace *place)
{
  const guint n = count_fixed (self);
  const gboolean is_area = self->pending->kind == DIP_MEASURE_AREA;
  const DipPoint at = dip_measure_get_point (self->pending, n);
  const gboolean is_on_last =
      is_near (place, at, dip_measure_get_point (self->pending, n - 1));

  if (self->is_fresh && !self->has_moved)
    return; /* a click: the second point is still to come */
  if (is_area && n >= 3 &&
      (is_on_last || is_near (place, at, dip_measure_get_point (self->pending, 0))))
    {
      g_array_set_size (self->pending->points, n);
      complete (self);
    }
  else if (is_on_last)
    return;
  else if (!is_area && n + 1 == dip_measure_kind_get_n_points (self->pending->kind))
    complete (self);
  else if (n + 1 < MAX_POINTS)
    dip_measure_add_point (self->pending, at);
}

/* Hands ----------------------------------------------------------------------------- */

static void
drag_begin (DipOverlay *overlay,
            const DipOverlayPlace *place,
            int handle,
            double x,
            double y,
            GdkModifierType state)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);

  self->press_x = x;
  self->press_y = y;
  if (handle == NEW)
    {
      begin_new (self, place, to_point (place, x, y));
      if (self->pending != NULL)
        place_last (self, to_point (place, x, y), state);
      return;
    }
  dip_measures_select (self->measures, handle / MAX_POINTS);
  dip_measures_begin (self->measures);
}

static void
drag_update (DipOverlay *overlay,
             const DipOverlayPlace *place,
             int handle,
             double x,
             double y,
             GdkModifierType state)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);

  self->has_moved |= hypot (x - self->press_x, y - self->press_y) > MOVED * place->pixel;
  if (handle != NEW)
    dip_measures_move_point (self->measures, (guint) handle / MAX_POINTS,
                             (guint) handle % MAX_POINTS, to_point (place, x, y));
  else if (self->pending != NULL)
    place_last (self, to_point (place, x, y), state);
}

static void
drag_end (DipOverlay *overlay,
          const DipOverlayPlace *place,
          int handle,
          double x,
          double y)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);

  if (handle == NEW && self->pending != NULL)
    end_new (self, place);
  else if (handle != NEW && x == self->press_x && y == self->press_y)
    dip_measures_revert (self->measures); /* only selected: nothing to undo */
  dip_overlay_changed (overlay);
}

static void
drag_cancel (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);

  if (handle != NEW)
    dip_measures_revert (self->measures);
  else if (self->is_fresh)
    drop_pending (self);
}

static void
hover (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);

  if (self->pending != NULL && dip_measure_overlay_is_at (self->pending, place))
    place_last (self, to_point (place, x, y), 0);
}

static gboolean
undo (DipOverlay *overlay)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);
  DipMeasureKind kind;

  if (!get_kind (self, &kind))
    return FALSE;
  if (self->pending == NULL)
    return dip_measures_undo (self->measures);

  if (count_fixed (self) > 1)
    g_array_remove_index (self->pending->points, count_fixed (self) - 1);
  else
    drop_pending (self);
  dip_overlay_changed (overlay);

  return TRUE;
}

static gboolean
redo (DipOverlay *overlay)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);
  DipMeasureKind kind;

  return get_kind (self, &kind) && dip_measures_redo (self->measures);
}

/* Handles by keyboard --------------------------------------------------------------- */

/* The handle of a place by its number there, or -1. */
static int
get_nth (DipMeasureOverlay *self, const DipOverlayPlace *place, guint nth)
{
  for (guint i = 0; i < dip_measures_get_count (self->measures); i++)
    {
      const DipMeasure *measure = dip_measures_get (self->measures, i);

      if (!dip_measure_overlay_is_at (measure, place))
        continue;
      if (nth < measure->points->len)
        return (int) (i * MAX_POINTS + nth);
      nth -= measure->points->len;
    }

  return -1;
}

static guint
get_n_handles (DipOverlay *overlay, const DipOverlayPlace *place)
{
  guint n = 0;

  while (get_nth (DIP_MEASURE_OVERLAY (overlay), place, n) >= 0)
    n++;

  return n;
}

static char *
describe_handle (DipOverlay *overlay, const DipOverlayPlace *place, guint handle)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);
  const int found = get_nth (self, place, handle);
  g_autofree char *title = NULL;

  if (found < 0)
    return g_strdup ("");
  title = dip_measures_get_title (self->measures, (guint) found / MAX_POINTS);

  return g_strdup_printf (_ ("%s, point %u"), title, (guint) found % MAX_POINTS + 1);
}

static gboolean
get_handle (DipOverlay *overlay,
            const DipOverlayPlace *place,
            guint handle,
            double *x,
            double *y)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);
  const int found = get_nth (self, place, handle);
  DipPoint at;

  if (found < 0)
    return FALSE;

  at = dip_measure_get_point (
      dip_measures_get (self->measures, (guint) found / MAX_POINTS),
      (guint) found % MAX_POINTS);
  *x = at.x + 0.5;
  *y = at.y + 0.5;

  return TRUE;
}

static void
move_handle (DipOverlay *overlay,
             const DipOverlayPlace *place,
             guint handle,
             double dx,
             double dy)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (overlay);
  const int found = get_nth (self, place, handle);
  double x, y;

  if (found < 0 || !get_handle (overlay, place, handle, &x, &y))
    return;

  dip_measures_begin (self->measures);
  dip_measures_move_point (self->measures, (guint) found / MAX_POINTS,
                           (guint) found % MAX_POINTS, to_point (place, x + dx, y + dy));
}

static void
implement_overlay (DipOverlayInterface *iface)
{
  iface->draw = dip_measure_overlay_draw;
  iface->hit = hit;
  iface->get_pointer = get_pointer;
  iface->drag_begin = drag_begin;
  iface->drag_update = drag_update;
  iface->drag_end = drag_end;
  iface->drag_cancel = drag_cancel;
  iface->hover = hover;
  iface->undo = undo;
  iface->redo = redo;
  iface->get_n_handles = get_n_handles;
  iface->get_handle = get_handle;
  iface->describe_handle = describe_handle;
  iface->move_handle = move_handle;
}

/* The object ------------------------------------------------------------------------ */

G_DEFINE_FINAL_TYPE_WITH_CODE (DipMeasureOverlay,
                               dip_measure_overlay,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DIP_TYPE_OVERLAY,
                                                      implement_overlay))

static void
dip_measure_overlay_dispose (GObject *object)
{
  DipMeasureOverlay *self = DIP_MEASURE_OVERLAY (object);

  g_clear_pointer (&self->pending, dip_measure_free);
  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->measures);
  g_clear_object (&self->toolbox);

  G_OBJECT_CLASS (dip_measure_overlay_parent_class)->dispose (object);
}

static void
dip_measure_overlay_class_init (DipMeasureOverlayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_measure_overlay_dispose;
}

static void
dip_measure_overlay_init (DipMeasureOverlay *self)
{
}

DipMeasureOverlay *
dip_measure_overlay_new (DipMeasures *measures, DipToolbox *toolbox, DipPairView *view)
{
  DipMeasureOverlay *self = g_object_new (DIP_TYPE_MEASURE_OVERLAY, NULL);

  self->measures = g_object_ref (measures);
  self->toolbox = g_object_ref (toolbox);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (measures, "changed", G_CALLBACK (dip_overlay_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (toolbox, "notify::tool", G_CALLBACK (drop_pending), self,
                           G_CONNECT_SWAPPED);

  return self;
}
