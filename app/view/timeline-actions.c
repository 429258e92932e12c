#include "app/view/timeline-private.h"

static void
step_by (DipTimeline *self, int by)
{
  const int last = (int) MAX (self->n_kept, 1) - 1;

  dip_timeline_go_to (self, (guint) CLAMP ((int) self->position + by, 0, last));
}

static void
next_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_by (user_data, 1);
}

static void
previous_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_by (user_data, -1);
}

static void
first_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_timeline_go_to (user_data, 0);
}

static void
last_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipTimeline *self = user_data;

  dip_timeline_go_to (self, MAX (self->n_kept, 1) - 1);
}

static void
play_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipTimeline *self = user_data;

  dip_timeline_set_playing (self, !self->playing);
}

static void
loop_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipTimeline *self = user_data;

  g_object_set (self, "loop", !self->loop, NULL);
}

static void
bookmark_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipTimeline *self = user_data;

  dip_timeline_toggle_bookmark (self, self->position);
}

static void
next_bookmark_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipTimeline *self = user_data;

  for (guint i = 0; i < self->bookmarks->len; i++)
    if (g_array_index (self->bookmarks, guint, i) > self->position)
      {
        dip_timeline_go_to (self, g_array_index (self->bookmarks, guint, i));
        return;
      }
}

static void
previous_bookmark_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipTimeline *self = user_data;

  for (guint i = self->bookmarks->len; i > 0; i--)
    if (g_array_index (self->bookmarks, guint, i - 1) < self->position)
      {
        dip_timeline_go_to (self, g_array_index (self->bookmarks, guint, i - 1));
        return;
      }
}

static void
slower_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipTimeline *self = user_data;

  g_object_set (self, "speed", MAX (self->speed / 2.0, 0.5), NULL);
}

static void
faster_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipTimeline *self = user_data;

  g_object_set (self, "speed", MIN (self->speed * 2.0, 240.0), NULL);
}

static const GActionEntry entries[] = {
  { "next", next_cb },
  { "previous", previous_cb },
  { "first", first_cb },
  { "last", last_cb },
  { "play", play_cb },
  { "loop", loop_cb },
  { "bookmark", bookmark_cb },
  { "next-bookmark", next_bookmark_cb },
  { "previous-bookmark", previous_bookmark_cb },
  { "slower", slower_cb },
  { "faster", faster_cb },
};

static const struct
{
  const char *trigger;
  const char *action;
} shortcuts[] = {
  { "Down", "timeline.next" },
  { "Up", "timeline.previous" },
  { "Home", "timeline.first" },
  { "End", "timeline.last" },
  { "c", "timeline.play" },
  { "o", "timeline.loop" },
  { "b", "timeline.bookmark" },
  { "Page_Down", "timeline.next-bookmark" },
  { "Page_Up", "timeline.previous-bookmark" },
  { "less|comma", "timeline.slower" },
  { "greater|period", "timeline.faster" },
};

void
dip_timeline_make_actions (DipTimeline *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
}

void
dip_timeline_remove_actions (DipTimeline *self)
{
  gtk_widget_insert_action_group (GTK_WIDGET (self), "timeline", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_action_map_remove_action (G_ACTION_MAP (self->actions), entries[i].name);
}

void
dip_timeline_add_shortcuts (DipTimeline *self, GtkWidget *widget)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  g_return_if_fail (DIP_IS_TIMELINE (self));

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (shortcuts[i].trigger),
                          gtk_named_action_new (shortcuts[i].action)));
  gtk_widget_insert_action_group (widget, "timeline", G_ACTION_GROUP (self->actions));
  gtk_widget_add_controller (widget, controller);
}
