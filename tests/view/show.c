/* A picture of the widgets of app/view with a pair:
 *   show-view PAIR.png OUT.png WIDTHxHEIGHT light|dark|contrast [ACTION …]
 * ACTION: a detailed action of the view, "layout::wipe", "flip-h". */
#include <gtk/gtk.h>
#include <math.h>
#include <stdlib.h>

#include "app/view/pair-view.h"
#include "app/view/timeline.h"
#include "model/pair/png.h"

static gboolean
timeout_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;

  return G_SOURCE_REMOVE;
}

static void
iterate (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, timeout_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static DipPair *
load_pair (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipPng) png = dip_png_load (path, &error);
  DipPair *pair = g_new0 (DipPair, 1);

  g_assert_no_error (error);
  g_assert_cmpuint (png->n_channels, ==, 3);
  pair->cc = dip_picture_copy (png->channels[0]);
  pair->mlo = dip_picture_copy (png->channels[1]);
  pair->third = dip_picture_copy (png->channels[2]);

  return pair;
}

static void
fill_timeline (DipTimeline *timeline)
{
  double change[50], residual[50];

  for (guint i = 0; i < 50; i++)
    {
      change[i] = i == 0 ? NAN : 0.4 * exp (-0.1 * i) + 0.01 * sin (i);
      residual[i] = 0.02 + 0.1 / (1.0 + exp (0.3 * (i - 12.0)));
    }
  dip_timeline_set_steps (timeline, 50, 41);
  dip_timeline_set_curve (timeline, "change", "Change of the predicted pair", "hint",
                          change, 41);
  dip_timeline_set_curve (timeline, "residual", "Third-channel residual", "hint",
                          residual, 41);
  dip_timeline_set_position (timeline, 30);
  dip_timeline_toggle_bookmark (timeline, 12);
  dip_timeline_toggle_bookmark (timeline, 27);
}

static void
save (GtkWidget *window, const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot),
                          gtk_widget_get_width (window), gtk_widget_get_height (window));
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)),
                                         node, NULL);
  gdk_texture_save_to_png (texture, path);
}

int
main (int argc, char **argv)
{
  DipPairInfo info = { .is_synthetic = TRUE,
                       .step = 31,
                       .n_steps = 50,
                       .timestep = 380,
                       .note = "Seed 42 · Predicted x₀" };
  int width, height;
  GtkWidget *window, *box, *view, *timeline;

  if (argc < 5 || sscanf (argv[3], "%dx%d", &width, &height) != 2)
    return 2;
  gtk_init ();
  g_object_set (gtk_settings_get_default (), "gtk-application-prefer-dark-theme",
                g_str_equal (argv[4], "dark"), "gtk-enable-animations", FALSE, NULL);
  if (g_str_equal (argv[4], "contrast"))
    g_object_set (gtk_settings_get_default (), "gtk-theme-name", "HighContrast", NULL);
  window = gtk_window_new ();
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  view = dip_pair_view_new ();
  timeline = dip_timeline_new ();
  gtk_box_append (GTK_BOX (box), view);
  gtk_box_append (GTK_BOX (box), timeline);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  dip_pair_view_take_pair (DIP_PAIR_VIEW (view), 0, load_pair (argv[1]), &info);
  fill_timeline (DIP_TIMELINE (timeline));
  gtk_window_present (GTK_WINDOW (window));
  iterate (300);
  for (int i = 5; i < argc; i++)
    {
      g_autofree char *name = g_strconcat ("view.", argv[i], NULL);
      g_autofree char *action = NULL;
      g_autoptr (GVariant) target = NULL;

      g_assert_true (g_action_parse_detailed_name (name, &action, &target, NULL));
      g_assert_true (gtk_widget_activate_action_variant (view, action, target));
    }
  iterate (300);
  save (window, argv[2]);
  gtk_window_destroy (GTK_WINDOW (window));
  iterate (50);

  return EXIT_SUCCESS;
}
