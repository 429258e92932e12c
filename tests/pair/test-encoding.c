#include "model/pair/encoding.h"

#include <math.h>

static void
test_names (void)
{
  DipThird third = DIP_THIRD_ABSDIFF;

  for (guint i = DIP_THIRD_ABSDIFF; i <= DIP_THIRD_ZERO; i++)
    {
      g_assert_true (dip_third_from_name (dip_third_get_name (i), &third));
      g_assert_cmpuint (third, ==, i);
    }
  third = DIP_THIRD_SUM;
  g_assert_false (dip_third_from_name ("Sum", &third));
  g_assert_false (dip_third_from_name (NULL, &third));
  g_assert_cmpuint (third, ==, DIP_THIRD_SUM);
}

static void
test_values (void)
{
  g_assert_cmpfloat (dip_third_value (DIP_THIRD_ABSDIFF, 0.25f, 0.75f), ==, 0.5f);
  g_assert_cmpfloat (dip_third_value (DIP_THIRD_ABSDIFF, 0.75f, 0.25f), ==, 0.5f);
  g_assert_cmpfloat (dip_third_value (DIP_THIRD_SUM, 0.25f, 0.5f), ==, 0.375f);
  g_assert_cmpfloat (dip_third_value (DIP_THIRD_SUM, 1.0f, 1.0f), ==, 1.0f);
  g_assert_cmpfloat (dip_third_value (DIP_THIRD_ZERO, 0.25f, 0.5f), ==, 0.0f);
}

/* Every value that lies exactly between two grey levels goes to the even one. */
static void
test_rounding (void)
{
  guint n_ties = 0;

  for (guint k = 0; k < 255; k++)
    {
      const float v = ((float) k + 0.5f) / 255.0f;

      if (255.0f * v != (float) k + 0.5f)
        continue;
      n_ties++;
      g_assert_cmpuint (dip_value_to_8_bits (v), ==, (k + 1) / 2 * 2);
    }
  g_assert_cmpuint (n_ties, >, 100);
  g_assert_cmpuint (dip_value_to_16_bits (0.5f), ==, 32768);
}

static void
test_levels (void)
{
  for (guint k = 0; k < 256; k++)
    g_assert_cmpuint (dip_value_to_8_bits ((float) k / 255.0f), ==, k);
  for (guint k = 0; k < 65536; k++)
    g_assert_cmpuint (dip_value_to_16_bits ((float) k / 65535.0f), ==, k);
}

static void
test_range (void)
{
  g_assert_cmpfloat (dip_value_from_network (-1.0f), ==, 0.0f);
  g_assert_cmpfloat (dip_value_from_network (1.0f), ==, 1.0f);
  g_assert_cmpfloat (dip_value_from_network (0.25f), ==, 0.625f);
  g_assert_cmpfloat (dip_value_from_network (-7.0f), ==, 0.0f);
  g_assert_cmpfloat (dip_value_from_network (INFINITY), ==, 1.0f);
  g_assert_cmpfloat (dip_value_from_network (NAN), ==, 0.0f);
  g_assert_cmpuint (dip_value_to_8_bits (-0.5f), ==, 0);
  g_assert_cmpuint (dip_value_to_8_bits (2.0f), ==, 255);
  g_assert_cmpuint (dip_value_to_8_bits (NAN), ==, 0);
  g_assert_cmpuint (dip_value_to_16_bits (NAN), ==, 0);
  g_assert_cmpfloat (dip_value_to_network (0.25f), ==, -0.5f);
}

/* Six pixels a channel, their numbers the channel's. */
static void
fill_sample (float *sample, guint n_channels)
{
  for (guint c = 0; c < n_channels; c++)
    for (guint i = 0; i < 6; i++)
      sample[c * 6 + i] = -1.0f + 0.25f * (float) c + 0.0625f * (float) i;
}

static void
test_channels (void)
{
  float sample[6 * 6];

  fill_sample (sample, 6);
  for (guint n = 1; n <= 6; n++)
    {
      g_autoptr (DipPair) pair =
          dip_pair_new_from_network (sample, n, 3, 2, DIP_THIRD_SUM);

      g_assert_cmpuint (pair->cc->width, ==, 3);
      g_assert_cmpuint (pair->cc->height, ==, 2);
      g_assert_cmpfloat (pair->cc->values[4], ==, 0.125f);
      g_assert_true ((pair->mlo == NULL) == (n == 1));
      g_assert_true ((pair->third == NULL) == (n == 1));
      if (n == 1)
        continue;
      g_assert_cmpfloat (pair->mlo->values[4], ==, 0.25f);
      g_assert_cmpfloat (pair->third->values[4], ==, n == 2 ? 0.1875f : 0.375f);
    }
}

static void
test_views (void)
{
  g_autoptr (DipPicture) cc = dip_picture_new (2, 1);
  g_autoptr (DipPicture) mlo = dip_picture_new (2, 1);
  g_autoptr (DipPair) pair = NULL;

  cc->values[0] = 0.75f;
  mlo->values[1] = 0.5f;
  pair = dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF);
  g_assert_cmpfloat (pair->third->values[0], ==, 0.75f);
  g_assert_cmpfloat (pair->third->values[1], ==, 0.5f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/encoding/names", test_names);
  g_test_add_func ("/pair/encoding/values", test_values);
  g_test_add_func ("/pair/encoding/ties-go-to-even", test_rounding);
  g_test_add_func ("/pair/encoding/levels-are-kept", test_levels);
  g_test_add_func ("/pair/encoding/range", test_range);
  g_test_add_func ("/pair/encoding/channels", test_channels);
  g_test_add_func ("/pair/encoding/views", test_views);

  return g_test_run ();
}
