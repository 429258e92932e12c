/* Breasts on films: black beside the film, labels stuck on it, skin lines that fade into
 * fog, a bright band within the muscle. */

#include "model/pair/breast.h"
#include "model/pair/resize.h"

#include <math.h>

#define SIZE 256
#define DEPTH 130.0 /* of the breast, from the chest wall */
#define HEIGHT 170.0
#define AIR 0.04f

typedef struct
{
  guint left;   /* columns of black before the film */
  guint right;  /* the first column of black behind it */
  double soft;  /* how wide the skin line is, pixels */
  double angle; /* of the muscle's edge, degrees; 0: none */
  double top;   /* where it begins, pixels from the chest wall */
} Film;

/* About how far inside the skin, pixels; negative outside. */
static double
depth_at (double x, double y)
{
  const double u = x / DEPTH, v = (y - 0.5 * SIZE) / HEIGHT;

  return (1.0 - sqrt (u * u + v * v)) * DEPTH;
}

static DipPicture *
draw (const Film *film)
{
  DipPicture *picture = dip_picture_new (SIZE, SIZE);
  g_autoptr (GRand) r = g_rand_new_with_seed (7);

  for (guint y = 0; y < SIZE; y++)
    for (guint x = film->left; x < film->right; x++)
      {
        const double depth = depth_at (x - film->left, y);
        const double edge = film->top - y * tan (film->angle * G_PI / 180.0);
        const double share =
            film->soft > 0.0 ? CLAMP (depth / film->soft, 0.0, 1.0) : depth > 0.0;
        const double texture = 0.04 * sin (x / 5.0) * sin (y / 7.0);
        const gboolean is_muscle = film->angle > 0.0 && x - film->left < edge;

        picture->values[y * SIZE + x] =
            AIR + (float) (0.004 * g_rand_double (r) +
                           (is_muscle ? 0.7 : 0.4 + texture) * share * share);
      }

  return picture;
}

/* The share of what lies deeper than @depth that is inside, or with @depth negative of what
 * lies farther out. */
static double
share_inside (const DipMask *mask, const Film *film, double depth)
{
  guint n = 0, n_inside = 0;

  for (guint y = 0; y < SIZE; y++)
    for (guint x = film->left; x < film->right; x++)
      {
        const double here = depth_at (x - film->left, y);

        if (depth < 0.0 ? here > depth : here < depth)
          continue;
        n++;
        n_inside += mask->values[y * SIZE + x];
      }

  return (double) n_inside / n;
}

/* On the chest's side much, on the other little, either way round. */
static void
test_beside (void)
{
  static const Film film = { 50, 240, 0.0, 24.0, 60.0 };

  for (guint flipped = 0; flipped < 2; flipped++)
    {
      g_autoptr (DipPicture) picture = draw (&film);
      g_autoptr (DipBreast) breast = NULL;
      DipLandmarks *l;

      if (flipped)
        dip_picture_flip (picture);
      breast = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);
      l = &breast->landmarks;
      g_assert_cmpint (breast->reason, ==, DIP_BREAST_FOUND);
      g_assert_cmpint (l->chest_side, ==, flipped ? DIP_CHEST_RIGHT : DIP_CHEST_LEFT);
      if (flipped)
        dip_landmarks_flip (l, SIZE);
      g_assert_cmpfloat_with_epsilon (l->chest_wall.at.x, film.left, 1.5);
      g_assert_true (l->pectoral.is_found);
      g_assert_cmpfloat_with_epsilon (dip_line_angle (&l->pectoral.line), film.angle,
                                      1.5);
      g_assert_cmpfloat_with_epsilon (dip_line_at_row (&l->pectoral.line, 0.0).x,
                                      film.left + film.top, 2.5);
      g_assert_cmpfloat_with_epsilon (l->nipple.at.x, film.left + DEPTH, 3.0);
    }
}

/* Grey, close to the skin, in a fog that joins it with the breast. */
static void
test_stuck_label (void)
{
  static const Film film = { 0, SIZE, 20.0, 0.0, 0.0 };
  g_autoptr (DipPicture) picture = draw (&film);
  g_autoptr (DipBreast) breast = NULL;
  guint n = 0;

  for (guint y = 10; y < 40; y++)
    for (guint x = 120; x < 170; x++)
      picture->values[y * SIZE + x] =
          x >= 130 && y >= 14 && y < 34 && x < 164
              ? 0.32f
              : MAX (picture->values[y * SIZE + x], AIR + 0.05f);
  breast = dip_breast_find (picture, DIP_VIEW_POSITION_CC, NULL);
  for (guint y = 14; y < 34; y++)
    for (guint x = 130; x < 164; x++)
      {
        n += breast->mask->values[y * SIZE + x];
        g_assert_cmpuint (breast->foreign->values[y * SIZE + x], ==, 1);
      }
  g_assert_cmpuint (n, ==, 0);
}

static void
test_soft_skin (void)
{
  static const Film film = { 0, 180, 60.0, 0.0, 0.0 };
  g_autoptr (DipPicture) picture = draw (&film);
  g_autoptr (DipBreast) breast = dip_breast_find (picture, DIP_VIEW_POSITION_CC, NULL);

  g_test_message ("inside: %.4f of the breast, %.4f of the air",
                  share_inside (breast->mask, &film, 15.0),
                  share_inside (breast->mask, &film, -3.0));
  g_assert_cmpfloat (share_inside (breast->mask, &film, 15.0), >, 0.99);
  g_assert_cmpfloat (share_inside (breast->mask, &film, -3.0), <, 0.01);
}

/* Grey air, nearly half as bright as the breast, within a white frame, and a black
 * tape. */
static void
test_grey_air (void)
{
  static const Film film = { 0, SIZE, 0.0, 0.0, 0.0 };
  g_autoptr (DipPicture) picture = draw (&film);
  g_autoptr (DipBreast) breast = NULL;

  for (guint y = 0; y < SIZE; y++)
    for (guint x = 0; x < SIZE; x++)
      {
        float *value = &picture->values[y * SIZE + x];

        *value = MIN (x, MIN (y, MIN (SIZE - 1 - x, SIZE - 1 - y))) < 8 ? 1.0f
                                                                        : *value + 0.55f;
      }
  for (guint y = 220; y < 240; y++)
    for (guint x = 200; x < 240; x++)
      picture->values[y * SIZE + x] = 0.0f;
  breast = dip_breast_find (picture, DIP_VIEW_POSITION_CC, NULL);
  g_assert_cmpint (breast->reason, ==, DIP_BREAST_FOUND);
  g_assert_cmpfloat (share_inside (breast->mask, &film, 2.0), >, 0.85);
  g_assert_cmpfloat (share_inside (breast->mask, &film, -2.0), <, 0.01);
}

/* In front of a bright band there is more muscle, whose edge is the one. */
static void
test_band (void)
{
  static const Film film = { 0, SIZE, 10.0, 20.0, 78.0 };
  g_autoptr (DipPicture) picture = draw (&film);
  g_autoptr (DipBreast) breast = NULL;
  const double slope = tan (film.angle * G_PI / 180.0);

  for (guint y = 0; y < SIZE; y++)
    for (guint x = 0; x < SIZE; x++)
      {
        const double before = film.top - 24.0 - slope * y - x;

        if (x < film.top - slope * y)
          picture->values[y * SIZE + x] *= before > 0.0 && before < 12.0 ? 1.15f : 0.78f;
      }
  breast = dip_breast_find (picture, DIP_VIEW_POSITION_MLO, NULL);
  g_assert_true (breast->landmarks.pectoral.is_found);
  g_test_message ("angle %.2f, at the top %.1f",
                  dip_line_angle (&breast->landmarks.pectoral.line),
                  dip_line_at_row (&breast->landmarks.pectoral.line, 0.0).x);
  g_assert_cmpfloat_with_epsilon (dip_line_angle (&breast->landmarks.pectoral.line),
                                  film.angle, 2.0);
  g_assert_cmpfloat_with_epsilon (
      dip_line_at_row (&breast->landmarks.pectoral.line, 0.0).x, film.top, 3.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/films/beside", test_beside);
  g_test_add_func ("/pair/films/stuck-label", test_stuck_label);
  g_test_add_func ("/pair/films/soft-skin", test_soft_skin);
  g_test_add_func ("/pair/films/grey-air", test_grey_air);
  g_test_add_func ("/pair/films/band", test_band);

  return g_test_run ();
}
