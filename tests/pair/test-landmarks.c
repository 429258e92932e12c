#include "model/pair/landmarks.h"
#include "model/storage/json.h"

#include <math.h>

#define NEAR 1e-9

static void
test_line (void)
{
  const DipLine line =
      dip_line_through ((DipPoint){ 30.0, 0.0 }, (DipPoint){ 0.0, 40.0 });
  const DipPoint foot = dip_line_foot (&line, (DipPoint){ 0.0, 0.0 });

  g_assert_cmpfloat_with_epsilon (hypot (line.normal_x, line.normal_y), 1.0, NEAR);
  g_assert_cmpfloat_with_epsilon (fabs (line.distance), 24.0, NEAR);
  g_assert_cmpfloat_with_epsilon (dip_line_angle (&line), 36.869897645844, 1e-6);
  g_assert_cmpfloat_with_epsilon (foot.x, 19.2, NEAR);
  g_assert_cmpfloat_with_epsilon (foot.y, 14.4, NEAR);
  g_assert_cmpfloat_with_epsilon (dip_line_at_row (&line, 20.0).x, 15.0, NEAR);
  g_assert_cmpfloat_with_epsilon (dip_line_at_column (&line, 15.0).y, 20.0, NEAR);
}

static void
test_parallel_is_finite (void)
{
  const DipLine vertical = dip_line_through ((DipPoint){ 3, 0 }, (DipPoint){ 3, 9 });
  const DipLine point = dip_line_through ((DipPoint){ 3, 4 }, (DipPoint){ 3, 4 });

  g_assert_true (isfinite (dip_line_at_column (&vertical, 5.0).y));
  g_assert_cmpfloat (dip_line_angle (&vertical), ==, 0.0);
  g_assert_cmpfloat (dip_line_at_row (&point, 100.0).x, ==, 3.0);
}

static void
assert_away_from_chest (const DipLandmarks *l, double chest_x)
{
  g_assert_cmpfloat (
      dip_line_signed_distance (&l->pectoral.line, (DipPoint){ chest_x, 0.0 }), <, 0.0);
}

/* Whichever end is given first, the normal points to the nipple. */
static void
test_pectoral_by_hand (void)
{
  const DipPoint top = { 40, 0 }, bottom = { 0, 80 };
  DipLandmarks l;

  dip_landmarks_init (&l, DIP_VIEW_POSITION_MLO, DIP_CHEST_LEFT);
  dip_landmarks_set_pectoral (&l, top, bottom);
  assert_away_from_chest (&l, 0.0);
  dip_landmarks_set_pectoral (&l, bottom, top);
  assert_away_from_chest (&l, 0.0);
  g_assert_true (l.pectoral.is_found && l.pectoral.is_by_hand);

  dip_landmarks_flip (&l, 101);
  g_assert_cmpint (l.chest_side, ==, DIP_CHEST_RIGHT);
  assert_away_from_chest (&l, 100.0);
  g_assert_cmpfloat_with_epsilon (
      dip_line_signed_distance (&l.pectoral.line, (DipPoint){ 60, 0 }), 0.0, NEAR);
  dip_landmarks_remove_pectoral (&l);
  g_assert_false (l.pectoral.is_found);
}

static void
test_scale_and_flip_return (void)
{
  DipLandmarks l, was;

  dip_landmarks_init (&l, DIP_VIEW_POSITION_MLO, DIP_CHEST_LEFT);
  dip_landmarks_set_point (&l, DIP_LANDMARK_NIPPLE, (DipPoint){ 70.25, 33.5 });
  dip_landmarks_set_pectoral (&l, (DipPoint){ 40, 0 }, (DipPoint){ 0, 80 });
  was = l;
  dip_landmarks_scale (&l, 4.0, 4.0);
  g_assert_cmpfloat_with_epsilon (l.nipple.at.x, 282.5, NEAR);
  g_assert_cmpfloat_with_epsilon (dip_line_angle (&l.pectoral.line),
                                  dip_line_angle (&was.pectoral.line), NEAR);
  dip_landmarks_flip (&l, 400);
  dip_landmarks_flip (&l, 400);
  dip_landmarks_scale (&l, 0.25, 0.25);
  g_assert_cmpfloat_with_epsilon (l.nipple.at.x, was.nipple.at.x, NEAR);
  g_assert_cmpfloat_with_epsilon (l.nipple.at.y, was.nipple.at.y, NEAR);
  g_assert_cmpfloat_with_epsilon (l.pectoral.line.distance, was.pectoral.line.distance,
                                  NEAR);
}

static void
test_by_hand_stays (void)
{
  DipLandmarks found, hand;

  dip_landmarks_init (&found, DIP_VIEW_POSITION_CC, DIP_CHEST_LEFT);
  hand = found;
  found.nipple = (DipLandmark){ { 1, 2 }, 0.5, TRUE, FALSE };
  found.inferior = found.nipple;
  dip_landmarks_set_point (&hand, DIP_LANDMARK_NIPPLE, (DipPoint){ 8, 9 });
  dip_landmarks_keep_by_hand (&found, &hand);
  g_assert_cmpfloat (found.nipple.at.x, ==, 8.0);
  g_assert_cmpfloat (found.nipple.confidence, ==, 1.0);
  g_assert_cmpfloat (found.inferior.at.x, ==, 1.0);
}

static void
test_json (void)
{
  g_autofree char *text = NULL;
  DipLandmarks l;
  json_t *json;

  dip_landmarks_init (&l, DIP_VIEW_POSITION_MLO, DIP_CHEST_RIGHT);
  dip_landmarks_set_point (&l, DIP_LANDMARK_NIPPLE, (DipPoint){ 1.5, 2 });
  json = dip_landmarks_to_json (&l);
  text = dip_json_dump_line (json);
  json_decref (json);
  g_assert_cmpstr (text, ==,
                   "{\"view\": \"MLO\", \"chest_wall_side\": \"right\", \"nipple\": "
                   "{\"at\": [1.5, 2.0], \"confidence\": 1.0, \"by_hand\": true}, "
                   "\"chest_wall\": null, \"superior\": null, \"inferior\": null, "
                   "\"pectoral\": null}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/geometry/line", test_line);
  g_test_add_func ("/pair/geometry/parallel-is-finite", test_parallel_is_finite);
  g_test_add_func ("/pair/landmarks/pectoral-by-hand", test_pectoral_by_hand);
  g_test_add_func ("/pair/landmarks/scale-and-flip-return", test_scale_and_flip_return);
  g_test_add_func ("/pair/landmarks/by-hand-stays", test_by_hand_stays);
  g_test_add_func ("/pair/landmarks/json", test_json);

  return g_test_run ();
}
