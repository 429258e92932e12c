#include "app/view/measure-overlay.h"

#include <math.h>
#include <string.h>

#define N 64
#define SPACING 0.5

typedef struct
{
  GtkWidget *window;
  DipPairView *view;
  DipToolbox *toolbox;
  DipMeasures *measures;
  DipOverlay *overlay;
  DipOverlayPlace place; /* of the CC */
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

/* Black but for the columns from 40 on, which are white. */
static DipPair *
make_pair (void)
{
  g_autoptr (DipPicture) cc = dip_picture_new (N, N);
  g_autoptr (DipPicture) mlo = dip_picture_new (N, N);

  for (guint i = 0; i < N * N; i++)
    cc->values[i] = i % N >= 40 ? 1.0f : 0.0f;

  return dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
  fixture->view = DIP_PAIR_VIEW (dip_pair_view_new ());
  fixture->toolbox = dip_pair_view_get_toolbox (fixture->view);
  fixture->measures = dip_measures_new (fixture->view);
  fixture->overlay = DIP_OVERLAY (
      dip_measure_overlay_new (fixture->measures, fixture->toolbox, fixture->view));
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1200, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  dip_pair_view_take_pair (fixture->view, 0, make_pair (),
                           &(DipPairInfo){ .spacing_mm = SPACING });
  g_object_set (dip_pair_view_get_display (fixture->view), "annotations", FALSE, NULL);
  dip_pair_view_add_overlay (fixture->view, fixture->overlay);
  for (guint tool = DIP_TOOL_DISTANCE; tool <= DIP_TOOL_PROFILE; tool++)
    dip_toolbox_offer (fixture->toolbox, (DipTool) tool, NULL);
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate ();
  fixture->place =
      (DipOverlayPlace){ .role = DIP_PANE_CC, .width = N, .height = N, .pixel = 0.2 };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
  g_object_add_weak_pointer (G_OBJECT (fixture->overlay), (gpointer *) &fixture->overlay);
  g_object_unref (fixture->overlay);
  g_assert_null (fixture->overlay);
  g_object_add_weak_pointer (G_OBJECT (fixture->measures),
                             (gpointer *) &fixture->measures);
  g_object_unref (fixture->measures);
  g_assert_null (fixture->measures);
}

/* A press at a, moved to b and let go, Shift held or not. */
static void
drag (Fixture *fixture, DipPoint a, DipPoint b, GdkModifierType state)
{
  const DipOverlayPlace *place = &fixture->place;
  const int handle = dip_overlay_hit (fixture->overlay, place, a.x + 0.5, a.y + 0.5);

  g_assert_cmpint (handle, >=, 0);
  dip_overlay_drag_begin (fixture->overlay, place, handle, a.x + 0.5, a.y + 0.5, state);
  if (a.x != b.x || a.y != b.y)
    dip_overlay_drag_update (fixture->overlay, place, handle, b.x + 0.5, b.y + 0.5,
                             state);
  dip_overlay_drag_end (fixture->overlay, place, handle, b.x + 0.5, b.y + 0.5);
}

/* The pointer comes there, and clicks. */
static void
click (Fixture *fixture, double x, double y)
{
  dip_overlay_hover (fixture->overlay, &fixture->place, x + 0.5, y + 0.5);
  drag (fixture, (DipPoint){ x, y }, (DipPoint){ x, y }, 0);
}

static void
assert_described (Fixture *fixture, guint index, const char *text)
{
  g_autofree char *found = dip_measures_describe (fixture->measures, index);

  g_assert_cmpstr (found, ==, text);
}

static void
test_distance (Fixture *fixture, gconstpointer data)
{
  const DipOverlayPlace *place = &fixture->place;

  g_assert_cmpint (dip_overlay_hit (fixture->overlay, place, 10, 10), ==, -1);
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_DISTANCE);
  drag (fixture, (DipPoint){ 5, 10 }, (DipPoint){ 17, 15 }, 0);
  g_assert_cmpuint (dip_measures_get_count (fixture->measures), ==, 1);
  assert_described (fixture, 0, "13.0 px, 6.5 mm");

  /* Two clicks are the same; a second on the first does not end it. */
  click (fixture, 20, 20);
  g_assert_cmpuint (dip_measures_get_count (fixture->measures), ==, 1);
  click (fixture, 20, 20);
  g_assert_cmpuint (dip_measures_get_count (fixture->measures), ==, 1);
  click (fixture, 23, 24);
  g_assert_cmpuint (dip_measures_get_count (fixture->measures), ==, 2);
  assert_described (fixture, 1, "5.0 px, 2.5 mm");

  /* Shift: 45°. */
  drag (fixture, (DipPoint){ 30, 30 }, (DipPoint){ 42, 31 }, GDK_SHIFT_MASK);
  assert_described (fixture, 2, "12.0 px, 6.0 mm");
  g_assert_cmpfloat_with_epsilon (
      dip_measure_get_point (dip_measures_get (fixture->measures, 2), 1).y, 30, 1e-9);
}

/* A point is dragged with any of the tools and with none, not with another; a drag that is
 * cancelled, and one that is undone. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  const DipOverlayPlace *place = &fixture->place;
  int handle;

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_DISTANCE);
  drag (fixture, (DipPoint){ 5, 10 }, (DipPoint){ 17, 15 }, 0);
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_NONE);
  drag (fixture, (DipPoint){ 17, 15 }, (DipPoint){ 8, 14 }, 0);
  assert_described (fixture, 0, "5.0 px, 2.5 mm");
  g_assert_cmpint (dip_overlay_hit (fixture->overlay, place, 30, 30), ==, -1);

  handle = dip_overlay_hit (fixture->overlay, place, 8.5, 14.5);
  dip_overlay_drag_begin (fixture->overlay, place, handle, 8.5, 14.5, 0);
  dip_overlay_drag_update (fixture->overlay, place, handle, 40, 40, 0);
  dip_overlay_drag_cancel (fixture->overlay, place, handle);
  assert_described (fixture, 0, "5.0 px, 2.5 mm");

  g_assert_false (dip_overlay_undo (fixture->overlay)); /* no tool in hand */
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_ANGLE);
  g_assert_true (dip_overlay_undo (fixture->overlay));
  assert_described (fixture, 0, "13.0 px, 6.5 mm");
  g_assert_true (dip_overlay_redo (fixture->overlay));
  assert_described (fixture, 0, "5.0 px, 2.5 mm");
  g_assert_true (dip_overlay_undo (fixture->overlay));
  g_assert_true (dip_overlay_undo (fixture->overlay));
  g_assert_cmpuint (dip_measures_get_count (fixture->measures), ==, 0);
  g_assert_false (dip_overlay_undo (fixture->overlay));

  /* A mere click on a point leaves nothing to undo. */
  g_assert_true (dip_overlay_redo (fixture->overlay));
  drag (fixture, (DipPoint){ 5, 10 }, (DipPoint){ 5, 10 }, 0);
  g_assert_true (dip_overlay_undo (fixture->overlay));
  g_assert_cmpuint (dip_measures_get_count (fixture->measures), ==, 0);
}

static void
test_angle (Fixture *fixture, gconstpointer data)
{
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_ANGLE);
  click (fixture, 20, 10);
  click (fixture, 10, 10);
  g_assert_cmpuint (dip_measures_get_count (fixture->measures), ==, 0);
  click (fixture, 17, 17);
  assert_described (fixture, 0, "45.0°");
  drag (fixture, (DipPoint){ 30, 30 }, (DipPoint){ 40, 30 }, 0);
  click (fixture, 40, 50);
  assert_described (fixture, 1, "90.0°");
  /* Another tool drops one that is not done. */
  click (fixture, 50, 50);
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_DISTANCE);
  drag (fixture, (DipPoint){ 5, 40 }, (DipPoint){ 5, 47 }, 0);
  assert_described (fixture, 2, "7.0 px, 3.5 mm");
}

/* 36 ... 44 x 10 ... 20: half of it is white. */
static void
test_area (Fixture *fixture, gconstpointer data)
{
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_AREA);
  click (fixture, 35.5, 9.5);
  click (fixture, 43.5, 9.5);
  click (fixture, 43.5, 19.5);
  click (fixture, 30, 30);
  g_assert_true (dip_overlay_undo (fixture->overlay)); /* the last point */
  click (fixture, 35.5, 19.5);
  g_assert_cmpuint (dip_measures_get_count (fixture->measures), ==, 0);
  click (fixture, 35.5, 9.5); /* on the first */
  assert_described (fixture, 0, "80 px², 20.0 mm²\nmean 0.500 ± 0.500");

  click (fixture, 5, 40);
  click (fixture, 15, 40);
  click (fixture, 15, 50);
  click (fixture, 15, 50); /* on the last */
  assert_described (fixture, 1, "50 px², 12.5 mm²\nmean 0.000 ± 0.000");
}

/* 10 ... 61 of black and white: the values follow the picture. */
static void
test_profile (Fixture *fixture, gconstpointer data)
{
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_PROFILE);
  drag (fixture, (DipPoint){ 20, 30 }, (DipPoint){ 59, 30 }, 0);
  assert_described (fixture, 0, "39.0 px, 19.5 mm\nmean 0.500 ± 0.500");
  dip_pair_view_take_pair (fixture->view, 0, make_pair (), NULL);
  assert_described (fixture, 0, "39.0 px\nmean 0.500 ± 0.500");
}

static guint32 *
shoot (Fixture *fixture, DipPaneRole role, int *width, int *height)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, role);
  cairo_surface_t *surface;
  cairo_t *cr;
  guint32 *pixels;

  *width = gtk_widget_get_width (GTK_WIDGET (pane));
  *height = gtk_widget_get_height (GTK_WIDGET (pane));
  pixels = g_new0 (guint32, (gsize) *width * (gsize) *height);
  surface = cairo_image_surface_create_for_data ((guchar *) pixels, CAIRO_FORMAT_RGB24,
                                                 *width, *height, *width * 4);
  cr = cairo_create (surface);
  dip_pane_draw (pane, cr, *width, *height, 1.0);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);

  return pixels;
}

/* The pixels that a drawn measure changes, where they must be: a horizontal line from
 * (10, 32) to (30, 32) of the picture, in the CC's pane alone, under every flip. */
static void
test_drawn (Fixture *fixture, gconstpointer data)
{
  DipViewport *viewport = dip_pair_view_get_viewport (fixture->view);

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_DISTANCE);
  for (guint flip = 0; flip < 4; flip++)
    {
      int width, height;
      DipPlacement place;
      double x, y;
      g_autofree guint32 *before = NULL, *after = NULL, *other = NULL, *second = NULL;

      dip_viewport_set_flip (viewport, flip & 1, (flip & 2) != 0);
      dip_measures_clear (fixture->measures);
      other = shoot (fixture, DIP_PANE_MLO, &width, &height);
      before = shoot (fixture, DIP_PANE_CC, &width, &height);
      drag (fixture, (DipPoint){ 10, 32 }, (DipPoint){ 30, 32 }, 0);
      after = shoot (fixture, DIP_PANE_CC, &width, &height);
      g_assert_true (dip_pane_get_placement (
          dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_CC), &place));
      for (double at = 11.5; at <= 29.5; at += 0.5)
        {
          dip_placement_to_target (&place, at, 32.5, &x, &y);
          g_assert_cmphex (after[(int) y * width + (int) x], !=,
                           before[(int) y * width + (int) x]);
        }
      /* Nothing above it. */
      for (double at = 0.5; at < 63; at += 0.5)
        {
          dip_placement_to_target (&place, at, 30.5, &x, &y);
          if (flip < 2)
            g_assert_cmphex (after[(int) y * width + (int) x], ==,
                             before[(int) y * width + (int) x]);
        }
      second = shoot (fixture, DIP_PANE_MLO, &width, &height);
      g_assert_cmpint (
          memcmp (other, second, (gsize) width * (gsize) height * sizeof *other), ==, 0);
    }
}

static void
test_reports (Fixture *fixture, gconstpointer data)
{
  g_autofree char *csv = NULL, *text = NULL;

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_DISTANCE);
  drag (fixture, (DipPoint){ 5, 10 }, (DipPoint){ 17, 15 }, 0);
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_ANGLE);
  click (fixture, 20, 10);
  click (fixture, 10, 10);
  click (fixture, 10, 30);
  csv = dip_measures_to_csv (fixture->measures);
  g_assert_cmpstr (csv, ==,
                   "kind,view,length_px,length_mm,angle_deg,area_px2,area_mm2,mean,"
                   "spread,lowest,highest,points\n"
                   "distance,CC,13,6.5,,,,,,,,5 10;17 15\n"
                   "angle,CC,,,90,,,,,,,20 10;10 10;10 30\n");
  text = dip_measures_to_text (fixture->measures);
  g_assert_cmpstr (text, ==, "Distance, CC\t13.0 px, 6.5 mm\nAngle, CC\t90.0°\n");
  g_assert_cmpint (dip_measures_get_selected (fixture->measures), ==, 1);
  dip_measures_remove (fixture->measures, 0);
  g_assert_cmpint (dip_measures_get_selected (fixture->measures), ==, 0);
}

/* Handles by keyboard: their number, names and places; one moved. */
static void
test_handles (Fixture *fixture, gconstpointer data)
{
  const DipOverlayPlace *place = &fixture->place;
  g_autofree char *name = NULL;
  double x, y;

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_DISTANCE);
  drag (fixture, (DipPoint){ 5, 10 }, (DipPoint){ 17, 15 }, 0);
  g_assert_cmpuint (dip_overlay_get_n_handles (fixture->overlay, place), ==, 2);
  name = dip_overlay_describe_handle (fixture->overlay, place, 1);
  g_assert_cmpstr (name, ==, "Distance, CC, point 2");
  g_assert_true (dip_overlay_get_handle (fixture->overlay, place, 1, &x, &y));
  g_assert_cmpfloat (x, ==, 17.5);
  g_assert_cmpfloat (y, ==, 15.5);
  dip_overlay_move_handle (fixture->overlay, place, 1, -9, -1);
  assert_described (fixture, 0, "5.0 px, 2.5 mm");
}

/* The pane's keys: from point to point, round and round, and a drag by a pixel. */
static void
test_keys (Fixture *fixture, gconstpointer data)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_CC);
  DipViewport *viewport = dip_pane_get_viewport (pane);
  static const double wanted[] = { 5.5, 17.5, 5.5 };
  double x, y;

  g_assert_false (dip_pane_step_handle (pane, 1));
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_DISTANCE);
  drag (fixture, (DipPoint){ 5, 10 }, (DipPoint){ 17, 15 }, 0);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_assert_true (dip_pane_step_handle (pane, 1));
      g_assert_true (dip_viewport_get_cursor (viewport, &x, &y));
      g_assert_cmpfloat (x, ==, wanted[i]);
    }
  g_assert_true (dip_pane_step_handle (pane, -1));
  for (guint i = 0; i < 9; i++)
    g_assert_true (dip_pane_use (pane, -1.0, 0.0));
  g_assert_true (dip_pane_use (pane, 0.0, -1.0));
  assert_described (fixture, 0, "5.0 px, 2.5 mm");
  /* Not in the other pane. */
  g_assert_false (
      dip_pane_step_handle (dip_pair_view_get_pane (fixture->view, 0, DIP_PANE_MLO), 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/measures/distance", test_distance);
  ADD ("/measures/moved", test_moved);
  ADD ("/measures/angle", test_angle);
  ADD ("/measures/area", test_area);
  ADD ("/measures/profile", test_profile);
  ADD ("/measures/drawn", test_drawn);
  ADD ("/measures/reports", test_reports);
  ADD ("/measures/handles", test_handles);
  ADD ("/measures/keys", test_keys);

  return g_test_run ();
}
