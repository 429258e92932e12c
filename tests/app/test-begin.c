#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "app/begin-dialog.h"
#include "app/between-dialog.h"
#include "app/compare-dialog.h"
#include "app/comparison-window.h"
#include "app/export.h"
#include "harness.h"
#include "model/pair/distance.h"
#include "model/pair/png.h"

static DipApplication *application;
static DipWindow *window;

#define MODEL "c3_butterflies_mini"
#define N_STEPS 10

static DipShown *
get_shown (void)
{
  return dip_window_get_shown (window);
}

/* The window of @type that is open, or NULL. */
static gpointer
find_window (GType type)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (g_type_is_a (G_OBJECT_TYPE (l->data), type) && gtk_widget_get_mapped (l->data))
      return l->data;

  return NULL;
}

static gboolean
has_no_begin_dialog (DipWindow *self)
{
  return find_window (DIP_TYPE_BEGIN_DIALOG) == NULL;
}

static void
use_quick_settings (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, N_STEPS);

  settings->scheduler = g_strdup ("ddim");
  dip_window_set_settings (window, settings);
}

static DipPair *
copy_shown (void)
{
  DipTake *take = dip_shown_get_take (get_shown ());
  g_autoptr (DipFrame) frame =
      dip_take_get_frame (take, dip_take_get_n_frames (take) - 1, NULL);

  return dip_take_make_pair (take, frame, FALSE);
}

/* From the pair that is shown, at a strength: nearer to it the less that is. */
static void
test_begins_from_picture (void)
{
  const double strengths[] = { 0.2, 0.9 };
  g_autoptr (DipPair) start = NULL;
  DipTake *first;
  double distances[2];

  use_quick_settings ();
  activate (window, "generate");
  wait_while (is_busy, window);
  start = copy_shown ();
  first = dip_shown_get_take (get_shown ());
  g_object_ref (first);

  for (guint i = 0; i < G_N_ELEMENTS (strengths); i++)
    {
      DipBeginDialog *dialog;
      DipTake *take;
      const json_t *provenance;
      g_autoptr (DipPair) pair = NULL;
      g_autofree char *name = g_path_get_basename (dip_take_get_path (first));

      dip_window_show_take (window, first);
      use_quick_settings ();
      activate (window, "begin");
      wait_while (has_no_begin_dialog, window);
      dialog = find_window (DIP_TYPE_BEGIN_DIALOG);
      dip_begin_dialog_set_strength (dialog, 0.0);
      g_assert_nonnull (strstr (dip_begin_dialog_get_outcome (dialog), "no step"));
      dip_begin_dialog_set_strength (dialog, strengths[i]);
      g_assert_nonnull (strstr (dip_begin_dialog_get_outcome (dialog),
                                i == 0 ? "2 of 10 steps" : "9 of 10 steps"));
      dip_begin_dialog_answer (dialog);
      wait_while (is_busy, window);

      take = dip_shown_get_take (get_shown ());
      g_assert_true (take != first);
      g_assert_cmpuint (dip_take_get_n_frames (take), ==, i == 0 ? 2 : 9);
      pair = copy_shown ();
      distances[i] = dip_pair_measure_rmse (start, pair);
      provenance = dip_take_get_provenance (take);
      g_assert_cmpfloat (json_number_value (json_object_get (provenance, "strength")), ==,
                         strengths[i]);
      g_assert_cmpstr (json_string_value (json_object_get (
                           json_object_get (provenance, "from"), "file")),
                       ==, name);
    }
  g_assert_cmpfloat (distances[0], <, distances[1]);
  g_object_unref (first);
}

static void
make_single (DipPair **pair, guint64 seed)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, N_STEPS);

  settings->scheduler = g_strdup ("ddim");
  settings->seed = seed;
  dip_window_generate (window, settings);
  wait_while (is_busy, window);
  *pair = copy_shown ();
}

static DipPair *
get_strip_pair (DipTake *strip, guint index)
{
  g_autoptr (DipFrame) frame = dip_take_get_frame (strip, index, NULL);

  return dip_take_make_pair (strip, frame, FALSE);
}

/* The seeds' own pairs at the ends; a strip to scrub and to export, but not to fork. */
static void
test_interpolates (void)
{
  g_autoptr (DipPair) from = NULL;
  g_autoptr (DipPair) to = NULL;
  g_autoptr (DipPair) first = NULL;
  g_autoptr (DipPair) last = NULL;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "diptych-strip.png", NULL);
  const DipExport what = { DIP_EXPORT_STRIP, 0, FALSE };
  g_autoptr (DipPng) png = NULL;
  DipBetweenDialog *dialog;
  DipTake *strip;

  make_single (&from, 42);
  make_single (&to, 44);
  use_quick_settings ();
  activate (window, "interpolate");
  dialog = find_window (DIP_TYPE_BETWEEN_DIALOG);
  dip_between_dialog_set (dialog, 42, 44, 4);
  dip_between_dialog_answer (dialog);
  wait_while (is_busy, window);

  strip = dip_shown_get_take (get_shown ());
  g_assert_cmpuint (dip_take_get_n_pairs (strip), ==, 4);
  g_assert_cmpuint (dip_take_get_n_frames (strip), ==, 4);
  first = get_strip_pair (strip, 0);
  last = get_strip_pair (strip, 3);
  g_assert_cmpfloat (dip_pair_measure_rmse (first, from), ==, 0.0);
  g_assert_cmpfloat (dip_pair_measure_rmse (last, to), ==, 0.0);
  g_assert_cmpfloat (dip_pair_measure_rmse (first, last), >, 0.0);

  dip_shown_set_position (get_shown (), 1);
  g_assert_false (is_enabled (window, "fork"));
  g_assert_true (dip_export (strip, &what, path, NULL));
  png = dip_png_load (path, NULL);
  g_assert_cmpuint (png->width, ==, 4 * 32);
  g_assert_false (dip_export_can (strip, DIP_EXPORT_FILM));
  g_unlink (path);
}

static void
check_exports (const char *folder)
{
  static const char *const names[] = { "grid.png", "curves.png", "compare.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      if (i == 2)
        g_assert_nonnull (strstr (text, "\"cells\""));
      g_unlink (path);
    }
  g_rmdir (folder);
}

/* The grid fills, a cell shows its pair, and all of it can be written. */
static void
test_compares_settings (void)
{
  g_autofree char *folder = g_dir_make_tmp ("diptych-compare-XXXXXX", NULL);
  g_autoptr (DipRunSettings) base = make_quick_settings (MODEL, N_STEPS);
  DipQueue *queue = dip_window_get_queue (window);
  g_autoptr (DipComparisonRun) run = NULL;
  DipComparisonPlan plan;
  DipCompareDialog *dialog;
  GtkWidget *grid;
  g_autoptr (GError) error = NULL;
  guint n_made, n_pairs;

  use_quick_settings ();
  activate (window, "compare-settings");
  dialog = find_window (DIP_TYPE_COMPARE_DIALOG);
  dip_compare_dialog_set (dialog, "nonsense:5", 42, 2, 20);
  g_assert_nonnull (strstr (dip_compare_dialog_get_outcome (dialog), "nonsense"));
  g_assert_false (dip_compare_dialog_make_plan (dialog, &plan));
  dip_compare_dialog_set (dialog, "ddim:4,20 euler:4", 42, 2, 20);
  g_assert_nonnull (strstr (dip_compare_dialog_get_outcome (dialog), "2 × 3"));
  g_assert_true (dip_compare_dialog_make_plan (dialog, &plan));
  gtk_window_close (GTK_WINDOW (dialog));

  run = dip_comparison_run_new (queue, &plan, base);
  g_ptr_array_unref (plan.settings);
  g_assert_false (dip_comparison_run_export (run, folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  grid = dip_comparison_window_new (window, run);
  gtk_window_present (GTK_WINDOW (grid));
  wait_while (is_busy, window);

  dip_comparison_run_get_progress (run, &n_made, &n_pairs);
  g_assert_cmpuint (n_pairs, ==, 8);
  g_assert_cmpuint (n_made, ==, 8);
  g_assert_true (dip_comparison_run_is_over (run));
  g_assert_cmpfloat (dip_comparison_run_get_rmse (run, 0, 0), >, 0.0);
  g_assert_cmpfloat (dip_comparison_run_get_rmse (run, 1, 1), ==, 0.0);
  gtk_widget_activate (
      dip_comparison_window_get_cell (DIP_COMPARISON_WINDOW (grid), 1, 2));
  g_signal_emit_by_name (
      dip_comparison_window_get_cell (DIP_COMPARISON_WINDOW (grid), 1, 2), "clicked");
  g_assert_true (dip_shown_get_take (get_shown ()) ==
                 dip_comparison_run_get_take (run, 1, 2));
  g_assert_cmpint (dip_take_get_seed (dip_shown_get_take (get_shown ())), ==, 43);
  g_assert_true (dip_comparison_run_export (run, folder, &error));
  g_assert_no_error (error);
  check_exports (folder);
  gtk_window_destroy (GTK_WINDOW (grid));
}

/* Closing the grid takes what waits out of the queue. */
static void
test_stops_comparing (void)
{
  static const char *const texts[] = { "ddim:500,600", NULL };
  g_autoptr (DipRunSettings) base = make_quick_settings (MODEL, N_STEPS);
  DipQueue *queue = dip_window_get_queue (window);
  DipComparisonPlan plan = { dip_compare_settings_parse (texts, NULL), 1, 3, 0 };
  g_autoptr (DipComparisonRun) run = dip_comparison_run_new (queue, &plan, base);
  GtkWidget *grid = dip_comparison_window_new (window, run);

  g_ptr_array_unref (plan.settings);
  gtk_window_present (GTK_WINDOW (grid));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 2);
  gtk_window_destroy (GTK_WINDOW (grid));
  wait_while (is_busy, window);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 0);
  g_assert_true (dip_comparison_run_is_over (run));
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

  g_test_add_func ("/begin/from-picture", test_begins_from_picture);
  g_test_add_func ("/begin/interpolates", test_interpolates);
  g_test_add_func ("/begin/compares-settings", test_compares_settings);
  g_test_add_func ("/begin/stops-comparing", test_stops_comparing);

  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));

  return result;
}
