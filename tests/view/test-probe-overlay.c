#include "app/view/pair-view.h"
#include "app/view/probe-overlay.h"

#include <math.h>

#define N 128

typedef struct
{
  GtkWidget *window;
  DipPairView *view;
  DipAnatomyOverlay *anatomy;
  DipProbeOverlay *probe;
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

/* Nothing in the picture; the nipple at (100, 64), and in the MLO a pectoral line whose
 * normal is (0.8, 0.6). */
static DipFoundView *
make_view (DipViewPosition position)
{
  DipFoundView *self = g_new0 (DipFoundView, 1);

  self->picture = dip_picture_new (N, N);
  self->breast = g_new0 (DipBreast, 1);
  self->breast->mask = dip_mask_new (N, N);
  self->breast->foreign = dip_mask_new (N, N);
  dip_landmarks_init (&self->breast->landmarks, position, DIP_CHEST_LEFT);
  dip_landmarks_set_point (&self->breast->landmarks, DIP_LANDMARK_NIPPLE,
                           (DipPoint){ 100, 64 });
  if (position == DIP_VIEW_POSITION_MLO)
    dip_landmarks_set_pectoral (&self->breast->landmarks, (DipPoint){ 45, 0 },
                                (DipPoint){ 0, 60 });

  return self;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DipPicture) black = dip_picture_new (N, N);
  DipToolbox *toolbox;

  fixture->window = gtk_window_new ();
  fixture->view = DIP_PAIR_VIEW (dip_pair_view_new ());
  fixture->anatomy = dip_anatomy_overlay_new ();
  toolbox = dip_pair_view_get_toolbox (fixture->view);
  fixture->probe = dip_probe_overlay_new (toolbox, fixture->anatomy);
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1200, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  dip_pair_view_take_pair (
      fixture->view, 0, dip_pair_new_from_views (black, black, DIP_THIRD_ABSDIFF), NULL);
  g_object_set (dip_pair_view_get_display (fixture->view), "annotations", FALSE, NULL);
  dip_pair_view_add_overlay (fixture->view, DIP_OVERLAY (fixture->probe));
  dip_toolbox_offer (toolbox, DIP_TOOL_PROBE, NULL);
  dip_anatomy_overlay_take_views (fixture->anatomy, make_view (DIP_VIEW_POSITION_CC),
                                  make_view (DIP_VIEW_POSITION_MLO), 0.0);
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
  g_object_add_weak_pointer (G_OBJECT (fixture->probe), (gpointer *) &fixture->probe);
  g_object_unref (fixture->probe);
  g_assert_null (fixture->probe);
  g_object_unref (fixture->anatomy);
}

/* A click on a place of a view's picture, as the pane makes it of a press. */
static void
click (Fixture *fixture, DipPaneRole role, DipPoint at)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, role);

  dip_viewport_set_cursor (dip_pane_get_viewport (pane), at.x + 0.5, at.y + 0.5);
  dip_pane_use (pane, 0.0, 0.0);
  iterate ();
}

/* The sum of the colour on the screen within 1.5 pixels of a place of the picture. */
static guint
light_at (Fixture *fixture, DipPaneRole role, DipPoint at)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, role);
  const int width = gtk_widget_get_width (GTK_WIDGET (pane));
  const int height = gtk_widget_get_height (GTK_WIDGET (pane));
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);
  DipPlacement place;
  double x, y;
  guint sum = 0;

  g_assert_true (dip_pane_get_placement (pane, &place));
  dip_pane_draw (pane, cr, width, height, 1.0);
  cairo_surface_flush (surface);
  dip_placement_to_target (&place, at.x + 0.5, at.y + 0.5, &x, &y);
  for (int i = -1; i <= 1; i++)
    for (int j = -1; j <= 1; j++)
      {
        const guint32 *row =
            (const guint32 *) (void *) (cairo_image_surface_get_data (surface) +
                                        ((int) y + j) *
                                            cairo_image_surface_get_stride (surface));
        const guint32 pixel = row[(int) x + i];

        sum += (pixel >> 16 & 255) + (pixel >> 8 & 255) + (pixel & 255);
      }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);

  return sum;
}

/* The edges of arc and strip are where the geometry says, and nothing is between them and
 * the region where both hold, whatever the flips. */
static void
test_drawn (Fixture *fixture, gconstpointer data)
{
  const double tolerance = 0.05 * N; /* 10 mm of 200 */
  const DipPoint nipple = { 100, 64 };

  dip_toolbox_set_tool (dip_pair_view_get_toolbox (fixture->view), DIP_TOOL_PROBE);
  /* 40 behind the CC's nipple, 30 beside it: r = 50. */
  click (fixture, DIP_PANE_CC, (DipPoint){ 60, 94 });
  for (guint flip = 0; flip < 4; flip++)
    {
      dip_viewport_set_flip (dip_pair_view_get_viewport (fixture->view), flip & 1,
                             (flip & 2) != 0);
      iterate ();
      for (int side = -1; side <= 1; side += 2)
        {
          const double r = 50 + side * tolerance, t = 40 + side * tolerance;

          /* Straight below the nipple; on the PNL, which runs along −(0.8, 0.6). */
          g_assert_cmpuint (
              light_at (fixture, DIP_PANE_MLO, (DipPoint){ nipple.x, nipple.y + r }), >,
              300);
          g_assert_cmpuint (light_at (fixture, DIP_PANE_MLO,
                                      (DipPoint){ nipple.x - 0.8 * t + 0.6 * 10,
                                                  nipple.y - 0.6 * t - 0.8 * 10 }),
                            >, 300);
        }
      g_assert_cmpuint (light_at (fixture, DIP_PANE_MLO, (DipPoint){ 100, 64 + 30 }), ==,
                        0);
      /* Where both hold: 40 behind along the PNL, 30 beside. */
      g_assert_cmpuint (
          light_at (fixture, DIP_PANE_MLO, (DipPoint){ 100 - 32 - 18 + 2, 64 - 24 + 24 }),
          >, 300);
      g_assert_cmpuint (light_at (fixture, DIP_PANE_CC, (DipPoint){ 66, 94 }), ==, 0);
      g_assert_cmpuint (light_at (fixture, DIP_PANE_CC, (DipPoint){ 60 - 2, 94 }), >,
                        100);
    }
}

/* Figures of what is pinned; the pointer goes before it, and gives it back; without the
 * tool there is nothing. */
static void
test_pinned (Fixture *fixture, gconstpointer data)
{
  DipToolbox *toolbox = dip_pair_view_get_toolbox (fixture->view);
  DipOverlay *overlay = DIP_OVERLAY (fixture->probe);
  DipOverlayPlace place = { .role = DIP_PANE_MLO, .width = N, .height = N, .pixel = 0.5 };
  DipProbeFigures figures;
  DipViewPosition view;
  gboolean is_needed;
  DipPoint at;

  click (fixture, DIP_PANE_CC, (DipPoint){ 60, 94 });
  g_assert_false (dip_probe_overlay_get_figures (fixture->probe, &view, &at, &figures));
  g_object_get (fixture->anatomy, "needed", &is_needed, NULL);
  g_assert_false (is_needed);

  dip_toolbox_set_tool (toolbox, DIP_TOOL_PROBE);
  g_object_get (fixture->anatomy, "needed", &is_needed, NULL);
  g_assert_true (is_needed);
  click (fixture, DIP_PANE_CC, (DipPoint){ 60, 94 });
  g_assert_true (dip_probe_overlay_get_figures (fixture->probe, &view, &at, &figures));
  g_assert_cmpint (view, ==, DIP_VIEW_POSITION_CC);
  g_assert_cmpfloat_with_epsilon (figures.distance, 50, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.depth, 40, 1e-9);

  dip_overlay_hover (overlay, &place, 100.5, 74.5);
  g_assert_true (dip_probe_overlay_get_figures (fixture->probe, &view, &at, &figures));
  g_assert_cmpint (view, ==, DIP_VIEW_POSITION_MLO);
  g_assert_cmpfloat_with_epsilon (figures.distance, 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.depth, -6, 1e-9);
  dip_overlay_leave (overlay, &place);
  g_assert_true (dip_probe_overlay_get_figures (fixture->probe, &view, &at, &figures));
  g_assert_cmpint (view, ==, DIP_VIEW_POSITION_CC);

  /* A cancelled drag puts the pin back. */
  dip_overlay_drag_begin (overlay, &place, 0, 10, 10, 0);
  dip_overlay_drag_update (overlay, &place, 0, 20, 10, 0);
  dip_overlay_drag_cancel (overlay, &place, 0);
  g_assert_true (dip_probe_overlay_get_figures (fixture->probe, &view, &at, &figures));
  g_assert_cmpfloat_with_epsilon (at.x, 60, 1e-9);
}

static void
test_format (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pixels = dip_probe_format_length (12.34, 0.0);
  g_autofree char *both = dip_probe_format_length (12.34, 0.5);
  g_autofree char *none = dip_probe_format_length (NAN, 0.5);

  g_assert_cmpstr (pixels, ==, "12.3 px");
  g_assert_cmpstr (both, ==, "12.3 px, 6.2 mm");
  g_assert_cmpstr (none, ==, "–");
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
  ADD ("/probe-overlay/drawn", test_drawn);
  ADD ("/probe-overlay/pinned", test_pinned);
  ADD ("/probe-overlay/format", test_format);

  return g_test_run ();
}
