#include "app/window.h"

#include <string.h>

/* @widget, or what lies in it, of @type, whose label or description holds @text. */
static GtkWidget *
find (GtkWidget *widget, GType type, const char *text)
{
  const char *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    {
      if (GTK_IS_PICTURE (widget))
        found = gtk_picture_get_alternative_text (GTK_PICTURE (widget));
      else if (GTK_IS_LABEL (widget))
        found = gtk_label_get_text (GTK_LABEL (widget));
      if (found != NULL && strstr (found, text) != NULL)
        return widget;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *deeper = find (child, type, text);

      if (deeper != NULL)
        return deeper;
    }

  return NULL;
}

static gboolean
is_running (DipWindow *window)
{
  return find (GTK_WIDGET (window), GTK_TYPE_LABEL, "step 50 of 50") == NULL;
}

static DipWindow *
open_window (const char *model)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("DIPTYCH_TEST_DATA"), "unet", model, "pipeline", NULL);
  DipWindow *window = dip_window_new (NULL);

  dip_window_set_checkpoint (window, path);
  gtk_window_present (GTK_WINDOW (window));

  return window;
}

static gboolean
stop_waiting (gpointer has_timed_out)
{
  *(gboolean *) has_timed_out = TRUE;
  return G_SOURCE_REMOVE;
}

/* Iterates until @is_waiting says no, two minutes at most. */
static void
wait_while (gboolean (*is_waiting) (DipWindow *window), DipWindow *window)
{
  gboolean has_timed_out = FALSE;
  guint timeout = g_timeout_add_seconds (120, stop_waiting, &has_timed_out);

  while (is_waiting (window) && !has_timed_out)
    g_main_context_iteration (NULL, TRUE);

  g_assert_false (has_timed_out);
  g_source_remove (timeout);
}

static void
test_generates_a_pair (void)
{
  static const char *const names[] = { "Craniocaudal", "oblique", "Third" };
  DipWindow *window = open_window ("c3_butterflies_mini");

  dip_window_generate (window);
  wait_while (is_running, window);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GtkWidget *picture = find (GTK_WIDGET (window), GTK_TYPE_PICTURE, names[i]);
      GdkPaintable *paintable;

      g_assert_nonnull (picture);
      paintable = gtk_picture_get_paintable (GTK_PICTURE (picture));
      g_assert_nonnull (paintable);
      g_assert_cmpint (gdk_paintable_get_intrinsic_width (paintable), ==, 32);
      g_assert_cmpint (gdk_paintable_get_intrinsic_height (paintable), ==, 32);
    }
  g_assert_nonnull (find (GTK_WIDGET (window), GTK_TYPE_LABEL, "SYNTHETIC"));
  g_assert_nonnull (find (GTK_WIDGET (window), GTK_TYPE_LABEL, " · on "));

  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
has_not_stopped (DipWindow *window)
{
  return find (GTK_WIDGET (window), GTK_TYPE_LABEL, "Stopped") == NULL;
}

static void
test_stops (void)
{
  DipWindow *window = open_window ("c3_butterflies_mini");

  dip_window_generate (window);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.stop", NULL));
  wait_while (has_not_stopped, window);

  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
has_no_reason (DipWindow *window)
{
  return find (GTK_WIDGET (window), GTK_TYPE_LABEL, "no/such/folder") == NULL;
}

static void
test_says_why_not (void)
{
  DipWindow *window = dip_window_new (NULL);

  dip_window_set_checkpoint (window, "/no/such/folder");
  gtk_window_present (GTK_WINDOW (window));
  dip_window_generate (window);
  wait_while (has_no_reason, window);

  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  adw_init ();

  g_test_add_func ("/window/generates-a-pair", test_generates_a_pair);
  g_test_add_func ("/window/stops", test_stops);
  g_test_add_func ("/window/says-why-not", test_says_why_not);

  return g_test_run ();
}
