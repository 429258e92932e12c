#include "app/view/pane-private.h"

#include <math.h>

#define WHEEL_FACTOR 1.25  /* a click of the wheel */
#define WIPE_REACH 10.0    /* logical pixels from the line at which it is taken */
#define WINDOW_SPEED 300.0 /* logical pixels that change the window by 1 */

static gboolean
make_place (DipPane *self, DipOverlayPlace *place)
{
  DipPlacement placement;

  if (!dip_pane_get_placement (self, &placement))
    return FALSE;
  *place = dip_pane_make_place (self, &placement, FALSE);

  return TRUE;
}

static gboolean
is_on_wipe_line (DipPane *self, double x)
{
  return self->pictures[1] != NULL && self->blend == DIP_BLEND_WIPE &&
         fabs (x - self->blend_at * gtk_widget_get_width (GTK_WIDGET (self))) <
             WIPE_REACH;
}

/* The topmost overlay with a handle at a place of the pane. */
static DipOverlay *
find_handle (DipPane *self, const DipOverlayPlace *place, double x, double y, int *handle)
{
  double picture_x, picture_y;

  dip_placement_to_picture (&place->placement, x, y, &picture_x, &picture_y);
  for (guint i = self->overlays->len; i > 0; i--)
    {
      *handle =
          dip_overlay_hit (self->overlays->pdata[i - 1], place, picture_x, picture_y);
      if (*handle >= 0)
        return self->overlays->pdata[i - 1];
    }

  return NULL;
}

static void
update_pointer (DipPane *self, const DipOverlayPlace *place, double x, double y)
{
  const char *name = NULL;
  int handle;
  DipOverlay *overlay = find_handle (self, place, x, y, &handle);

  if (overlay != NULL)
    name = dip_overlay_get_pointer (overlay, place, handle);
  else if (is_on_wipe_line (self, x))
    name = "ew-resize";
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), name);
}

static void
motion_cb (DipPane *self, double x, double y)
{
  DipOverlayPlace place;
  double picture_x, picture_y;

  self->pointer_x = x;
  self->pointer_y = y;
  self->is_pointed_at = TRUE;
  dip_pane_forget_handle (self);
  if (!make_place (self, &place))
    return;

  dip_placement_to_picture (&place.placement, x, y, &picture_x, &picture_y);
  dip_viewport_set_cursor (self->viewport, picture_x, picture_y);
  if (self->dragged != NULL)
    return;
  update_pointer (self, &place, x, y);
  for (guint i = 0; i < self->overlays->len; i++)
    dip_overlay_hover (self->overlays->pdata[i], &place, picture_x, picture_y);
}

static void
leave_cb (DipPane *self)
{
  DipOverlayPlace place;

  self->is_pointed_at = FALSE;
  dip_viewport_clear_cursor (self->viewport);
  if (!make_place (self, &place))
    return;
  for (guint i = 0; i < self->overlays->len; i++)
    dip_overlay_leave (self->overlays->pdata[i], &place);
}

gboolean
dip_pane_resize (DipPane *self, double steps)
{
  DipOverlayPlace place;

  g_return_val_if_fail (DIP_IS_PANE (self), FALSE);

  if (!make_place (self, &place))
    return FALSE;
  for (guint i = self->overlays->len; i > 0; i--)
    if (dip_overlay_resize (self->overlays->pdata[i - 1], &place, steps))
      return TRUE;

  return FALSE;
}

gboolean
dip_pane_undo (DipPane *self, gboolean redo)
{
  g_return_val_if_fail (DIP_IS_PANE (self), FALSE);

  for (guint i = self->overlays->len; i > 0; i--)
    if (redo ? dip_overlay_redo (self->overlays->pdata[i - 1])
             : dip_overlay_undo (self->overlays->pdata[i - 1]))
      return TRUE;

  return FALSE;
}

void
dip_pane_point (DipPane *self, double x, double y)
{
  DipOverlayPlace place;

  g_return_if_fail (DIP_IS_PANE (self));

  dip_viewport_set_cursor (self->viewport, x, y);
  if (!make_place (self, &place))
    return;
  for (guint i = 0; i < self->overlays->len; i++)
    dip_overlay_hover (self->overlays->pdata[i], &place, x, y);
}

gboolean
dip_pane_use (DipPane *self, double dx, double dy)
{
  DipOverlayPlace place;
  DipOverlay *overlay;
  double x, y, at_x, at_y;
  int handle;

  g_return_val_if_fail (DIP_IS_PANE (self), FALSE);

  if (self->dragged != NULL || !make_place (self, &place) ||
      !dip_viewport_get_cursor (self->viewport, &x, &y))
    return FALSE;
  dip_placement_to_target (&place.placement, x, y, &at_x, &at_y);
  overlay = find_handle (self, &place, at_x, at_y, &handle);
  if (overlay == NULL)
    return FALSE;

  dip_overlay_drag_begin (overlay, &place, handle, x, y, 0);
  if (dx != 0.0 || dy != 0.0)
    dip_overlay_drag_update (overlay, &place, handle, x + dx, y + dy, 0);
  dip_overlay_drag_end (overlay, &place, handle, x + dx, y + dy);
  dip_pane_point (self, x + dx, y + dy);

  return TRUE;
}

static gboolean
scroll_cb (DipPane *self, double dx, double dy, GtkEventController *scroll)
{
  const GdkModifierType state = gtk_event_controller_get_current_event_state (scroll);

  if ((state & GDK_CONTROL_MASK) != 0 && dip_pane_resize (self, -dy))
    return TRUE;

  dip_pane_zoom_here (self, pow (WHEEL_FACTOR, -dy));

  return TRUE;
}

static void
click_cb (DipPane *self, int n_press, double x, double y)
{
  DipOverlayPlace place;
  int handle;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press == 2 && make_place (self, &place) &&
      find_handle (self, &place, x, y, &handle) == NULL && !is_on_wipe_line (self, x))
    g_signal_emit_by_name (self, "maximise");
}

/* Primary button: a handle, the wipe line, or panning. */
static void
primary_begin_cb (DipPane *self, double x, double y, GtkGesture *gesture)
{
  DipOverlayPlace place;
  double picture_x, picture_y;

  self->drag_x = self->drag_y = 0.0;
  self->press_x = x;
  self->press_y = y;
  if (!make_place (self, &place))
    return;

  g_set_object (&self->dragged, find_handle (self, &place, x, y, &self->handle));
  if (self->dragged != NULL)
    {
      dip_placement_to_picture (&place.placement, x, y, &picture_x, &picture_y);
      dip_overlay_drag_begin (
          self->dragged, &place, self->handle, picture_x, picture_y,
          gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture)));
    }
  else
    self->is_wiping = is_on_wipe_line (self, x);
}

static void
pan_to (DipPane *self, double dx, double dy)
{
  dip_pane_pan (self, dx - self->drag_x, dy - self->drag_y);
  self->drag_x = dx;
  self->drag_y = dy;
}

static void
primary_update_cb (DipPane *self, double dx, double dy, GtkGesture *gesture)
{
  DipOverlayPlace place;
  const double x = self->press_x, y = self->press_y;
  double picture_x, picture_y;

  if (self->dragged != NULL && make_place (self, &place))
    {
      dip_placement_to_picture (&place.placement, x + dx, y + dy, &picture_x, &picture_y);
      dip_overlay_drag_update (
          self->dragged, &place, self->handle, picture_x, picture_y,
          gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture)));
    }
  else if (self->is_wiping)
    g_signal_emit_by_name (
        self, "wiped",
        CLAMP ((x + dx) / gtk_widget_get_width (GTK_WIDGET (self)), 0.0, 1.0));
  else
    pan_to (self, dx, dy);
}

static void
primary_end_cb (DipPane *self, double dx, double dy, GtkGesture *gesture)
{
  DipOverlayPlace place;
  const double x = self->press_x, y = self->press_y;
  double picture_x, picture_y;

  self->is_wiping = FALSE;
  if (self->dragged == NULL || !make_place (self, &place))
    return;

  dip_placement_to_picture (&place.placement, x + dx, y + dy, &picture_x, &picture_y);
  dip_overlay_drag_end (self->dragged, &place, self->handle, picture_x, picture_y);
  g_clear_object (&self->dragged);
}

static void
primary_cancel_cb (DipPane *self)
{
  DipOverlayPlace place;

  self->is_wiping = FALSE;
  if (self->dragged != NULL && make_place (self, &place))
    dip_overlay_drag_cancel (self->dragged, &place, self->handle);
  g_clear_object (&self->dragged);
}

static void
middle_begin_cb (DipPane *self)
{
  self->drag_x = self->drag_y = 0.0;
}

static void
middle_update_cb (DipPane *self, double dx, double dy)
{
  pan_to (self, dx, dy);
}

static void
secondary_begin_cb (DipPane *self)
{
  self->start_centre = dip_levels_get_centre (self->levels);
  self->start_width = dip_levels_get_width (self->levels);
}

/* To the right: wider, less contrast; down: a higher level, darker.  Where zero lies in
 * the middle of the map it stays there. */
static void
secondary_update_cb (DipPane *self, double dx, double dy)
{
  const double speed = MAX (self->start_width, 0.05) / WINDOW_SPEED;
  const gboolean is_signed = self->colour_map == DIP_COLOUR_MAP_DIVERGING;

  dip_levels_set_window (self->levels, self->start_centre + (is_signed ? 0 : dy * speed),
                         self->start_width + dx * speed);
}

static void
add_drag (DipPane *self, guint button, GCallback begin, GCallback update, GCallback end)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), button);
  g_signal_connect_swapped (drag, "drag-begin", begin, self);
  g_signal_connect_swapped (drag, "drag-update", update, self);
  if (end != NULL)
    g_signal_connect_swapped (drag, "drag-end", end, self);
  if (button == GDK_BUTTON_PRIMARY)
    g_signal_connect_swapped (drag, "cancel", G_CALLBACK (primary_cancel_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

void
dip_pane_add_controllers (DipPane *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  add_drag (self, GDK_BUTTON_PRIMARY, G_CALLBACK (primary_begin_cb),
            G_CALLBACK (primary_update_cb), G_CALLBACK (primary_end_cb));
  add_drag (self, GDK_BUTTON_MIDDLE, G_CALLBACK (middle_begin_cb),
            G_CALLBACK (middle_update_cb), NULL);
  add_drag (self, GDK_BUTTON_SECONDARY, G_CALLBACK (secondary_begin_cb),
            G_CALLBACK (secondary_update_cb), NULL);
}
