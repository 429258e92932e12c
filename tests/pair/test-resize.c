#include "model/pair/resize.h"

#include <math.h>

static DipPicture *
make_ramp (guint width, guint height)
{
  DipPicture *self = dip_picture_new (width, height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      self->values[y * width + x] = 0.01f * (float) x + 0.02f * (float) y;

  return self;
}

static double
mean_of (const DipPicture *picture)
{
  double sum = 0.0;

  for (guint i = 0; i < picture->width * picture->height; i++)
    sum += (double) picture->values[i];

  return sum / (picture->width * picture->height);
}

static void
test_halve (void)
{
  g_autoptr (DipPicture) ramp = make_ramp (8, 6);
  g_autoptr (DipPicture) half = dip_picture_resize (ramp, 4, 3);

  for (guint y = 0; y < 3; y++)
    for (guint x = 0; x < 4; x++)
      g_assert_cmpfloat_with_epsilon (
          half->values[y * 4 + x],
          0.01f * (2.0f * (float) x + 0.5f) + 0.02f * (2.0f * (float) y + 0.5f), 1e-6f);
}

/* Averaging areas keeps the mean, at sizes that do not divide too. */
static void
test_mean (void)
{
  g_autoptr (DipPicture) ramp = make_ramp (37, 41);
  g_autoptr (DipPicture) small = NULL;

  for (guint i = 0; i < 37 * 41; i++)
    ramp->values[i] = (float) g_test_rand_double ();
  small = dip_picture_resize (ramp, 16, 7);
  g_assert_cmpfloat_with_epsilon (mean_of (small), mean_of (ramp), 1e-6);
}

static void
test_enlarge (void)
{
  g_autoptr (DipPicture) ramp = make_ramp (5, 5);
  g_autoptr (DipPicture) large = dip_picture_resize (ramp, 10, 20);

  /* Away from the border a ramp stays a ramp. */
  g_assert_cmpfloat_with_epsilon (large->values[8 * 10 + 4],
                                  0.01f * 1.75f + 0.02f * 1.625f, 1e-6f);
  g_assert_cmpfloat_with_epsilon (large->values[0], 0.0f, 1e-6f);
  g_assert_cmpfloat_with_epsilon (large->values[20 * 10 - 1], 0.12f, 1e-6f);
}

static void
test_same (void)
{
  g_autoptr (DipPicture) ramp = make_ramp (7, 5);
  g_autoptr (DipPicture) same = dip_picture_resize (ramp, 7, 5);

  g_assert_cmpmem (ramp->values, 35 * sizeof (float), same->values, 35 * sizeof (float));
}

/* Tall into square: one factor, at the left, centred in height, black beside. */
static void
test_fit (void)
{
  g_autoptr (DipPicture) tall = dip_picture_new (10, 20);
  g_autoptr (DipPicture) wide = dip_picture_new (20, 10);
  g_autoptr (DipPicture) a = NULL, b = NULL;

  for (guint i = 0; i < 200; i++)
    tall->values[i] = wide->values[i] = 0.5f;
  a = dip_picture_fit (tall, 8, 8);
  b = dip_picture_fit (wide, 8, 8);
  for (guint y = 0; y < 8; y++)
    for (guint x = 0; x < 8; x++)
      {
        g_assert_cmpfloat (a->values[y * 8 + x], ==, x < 4 ? 0.5f : 0.0f);
        g_assert_cmpfloat (b->values[y * 8 + x], ==, y >= 2 && y < 6 ? 0.5f : 0.0f);
      }
}

static void
test_flip (void)
{
  for (guint width = 4; width <= 5; width++)
    {
      g_autoptr (DipPicture) ramp = make_ramp (width, 2);
      g_autoptr (DipPicture) flipped = dip_picture_copy (ramp);

      dip_picture_flip (flipped);
      for (guint i = 0; i < 2 * width; i++)
        g_assert_cmpfloat (flipped->values[i], ==,
                           ramp->values[i / width * width + width - 1 - i % width]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/resize/halve", test_halve);
  g_test_add_func ("/pair/resize/keeps-the-mean", test_mean);
  g_test_add_func ("/pair/resize/enlarge", test_enlarge);
  g_test_add_func ("/pair/resize/same-size", test_same);
  g_test_add_func ("/pair/resize/fit", test_fit);
  g_test_add_func ("/pair/resize/flip", test_flip);

  return g_test_run ();
}
