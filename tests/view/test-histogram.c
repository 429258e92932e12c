#include "app/view/histogram.h"

typedef struct
{
  GtkWidget *window;
  DipHistogram *histogram;
  DipLevels *levels;
  GtkGesture *drag;
} Fixture;

static void
iterate (void)
{
  for (guint i = 0; i < 10; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_usleep (5000);
    }
}

static GtkGesture *
find_drag (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_DRAG (controller))
        return GTK_GESTURE (controller);
    }
  g_assert_not_reached ();
}

/* 416 wide: a value of 1 is 400 pixels, 8 from the left. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
  fixture->levels = dip_levels_new ();
  fixture->histogram = DIP_HISTOGRAM (dip_histogram_new (fixture->levels));
  fixture->drag = find_drag (GTK_WIDGET (fixture->histogram));
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 416, 120);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->histogram));
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate ();
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->histogram)), ==, 416);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->histogram),
                             (gpointer *) &fixture->histogram);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
  g_assert_null (fixture->histogram);
  g_assert_finalize_object (fixture->levels);
}

static void
drag_from (Fixture *fixture, double x, double dx)
{
  g_signal_emit_by_name (fixture->drag, "drag-begin", x, 60.0);
  g_signal_emit_by_name (fixture->drag, "drag-update", dx / 2.0, 0.0);
  g_signal_emit_by_name (fixture->drag, "drag-update", dx, 0.0);
}

static void
assert_window (Fixture *fixture, double low, double high)
{
  const double centre = dip_levels_get_centre (fixture->levels);
  const double width = dip_levels_get_width (fixture->levels);

  g_assert_cmpfloat_with_epsilon (centre - width / 2.0, low, 1e-9);
  g_assert_cmpfloat_with_epsilon (centre + width / 2.0, high, 1e-9);
}

/* An end is dragged alone, the middle moves both; an end stops at the other. */
static void
test_drag (Fixture *fixture, gconstpointer data)
{
  drag_from (fixture, 8.0, 80.0);
  assert_window (fixture, 0.2, 1.0);
  drag_from (fixture, 408.0, -160.0);
  assert_window (fixture, 0.2, 0.6);
  drag_from (fixture, 168.0, 40.0);
  assert_window (fixture, 0.3, 0.7);
  drag_from (fixture, 8.0 + 0.3 * 400.0, 399.0);
  assert_window (fixture, 0.7 - DIP_LEVELS_MIN_WIDTH, 0.7);
}

/* A window moved on purpose is no preset. */
static void
test_preset (Fixture *fixture, gconstpointer data)
{
  dip_levels_set_preset (fixture->levels, 4);
  assert_window (fixture, 0.0, 0.4);
  drag_from (fixture, 8.0 + 0.2 * 400.0, 20.0);
  assert_window (fixture, 0.05, 0.45);
  g_assert_cmpuint (dip_levels_get_preset (fixture->levels), ==, 0);
}

/* The automatic preset takes the percentiles of tissue, and follows new pictures. */
static void
test_automatic (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DipPicture) picture = dip_picture_new (1000, 1);
  const DipPicture *const pictures[] = { picture, NULL };

  for (guint i = 0; i < 1000; i++)
    picture->values[i] = i < 500 ? 0.0f : 0.25f + 0.5f * (float) (i - 500) / 499.0f;
  dip_levels_set_automatic (fixture->levels, pictures, 2);
  assert_window (fixture, 0.0, 1.0);
  dip_levels_set_preset (fixture->levels, DIP_LEVELS_PRESET_AUTOMATIC);
  g_assert_cmpfloat_with_epsilon (dip_levels_get_centre (fixture->levels), 0.5, 0.01);
  g_assert_cmpfloat_with_epsilon (dip_levels_get_width (fixture->levels), 0.49, 0.01);

  for (guint i = 500; i < 1000; i++)
    picture->values[i] *= 0.5f;
  dip_levels_set_automatic (fixture->levels, pictures, 2);
  g_assert_cmpfloat_with_epsilon (dip_levels_get_centre (fixture->levels), 0.25, 0.01);
  g_assert_cmpfloat_with_epsilon (dip_levels_get_brightest (fixture->levels), 0.375,
                                  1e-6);

  /* 12 bits in a file of 16: as exact. */
  for (guint i = 500; i < 1000; i++)
    picture->values[i] /= 16.0f;
  dip_levels_set_automatic (fixture->levels, pictures, 2);
  g_assert_cmpfloat_with_epsilon (dip_levels_get_centre (fixture->levels), 0.25 / 16,
                                  0.01 / 16);
  g_assert_cmpfloat_with_epsilon (dip_levels_get_width (fixture->levels), 0.245 / 16,
                                  0.01 / 16);
}

/* The tallest bar is where the values are. */
static void
test_bars (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DipPicture) picture = dip_picture_new (64, 1);
  const DipPicture *const pictures[] = { picture };
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree guint32 *pixels = g_new (guint32, 416 * 120);

  for (guint i = 0; i < 64; i++)
    picture->values[i] = 0.75f + 1e-3f;
  dip_histogram_set_pictures (fixture->histogram, pictures, 1);
  iterate ();
  paintable = gtk_widget_paintable_new (GTK_WIDGET (fixture->histogram));
  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), 416, 120);
  node = gtk_snapshot_to_node (snapshot);
  texture =
      gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (fixture->window)),
                                   node, &GRAPHENE_RECT_INIT (0, 0, 416, 120));
  gdk_texture_download (texture, (guchar *) pixels, 416 * 4);
  g_assert_cmphex (pixels[60 * 416 + 309], ==, 0xff73808cu);
  g_assert_cmphex (pixels[60 * 416 + 320], ==, 0xff0f0f0fu);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/histogram/drag", test_drag);
  ADD ("/histogram/preset", test_preset);
  ADD ("/histogram/automatic", test_automatic);
  ADD ("/histogram/bars", test_bars);

  return g_test_run ();
}
