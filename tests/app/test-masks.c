#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "app/load-take.h"
#include "app/mask-store.h"
#include "app/save-take.h"
#include "app/window-private.h"
#include "harness.h"
#include "model/pair/png.h"

#define N 256

static DipApplication *application;
static DipWindow *window;

static gboolean
has_no_figures (DipWindow *self)
{
  return dip_inspector_get_figures (self->inspector) == NULL;
}

/* A breast of an ellipse with a nipple. */
static DipPicture *
make_view (double shift)
{
  DipPicture *self = dip_picture_new (N, N);

  for (guint i = 0; i < N * N; i++)
    {
      const double x = i % N, y = i / N - shift, v = (y - 130) / 100;

      if ((x / 150) * (x / 150) + v * v < 1 || hypot (x - 152, y - 130) < 9)
        self->values[i] = (float) (0.35 + 0.1 * cos (x / 9) * cos (y / 11));
    }

  return self;
}

/* A pair of the library, as the program would have saved it. */
static DipTake *
make_take (double shift)
{
  g_autoptr (DipPicture) cc = make_view (shift);
  g_autoptr (DipPicture) mlo = make_view (0);
  g_autoptr (DipPair) pair = dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF);
  g_autoptr (GError) error = NULL;
  DipTake *take = dip_take_new_from_pair (
      pair, DIP_THIRD_ABSDIFF, json_pack ("{s:i, s:b}", "seed", 42, "synthetic", 1));
  g_autofree char *path = dip_save_take (
      take, dip_library_get_folder (dip_application_get_library (application)), 0,
      &error);

  g_assert_no_error (error);
  dip_take_set_path (take, path);

  return take;
}

static gboolean
waits_for_area (DipWindow *self)
{
  const DipPairFigures *figures = dip_inspector_get_figures (self->inspector);

  return figures == NULL ||
         figures->cc_area != *(double *) g_object_get_data (G_OBJECT (self), "area");
}

static void
wait_for_area (double area)
{
  g_object_set_data (G_OBJECT (window), "area", &area);
  wait_while (waits_for_area, window);
}

static double
get_area (void)
{
  return dip_inspector_get_figures (window->inspector)->cc_area;
}

static void
dab (double x, double y, GdkModifierType state)
{
  const DipOverlayPlace place = {
    .role = DIP_PANE_CC, .width = N, .height = N, .pixel = 0.5
  };
  DipOverlay *overlay = DIP_OVERLAY (window->brush);

  dip_overlay_drag_begin (overlay, &place, 0, x + 0.5, y + 0.5, state);
  dip_overlay_drag_end (overlay, &place, 0, x + 0.5, y + 0.5);
}

/* How many centres lie within 10 of a pixel's own. */
static guint
count_disc (void)
{
  guint n = 0;

  for (int y = -10; y <= 10; y++)
    for (int x = -10; x <= 10; x++)
      n += x * x + y * y <= 100;

  return n;
}

static void
show (DipTake *take)
{
  dip_window_show_take (window, take);
  dip_window_show_page (window, "figures");
  wait_while (has_no_figures, window);
}

static int
get_shown (void)
{
  return dip_mask_set_get_shown (dip_mask_keeper_get_set (window->masks));
}

/* A stroke makes a mask of its own, figures follow at once, and the file beside the pair
 * brings it back; another pair has none of it. */
static void
test_corrects (void)
{
  g_autoptr (DipTake) take = make_take (0);
  g_autoptr (DipTake) other = make_take (5);
  g_autoptr (DipTake) again = NULL;
  g_autofree char *file = dip_mask_set_make_path (dip_take_get_path (take));
  g_autoptr (GError) error = NULL;
  const guint disc = count_disc ();
  double automatic;

  show (take);
  automatic = get_area ();
  g_assert_cmpint (get_shown (), ==, -1);
  dip_toolbox_set_tool (dip_pair_view_get_toolbox (dip_window_get_pair_view (window)),
                        DIP_TOOL_BRUSH);
  dip_brush_set_size (window->brush, 20);
  dab (220, 30, 0);
  g_assert_cmpfloat (get_area (), ==, automatic + disc);
  g_assert_cmpint (get_shown (), ==, 0);
  dab (220, 200, 0);
  g_assert_cmpfloat (get_area (), ==, automatic + 2 * disc);
  activate (window, "undo");
  g_assert_cmpfloat (get_area (), ==, automatic + disc);
  activate (window, "redo");
  dab (220, 200, GDK_CONTROL_MASK);
  g_assert_cmpfloat (get_area (), ==, automatic + disc);
  g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR));

  show (other);
  g_assert_cmpint (get_shown (), ==, -1);
  g_assert_true (dip_brush_layer_is_empty (dip_brush_get_mask_layer (window->brush)));
  again = dip_load_take (dip_take_get_path (take), &error);
  g_assert_no_error (error);
  dip_window_show_take (window, again);
  g_assert_cmpint (get_shown (), ==, 0);
  wait_for_area (automatic + disc);
  {
    g_autofree char *report = dip_inspector_make_report (window->inspector, "json");

    g_assert_nonnull (strstr (report, "\"corrected\""));
  }
}

/* Names, versions and the way back, on the pair of the test before. */
static void
test_versions (void)
{
  const DipMaskSet *set = dip_mask_keeper_get_set (window->masks);
  const double corrected = get_area ();
  const guint disc = count_disc ();
  double automatic;

  activate (window, "mask-version");
  g_assert_cmpint (get_shown (), ==, 1);
  g_assert_cmpuint (dip_mask_set_get (set, 1)->version, ==, 2);
  dab (220, 120, 0);
  g_assert_cmpfloat (get_area (), ==, corrected + disc);
  g_action_group_activate_action (G_ACTION_GROUP (window), "mask-rename-to",
                                  g_variant_new_string ("by A. B."));
  g_assert_cmpstr (dip_mask_set_get (set, 0)->name, ==, "by A. B.");

  /* The first version is as it was; a stroke on it begins the third. */
  g_action_group_change_action_state (G_ACTION_GROUP (window), "show-mask",
                                      g_variant_new_int32 (0));
  wait_for_area (corrected);
  dab (220, 80, 0);
  g_assert_cmpint (get_shown (), ==, 2);
  g_assert_cmpuint (dip_mask_set_get (set, 2)->version, ==, 3);
  g_assert_cmpuint (
      dip_mask_edits_get_count (dip_mask_set_get (set, 0)->edits[DIP_VIEW_POSITION_CC]),
      <,
      dip_mask_edits_get_count (dip_mask_set_get (set, 2)->edits[DIP_VIEW_POSITION_CC]));

  activate (window, "mask-revert");
  automatic = corrected - disc;
  wait_for_area (automatic);
  g_assert_false (is_enabled (window, "mask-revert"));
  activate (window, "mask-next");
  g_assert_cmpint (get_shown (), ==, 0);
  activate (window, "mask-remove");
  g_assert_cmpuint (dip_mask_set_get_count (set), ==, 2);
  g_assert_cmpint (get_shown (), ==, -1);
}

/* Beside an exported pair: the masks in force as they are measured. */
static void
test_exports (void)
{
  g_autofree char *folder = g_dir_make_tmp ("dip-masks-XXXXXX", NULL);
  g_autofree char *png = g_build_filename (folder, "pair.png", NULL);
  g_autofree char *json = g_build_filename (folder, "pair.masks.json", NULL);
  g_autofree char *cc = g_build_filename (folder, "pair-mask-CC.png", NULL);
  g_autofree char *mlo = g_build_filename (folder, "pair-mask-MLO.png", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipPng) mask = NULL;
  g_autoptr (DipMaskSet) set = NULL;
  double n = 0;

  activate (window, "mask-next");
  wait_while (has_no_figures, window);
  g_assert_true (dip_mask_keeper_export (window->masks, png, &error));
  g_assert_no_error (error);
  set = dip_mask_set_load (json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dip_mask_set_get_count (set), ==, 2);
  mask = dip_png_load (cc, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N * N; i++)
    n += (double) mask->channels[0]->values[i];
  wait_for_area (n); /* figures follow on a thread of their own */
  g_assert_nonnull (strstr (mask->diptych, "by A. B."));
  g_assert_true (g_file_test (mlo, G_FILE_TEST_IS_REGULAR));
  g_unlink (json);
  g_unlink (cc);
  g_unlink (mlo);
  g_rmdir (folder);
}

/* A pair that is no file of the library keeps its masks by what it shows. */
static void
test_keeps_those_of_opened_pairs (void)
{
  g_autoptr (DipPicture) view = make_view (11);
  g_autoptr (DipPair) pair = dip_pair_new_from_views (view, view, DIP_THIRD_ABSDIFF);
  g_autoptr (DipTake) first = dip_take_new_from_pair (pair, DIP_THIRD_ABSDIFF, NULL);
  g_autoptr (DipTake) second = dip_take_new_from_pair (pair, DIP_THIRD_ABSDIFF, NULL);
  g_autoptr (DipTake) other = make_take (0);
  g_autofree char *path = dip_mask_store_make_path (first, 0, "/no/library");

  show (first);
  g_assert_cmpint (get_shown (), ==, -1);
  dab (220, 30, 0);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  show (other);
  g_assert_cmpint (get_shown (), ==, -1);
  show (second);
  g_assert_cmpint (get_shown (), ==, 0);
  g_unlink (path);
}

static DipOverlayPlace
make_cc_place (void)
{
  return (DipOverlayPlace){ .role = DIP_PANE_CC, .width = N, .height = N, .pixel = 0.5 };
}

static DipPoint
get_nipple (void)
{
  return dip_anatomy_overlay_get_view (dip_inspector_get_overlay (window->inspector),
                                       DIP_VIEW_POSITION_CC)
      ->breast->landmarks.nipple.at;
}

static void
drag_nipple (double dx)
{
  DipOverlay *handles = DIP_OVERLAY (dip_inspector_get_overlay (window->inspector));
  const DipOverlayPlace place = make_cc_place ();
  const DipPoint at = get_nipple ();
  const int handle = dip_overlay_hit (handles, &place, at.x + 0.5, at.y + 0.5);

  g_assert_cmpint (handle, ==, DIP_LANDMARK_NIPPLE);
  dip_overlay_drag_begin (handles, &place, handle, at.x + 0.5, at.y + 0.5, 0);
  dip_overlay_drag_update (handles, &place, handle, at.x + dx + 0.5, at.y + 0.5, 0);
  dip_overlay_drag_end (handles, &place, handle, at.x + dx + 0.5, at.y + 0.5);
}

static gboolean
waits_for_nipple (DipWindow *self)
{
  return fabs (get_nipple ().x - *(double *) g_object_get_data (G_OBJECT (self), "x")) >
         1e-6;
}

static void
wait_for_nipple (double x)
{
  g_object_set_data (G_OBJECT (window), "x", &x);
  wait_while (waits_for_nipple, window);
}

static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* Exported as it is shown, @take brings its landmarks along into another folder. */
static void
assert_reopens (DipTake *take, double x)
{
  g_autofree char *folder = g_dir_make_tmp ("dip-masks-XXXXXX", NULL);
  g_autofree char *png = g_build_filename (folder, "other.png", NULL);
  g_autofree char *json = g_build_filename (folder, "other.masks.json", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (dip_take_get_path (take));
  g_autoptr (GFile) to = g_file_new_for_path (png);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipMaskSet) set = NULL;

  g_assert_true (g_file_copy (from, to, 0, NULL, NULL, NULL, &error));
  g_assert_true (dip_mask_keeper_export (window->masks, png, &error));
  g_assert_no_error (error);
  set = dip_mask_set_load (json, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (
      dip_mask_set_get (set, 0)->by_hand[DIP_VIEW_POSITION_CC].nipple.at.x, x, 1e-6);
  {
    g_autoptr (DipTake) opened = dip_load_take (png, &error);
    g_autoptr (DipTake) kept = g_object_ref (dip_shown_get_take (window->shown));

    g_assert_no_error (error);
    dip_window_show_take (window, opened);
    g_assert_cmpint (get_shown (), ==, 0);
    wait_for_nipple (x);
    dip_window_show_take (window, kept);
    wait_for_nipple (x);
  }
  remove_files (folder);
}

/* A dragged landmark is kept with the mask and comes back; so does a mask's own nipple: a
 * tip painted onto the breast. */
static void
test_keeps_landmarks (void)
{
  g_autoptr (DipTake) take = make_take (0);
  g_autoptr (DipTake) other = make_take (3);
  g_autoptr (DipTake) again = NULL;
  g_autoptr (GError) error = NULL;
  double automatic;

  dip_window_show_take (window, take);
  dip_mask_keeper_show (window->masks, -1);
  show (take);
  g_object_set (dip_inspector_get_overlay (window->inspector), "visible", TRUE, NULL);
  automatic = get_nipple ().x;
  drag_nipple (-20);
  g_assert_cmpfloat_with_epsilon (get_nipple ().x, automatic - 20, 1e-6);
  g_assert_cmpint (get_shown (), >=, 0);

  show (other);
  again = dip_load_take (dip_take_get_path (take), &error);
  g_assert_no_error (error);
  dip_window_show_take (window, again);
  wait_for_nipple (automatic - 20);
  g_assert_cmpfloat_with_epsilon (dip_inspector_get_figures (window->inspector)->cc_pnl,
                                  automatic - 20, 3);
  {
    g_autofree char *report = dip_inspector_make_report (window->inspector, "json");

    g_assert_nonnull (strstr (report, "\"landmarks\""));
  }
  assert_reopens (take, automatic - 20);
  activate (window, "mask-revert");
  wait_for_nipple (automatic);

  dab (162, 130, 0);
  g_assert_cmpfloat (get_nipple ().x, >, automatic + 5);
  activate (window, "mask-remove");
  wait_for_nipple (automatic);
}

static gboolean
has_few_frames (DipWindow *self)
{
  return is_busy (self) || dip_shown_get_n_frames (self->shown) < 4;
}

/* Every step of a pair has masks of its own. */
static void
test_corrects_any_step (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings ("c3_butterflies_mini", 4);
  DipBrushLayer *layer = dip_brush_get_mask_layer (window->brush);
  g_autofree char *path = NULL;
  guint n_stamps;

  dip_window_generate (window, settings);
  wait_while (has_few_frames, window);
  path = dip_mask_store_make_path (dip_shown_get_take (window->shown), 2, "/no/library");
  dip_shown_set_position (window->shown, 1);
  wait_while (has_no_figures, window);
  g_assert_true (dip_brush_layer_get_active (layer));
  dip_brush_layer_begin (layer, DIP_VIEW_POSITION_MLO, (DipPoint){ 8, 8 }, 3, TRUE);
  dip_brush_layer_end (layer);
  g_assert_cmpint (get_shown (), ==, 0);
  n_stamps =
      dip_mask_edits_get_count (dip_brush_layer_get_edits (layer, DIP_VIEW_POSITION_MLO));
  g_assert_cmpuint (n_stamps, >, 0);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));

  dip_shown_set_position (window->shown, 2);
  g_assert_cmpint (get_shown (), ==, -1);
  g_assert_true (dip_brush_layer_is_empty (layer));
  dip_shown_set_position (window->shown, 3);
  g_assert_true (dip_brush_layer_is_empty (layer));
  dip_shown_set_position (window->shown, 1);
  g_assert_cmpint (get_shown (), ==, 0);
  g_assert_cmpuint (
      dip_mask_edits_get_count (dip_brush_layer_get_edits (layer, DIP_VIEW_POSITION_MLO)),
      ==, n_stamps);
  g_unlink (path);
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
  g_test_add_func ("/masks/corrects", test_corrects);
  g_test_add_func ("/masks/versions", test_versions);
  g_test_add_func ("/masks/exports", test_exports);
  g_test_add_func ("/masks/keeps-those-of-opened-pairs",
                   test_keeps_those_of_opened_pairs);
  g_test_add_func ("/masks/keeps-landmarks", test_keeps_landmarks);
  g_test_add_func ("/masks/corrects-any-step", test_corrects_any_step);
  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));
  drop_home ();

  return result;
}
