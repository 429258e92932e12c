#include "app/view/pane.h"

#include <math.h>

#define N 64 /* side of the test picture */

/* A value of its own in every pixel, as an 8-bit level: unequal in x and y. */
static DipPicture *
make_picture (void)
{
  DipPicture *picture = dip_picture_new (N, N);

  for (guint y = 0; y < N; y++)
    for (guint x = 0; x < N; x++)
      picture->values[y * N + x] = (float) ((x * 3 + y * 7) % 256) / 255.0f;

  return picture;
}

static guint32
grey (guint level)
{
  return 0xff000000u | level << 16 | level << 8 | level;
}

typedef struct
{
  GtkWidget *window;
  DipPane *pane;
  DipPicture *picture;
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

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->picture = make_picture ();
  fixture->window = gtk_window_new ();
  fixture->pane = DIP_PANE (dip_pane_new (DIP_PANE_CC));
  dip_pane_set_annotations (fixture->pane, FALSE);
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 320, 256);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->pane));
  dip_pane_set_pictures (fixture->pane, fixture->picture, NULL);
  dip_viewport_set_smooth (dip_pane_get_viewport (fixture->pane), FALSE);
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  dip_pane_set_pictures (fixture->pane, NULL, NULL);
  g_object_add_weak_pointer (G_OBJECT (fixture->pane), (gpointer *) &fixture->pane);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
  g_assert_null (fixture->pane);
  dip_picture_free (fixture->picture);
}

/* What is on the screen, pane.width x pane.height. */
static guint32 *
shoot (DipPane *pane, guint *width, guint *height)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (pane));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  guint32 *pixels;

  iterate ();
  *width = (guint) gtk_widget_get_width (GTK_WIDGET (pane));
  *height = (guint) gtk_widget_get_height (GTK_WIDGET (pane));
  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), *width, *height);
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (
      gtk_native_get_renderer (gtk_widget_get_native (GTK_WIDGET (pane))), node,
      &GRAPHENE_RECT_INIT (0, 0, (float) *width, (float) *height));
  pixels = g_new (guint32, *width * *height);
  gdk_texture_download (texture, (guchar *) pixels, *width * 4);

  return pixels;
}

/* The screen shows, pixel for pixel, the picture's pixel that a placement says. */
static void
assert_shows (Fixture *fixture)
{
  guint width, height;
  g_autofree guint32 *pixels = shoot (fixture->pane, &width, &height);
  const DipLevels *levels = dip_pane_get_levels (fixture->pane);
  const DipShade shade = { .centre = dip_levels_get_centre ((DipLevels *) levels),
                           .width = dip_levels_get_width ((DipLevels *) levels) };
  const gboolean invert = dip_levels_get_invert ((DipLevels *) levels);
  DipPlacement place;

  g_assert_true (dip_pane_get_placement (fixture->pane, &place));
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const double px = floor ((x + 0.5 - place.offset_x) / place.scale_x);
        const double py = floor ((y + 0.5 - place.offset_y) / place.scale_y);
        guint32 wanted = grey (0);

        if (px >= 0 && py >= 0 && px < N && py < N)
          {
            const guint8 level = dip_shade_level (
                &shade, fixture->picture->values[(guint) py * N + (guint) px]);

            wanted = grey (invert ? 255u - level : level);
          }
        if (pixels[y * width + x] != wanted)
          g_error ("(%u, %u): wanted %08x, found %08x", x, y, wanted,
                   pixels[y * width + x]);
      }
}

/* 64² fits into 320 x 256 four times as large, 32 pixels from the left. */
static void
test_fit (Fixture *fixture, gconstpointer data)
{
  DipPlacement place;

  g_assert_true (dip_pane_get_placement (fixture->pane, &place));
  g_assert_cmpfloat (place.scale_x, ==, 4.0);
  g_assert_cmpfloat (place.offset_x, ==, 32.0);
  g_assert_cmpfloat (place.offset_y, ==, 0.0);
  assert_shows (fixture);
}

static void
test_zoom_at_pointer (Fixture *fixture, gconstpointer data)
{
  DipPlacement before, after;
  double x, y;

  for (guint i = 0; i < 12; i++)
    {
      const double at_x = g_test_rand_double_range (40, 280);
      const double at_y = g_test_rand_double_range (10, 240);

      g_assert_true (dip_pane_get_placement (fixture->pane, &before));
      dip_placement_to_picture (&before, at_x, at_y, &x, &y);
      dip_pane_zoom_at (fixture->pane, i % 3 == 2 ? 0.5 : 1.25, at_x, at_y);
      g_assert_true (dip_pane_get_placement (fixture->pane, &after));
      dip_placement_to_target (&after, x, y, &x, &y);
      /* Offsets are rounded to whole pixels. */
      g_assert_cmpfloat_with_epsilon (x, at_x, 0.51);
      g_assert_cmpfloat_with_epsilon (y, at_y, 0.51);
      assert_shows (fixture);
    }
}

static void
test_pan (Fixture *fixture, gconstpointer data)
{
  DipPlacement before, after;

  dip_pane_zoom_at (fixture->pane, 2.0, 160, 128);
  g_assert_true (dip_pane_get_placement (fixture->pane, &before));
  dip_pane_pan (fixture->pane, 17, -9);
  g_assert_true (dip_pane_get_placement (fixture->pane, &after));
  g_assert_cmpfloat (after.offset_x - before.offset_x, ==, 17.0);
  g_assert_cmpfloat (after.offset_y - before.offset_y, ==, -9.0);
  assert_shows (fixture);
}

static void
test_one_to_one (Fixture *fixture, gconstpointer data)
{
  DipPlacement place;

  dip_pane_zoom_one_to_one (fixture->pane);
  g_assert_true (dip_pane_get_placement (fixture->pane, &place));
  g_assert_cmpfloat (place.scale_x, ==, 1.0);
  assert_shows (fixture);
}

static void
test_levels (Fixture *fixture, gconstpointer data)
{
  DipLevels *levels = dip_pane_get_levels (fixture->pane);

  dip_levels_set_window (levels, 0.4, 0.3);
  assert_shows (fixture);
  dip_levels_set_invert (levels, TRUE);
  assert_shows (fixture);
  dip_levels_set_preset (levels, 3);
  assert_shows (fixture);
}

static void
test_flip (Fixture *fixture, gconstpointer data)
{
  DipViewport *viewport = dip_pane_get_viewport (fixture->pane);
  guint width, height;
  g_autofree guint32 *plain = shoot (fixture->pane, &width, &height);
  g_autofree guint32 *flipped = NULL;

  dip_viewport_set_flip (viewport, TRUE, FALSE);
  assert_shows (fixture);
  flipped = shoot (fixture->pane, &width, &height);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      g_assert_cmphex (flipped[y * width + x], ==, plain[y * width + width - 1 - x]);

  /* Mirrored and flipped is neither. */
  dip_pane_set_mirrored (fixture->pane, TRUE);
  g_free (g_steal_pointer (&flipped));
  flipped = shoot (fixture->pane, &width, &height);
  g_assert_cmpmem (flipped, width * height * 4, plain, width * height * 4);
  dip_viewport_set_flip (viewport, TRUE, TRUE);
  assert_shows (fixture);
}

/* Smooth: linear between pixel centres. */
static void
test_smooth (Fixture *fixture, gconstpointer data)
{
  guint width, height;
  g_autofree guint32 *pixels = NULL;
  const float *row = fixture->picture->values + 8 * N;

  dip_viewport_set_smooth (dip_pane_get_viewport (fixture->pane), TRUE);
  pixels = shoot (fixture->pane, &width, &height);
  /* Target (32 + 4 * 8 + k, 4 * 8 + 2 ± …): two rows below and above share the weight. */
  for (guint k = 0; k < 4; k++)
    {
      const double x = (32 + k + 0.5) / 4.0 - 0.5, y = (34 + 0.5) / 4.0 - 0.5;
      const guint low = (guint) x;
      const double t = x - low, u = y - floor (y);
      const double top = (1 - t) * row[low] + t * row[low + 1];
      const double below = (1 - t) * row[N + low] + t * row[N + low + 1];
      const double wanted = 255.0 * ((1 - u) * top + u * below);
      const guint32 found = pixels[34 * width + 32 + 32 + k];

      /* Rounded; the values are float32. */
      g_assert_cmpfloat_with_epsilon (found & 0xff, wanted, 0.5 + 1e-4);
      g_assert_cmphex (found, ==, grey (found & 0xff));
    }
}

/* A picture that was set again with other values is drawn anew. */
static void
test_new_values (Fixture *fixture, gconstpointer data)
{
  guint width, height;

  g_free (shoot (fixture->pane, &width, &height));
  for (guint i = 0; i < N * N; i++)
    fixture->picture->values[i] = 1.0f - fixture->picture->values[i];
  dip_pane_set_pictures (fixture->pane, fixture->picture, NULL);
  assert_shows (fixture);
}

/* No badge on real pictures; on generated ones, annotations or not. */
static void
test_badge (Fixture *fixture, gconstpointer data)
{
  guint width, height, n_amber = 0;
  g_autofree guint32 *pixels = NULL;

  dip_pane_set_synthetic (fixture->pane, TRUE);
  pixels = shoot (fixture->pane, &width, &height);
  for (guint i = 0; i < width * 40; i++)
    n_amber += (pixels[i] >> 16 & 0xff) > 200 && (pixels[i] & 0xff) < 120;
  g_assert_cmpuint (n_amber, >, 100);
}

/* The ring of the focus is seen by who uses keys, and does not stay. */
static void
test_focus (Fixture *fixture, gconstpointer data)
{
  guint width, height;
  g_autofree guint32 *without = NULL, *with = NULL;

  gtk_widget_grab_focus (GTK_WIDGET (fixture->pane));
  gtk_window_set_focus_visible (GTK_WINDOW (fixture->window), FALSE);
  without = shoot (fixture->pane, &width, &height);
  g_assert_cmphex (without[2 * width + 2], ==, grey (0));
  gtk_window_set_focus_visible (GTK_WINDOW (fixture->window), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->pane));
  with = shoot (fixture->pane, &width, &height);
  g_assert_cmphex (with[2 * width + 2], !=, grey (0));
  g_assert_cmphex (with[(height - 3) * width + width - 3], !=, grey (0));
  g_assert_cmphex (with[4 * width + 4], ==, without[4 * width + 4]);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/pane/fit", test_fit);
  ADD ("/pane/zoom-at-pointer", test_zoom_at_pointer);
  ADD ("/pane/pan", test_pan);
  ADD ("/pane/one-to-one", test_one_to_one);
  ADD ("/pane/levels", test_levels);
  ADD ("/pane/flip", test_flip);
  ADD ("/pane/smooth", test_smooth);
  ADD ("/pane/new-values", test_new_values);
  ADD ("/pane/badge", test_badge);
  ADD ("/pane/focus", test_focus);

  return g_test_run ();
}
