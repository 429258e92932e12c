#include "app/commands.h"
#include "app/preferences.h"
#include "harness.h"

#include <glib/gstdio.h>
#include <stdlib.h>

/* From the start to the end in one process, as a user goes: nothing that the program made
 * is left when it quits.  Under AddressSanitizer (tests/app/leaks.sh) every byte is
 * looked for; in any build the objects are.
 */

#define N_STEPS 4

/* Drivers stay where they are: of a module that is gone LeakSanitizer cannot say whose the
 * memory is that it left. */
int dlclose (void *handle);

int
dlclose (void *handle)
{
  return 0;
}

typedef struct
{
  const char *name;
  gboolean is_alive;
} Watched;

static Watched watched[] = {
  { "window" }, { "application" }, { "queue" }, { "library" },
  { "shown" },  { "take" },        { "view" },
};

static void
note_end (gpointer data)
{
  ((Watched *) data)->is_alive = FALSE;
}

/* Until it is finalized: a weak reference would end with the first dispose. */
static void
watch (guint i, gpointer object)
{
  watched[i].is_alive = TRUE;
  g_object_set_data_full (object, "test-leaks", &watched[i], note_end);
}

static char *exported;

static gboolean
is_not_exported (DipWindow *window)
{
  return !g_file_test (exported, G_FILE_TEST_EXISTS);
}

static void
export_as (DipWindow *window, const char *kind, const char *name)
{
  g_free (exported);
  exported = g_build_filename (g_get_user_data_dir (), name, NULL);
  g_action_group_activate_action (G_ACTION_GROUP (window), "export-to",
                                  g_variant_new ("(ss)", kind, exported));
  while (is_not_exported (window))
    {
      g_usleep (1000);
      g_main_context_iteration (NULL, FALSE);
    }
}

static gboolean
is_not_reopened (DipWindow *window)
{
  DipTake *take = dip_shown_get_take (dip_window_get_shown (window));

  return dip_take_get_film (take) != NULL;
}

/* GTK 4.8's own: a label of its shortcuts window measures itself as too small. */
static void
show_and_close (GtkWindow *other)
{
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  gtk_window_present (other);
  for (guint i = 0; i < 20; i++)
    {
      g_usleep (2000);
      g_main_context_iteration (NULL, FALSE);
    }
  gtk_window_destroy (other);
  g_log_set_always_fatal (fatal);
}

static void
look_around (DipWindow *window)
{
  static const char *const actions[] = { "first-step",  "next-step",   "last-step",
                                         "toggle-kind", "toggle-kind", "anatomy" };
  DipShown *shown = dip_window_get_shown (window);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    activate (window, actions[i]);
  for (guint i = 0; i < 50; i++)
    {
      g_usleep (2000);
      g_main_context_iteration (NULL, FALSE);
    }
  activate (window, "anatomy");
  dip_shown_set_position (shown, 0);
}

static DipApplication *application;

/* In the main loop of g_application_run(). */
static gboolean
tell_story (gpointer user_data)
{
  DipWindow *window = get_test_window (application);
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (window);
  g_autoptr (GFile) file = NULL;
  DipShown *shown = dip_window_get_shown (window);

  watch (0, window);
  watch (1, application);
  watch (2, dip_window_get_queue (window));
  watch (3, dip_application_get_library (application));
  watch (4, shown);
  watch (6, dip_window_get_pair_view (window));

  settings->n_steps = N_STEPS;
  settings->count = settings->batch = 2;
  g_free (settings->precision);
  settings->precision = g_strdup ("fp32"); /* nothing to try out */
  dip_window_set_settings (window, settings);
  activate (window, "try-demo");
  activate (window, "enqueue");
  wait_while (is_busy, window);
  watch (5, dip_shown_get_take (shown));
  look_around (window);
  export_as (window, "pair", "pair.png");
  export_as (window, "view-png", "view.png");
  export_as (window, "view-pdf", "view.pdf");
  export_as (window, "film", "film.safetensors");
  export_as (window, "strip", "strip.png");
  export_as (window, "pair", "again.png");
  file = g_file_new_for_path (exported);
  dip_window_open (window, &file, 1);
  wait_while (is_not_reopened, window);
  show_and_close (dip_commands_make_window (GTK_WINDOW (window)));
  dip_preferences_present (application, GTK_WINDOW (window));
  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);

  return G_SOURCE_REMOVE;
}

static void
test_leaves_nothing (void)
{
  g_autoptr (GString) left = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    if (watched[i].is_alive)
      g_string_append_printf (left, " %s", watched[i].name);
  if (left->len > 0)
    g_test_fail_printf ("still there:%s", left->str);
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
  g_idle_add (tell_story, NULL);
  g_application_run (G_APPLICATION (application), 0, NULL);
  g_object_unref (application);
  g_free (exported);
  drop_home ();

  g_test_add_func ("/leaks/leaves-nothing", test_leaves_nothing);
  result = g_test_run ();

  return result;
}
