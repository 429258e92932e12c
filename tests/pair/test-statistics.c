#include "model/pair/statistics.h"

#include <math.h>

/* Bright discs on a dim noisy ground: (x, y, radius) each. */
static DipPicture *
make_discs (guint size, const int (*discs)[3], guint n_discs)
{
  DipPicture *self = dip_picture_new (size, size);

  for (guint i = 0; i < size * size; i++)
    {
      const int x = i % size, y = i / size;

      self->values[i] = 0.01f * (float) g_test_rand_double ();
      for (guint d = 0; d < n_discs; d++)
        {
          const int dx = x - discs[d][0], dy = y - discs[d][1];

          if (dx * dx + dy * dy <= discs[d][2] * discs[d][2])
            self->values[i] = 0.3f + 0.5f * (float) g_test_rand_double ();
        }
    }

  return self;
}

static void
test_mask_takes_largest (void)
{
  static const int discs[][3] = { { 0, 32, 20 }, { 50, 10, 6 } };
  g_autoptr (DipPicture) picture = make_discs (64, discs, 2);
  g_autoptr (DipMask) mask = dip_breast_mask (picture);

  for (int y = 0; y < 64; y++)
    for (int x = 0; x < 64; x++)
      g_assert_cmpuint (mask->values[y * 64 + x], ==,
                        x * x + (y - 32) * (y - 32) <= 400 ? 1 : 0);
}

/* A hole is filled, a bay that the border reaches is not. */
static void
test_mask_fills_holes (void)
{
  static const int disc[][3] = { { 32, 32, 24 } };
  g_autoptr (DipPicture) picture = make_discs (64, disc, 1);
  g_autoptr (DipMask) mask = NULL;

  for (guint y = 28; y < 34; y++)
    picture->values[y * 64 + 30] = 0.0f;
  for (guint x = 40; x < 64; x++)
    picture->values[32 * 64 + x] = 0.0f;
  mask = dip_breast_mask (picture);
  g_assert_cmpuint (mask->values[30 * 64 + 30], ==, 1);
  g_assert_cmpuint (mask->values[32 * 64 + 45], ==, 0);
}

static void
test_mask_of_nothing (void)
{
  g_autoptr (DipPicture) picture = dip_picture_new (16, 16);
  g_autoptr (DipMask) black = dip_breast_mask (picture);
  g_autoptr (DipMask) grey = NULL;

  for (guint i = 0; i < 256; i++)
    picture->values[i] = 0.5f;
  grey = dip_breast_mask (picture);
  g_assert_cmpuint (dip_mask_count (black), ==, 0);
  g_assert_cmpuint (dip_mask_count (grey), ==, 0);
}

static void
test_union (void)
{
  g_autoptr (DipMask) a = dip_mask_new (2, 2);
  g_autoptr (DipMask) b = dip_mask_new (2, 2);
  g_autoptr (DipMask) either = NULL;

  a->values[0] = a->values[1] = b->values[1] = b->values[2] = 1;
  either = dip_mask_union (a, b);
  g_assert_cmpmem (either->values, 4, "\1\1\1\0", 4);
}

static void
test_residual (void)
{
  g_autoptr (DipPicture) cc = dip_picture_new (2, 2);
  g_autoptr (DipPicture) mlo = dip_picture_new (2, 2);
  g_autoptr (DipMask) mask = dip_mask_new (2, 2);
  g_autoptr (DipPair) pair = NULL;

  cc->values[0] = 0.5f;
  mlo->values[0] = 0.25f;
  mask->values[0] = mask->values[1] = 1;
  pair = dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF);
  g_assert_cmpfloat (dip_third_residual (DIP_THIRD_ABSDIFF, pair, NULL), ==, 0.0);

  pair->third->values[1] = 0.5f;
  g_assert_cmpfloat (dip_third_residual (DIP_THIRD_ABSDIFF, pair, NULL), ==, 0.125);
  g_assert_cmpfloat (dip_third_residual (DIP_THIRD_ABSDIFF, pair, mask), ==, 0.25);
  mask->values[0] = mask->values[1] = 0;
  g_assert_cmpfloat (dip_third_residual (DIP_THIRD_ABSDIFF, pair, mask), ==, 0.0);
}

/* A picture whose power falls as frequency^−slope, by random phases. */
static DipPicture *
make_power_law (guint size, double slope)
{
  DipPicture *self = dip_picture_new (size, size);
  g_autofree float *wave = g_new (float, size);
  const int top = size / 2 - 2;

  for (guint i = 0; i < size; i++)
    wave[i] = (float) cos (2 * G_PI * i / size);
  for (int fy = 0; fy <= top; fy++)
    for (int fx = -top; fx <= top; fx++)
      {
        const guint phase = g_test_rand_int_range (0, size);
        const float gain =
            fx || fy ? (float) (0.05 * pow (hypot (fx, fy), -0.5 * slope)) : 0.0f;

        for (guint y = 0; y < size; y++)
          for (guint x = 0; x < size; x++)
            self->values[y * size + x] +=
                gain *
                wave[((guint) (fx + (int) size) * x + (guint) fy * y + phase) % size];
      }

  return self;
}

/* ± 0.35: the rings hold few modes, and a Hann window leaks steep spectra. */
static void
test_slope (void)
{
  static const double slopes[] = { 0.0, 2.0, 3.0 };
  g_autoptr (DipMask) mask = dip_mask_new (128, 128);

  for (guint i = 0; i < 128 * 128; i++)
    mask->values[i] = 1;
  for (guint i = 0; i < G_N_ELEMENTS (slopes); i++)
    {
      g_autoptr (DipPicture) picture = make_power_law (128, slopes[i]);
      const double slope = dip_power_spectrum_slope (picture, mask);

      g_test_message ("power f^-%g: slope %.3f", slopes[i], slope);
      g_assert_cmpfloat_with_epsilon (slope, slopes[i], 0.35);
    }
}

static void
test_slope_needs_room (void)
{
  g_autoptr (DipPicture) picture = make_power_law (128, 2.0);
  g_autoptr (DipMask) mask = dip_mask_new (128, 128);

  for (guint y = 10; y < 41; y++)
    for (guint x = 0; x < 128; x++)
      mask->values[y * 128 + x] = 1;
  g_assert_true (isnan (dip_power_spectrum_slope (picture, mask)));
  for (guint y = 8; y < 44; y++)
    for (guint x = 0; x < 128; x++)
      mask->values[y * 128 + x] = 1;
  g_assert_false (isnan (dip_power_spectrum_slope (picture, mask)));
}

static void
test_summary (void)
{
  static const double areas[] = { 0.2, 0.4, 0.9 };
  g_autoptr (DipPairSummary) summary = dip_pair_summary_new ();
  g_autofree char *text = NULL;
  json_t *json, *column;

  for (guint i = 0; i < 3; i++)
    {
      const DipPairStatistics statistics = { areas[i], NAN, 0.5, i == 1 ? 0.25 : NAN,
                                             0,        NAN, 3 };

      dip_pair_summary_add (summary, &statistics);
    }
  json = dip_pair_summary_to_json (summary);
  g_assert_cmpint (json_integer_value (json_object_get (json, "n")), ==, 3);
  column = json_object_get (json, "cc_area");
  g_assert_cmpfloat_with_epsilon (json_real_value (json_object_get (column, "mean")), 0.5,
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (json_real_value (json_object_get (column, "spread")),
                                  sqrt (0.13), 1e-12);
  column = json_object_get (json, "mlo_area");
  g_assert_true (json_is_null (json_object_get (column, "mean")));
  column = json_object_get (json, "mlo_brightness");
  g_assert_cmpfloat (json_real_value (json_object_get (column, "mean")), ==, 0.25);
  g_assert_true (json_is_null (json_object_get (column, "spread")));
  json_decref (json);

  text = dip_pair_summary_to_text (summary);
  g_assert_nonnull (strstr (text, "breast area CC 0.500 ± 0.361"));
  g_assert_null (strstr (text, "nan"));
}

static void
test_measure (void)
{
  static const int large[][3] = { { 0, 64, 60 } }, small[][3] = { { 0, 64, 40 } };
  g_autoptr (DipPicture) cc = make_discs (128, large, 1);
  g_autoptr (DipPicture) mlo = make_discs (128, small, 1);
  g_autoptr (DipPair) pair = dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF);
  DipPairStatistics s;

  dip_pair_measure (pair, DIP_THIRD_ABSDIFF, &s);
  g_assert_cmpfloat_with_epsilon (s.cc_area, G_PI * 1800 / 16384, 0.01);
  g_assert_cmpfloat_with_epsilon (s.mlo_area, G_PI * 800 / 16384, 0.01);
  g_assert_cmpfloat_with_epsilon (s.cc_brightness, 0.55, 0.02);
  g_assert_cmpfloat (s.residual, ==, 0.0);

  g_clear_pointer (&pair->mlo, dip_picture_free);
  g_clear_pointer (&pair->third, dip_picture_free);
  dip_pair_measure (pair, DIP_THIRD_ABSDIFF, &s);
  g_assert_true (isnan (s.mlo_area) && isnan (s.residual) && isnan (s.mlo_slope));
  g_assert_false (isnan (s.cc_area));
}

/* White noise has no slope.  One picture's strays by 0.11 (standard deviation of 150
 * seeds), the mean of 16 by 0.03.
 */
static void
test_measures_no_slope_in_noise (void)
{
  static const int disc[][3] = { { 0, 64, 60 } };
  double sum = 0;

  for (guint i = 0; i < 16; i++)
    {
      g_autoptr (DipPicture) cc = make_discs (128, disc, 1);
      g_autoptr (DipPair) pair = dip_pair_new_from_views (cc, cc, DIP_THIRD_ABSDIFF);
      DipPairStatistics s;

      dip_pair_measure (pair, DIP_THIRD_ABSDIFF, &s);
      sum += s.cc_slope;
    }

  g_assert_cmpfloat_with_epsilon (sum / 16, 0.0, 0.2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/breast-mask/takes-the-largest-part", test_mask_takes_largest);
  g_test_add_func ("/pair/breast-mask/fills-holes", test_mask_fills_holes);
  g_test_add_func ("/pair/breast-mask/of-nothing", test_mask_of_nothing);
  g_test_add_func ("/pair/breast-mask/union", test_union);
  g_test_add_func ("/pair/statistics/residual", test_residual);
  g_test_add_func ("/pair/statistics/slope", test_slope);
  g_test_add_func ("/pair/statistics/slope-needs-room", test_slope_needs_room);
  g_test_add_func ("/pair/statistics/summary", test_summary);
  g_test_add_func ("/pair/statistics/measure", test_measure);
  g_test_add_func ("/pair/statistics/no-slope-in-noise", test_measures_no_slope_in_noise);

  return g_test_run ();
}
