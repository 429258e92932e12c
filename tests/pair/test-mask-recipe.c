#include "model/pair/mask-edits.h"
#include "model/pair/mask-recipe.h"
#include "model/storage/error.h"

#include <math.h>

static void
test_names (void)
{
  for (guint a = 0; a < DIP_N_MASK_ALGORITHMS; a++)
    {
      DipMaskAlgorithm read = DIP_N_MASK_ALGORITHMS;
      DipMaskRecipe recipe;

      g_assert_true (
          dip_mask_algorithm_from_name (dip_mask_algorithm_get_name (a), &read));
      g_assert_cmpint (read, ==, a);
      dip_mask_recipe_init (&recipe, a);
      for (guint p = 0; p < DIP_N_MASK_PARAMETERS; p++)
        {
          const DipMaskParameterInfo *info = dip_mask_parameter_get_info (p);

          g_assert_cmpfloat (recipe.parameters[p], >=, info->minimum);
          g_assert_cmpfloat (recipe.parameters[p], <=, info->maximum);
        }
    }
}

static void
test_set_cuts (void)
{
  DipMaskRecipe recipe;

  dip_mask_recipe_init (&recipe, DIP_MASK_OTSU);
  dip_mask_recipe_set (&recipe, DIP_MASK_BLUR, 1e9);
  g_assert_cmpfloat (recipe.parameters[DIP_MASK_BLUR], ==, 20.0);
  dip_mask_recipe_set (&recipe, DIP_MASK_BLUR, NAN);
  g_assert_cmpfloat (recipe.parameters[DIP_MASK_BLUR], ==, 0.0);
}

static void
test_recipe_round (void)
{
  DipMaskRecipe recipe, read;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  json_t *json;

  dip_mask_recipe_init (&recipe, DIP_MASK_SCALED_OTSU);
  dip_mask_recipe_set (&recipe, DIP_MASK_GROWTH, -3.0);
  recipe.has_pectoral = FALSE;
  json = dip_mask_recipe_to_json (&recipe);
  dip_mask_recipe_init (&read, DIP_MASK_LI);
  g_assert_true (dip_mask_recipe_from_json (&read, json, "r", &error));
  g_assert_no_error (error);
  g_assert_true (dip_mask_recipe_equal (&recipe, &read));
  json_decref (json);
  text = dip_mask_recipe_to_text (&recipe);
  g_assert_cmpstr (text, ==,
                   "scaled-otsu " DIP_MASK_VERSION
                   " (scale 0.175, blur 4 ‰, opening 12 ‰, growth -3 ‰), "
                   "pectoral muscle out");
}

static void
test_recipe_refuses (void)
{
  static const char *const bad[] = { "[]", "{\"algorithm\": \"magic\"}", "{\"blur\": 21}",
                                     "{\"blur\": \"2\"}", "{\"pectoral\": 1}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      json_t *json = json_loads (bad[i], 0, NULL);
      DipMaskRecipe recipe, was;
      g_autoptr (GError) error = NULL;

      dip_mask_recipe_init (&recipe, DIP_MASK_LI);
      was = recipe;
      g_assert_false (dip_mask_recipe_from_json (&recipe, json, "file", &error));
      g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_VALUE);
      g_assert_true (g_str_has_prefix (error->message, "file: "));
      g_assert_true (dip_mask_recipe_equal (&recipe, &was));
      json_decref (json);
    }
}

static gsize
count_after (const DipMaskEdits *edits)
{
  g_autoptr (DipMask) mask = dip_mask_new (64, 48);

  dip_mask_edits_apply (edits, mask);

  return dip_mask_count (mask);
}

/* A disc of radius 5 about a pixel's centre covers 81 centres. */
static void
test_stamps (void)
{
  g_autoptr (DipMaskEdits) edits = dip_mask_edits_new ();

  dip_mask_edits_begin (edits, (DipPoint){ 20, 20 }, 5.0, TRUE);
  g_assert_cmpuint (count_after (edits), ==, 81);
  dip_mask_edits_begin (edits, (DipPoint){ 20, 20 }, 5.0, FALSE);
  g_assert_cmpuint (count_after (edits), ==, 0);
  g_assert_true (dip_mask_edits_undo (edits));
  g_assert_cmpuint (count_after (edits), ==, 81);
  g_assert_true (dip_mask_edits_redo (edits));
  g_assert_cmpuint (count_after (edits), ==, 0);
  g_assert_false (dip_mask_edits_redo (edits));
}

static void
test_stroke_has_no_gaps (void)
{
  g_autoptr (DipMaskEdits) edits = dip_mask_edits_new ();
  g_autoptr (DipMask) mask = dip_mask_new (64, 48);

  dip_mask_edits_draw_to (edits, (DipPoint){ 1, 1 });
  g_assert_cmpuint (dip_mask_edits_get_count (edits), ==, 0);
  dip_mask_edits_begin (edits, (DipPoint){ 5, 10 }, 3.0, TRUE);
  dip_mask_edits_draw_to (edits, (DipPoint){ 55, 40 });
  dip_mask_edits_apply (edits, mask);
  for (double t = 0.0; t <= 1.0; t += 0.01)
    g_assert_cmpuint (
        mask->values[(guint) (10.5 + 30.0 * t) * 64 + (guint) (5.5 + 50.0 * t)], ==, 1);
  g_assert_true (dip_mask_edits_undo (edits));
  g_assert_cmpuint (dip_mask_edits_get_count (edits), ==, 0);
}

static void
test_stamps_off_the_edge (void)
{
  static const DipPoint places[] = {
    { -1e12, 5 }, { 1e12, 1e12 }, { -3, -3 }, { 63, 47 }
  };
  g_autoptr (DipMaskEdits) edits = dip_mask_edits_new ();

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    dip_mask_edits_begin (edits, places[i], i == 3 ? 1e15 : 6.0, i != 2);
  g_assert_cmpuint (count_after (edits), ==, 64 * 48);
}

static void
test_edits_round (void)
{
  g_autoptr (DipMaskEdits) edits = dip_mask_edits_new ();
  g_autoptr (DipMaskEdits) read = NULL;
  g_autoptr (GError) error = NULL;
  json_t *json;

  dip_mask_edits_begin (edits, (DipPoint){ 20.5, 20 }, 5.0, TRUE);
  dip_mask_edits_draw_to (edits, (DipPoint){ 30, 20 });
  dip_mask_edits_begin (edits, (DipPoint){ 22, 20 }, 2.0, FALSE);
  json = dip_mask_edits_to_json (edits);
  read = dip_mask_edits_new_from_json (json, "m", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dip_mask_edits_get_count (read), ==,
                    dip_mask_edits_get_count (edits));
  g_assert_cmpuint (count_after (read), ==, count_after (edits));
  json_array_append_new (json, json_string ("stamp"));
  g_assert_null (dip_mask_edits_new_from_json (json, "m", &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_VALUE);
  json_decref (json);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/mask-recipe/names", test_names);
  g_test_add_func ("/pair/mask-recipe/set-cuts", test_set_cuts);
  g_test_add_func ("/pair/mask-recipe/round", test_recipe_round);
  g_test_add_func ("/pair/mask-recipe/refuses", test_recipe_refuses);
  g_test_add_func ("/pair/mask-edits/stamps", test_stamps);
  g_test_add_func ("/pair/mask-edits/stroke-has-no-gaps", test_stroke_has_no_gaps);
  g_test_add_func ("/pair/mask-edits/off-the-edge", test_stamps_off_the_edge);
  g_test_add_func ("/pair/mask-edits/round", test_edits_round);

  return g_test_run ();
}
