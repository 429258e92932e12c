#include "app/view/pair-view-private.h"

#define KEY_FACTOR 1.25 /* a press of + */

/* The pane under the pointer, or else the current one. */
static DipPane *
pane_in_hand (DipPairView *self)
{
  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      if (dip_pane_is_pointed_at (self->panes[i][r]))
        return self->panes[i][r];

  return self->current;
}

static void
zoom_in_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_pane_zoom_here (pane_in_hand (user_data), KEY_FACTOR);
}

static void
zoom_out_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_pane_zoom_here (pane_in_hand (user_data), 1.0 / KEY_FACTOR);
}

static void
fit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_viewport_set_fit (dip_pane_get_viewport (pane_in_hand (user_data)), TRUE);
}

static void
one_to_one_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_pane_zoom_one_to_one (pane_in_hand (user_data));
}

static void
pan_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  double dx, dy;

  g_variant_get (parameter, "(dd)", &dx, &dy);
  dip_pane_pan (pane_in_hand (user_data), dx, dy);
}

/* Moves the crosshair as seen on the pane, from its middle at first. */
static void
point_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipPairView *self = user_data;
  DipPane *pane = pane_in_hand (self);
  DipViewport *viewport = dip_pane_get_viewport (pane);
  DipPlacement place;
  double dx, dy, x, y;

  if (!dip_pane_get_placement (pane, &place))
    return;
  g_variant_get (parameter, "(dd)", &dx, &dy);
  if (!dip_viewport_get_cursor (viewport, &x, &y))
    dip_placement_to_picture (&place, gtk_widget_get_width (GTK_WIDGET (pane)) / 2.0,
                              gtk_widget_get_height (GTK_WIDGET (pane)) / 2.0, &x, &y);
  g_object_set (self->display, "crosshair", TRUE, NULL);
  dip_pane_point (pane, x + (place.scale_x < 0.0 ? -dx : dx),
                  y + (place.scale_y < 0.0 ? -dy : dy));
}

/* As it was at first: the whole picture, all of the window, nothing flipped. */
static void
reset_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipPairView *self = user_data;

  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      {
        DipViewport *viewport = dip_pane_get_viewport (self->panes[i][r]);

        dip_viewport_set_fit (viewport, TRUE);
        dip_viewport_set_flip (viewport, FALSE, FALSE);
      }
  dip_levels_set_preset (self->levels, DIP_LEVELS_PRESET_FULL);
  dip_levels_set_invert (self->levels, FALSE);
  dip_levels_set_window (self->difference_levels, 0.5, 0.8);
  dip_pair_view_reset_map_levels (self);
}

static void
maximise_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit_by_name (pane_in_hand (user_data), "maximise");
}

/* A key moved the focus: it is to be seen. */
static void
show_focus (DipPairView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    gtk_window_set_focus_visible (GTK_WINDOW (root), TRUE);
}

/* The next pane that can be shown; alone if one is shown alone. */
static void
step_view (DipPairView *self, int by)
{
  const int n = DIP_N_PANE_ROLES;
  const gboolean is_maximised = dip_display_get_maximised (self->display) >= 0;
  int role = (int) dip_pane_get_role (self->current);

  for (int i = 0; i < n; i++)
    {
      role = (role + by + n) % n;
      if (is_maximised)
        dip_display_set_maximised (self->display, role);
      if (gtk_widget_get_visible (GTK_WIDGET (self->panes[0][role])))
        break;
    }
  self->current = self->panes[0][role];
  gtk_widget_grab_focus (GTK_WIDGET (self->current));
  show_focus (self);
}

static void
next_view_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_view (user_data, 1);
}

static void
previous_view_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_view (user_data, -1);
}

static void
next_third_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipPairView *self = user_data;
  const guint now = dip_display_get_third_pane (self->display);

  dip_display_set_third_pane (self->display,
                              (DipThirdPane) ((now + 1) % (DIP_THIRD_PANE_RESIDUAL + 1)));
}

static void
other_side_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipPairView *self = user_data;

  dip_display_set_laterality (self->display, dip_display_get_laterality (self->display) ==
                                                     DIP_LATERALITY_LEFT
                                                 ? DIP_LATERALITY_RIGHT
                                                 : DIP_LATERALITY_LEFT);
}

static void
wipe_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipPairView *self = user_data;

  dip_display_set_layout (self->display,
                          dip_display_get_layout (self->display) == DIP_LAYOUT_WIPE
                              ? DIP_LAYOUT_SIDE_BY_SIDE
                              : DIP_LAYOUT_WIPE);
}

static void
take_tool_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *nick = g_variant_get_string (parameter, NULL);

  for (guint i = 0; i < dip_n_tool_infos; i++)
    if (g_str_equal (dip_tool_infos[i].nick, nick))
      dip_toolbox_toggle_tool (DIP_PAIR_VIEW (user_data)->toolbox,
                               dip_tool_infos[i].tool);
}

static void
use_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_pane_use (pane_in_hand (user_data), 0.0, 0.0);
}

static void
draw_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipPane *pane = pane_in_hand (user_data);
  DipPlacement place;
  double dx, dy;

  if (!dip_pane_get_placement (pane, &place))
    return;
  g_variant_get (parameter, "(dd)", &dx, &dy);
  dip_pane_use (pane, place.scale_x < 0.0 ? -dx : dx, place.scale_y < 0.0 ? -dy : dy);
}

static void
next_handle_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_pane_step_handle (pane_in_hand (user_data), 1);
}

static void
previous_handle_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_pane_step_handle (pane_in_hand (user_data), -1);
}

static void
resize (DipPairView *self, double steps)
{
  const double at = dip_display_get_wipe (self->display);

  if (!dip_pane_resize (pane_in_hand (self), steps))
    dip_display_set_wipe (self->display, CLAMP (at + 0.05 * steps, 0.0, 1.0));
}

static void
smaller_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  resize (user_data, -1.0);
}

static void
larger_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  resize (user_data, 1.0);
}

/* None at all, or all the way. */
static void
register_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipPairView *self = user_data;

  dip_display_set_registration (
      self->display, dip_display_get_registration (self->display) > 0.0 ? 0.0 : 1.0);
}

static void
step_registration (DipPairView *self, double by)
{
  const double now = dip_display_get_registration (self->display);

  dip_display_set_registration (self->display, CLAMP (now + by, 0.0, 1.0));
}

static void
register_more_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_registration (user_data, 0.1);
}

static void
register_less_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_registration (user_data, -0.1);
}

static const GActionEntry entries[] = {
  { "zoom-in", zoom_in_cb },
  { "zoom-out", zoom_out_cb },
  { "fit", fit_cb },
  { "one-to-one", one_to_one_cb },
  { "pan", pan_cb, "(dd)" },
  { "point", point_cb, "(dd)" },
  { "reset", reset_cb },
  { "maximise", maximise_cb },
  { "next-view", next_view_cb },
  { "previous-view", previous_view_cb },
  { "next-third", next_third_cb },
  { "other-side", other_side_cb },
  { "wipe", wipe_cb },
  { "take-tool", take_tool_cb, "s" },
  { "use", use_cb },
  { "draw", draw_cb, "(dd)" },
  { "smaller", smaller_cb },
  { "larger", larger_cb },
  { "next-handle", next_handle_cb },
  { "previous-handle", previous_handle_cb },
  { "register", register_cb },
  { "register-more", register_more_cb },
  { "register-less", register_less_cb },
};

static void
add_property (DipPairView *self, const char *name, gpointer object, const char *property)
{
  g_autoptr (GPropertyAction) action = g_property_action_new (name, object, property);

  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
}

void
dip_pair_view_make_actions (DipPairView *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
  add_property (self, "layout", self->display, "layout");
  add_property (self, "third-pane", self->display, "third-pane");
  add_property (self, "colour-map", self->display, "colour-map");
  add_property (self, "laterality", self->display, "laterality");
  add_property (self, "tool", self->toolbox, "tool");
  add_property (self, "registration", self->display, "registration");
  add_property (self, "linked", self->display, "linked");
  add_property (self, "crosshair", self->display, "crosshair");
  add_property (self, "annotations", self->display, "annotations");
  add_property (self, "smooth", self->viewport, "smooth");
  add_property (self, "flip-h", self->viewport, "flip-h");
  add_property (self, "flip-v", self->viewport, "flip-v");
  add_property (self, "invert", self->levels, "invert");
  add_property (self, "preset", self->levels, "preset");
}

/* A window may hold the group longer than the view lives. */
void
dip_pair_view_remove_actions (DipPairView *self)
{
  gtk_widget_insert_action_group (GTK_WIDGET (self), "view", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_action_map_remove_action (G_ACTION_MAP (self->actions), entries[i].name);
}

/* In the keys' order of the header. */
static const struct
{
  const char *trigger; /* as gtk_shortcut_trigger_parse_string() reads it */
  const char *action;
  const char *argument; /* in GVariant's text format, or NULL */
} shortcuts[] = {
  { "plus|KP_Add", "view.zoom-in", NULL },
  { "minus|KP_Subtract", "view.zoom-out", NULL },
  { "equal", "view.fit", NULL },
  { "<Control>0|<Control>KP_0", "view.one-to-one", NULL },
  { "<Shift>Left", "view.pan", "(48.0, 0.0)" },
  { "<Shift>Right", "view.pan", "(-48.0, 0.0)" },
  { "<Shift>Up", "view.pan", "(0.0, 48.0)" },
  { "<Shift>Down", "view.pan", "(0.0, -48.0)" },
  { "1", "view.preset", "uint32 1" },
  { "2", "view.preset", "uint32 2" },
  { "3", "view.preset", "uint32 3" },
  { "4", "view.preset", "uint32 4" },
  { "5", "view.preset", "uint32 5" },
  { "space", "view.reset", NULL },
  { "i", "view.invert", NULL },
  { "h", "view.flip-h", NULL },
  { "v", "view.flip-v", NULL },
  { "k", "view.crosshair", NULL },
  { "<Alt>Left", "view.point", "(-1.0, 0.0)" },
  { "<Alt>Right", "view.point", "(1.0, 0.0)" },
  { "<Alt>Up", "view.point", "(0.0, -1.0)" },
  { "<Alt>Down", "view.point", "(0.0, 1.0)" },
  { "y", "view.linked", NULL },
  { "s", "view.wipe", NULL },
  { "bracketleft", "view.smaller", NULL },
  { "bracketright", "view.larger", NULL },
  { "u", "view.use", NULL },
  { "period", "view.next-handle", NULL },
  { "comma", "view.previous-handle", NULL },
  { "<Shift><Control>Left", "view.draw", "(-1.0, 0.0)" },
  { "<Shift><Control>Right", "view.draw", "(1.0, 0.0)" },
  { "<Shift><Control>Up", "view.draw", "(0.0, -1.0)" },
  { "<Shift><Control>Down", "view.draw", "(0.0, 1.0)" },
  { "<Shift><Alt>Left", "view.draw", "(-4.0, 0.0)" },
  { "<Shift><Alt>Right", "view.draw", "(4.0, 0.0)" },
  { "<Shift><Alt>Up", "view.draw", "(0.0, -4.0)" },
  { "<Shift><Alt>Down", "view.draw", "(0.0, 4.0)" },
  { "F2", "view.layout", "'side-by-side'" },
  { "F3", "view.layout", "'hanging'" },
  { "F4", "view.layout", "'wipe'" },
  { "F5", "view.layout", "'flicker'" },
  { "F6", "view.layout", "'checkerboard'" },
  { "F7", "view.layout", "'difference'" },
  { "e", "view.register", NULL },
  { "<Control>bracketright", "view.register-more", NULL },
  { "<Control>bracketleft", "view.register-less", NULL },
  { "Right", "view.next-view", NULL },
  { "Left", "view.previous-view", NULL },
  { "Return|KP_Enter|f", "view.maximise", NULL },
  { "n", "view.smooth", NULL },
  { "t", "view.next-third", NULL },
  { "l", "view.other-side", NULL },
  { "a", "view.annotations", NULL },
};

static void
add_shortcut (GtkEventController *controller,
              const char *trigger,
              const char *action,
              GVariant *argument)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                                            gtk_named_action_new (action));

  if (argument != NULL)
    gtk_shortcut_set_arguments (shortcut, argument);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
}

void
dip_pair_view_add_shortcuts (DipPairView *self, GtkWidget *widget)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  g_return_if_fail (DIP_IS_PAIR_VIEW (self));

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    add_shortcut (controller, shortcuts[i].trigger, shortcuts[i].action,
                  shortcuts[i].argument != NULL
                      ? g_variant_new_parsed (shortcuts[i].argument)
                      : NULL);
  for (guint i = 0; i < dip_n_tool_infos; i++)
    add_shortcut (controller, dip_tool_infos[i].key, "view.take-tool",
                  g_variant_new_string (dip_tool_infos[i].nick));
  gtk_widget_insert_action_group (widget, "view", G_ACTION_GROUP (self->actions));
  gtk_widget_add_controller (widget, controller);
}
