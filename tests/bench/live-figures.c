/* live-figures [ROUNDS [STEPS [CHECKPOINT]]]: how much the live figures slow sampling.
 *
 * Samples a pair of the demo ROUNDS times without and with live figures in turn, in one
 * process on one network, and prints the ratio of the times from the first step's end to
 * the last's.  Every other round begins with the other kind, so that a machine that
 * grows warmer favours none.
 *
 * Beside the time on the clock stands that of all processors: other programs change the
 * first, the second hardly, and it is the most that the figures can cost where sampling
 * keeps every processor busy. */

#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "app/runs/generation.h"

typedef struct
{
  DipNetworks *networks;
  DipFilmStore *store;
  DipRunSettings *settings;
  GMainLoop *loop;
} Bench;

typedef struct
{
  gint64 first, last; /* microseconds: the ends of the first and of the last step */
  double used_first, used_last; /* seconds of processors, then */
  guint n_measured;   /* steps that had figures when the last ended */
  double catching_up; /* seconds from there to the last figure */
} Round;

static double
get_used (void)
{
  struct rusage used;

  getrusage (RUSAGE_SELF, &used);

  return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
         1e-6 * (used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void
frame_cb (DipRun *run, GParamSpec *pspec, gpointer user_data)
{
  Round *round = user_data;
  DipFrame *frame = dip_run_get_frame (run);

  if (frame == NULL)
    return;
  round->last = g_get_monotonic_time ();
  round->used_last = get_used ();
  if (round->first == 0)
    {
      round->first = round->last;
      round->used_first = round->used_last;
    }
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!dip_run_start_finish (DIP_RUN (source), result, &error))
    g_error ("%s", error->message);
  g_main_loop_quit (user_data);
}

static void
sample (Bench *self, DipLiveFigures *figures, Round *round)
{
  DipGeneration *generation = dip_generation_new (self->settings, 42, 1, self->networks,
                                                  self->store, figures, NULL, NULL);
  g_autoptr (DipRun) run = dip_generation_make_run (generation);

  *round = (Round){ 0 };
  g_signal_connect (run, "notify::frame", G_CALLBACK (frame_cb), round);
  dip_run_start_async (run, NULL, done_cb, self->loop);
  g_main_loop_run (self->loop);
  if (figures == NULL)
    return;

  round->n_measured = dip_take_get_n_measured (
      g_ptr_array_index (dip_generation_get_takes (generation), 0));
  while (dip_live_figures_is_busy (figures))
    g_usleep (1000);
  round->catching_up = (double) (g_get_monotonic_time () - round->last) * 1e-6;
}

static int
compare_doubles (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);

  return n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

/* Of one kind of time, a step's in milliseconds each; sorts both. */
static void
print (const char *name, double *without, double *with, guint n)
{
  g_autofree double *ratios = g_new (double, n);
  double middle;

  for (guint i = 0; i < n; i++)
    ratios[i] = with[i] / without[i];
  middle = median (ratios, n);
  g_print ("%-16s ms a step, median: %.2f without, %.2f with live figures; ratio of the "
           "medians %.4f, median of the ratios %.4f (%.4f to %.4f)\n",
           name, median (without, n), median (with, n),
           median (with, n) / median (without, n), middle, ratios[0], ratios[n - 1]);
}

static void
run (Bench *self, guint n_rounds)
{
  g_autoptr (DipLiveFigures) figures = dip_live_figures_new ();
  g_autofree double *times = g_new (double, 4 * n_rounds); /* clock, used; each by kind */
  const guint n_steps = self->settings->n_steps;
  Round round;

  sample (self, NULL, &round); /* loads the network */
  for (guint i = 0; i < n_rounds; i++)
    for (guint k = 0; k < 2; k++)
      {
        const gboolean is_live = (i + k) % 2;
        double *row = times + (is_live ? n_rounds : 0) + i;

        sample (self, is_live ? figures : NULL, &round);
        row[0] = 1e-3 * (double) (round.last - round.first) / (n_steps - 1);
        row[2 * n_rounds] = 1e3 * (round.used_last - round.used_first) / (n_steps - 1);
        if (is_live)
          g_print ("round %u: figures of %u of %u steps at the end, all %.2f s later\n",
                   i, round.n_measured, n_steps, round.catching_up);
      }
  print ("on the clock", times, times + n_rounds, n_rounds);
  print ("of processors", times + 2 * n_rounds, times + 3 * n_rounds, n_rounds);
}

int
main (int argc, char *argv[])
{
  const guint n_rounds = argc > 1 ? (guint) CLAMP (atoi (argv[1]), 1, 1000) : 7;
  Bench self = { dip_networks_new (), dip_film_store_new (DIP_FILM_DEFAULT_MEMORY, NULL),
                 dip_run_settings_new (), g_main_loop_new (NULL, FALSE) };

  self.settings->n_steps = argc > 2 ? (guint) CLAMP (atoi (argv[2]), 2, 1000) : 20;
  if (argc > 3)
    self.settings->checkpoint = g_strdup (argv[3]);
  run (&self, n_rounds);
  g_main_loop_unref (self.loop);
  dip_run_settings_free (self.settings);
  dip_networks_unref (self.networks);
  dip_film_store_unref (self.store);

  return EXIT_SUCCESS;
}
