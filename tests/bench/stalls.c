#include <glib/gstdio.h>
#include <unistd.h>

#include "model/pair/png.h"
#include "tests/app/harness.h"
#include "tests/app/stalls.h"

/* The longest that the window's main loop is held up, act by act: a library of thousands of
 * pairs, a mammogram of full size, a run and its film.  Needs a display.
 *
 *     xvfb-run -a build/tests/app/stalls [PAIRS-IN-THE-LIBRARY]
 */

#define WIDTH 2560
#define HEIGHT 3328
#define N_STEPS 50

static DipApplication *application;
static DipWindow *window;
static char *folder;

/* Turns of the main loop for some time, so that what follows an act is in it. */
static void
go_on (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

static void
print (const char *name, DipStalls *stalls)
{
  DipStallFigures figures = dip_stalls_stop (stalls);

  g_print ("%-38s %7.1f ms, without waiting %7.1f ms\n", name, figures.longest,
           figures.own);
}

/* As a breast: bright at one edge, some texture. */
static char *
write_view (const char *name, guint seed)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (DipPicture) view = dip_picture_new (WIDTH, HEIGHT);
  g_autoptr (GBytes) bytes = NULL;
  guint32 state = seed;

  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      {
        double dx = x / (0.7 * WIDTH), dy = (y - 0.5 * HEIGHT) / (0.45 * HEIGHT);
        double depth = 1.0 - dx * dx - dy * dy;

        state = state * 1664525u + 1013904223u;
        view->values[(gsize) y * WIDTH + x] =
            depth > 0 ? (float) (0.2 + 0.6 * depth + 0.1 * (state >> 24) / 255.0) : 0.0f;
      }
  bytes = dip_png_encode_grey (view, 16, NULL, path, NULL);
  g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                       (gssize) g_bytes_get_size (bytes), NULL);

  return path;
}

/* Copies of the first pair of the library, listed as it is. */
static void
fill_library (guint n_pairs)
{
  const char *home = dip_library_get_folder (dip_application_get_library (application));
  g_autofree char *manifest = g_build_filename (home, "manifest.jsonl", NULL);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *first = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GDir) dir = g_dir_open (home, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".png"))
      {
        g_free (first);
        first = g_strndup (name, strlen (name) - 4);
      }
  g_file_get_contents (manifest, &line, NULL, NULL);
  *strchr (line, '\n') = '\0';
  for (guint i = 0; i < n_pairs; i++)
    {
      g_autofree char *stem = g_strdup_printf ("%s-%u", first, i + 10);
      g_autofree char *from = g_strconcat (home, "/", first, ".png", NULL);
      g_autofree char *to = g_strconcat (home, "/", stem, ".png", NULL);
      g_autoptr (GString) copy = g_string_new (line);

      if (link (from, to) != 0)
        g_error ("cannot make %s", to);
      g_string_replace (copy, first, stem, 0);
      g_string_append_printf (lines, "%s\n", copy->str);
    }
  g_string_append_printf (lines, "%s\n", line);
  g_file_set_contents (manifest, lines->str, (gssize) lines->len, NULL);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer is_loaded)
{
  dip_library_load_finish (DIP_LIBRARY (source), result, NULL);
  *(gboolean *) is_loaded = TRUE;
}

static void
load_library (guint n_pairs)
{
  DipLibrary *library = dip_application_get_library (application);
  gboolean is_loaded = FALSE;
  g_autofree char *name = g_strdup_printf ("library of %u pairs", n_pairs);
  DipStalls *stalls;

  fill_library (n_pairs);
  stalls = dip_stalls_start ();
  dip_library_load_async (library, loaded_cb, &is_loaded);
  while (!is_loaded)
    g_main_context_iteration (NULL, TRUE);
  go_on (500);
  print (name, stalls);
}

static void
act (const char *name, const char *action, GVariant *target)
{
  DipStalls *stalls = dip_stalls_start ();

  if (!gtk_widget_activate_action_variant (GTK_WIDGET (dip_window_get_pair_view (window)),
                                           action, target))
    g_print ("no %s\n", action);
  go_on (800);
  print (name, stalls);
}

static gboolean
is_not_large (DipWindow *self)
{
  const DipPair *pair = dip_shown_get_pair (dip_window_get_shown (self));

  return pair == NULL || pair->cc->width != WIDTH;
}

static void
open_large (void)
{
  g_autofree char *cc = write_view ("cc.png", 1);
  g_autofree char *mlo = write_view ("mlo.png", 2);
  GFile *files[] = { g_file_new_for_path (cc), g_file_new_for_path (mlo) };
  DipStalls *stalls = dip_stalls_start ();

  dip_window_open (window, files, 2);
  wait_while (is_not_large, window);
  go_on (1500);
  print ("two views of 2560 x 3328", stalls);
  g_object_unref (files[0]);
  g_object_unref (files[1]);
}

static void
export_as (const char *kind, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *title = g_strconcat ("export ", kind, NULL);
  DipStalls *stalls = dip_stalls_start ();

  g_action_group_activate_action (G_ACTION_GROUP (window), "export-to",
                                  g_variant_new ("(ss)", kind, path));
  do
    go_on (300);
  while (!g_file_test (path, G_FILE_TEST_EXISTS) && !g_str_equal (kind, "views"));
  if (g_str_equal (kind, "views"))
    go_on (6000);
  print (title, stalls);
}

static void
look (void)
{
  static const char *const layouts[] = { "hanging",      "wipe",       "flicker",
                                         "checkerboard", "difference", "side-by-side" };

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    act (layouts[i], "view.layout", g_variant_new_string (layouts[i]));
  act ("zoom in", "view.zoom-in", NULL);
  act ("one to one", "view.one-to-one", NULL);
  act ("fit", "view.fit", NULL);
  act ("automatic window", "view.preset", g_variant_new_uint32 (5));
  act ("masks", "win.anatomy", NULL);
  go_on (4000);
  act ("copy", "win.copy", NULL);
}

static void
run (void)
{
  g_autoptr (DipRunSettings) settings = dip_run_settings_new ();
  DipShown *shown = dip_window_get_shown (window);
  DipStalls *stalls = dip_stalls_start ();

  settings->n_steps = N_STEPS;
  dip_window_generate (window, settings);
  wait_while (is_busy, window);
  go_on (500);
  print ("a run of 50 steps", stalls);
  stalls = dip_stalls_start ();
  for (guint i = 0; i < 4 * N_STEPS; i++)
    {
      dip_shown_set_position (shown, i * 7 % N_STEPS);
      g_main_context_iteration (NULL, FALSE);
    }
  go_on (200);
  print ("scrubbing", stalls);
}

int
main (int argc, char *argv[])
{
  const guint n_pairs = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 5000;
  DipStalls *stalls;

  if (!gtk_init_check ())
    return 1;
  make_home ();
  folder = g_dir_make_tmp ("diptych-stalls-XXXXXX", NULL);
  application = start_application ();
  stalls = dip_stalls_start ();
  window = get_test_window (application);
  go_on (1000);
  print ("start", stalls);
  run ();
  export_as ("strip", "strip.png");
  export_as ("frames", "frames");
  export_as ("film", "film.safetensors");
  load_library (n_pairs);
  open_large ();
  look ();
  export_as ("pair", "pair.png");
  export_as ("views", "views.png");
  export_as ("view-png", "view.png");
  export_as ("view-pdf", "view.pdf");
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));
  drop_home ();

  return 0;
}
