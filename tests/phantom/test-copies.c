/* Copies of phantoms' views among the views of other phantoms: model/pair/look.h. */

#include "model/pair/look.h"
#include "model/phantom/phantom.h"
#include "tests/tools/copies.h"

#include <math.h>

#define N_BREASTS 12
#define N_VIEWS (2 * N_BREASTS)
#define SIZE 128

static DipPhantom *phantoms[N_BREASTS];
static DipLook *looks[N_VIEWS];

static const DipPicture *
get_picture (guint view)
{
  return dip_phantom_get_picture (phantoms[view / 2], view % 2);
}

static void
test_no_copy (void)
{
  for (guint i = 0; i < N_VIEWS; i++)
    {
      DipNearest nearest;

      g_assert_true (dip_look_find_nearest (looks[i], (const DipLook *const *) looks,
                                            N_VIEWS, i & ~1u, 2, &nearest));
      g_assert_cmpuint (nearest.index / 2, !=, i / 2);
      g_assert_cmpfloat (nearest.likeness.distance, >, DIP_LOOK_COPY_DISTANCE);
      g_assert_false (nearest.is_copy);
    }
}

/* The other view of the same breast is none. */
static void
test_sisters (void)
{
  for (guint i = 0; i < N_BREASTS; i++)
    {
      DipLikeness likeness;

      dip_look_compare (looks[2 * i], looks[2 * i + 1], &likeness);
      g_assert_false (dip_likeness_is_copy (&likeness));
    }
}

static void
test_copies (void)
{
  g_autoptr (GRand) r = g_rand_new_with_seed (g_test_rand_int ());

  for (guint kind = 0; kind < DIP_N_COPY_KINDS; kind++)
    for (guint i = 0; i < N_VIEWS; i++)
      {
        double x, y;
        g_autoptr (DipPicture) copy = dip_copy_make (get_picture (i), kind, r, &x, &y);
        g_autoptr (DipLook) look = dip_look_new (copy);
        DipNearest nearest;

        dip_look_find_nearest (look, (const DipLook *const *) looks, N_VIEWS, 0, 0,
                               &nearest);
        g_test_message ("%s of %u: %.3f", dip_copy_kind_get_name (kind), i,
                        nearest.likeness.distance);
        g_assert_cmpuint (nearest.index, ==, i);
        g_assert_true (nearest.is_copy);
        g_assert_cmpfloat_with_epsilon (nearest.likeness.shift_x, x, 0.017);
        g_assert_cmpfloat_with_epsilon (nearest.likeness.shift_y, y, 0.017);
        if (kind == DIP_COPY_ALL)
          g_assert_true (nearest.likeness.is_mirrored || nearest.likeness.is_upside_down);
        else
          {
            g_assert_cmpint (nearest.likeness.is_mirrored, ==, kind == DIP_COPY_MIRRORED);
            g_assert_cmpint (nearest.likeness.is_upside_down, ==,
                             kind == DIP_COPY_UPSIDE_DOWN);
          }
      }
}

static void
test_metric (void)
{
  for (guint i = 0; i < 6; i++)
    {
      DipLikeness there, back;

      dip_look_compare (looks[i], looks[i], &there);
      g_assert_cmpfloat (there.distance, <, 0.002);
      g_assert_true (there.shift_x == 0.0 && there.shift_y == 0.0);
      dip_look_compare (looks[i], looks[i + 6], &there);
      dip_look_compare (looks[i + 6], looks[i], &back);
      g_assert_cmpfloat_with_epsilon (there.distance, back.distance, 0.03);
    }
}

/* Nothing to compare with; pictures of one brightness, but for rounding, are like
 * nothing. */
static void
test_nothing (void)
{
  g_autoptr (DipPicture) black = dip_picture_new (64, 64);
  g_autoptr (DipLook) look = dip_look_new (black);
  g_autoptr (DipPicture) grey = dip_picture_new (64, 64);
  g_autoptr (DipLook) grey_look = NULL;
  DipLikeness likeness;
  DipNearest nearest;

  for (guint i = 0; i < 64 * 64; i++)
    grey->values[i] = 0.3f + 1e-6f * (float) g_test_rand_double ();
  grey_look = dip_look_new (grey);

  g_assert_false (dip_look_find_nearest (look, NULL, 0, 0, 0, &nearest));
  g_assert_true (isnan (nearest.likeness.distance));
  g_assert_false (
      dip_look_find_nearest (look, (const DipLook *const *) looks, 2, 0, 2, &nearest));
  dip_look_compare (look, look, &likeness);
  g_assert_cmpfloat (likeness.distance, ==, 1.0);
  dip_look_compare (look, looks[0], &likeness);
  g_assert_cmpfloat (likeness.distance, ==, 1.0);
  dip_look_compare (grey_look, grey_look, &likeness);
  g_assert_cmpfloat (likeness.distance, ==, 1.0);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < N_BREASTS; i++)
    {
      phantoms[i] = dip_phantom_new (660000 + i, SIZE);
      for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
        looks[2 * i + p] = dip_look_new (dip_phantom_get_picture (phantoms[i], p));
    }
  g_test_add_func ("/phantom/copies/no-copy", test_no_copy);
  g_test_add_func ("/phantom/copies/sisters", test_sisters);
  g_test_add_func ("/phantom/copies/found", test_copies);
  g_test_add_func ("/phantom/copies/metric", test_metric);
  g_test_add_func ("/phantom/copies/nothing", test_nothing);
  result = g_test_run ();
  for (guint i = 0; i < N_BREASTS; i++)
    dip_phantom_free (phantoms[i]);
  for (guint i = 0; i < N_VIEWS; i++)
    dip_look_free (looks[i]);

  return result;
}
