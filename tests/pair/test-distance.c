#include "model/pair/distance.h"

#include <math.h>

/* Made of whole numbers, so that another program can make it too:
 * ((k x + (k + 3) y + x y) mod 97) / 97. */
static DipPicture *
make_picture (guint width, guint height, guint k)
{
  DipPicture *self = dip_picture_new (width, height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      self->values[y * width + x] = (float) ((k * x + (k + 3) * y + x * y) % 97) / 97.0f;

  return self;
}

static DipPicture *
mix (const DipPicture *a, const DipPicture *b)
{
  DipPicture *self = dip_picture_copy (a);

  for (gsize i = 0; i < (gsize) a->width * a->height; i++)
    self->values[i] = a->values[i] * 0.75f + b->values[i] * 0.25f;

  return self;
}

/* skimage.metrics.structural_similarity() 0.26 with gaussian_weights=True, sigma=1.5,
 * use_sample_covariance=False, data_range=1, in float64; and 255 times numpy's RMSE. */
static void
test_scikit_image (void)
{
  const struct
  {
    guint width, height;
    gboolean is_near;
    double ssim;
    double rmse;
  } cases[] = {
    { 11, 11, FALSE, -0.13810751246596498, 91.66857321575856 },
    { 11, 11, TRUE, 0.8746542755444696, 22.917142961381423 },
    { 12, 11, FALSE, -0.13591613959957227, 93.36400363546838 },
    { 12, 11, TRUE, 0.8839088011835834, 23.34100067664727 },
    { 33, 20, FALSE, -0.3454066705313626, 111.17158085720958 },
    { 33, 20, TRUE, 0.885410039803605, 27.792895224028378 },
    { 64, 64, FALSE, 0.007156578189439268, 103.68764222832192 },
    { 64, 64, TRUE, 0.9189126471188197, 25.921910833761256 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DipPicture) a = make_picture (cases[i].width, cases[i].height, 3);
      g_autoptr (DipPicture) far = make_picture (cases[i].width, cases[i].height, 5);
      g_autoptr (DipPicture) near = mix (a, far);
      DipPicture *b = cases[i].is_near ? near : far;
      g_autoptr (DipPair) first = dip_pair_new_from_views (a, a, DIP_THIRD_SUM);
      g_autoptr (DipPair) second = dip_pair_new_from_views (b, b, DIP_THIRD_SUM);
      DipPairDistance distance;

      dip_pair_measure_distance (first, second, &distance);
      g_assert_cmpfloat_with_epsilon (distance.rmse, cases[i].rmse, 1e-9);
      g_assert_cmpfloat_with_epsilon (distance.ssim, cases[i].ssim, 1e-12);
      g_assert_cmpfloat (dip_ssim (a, b), ==, dip_ssim (b, a));
    }
}

static void
test_same (void)
{
  g_autoptr (DipPicture) a = make_picture (20, 30, 3);
  g_autoptr (DipPair) pair = dip_pair_new_from_views (a, a, DIP_THIRD_ABSDIFF);
  DipPairDistance distance;

  dip_pair_measure_distance (pair, pair, &distance);
  g_assert_cmpfloat (distance.rmse, ==, 0.0);
  g_assert_cmpfloat_with_epsilon (distance.ssim, 1.0, 1e-12);
}

/* One view that is off by a tenth, of two: its mean square halves. */
static void
test_views (void)
{
  g_autoptr (DipPicture) black = dip_picture_new (10, 16);
  g_autoptr (DipPicture) dark = dip_picture_new (10, 16);
  g_autoptr (DipPair) a = dip_pair_new_from_views (black, black, DIP_THIRD_ABSDIFF);
  g_autoptr (DipPair) b = NULL;
  DipPairDistance distance;

  for (guint i = 0; i < 160; i++)
    dark->values[i] = 0.1f;
  b = dip_pair_new_from_views (black, dark, DIP_THIRD_ABSDIFF);

  dip_pair_measure_distance (a, b, &distance);
  g_assert_cmpfloat_with_epsilon (distance.rmse, 25.5 / sqrt (2.0), 1e-5);
  g_assert_true (isnan (distance.ssim));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/distance/scikit-image", test_scikit_image);
  g_test_add_func ("/distance/same", test_same);
  g_test_add_func ("/distance/views", test_views);

  return g_test_run ();
}
