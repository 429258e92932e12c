#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "app/branches.h"
#include "app/export.h"
#include "app/fork-dialog.h"
#include "app/load-take.h"
#include "app/runs/match.h"
#include "app/scrubber.h"
#include "harness.h"
#include "model/pair/distance.h"

static DipApplication *application;
static DipWindow *window;

#define MODEL "c3_butterflies_mini"
#define N_STEPS 8
#define POSITION 2 /* forks go on after the third step */

static DipShown *
get_shown (void)
{
  return dip_window_get_shown (window);
}

static DipTake *
get_take (void)
{
  return dip_shown_get_take (get_shown ());
}

static GtkWidget *
find_of_type (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_of_type (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static DipTakeTree *
get_tree (void)
{
  return dip_branches_get_tree (
      DIP_BRANCHES (find_of_type (GTK_WIDGET (window), DIP_TYPE_BRANCHES)));
}

/* A pair of @scheduler, shown at POSITION. */
static DipTake *
generate (const char *scheduler)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, N_STEPS);

  settings->scheduler = g_strdup (scheduler);
  dip_window_generate (window, settings);
  wait_while (is_busy, window);
  dip_shown_set_position (get_shown (), POSITION);
  g_assert_true (is_enabled (window, "fork"));

  return get_take ();
}

static void
assert_same_frame (DipTake *a, DipTake *b, guint index)
{
  g_autoptr (DipFrame) one = dip_take_get_frame (a, index, NULL);
  g_autoptr (DipFrame) other = dip_take_get_frame (b, index, NULL);
  gsize n_bytes = sizeof (float) * one->channels * one->height * one->width;

  g_assert_cmpfloat (one->timestep, ==, other->timestep);
  g_assert_cmpuint (one->n_draws, ==, other->n_draws);
  g_assert_cmpmem (one->x_t, n_bytes, other->x_t, n_bytes);
  g_assert_cmpmem (one->pred_x0, n_bytes, other->pred_x0, n_bytes);
}

static gboolean
is_measuring (DipWindow *self)
{
  DipTake *take = get_take ();
  DipTake *parent = dip_take_get_parent (take);

  return dip_take_get_n_measured (take) < dip_take_get_n_frames (take) ||
         dip_take_get_n_measured (parent) < dip_take_get_n_frames (parent);
}

/* With noise in every step, and with a memory of earlier ones: the same to the last bit. */
static void
test_unchanged (gconstpointer scheduler)
{
  g_autoptr (DipTake) take = g_object_ref (generate (scheduler));
  DipTake *branch;
  const json_t *fork;

  activate (window, "fork-unchanged");
  wait_while (is_busy, window);
  branch = get_take ();
  g_assert_true (branch != take);
  g_assert_true (dip_take_get_parent (branch) == take);
  g_assert_cmpuint (dip_take_get_n_shared (branch), ==, POSITION + 1);
  g_assert_cmpuint (dip_take_get_n_frames (branch), ==, dip_take_get_n_frames (take));
  for (guint i = 0; i < dip_take_get_n_frames (take); i++)
    assert_same_frame (take, branch, i);

  wait_while (is_measuring, window);
  for (guint kind = 0; kind < dip_n_curve_kinds; kind++)
    {
      guint n, n_branch;
      g_autofree double *values = dip_take_get_curve (take, kind, &n);
      g_autofree double *again = dip_take_get_curve (branch, kind, &n_branch);

      g_assert_cmpuint (n, ==, n_branch);
      for (guint i = 0; i < n; i++)
        g_assert_true (values[i] == again[i] || (isnan (values[i]) && isnan (again[i])));
    }

  fork = json_object_get (dip_take_get_provenance (branch), "fork");
  g_assert_true (json_is_true (json_object_get (fork, "unchanged")));
  g_assert_cmpint (json_integer_value (json_object_get (fork, "step")), ==, POSITION + 1);
}

static DipForkDialog *
get_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (DIP_IS_FORK_DIALOG (l->data) && gtk_widget_get_mapped (l->data))
      return l->data;

  return NULL;
}

/* Another solver begins where it is as noisy; the saved pair says where it came from. */
static void
test_other_solver (void)
{
  DipTake *take = generate ("ddim");
  g_autofree char *name = g_path_get_basename (dip_take_get_path (take));
  DipForkDialog *dialog;
  DipTake *branch;
  const json_t *fork;
  g_autoptr (DipTake) saved = NULL;

  activate (window, "fork");
  dialog = get_dialog ();
  g_assert_nonnull (dialog);
  g_assert_nonnull (strstr (dip_fork_dialog_get_outcome (dialog), "to the last bit"));
  dip_fork_dialog_set (dialog, NULL, N_STEPS, 43);
  g_assert_nonnull (strstr (dip_fork_dialog_get_outcome (dialog), "changes nothing"));
  dip_fork_dialog_set (dialog, "ddim-inverse", N_STEPS, 42);
  dip_fork_dialog_set (dialog, "euler-ancestral", 2 * N_STEPS, 42);
  g_assert_nonnull (strstr (dip_fork_dialog_get_outcome (dialog), "steps from timestep"));
  dip_fork_dialog_answer (dialog);
  wait_while (is_busy, window);

  branch = get_take ();
  g_assert_true (dip_take_get_parent (branch) == take);
  g_assert_cmpuint (dip_take_get_n_foreign (branch), ==, POSITION + 1);
  g_assert_cmpuint (dip_take_get_n_frames (branch), >, N_STEPS);
  for (guint i = 0; i <= POSITION; i++)
    assert_same_frame (take, branch, i);
  for (guint i = 1; i < dip_take_get_n_frames (branch); i++)
    g_assert_cmpfloat (dip_take_get_level (branch, i), <,
                       dip_take_get_level (branch, i - 1));

  saved = dip_load_take (dip_take_get_path (branch), NULL);
  fork = json_object_get (dip_take_get_provenance (saved), "fork");
  g_assert_cmpstr (json_string_value (json_object_get (fork, "file")), ==, name);
  g_assert_cmpint (json_integer_value (json_object_get (fork, "step")), ==, POSITION + 1);
  g_assert_cmpstr (json_string_value (json_object_get (fork, "scheduler")), ==,
                   "DDIMScheduler");
}

/* A fork within what a branch shares is one of its parent. */
static void
test_tree (void)
{
  DipTakeTree *tree = get_tree ();
  DipTake *root = dip_take_tree_get_take (tree, 0);
  DipTake *first = dip_take_tree_get_take (tree, 1);

  g_assert_true (get_take () == first);
  dip_shown_set_position (get_shown (), POSITION + 1);
  activate (window, "fork-unchanged");
  wait_while (is_busy, window);
  g_assert_true (dip_take_get_parent (get_take ()) == first);

  dip_shown_change_to (get_shown (), first, NULL);
  dip_shown_set_position (get_shown (), POSITION - 1);
  activate (window, "fork-unchanged");
  wait_while (is_busy, window);
  g_assert_true (get_tree () == tree);
  g_assert_true (dip_take_get_parent (get_take ()) == root);

  /* Each behind its parent and what that has. */
  g_assert_cmpuint (dip_take_tree_get_n_takes (tree), ==, 4);
  g_assert_true (dip_take_get_parent (dip_take_tree_get_take (tree, 2)) == first);
  g_assert_true (dip_take_tree_get_take (tree, 3) == get_take ());
  activate (window, "next-branch");
  g_assert_true (get_take () == root);
  activate (window, "previous-branch");
  activate (window, "previous-branch");
  g_assert_true (dip_take_get_parent (get_take ()) == first);
}

static gboolean
is_differing (DipWindow *self)
{
  DipTimeline *timeline = dip_scrubber_get_timeline (
      DIP_SCRUBBER (find_of_type (GTK_WIDGET (self), DIP_TYPE_SCRUBBER)));

  return find_widget (GTK_WIDGET (timeline), GTK_TYPE_LABEL, "RMSE") == NULL;
}

/* The frames that are shared are the same, the ends are not; B follows A's step. */
static void
test_compares (void)
{
  DipTakeTree *tree = get_tree ();
  DipTake *root = dip_take_tree_get_take (tree, 0);
  DipTake *branch = dip_take_tree_get_take (tree, 1);
  DipShown *shown = get_shown ();
  g_autoptr (DipDifference) difference = dip_difference_new ();
  const double *values;
  guint n;

  dip_shown_change_to (shown, branch, NULL);
  activate (window, "compare-branch");
  g_assert_true (dip_shown_get_other (shown) == root);
  g_assert_cmpint (dip_shown_get_match (shown), ==, DIP_MATCH_TIMESTEP);
  wait_while (is_differing, window);
  dip_shown_set_position (shown, POSITION);
  g_assert_cmpuint (dip_shown_get_other_position (shown), ==, POSITION);
  g_assert_cmpfloat (dip_pair_measure_rmse (dip_shown_get_pair (shown),
                                            dip_shown_get_other_pair (shown)),
                     ==, 0.0);
  dip_shown_set_position (shown, 100);
  g_assert_cmpuint (dip_shown_get_other_position (shown), ==, N_STEPS - 1);
  g_assert_cmpfloat (dip_pair_measure_rmse (dip_shown_get_pair (shown),
                                            dip_shown_get_other_pair (shown)),
                     >, 0.0);

  dip_difference_set (difference, branch, root, DIP_MATCH_STEP, TRUE);
  while (!dip_difference_is_done (difference))
    g_main_context_iteration (NULL, TRUE);
  values = dip_difference_get_values (difference, &n);
  g_assert_cmpuint (n, ==, dip_take_get_n_frames (branch));
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (values[i] > 0.0, ==, i > POSITION);

  activate (window, "next-branch"); /* to its branch; the comparison stays */
  g_assert_true (dip_shown_get_other (shown) == root);
  dip_shown_change_to (shown, root, branch);
  g_assert_true (dip_shown_get_other (shown) == branch);
  activate (window, "compare-branch");
  g_assert_null (dip_shown_get_other (shown));
}

static gboolean
shows_branch (DipWindow *self)
{
  return dip_take_get_path (get_take ()) == NULL ||
         !g_str_has_suffix (dip_take_get_path (get_take ()), ".safetensors");
}

/* A film that was exported is opened again, and goes on to the same end. */
static void
test_opens_trajectory (void)
{
  g_autofree char *path =
      g_build_filename (g_get_tmp_dir (), "diptych-film.safetensors", NULL);
  const DipExport what = { DIP_EXPORT_FILM, 0, FALSE };
  g_autoptr (DipTake) take = g_object_ref (generate ("ddpm"));
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  dip_export (take, &what, path, &error);
  g_assert_no_error (error);
  dip_window_open (window, &file, 1);
  wait_while (shows_branch, window);
  g_assert_cmpuint (dip_take_get_n_frames (get_take ()), ==, N_STEPS);
  g_assert_cmpfloat (dip_take_get_level (get_take (), 3), ==,
                     dip_take_get_level (take, 3));
  dip_shown_set_position (get_shown (), POSITION);
  activate (window, "fork-unchanged");
  wait_while (is_busy, window);
  g_assert_cmpuint (dip_take_tree_get_n_takes (get_tree ()), ==, 2);
  assert_same_frame (take, get_take (), N_STEPS - 1);
  g_unlink (path);
}

/* There is nothing after the last step, and nothing to go on from in a file. */
static void
test_cannot (void)
{
  g_autoptr (DipTake) saved =
      dip_load_take (dip_take_get_path (dip_take_tree_get_take (get_tree (), 0)), NULL);

  dip_shown_set_position (get_shown (), 100);
  g_assert_false (is_enabled (window, "fork"));
  dip_shown_set_position (get_shown (), 0);
  g_assert_true (is_enabled (window, "fork"));
  dip_window_show_take (window, saved);
  g_assert_false (is_enabled (window, "fork"));
  g_assert_false (is_enabled (window, "next-branch"));
}

int
main (int argc, char *argv[])
{
  static const char *const schedulers[] = { "ddpm", "dpmsolver", "heun" };
  int result;

  g_test_init (&argc, &argv, NULL);

  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  application = start_application ();
  window = get_test_window (application);

  for (guint i = 0; i < G_N_ELEMENTS (schedulers); i++)
    {
      g_autofree char *path = g_strconcat ("/branches/unchanged/", schedulers[i], NULL);

      g_test_add_data_func (path, schedulers[i], test_unchanged);
    }
  g_test_add_func ("/branches/other-solver", test_other_solver);
  g_test_add_func ("/branches/tree", test_tree);
  g_test_add_func ("/branches/compares", test_compares);
  g_test_add_func ("/branches/cannot", test_cannot);
  g_test_add_func ("/branches/opens-trajectory", test_opens_trajectory);

  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));

  return result;
}
