#include <glib/gi18n.h>

#include "app/window-private.h"

static void
move_by (DipWindow *self, int n_frames)
{
  guint position = dip_shown_get_position (self->shown);

  dip_shown_set_position (self->shown, n_frames < 0
                                           ? position - MIN (position, (guint) -n_frames)
                                           : position + n_frames);
}

static void
previous_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  move_by (user_data, -1);
}

static void
next_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  move_by (user_data, 1);
}

static void
first_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_shown_set_position (DIP_WINDOW (user_data)->shown, 0);
}

static void
last_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;

  dip_shown_set_position (self->shown, dip_shown_get_n_frames (self->shown));
  dip_shown_set_live (self->shown, TRUE);
}

void
dip_window_add_film (DipWindow *self)
{
  static const GActionEntry entries[] = { { "previous-step", previous_cb },
                                          { "next-step", next_cb },
                                          { "first-step", first_cb },
                                          { "last-step", last_cb } };
  DipScrubber *scrubber = DIP_SCRUBBER (dip_scrubber_new (self->shown));
  DipTimeline *timeline = dip_scrubber_get_timeline (scrubber);
  g_autoptr (GPropertyAction) play = g_property_action_new ("play", timeline, "playing");

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (play));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "timeline",
                                  dip_timeline_get_actions (timeline));
  self->scrubber = scrubber;
  gtk_box_append (self->timeline_box, GTK_WIDGET (scrubber));
}
