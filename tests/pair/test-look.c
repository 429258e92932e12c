#include "model/pair/look.h"

#include <math.h>

/* A smooth random picture: the sum of a few waves. */
static DipPicture *
make_waves (void)
{
  DipPicture *self = dip_picture_new (128, 128);

  for (guint k = 0; k < 12; k++)
    {
      const double fx = g_test_rand_double_range (-6, 6) * 2 * G_PI / 128;
      const double fy = g_test_rand_double_range (-6, 6) * 2 * G_PI / 128;
      const double phase = g_test_rand_double_range (0, 2 * G_PI);

      for (guint i = 0; i < 128 * 128; i++)
        self->values[i] +=
            (float) (0.04 * cos (fx * (i % 128) + fy * (double) (i / 128) + phase));
    }
  for (guint i = 0; i < 128 * 128; i++)
    self->values[i] += 0.5f;

  return self;
}

#define N_SET 12

typedef struct
{
  DipPicture *cc[N_SET], *mlo[N_SET];
  DipLook *looks[N_SET];
} Set;

static void
set_up (Set *self, gconstpointer data)
{
  for (guint i = 0; i < N_SET; i++)
    {
      self->cc[i] = make_waves ();
      self->mlo[i] = make_waves ();
      self->looks[i] = dip_look_new (self->cc[i], self->mlo[i]);
    }
}

static void
tear_down (Set *self, gconstpointer data)
{
  for (guint i = 0; i < N_SET; i++)
    {
      dip_picture_free (self->cc[i]);
      dip_picture_free (self->mlo[i]);
      dip_look_free (self->looks[i]);
    }
}

/* A copy with another gain and offset, with noise, and with its CC upside down. */
static void
test_copy (Set *self, gconstpointer data)
{
  g_autoptr (DipPicture) cc = dip_picture_copy (self->cc[7]);
  g_autoptr (DipPicture) mlo = dip_picture_copy (self->mlo[7]);
  g_autoptr (DipLook) look = NULL;
  DipNearest nearest;

  for (guint i = 0; i < 128 * 128; i++)
    {
      cc->values[i] = 0.7f * self->cc[7]->values[(127 - i / 128) * 128 + i % 128] + 0.1f +
                      0.04f * (float) g_test_rand_double ();
      mlo->values[i] = 0.9f * mlo->values[i] + 0.04f * (float) g_test_rand_double ();
    }
  look = dip_look_new (cc, mlo);
  g_assert_true (dip_look_find_nearest (look, (const DipLook *const *) self->looks, N_SET,
                                        G_MAXUINT, &nearest));
  g_assert_cmpuint (nearest.index, ==, 7);
  g_assert_cmpfloat (nearest.distance, <, 0.1);
  g_assert_true (nearest.is_copy);
}

/* Others are none, also where only one view is a copy. */
static void
test_no_copy (Set *self, gconstpointer data)
{
  g_autoptr (DipLook) half = dip_look_new (self->cc[3], self->mlo[4]);
  DipNearest nearest;

  dip_look_find_nearest (self->looks[0], (const DipLook *const *) self->looks, N_SET, 0,
                         &nearest);
  g_assert_cmpuint (nearest.index, !=, 0);
  g_assert_false (nearest.is_copy);
  dip_look_find_nearest (half, (const DipLook *const *) self->looks, N_SET, G_MAXUINT,
                         &nearest);
  g_assert_false (nearest.is_copy);
}

static void
test_metric (Set *self, gconstpointer data)
{
  const double distance = dip_look_get_distance (self->looks[1], self->looks[2]);

  g_assert_cmpfloat_with_epsilon (dip_look_get_distance (self->looks[1], self->looks[1]),
                                  0.0, 0.002);
  g_assert_cmpfloat (distance, >, 0.3);
  g_assert_cmpfloat_with_epsilon (
      distance, dip_look_get_distance (self->looks[2], self->looks[1]), 1e-6);
}

static void
test_nothing (Set *self, gconstpointer data)
{
  DipNearest nearest;

  g_assert_false (dip_look_find_nearest (self->looks[0], NULL, 0, G_MAXUINT, &nearest));
  g_assert_true (isnan (nearest.distance));
  g_assert_false (dip_look_find_nearest (
      self->looks[0], (const DipLook *const *) self->looks, 1, 0, &nearest));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/look/copy", Set, NULL, set_up, test_copy, tear_down);
  g_test_add ("/look/no-copy", Set, NULL, set_up, test_no_copy, tear_down);
  g_test_add ("/look/metric", Set, NULL, set_up, test_metric, tear_down);
  g_test_add ("/look/nothing", Set, NULL, set_up, test_nothing, tear_down);

  return g_test_run ();
}
