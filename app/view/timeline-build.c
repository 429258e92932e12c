#include "app/view/timeline-private.h"

#include <glib/gi18n.h>

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  dip_timeline_draw (user_data, cr, width, height);
}

static void
scrub_to (DipTimeline *self, double x)
{
  if (self->n_kept > 0)
    dip_timeline_go_to (self, dip_timeline_step_at (self, x));
}

static void
drag_begin_cb (DipTimeline *self, double x, double y)
{
  gtk_widget_grab_focus (self->chart);
  scrub_to (self, x);
}

static void
drag_update_cb (DipTimeline *self, double dx, double dy, GtkGestureDrag *drag)
{
  double x, y;

  gtk_gesture_drag_get_start_point (drag, &x, &y);
  scrub_to (self, x + dx);
}

static void
set_hovered (DipTimeline *self, int step)
{
  if (self->hovered == step)
    return;

  self->hovered = step;
  gtk_widget_queue_draw (self->chart);
}

static void
motion_cb (DipTimeline *self, double x, double y)
{
  set_hovered (self, self->n_kept > 0 ? (int) dip_timeline_step_at (self, x) : -1);
}

static void
leave_cb (DipTimeline *self)
{
  set_hovered (self, -1);
}

static gboolean
scroll_cb (DipTimeline *self, double dx, double dy)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->actions),
                                  dy > 0.0 ? "next" : "previous", NULL);

  return TRUE;
}

/* The menu is about the step that it points at. */
static void
right_click_cb (DipTimeline *self, int n_press, double x, double y)
{
  GdkRectangle place = { (int) x, (int) y, 1, 1 };

  if (self->menu == NULL || self->n_kept == 0)
    return;
  gtk_widget_grab_focus (self->chart);
  scrub_to (self, x);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &place);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  DipTimeline *self = user_data;
  GdkRectangle place = { (int) dip_timeline_x_of (self, self->position,
                                                  gtk_widget_get_width (self->chart)),
                         gtk_widget_get_height (self->chart) / 2, 1, 1 };

  if (self->menu == NULL || self->n_kept == 0)
    return FALSE;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &place);
  gtk_popover_popup (GTK_POPOVER (self->menu));

  return TRUE;
}

static void
add_chart_controllers (DipTimeline *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *right = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (
      GTK_EVENT_CONTROLLER_SCROLL_VERTICAL | GTK_EVENT_CONTROLLER_SCROLL_DISCRETE);

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (right), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (right, "pressed", G_CALLBACK (right_click_cb), self);
  gtk_widget_add_controller (self->chart, GTK_EVENT_CONTROLLER (right));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (menu_key_cb, self, NULL)));
  gtk_widget_add_controller (self->chart, keys);
  gtk_widget_add_controller (self->chart, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (self->chart, motion);
  gtk_widget_add_controller (self->chart, scroll);
}

static GtkWidget *
add_button (GtkWidget *box, const char *icon, const char *action, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_box_append (GTK_BOX (box), button);

  return button;
}

static GtkWidget *
build_controls (DipTimeline *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *spring = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  add_button (row, "go-first-symbolic", "timeline.first", _ ("First step"));
  self->play = add_button (row, "media-playback-start-symbolic", "timeline.play",
                           _ ("Play or stop"));
  add_button (row, "go-last-symbolic", "timeline.last", _ ("Newest step"));
  add_button (row, "media-playlist-repeat-symbolic", "timeline.loop", _ ("Loop"));
  add_button (row, "user-bookmarks-symbolic", "timeline.bookmark", _ ("Bookmark"));
  self->label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_margin_start (self->label, 8);
  gtk_box_append (GTK_BOX (row), self->label);
  gtk_widget_set_hexpand (spring, TRUE);
  gtk_box_append (GTK_BOX (row), spring);
  add_button (row, "list-remove-symbolic", "timeline.slower", _ ("Slower"));
  self->speed_label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->speed_label, "numeric");
  gtk_label_set_width_chars (GTK_LABEL (self->speed_label), 5);
  gtk_box_append (GTK_BOX (row), self->speed_label);
  add_button (row, "list-add-symbolic", "timeline.faster", _ ("Faster"));

  return row;
}

void
dip_timeline_build (DipTimeline *self)
{
  self->chart =
      g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_SLIDER,
                    "focusable", TRUE, "content-height", 120, "hexpand", TRUE, NULL);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->chart), draw_cb, self, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->chart),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Steps"), -1);
  add_chart_controllers (self);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  /* A row of its own: names of curves are long in every language. */
  self->legend = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  gtk_widget_add_css_class (self->legend, "dip-legend");
  gtk_box_append (GTK_BOX (self->box), build_controls (self));
  gtk_box_append (GTK_BOX (self->box), self->legend);
  gtk_box_append (GTK_BOX (self->box), self->chart);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

void
dip_timeline_set_menu (DipTimeline *self, GMenuModel *menu)
{
  g_return_if_fail (DIP_IS_TIMELINE (self));

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, self->chart);
}
