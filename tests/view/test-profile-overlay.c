#include "app/view/pair-view.h"
#include "app/view/profile-overlay.h"

#include <math.h>

#define N 128

typedef struct
{
  GtkWidget *window;
  DipPairView *view;
  DipAnatomyOverlay *anatomy;
  DipProfileOverlay *profiles;
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

/* A bar of light over all rows, 9 columns about @middle: its profile is a bell there. */
static DipFoundView *
make_view (DipViewPosition position, guint middle)
{
  DipFoundView *self = g_new0 (DipFoundView, 1);

  self->picture = dip_picture_new (N, N);
  self->breast = g_new0 (DipBreast, 1);
  self->breast->mask = dip_mask_new (N, N);
  self->breast->foreign = dip_mask_new (N, N);
  dip_landmarks_init (&self->breast->landmarks, position, DIP_CHEST_LEFT);
  for (guint i = 0; i < N * N; i++)
    if (ABS ((int) (i % N) - (int) middle) <= 4)
      {
        self->picture->values[i] = 0.5f;
        self->breast->mask->values[i] = 1;
      }

  return self;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DipPicture) black = dip_picture_new (N, N);

  fixture->window = gtk_window_new ();
  fixture->view = DIP_PAIR_VIEW (dip_pair_view_new ());
  fixture->anatomy = dip_anatomy_overlay_new ();
  fixture->profiles = dip_profile_overlay_new (fixture->anatomy);
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1200, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  dip_pair_view_take_pair (
      fixture->view, 0, dip_pair_new_from_views (black, black, DIP_THIRD_ABSDIFF), NULL);
  g_object_set (dip_pair_view_get_display (fixture->view), "annotations", FALSE, NULL);
  dip_pair_view_add_overlay (fixture->view, DIP_OVERLAY (fixture->profiles));
  dip_anatomy_overlay_take_views (fixture->anatomy, make_view (DIP_VIEW_POSITION_CC, 30),
                                  make_view (DIP_VIEW_POSITION_MLO, 70), 0.0);
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
  g_object_add_weak_pointer (G_OBJECT (fixture->profiles),
                             (gpointer *) &fixture->profiles);
  g_object_unref (fixture->profiles);
  g_assert_null (fixture->profiles);
  g_object_unref (fixture->anatomy);
}

/* Of a pane, the screen's column in which a curve in the colours of a view (CC: blue over
 * red) comes highest, and its row; a column of the picture. */
static double
find_peak (Fixture *fixture, DipPaneRole role, gboolean is_blue, int *row)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, role);
  const int width = gtk_widget_get_width (GTK_WIDGET (pane));
  const int height = gtk_widget_get_height (GTK_WIDGET (pane));
  /* Below the key. */
  const int top = (int) (height - DIP_PROFILE_BAND_BASE - DIP_PROFILE_BAND_HEIGHT) - 1;
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);
  DipPlacement place;
  double sum = 0.0, n = 0.0;

  g_assert_true (dip_pane_get_placement (pane, &place));
  dip_pane_draw (pane, cr, width, height, 1.0);
  cairo_surface_flush (surface);
  for (*row = top; n == 0.0 && *row < height; (*row)++)
    for (int x = 0; x < width; x++)
      {
        const guint32 pixel =
            ((const guint32 *) (void *) (cairo_image_surface_get_data (surface) +
                                         *row * cairo_image_surface_get_stride (
                                                    surface)))[x];
        const int red = pixel >> 16 & 255, blue = pixel & 255;

        if (is_blue ? blue > red + 60 : red > blue + 60)
          {
            sum += (x + 0.5 - place.offset_x) / place.scale_x;
            n++;
          }
      }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);

  return n > 0.0 ? sum / n : (double) NAN;
}

/* The peaks lie over the bars, own and ghost, in both panes, however it is shown. */
static void
assert_aligned (Fixture *fixture)
{
  for (guint role = DIP_PANE_CC; role <= DIP_PANE_MLO; role++)
    {
      int own_row, ghost_row;

      iterate ();
      g_assert_cmpfloat_with_epsilon (
          find_peak (fixture, (DipPaneRole) role, TRUE, &own_row), 30.5, 1.0);
      g_assert_cmpfloat_with_epsilon (
          find_peak (fixture, (DipPaneRole) role, FALSE, &ghost_row), 70.5, 1.0);
      g_assert_cmpint (ABS (own_row - ghost_row), <=, 2); /* of one scale */
    }
}

static void
test_aligned (Fixture *fixture, gconstpointer data)
{
  DipViewport *viewport = dip_pair_view_get_viewport (fixture->view);
  int row;

  g_assert_true (isnan (find_peak (fixture, DIP_PANE_CC, TRUE, &row)));
  g_object_set (fixture->profiles, "visible", TRUE, NULL);
  assert_aligned (fixture);
  for (guint flip = 1; flip < 4; flip++)
    {
      dip_viewport_set_flip (viewport, flip & 1, (flip & 2) != 0);
      assert_aligned (fixture);
    }
  dip_viewport_set_flip (viewport, FALSE, FALSE);
  dip_viewport_look_at (viewport, 4.0, 50, 64);
  assert_aligned (fixture);
  dip_viewport_look_at (viewport, 1.5, 80, 20);
  assert_aligned (fixture);
  dip_display_set_layout (dip_pair_view_get_display (fixture->view), DIP_LAYOUT_HANGING);
  dip_viewport_set_fit (viewport, TRUE);
  assert_aligned (fixture);
}

/* Other views, other profiles; and they are asked for. */
static void
test_follows (Fixture *fixture, gconstpointer data)
{
  gboolean is_needed;
  int row;

  g_object_set (fixture->profiles, "visible", TRUE, NULL);
  g_object_get (fixture->anatomy, "needed", &is_needed, NULL);
  g_assert_true (is_needed);
  assert_aligned (fixture);
  dip_anatomy_overlay_take_views (fixture->anatomy, make_view (DIP_VIEW_POSITION_CC, 50),
                                  make_view (DIP_VIEW_POSITION_MLO, 90), 0.0);
  iterate ();
  g_assert_cmpfloat_with_epsilon (find_peak (fixture, DIP_PANE_CC, TRUE, &row), 50.5,
                                  1.0);
  dip_anatomy_overlay_take_views (fixture->anatomy, NULL, NULL, 0.0);
  iterate ();
  g_assert_true (isnan (find_peak (fixture, DIP_PANE_CC, TRUE, &row)));
  g_object_set (fixture->profiles, "visible", FALSE, NULL);
  g_object_get (fixture->anatomy, "needed", &is_needed, NULL);
  g_assert_false (is_needed);
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
  ADD ("/profile-overlay/aligned", test_aligned);
  ADD ("/profile-overlay/follows", test_follows);

  return g_test_run ();
}
