/* The limits of issue 5 on a few phantoms; tests/bench/mask-accuracy.c takes hundreds. */

#include "tests/tools/accuracy.h"
#include "tests/tools/degrade.h"

#define N_SEEDS 40
#define SIZE 128

static void
assert_accuracy (guint first_seed, guint what)
{
  double iou[2 * N_SEEDS], nipple[2 * N_SEEDS], angle[N_SEEDS], ratio[N_SEEDS];
  double n_label_pixels = 0.0;
  DipMaskRecipe recipe;

  dip_mask_recipe_init (&recipe, DIP_MASK_BACKGROUND);
  for (guint i = 0; i < N_SEEDS; i++)
    {
      g_autoptr (DipPhantom) phantom = dip_phantom_new (first_seed + i, SIZE);
      DipAccuracy a;

      dip_accuracy_measure (phantom, what, first_seed + i, &recipe, &a);
      for (guint p = 0; p < 2; p++)
        {
          iou[2 * i + p] = a.iou[p];
          nipple[2 * i + p] = a.nipple[p];
        }
      angle[i] = a.angle;
      ratio[i] = a.pnl_ratio;
      n_label_pixels += a.n_label_pixels;
      g_assert_false (a.is_wrong_way);
    }
  g_assert_cmpfloat (dip_accuracy_quantile (iou, 2 * N_SEEDS, 0.5), >=, 0.98);
  g_assert_cmpfloat (dip_accuracy_quantile (iou, 2 * N_SEEDS, 0.05), >=, 0.95);
  g_assert_cmpfloat (dip_accuracy_quantile (nipple, 2 * N_SEEDS, 0.5), <=, 0.02);
  g_assert_cmpfloat (dip_accuracy_quantile (nipple, 2 * N_SEEDS, 0.95), <=, 0.05);
  g_assert_cmpfloat (dip_accuracy_quantile (angle, N_SEEDS, 0.5), <=, 3.0);
  g_assert_cmpfloat (dip_accuracy_quantile (ratio, N_SEEDS, 0.5), <=, 0.03);
  g_assert_cmpfloat (n_label_pixels, ==, 0.0);
}

static void
test_clean (void)
{
  assert_accuracy (700000, DIP_DEGRADE_NONE);
}

static void
test_degraded (void)
{
  assert_accuracy (710000, DIP_DEGRADE_ISSUE);
}

/* Gland as bright as the muscle behind it: a straight line down the muscle and then along
 * the gland is the longer edge.  These were 15 to 26 degrees off. */
static void
test_dense_beside_muscle (void)
{
  static const guint seeds[] = { 7300305, 7300430, 7300452, 7300479, 8200011, 8200340 };
  DipMaskRecipe recipe;

  dip_mask_recipe_init (&recipe, DIP_MASK_BACKGROUND);
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autoptr (DipPhantom) phantom = dip_phantom_new (seeds[i], 256);
      DipAccuracy a;

      dip_accuracy_measure (phantom, DIP_DEGRADE_NONE, seeds[i], &recipe, &a);
      g_assert_cmpfloat (a.angle, <, 3.0);
      g_assert_cmpfloat (a.pnl_ratio, <, 0.05);
    }
}

/* Everything at once; what the border hides belongs to no truth. */
static void
test_hard (void)
{
  double ratio[N_SEEDS], without[N_SEEDS];
  DipMaskRecipe recipe;

  dip_mask_recipe_init (&recipe, DIP_MASK_BACKGROUND);
  for (guint i = 0; i < N_SEEDS; i++)
    {
      g_autoptr (DipPhantom) phantom = dip_phantom_new (720000 + i, SIZE);
      DipAccuracy a;

      dip_accuracy_measure (phantom, DIP_DEGRADE_HARD, 720000 + i, &recipe, &a);
      ratio[i] = a.pnl_ratio;
      without[i] = a.pectoral_iou;
    }
  g_assert_cmpfloat (dip_accuracy_quantile (ratio, N_SEEDS, 0.5), <=, 0.015);
  g_assert_cmpfloat (dip_accuracy_quantile (without, N_SEEDS, 0.5), >=, 0.95);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phantom/accuracy/clean", test_clean);
  g_test_add_func ("/phantom/accuracy/degraded", test_degraded);
  g_test_add_func ("/phantom/accuracy/dense-beside-muscle", test_dense_beside_muscle);
  g_test_add_func ("/phantom/accuracy/hard", test_hard);

  return g_test_run ();
}
