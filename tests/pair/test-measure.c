#include "model/pair/measure.h"

#include <math.h>

static DipMeasure *
make (DipMeasureKind kind, const DipPoint *points, guint n)
{
  DipMeasure *self = dip_measure_new (kind, 0);

  for (guint i = 0; i < n; i++)
    dip_measure_add_point (self, points[i]);

  return self;
}

/* v = 0.1 + 0.01 x + 0.002 y, which linear interpolation gives back exactly. */
static DipPicture *
make_ramp (void)
{
  DipPicture *self = dip_picture_new (32, 24);

  for (guint y = 0; y < 24; y++)
    for (guint x = 0; x < 32; x++)
      self->values[y * 32 + x] = (float) (0.1 + 0.01 * x + 0.002 * y);

  return self;
}

static void
test_distance (void)
{
  const DipPoint points[] = { { 3, 4 }, { 15, 9 } };
  g_autoptr (DipMeasure) self = make (DIP_MEASURE_DISTANCE, points, 2);
  g_autoptr (DipMeasure) half = make (DIP_MEASURE_DISTANCE, points, 1);
  g_autoptr (DipMeasure) copy = dip_measure_copy (self);
  DipMeasureFigures figures;

  dip_measure_compute (self, NULL, &figures);
  g_assert_cmpfloat_with_epsilon (figures.length, 13, 1e-12);
  g_assert_true (isnan (figures.degrees) && isnan (figures.area) && isnan (figures.mean));
  dip_measure_compute (half, NULL, &figures);
  g_assert_true (isnan (figures.length));
  dip_measure_set_point (self, 1, (DipPoint){ 3, 5 });
  dip_measure_compute (copy, NULL, &figures);
  g_assert_cmpfloat_with_epsilon (figures.length, 13, 1e-12);
}

static void
test_angle (void)
{
  static const struct
  {
    DipPoint points[3];
    double degrees;
  } cases[] = { { { { 10, 0 }, { 0, 0 }, { 0, 5 } }, 90 },
                { { { 10, 0 }, { 0, 0 }, { 7, 7 } }, 45 },
                { { { 10, 0 }, { 0, 0 }, { 7, -7 } }, 45 },
                { { { 5, 5 }, { 6, 5 }, { 9, 5 } }, 180 },
                { { { 5, 5 }, { 6, 5 }, { 3, 5 } }, 0 },
                { { { 1, 1 }, { 2, 1 }, { 2 + 0.5, 1 + 0.8660254037844386 } }, 120 } };
  const DipPoint none[] = { { 1, 1 }, { 1, 1 }, { 2, 2 } };
  g_autoptr (DipMeasure) flat = make (DIP_MEASURE_ANGLE, none, 3);
  DipMeasureFigures figures;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DipMeasure) self = make (DIP_MEASURE_ANGLE, cases[i].points, 3);

      dip_measure_compute (self, NULL, &figures);
      g_assert_cmpfloat_with_epsilon (figures.degrees, cases[i].degrees, 1e-9);
      g_assert_true (isnan (figures.length));
    }
  dip_measure_compute (flat, NULL, &figures);
  g_assert_true (isnan (figures.degrees));
}

/* A square, either way round, whose 16 pixels have a known mean and spread; an L. */
static void
test_area (void)
{
  const DipPoint square[] = { { 3.5, 3.5 }, { 7.5, 3.5 }, { 7.5, 7.5 }, { 3.5, 7.5 } };
  const DipPoint back[] = { { 3.5, 7.5 }, { 7.5, 7.5 }, { 7.5, 3.5 }, { 3.5, 3.5 } };
  const DipPoint l[] = { { 0, 0 }, { 8, 0 }, { 8, 2 }, { 2, 2 }, { 2, 6 }, { 0, 6 } };
  g_autoptr (DipMeasure) a = make (DIP_MEASURE_AREA, square, 4);
  g_autoptr (DipMeasure) b = make (DIP_MEASURE_AREA, back, 4);
  g_autoptr (DipMeasure) c = make (DIP_MEASURE_AREA, l, 6);
  g_autoptr (DipPicture) ramp = make_ramp ();
  DipMeasureFigures figures;

  dip_measure_compute (a, ramp, &figures);
  g_assert_cmpfloat_with_epsilon (figures.area, 16, 1e-12);
  g_assert_cmpfloat_with_epsilon (figures.length, 16, 1e-12);
  g_assert_cmpfloat_with_epsilon (figures.mean, 0.1 + 0.055 + 0.011, 1e-6);
  /* Of 4 ... 7 the variance is 1.25. */
  g_assert_cmpfloat_with_epsilon (figures.spread, sqrt (1.25 * (1e-4 + 4e-6)), 1e-6);
  g_assert_cmpfloat_with_epsilon (figures.lowest, 0.1 + 0.04 + 0.008, 1e-6);
  g_assert_cmpfloat_with_epsilon (figures.highest, 0.1 + 0.07 + 0.014, 1e-6);
  dip_measure_compute (b, ramp, &figures);
  g_assert_cmpfloat_with_epsilon (figures.area, 16, 1e-12);
  g_assert_cmpfloat_with_epsilon (figures.mean, 0.166, 1e-6);
  dip_measure_compute (c, NULL, &figures);
  g_assert_cmpfloat_with_epsilon (figures.area, 24, 1e-12);
  g_assert_cmpfloat_with_epsilon (figures.length, 28, 1e-12);
}

/* Samples along a slanted line of a ramp, and beyond the border. */
static void
test_profile (void)
{
  const DipPoint points[] = { { 2.25, 3.5 }, { 14.25, 8.5 } };
  const DipPoint outside[] = { { -10, 5 }, { 40, 5 } };
  g_autoptr (DipMeasure) self = make (DIP_MEASURE_PROFILE, points, 2);
  g_autoptr (DipMeasure) beyond = make (DIP_MEASURE_PROFILE, outside, 2);
  g_autoptr (DipPicture) ramp = make_ramp ();
  g_autofree double *values = NULL, *far = NULL;
  DipMeasureFigures figures;
  guint n;

  values = dip_measure_sample (self, ramp, &n);
  g_assert_cmpuint (n, ==, 14);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (
        values[i], 0.1 + 0.01 * (2.25 + 12 * i / 13.0) + 0.002 * (3.5 + 5 * i / 13.0),
        1e-6);
  dip_measure_compute (self, ramp, &figures);
  g_assert_cmpfloat_with_epsilon (figures.length, 13, 1e-12);
  g_assert_cmpfloat_with_epsilon (figures.mean, 0.1 + 0.0825 + 0.012, 1e-6);
  g_assert_cmpfloat_with_epsilon (figures.lowest, values[0], 1e-12);
  far = dip_measure_sample (beyond, ramp, &n);
  g_assert_cmpfloat_with_epsilon (far[0], 0.11, 1e-6);
  g_assert_cmpfloat_with_epsilon (far[n - 1], 0.1 + 0.31 + 0.01, 1e-6);
}

static void
test_json (void)
{
  const DipPoint points[] = { { 3.5, 3.5 }, { 7.5, 3.5 }, { 7.5, 7.5 }, { 3.5, 7.5 } };
  g_autoptr (DipMeasure) self = make (DIP_MEASURE_AREA, points, 4);
  json_t *plain = dip_measure_to_json (self, NULL, 0.0);
  json_t *known = dip_measure_to_json (self, NULL, 0.5);

  g_assert_cmpstr (json_string_value (json_object_get (plain, "kind")), ==, "area");
  g_assert_cmpstr (json_string_value (json_object_get (plain, "view")), ==, "CC");
  g_assert_cmpuint (json_array_size (json_object_get (plain, "points")), ==, 4);
  g_assert_cmpfloat (json_number_value (json_object_get (plain, "area_px2")), ==, 16);
  g_assert_null (json_object_get (plain, "area_mm2"));
  g_assert_null (json_object_get (plain, "mean"));
  g_assert_cmpfloat (json_number_value (json_object_get (known, "area_mm2")), ==, 4);
  g_assert_cmpfloat (json_number_value (json_object_get (known, "length_mm")), ==, 8);
  json_decref (plain);
  json_decref (known);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/distance", test_distance);
  g_test_add_func ("/measure/angle", test_angle);
  g_test_add_func ("/measure/area", test_area);
  g_test_add_func ("/measure/profile", test_profile);
  g_test_add_func ("/measure/json", test_json);

  return g_test_run ();
}
