#include "model/pair/contour.h"
#include "model/pair/overlap.h"
#include "model/pair/pnl.h"
#include "model/pair/profile.h"
#include "tests/pair/shapes.h"

#include <math.h>

/* Two discs of radius r, d apart, share the lens 2 r² acos (d/2r) − d/2 √(4r² − d²). */
static void
test_overlap_of_discs (void)
{
  g_autoptr (DipMask) a = make_disc (256, 256, 100, 128, 60);
  g_autoptr (DipMask) b = make_disc (256, 256, 140, 128, 60);
  const DipOverlap overlap = dip_overlap_count (a, b);
  const double lens = 2 * 3600 * acos (40.0 / 120.0) - 20.0 * sqrt (4.0 * 3600 - 1600);
  const double iou = lens / (2 * G_PI * 3600 - lens);

  g_assert_cmpfloat_with_epsilon (dip_overlap_get_iou (&overlap), iou, 0.005);
  g_assert_cmpfloat_with_epsilon (dip_overlap_get_dice (&overlap), 2 * iou / (1 + iou),
                                  0.005);
}

static void
test_overlap_limits (void)
{
  g_autoptr (DipMask) disc = make_disc (64, 64, 20, 20, 10);
  g_autoptr (DipMask) apart = make_disc (64, 64, 50, 50, 10);
  g_autoptr (DipMask) nothing = dip_mask_new (64, 64);
  DipOverlap overlap = dip_overlap_count (disc, disc);

  g_assert_cmpfloat (dip_overlap_get_iou (&overlap), ==, 1.0);
  g_assert_cmpfloat (dip_overlap_get_dice (&overlap), ==, 1.0);
  overlap = dip_overlap_count (disc, apart);
  g_assert_cmpfloat (dip_overlap_get_iou (&overlap), ==, 0.0);
  overlap = dip_overlap_count (nothing, nothing);
  g_assert_true (isnan (dip_overlap_get_iou (&overlap)));
  g_assert_true (isnan (dip_overlap_get_dice (&overlap)));
}

/* Scaled alike, two masks overlap alike. */
static void
test_overlap_scales (void)
{
  g_autoptr (DipMask) a = make_disc (256, 256, 100, 128, 60);
  g_autoptr (DipMask) b = make_disc (256, 256, 120, 110, 70);
  g_autoptr (DipMask) large_a = dip_mask_resize (a, 768, 768);
  g_autoptr (DipMask) large_b = dip_mask_resize (b, 768, 768);
  const DipOverlap small = dip_overlap_count (a, b);
  const DipOverlap large = dip_overlap_count (large_a, large_b);

  g_assert_cmpuint (large.n_both, ==, 9 * small.n_both);
  g_assert_cmpfloat (dip_overlap_get_iou (&large), ==, dip_overlap_get_iou (&small));
}

/* A bar of the columns [left, left + 20). */
static DipProfile *
make_bar_profile (guint left, float value)
{
  g_autoptr (DipMask) mask = dip_mask_new (256, 32);
  g_autoptr (DipPicture) picture = NULL;

  for (guint y = 0; y < 32; y++)
    for (guint x = left; x < left + 20; x++)
      mask->values[y * 256 + x] = 1;
  picture = make_filled (mask, value);

  return dip_profile_new (picture, mask);
}

/* A profile moved by s columns is s / width away (Wasserstein), whatever its gain. */
static void
test_profile_distance (void)
{
  g_autoptr (DipProfile) here = make_bar_profile (60, 0.8f);
  g_autoptr (DipProfile) dim = make_bar_profile (60, 0.2f);
  g_autoptr (DipProfile) moved = make_bar_profile (92, 0.4f);
  double sum = 0.0;

  for (guint x = 0; x < 256; x++)
    sum += here->values[x];
  g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (dip_profile_get_distance (here, dim), 0.0, 1e-7);
  g_assert_cmpfloat_with_epsilon (dip_profile_get_correlation (here, dim), 1.0, 1e-6);
  g_assert_cmpfloat_with_epsilon (dip_profile_get_distance (here, moved), 32.0 / 256,
                                  1e-6);
  g_assert_cmpfloat (dip_profile_get_correlation (here, moved), <, 0.0);
}

/* One bright column spreads to σ = 5/512 of the width. */
static void
test_profile_sigma (void)
{
  g_autoptr (DipMask) mask = dip_mask_new (512, 2);
  g_autoptr (DipPicture) picture = NULL;
  g_autoptr (DipProfile) profile = NULL;
  double variance = 0.0;

  mask->values[256] = 1;
  picture = make_filled (mask, 1.0f);
  profile = dip_profile_new (picture, mask);
  for (guint x = 0; x < 512; x++)
    variance += profile->values[x] * (x - 256.0) * (x - 256.0);
  g_assert_cmpfloat_with_epsilon (sqrt (variance), 5.0, 0.1);
}

static void
test_profile_of_nothing (void)
{
  g_autoptr (DipMask) mask = dip_mask_new (32, 32);
  g_autoptr (DipPicture) picture = dip_picture_new (32, 32);
  g_autoptr (DipProfile) profile = dip_profile_new (picture, mask);

  g_assert_true (profile->is_empty);
  g_assert_true (isnan (dip_profile_get_distance (profile, profile)));
  g_assert_true (isnan (dip_profile_get_correlation (profile, profile)));
}

/* The pectoral line through (60, 0) and (0, 80) has the normal (0.8, 0.6); its point
 * (30, 40) is the foot of what lies 90 px along the normal. */
static void
test_pnl (void)
{
  const DipLine pectoral = { 0.8, 0.6, 48.0 };
  DipPnl cc, mlo;

  dip_pnl_set_cc (&cc, (DipPoint){ 120, 50 });
  g_assert_cmpfloat (cc.length, ==, 120.5);
  g_assert_cmpfloat (cc.foot.x, ==, -0.5);
  g_assert_cmpfloat (cc.foot.y, ==, 50);

  dip_pnl_set_mlo (&mlo, (DipPoint){ 102, 94 }, &pectoral, 256, 256);
  g_assert_cmpfloat_with_epsilon (mlo.length, 90, 1e-9);
  g_assert_cmpfloat_with_epsilon (mlo.foot.x, 30, 1e-9);
  g_assert_cmpfloat_with_epsilon (mlo.foot.y, 40, 1e-9);
  g_assert_true (dip_pnl_is_reached (&mlo));
}

/* From far below, the foot would lie left of the picture: cut on its edge. */
static void
test_pnl_cut (void)
{
  const DipLine pectoral = { 0.8, 0.6, 48.0 };
  DipPnl mlo;

  dip_pnl_set_mlo (&mlo, (DipPoint){ 100, 200 }, &pectoral, 256, 256);
  g_assert_true (mlo.is_cut);
  g_assert_false (dip_pnl_is_reached (&mlo));
  g_assert_cmpfloat_with_epsilon (mlo.foot.x, -0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (mlo.length, 100.5 / 0.8, 1e-9);
}

static void
test_pnl_of_nothing (void)
{
  DipPnl pnl;

  dip_pnl_set_none (&pnl);
  g_assert_true (isnan (pnl.length));
  g_assert_false (dip_pnl_is_reached (&pnl));
}

/* The outline of a rectangle encloses it exactly; a hole counts the other way. */
static void
test_outlines (void)
{
  g_autoptr (DipMask) mask = dip_mask_new (20, 20);
  g_autoptr (DipContours) contours = NULL;

  for (guint y = 0; y < 10; y++)
    for (guint x = 3; x < 15; x++)
      mask->values[y * 20 + x] = 1;
  mask->values[5 * 20 + 7] = 0;
  mask->values[10 * 20 + 15] = 1; /* touches at a corner */
  contours = dip_contours_new (mask, FALSE);
  g_assert_cmpuint (contours->n_contours, ==, 3);
  g_assert_cmpfloat (dip_contour_get_area (&contours->contours[0]), ==, 120);
  g_assert_cmpuint (contours->contours[0].n_points, ==, 4);
  g_assert_cmpfloat (dip_contour_get_area (&contours->contours[1]) +
                         dip_contour_get_area (&contours->contours[2]),
                     ==, 0);
  g_assert_cmpfloat (contours->contours[0].points[0][0], ==, 2.5);
  g_assert_cmpfloat (contours->contours[0].points[0][1], ==, -0.5);
}

static void
test_outline_of_disc (void)
{
  g_autoptr (DipMask) disc = make_disc (128, 128, 60, 60, 40);
  g_autoptr (DipContours) contours = dip_contours_new (disc, TRUE);

  g_assert_cmpuint (contours->n_contours, ==, 1);
  for (guint i = 0; i < contours->contours[0].n_points; i++)
    {
      const double *point = contours->contours[0].points[i];

      g_assert_cmpfloat_with_epsilon (hypot (point[0] - 60, point[1] - 60), 40, 1.0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/overlap/discs", test_overlap_of_discs);
  g_test_add_func ("/overlap/limits", test_overlap_limits);
  g_test_add_func ("/overlap/scales", test_overlap_scales);
  g_test_add_func ("/profile/distance", test_profile_distance);
  g_test_add_func ("/profile/sigma", test_profile_sigma);
  g_test_add_func ("/profile/nothing", test_profile_of_nothing);
  g_test_add_func ("/pnl/lengths", test_pnl);
  g_test_add_func ("/pnl/cut", test_pnl_cut);
  g_test_add_func ("/pnl/nothing", test_pnl_of_nothing);
  g_test_add_func ("/outline/rectangle", test_outlines);
  g_test_add_func ("/outline/disc", test_outline_of_disc);

  return g_test_run ();
}
