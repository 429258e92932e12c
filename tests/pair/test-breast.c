/* Breasts of known shape: a half ellipse at the chest wall, a nipple, a muscle. */

#include "model/pair/breast.h"
#include "model/pair/resize.h"

#include <math.h>
#include <string.h>

typedef struct
{
  guint width;
  guint height;
  double depth; /* half axes of the breast, of the height */
  double height_share;
  double angle; /* of the muscle's edge to the vertical, degrees; 0: none */
  double top;   /* of the edge on the row 0, of the height */
} Shape;

static const Shape cc_shape = { 256, 256, 0.45, 0.42, 0.0, 0.0 };
static const Shape mlo_shape = { 256, 256, 0.5, 0.6, 22.0, 0.24 };

static DipPoint
nipple_of (const Shape *s)
{
  return (DipPoint){ (s->depth + 0.02) * s->height, 0.5 * s->height };
}

static gboolean
is_inside (const Shape *s, double x, double y)
{
  const double unit = s->height, u = x / (s->depth * unit);
  const double v = (y - 0.5 * unit) / (s->height_share * unit);

  return u * u + v * v < 1.0 || hypot (x - s->depth * unit, y - 0.5 * unit) < 0.02 * unit;
}

static DipPicture *
draw (const Shape *s, DipMask *truth)
{
  DipPicture *picture = dip_picture_new (s->width, s->height);
  const double slope = tan (s->angle * G_PI / 180.0);

  for (guint y = 0; y < s->height; y++)
    for (guint x = 0; x < s->width; x++)
      if (is_inside (s, x, y))
        {
          const gboolean is_muscle = s->angle > 0.0 && x < s->top * s->height - slope * y;
          const gsize at = (gsize) y * s->width + x;

          picture->values[at] = is_muscle ? 0.75f : 0.4f;
          if (truth != NULL)
            truth->values[at] = 1;
        }

  return picture;
}

static double
overlap (const DipMask *a, const DipMask *b)
{
  gsize both = 0, either = 0;

  for (gsize i = 0; i < (gsize) a->width * a->height; i++)
    {
      both += a->values[i] && b->values[i];
      either += a->values[i] || b->values[i];
    }

  return (double) both / (double) MAX (either, 1);
}

static void
test_known_shape (void)
{
  for (guint a = 0; a < DIP_N_MASK_ALGORITHMS; a++)
    {
      g_autoptr (DipMask) truth = dip_mask_new (256, 256);
      g_autoptr (DipPicture) picture = draw (&cc_shape, truth);
      g_autoptr (DipBreast) breast = NULL;
      DipMaskRecipe recipe;

      dip_mask_recipe_init (&recipe, a);
      breast = dip_breast_find (picture, DIP_VIEW_POSITION_CC, &recipe);
      g_test_message ("%s: IoU %.4f", dip_mask_algorithm_get_name (a),
                      overlap (breast->mask, truth));
      g_assert_cmpint (breast->reason, ==, DIP_BREAST_FOUND);
      g_assert_cmpfloat (overlap (breast->mask, truth), >,
                         a == DIP_MASK_BACKGROUND || a == DIP_MASK_OTSU ? 0.995 : 0.97);
    }
}

static void
assert_points (const DipBreast *breast, const Shape *s)
{
  const DipLandmarks *l = &breast->landmarks;
  const DipPoint nipple = nipple_of (s);

  g_assert_true (l->nipple.is_found && l->chest_wall.is_found && l->superior.is_found);
  g_assert_cmpfloat (dip_point_distance (l->nipple.at, nipple), <, 0.02 * s->width);
  g_assert_cmpfloat (l->chest_wall.at.x, ==, -0.5);
  g_assert_cmpfloat_with_epsilon (l->chest_wall.at.y, nipple.y, 0.02 * s->height);
}

static void
test_cc_points (void)
{
  g_autoptr (DipPicture) picture = draw (&cc_shape, NULL);
  g_autoptr (DipBreast) breast = dip_breast_find (picture, DIP_VIEW_POSITION_CC, NULL);
  const DipLandmarks *l = &breast->landmarks;

  assert_points (breast, &cc_shape);
  g_assert_cmpfloat_with_epsilon (l->superior.at.y, (0.5 - 0.42) * 256, 3.0);
  g_assert_cmpfloat_with_epsilon (l->inferior.at.y, (0.5 + 0.42) * 256, 3.0);
  g_assert_false (l->pectoral.is_found);
}

static void
test_mlo_line (void)
{
  static const double angles[] = { 14.0, 22.0, 32.0, 42.0 };

  for (guint i = 0; i < G_N_ELEMENTS (angles); i++)
    {
      Shape shape = mlo_shape;
      g_autoptr (DipPicture) picture = NULL;
      g_autoptr (DipBreast) breast = NULL;
      const DipLandmarkLine *line;

      shape.angle = angles[i];
      picture = draw (&shape, NULL);
      breast = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);
      line = &breast->landmarks.pectoral;
      assert_points (breast, &shape);
      g_assert_true (line->is_found);
      g_assert_cmpfloat_with_epsilon (dip_line_angle (&line->line), angles[i], 1.0);
      g_assert_cmpfloat_with_epsilon (dip_line_at_row (&line->line, 0.0).x,
                                      shape.top * 256 - 0.5, 1.5);
    }
}

static void
test_pectoral_out (void)
{
  g_autoptr (DipPicture) picture = draw (&mlo_shape, NULL);
  g_autoptr (DipBreast) in = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);
  g_autoptr (DipBreast) out = NULL;
  DipMaskRecipe recipe;

  dip_mask_recipe_init (&recipe, DIP_MASK_BACKGROUND);
  recipe.has_pectoral = FALSE;
  out = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, &recipe);
  g_assert_cmpuint (out->mask->values[10 * 256 + 10], ==, 0);
  g_assert_cmpuint (in->mask->values[10 * 256 + 10], ==, 1);
  g_assert_cmpuint (out->mask->values[128 * 256 + 100], ==, 1);
}

/* Values of another range, the mirrored picture, the negative, a larger copy: the same
 * breast. */
static void
test_brightness (void)
{
  static const float ranges[][2] = { { 0.0f, 0.0625f },
                                     { 0.0f, 65535.0f },
                                     { -3.0f, 2.0f } };
  g_autoptr (DipPicture) picture = draw (&mlo_shape, NULL);
  g_autoptr (DipBreast) plain = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autoptr (DipPicture) other = dip_picture_copy (picture);
      g_autoptr (DipBreast) breast = NULL;

      for (guint k = 0; k < 256 * 256; k++)
        other->values[k] = ranges[i][0] + ranges[i][1] * other->values[k];
      breast = dip_breast_find (other, DIP_VIEW_POSITION_MLO, NULL);
      g_assert_cmpfloat (overlap (breast->mask, plain->mask), >, 0.999);
      g_assert_cmpfloat (
          dip_point_distance (breast->landmarks.nipple.at, plain->landmarks.nipple.at), <,
          0.1);
    }
}

static void
test_flip_and_invert (void)
{
  g_autoptr (DipPicture) picture = draw (&mlo_shape, NULL);
  g_autoptr (DipBreast) plain = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);
  g_autoptr (DipPicture) other = dip_picture_copy (picture);
  g_autoptr (DipBreast) breast = NULL;

  dip_picture_flip (other);
  for (guint i = 0; i < 256 * 256; i++)
    other->values[i] = 1.0f - other->values[i];
  breast = dip_breast_find (other, DIP_VIEW_POSITION_MLO, NULL);
  g_assert_true (breast->is_inverted);
  g_assert_false (plain->is_inverted);
  g_assert_cmpint (breast->landmarks.chest_side, ==, DIP_CHEST_RIGHT);
  for (guint y = 0; y < 256; y++)
    for (guint x = 0; x < 256; x++)
      g_assert_cmpuint (breast->mask->values[y * 256 + x], ==,
                        plain->mask->values[y * 256 + 255 - x]);
  dip_landmarks_flip (&breast->landmarks, 256);
  g_assert_cmpfloat (
      dip_point_distance (breast->landmarks.nipple.at, plain->landmarks.nipple.at), <,
      1e-6);
  g_assert_cmpfloat_with_epsilon (breast->landmarks.pectoral.line.distance,
                                  plain->landmarks.pectoral.line.distance, 1e-6);
}

static void
test_scale (void)
{
  static const guint sizes[] = { 128, 512, 1031 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Shape shape = mlo_shape;
      g_autoptr (DipMask) truth = dip_mask_new (sizes[i], sizes[i]);
      g_autoptr (DipPicture) picture = NULL;
      g_autoptr (DipBreast) breast = NULL;

      shape.width = shape.height = sizes[i];
      picture = draw (&shape, truth);
      breast = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);
      g_assert_cmpfloat (overlap (breast->mask, truth), >, 0.985);
      assert_points (breast, &shape);
      g_assert_cmpfloat_with_epsilon (dip_line_angle (&breast->landmarks.pectoral.line),
                                      22.0, 1.5);
    }
}

static void
test_labels (void)
{
  g_autoptr (DipMask) truth = dip_mask_new (256, 256);
  g_autoptr (DipPicture) picture = draw (&cc_shape, truth);
  g_autoptr (DipBreast) breast = NULL;

  for (guint y = 10; y < 24; y++)
    for (guint x = 180; x < 240; x++)
      if (x % 6 < 3)
        picture->values[y * 256 + x] = 1.0f;
  for (guint y = 70; y < 73; y++)
    for (guint x = 85; x < 140; x++)
      picture->values[y * 256 + x] = 1.0f;
  breast = dip_breast_find (picture, DIP_VIEW_POSITION_CC, NULL);
  g_assert_cmpfloat (overlap (breast->mask, truth), >, 0.97);
  g_assert_cmpuint (breast->mask->values[71 * 256 + 130], ==, 0);
  g_assert_cmpuint (breast->foreign->values[15 * 256 + 200], ==, 1);
  assert_points (breast, &cc_shape);
}

/* Without its nipple, whose place the outline does not tell. */
static void
cut_nipple (DipPicture *picture, const Shape *s)
{
  for (guint y = 0; y < s->height; y++)
    for (guint x = (guint) (s->depth * s->height); x < s->width; x++)
      picture->values[(gsize) y * s->width + x] = 0.0f;
}

/* A metal ball on the nipple, in a picture a third as high as it was wide: a row of bright
 * pixels, soft above and below. */
static void
test_squeezed_marker (void)
{
  static const guint rows[] = { 100, 150, 170 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const guint y = rows[i];
      const double v = (y - 128.0) / (cc_shape.height_share * 256);
      const guint x = (guint) (cc_shape.depth * 256 * sqrt (1.0 - v * v)) - 9;
      const DipPoint ball = { x + 2.5, y };
      g_autoptr (DipPicture) picture = draw (&cc_shape, NULL);
      g_autoptr (DipBreast) breast = NULL;

      cut_nipple (picture, &cc_shape);
      for (guint dx = 0; dx < 6; dx++)
        {
          picture->values[y * 256 + x + dx] = 1.0f;
          picture->values[(y - 1) * 256 + x + dx] = 0.6f;
          picture->values[(y + 1) * 256 + x + dx] = 0.6f;
        }
      breast = dip_breast_find (picture, DIP_VIEW_POSITION_CC, NULL);
      g_assert_cmpfloat (dip_point_distance (breast->landmarks.nipple.at, ball), <, 3.0);
      g_assert_cmpfloat (breast->landmarks.nipple.confidence, >, 0.5);
    }
}

/* Where much of the axilla is seen, it reaches farther than the breast. */
static void
test_tail (void)
{
  g_autoptr (DipPicture) picture = draw (&mlo_shape, NULL);
  g_autoptr (DipBreast) breast = NULL;

  cut_nipple (picture, &mlo_shape);
  for (guint y = 0; y < 50; y++)
    for (guint x = 62 - 2 * y / 5; x < 160 - y; x++)
      picture->values[y * 256 + x] = 0.4f;
  breast = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);
  g_assert_cmpfloat (breast->landmarks.nipple.at.y, >, 100.0);
  g_assert_cmpfloat (breast->landmarks.nipple.at.x, >, 110.0);
}

static void
assert_none (const DipPicture *picture, DipBreastReason reason)
{
  for (guint view = 0; view < DIP_N_VIEW_POSITIONS; view++)
    {
      g_autoptr (DipBreast) breast = dip_breast_find (picture, view, NULL);

      g_assert_cmpint (breast->reason, ==, reason);
      g_assert_nonnull (dip_breast_reason_get_text (breast->reason));
      g_assert_cmpuint (dip_mask_count (breast->mask), ==, 0);
      g_assert_false (breast->landmarks.nipple.is_found);
      g_assert_false (breast->landmarks.pectoral.is_found);
      g_assert_true (isfinite (breast->threshold));
    }
}

static void
fill (DipPicture *picture, float value)
{
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    picture->values[i] = value;
}

static void
test_nothing (void)
{
  static const guint sizes[][2] = { { 1, 1 }, { 1, 300 }, { 15, 300 } };
  g_autoptr (DipPicture) flat = dip_picture_new (300, 200);
  static const float values[] = { 0.0f, 0.5f, 1.0f, NAN, INFINITY };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (DipPicture) tiny = dip_picture_new (sizes[i][0], sizes[i][1]);

      assert_none (tiny, DIP_BREAST_TOO_SMALL);
    }
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      fill (flat, values[i]);
      assert_none (flat, DIP_BREAST_EMPTY);
    }
}

static void
test_noise_is_no_breast (void)
{
  g_autoptr (DipPicture) picture = dip_picture_new (200, 200);

  for (guint i = 0; i < 200 * 200; i++)
    picture->values[i] = 0.1f + 0.02f * (float) g_test_rand_double ();
  assert_none (picture, DIP_BREAST_NO_PART);
}

/* Whatever is in it, the answer is finite and within the picture. */
static void
test_hostile (void)
{
  for (guint i = 0; i < 60; i++)
    {
      const guint w = (guint) g_test_rand_int_range (1, 90);
      const guint h = (guint) g_test_rand_int_range (1, 90);
      g_autoptr (DipPicture) picture = dip_picture_new (w, h);
      g_autoptr (DipBreast) breast = NULL;

      for (guint k = 0; k < w * h; k++)
        switch (g_test_rand_int_range (0, 12))
          {
          case 0:
            picture->values[k] = i % 3 == 0 ? NAN : 0.0f;
            break;
          case 1:
            picture->values[k] = i % 5 == 0 ? -INFINITY : i % 7 == 0 ? 3e38f : 1.0f;
            break;
          default:
            picture->values[k] = k % w < w / 2 ? (float) g_test_rand_double () : 0.0f;
          }
      breast = dip_breast_find (picture, i % 2, NULL);
      for (guint id = 0; id < DIP_N_LANDMARK_POINTS; id++)
        {
          const DipLandmark *l = dip_landmarks_peek (&breast->landmarks, id);

          g_assert_true (isfinite (l->at.x) && isfinite (l->at.y));
          g_assert_true (l->at.x >= -0.5 && l->at.x <= w - 0.5 && l->at.y >= -0.5 &&
                         l->at.y <= h - 0.5);
          g_assert_true (l->confidence >= 0.0 && l->confidence <= 1.0);
        }
      g_assert_true (isfinite (breast->landmarks.pectoral.line.distance));
      for (guint k = 0; k < w * h; k++)
        g_assert_cmpuint (breast->mask->values[k], <=, 1);
    }
}

static void
test_huge (void)
{
  Shape shape = mlo_shape;
  g_autoptr (DipPicture) picture = NULL;
  g_autoptr (DipBreast) breast = NULL;

  shape.width = 2560;
  shape.height = 3328;
  picture = draw (&shape, NULL);
  breast = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);
  assert_points (breast, &shape);
  g_assert_cmpfloat_with_epsilon (dip_line_angle (&breast->landmarks.pectoral.line), 22.0,
                                  1.0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/breast/known-shape", test_known_shape);
  g_test_add_func ("/pair/breast/cc-points", test_cc_points);
  g_test_add_func ("/pair/breast/mlo-line", test_mlo_line);
  g_test_add_func ("/pair/breast/pectoral-out", test_pectoral_out);
  g_test_add_func ("/pair/breast/brightness", test_brightness);
  g_test_add_func ("/pair/breast/flip-and-invert", test_flip_and_invert);
  g_test_add_func ("/pair/breast/scale", test_scale);
  g_test_add_func ("/pair/breast/labels", test_labels);
  g_test_add_func ("/pair/breast/squeezed-marker", test_squeezed_marker);
  g_test_add_func ("/pair/breast/tail", test_tail);
  g_test_add_func ("/pair/breast/nothing", test_nothing);
  g_test_add_func ("/pair/breast/noise-is-no-breast", test_noise_is_no_breast);
  g_test_add_func ("/pair/breast/hostile", test_hostile);
  g_test_add_func ("/pair/breast/huge", test_huge);

  return g_test_run ();
}
