#include <glib/gi18n.h>

#include "app/scrubber.h"
#include "app/window-private.h"

/* Frames a second while the steps play. */
#define FRAME_RATE 12

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

static void
set_playing (DipWindow *self, gboolean is_playing)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "play");

  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_boolean (is_playing));
}

static gboolean
play_frame (gpointer user_data)
{
  DipWindow *self = user_data;

  move_by (self, 1);
  if (dip_shown_get_position (self->shown) + 1 < dip_shown_get_n_frames (self->shown))
    return G_SOURCE_CONTINUE;
  self->play_source = 0;
  set_playing (self, FALSE);

  return G_SOURCE_REMOVE;
}

static void
play_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  DipWindow *self = user_data;
  guint n_frames = dip_shown_get_n_frames (self->shown);

  if (g_variant_get_boolean (state) && self->play_source == 0 && n_frames > 1)
    {
      if (dip_shown_get_position (self->shown) + 1 == n_frames)
        dip_shown_set_position (self->shown, 0);
      self->play_source = g_timeout_add (1000 / FRAME_RATE, play_frame, self);
    }
  else if (!g_variant_get_boolean (state))
    g_clear_handle_id (&self->play_source, g_source_remove);
  set_playing (self, self->play_source != 0);
}

void
dip_window_add_film (DipWindow *self)
{
  static const GActionEntry entries[] = { { "previous-step", previous_cb },
                                          { "next-step", next_cb },
                                          { "first-step", first_cb },
                                          { "last-step", last_cb },
                                          { "play", NULL, NULL, "false", play_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_box_append (self->timeline_box, dip_scrubber_new (self->shown));
}
