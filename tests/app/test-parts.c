#include <math.h>
#include <string.h>

#include "app/completions.h"
#include "app/part-dialog.h"
#include "app/settings.h"
#include "app/window-private.h"
#include "harness.h"
#include "model/pair/png.h"
#include "model/pair/spread.h"

#define N 32
#define MODEL "c3_butterflies_mini"

static DipApplication *application;
static DipWindow *window;

static DipPair *
get_pair (DipTake *take)
{
  g_autoptr (DipFrame) frame =
      dip_take_get_frame (take, dip_take_get_n_frames (take) - 1, NULL);

  return dip_take_make_pair (take, frame, FALSE);
}

static DipTake *
get_take (void)
{
  return dip_shown_get_take (dip_window_get_shown (window));
}

static void
generate (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, 4);

  dip_window_set_settings (window, settings);
  dip_window_set_checkpoint (window, settings->checkpoint);
  dip_window_generate (window, settings);
  wait_while (is_busy, window);
}

static DipPartDialog *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) widget = g_list_model_get_item (windows, i);

      if (DIP_IS_PART_DIALOG (widget))
        return DIP_PART_DIALOG (widget);
    }

  return NULL;
}

static gboolean
has_no_dialog (DipWindow *self)
{
  return find_dialog () == NULL;
}

static gboolean
is_idle (DipWindow *self)
{
  return !is_busy (self);
}

static void
set_numbers (guint n, guint jump_length, guint repeats)
{
  GSettings *settings = dip_settings_get ();

  g_settings_set_uint (settings, "n-completions", n);
  g_settings_set_uint (settings, "n-inpaintings", n);
  g_settings_set_uint (settings, "jump-length", jump_length);
  g_settings_set_uint (settings, "repeats", repeats);
}

static double
get_number (DipTake *take, const char *object, const char *key)
{
  return json_number_value (
      json_object_get (json_object_get (dip_take_get_provenance (take), object), key));
}

/* The known view comes back as it was in every completion, and their mean and spread are
 * those of the pairs that the library has. */
static void
assert_completed (const DipPicture *known, gboolean is_cc, guint n)
{
  DipLibrary *library = dip_application_get_library (application);
  g_autoptr (DipSpread) spread = dip_spread_new (N, N);
  DipTake *summary = get_take ();
  g_autoptr (DipPair) shown = get_pair (summary);
  g_autoptr (DipPicture) mean = NULL;
  g_autoptr (DipPicture) deviation = NULL;

  g_assert_true (dip_provenance_is_summary (dip_take_get_provenance (summary)));
  g_assert_cmpfloat (get_number (summary, "completions", "n"), ==, n);
  g_assert_cmpfloat (get_number (summary, "known_error", "max"), <=, 1.0 / 255);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (DipLibraryEntry) entry =
          g_list_model_get_item (G_LIST_MODEL (library), i + 1);
      g_autoptr (DipPng) png = dip_png_load (dip_library_entry_get_path (entry), NULL);
      json_t *provenance = dip_library_entry_make_provenance (entry);

      g_assert_true (dip_provenance_is_completion (provenance));
      g_assert_true (json_is_number (json_object_get (provenance, "jump_length")));
      for (guint k = 0; k < N * N; k++)
        g_assert_cmpfloat_with_epsilon (png->channels[is_cc ? 0 : 1]->values[k],
                                        CLAMP (known->values[k], 0, 1), 1.0 / 255);
      dip_spread_add (spread, png->channels[is_cc ? 1 : 0]);
      json_decref (provenance);
    }
  mean = dip_spread_make_mean (spread);
  deviation = dip_spread_make_deviation (spread);
  for (guint k = 0; k < N * N; k++)
    {
      const float found = (is_cc ? shown->mlo : shown->cc)->values[k];

      g_assert_cmpfloat_with_epsilon (found, mean->values[k], 1.5 / 255);
      g_assert_cmpfloat_with_epsilon (
          shown->third->values[k],
          MIN (deviation->values[k] / (float) DIP_SPREAD_WHITE, 1), 0.02);
    }
}

static void
test_completes (void)
{
  g_autoptr (DipPair) pair = NULL;
  g_autofree char *text = NULL;
  DipPartDialog *dialog;

  generate ();
  pair = get_pair (get_take ());
  set_numbers (3, 2, 2);
  activate (window, "complete");
  wait_while (has_no_dialog, window);
  dialog = find_dialog ();
  g_assert_cmpuint (dip_part_dialog_get_choice (dialog), ==, 0);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (dialog)) ==
                 gtk_window_get_default_widget (GTK_WINDOW (dialog)));
  dip_part_dialog_answer (dialog);
  wait_while (is_idle, window);
  wait_while (is_busy, window);
  assert_completed (pair->cc, TRUE, 3);
  text = dip_provenance_describe_completion (dip_take_get_provenance (get_take ()));
  g_assert_nonnull (strstr (text, "mean of 3 completions"));
  g_assert_nonnull (strstr (text, "known view off by "));
  {
    g_autoptr (DipLibraryEntry) entry = g_list_model_get_item (
        G_LIST_MODEL (dip_application_get_library (application)), 0);

    g_assert_cmpstr (dip_library_entry_get_note (entry), ==, text);
  }
}

static void
test_completes_the_other_view (void)
{
  g_autoptr (DipPair) pair = NULL;

  generate ();
  pair = get_pair (get_take ());
  set_numbers (2, 0, 1);
  activate (window, "complete");
  wait_while (has_no_dialog, window);
  dip_part_dialog_set_choice (find_dialog (), 1);
  dip_part_dialog_answer (find_dialog ());
  wait_while (is_idle, window);
  wait_while (is_busy, window);
  assert_completed (pair->mlo, FALSE, 2);
}

/* A grey picture of any size is one view. */
static void
test_completes_a_file (void)
{
  g_autoptr (DipPicture) view = dip_picture_new (80, 80);
  g_autoptr (DipPair) pair = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "dip-parts-grey.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  DipTake *take;

  for (guint i = 0; i < 80 * 80; i++)
    view->values[i] = i % 80 < 40 ? 0.6f : 0.0f;
  bytes = dip_png_encode_grey (view, 16, NULL, path, NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));
  set_numbers (1, 0, 1);
  dip_window_open (window, &file, 1);
  wait_while (has_no_dialog, window);
  dip_part_dialog_answer (find_dialog ());
  wait_while (is_idle, window);
  wait_while (is_busy, window);
  g_file_delete (file, NULL, NULL);

  take = get_take ();
  g_assert_true (dip_provenance_is_completion (dip_take_get_provenance (take)));
  g_assert_cmpstr (
      json_string_value (json_object_get (
          json_object_get (dip_take_get_provenance (take), "known"), "file")),
      ==, "dip-parts-grey.png");
  pair = get_pair (take);
  g_assert_cmpfloat_with_epsilon (pair->cc->values[16 * N + 8], 0.6f, 1.0 / 255);
  g_assert_cmpfloat_with_epsilon (pair->cc->values[16 * N + 24], 0.0f, 1.0 / 255);
}

/* Outside the region the pair stays; inside it is another; and the original stands beside
 * it. */
static void
test_inpaints (void)
{
  const DipOverlayPlace place = {
    .role = DIP_PANE_MLO, .width = N, .height = N, .pixel = 0.2
  };
  DipOverlay *overlay = DIP_OVERLAY (window->brush);
  DipToolbox *toolbox = dip_pair_view_get_toolbox (dip_window_get_pair_view (window));
  g_autoptr (DipTake) original = NULL;
  g_autoptr (DipPair) before = NULL;
  g_autoptr (DipPair) after = NULL;
  double change = 0.0;
  const json_t *inpaint;

  generate ();
  original = g_object_ref (get_take ());
  before = get_pair (original);
  set_numbers (1, 2, 2);
  activate (window, "inpaint");
  g_assert_null (find_dialog ());
  g_assert_cmpint (dip_toolbox_get_tool (toolbox), ==, DIP_TOOL_REGION);

  dip_brush_set_size (window->brush, 10);
  dip_overlay_drag_begin (overlay, &place, 0, 16.5, 12.5, 0);
  dip_overlay_drag_end (overlay, &place, 0, 16.5, 12.5);
  activate (window, "inpaint");
  wait_while (has_no_dialog, window);
  dip_part_dialog_answer (find_dialog ());
  wait_while (is_idle, window);
  wait_while (is_busy, window);

  g_assert_true (get_take () != original);
  after = get_pair (get_take ());
  for (guint i = 0; i < N * N; i++)
    {
      const gboolean is_inside = hypot (i % N - 16.0, i / N - 12.0) <= 5.0;

      g_assert_cmpfloat_with_epsilon (after->cc->values[i], before->cc->values[i],
                                      1.0 / 255);
      if (is_inside)
        change += fabs ((double) (after->mlo->values[i] - before->mlo->values[i]));
      else
        g_assert_cmpfloat_with_epsilon (after->mlo->values[i], before->mlo->values[i],
                                        1.0 / 255);
    }
  g_assert_cmpfloat (change, >, 0.1);
  inpaint = json_object_get (dip_take_get_provenance (get_take ()), "inpaint");
  g_assert_cmpuint (json_array_size (json_object_get (inpaint, "mlo")), ==, 1);
  g_assert_cmpuint (json_array_size (json_object_get (inpaint, "cc")), ==, 0);
  g_assert_true (dip_shown_get_other (dip_window_get_shown (window)) == original);
  activate (window, "compare-original");
  g_assert_null (dip_shown_get_other (dip_window_get_shown (window)));

  /* What was marked was of the pair before. */
  g_assert_true (dip_brush_layer_is_empty (dip_brush_get_region_layer (window->brush)));
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
  application = start_application ();
  window = get_test_window (application);
  g_test_add_func ("/parts/completes", test_completes);
  g_test_add_func ("/parts/completes-the-other-view", test_completes_the_other_view);
  g_test_add_func ("/parts/completes-a-file", test_completes_a_file);
  g_test_add_func ("/parts/inpaints", test_inpaints);
  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));

  return result;
}
