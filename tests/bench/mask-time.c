/* mask-time [N]: seconds for mask and landmarks of a pair, and that as a share
 * of how long it takes to blur the same pictures (σ 1.5), which makes figures of
 * different machines comparable. */

#include "model/pair/blur-private.h"
#include "model/pair/breast.h"
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

static gint64
time_pair (const DipPicture *const pictures[2])
{
  const gint64 start = g_get_monotonic_time ();

  for (guint p = 0; p < 2; p++)
    {
      g_autoptr (DipBreast) breast = dip_breast_find (
          pictures[p], p == 0 ? DIP_VIEW_POSITION_CC : DIP_VIEW_POSITION_MLO, NULL);

      g_assert (breast->reason == DIP_BREAST_FOUND);
    }

  return g_get_monotonic_time () - start;
}

static gint64
time_blur (const DipPicture *const pictures[2])
{
  const guint w = pictures[0]->width, h = pictures[0]->height;
  g_autofree float *out = g_new (float, (gsize) w *h);
  const gint64 start = g_get_monotonic_time ();

  for (guint p = 0; p < 2; p++)
    dip_blur (pictures[p]->values, out, w, h, 1.5);

  return g_get_monotonic_time () - start;
}

static void
time_size (const DipPhantom *phantom, guint width, guint height, guint n)
{
  g_autoptr (DipPicture) cc = dip_picture_resize (
      dip_phantom_get_picture (phantom, DIP_PROJECTION_CC), width, height);
  g_autoptr (DipPicture) mlo = dip_picture_resize (
      dip_phantom_get_picture (phantom, DIP_PROJECTION_MLO), width, height);
  const DipPicture *const pictures[2] = { cc, mlo };
  g_autofree gint64 *times = g_new (gint64, n);
  g_autofree gint64 *blurs = g_new (gint64, n);

  for (guint i = 0; i < n; i++)
    {
      times[i] = time_pair (pictures);
      blurs[i] = time_blur (pictures);
    }
  qsort (times, n, sizeof *times, compare_times);
  qsort (blurs, n, sizeof *blurs, compare_times);
  g_print ("%4u x %4u: a pair %8.2f ms (best %.2f), %.1f blurs\n", width, height,
           (double) times[n / 2] * 1e-3, (double) times[0] * 1e-3,
           (double) times[n / 2] / (double) MAX (blurs[n / 2], 1));
}

int
main (int argc, char *argv[])
{
  const guint n = argc > 1 ? (guint) CLAMP (atoi (argv[1]), 1, 1000) : 15;
  g_autoptr (DipPhantom) phantom = dip_phantom_new (42, 256);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    time_size (phantom, sizes[i][0], sizes[i][1], n);

  return EXIT_SUCCESS;
}
