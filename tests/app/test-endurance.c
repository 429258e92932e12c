#include "harness.h"
#include "stalls.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

/* What shows only after a while: memory over many runs, and a main loop that is held up
 * by a processor that the network keeps busy. */

static DipApplication *application;
static DipWindow *window;

#define N_RUNS 50
#define N_RUNS_BEFORE 40 /* until what is kept is full: films, thumbnails in sight */

/* Bytes of this process that are in memory and not a file's. */
static gsize
get_resident (void)
{
  g_autofree char *text = NULL;
  unsigned long size, resident, shared;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%lu %lu %lu", &size, &resident, &shared), ==, 3);

  return (resident - shared) * sysconf (_SC_PAGESIZE);
}

/* Bytes that the program asked for and has not given back, or the above where the C library
 * does not say.  Unlike the above they do not depend on where a thread found room.
 */
static gsize
get_in_use (void)
{
#ifdef __GLIBC__
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
#else
  return get_resident ();
#endif
}

/* Until the curves of all takes are measured, what is kept is one film more or less. */
static gsize kept;

static gboolean
keeps_more (DipWindow *self)
{
  guint64 in_memory;

  dip_film_store_get_used (dip_application_get_film_store (application), &in_memory,
                           NULL);

  return in_memory > kept;
}

static void
make_runs (guint n_runs, guint64 seed)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings ("c3_butterflies_mini", 5);

  for (guint i = 0; i < n_runs; i++)
    {
      settings->seed = seed + i;
      dip_window_generate (window, settings);
      wait_while (is_busy, window);
    }
}

/* What each run adds for good is what the library knows of its pair, 2 kB; one that left a
 * menu, a frame or a thumbnail would add 10 kB and more, its network some megabytes.  Of all
 * else there is a fixed amount: the films of 8 pairs, the thumbnails that are in sight.
 * DIPTYCH_TEST_RUNS makes more runs.
 */
static void
test_stays_flat_over_many_runs (void)
{
  const char *text = g_getenv ("DIPTYCH_TEST_RUNS");
  const guint n_runs = text != NULL ? g_ascii_strtoull (text, NULL, 10) : N_RUNS;
  gsize before, after, resident;

  kept = 8 * 5 * 2 * 3 * 32 * 32 * sizeof (float);
  make_runs (N_RUNS_BEFORE, 0);
  wait_while (keeps_more, window);
  before = get_in_use ();
  resident = get_resident ();
  make_runs (n_runs, 1000);
  wait_while (keeps_more, window);
  after = get_in_use ();
  g_test_message ("%.2f MB in use after %u runs, %.2f MB after %u more: %.1f kB a run; "
                  "%.1f MB resident, %.1f MB",
                  before / 1e6, N_RUNS_BEFORE, after / 1e6, n_runs,
                  ((double) after - before) / 1e3 / n_runs, resident / 1e6,
                  get_resident () / 1e6);
  g_assert_cmpuint (after, <, before + 200 * 1000 + n_runs * 4 * 1000);
}

/* 24, or as many as DIPTYCH_TEST_STEPS says: 1000 for the figures in HACKING. */
static guint
get_n_steps (void)
{
  const char *text = g_getenv ("DIPTYCH_TEST_STEPS");

  return text != NULL ? CLAMP (g_ascii_strtoull (text, NULL, 10), 4, 1000) : 24;
}

/* What one value of a picture was when its step was new, at every step that the window
 * showed.
 */
static void
note_value (DipShown *shown, double *values)
{
  DipFrame *frame = dip_shown_get_frame (shown);

  if (frame != NULL)
    values[frame->step - 1] = frame->x_t[frame->width / 2];
}

/* Every step of a run of the demo can be gone back to, though most of them do not fit into
 * the memory that films may have; what they have is kept within it, and the program's grows
 * by no more than that.
 */
static void
test_keeps_every_step (void)
{
  const guint64 max_memory =
      g_getenv ("DIPTYCH_TEST_STEPS") != NULL ? DIP_FILM_DEFAULT_MEMORY / 8 : 4 << 20;
  DipFilmStore *store = dip_application_get_film_store (application);
  DipShown *shown = dip_window_get_shown (window);
  g_autoptr (DipRunSettings) settings = dip_run_settings_new ();
  guint n_steps = settings->n_steps = get_n_steps ();
  g_autofree double *values = g_new0 (double, n_steps);
  guint64 in_memory, on_disk, before_memory, before_disk, most = 0;
  gsize before, after;
  gulong handler;

  settings->n_steps = 4;
  dip_window_generate (window, settings); /* loads and compiles */
  wait_while (is_busy, window);
  settings->n_steps = n_steps;
  dip_film_store_get_used (store, &before_memory, &before_disk);
  dip_film_store_set_max_memory (store, before_memory + max_memory);
  before = get_resident ();

  handler = g_signal_connect (shown, "changed", G_CALLBACK (note_value), values);
  dip_window_generate (window, settings);
  while (is_busy (window))
    {
      g_main_context_iteration (NULL, TRUE);
      dip_film_store_get_used (store, &in_memory, NULL);
      most = MAX (most, in_memory);
    }
  g_signal_handler_disconnect (shown, handler);
  after = get_resident ();
  dip_film_store_get_used (store, &in_memory, &on_disk);
  g_test_message (
      "%u steps: films %.1f MB in memory (bound %.1f MB), %.1f MB on disk; the "
      "program grew by %.1f MB",
      n_steps, (most - before_memory) / 1e6, max_memory / 1e6,
      (on_disk - before_disk) / 1e6, ((double) after - before) / 1e6);
  g_assert_cmpuint (most, <=, before_memory + max_memory);
  g_assert_cmpuint (on_disk, >, before_disk);
  g_assert_cmpuint (after, <, before + max_memory + 32 * 1000 * 1000);

  g_assert_cmpuint (dip_shown_get_n_frames (shown), ==, n_steps);
  for (guint i = n_steps; i > 0; i--)
    {
      dip_shown_set_position (shown, i - 1);
      g_assert_nonnull (dip_shown_get_frame (shown));
      g_assert_cmpuint (dip_shown_get_frame (shown)->step, ==, i);
      g_assert_nonnull (dip_shown_get_pair (shown));
      if (values[i - 1] != 0)
        g_assert_cmpfloat (
            dip_shown_get_frame (shown)->x_t[dip_shown_get_frame (shown)->width / 2], ==,
            values[i - 1]);
    }
  dip_film_store_set_max_memory (store, DIP_FILM_DEFAULT_MEMORY);
}

/* The demo's network on every core.  Held up by nothing but its own work, the main loop
 * must be back within 100 ms always; by the clock too, where no other programs run: a
 * processor that they have says nothing about the window, and is tried again.
 */
static void
test_stays_responsive (void)
{
  g_autoptr (DipRunSettings) settings = dip_run_settings_new ();

  settings->n_steps = 20;
  dip_window_generate (window, settings); /* compiles */
  wait_while (is_busy, window);

  for (guint try = 0; try < 4; try++)
    {
      DipStalls *stalls = dip_stalls_start ();
      DipStallFigures figures;

      dip_window_generate (window, settings);
      wait_while (is_busy, window);
      figures = dip_stalls_stop (stalls);
      g_test_message ("longest stall %.1f ms, %.1f ms of it not waiting for a processor; "
                      "an idle thread %.1f ms; other programs had %.2f processors",
                      figures.longest, figures.own, figures.idle, figures.others);
      if (figures.longest < 100)
        return;
      if (figures.others < 0.2 && figures.idle < 30)
        g_assert_cmpfloat (figures.longest, <, 100);
    }
  g_test_skip ("the machine is busy with other things");
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
  make_home (); /* a library of no pairs */
  application = start_application ();
  window = get_test_window (application);

  g_test_add_func ("/endurance/stays-flat-over-many-runs",
                   test_stays_flat_over_many_runs);
  g_test_add_func ("/endurance/keeps-every-step", test_keeps_every_step);
  g_test_add_func ("/endurance/stays-responsive", test_stays_responsive);

  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));
  drop_home ();

  return result;
}
