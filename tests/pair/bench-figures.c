/* What figures cost beside a denoising step, ms: bench-figures [SIZE …] (128 256). */
#include "model/pair/figures.h"
#include "model/phantom/phantom.h"

#include <stdlib.h>

#define N_PHANTOMS 4
#define N_REPEATS 10

static double
time_amount (const DipPair *const *pairs, DipFiguresAmount amount, gboolean only_find)
{
  gint64 best = G_MAXINT64;

  for (guint r = 0; r < N_REPEATS; r++)
    {
      const gint64 start = g_get_monotonic_time ();

      for (guint i = 0; i < N_PHANTOMS; i++)
        {
          g_autoptr (DipFoundView) cc = dip_found_view_new (
              pairs[i]->cc, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_NEVER);
          g_autoptr (DipFoundView) mlo = dip_found_view_new (
              pairs[i]->mlo, DIP_VIEW_POSITION_MLO, NULL, DIP_FLIP_NEVER);
          DipPairFigures figures;

          if (!only_find)
            dip_pair_figures_compute (&figures, cc, mlo, pairs[i]->third,
                                      DIP_THIRD_ABSDIFF, 0.0, amount);
        }
      best = MIN (best, g_get_monotonic_time () - start);
    }

  return best / 1000.0 / N_PHANTOMS;
}

static void
bench (guint size)
{
  DipPair *pairs[N_PHANTOMS];
  double find, live, all;

  for (guint i = 0; i < N_PHANTOMS; i++)
    {
      g_autoptr (DipPhantom) phantom = dip_phantom_new (i, size);

      pairs[i] = dip_pair_new_from_views (
          dip_phantom_get_picture (phantom, DIP_PROJECTION_CC),
          dip_phantom_get_picture (phantom, DIP_PROJECTION_MLO), DIP_THIRD_ABSDIFF);
    }
  find = time_amount ((const DipPair *const *) pairs, DIP_FIGURES_LIVE, TRUE);
  live = time_amount ((const DipPair *const *) pairs, DIP_FIGURES_LIVE, FALSE);
  all = time_amount ((const DipPair *const *) pairs, DIP_FIGURES_ALL, FALSE);
  g_print ("%u: finding both breasts %.2f ms, with live figures %.2f ms, with all %.2f "
           "ms\n",
           size, find, live, all);
  for (guint i = 0; i < N_PHANTOMS; i++)
    dip_pair_free (pairs[i]);
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    bench ((guint) CLAMP (atoi (argv[i]), DIP_PHANTOM_MIN_SIZE, DIP_PHANTOM_MAX_SIZE));
  if (argc == 1)
    {
      bench (128);
      bench (256);
    }

  return 0;
}
