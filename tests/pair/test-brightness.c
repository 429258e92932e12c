#include "model/pair/brightness.h"
#include "tests/pair/shapes.h"

#include <math.h>

/* A disc in which every value of a ramp occurs equally often, from low to high. */
static DipPicture *
make_ramp (const DipMask *mask, double low, double high)
{
  DipPicture *self = dip_picture_new (mask->width, mask->height);

  for (guint i = 0; i < mask->width * mask->height; i++)
    self->values[i] = (float) (low + (high - low) * (i % 64) / 63.0);

  return self;
}

static DipMask *
make_all (guint size)
{
  return make_disc (size, size, size / 2.0, size / 2.0, 2.0 * size);
}

static void
test_moments (void)
{
  g_autoptr (DipMask) mask = make_all (64);
  g_autoptr (DipPicture) ramp = make_ramp (mask, 0.2, 0.8);
  DipBrightness brightness;

  dip_brightness_measure (&brightness, ramp, mask);
  g_assert_cmpfloat_with_epsilon (brightness.mean, 0.5, 1e-6);
  /* A uniform ramp of 64 steps: (high − low) √((64 + 1) / (12 · 63)). */
  g_assert_cmpfloat_with_epsilon (brightness.spread, 0.6 * sqrt (65.0 / (12 * 63)), 1e-4);
}

/* Brightness moved by s without clipping is s away; pixels outside do not count. */
static void
test_distance (void)
{
  g_autoptr (DipMask) mask = make_all (64);
  g_autoptr (DipPicture) here = make_ramp (mask, 0.1, 0.5);
  g_autoptr (DipPicture) there = make_ramp (mask, 0.35, 0.75);
  DipBrightness a, b;

  mask->values[5] = 0;
  here->values[5] = 1.0f;
  dip_brightness_measure (&a, here, mask);
  dip_brightness_measure (&b, there, mask);
  g_assert_cmpfloat (dip_brightness_get_distance (&a, &a), ==, 0.0);
  g_assert_cmpfloat_with_epsilon (dip_brightness_get_distance (&a, &b), 0.25, 1e-6);
  g_assert_cmpfloat (dip_brightness_get_distance (&b, &a), ==,
                     dip_brightness_get_distance (&a, &b));
}

static void
test_average (void)
{
  g_autoptr (DipMask) mask = make_all (64);
  g_autoptr (DipPicture) dark = make_filled (mask, 0.25f);
  g_autoptr (DipPicture) light = make_filled (mask, 0.75f);
  DipBrightness a, b, mean;
  const DipBrightness *both[] = { &a, &b };

  dip_brightness_measure (&a, dark, mask);
  dip_brightness_measure (&b, light, mask);
  dip_brightness_average (&mean, both, 2);
  g_assert_cmpfloat_with_epsilon (mean.mean, 0.5, 1.0 / DIP_HISTOGRAM_BINS);
  g_assert_cmpfloat_with_epsilon (dip_brightness_get_distance (&a, &mean), 0.25, 1e-9);
}

/* A quarter of a disc is dense; a gain and an offset change nothing. */
static void
test_density (void)
{
  g_autoptr (DipMask) mask = make_disc (128, 128, 63.5, 63.5, 60);
  g_autoptr (DipPicture) picture = dip_picture_new (128, 128);
  double density;

  for (guint i = 0; i < 128 * 128; i++)
    picture->values[i] = (float) ((i % 128 < 64 && i / 128 < 64 ? 0.7 : 0.3) +
                                  0.05 * g_test_rand_double ());
  density = dip_percent_density (picture, mask);
  g_assert_cmpfloat_with_epsilon (density, 25.0, 1e-9);
  for (guint i = 0; i < 128 * 128; i++)
    picture->values[i] = 0.5f * picture->values[i] + 0.125f;
  g_assert_cmpfloat_with_epsilon (dip_percent_density (picture, mask), 25.0, 1e-9);
}

static void
test_nothing (void)
{
  g_autoptr (DipMask) nothing = dip_mask_new (16, 16);
  g_autoptr (DipMask) all = make_all (16);
  g_autoptr (DipPicture) black = dip_picture_new (16, 16);
  DipBrightness brightness;

  dip_brightness_measure (&brightness, black, nothing);
  g_assert_true (isnan (brightness.mean));
  g_assert_true (isnan (dip_brightness_get_distance (&brightness, &brightness)));
  g_assert_true (isnan (dip_percent_density (black, nothing)));
  g_assert_true (isnan (dip_percent_density (black, all)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/brightness/moments", test_moments);
  g_test_add_func ("/brightness/distance", test_distance);
  g_test_add_func ("/brightness/average", test_average);
  g_test_add_func ("/brightness/density", test_density);
  g_test_add_func ("/brightness/nothing", test_nothing);

  return g_test_run ();
}
