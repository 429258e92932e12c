#include "harness.h"

#include <string.h>

#include "app/options-row.h"
#include "app/queue-page.h"
#include "app/size-row.h"

/* The queue's page and the settings' rows, as hands and keys use them. */

static DipApplication *application;
static DipWindow *window;

#define MODEL "c3_butterflies_mini"

static DipQueue *
get_queue (void)
{
  return dip_window_get_queue (window);
}

static DipJob *
get_job (guint position)
{
  g_autoptr (DipJob) job = g_list_model_get_item (G_LIST_MODEL (get_queue ()), position);

  return job;
}

static guint
count_jobs (void)
{
  return g_list_model_get_n_items (G_LIST_MODEL (get_queue ()));
}

static guint64
get_seed (guint position)
{
  return dip_job_get_settings (get_job (position))->seed;
}

static gboolean
is_not_paused (DipWindow *self)
{
  return dip_queue_get_run_state (get_queue ()) != DIP_RUN_PAUSED;
}

/* One that is paused after a step, and three that wait: seeds 0, 1, 2, 3. */
static void
fill_queue (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, 10);

  settings->seed = 0;
  dip_queue_generate_step (get_queue (), settings);
  for (settings->seed = 1; settings->seed <= 3; settings->seed++)
    dip_queue_append (get_queue (), settings);
  wait_while (is_not_paused, window);
  dip_window_show_page (window, "queue");
  for (guint i = 0; i < 20; i++)
    {
      g_usleep (1000);
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
empty_queue (void)
{
  dip_queue_clear (get_queue ());
  dip_queue_stop (get_queue ());
  wait_while (is_busy, window);
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_type (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static GtkWidget *
find_row (const char *title)
{
  GtkWidget *page = find_type (GTK_WIDGET (window), DIP_TYPE_QUEUE_PAGE);
  GtkWidget *label = find_widget (page, GTK_TYPE_LABEL, title);

  g_assert_nonnull (label);

  return gtk_widget_get_ancestor (label, ADW_TYPE_ACTION_ROW);
}

/* Presses a key of the row: the shortcut that @accel triggers. */
static void
press (GtkWidget *row, const char *accel)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (row);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
        {
          g_autoptr (GtkShortcut) shortcut =
              g_list_model_get_item (G_LIST_MODEL (controller), k);
          g_autofree char *text =
              gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (strstr (text, accel) == NULL)
            continue;
          g_assert_true (gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut),
                                                       GTK_SHORTCUT_ACTION_EXCLUSIVE, row,
                                                       NULL));
          return;
        }
    }
  g_assert_not_reached ();
}

static void
assert_order (const guint64 *seeds, guint n_seeds)
{
  g_assert_cmpuint (count_jobs (), ==, n_seeds);
  for (guint i = 0; i < n_seeds; i++)
    g_assert_cmpuint (get_seed (i), ==, seeds[i]);
}

/* The one that runs stays in front, whatever is moved. */
static void
test_reorders_by_keyboard (void)
{
  fill_queue ();
  press (find_row ("Seed 3"), "<Alt>Up");
  assert_order ((guint64[]){ 0, 1, 3, 2 }, 4);
  g_assert_true (gtk_widget_is_focus (find_row ("Seed 3")));
  press (find_row ("Seed 3"), "<Alt>Up");
  press (find_row ("Seed 3"), "<Alt>Up");
  assert_order ((guint64[]){ 0, 3, 1, 2 }, 4);
  press (find_row ("Seed 1"), "<Alt>Down");
  press (find_row ("Seed 1"), "<Alt>Down");
  assert_order ((guint64[]){ 0, 3, 2, 1 }, 4);
  press (find_row ("Seed 2"), "Delete");
  assert_order ((guint64[]){ 0, 3, 1 }, 3);
  press (find_row ("Seed 0"), "Delete");
  press (find_row ("Seed 0"), "<Alt>Down");
  assert_order ((guint64[]){ 0, 3, 1 }, 3);
  empty_queue ();
}

/* Drops the job of one row on another. */
static gboolean
drop (DipJob *job, GtkWidget *row)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (row);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  g_value_init (&value, DIP_TYPE_JOB);
  g_value_set_object (&value, job);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        {
          g_signal_emit_by_name (controller, "drop", &value, 10.0, 10.0, &is_taken);
          return is_taken;
        }
    }

  return FALSE;
}

static void
test_reorders_by_dragging (void)
{
  fill_queue ();
  g_assert_true (drop (get_job (3), find_row ("Seed 1")));
  assert_order ((guint64[]){ 0, 3, 1, 2 }, 4);
  g_assert_true (drop (get_job (1), find_row ("Seed 2")));
  assert_order ((guint64[]){ 0, 1, 2, 3 }, 4);
  g_assert_false (drop (get_job (1), find_row ("Seed 1")));
  drop (get_job (2), find_row ("Seed 0")); /* not before the one that runs */
  assert_order ((guint64[]){ 0, 2, 1, 3 }, 4);
  empty_queue ();
}

/* The pairs of a batch, one after the other, while it is under way. */
static void
test_shows_each_of_a_batch (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, 10);
  DipShown *shown = dip_window_get_shown (window);

  settings->seed = 100;
  settings->count = settings->batch = 3;
  dip_queue_generate_step (get_queue (), settings);
  wait_while (is_not_paused, window);
  g_assert_cmpint (dip_take_get_seed (dip_shown_get_take (shown)), ==, 100);
  activate (window, "next-film");
  g_assert_cmpint (dip_take_get_seed (dip_shown_get_take (shown)), ==, 101);
  activate (window, "next-film");
  g_assert_cmpint (dip_take_get_seed (dip_shown_get_take (shown)), ==, 102);
  g_assert_false (is_enabled (window, "next-film"));
  activate (window, "step");
  wait_while (is_not_paused, window);
  while (dip_shown_get_n_frames (shown) < 2)
    g_main_context_iteration (NULL, TRUE);
  activate (window, "previous-film");
  g_assert_cmpint (dip_take_get_seed (dip_shown_get_take (shown)), ==, 101);
  g_assert_cmpuint (dip_shown_get_n_frames (shown), ==, 2);
  empty_queue ();
}

/* Another size than the trained one, in steps that the network takes. */
static void
test_chooses_a_size (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, 2);
  g_autoptr (DipRunSettings) found = NULL;
  DipShown *shown = dip_window_get_shown (window);
  GtkWidget *row = find_type (GTK_WIDGET (window), DIP_TYPE_SIZE_ROW);

  dip_window_set_settings (window, settings);
  found = dip_window_get_settings (window);
  g_assert_cmpuint (found->width, ==, 0);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (row), TRUE);
  dip_size_row_set_size (DIP_SIZE_ROW (row), 64, 32);
  dip_run_settings_free (found);
  found = dip_window_get_settings (window);
  g_assert_cmpuint (found->width, ==, 64);
  g_assert_cmpuint (found->height, ==, 32);
  activate (window, "generate");
  wait_while (is_busy, window);
  g_assert_cmpuint (dip_shown_get_pair (shown)->cc->width, ==, 64);
  g_assert_cmpuint (dip_shown_get_pair (shown)->cc->height, ==, 32);
  dip_window_set_settings (window, settings);
}

/* Options that the scheduler takes change the picture's provenance; others are said to be
 * wrong and left alone.
 */
static void
test_takes_solver_options (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, 2);
  g_autoptr (DipRunSettings) found = NULL;
  GtkWidget *row = find_type (GTK_WIDGET (window), DIP_TYPE_OPTIONS_ROW);
  GtkWidget *entry = find_type (row, ADW_TYPE_ENTRY_ROW);
  const json_t *config;

  settings->scheduler = g_strdup ("ddim");
  dip_window_set_settings (window, settings);
  gtk_editable_set_text (GTK_EDITABLE (entry), "timestep_spacing=trailing");
  g_assert_cmpstr (dip_options_row_get_options (DIP_OPTIONS_ROW (row)), ==,
                   "timestep_spacing=trailing");
  activate (window, "generate");
  wait_while (is_busy, window);
  config = json_object_get (
      dip_take_get_provenance (dip_shown_get_take (dip_window_get_shown (window))),
      "scheduler_config");
  g_assert_cmpstr (json_string_value (json_object_get (config, "timestep_spacing")), ==,
                   "trailing");

  gtk_editable_set_text (GTK_EDITABLE (entry), "timestep_spacing=sideways");
  g_assert_null (dip_options_row_get_options (DIP_OPTIONS_ROW (row)));
  g_assert_nonnull (find_widget (row, GTK_TYPE_LABEL, "sideways"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "no_such_key=1");
  g_assert_nonnull (find_widget (row, GTK_TYPE_LABEL, "no_such_key"));
  g_assert_null (dip_options_row_get_options (DIP_OPTIONS_ROW (row)));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  found = dip_window_get_settings (window);
  g_assert_null (found->scheduler_options);
}

static gboolean
has_no_bar (DipWindow *self)
{
  return find_widget (GTK_WIDGET (self), GTK_TYPE_LABEL, "wanted a class") == NULL;
}

/* Of a network that has classes, and goes into the picture's provenance. */
static void
test_chooses_a_class (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings ("x_class_ids", 2);
  const json_t *label;

  g_assert_null (find_widget (GTK_WIDGET (window), GTK_TYPE_LABEL, "wanted a class"));
  settings->class_label = 3;
  dip_window_set_settings (window, settings);
  activate (window, "generate");
  wait_while (is_busy, window);
  label = json_object_get (
      dip_take_get_provenance (dip_shown_get_take (dip_window_get_shown (window))),
      "class_label");
  g_assert_cmpint (json_integer_value (label), ==, 3);

  settings->class_label = 10;
  dip_window_generate (window, settings);
  wait_while (has_no_bar, window);
  wait_while (is_busy, window);
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

  g_test_add_func ("/queue/reorders-by-keyboard", test_reorders_by_keyboard);
  g_test_add_func ("/queue/reorders-by-dragging", test_reorders_by_dragging);
  g_test_add_func ("/queue/shows-each-of-a-batch", test_shows_each_of_a_batch);
  g_test_add_func ("/queue/chooses-a-size", test_chooses_a_size);
  g_test_add_func ("/queue/takes-solver-options", test_takes_solver_options);

  g_test_add_func ("/queue/chooses-a-class", test_chooses_a_class);

  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));
  drop_home ();

  return result;
}
