#include <math.h>
#include <string.h>

#include "app/inspector.h"
#include "harness.h"

static DipApplication *application;
static DipWindow *window;

static DipInspector *
find_inspector (GtkWidget *widget)
{
  if (DIP_IS_INSPECTOR (widget))
    return DIP_INSPECTOR (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      DipInspector *found = find_inspector (child);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
has_no_figures (DipWindow *self)
{
  return dip_inspector_get_figures (find_inspector (GTK_WIDGET (self))) == NULL;
}

/* A breast of an ellipse and a nipple; in the MLO with a muscle's wedge. */
static DipPicture *
make_view (gboolean has_muscle)
{
  DipPicture *self = dip_picture_new (256, 256);

  for (guint i = 0; i < 256 * 256; i++)
    {
      const double x = i % 256, y = i / 256, v = (y - 130) / 100;
      const gboolean is_nipple = hypot (x - 152, y - 130) < 9;

      if ((x / 150) * (x / 150) + v * v < 1 || is_nipple)
        self->values[i] = (float) (0.35 + 0.1 * cos (x / 9) * cos (y / 11));
      if (has_muscle && x + 0.45 * y < 70)
        self->values[i] = 0.85f;
    }

  return self;
}

static void
show_pair (void)
{
  g_autoptr (DipPicture) cc = make_view (FALSE);
  g_autoptr (DipPicture) mlo = make_view (TRUE);
  g_autoptr (DipPair) pair = dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF);
  g_autoptr (DipTake) take = dip_take_new_from_pair (pair, DIP_THIRD_ABSDIFF, NULL);

  dip_window_show_take (window, take);
}

/* Where DIPTYCH_TEST_SHOTS names a folder, the window as it is goes there. */
static void
take_shot (const char *name)
{
  const char *folder = g_getenv ("DIPTYCH_TEST_SHOTS");
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;
  GtkSnapshot *snapshot;
  const gint64 end = g_get_monotonic_time () + 400000;

  if (folder == NULL)
    return;

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  path = g_build_filename (folder, name, NULL);
  paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (GTK_WIDGET (window)),
                          gtk_widget_get_height (GTK_WIDGET (window)));
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)),
                                         node, NULL);
  gdk_texture_save_to_png (texture, path);
}

/* The page measures what is shown as model/pair does, and reports it. */
static void
test_measures (void)
{
  g_autofree char *csv = NULL, *text = NULL, *json = NULL;
  DipInspector *inspector = find_inspector (GTK_WIDGET (window));
  const DipPairFigures *figures;

  g_assert_nonnull (inspector);
  g_assert_null (dip_inspector_make_report (inspector, "csv"));
  show_pair ();
  dip_window_show_page (window, "figures");
  wait_while (has_no_figures, window);
  figures = dip_inspector_get_figures (inspector);
  g_assert_cmpfloat (figures->iou, >, 0.85);
  g_assert_cmpfloat (figures->third_residual, <, 0.01);
  g_assert_cmpfloat_with_epsilon (figures->cc_pnl, 161, 6);
  csv = dip_inspector_make_report (inspector, "csv");
  g_assert_true (g_str_has_prefix (csv, "iou,dice,"));
  text = dip_inspector_make_report (inspector, "text");
  g_assert_nonnull (strstr (text, "IoU of the masks"));
  json = dip_inspector_make_report (inspector, "json");
  g_assert_nonnull (strstr (json, "\"pectoral\""));
}

/* win.anatomy draws; a dragged nipple changes the PNL at once. */
static void
test_drags (void)
{
  DipInspector *inspector = find_inspector (GTK_WIDGET (window));
  DipPairView *view = dip_window_get_pair_view (window);
  DipOverlayPlace place = {
    .role = DIP_PANE_CC, .width = 256, .height = 256, .pixel = 0.5
  };
  DipAnatomyOverlay *overlay = dip_inspector_get_overlay (inspector);
  DipOverlay *handles = DIP_OVERLAY (overlay);
  DipPoint nipple;
  double before;
  int handle;

  g_assert_nonnull (view);
  g_assert_cmpuint (dip_overlay_get_n_handles (handles, &place), ==, 0);
  activate (window, "anatomy");
  take_shot ("inspector.png");
  g_assert_cmpuint (dip_overlay_get_n_handles (handles, &place), >, 0);
  nipple = dip_anatomy_overlay_get_view (overlay, DIP_VIEW_POSITION_CC)
               ->breast->landmarks.nipple.at;
  before = dip_inspector_get_figures (inspector)->cc_pnl;
  handle = dip_overlay_hit (handles, &place, nipple.x + 0.5, nipple.y + 0.5);
  g_assert_cmpint (handle, ==, DIP_LANDMARK_NIPPLE);
  dip_overlay_drag_begin (handles, &place, handle, nipple.x + 0.5, nipple.y + 0.5, 0);
  dip_overlay_drag_update (handles, &place, handle, nipple.x - 19.5, nipple.y + 0.5, 0);
  dip_overlay_drag_end (handles, &place, handle, nipple.x - 19.5, nipple.y + 0.5);
  g_assert_cmpfloat_with_epsilon (dip_inspector_get_figures (inspector)->cc_pnl,
                                  before - 20.0, 1e-6);

  /* Escape puts it back. */
  dip_overlay_drag_begin (handles, &place, handle, 0, 0, 0);
  dip_overlay_drag_update (handles, &place, handle, 10, 10, 0);
  dip_overlay_drag_cancel (handles, &place, handle);
  g_assert_cmpfloat_with_epsilon (
      dip_anatomy_overlay_get_view (overlay, DIP_VIEW_POSITION_CC)
          ->breast->landmarks.nipple.at.x,
      nipple.x - 20, 1e-6);
  activate (window, "anatomy");
  g_assert_cmpuint (dip_overlay_get_n_handles (handles, &place), ==, 0);
}

static gboolean
is_unmeasured (DipWindow *self)
{
  return dip_take_get_n_measured (dip_shown_get_take (dip_window_get_shown (self))) < 4;
}

/* The film's curves hold the same figures, of every step once the run is over: the same
 * as measuring a step by itself. */
static void
test_curves (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings ("c3_butterflies_mini", 4);
  guint n_values = 0, n_found = 0;

  dip_window_generate (window, settings);
  wait_while (is_busy, window);
  wait_while (is_unmeasured, window);
  for (guint i = 0; i < dip_n_curve_kinds; i++)
    {
      g_autofree double *values = dip_take_get_curve (
          dip_shown_get_take (dip_window_get_shown (window)), i, &n_values);

      n_found += g_str_equal (dip_curve_kinds[i].id, "iou") ||
                 g_str_equal (dip_curve_kinds[i].id, "pnl-ratio") ||
                 g_str_equal (dip_curve_kinds[i].id, "ap-distance");
      g_assert_cmpuint (n_values, ==, 4);
    }
  g_assert_cmpuint (n_found, ==, 3);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  make_home ();
  application = start_application ();
  window = get_test_window (application);
  g_test_add_func ("/inspector/measures", test_measures);
  g_test_add_func ("/inspector/drags", test_drags);
  g_test_add_func ("/inspector/curves", test_curves);
  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));
  drop_home ();

  return result;
}
