#include "app/view/timeline.h"

static void
activate (DipTimeline *self, const char *name)
{
  g_action_group_activate_action (dip_timeline_get_actions (self), name, NULL);
}

static DipTimeline *
make_timeline (guint n_steps, guint n_kept)
{
  DipTimeline *self = g_object_ref_sink (DIP_TIMELINE (dip_timeline_new ()));

  dip_timeline_set_steps (self, n_steps, n_kept);

  return self;
}

/* A live one follows; a user who goes back stays there, and follows again at the end. */
static void
test_live (void)
{
  g_autoptr (DipTimeline) self = make_timeline (10, 3);

  g_assert_cmpuint (dip_timeline_get_position (self), ==, 2);
  dip_timeline_set_steps (self, 10, 4);
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 3);

  activate (self, "previous");
  g_assert_false (dip_timeline_get_live (self));
  dip_timeline_set_steps (self, 10, 6);
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 2);

  activate (self, "last");
  g_assert_true (dip_timeline_get_live (self));
  dip_timeline_set_steps (self, 10, 7);
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 6);
}

static void
test_bounds (void)
{
  g_autoptr (DipTimeline) self = make_timeline (10, 5);

  activate (self, "first");
  activate (self, "previous");
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 0);
  dip_timeline_set_position (self, 9);
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 4);
  activate (self, "next");
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 4);
  dip_timeline_set_steps (self, 2, 2);
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 1);
}

static void
test_bookmarks (void)
{
  g_autoptr (DipTimeline) self = make_timeline (20, 20);
  const guint *bookmarks;
  guint n;

  dip_timeline_toggle_bookmark (self, 12);
  dip_timeline_toggle_bookmark (self, 3);
  dip_timeline_toggle_bookmark (self, 7);
  bookmarks = dip_timeline_get_bookmarks (self, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (bookmarks[0], ==, 3);
  g_assert_cmpuint (bookmarks[2], ==, 12);

  dip_timeline_set_position (self, 7);
  activate (self, "next-bookmark");
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 12);
  activate (self, "next-bookmark");
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 12);
  activate (self, "previous-bookmark");
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 7);
  activate (self, "bookmark");
  dip_timeline_get_bookmarks (self, &n);
  g_assert_cmpuint (n, ==, 2);
}

static gboolean
timeout_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;

  return G_SOURCE_REMOVE;
}

/* From the end it plays from the first step, and stops at the last. */
static void
test_play (void)
{
  GtkWidget *window = gtk_window_new ();
  DipTimeline *self = DIP_TIMELINE (dip_timeline_new ());
  gboolean is_over = FALSE;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (self));
  gtk_window_present (GTK_WINDOW (window));
  dip_timeline_set_steps (self, 8, 8);
  g_object_set (self, "speed", 100.0, NULL);
  activate (self, "play");
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 0);
  g_timeout_add_seconds (20, timeout_cb, &is_over);
  while (dip_timeline_get_playing (self) && !is_over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (dip_timeline_get_playing (self));
  g_assert_cmpuint (dip_timeline_get_position (self), ==, 7);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Nothing holds it when it is let go. */
static void
test_dispose (void)
{
  DipTimeline *self = make_timeline (10, 10);
  const double values[] = { 1.0, 2.0, 3.0 };

  dip_timeline_set_curve (self, "a", "A", "about a", values, 3);
  dip_timeline_set_curve (self, "b", "B", "about b", values, 3);
  dip_timeline_remove_curve (self, "a");
  g_object_add_weak_pointer (G_OBJECT (self), (gpointer *) &self);
  g_object_unref (self);
  g_assert_null (self);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeline/live", test_live);
  g_test_add_func ("/timeline/bounds", test_bounds);
  g_test_add_func ("/timeline/bookmarks", test_bookmarks);
  g_test_add_func ("/timeline/play", test_play);
  g_test_add_func ("/timeline/dispose", test_dispose);

  return g_test_run ();
}
