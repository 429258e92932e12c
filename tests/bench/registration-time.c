/* registration-time [N]: milliseconds for registering a pair's outlines and for laying the
 * MLO over the CC, and both as shares of a blur of the MLO (σ 1.5), which makes figures of
 * different machines comparable. */

#include "model/pair/blur-private.h"
#include "model/pair/figures.h"
#include "model/pair/resize.h"
#include "model/phantom/phantom.h"

#include <stdlib.h>

static const guint sizes[][2] = { { 128, 128 },
                                  { 256, 256 },
                                  { 512, 512 },
                                  { 2560, 3328 } };

static int
compare_times (const void *a, const void *b)
{
  const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
median (gint64 *times, guint n)
{
  qsort (times, n, sizeof *times, compare_times);

  return (double) times[n / 2];
}

static DipFoundView *
find (const DipPhantom *phantom, DipProjection projection, guint width, guint height)
{
  g_autoptr (DipPicture) picture =
      dip_picture_resize (dip_phantom_get_picture (phantom, projection), width, height);

  return dip_found_view_new (picture,
                             projection == DIP_PROJECTION_CC ? DIP_VIEW_POSITION_CC
                                                             : DIP_VIEW_POSITION_MLO,
                             NULL, DIP_FLIP_NEVER);
}

static void
time_size (const DipPhantom *phantom, guint width, guint height, guint n)
{
  g_autoptr (DipFoundView) cc = find (phantom, DIP_PROJECTION_CC, width, height);
  g_autoptr (DipFoundView) mlo = find (phantom, DIP_PROJECTION_MLO, width, height);
  g_autofree float *blurred = g_new (float, (gsize) width *height);
  g_autofree gint64 *times = g_new (gint64, 3 * n);
  DipRegistration registration;
  double blur;

  for (guint i = 0; i < n; i++)
    {
      gint64 start = g_get_monotonic_time ();

      g_assert_true (dip_found_views_register (cc, mlo, &registration));
      times[i] = g_get_monotonic_time () - start;
      start = g_get_monotonic_time ();
      dip_picture_free (dip_similarity_warp (&registration.similarity, mlo->picture));
      times[n + i] = g_get_monotonic_time () - start;
      start = g_get_monotonic_time ();
      dip_blur (mlo->picture->values, blurred, width, height, 1.5);
      times[2 * n + i] = g_get_monotonic_time () - start;
    }
  blur = median (times + 2 * n, n);
  g_print ("%4u x %4u: registering %8.2f ms (%.2f blurs), laying over %8.2f ms (%.2f)\n",
           width, height, 1e-3 * median (times, n), median (times, n) / blur,
           1e-3 * median (times + n, n), median (times + n, n) / blur);
}

int
main (int argc, char *argv[])
{
  const guint n = argc > 1 ? (guint) CLAMP (atoi (argv[1]), 1, 1000) : 9;
  g_autoptr (DipPhantom) phantom = dip_phantom_new (42, 256);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    time_size (phantom, sizes[i][0], sizes[i][1], n);

  return EXIT_SUCCESS;
}
