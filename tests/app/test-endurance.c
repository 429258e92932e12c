#include "harness.h"

#include <stdio.h>
#include <unistd.h>

/* What shows only after a while: memory over many runs, and a main loop that is held up
 * by a processor that the network keeps busy. */

static DipApplication *application;
static DipWindow *window;

#define N_RUNS 50

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

/* The films that are kept are 8 pairs of 5 steps of 24 kB; the rest is what the library's
 * thumbnails and the allocator hold: a run that leaked its frames would add 12 MB.
 */
static void
test_stays_flat_over_many_runs (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings ("c3_butterflies_mini", 5);
  guint64 in_memory, kept = 0;
  gsize before = 0;

  for (guint i = 0; i < N_RUNS; i++)
    {
      if (i == N_RUNS / 5)
        before = get_resident ();
      settings->seed = i;
      dip_window_generate (window, settings);
      wait_while (is_busy, window);
      dip_film_store_get_used (dip_application_get_film_store (application), &in_memory,
                               NULL);
      if (i == N_RUNS / 5)
        kept = in_memory;
      else if (i > N_RUNS / 5)
        g_assert_cmpuint (in_memory, ==, kept);
    }
  g_test_message ("%.1f MB after 10 runs, %.1f MB after %u", before / 1e6,
                  get_resident () / 1e6, N_RUNS);
  g_assert_cmpuint (get_resident (), <, before + 12 * 1000 * 1000);
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

typedef struct
{
  gint64 last;
  gint64 longest; /* microseconds */
  gboolean is_over;
} Stalls;

static void
note (Stalls *self)
{
  gint64 now = g_get_monotonic_time ();

  self->longest = MAX (self->longest, now - self->last);
  self->last = now;
}

/* Every 5 ms, in the main loop. */
static gboolean
tick (gpointer stalls)
{
  note (stalls);

  return G_SOURCE_CONTINUE;
}

/* The same on a thread that does nothing else: what the machine itself holds up. */
static gpointer
watch (gpointer data)
{
  Stalls *stalls = data;

  while (!g_atomic_int_get (&stalls->is_over))
    {
      g_usleep (5000);
      note (stalls);
    }

  return NULL;
}

/* The demo's network on every core.  Where the machine is busy with other things, a
 * thread that only sleeps is late too: then it says nothing about the window, and is
 * tried again.
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
      Stalls loop = { .last = g_get_monotonic_time () };
      Stalls machine = { .last = g_get_monotonic_time () };
      GThread *thread = g_thread_new ("watch", watch, &machine);
      guint source = g_timeout_add (5, tick, &loop);

      dip_window_generate (window, settings);
      wait_while (is_busy, window);
      g_source_remove (source);
      g_atomic_int_set (&machine.is_over, TRUE);
      g_thread_join (thread);
      g_test_message ("longest stall: main loop %.1f ms, an idle thread %.1f ms",
                      loop.longest / 1e3, machine.longest / 1e3);
      if (loop.longest < 100 * 1000)
        return;
      if (machine.longest < 30 * 1000)
        g_assert_cmpint (loop.longest, <, 100 * 1000);
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
  application = start_application ();
  window = get_test_window (application);

  g_test_add_func ("/endurance/stays-flat-over-many-runs",
                   test_stays_flat_over_many_runs);
  g_test_add_func ("/endurance/keeps-every-step", test_keeps_every_step);
  g_test_add_func ("/endurance/stays-responsive", test_stays_responsive);

  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));

  return result;
}
