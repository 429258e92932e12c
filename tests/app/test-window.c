#include "app/commands.h"
#include "app/load-take.h"
#include "harness.h"

#include <glib/gstdio.h>
#include <string.h>

#include "model/pair/png.h"

static DipApplication *application;
static DipWindow *window;

#define MODEL "c3_butterflies_mini"

static gboolean
has_no_bar (DipWindow *self)
{
  return find_widget (GTK_WIDGET (self), GTK_TYPE_LABEL, "no/such/folder") == NULL;
}

static void
test_generates_a_pair (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, 10);
  DipShown *shown = dip_window_get_shown (window);
  DipTake *take;

  dip_window_generate (window, settings);
  g_assert_true (is_busy (window));
  wait_while (is_busy, window);

  take = dip_shown_get_take (shown);
  g_assert_nonnull (take);
  g_assert_cmpuint (dip_take_get_n_frames (take), ==, 10);
  g_assert_cmpuint (dip_shown_get_position (shown), ==, 9);
  g_assert_cmpuint (dip_shown_get_pair (shown)->cc->width, ==, 32);
  g_assert_true (dip_take_is_synthetic (take));
  g_assert_nonnull (dip_take_get_path (take));
  g_assert_true (g_file_test (dip_take_get_path (take), G_FILE_TEST_IS_REGULAR));
  g_assert_nonnull (dip_library_find (dip_application_get_library (application),
                                      dip_take_get_path (take)));
}

/* Scrubbing leaves the newest frame, x_t and the predicted pair are two pictures, and
 * the end follows the run again.
 */
static void
test_scrubs (void)
{
  DipShown *shown = dip_window_get_shown (window);
  g_autofree float *pred_x0 = NULL;
  gsize n_bytes;

  dip_shown_set_position (shown, 3);
  g_assert_false (dip_shown_get_live (shown));
  g_assert_cmpuint (dip_shown_get_frame (shown)->step, ==, 4);
  n_bytes = sizeof (float) * 32 * 32;
  pred_x0 = g_memdup2 (dip_shown_get_pair (shown)->cc->values, n_bytes);
  activate (window, "toggle-kind");
  g_assert_true (memcmp (dip_shown_get_pair (shown)->cc->values, pred_x0, n_bytes) != 0);
  activate (window, "toggle-kind");
  g_assert_cmpmem (dip_shown_get_pair (shown)->cc->values, n_bytes, pred_x0, n_bytes);
  dip_shown_set_position (shown, 100);
  g_assert_cmpuint (dip_shown_get_position (shown), ==, 9);
  g_assert_true (dip_shown_get_live (shown));
}

static gboolean
is_not_paused (DipWindow *self)
{
  return dip_queue_get_run_state (dip_window_get_queue (self)) != DIP_RUN_PAUSED;
}

static gboolean
has_one_frame (DipWindow *self)
{
  return dip_shown_get_n_frames (dip_window_get_shown (self)) < 2;
}

static void
test_pauses_and_steps (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, 10);
  DipShown *shown = dip_window_get_shown (window);

  dip_window_set_settings (window, settings);
  activate (window, "step");
  wait_while (is_not_paused, window);
  g_assert_cmpuint (dip_shown_get_n_frames (shown), ==, 1);
  activate (window, "step");
  wait_while (has_one_frame, window);
  wait_while (is_not_paused, window);
  g_assert_cmpuint (dip_shown_get_n_frames (shown), ==, 2);
  activate (window, "pause");
  wait_while (is_busy, window);
  g_assert_cmpuint (dip_shown_get_n_frames (shown), ==, 10);
}

static void
test_stops (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, 1000);

  g_assert_false (is_enabled (window, "stop"));
  dip_window_generate (window, settings);
  g_assert_true (is_enabled (window, "stop"));
  activate (window, "stop");
  wait_while (is_busy, window);
  g_assert_nonnull (find_widget (GTK_WIDGET (window), GTK_TYPE_LABEL, "Stopped"));
}

static void
test_says_why_not (void)
{
  g_autoptr (DipRunSettings) settings = dip_run_settings_new ();

  settings->checkpoint = g_strdup ("/no/such/folder");
  dip_window_generate (window, settings);
  wait_while (has_no_bar, window);
  wait_while (is_busy, window);
}

/* Every action of the window and the application is in the table, and the other way. */
static void
test_lists_every_command (void)
{
  /* Taken by buttons and rows that carry a path or stand in the bar. */
  static const char *const unlisted[] = { "open-path",     "try-demo",  "save-again",
                                          "try-again",     "export-to", "show-mask",
                                          "mask-rename-to" };
  GActionGroup *groups[] = { G_ACTION_GROUP (window), G_ACTION_GROUP (application) };
  static const char *const prefixes[] = { "win.", "app." };
  g_autoptr (GHashTable) listed =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < dip_n_commands; i++)
    {
      char *name = NULL;
      g_autoptr (GVariant) target = NULL;

      if (dip_commands[i].action == NULL)
        continue;
      g_assert_true (
          g_action_parse_detailed_name (dip_commands[i].action, &name, &target, NULL));
      if (g_str_has_prefix (name, "win.") || g_str_has_prefix (name, "app."))
        if (!g_action_group_has_action (groups[name[0] == 'a'], name + 4))
          g_test_fail_printf ("%s is listed, but there is no such action", name);
      g_hash_table_add (listed, name);
    }

  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    {
      g_auto (GStrv) actions = g_action_group_list_actions (groups[g]);

      for (guint i = 0; actions[i] != NULL; i++)
        {
          g_autofree char *name = g_strconcat (prefixes[g], actions[i], NULL);
          gboolean is_known = g_hash_table_contains (listed, name);

          for (guint j = 0; j < G_N_ELEMENTS (unlisted); j++)
            is_known = is_known || g_str_equal (actions[i], unlisted[j]);
          if (!is_known)
            g_test_fail_printf ("%s has no line in app/commands.c", name);
        }
    }
}

/* No key does two things, and every key is one. */
static void
test_has_no_key_twice (void)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < dip_n_commands; i++)
    {
      g_auto (GStrv) accels = g_strsplit (dip_commands[i].accel, " ", -1);

      for (guint j = 0; accels[j] != NULL; j++)
        {
          guint key;
          GdkModifierType modifiers;

          if (!gtk_accelerator_parse (accels[j], &key, &modifiers))
            g_test_fail_printf ("'%s' is no key", accels[j]);
          if (!g_hash_table_add (seen, gtk_accelerator_name (key, modifiers)))
            g_test_fail_printf ("%s is taken twice", accels[j]);
        }
    }
}

static void
test_shows_shortcuts (void)
{
  GtkWindow *shortcuts = dip_commands_make_window (GTK_WINDOW (window));

  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  /* GTK 4.8's own: a label of its shortcuts window measures itself as too small. */
  gtk_window_present (shortcuts);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_nonnull (find_widget (GTK_WIDGET (shortcuts), GTK_TYPE_LABEL, "Generate"));
  gtk_window_destroy (shortcuts);
  g_log_set_always_fatal (fatal);
}

/* A bright band at one edge of a grey file. */
static char *
write_view (const char *folder, const char *name, guint width, guint height, guint first)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (DipPicture) view = dip_picture_new (width, height);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < width * height; i++)
    view->values[i] = i % width >= first && i % width < first + 4 ? 1.0f : 0.0f;
  bytes = dip_png_encode_grey (view, 8, NULL, path, NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));

  return path;
}

/* Views of two sizes come into one frame, each chest wall at its edge. */
static void
test_frames_views (void)
{
  g_autofree char *folder = g_dir_make_tmp ("diptych-views-XXXXXX", NULL);
  g_autofree char *cc = write_view (folder, "cc.png", 20, 30, 0);
  g_autofree char *mlo = write_view (folder, "mlo.png", 24, 24, 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipTake) take = dip_load_take_of_views (cc, mlo, &error);
  const DipPair *pair;

  g_assert_no_error (error);
  dip_window_show_take (window, take);
  pair = dip_shown_get_pair (dip_window_get_shown (window));
  g_assert_cmpuint (pair->cc->width, ==, 24);
  g_assert_cmpuint (pair->cc->height, ==, 30);
  g_assert_cmpfloat (pair->cc->values[29 * 24 + 3], >, 0.99);
  g_assert_cmpfloat (pair->cc->values[29 * 24 + 4], <, 0.01);
  g_assert_cmpfloat (pair->mlo->values[3 * 24 + 20], >, 0.99);
  g_assert_cmpfloat (pair->mlo->values[2 * 24 + 20], <, 0.01);
  g_assert_cmpfloat (pair->mlo->values[3 * 24 + 19], <, 0.01);
  g_unlink (cc);
  g_unlink (mlo);
  g_rmdir (folder);
}

/* A pair whose greys use a part of the range. */
static DipTake *
make_take (float brightest, json_t *provenance)
{
  g_autoptr (DipPicture) view = dip_picture_new (32, 32);
  g_autoptr (DipPair) pair = NULL;

  for (guint i = 0; i < 32 * 32; i++)
    view->values[i] = i % 32 < 16 ? brightest * (float) (1 + i % 16) / 16.0f : 0.0f;
  pair = dip_pair_new_from_views (view, view, DIP_THIRD_ABSDIFF);

  return dip_take_new_from_pair (pair, DIP_THIRD_ABSDIFF, provenance);
}

/* What would be black is shown in its own window; what is not, in the whole range again;
 * a window that a person chose stays. */
static void
test_lights_dark_views (void)
{
  DipLevels *levels = dip_pair_view_get_levels (dip_window_get_pair_view (window));
  g_autoptr (DipTake) dark = make_take (1.0f / 16, NULL);
  g_autoptr (DipTake) bright = make_take (1.0f, NULL);

  dip_levels_set_preset (levels, DIP_LEVELS_PRESET_FULL);
  dip_window_show_take (window, dark);
  g_assert_cmpuint (dip_levels_get_preset (levels), ==, DIP_LEVELS_PRESET_AUTOMATIC);
  g_assert_cmpfloat (dip_levels_get_centre (levels) + dip_levels_get_width (levels) / 2,
                     <, 0.07);
  dip_window_show_take (window, bright);
  g_assert_cmpuint (dip_levels_get_preset (levels), ==, DIP_LEVELS_PRESET_FULL);
  dip_levels_set_window (levels, 0.3, 0.5);
  dip_window_show_take (window, dark);
  g_assert_cmpfloat (dip_levels_get_width (levels), ==, 0.5);
  dip_levels_set_preset (levels, DIP_LEVELS_PRESET_FULL);
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

  g_test_add_func ("/window/generates-a-pair", test_generates_a_pair);
  g_test_add_func ("/window/scrubs", test_scrubs);
  g_test_add_func ("/window/pauses-and-steps", test_pauses_and_steps);
  g_test_add_func ("/window/stops", test_stops);
  g_test_add_func ("/window/says-why-not", test_says_why_not);
  g_test_add_func ("/window/lists-every-command", test_lists_every_command);
  g_test_add_func ("/window/has-no-key-twice", test_has_no_key_twice);
  g_test_add_func ("/window/shows-shortcuts", test_shows_shortcuts);
  g_test_add_func ("/window/frames-views", test_frames_views);
  g_test_add_func ("/window/lights-dark-views", test_lights_dark_views);

  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));

  return result;
}
