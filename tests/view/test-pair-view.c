#include "app/view/pair-view.h"

#include <math.h>

#define N 32

static DipPair *
make_pair (guint seed)
{
  g_autoptr (DipPicture) cc = dip_picture_new (N, N);
  g_autoptr (DipPicture) mlo = dip_picture_new (N, N);
  DipPair *pair;

  for (guint i = 0; i < N * N; i++)
    {
      cc->values[i] = (float) ((i * 7 + seed) % 256) / 255.0f;
      mlo->values[i] = (float) ((i * 11 + 3 * seed) % 256) / 255.0f;
    }
  pair = dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF);
  pair->third->values[5 * N + 9] = 1.0f; /* does not obey */

  return pair;
}

typedef struct
{
  GtkWidget *window;
  DipPairView *view;
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
  fixture->window = gtk_window_new ();
  fixture->view = DIP_PAIR_VIEW (dip_pair_view_new ());
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 300);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  dip_pair_view_take_pair (fixture->view, 0, make_pair (1),
                           &(DipPairInfo){ .is_synthetic = TRUE });
  dip_viewport_set_smooth (dip_pair_view_get_viewport (fixture->view), FALSE);
  g_object_set (dip_pair_view_get_display (fixture->view), "annotations", FALSE, NULL);
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
  g_assert_null (fixture->view);
}

static DipPlacement
place_of (Fixture *fixture, DipPaneRole role)
{
  DipPlacement place;

  g_assert_true (
      dip_pane_get_placement (dip_pair_view_get_pane (fixture->view, 0, role), &place));

  return place;
}

static void
activate (Fixture *fixture, const char *name, const char *argument)
{
  GVariant *target = argument != NULL ? g_variant_new_parsed (argument) : NULL;
  g_autofree char *action = g_strconcat ("view.", name, NULL);

  g_assert_true (
      gtk_widget_activate_action_variant (GTK_WIDGET (fixture->view), action, target));
  iterate ();
}

/* The screen's pixel that shows a picture's pixel (its middle). */
static guint32
colour_at (Fixture *fixture, DipPaneRole role, guint x, guint y)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, role);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (pane));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  const int width = gtk_widget_get_width (GTK_WIDGET (pane));
  const int height = gtk_widget_get_height (GTK_WIDGET (pane));
  g_autofree guint32 *pixels = g_new (guint32, width * height);
  const DipPlacement place = place_of (fixture, role);
  double at_x, at_y;

  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), width, height);
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (
      gtk_native_get_renderer (gtk_widget_get_native (GTK_WIDGET (pane))), node,
      &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gdk_texture_download (texture, (guchar *) pixels, width * 4);
  dip_placement_to_target (&place, x + 0.5, y + 0.5, &at_x, &at_y);

  return pixels[(int) at_y * width + (int) at_x];
}

static guint32
colour_of (DipColourMap map, const DipShade *shade, float value)
{
  guint8 table[256][3];
  const guint8 *rgb = table[dip_shade_level (shade, value)];

  dip_colour_map_fill (map, table);

  return 0xff000000u | (guint32) rgb[0] << 16 | (guint32) rgb[1] << 8 | rgb[2];
}

static void
test_linked (Fixture *fixture, gconstpointer data)
{
  DipPane *mlo = dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_MLO);

  dip_pane_zoom_at (mlo, 2.0, 100, 100);
  g_assert_cmpfloat (place_of (fixture, DIP_PANE_CC).scale_x, ==,
                     place_of (fixture, DIP_PANE_MLO).scale_x);
  activate (fixture, "linked", NULL);
  dip_pane_zoom_at (mlo, 2.0, 100, 100);
  g_assert_cmpfloat (2.0 * place_of (fixture, DIP_PANE_CC).scale_x, ==,
                     place_of (fixture, DIP_PANE_MLO).scale_x);
  activate (fixture, "linked", NULL);
  g_assert_cmpfloat (place_of (fixture, DIP_PANE_CC).scale_x, ==,
                     place_of (fixture, DIP_PANE_MLO).scale_x);
}

/* In the hanging layout CC's chest wall is on its right; a right breast is mirrored. */
static void
test_hanging (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpfloat (place_of (fixture, DIP_PANE_CC).scale_x, >, 0.0);
  activate (fixture, "layout", "'hanging'");
  g_assert_cmpfloat (place_of (fixture, DIP_PANE_CC).scale_x, <, 0.0);
  g_assert_cmpfloat (place_of (fixture, DIP_PANE_MLO).scale_x, >, 0.0);
  activate (fixture, "layout", "'side-by-side'");
  activate (fixture, "laterality", "'right'");
  g_assert_cmpfloat (place_of (fixture, DIP_PANE_CC).scale_x, <, 0.0);
  g_assert_cmpfloat (place_of (fixture, DIP_PANE_MLO).scale_x, <, 0.0);
}

static gboolean
is_shown (Fixture *fixture, guint index, DipPaneRole role)
{
  return gtk_widget_get_mapped (
      GTK_WIDGET (dip_pair_view_get_pane (fixture->view, index, role)));
}

static void
test_maximise (Fixture *fixture, gconstpointer data)
{
  gtk_widget_grab_focus (
      GTK_WIDGET (dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_MLO)));
  activate (fixture, "maximise", NULL);
  g_assert_false (is_shown (fixture, 0, DIP_PANE_CC));
  g_assert_true (is_shown (fixture, 0, DIP_PANE_MLO));
  g_assert_false (is_shown (fixture, 0, DIP_PANE_THIRD));
  activate (fixture, "next-view", NULL);
  g_assert_true (is_shown (fixture, 0, DIP_PANE_THIRD));
  activate (fixture, "maximise", NULL);
  for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
    g_assert_true (is_shown (fixture, 0, (DipPaneRole) r));
}

static void
test_residual (Fixture *fixture, gconstpointer data)
{
  const DipPair *pair = dip_pair_view_get_pair (fixture->view, 0);
  const DipShade shade = { .centre = 0.125, .width = 0.25 };
  const float off =
      1.0f - fabsf (pair->cc->values[5 * N + 9] - pair->mlo->values[5 * N + 9]);

  activate (fixture, "third-pane", "'residual'");
  g_assert_cmphex (colour_at (fixture, DIP_PANE_THIRD, 9, 5), ==,
                   colour_of (DIP_COLOUR_MAP_CIVIDIS, &shade, off));
  g_assert_cmphex (colour_at (fixture, DIP_PANE_THIRD, 10, 5), ==,
                   colour_of (DIP_COLOUR_MAP_CIVIDIS, &shade, 0.0f));
  activate (fixture, "third-pane", "'generated'");
  g_assert_cmphex (colour_at (fixture, DIP_PANE_THIRD, 9, 5), ==, 0xffffffffu);
}

static void
test_signed (Fixture *fixture, gconstpointer data)
{
  const DipPair *pair = dip_pair_view_get_pair (fixture->view, 0);
  const DipShade shade = { .centre = 0.5, .width = 0.8 };

  activate (fixture, "third-pane", "'signed'");
  for (guint x = 8; x < 14; x++)
    {
      const guint i = 16 * N + x;

      g_assert_cmphex (
          colour_at (fixture, DIP_PANE_THIRD, x, 16), ==,
          colour_of (DIP_COLOUR_MAP_DIVERGING, &shade,
                     0.5f + 0.5f * (pair->cc->values[i] - pair->mlo->values[i])));
    }
}

/* One pane; left of the line CC, right of it MLO. */
static void
test_wipe (Fixture *fixture, gconstpointer data)
{
  const DipPair *pair = dip_pair_view_get_pair (fixture->view, 0);
  const DipShade shade = { .centre = 0.5, .width = 1.0 };

  activate (fixture, "layout", "'wipe'");
  g_assert_true (is_shown (fixture, 0, DIP_PANE_CC));
  g_assert_false (is_shown (fixture, 0, DIP_PANE_MLO));
  dip_display_set_wipe (dip_pair_view_get_display (fixture->view), 0.45);
  iterate ();
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 4, 20), ==,
                   colour_of (DIP_COLOUR_MAP_GREY, &shade, pair->cc->values[20 * N + 4]));
  g_assert_cmphex (
      colour_at (fixture, DIP_PANE_CC, 27, 20), ==,
      colour_of (DIP_COLOUR_MAP_GREY, &shade, pair->mlo->values[20 * N + 27]));
}

/* Two pairs: two rows, or one over the other. */
static void
test_compare (Fixture *fixture, gconstpointer data)
{
  dip_pair_view_take_pair (fixture->view, 1, make_pair (9), NULL);
  iterate ();
  g_assert_true (is_shown (fixture, 1, DIP_PANE_MLO));
  activate (fixture, "layout", "'checkerboard'");
  g_assert_false (is_shown (fixture, 1, DIP_PANE_MLO));
  g_assert_true (is_shown (fixture, 0, DIP_PANE_MLO));
  dip_pair_view_take_pair (fixture->view, 1, NULL, NULL);
  dip_pair_view_take_pair (fixture->view, 0, NULL, NULL);
  iterate ();
}

/* Whatever the width was before, all six are there, the second pair's below the first's. */
static void
test_compare_resized (Fixture *fixture, gconstpointer data)
{
  dip_pair_view_take_pair (fixture->view, 1, make_pair (9), NULL);
  for (int width = 600; width <= 1200; width += 300)
    {
      gtk_widget_set_size_request (GTK_WIDGET (fixture->view), width, 300);
      gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, 300);
      iterate ();
      for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
        {
          GtkWidget *first =
              GTK_WIDGET (dip_pair_view_get_pane (fixture->view, 0, (DipPaneRole) r));
          GtkWidget *second =
              GTK_WIDGET (dip_pair_view_get_pane (fixture->view, 1, (DipPaneRole) r));
          double x, y;

          g_assert_true (gtk_widget_translate_coordinates (second, first, 0, 0, &x, &y));
          g_assert_cmpfloat (x, ==, 0.0);
          g_assert_cmpfloat (y, >=, gtk_widget_get_height (first));
          g_assert_cmpint (gtk_widget_get_width (first), ==,
                           gtk_widget_get_width (second));
          g_assert_cmpint (gtk_widget_get_width (first), >=, width / 3 - 4);
          g_assert_cmpint (gtk_widget_get_height (first), >, 140);
          g_assert_cmpint (gtk_widget_get_height (second), >, 140);
        }
    }
}

/* The export's pixels are the screen's. */
static void
test_draw (Fixture *fixture, gconstpointer data)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_CC);
  const DipPlacement place = place_of (fixture, DIP_PANE_CC);
  double width, height, x, y;
  cairo_surface_t *surface;
  cairo_t *cr;

  dip_pair_view_draw (fixture->view, NULL, 2.0, &width, &height);
  surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 2 * (int) width, 2 * (int) height);
  cr = cairo_create (surface);
  cairo_scale (cr, 2.0, 2.0);
  dip_pair_view_draw (fixture->view, cr, 2.0, &width, &height);
  cairo_destroy (cr);
  gtk_widget_translate_coordinates (GTK_WIDGET (pane), GTK_WIDGET (fixture->view), 0, 0,
                                    &x, &y);
  dip_placement_to_target (&place, 15.5, 15.5, &width, &height);
  g_assert_cmphex (*(guint32 *) (void *) (cairo_image_surface_get_data (surface) +
                                          (int) (2 * (y + height)) *
                                              cairo_image_surface_get_stride (surface) +
                                          4 * (int) (2 * (x + width))),
                   ==, colour_at (fixture, DIP_PANE_CC, 15, 15));
  cairo_surface_destroy (surface);
}

static void
test_reset (Fixture *fixture, gconstpointer data)
{
  DipLevels *levels = dip_pair_view_get_levels (fixture->view);

  activate (fixture, "zoom-in", NULL);
  activate (fixture, "invert", NULL);
  activate (fixture, "flip-h", NULL);
  activate (fixture, "preset", "uint32 3");
  g_assert_true (dip_levels_get_invert (levels));
  g_assert_cmpuint (dip_levels_get_preset (levels), ==, 3);
  activate (fixture, "reset", NULL);
  g_assert_true (dip_viewport_get_fit (dip_pair_view_get_viewport (fixture->view)));
  g_assert_false (dip_levels_get_invert (levels));
  g_assert_cmpfloat (dip_levels_get_width (levels), ==, 1.0);
  g_assert_cmpfloat (place_of (fixture, DIP_PANE_CC).scale_x, >, 0.0);
}

/* A level of the grey that a pane shows of a value. */
static guint32
grey_of (Fixture *fixture, float value)
{
  const DipShade shade = { .centre = 0.5, .width = 1.0 };

  return colour_of (DIP_COLOUR_MAP_GREY, &shade, value);
}

/* Fully registered by a shift of (3, 2), the MLO's pixel (x, y) is seen over the CC's
 * (x + 3, y + 2); half way by a shift of (2, 1) of that of (4, 2); the MLO's own pane is
 * as it was. */
static void
test_registration (Fixture *fixture, gconstpointer data)
{
  const DipPair *pair = dip_pair_view_get_pair (fixture->view, 0);
  DipDisplay *display = dip_pair_view_get_display (fixture->view);
  const double pivot[2] = { 10, 10 };
  DipSimilarity shift = { 1, 0, 3, 2 };

  dip_pair_view_set_registration (fixture->view, &shift, pivot);
  activate (fixture, "layout", "'flicker'");
  g_object_set (display, "flicker-rate", 10.0, "layout", DIP_LAYOUT_WIPE, "wipe", 0.0,
                NULL);
  iterate ();
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 9, 6), ==,
                   grey_of (fixture, pair->mlo->values[6 * N + 9]));
  dip_display_set_registration (display, 1.0);
  iterate ();
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 9, 6), ==,
                   grey_of (fixture, pair->mlo->values[4 * N + 6]));
  shift.c = 4;
  dip_pair_view_set_registration (fixture->view, &shift, pivot);
  dip_display_set_registration (display, 0.5);
  iterate ();
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 9, 6), ==,
                   grey_of (fixture, pair->mlo->values[5 * N + 7]));

  activate (fixture, "layout", "'side-by-side'");
  g_assert_cmphex (colour_at (fixture, DIP_PANE_MLO, 9, 6), ==,
                   grey_of (fixture, pair->mlo->values[6 * N + 9]));
  activate (fixture, "register", NULL);
  g_assert_cmpfloat (dip_display_get_registration (display), ==, 0.0);
  activate (fixture, "register-more", NULL);
  g_assert_cmpfloat_with_epsilon (dip_display_get_registration (display), 0.1, 1e-9);
  activate (fixture, "register-less", NULL);
  activate (fixture, "register-less", NULL);
  g_assert_cmpfloat (dip_display_get_registration (display), ==, 0.0);
}

#define LARGE 800

static DipPair *
make_large_pair (guint seed)
{
  g_autoptr (DipPicture) cc = dip_picture_new (LARGE, LARGE);
  g_autoptr (DipPicture) mlo = dip_picture_new (LARGE, LARGE);

  for (guint i = 0; i < LARGE * LARGE; i++)
    mlo->values[i] = (float) ((i / 7 + seed) % 256) / 255.0f;

  return dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF);
}

static gboolean
is_titled (Fixture *fixture, const char *text)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_CC);
  g_autofree char *wanted = g_strdup_printf ("L-CC | L-MLO %s", text);
  const char *fault = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (pane), GTK_ACCESSIBLE_PROPERTY_LABEL, wanted);

  return fault == NULL;
}

static void
wait_for_title (Fixture *fixture, const char *text)
{
  for (guint i = 0; i < 500 && !is_titled (fixture, text); i++)
    iterate ();
  g_assert_true (is_titled (fixture, text));
}

/* A large MLO is moved on a thread: nothing waits for it, the newest amount is shown in the
 * end, and a pair that is exchanged meanwhile takes the thread's result with it. */
static void
test_large_registration (Fixture *fixture, gconstpointer data)
{
  DipDisplay *display = dip_pair_view_get_display (fixture->view);
  const double pivot[2] = { 400, 400 };
  const DipSimilarity shift = { 1, 0, 30, 20 };
  const float *values;

  dip_pair_view_take_pair (fixture->view, 0, make_large_pair (1), NULL);
  values = dip_pair_view_get_pair (fixture->view, 0)->mlo->values;
  g_object_set (display, "layout", DIP_LAYOUT_WIPE, "wipe", 0.0, NULL);
  dip_pair_view_set_registration (fixture->view, &shift, pivot);
  dip_display_set_registration (display, 0.2);
  g_assert_true (is_titled (fixture, ""));
  dip_display_set_registration (display, 0.7);
  dip_display_set_registration (display, 1.0);
  wait_for_title (fixture, "MLO registered, 100 %");
  dip_pane_zoom_one_to_one (dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_CC));
  iterate ();
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 400, 400), ==,
                   grey_of (fixture, values[380 * LARGE + 370]));

  for (guint i = 2; i < 5; i++)
    {
      dip_pair_view_take_pair (fixture->view, 0, make_large_pair (i), NULL);
      g_assert_true (is_titled (fixture, ""));
    }
  wait_for_title (fixture, "MLO registered, 100 %");
  values = dip_pair_view_get_pair (fixture->view, 0)->mlo->values;
  iterate ();
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 400, 400), ==,
                   grey_of (fixture, values[380 * LARGE + 370]));

  dip_pair_view_take_pair (fixture->view, 0, make_large_pair (9), NULL);
  dip_display_set_registration (display, 0.0);
  iterate ();
  g_assert_true (is_titled (fixture, ""));
}

/* One pane with CC − MLO, of the MLO as far as it is registered; so the signed third
 * pane. */
static void
test_difference (Fixture *fixture, gconstpointer data)
{
  const DipPair *pair = dip_pair_view_get_pair (fixture->view, 0);
  DipDisplay *display = dip_pair_view_get_display (fixture->view);
  const DipSimilarity shift = { 1, 0, 3, 2 };
  const double pivot[2] = { 10, 10 };
  const DipShade shade = { .centre = 0.5, .width = 0.8 };
  const float cc = pair->cc->values[20 * N + 19];
  const float before = (cc - pair->mlo->values[20 * N + 19] + 1.0f) / 2.0f;
  const float after = (cc - pair->mlo->values[18 * N + 16] + 1.0f) / 2.0f;

  activate (fixture, "layout", "'difference'");
  g_assert_false (gtk_widget_get_visible (
      GTK_WIDGET (dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_MLO))));
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 19, 20), ==,
                   colour_of (DIP_COLOUR_MAP_DIVERGING, &shade, before));
  dip_pair_view_set_registration (fixture->view, &shift, pivot);
  dip_display_set_registration (display, 1.0);
  iterate ();
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 19, 20), ==,
                   colour_of (DIP_COLOUR_MAP_DIVERGING, &shade, after));
  activate (fixture, "layout", "'side-by-side'");
  activate (fixture, "third-pane", "'signed'");
  g_assert_cmphex (colour_at (fixture, DIP_PANE_THIRD, 19, 20), ==,
                   colour_of (DIP_COLOUR_MAP_DIVERGING, &shade, after));
  g_assert_cmphex (colour_at (fixture, DIP_PANE_CC, 19, 20), ==, grey_of (fixture, cc));
  dip_pair_view_set_registration (fixture->view, NULL, NULL);
  iterate ();
  g_assert_cmphex (colour_at (fixture, DIP_PANE_THIRD, 19, 20), ==,
                   colour_of (DIP_COLOUR_MAP_DIVERGING, &shade, before));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/pair-view/linked", test_linked);
  ADD ("/pair-view/hanging", test_hanging);
  ADD ("/pair-view/maximise", test_maximise);
  ADD ("/pair-view/residual", test_residual);
  ADD ("/pair-view/signed", test_signed);
  ADD ("/pair-view/wipe", test_wipe);
  ADD ("/pair-view/compare", test_compare);
  ADD ("/pair-view/compare-resized", test_compare_resized);
  ADD ("/pair-view/draw", test_draw);
  ADD ("/pair-view/reset", test_reset);
  ADD ("/pair-view/registration", test_registration);
  ADD ("/pair-view/large-registration", test_large_registration);
  ADD ("/pair-view/difference", test_difference);

  return g_test_run ();
}
