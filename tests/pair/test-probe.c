#include "model/pair/probe.h"
#include "tests/pair/shapes.h"

#include <math.h>

/* A half disc with a nipple at (150, 128); the MLO's pectoral line through (75, 0) and
 * (0, 100), whose normal is (0.8, 0.6). */
static DipFoundView *
make_view (DipViewPosition position)
{
  DipFoundView *self = g_new0 (DipFoundView, 1);

  self->picture = dip_picture_new (256, 256);
  self->breast = g_new0 (DipBreast, 1);
  self->breast->mask = make_disc (256, 256, -0.5, 128, 150);
  self->breast->foreign = dip_mask_new (256, 256);
  dip_landmarks_init (&self->breast->landmarks, position, DIP_CHEST_LEFT);
  dip_landmarks_set_point (&self->breast->landmarks, DIP_LANDMARK_NIPPLE,
                           (DipPoint){ 150, 128 });
  if (position == DIP_VIEW_POSITION_MLO)
    dip_landmarks_set_pectoral (&self->breast->landmarks, (DipPoint){ 75, 0 },
                                (DipPoint){ 0, 100 });

  return self;
}

/* 60 px behind the nipple and 25 beside it: in the MLO 60 px along the PNL and as far
 * beside it, on either side. */
static void
test_known (void)
{
  g_autoptr (DipFoundView) cc = make_view (DIP_VIEW_POSITION_CC);
  g_autoptr (DipFoundView) mlo = make_view (DIP_VIEW_POSITION_MLO);
  DipPoint crossings[2];
  DipProbe probe;

  g_assert_true (dip_probe_set (&probe, cc, (DipPoint){ 90, 153 }, mlo, 5.0));
  g_assert_cmpfloat_with_epsilon (probe.radius, 65, 1e-9);
  g_assert_cmpfloat_with_epsilon (probe.depth, 60, 1e-9);
  g_assert_cmpfloat_with_epsilon (probe.direction_x, -0.8, 1e-9);
  g_assert_cmpfloat_with_epsilon (probe.direction_y, -0.6, 1e-9);
  g_assert_true (probe.has_strip);
  g_assert_true (dip_probe_get_crossings (&probe, crossings));
  g_assert_cmpfloat_with_epsilon (crossings[0].x, 150 - 60 * 0.8 + 25 * 0.6, 1e-9);
  g_assert_cmpfloat_with_epsilon (crossings[0].y, 128 - 60 * 0.6 - 25 * 0.8, 1e-9);
  g_assert_cmpfloat_with_epsilon (crossings[1].x, 150 - 60 * 0.8 - 25 * 0.6, 1e-9);
  g_assert_cmpfloat_with_epsilon (crossings[1].y, 128 - 60 * 0.6 + 25 * 0.8, 1e-9);
}

/* Just within and just beyond the tolerance, of the arc and of the strip. */
static void
test_tolerance (void)
{
  g_autoptr (DipFoundView) cc = make_view (DIP_VIEW_POSITION_CC);
  g_autoptr (DipFoundView) mlo = make_view (DIP_VIEW_POSITION_MLO);
  DipProbe probe;

  g_assert_true (dip_probe_set (&probe, mlo, (DipPoint){ 150 - 48, 128 - 36 }, cc, 5.0));
  for (int side = -1; side <= 1; side += 2)
    {
      g_assert_true (dip_probe_is_on_arc (&probe, (DipPoint){ 150, 128 + side * 64.9 }));
      g_assert_true (dip_probe_is_on_arc (&probe, (DipPoint){ 150, 128 + side * 55.1 }));
      g_assert_false (dip_probe_is_on_arc (&probe, (DipPoint){ 150, 128 + side * 65.1 }));
      g_assert_false (dip_probe_is_on_arc (&probe, (DipPoint){ 150, 128 + side * 54.9 }));
      g_assert_true (dip_probe_is_in_strip (&probe, (DipPoint){ 90 + side * 4.9, 0 }));
      g_assert_false (dip_probe_is_in_strip (&probe, (DipPoint){ 90 + side * 5.1, 0 }));
    }
  g_assert_cmpfloat_with_epsilon (dip_probe_get_tolerance (10.0, 0.5, 256), 20, 1e-9);
  g_assert_cmpfloat_with_epsilon (dip_probe_get_tolerance (10.0, 0.0, 256), 12.8, 1e-9);
}

/* The nipple itself; a view without a pectoral line; one without a nipple. */
static void
test_missing (void)
{
  g_autoptr (DipFoundView) cc = make_view (DIP_VIEW_POSITION_CC);
  g_autoptr (DipFoundView) mlo = make_view (DIP_VIEW_POSITION_MLO);
  DipProbeFigures figures;
  DipPoint crossings[2];
  DipProbe probe;

  g_assert_true (dip_probe_set (&probe, mlo, (DipPoint){ 150, 128 }, cc, 1.0));
  g_assert_true (dip_probe_is_on_arc (&probe, (DipPoint){ 150, 128 }));
  g_assert_true (dip_probe_is_in_strip (&probe, (DipPoint){ 150, 128 }));
  dip_probe_measure (&figures, cc, (DipPoint){ 100, 128 });
  g_assert_cmpfloat_with_epsilon (figures.distance, 50, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.depth, 50, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.behind, 100.5, 1e-9);

  dip_landmarks_remove_pectoral (&mlo->breast->landmarks);
  g_assert_true (dip_probe_set (&probe, mlo, (DipPoint){ 100, 128 }, cc, 1.0));
  g_assert_false (probe.has_strip);
  g_assert_false (dip_probe_get_crossings (&probe, crossings));
  g_assert_true (dip_probe_is_on_arc (&probe, (DipPoint){ 150, 78 }));
  g_assert_true (dip_probe_is_in_strip (&probe, (DipPoint){ 150, 78 }));
  dip_probe_measure (&figures, mlo, (DipPoint){ 100, 128 });
  g_assert_true (isnan (figures.depth) && isnan (figures.behind));

  cc->breast->landmarks.nipple.is_found = FALSE;
  g_assert_false (dip_probe_set (&probe, mlo, (DipPoint){ 100, 128 }, cc, 1.0));
  g_assert_false (dip_probe_set (&probe, cc, (DipPoint){ 100, 128 }, mlo, 1.0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe/known", test_known);
  g_test_add_func ("/probe/tolerance", test_tolerance);
  g_test_add_func ("/probe/missing", test_missing);

  return g_test_run ();
}
