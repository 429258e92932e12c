#include "model/pair/figures.h"
#include "model/pair/shuffle.h"
#include "tests/pair/shapes.h"

#include <math.h>

/* A half disc on the chest wall, its nipple and muscle set by hand. */
static DipFoundView *
make_view (DipViewPosition position, double y, double radius, float value)
{
  DipFoundView *self = g_new0 (DipFoundView, 1);
  DipMask *mask = make_disc (256, 256, -0.5, y, radius);

  self->picture = make_filled (mask, value);
  self->breast = g_new0 (DipBreast, 1);
  self->breast->mask = mask;
  self->breast->foreign = dip_mask_new (256, 256);
  dip_landmarks_init (&self->breast->landmarks, position, DIP_CHEST_LEFT);
  dip_landmarks_set_point (&self->breast->landmarks, DIP_LANDMARK_NIPPLE,
                           (DipPoint){ radius - 0.5, y });
  if (position == DIP_VIEW_POSITION_MLO)
    dip_landmarks_set_pectoral (&self->breast->landmarks, (DipPoint){ 50, 0 },
                                (DipPoint){ 0, 200 });

  return self;
}

static void
compute (DipPairFigures *figures,
         const DipFoundView *cc,
         const DipFoundView *mlo,
         double spacing)
{
  g_autoptr (DipPicture) third =
      dip_third_make (DIP_THIRD_ABSDIFF, cc->picture, mlo->picture);

  dip_pair_figures_compute (figures, cc, mlo, third, DIP_THIRD_ABSDIFF, spacing,
                            DIP_FIGURES_ALL);
}

static void
test_known (void)
{
  g_autoptr (DipFoundView) cc = make_view (DIP_VIEW_POSITION_CC, 128, 100, 0.5f);
  g_autoptr (DipFoundView) mlo = make_view (DIP_VIEW_POSITION_MLO, 128, 80, 0.25f);
  DipPairFigures figures;
  double pnl;

  compute (&figures, cc, mlo, 0.5);
  /* The line 4 x + y = 200. */
  pnl = (4 * 79.5 + 128 - 200) / sqrt (17.0);
  g_assert_cmpfloat_with_epsilon (figures.cc_area, G_PI * 5000, 100);
  g_assert_cmpfloat_with_epsilon (figures.iou, 0.64, 0.005);
  g_assert_cmpfloat_with_epsilon (figures.cc_pnl, 100, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.mlo_pnl, pnl, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.pnl_ratio, 100 / pnl, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.pnl_difference_mm, 0.5 * (100 - pnl), 1e-9);
  g_assert_cmpfloat (figures.pnl_within_10_mm, ==, 0.0);
  g_assert_cmpfloat_with_epsilon (figures.pectoral_angle, atan2 (50, 200) * 180 / G_PI,
                                  1e-9);
  g_assert_cmpfloat (figures.pectoral_reaches_pnl, ==, 1.0);
  g_assert_cmpfloat (figures.cc_in_profile, ==, 1.0);
  g_assert_cmpfloat_with_epsilon (figures.third_residual, 0.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.cc_brightness, 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.histogram_distance, 0.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.registration_scale, 1.25, 0.03);
  g_assert_cmpfloat (figures.registration_iou, >, 0.95);

  compute (&figures, cc, mlo, 0.1);
  g_assert_cmpfloat (figures.pnl_within_10_mm, ==, 1.0);
  compute (&figures, cc, mlo, 0.0);
  g_assert_true (isnan (figures.pnl_difference_mm));
}

/* A nipple well inside the outline is not in profile. */
static void
test_profile (void)
{
  g_autoptr (DipFoundView) cc = make_view (DIP_VIEW_POSITION_CC, 128, 100, 0.5f);
  g_autoptr (DipFoundView) mlo = make_view (DIP_VIEW_POSITION_MLO, 128, 100, 0.5f);
  DipPairFigures figures;

  dip_landmarks_set_point (&cc->breast->landmarks, DIP_LANDMARK_NIPPLE,
                           (DipPoint){ 85, 128 });
  compute (&figures, cc, mlo, 0.0);
  g_assert_cmpfloat (figures.cc_in_profile, ==, 0.0);
  g_assert_cmpfloat (figures.mlo_in_profile, ==, 1.0);
}

/* Nothing found: every figure null, nothing fails. */
static void
test_nothing (void)
{
  g_autoptr (DipPicture) black = dip_picture_new (64, 64);
  g_autoptr (DipFoundView) cc =
      dip_found_view_new (black, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_AUTO);
  g_autoptr (DipFoundView) mlo =
      dip_found_view_new (black, DIP_VIEW_POSITION_MLO, NULL, DIP_FLIP_AUTO);
  DipPairFigures figures;

  compute (&figures, cc, mlo, 0.5);
  for (guint i = 0; i < dip_figures_get_count (); i++)
    g_assert_true (isnan (dip_pair_figures_get (&figures, i)));
}

/* A right breast turned round measures as the left one; so does a dimmer one. */
static void
test_flip_and_gain (void)
{
  g_autoptr (DipMask) disc = make_disc (256, 256, -0.5, 120, 90);
  g_autoptr (DipMask) mirrored = make_disc (256, 256, 255.5, 120, 90);
  g_autoptr (DipPicture) left = make_filled (disc, 0.8f);
  g_autoptr (DipPicture) right = make_filled (mirrored, 0.3f);
  g_autoptr (DipFoundView) a =
      dip_found_view_new (left, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_NEVER);
  g_autoptr (DipFoundView) b =
      dip_found_view_new (right, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_ALWAYS);
  DipPairFigures figures;

  compute (&figures, a, b, 0.0);
  g_assert_true (b->was_flipped);
  g_assert_cmpfloat_with_epsilon (figures.iou, 1.0, 0.01);
  g_assert_cmpfloat_with_epsilon (figures.ap_distance, 0.0, 0.002);
}

/* A negative of 12 of 16 bits has the values of its positive, whatever its darkest is. */
static void
test_negative (void)
{
  g_autoptr (DipMask) disc = make_disc (128, 128, -0.5, 60, 50);
  g_autoptr (DipPicture) positive = make_filled (disc, 0.7f * 4095.0f / 65535.0f);
  g_autoptr (DipPicture) negative = dip_picture_copy (positive);
  g_autoptr (DipFoundView) view = NULL;

  for (guint i = 0; i < 128 * 128; i++)
    negative->values[i] = 4095.0f / 65535.0f - negative->values[i];
  view = dip_found_view_new (negative, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_AUTO);
  g_assert_true (view->breast->is_inverted);
  for (guint i = 0; i < 128 * 128; i++)
    g_assert_cmpfloat_with_epsilon (view->picture->values[i], positive->values[i], 1e-6);
}

/* Framing moves everything down together. */
static void
test_frame (void)
{
  g_autoptr (DipFoundView) mlo = make_view (DIP_VIEW_POSITION_MLO, 128, 80, 0.25f);
  DipPnl before, after;

  dip_found_view_get_pnl (mlo, &before);
  dip_found_view_frame (mlo, 300, 296);
  dip_found_view_get_pnl (mlo, &after);
  g_assert_cmpfloat_with_epsilon (after.length, before.length, 1e-9);
  g_assert_cmpfloat_with_epsilon (after.foot.y, before.foot.y + 20, 1e-9);
  g_assert_cmpuint (mlo->breast->mask->values[148 * 300 + 70], ==, 1);
  g_assert_cmpuint (mlo->breast->mask->values[148 * 300 + 90], ==, 0);
}

static void
test_heat_map (void)
{
  g_autoptr (DipPicture) cc = dip_picture_new (2, 1);
  g_autoptr (DipPicture) mlo = dip_picture_new (2, 1);
  g_autoptr (DipPicture) third = dip_picture_new (2, 1);
  g_autoptr (DipPicture) map = NULL;

  cc->values[0] = 0.75f;
  third->values[0] = 0.5f;
  third->values[1] = 0.25f;
  map = dip_third_heat_map (DIP_THIRD_ABSDIFF, cc, mlo, third);
  g_assert_cmpfloat (map->values[0], ==, 0.25f);
  g_assert_cmpfloat (map->values[1], ==, 0.25f);
}

static void
test_band (void)
{
  double values[102];
  DipBand band;

  for (guint i = 0; i <= 100; i++)
    values[i] = 100 - i;
  values[101] = NAN;
  dip_band_compute (&band, values, 102);
  g_assert_cmpuint (band.n, ==, 101);
  g_assert_cmpfloat_with_epsilon (band.low, 5, 1e-9);
  g_assert_cmpfloat_with_epsilon (band.median, 50, 1e-9);
  g_assert_cmpfloat_with_epsilon (band.high, 95, 1e-9);
  dip_band_compute (&band, values + 101, 1);
  g_assert_true (isnan (band.median));
}

/* Pairs that agree exactly, of different sizes: shuffled ones do not. */
static void
test_shuffle (void)
{
  g_autoptr (DipShuffle) shuffle = dip_shuffle_new ();
  g_autoptr (DipShuffle) black = dip_shuffle_new ();
  DipBand bands[DIP_N_SHUFFLED], again[DIP_N_SHUFFLED];

  g_assert_cmpuint (dip_shuffle_compute (shuffle, bands), ==, 0);
  g_assert_true (isnan (bands[DIP_SHUFFLED_IOU].median));
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (DipFoundView) cc =
          make_view (DIP_VIEW_POSITION_CC, 128, 70 + 10 * i, 0.5f);
      g_autoptr (DipFoundView) mlo =
          make_view (DIP_VIEW_POSITION_MLO, 128, 70 + 10 * i, 0.5f);
      g_autoptr (DipPicture) third = dip_picture_new (256, 256);

      dip_shuffle_add (shuffle, cc, mlo, third, DIP_THIRD_ABSDIFF);
      dip_shuffle_add (black, cc, mlo, third, DIP_THIRD_ZERO);
    }
  g_assert_cmpuint (dip_shuffle_compute (shuffle, bands), ==, 20);
  /* The nearest in size: (100/110)², the farthest: (70/110)². */
  g_assert_cmpfloat_with_epsilon (bands[DIP_SHUFFLED_IOU].low, 0.41, 0.03);
  g_assert_cmpfloat (bands[DIP_SHUFFLED_IOU].high, <, 0.85);
  g_assert_cmpfloat (bands[DIP_SHUFFLED_THIRD_RESIDUAL].median, >, 0.05);
  g_assert_cmpfloat (bands[DIP_SHUFFLED_AP_DISTANCE].low, >, 0.01);
  dip_shuffle_compute (shuffle, again);
  for (guint i = 0; i < DIP_N_SHUFFLED; i++)
    g_assert_cmpfloat (bands[i].median, ==, again[i].median);

  /* A black third channel is as it should be where it should be black. */
  dip_shuffle_compute (black, again);
  g_assert_cmpfloat (again[DIP_SHUFFLED_THIRD_RESIDUAL].high, ==, 0.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figures/known", test_known);
  g_test_add_func ("/figures/nipple-in-profile", test_profile);
  g_test_add_func ("/figures/nothing", test_nothing);
  g_test_add_func ("/figures/flip-and-gain", test_flip_and_gain);
  g_test_add_func ("/figures/frame", test_frame);
  g_test_add_func ("/figures/negative", test_negative);
  g_test_add_func ("/figures/heat-map", test_heat_map);
  g_test_add_func ("/figures/band", test_band);
  g_test_add_func ("/figures/shuffle", test_shuffle);

  return g_test_run ();
}
