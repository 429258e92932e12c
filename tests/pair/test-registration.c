#include "model/pair/registration.h"
#include "tests/pair/shapes.h"

#include <math.h>

static const DipSimilarity known = { 0.9659, 0.2588, 12.0, -7.0 };

/* Exact points give the similarity back, and its inverse undoes it. */
static void
test_fit (void)
{
  const double from[][2] = { { 10, 20 }, { 90, 35 }, { 40, 110 } };
  double to[3][2], back[2];
  DipSimilarity fitted = DIP_SIMILARITY_NONE, inverse;

  for (guint i = 0; i < 3; i++)
    dip_similarity_apply (&known, from[i], to[i]);
  g_assert_true (dip_similarity_fit (&fitted, from, to, NULL, 3));
  g_assert_cmpfloat_with_epsilon (fitted.a, known.a, 1e-12);
  g_assert_cmpfloat_with_epsilon (fitted.b, known.b, 1e-12);
  g_assert_cmpfloat_with_epsilon (fitted.c, known.c, 1e-9);
  g_assert_cmpfloat_with_epsilon (fitted.d, known.d, 1e-9);
  inverse = dip_similarity_invert (&known);
  dip_similarity_apply (&inverse, to[1], back);
  g_assert_cmpfloat_with_epsilon (back[0], 90, 1e-9);
  g_assert_cmpfloat_with_epsilon (back[1], 35, 1e-9);
  g_assert_false (dip_similarity_fit (&fitted, from, to, NULL, 1));
}

/* Half twice is the whole; the pivot goes straight. */
static void
test_amount (void)
{
  const double pivot[] = { 50, 60 };
  const DipSimilarity half = dip_similarity_scale_amount (&known, 0.5, pivot);
  const DipSimilarity none = dip_similarity_scale_amount (&known, 0.0, pivot);
  const DipSimilarity full = dip_similarity_scale_amount (&known, 1.0, pivot);
  double goal[2], middle[2];

  g_assert_cmpfloat_with_epsilon (none.a, 1.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (none.c, 0.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (full.b, known.b, 1e-12);
  g_assert_cmpfloat_with_epsilon (full.d, known.d, 1e-9);
  g_assert_cmpfloat_with_epsilon (dip_similarity_get_angle (&half),
                                  dip_similarity_get_angle (&known) / 2, 1e-9);
  dip_similarity_apply (&known, pivot, goal);
  dip_similarity_apply (&half, pivot, middle);
  g_assert_cmpfloat_with_epsilon (middle[0], (pivot[0] + goal[0]) / 2, 1e-9);
  g_assert_cmpfloat_with_epsilon (middle[1], (pivot[1] + goal[1]) / 2, 1e-9);
}

/* Half an ellipse on the chest wall, with a nipple's bump so that it has a front. */
static DipMask *
make_breast (double a, double b, double y0)
{
  DipMask *self = dip_mask_new (256, 256);

  for (guint i = 0; i < 256 * 256; i++)
    {
      const double x = i % 256, y = (double) (i / 256) - y0;

      self->values[i] =
          x * x / (a * a) + y * y / (b * b) <= 1.0 || (x - a) * (x - a) + y * y <= 49;
    }

  return self;
}

/* A turned, scaled, moved copy is laid back over its original. */
static void
test_registration (void)
{
  const DipSimilarity moved = { 0.88, 0.16, 22.0, -14.0 };
  g_autoptr (DipMask) cc = make_disc (256, 256, 110, 130, 50);
  g_autoptr (DipMask) bump = make_disc (256, 256, 165, 120, 12);
  g_autoptr (DipMask) mlo = NULL;
  DipSimilarity back = dip_similarity_invert (&moved);
  const double cc_points[][2] = { { 175, 118 }, { 110, 80 } };
  double mlo_points[2][2];
  DipRegistration registration;

  for (guint i = 0; i < 256 * 256; i++)
    cc->values[i] |= bump->values[i];
  mlo = dip_similarity_warp_mask (&back, cc);
  for (guint i = 0; i < 2; i++)
    dip_similarity_apply (&back, cc_points[i], mlo_points[i]);
  g_assert_true (dip_registration_compute (&registration, cc, mlo, cc_points, mlo_points,
                                           2, NULL, NULL));
  g_test_message ("residual %.3f px of %.3f, IoU %.4f, %u turns", registration.residual,
                  registration.residual_before, registration.iou,
                  registration.n_iterations);
  g_assert_cmpfloat (registration.residual_before, >, 4.0);
  g_assert_cmpfloat (registration.residual, <, 1.0);
  g_assert_cmpfloat (registration.iou, >, 0.97);
  g_assert_cmpfloat_with_epsilon (dip_similarity_get_scale (&registration.similarity),
                                  dip_similarity_get_scale (&moved), 0.02);
  g_assert_cmpfloat_with_epsilon (dip_similarity_get_angle (&registration.similarity),
                                  dip_similarity_get_angle (&moved), 1.5);
}

/* Two breasts on the edge: never worse than before. */
static void
test_registration_helps (void)
{
  g_autoptr (DipMask) cc = make_breast (140, 80, 128);
  g_autoptr (DipMask) mlo = make_breast (120, 95, 150);
  const double cc_nipple[][2] = { { 147, 128 } }, mlo_nipple[][2] = { { 127, 150 } };
  DipRegistration registration;

  g_assert_true (dip_registration_compute (&registration, cc, mlo, cc_nipple, mlo_nipple,
                                           1, NULL, NULL));
  g_assert_cmpfloat (registration.residual, <, 0.5 * registration.residual_before);
}

static void
test_registration_of_nothing (void)
{
  g_autoptr (DipMask) cc = make_breast (140, 80, 128);
  g_autoptr (DipMask) nothing = dip_mask_new (256, 256);
  DipRegistration registration;

  g_assert_false (
      dip_registration_compute (&registration, cc, nothing, NULL, NULL, 0, NULL, NULL));
  g_assert_true (isnan (registration.residual));
  g_assert_cmpfloat (registration.similarity.a, ==, 1.0);
}

typedef struct
{
  guint n_calls, allowed;
  double last;
} Watched;

static gboolean
watch_cb (double done, gpointer user_data)
{
  Watched *self = user_data;

  g_assert_cmpfloat (done, >=, self->last);
  g_assert_cmpfloat (done, <=, 1.0);
  self->last = done;

  return self->n_calls++ < self->allowed;
}

/* What is watched grows, and ends wherever the watcher gives up. */
static void
test_watched (void)
{
  g_autoptr (DipMask) cc = make_breast (120, 100, 128);
  g_autoptr (DipMask) mlo = make_breast (100, 84, 110);
  DipRegistration registration, plain;
  Watched watched = { 0, G_MAXUINT, 0.0 };
  guint n_calls;

  g_assert_true (dip_registration_compute (&plain, cc, mlo, NULL, NULL, 0, NULL, NULL));
  g_assert_true (dip_registration_compute (&registration, cc, mlo, NULL, NULL, 0,
                                           watch_cb, &watched));
  g_assert_cmpfloat (registration.residual, ==, plain.residual);
  n_calls = watched.n_calls;
  g_assert_cmpuint (n_calls, >, 4);
  for (guint allowed = 0; allowed < n_calls; allowed++)
    {
      watched = (Watched){ 0, allowed, 0.0 };
      g_assert_false (dip_registration_compute (&registration, cc, mlo, NULL, NULL, 0,
                                                watch_cb, &watched));
      g_assert_cmpuint (watched.n_calls, ==, allowed + 1);
      g_assert_true (isnan (registration.residual));
      g_assert_cmpfloat (registration.similarity.a, ==, 1.0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/similarity/fit", test_fit);
  g_test_add_func ("/similarity/amount", test_amount);
  g_test_add_func ("/registration/known", test_registration);
  g_test_add_func ("/registration/helps", test_registration_helps);
  g_test_add_func ("/registration/nothing", test_registration_of_nothing);
  g_test_add_func ("/registration/watched", test_watched);

  return g_test_run ();
}
