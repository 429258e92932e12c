#include "model/pair/spread.h"

#include <math.h>

#define N 37

/* Against the sums in two passes, on values with a large mean. */
static void
test_two_passes (void)
{
  float values[7][N];
  g_autoptr (DipSpread) spread = dip_spread_new (N, 1);
  g_autoptr (DipPicture) mean = NULL;
  g_autoptr (DipPicture) deviation = NULL;

  for (guint k = 0; k < 7; k++)
    {
      g_autoptr (DipPicture) picture = dip_picture_new (N, 1);

      for (guint i = 0; i < N; i++)
        picture->values[i] = values[k][i] =
            (float) (1000.0 + g_test_rand_double_range (-0.5, 0.5) * i);
      dip_spread_add (spread, picture);
    }
  g_assert_cmpuint (dip_spread_get_count (spread), ==, 7);
  mean = dip_spread_make_mean (spread);
  deviation = dip_spread_make_deviation (spread);
  for (guint i = 0; i < N; i++)
    {
      double sum = 0.0, squares = 0.0;

      for (guint k = 0; k < 7; k++)
        sum += (double) values[k][i];
      for (guint k = 0; k < 7; k++)
        squares += ((double) values[k][i] - sum / 7) * ((double) values[k][i] - sum / 7);
      g_assert_cmpfloat_with_epsilon (mean->values[i], sum / 7,
                                      1e-4); /* float32 of 1000 */
      g_assert_cmpfloat_with_epsilon (deviation->values[i], sqrt (squares / 6), 1e-6);
    }
}

static void
test_few (void)
{
  g_autoptr (DipPicture) picture = dip_picture_new (2, 2);
  g_autoptr (DipSpread) spread = dip_spread_new (2, 2);
  g_autoptr (DipPicture) none = dip_spread_make_deviation (spread);
  g_autoptr (DipPicture) one = NULL;
  g_autoptr (DipPicture) mean = NULL;

  picture->values[3] = 0.75f;
  dip_spread_add (spread, picture);
  one = dip_spread_make_deviation (spread);
  mean = dip_spread_make_mean (spread);
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpfloat (none->values[i], ==, 0.0f);
      g_assert_cmpfloat (one->values[i], ==, 0.0f);
      g_assert_cmpfloat (mean->values[i], ==, picture->values[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/spread/two-passes", test_two_passes);
  g_test_add_func ("/pair/spread/few", test_few);

  return g_test_run ();
}
