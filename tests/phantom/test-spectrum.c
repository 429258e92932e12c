#include "model/pair/statistics.h"
#include "model/phantom/phantom.h"

#include <math.h>

typedef struct
{
  guint size;
  guint n_pairs;
} Sample;

/* Mammograms have about 3: the mean over both views of many breasts must lie in 2.5 to
 * 3.5, under the mask that is known and under the one that is found. */
static void
test_slope (gconstpointer data)
{
  const Sample *sample = data;
  double known = 0, found = 0;
  guint n = 0;

  for (guint seed = 0; seed < sample->n_pairs; seed++)
    {
      g_autoptr (DipPhantom) phantom = dip_phantom_new (500 + seed, sample->size);

      for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
        {
          const DipPicture *picture = dip_phantom_get_picture (phantom, p);
          g_autoptr (DipMask) mask = dip_breast_mask (picture);
          const double a =
              dip_power_spectrum_slope (picture, dip_phantom_get_mask (phantom, p));
          const double b = dip_power_spectrum_slope (picture, mask);

          if (isnan (a) || isnan (b))
            continue;
          known += a;
          found += b;
          n++;
        }
    }
  g_test_message ("%u pictures of %u pixels: slope %.3f, under the mask found %.3f", n,
                  sample->size, known / n, found / n);
  g_assert_cmpuint (n, >, sample->n_pairs);
  g_assert_cmpfloat (known / n, >, 2.5);
  g_assert_cmpfloat (known / n, <, 3.5);
  g_assert_cmpfloat (found / n, >, 2.5);
  g_assert_cmpfloat (found / n, <, 3.5);
}

int
main (int argc, char *argv[])
{
  static const Sample small = { 128, 24 }, large = { 256, 8 }, fine = { 512, 2 };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/phantom/spectrum/128", &small, test_slope);
  g_test_add_data_func ("/phantom/spectrum/256", &large, test_slope);
  g_test_add_data_func ("/phantom/spectrum/512", &fine, test_slope);

  return g_test_run ();
}
