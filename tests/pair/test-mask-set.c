#include "model/pair/mask-set.h"
#include "model/pair/resize.h"
#include "model/storage/error.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static char *folder;

static void
assert_point (DipPoint found, double x, double y)
{
  g_assert_cmpfloat_with_epsilon (found.x, x, 1e-9);
  g_assert_cmpfloat_with_epsilon (found.y, y, 1e-9);
}

/* A nipple in the CC, a pectoral line in the MLO; what was found beside is not kept. */
static void
place_landmarks (DipNamedMask *mask)
{
  DipLandmarks landmarks;

  dip_landmarks_init (&landmarks, DIP_VIEW_POSITION_CC, DIP_CHEST_RIGHT);
  landmarks.superior = (DipLandmark){ { 3, 4 }, 0.5, TRUE, FALSE };
  dip_landmarks_set_point (&landmarks, DIP_LANDMARK_NIPPLE, (DipPoint){ 40, 20.25 });
  dip_named_mask_set_by_hand (mask, DIP_VIEW_POSITION_CC, &landmarks);
  dip_landmarks_init (&landmarks, DIP_VIEW_POSITION_MLO, DIP_CHEST_RIGHT);
  dip_landmarks_set_pectoral (&landmarks, (DipPoint){ 44, 0 }, (DipPoint){ 63, 40 });
  dip_named_mask_set_by_hand (mask, DIP_VIEW_POSITION_MLO, &landmarks);
}

static DipNamedMask *
make_mask (const char *name)
{
  g_autoptr (DipMaskEdits) cc = dip_mask_edits_new ();
  g_autoptr (DipMaskEdits) mlo = dip_mask_edits_new ();
  DipMaskRecipe recipe;
  DipNamedMask *mask;

  dip_mask_recipe_init (&recipe, DIP_MASK_OTSU);
  recipe.has_pectoral = FALSE;
  dip_mask_edits_begin (cc, (DipPoint){ 10, 12.25 }, 4.5, TRUE);
  dip_mask_edits_draw_to (cc, (DipPoint){ 30, 12 });
  dip_mask_edits_begin (cc, (DipPoint){ 20, 12 }, 3, FALSE);
  dip_mask_edits_begin (mlo, (DipPoint){ 5, 5 }, 2, TRUE);
  mask = dip_named_mask_new (name, &recipe, 64, 48);
  dip_named_mask_set_edits (mask, cc, mlo);
  place_landmarks (mask);

  return mask;
}

static void
assert_landmarks_placed (const DipNamedMask *mask)
{
  const DipLandmarks *cc = &mask->by_hand[DIP_VIEW_POSITION_CC];
  const DipLandmarks *mlo = &mask->by_hand[DIP_VIEW_POSITION_MLO];

  g_assert_true (cc->nipple.is_by_hand);
  assert_point (cc->nipple.at, 40, 20.25);
  g_assert_false (cc->superior.is_found);
  g_assert_false (cc->pectoral.is_by_hand);
  g_assert_true (mlo->pectoral.is_by_hand && mlo->pectoral.is_found);
  assert_point (mlo->pectoral.top, 44, 0);
  assert_point (mlo->pectoral.bottom, 63, 40);
  g_assert_false (mlo->nipple.is_found);
}

static void
test_versions (void)
{
  g_autoptr (DipMaskSet) set = dip_mask_set_new ();
  g_autofree char *first = dip_mask_set_make_name (set, "Mask");
  g_autofree char *next = NULL;
  guint second;

  g_assert_cmpstr (first, ==, "Mask 1");
  g_assert_cmpint (dip_mask_set_get_shown (set), ==, -1);
  dip_mask_set_add (set, make_mask (first));
  dip_mask_set_add (set, make_mask ("other"));
  second = dip_mask_set_add_version (set, 0);
  g_assert_cmpuint (dip_mask_set_get (set, second)->version, ==, 2);
  g_assert_false (dip_mask_set_is_newest (set, 0));
  g_assert_true (dip_mask_set_is_newest (set, second));
  g_assert_cmpint (dip_mask_set_find (set, "Mask 1", 0), ==, 2);
  g_assert_cmpint (dip_mask_set_find (set, "Mask 1", 1), ==, 0);
  g_assert_cmpint (dip_mask_set_find (set, "Mask 1", 3), ==, -1);
  next = dip_mask_set_make_name (set, "Mask");
  g_assert_cmpstr (next, ==, "Mask 2");

  /* All versions take the name, and none takes another's. */
  g_assert_false (dip_mask_set_rename (set, 0, "other"));
  g_assert_false (dip_mask_set_rename (set, 0, ""));
  g_assert_true (dip_mask_set_rename (set, 0, "mine"));
  g_assert_cmpstr (dip_mask_set_get (set, second)->name, ==, "mine");
  g_assert_true (dip_mask_set_rename (set, 0, "mine"));

  /* What is in force stays so when one before it goes, and goes with itself. */
  dip_mask_set_set_shown (set, (int) second);
  dip_mask_set_remove (set, 0);
  g_assert_cmpint (dip_mask_set_get_shown (set), ==, 1);
  g_assert_cmpuint (dip_mask_set_get (set, 1)->version, ==, 2);
  dip_mask_set_remove (set, 1);
  g_assert_cmpint (dip_mask_set_get_shown (set), ==, -1);
  g_assert_cmpuint (dip_mask_set_get_count (set), ==, 1);
}

static void
assert_edits_equal (const DipMaskEdits *a, const DipMaskEdits *b)
{
  g_assert_cmpuint (dip_mask_edits_get_count (a), ==, dip_mask_edits_get_count (b));
  for (guint i = 0; i < dip_mask_edits_get_count (a); i++)
    g_assert_cmpmem (dip_mask_edits_get (a, i), sizeof (DipBrushStamp),
                     dip_mask_edits_get (b, i), sizeof (DipBrushStamp));
}

static void
test_round (void)
{
  g_autoptr (DipMaskSet) set = dip_mask_set_new ();
  g_autoptr (DipMaskSet) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *picture = g_build_filename (folder, "pair-42.png", NULL);
  g_autofree char *path = dip_mask_set_make_path (picture);

  g_assert_true (g_str_has_suffix (path, "/pair-42.masks.json"));
  dip_mask_set_add (set, make_mask ("ä \"b\""));
  dip_mask_set_set_shown (set, (int) dip_mask_set_add_version (set, 0));
  g_assert_true (dip_mask_set_save (set, path, &error));
  read = dip_mask_set_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dip_mask_set_get_count (read), ==, 2);
  g_assert_cmpint (dip_mask_set_get_shown (read), ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      const DipNamedMask *wanted = dip_mask_set_get (set, i);
      const DipNamedMask *found = dip_mask_set_get (read, i);

      g_assert_cmpstr (found->name, ==, wanted->name);
      g_assert_cmpstr (found->modified, ==, wanted->modified);
      g_assert_cmpuint (found->version, ==, i + 1);
      g_assert_cmpuint (found->width, ==, 64);
      g_assert_cmpuint (found->height, ==, 48);
      g_assert_true (dip_mask_recipe_equal (&found->recipe, &wanted->recipe));
      for (guint v = 0; v < DIP_N_VIEW_POSITIONS; v++)
        assert_edits_equal (found->edits[v], wanted->edits[v]);
      assert_landmarks_placed (found);
    }
}

static void
test_refuses (void)
{
#define MASK(fields) "{\"diptych_masks\": 1, \"shown\": null, \"masks\": [{" fields "}]}"
#define GOOD "\"recipe\": {}, \"width\": 9, \"height\": 9, \"cc\": [], \"mlo\": []"
  static const char *const bad[] = {
    "{}",
    "{\"diptych_masks\": 2, \"masks\": []}",
    "{\"diptych_masks\": 1, \"masks\": {}}",
    MASK ("\"name\": \"\", \"version\": 1, " GOOD),
    MASK ("\"name\": \"a\", \"version\": 0, " GOOD),
    MASK ("\"name\": \"a\", \"version\": 1, \"recipe\": {}, \"width\": 99999999, "
          "\"height\": 9, \"cc\": [], \"mlo\": []"),
    MASK ("\"name\": \"a\", \"version\": 1, \"recipe\": {\"algorithm\": \"magic\"}, "
          "\"width\": 9, \"height\": 9, \"cc\": [], \"mlo\": []"),
    MASK ("\"name\": \"a\", \"version\": 1, \"recipe\": {}, \"width\": 9, "
          "\"height\": 9, \"cc\": [[1, 2, -3, true, 0]], \"mlo\": []"),
    MASK ("\"name\": \"a\", \"version\": 1, \"recipe\": {}, \"width\": 9, "
          "\"height\": 9, \"cc\": []"),
    MASK ("\"name\": \"a\", \"version\": 1, \"landmarks\": {\"cc\": []}, " GOOD),
    MASK ("\"name\": \"a\", \"version\": 1, "
          "\"landmarks\": {\"cc\": {\"nipple\": [1]}}, " GOOD),
    MASK ("\"name\": \"a\", \"version\": 1, "
          "\"landmarks\": {\"cc\": {\"nipple\": [1e300, 2]}}, " GOOD),
    MASK ("\"name\": \"a\", \"version\": 1, "
          "\"landmarks\": {\"mlo\": {\"pectoral\": [[1, 2], [1, 2]]}}, " GOOD),
    MASK ("\"name\": \"a\", \"version\": 1, " GOOD
          "}, {\"name\": \"a\", \"version\": 1, " GOOD),
  };
  g_autofree char *path = g_build_filename (folder, "bad.masks.json", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
      g_assert_null (dip_mask_set_load (path, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == DIP_STORAGE_ERROR);
      g_assert_true (g_str_has_prefix (error->message, path));
    }

  /* A mask in force that is not there is the automatic one. */
  g_assert_true (g_file_set_contents (
      path, "{\"diptych_masks\": 1, \"shown\": {\"name\": \"x\"}, \"masks\": []}", -1,
      NULL));
  {
    g_autoptr (DipMaskSet) set = dip_mask_set_load (path, NULL);

    g_assert_nonnull (set);
    g_assert_cmpint (dip_mask_set_get_shown (set), ==, -1);
  }
}

/* Strokes are in the pixels of the file, flipped or not. */
static void
test_corrects_flipped (void)
{
  g_autoptr (DipPicture) picture = dip_picture_new (64, 48);
  g_autoptr (DipNamedMask) mask = make_mask ("m");
  g_autoptr (DipFoundView) plain = NULL;
  g_autoptr (DipFoundView) flipped = NULL;

  mask->recipe.has_pectoral = TRUE;
  plain = dip_found_view_new (picture, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_NEVER);
  flipped = dip_found_view_new (picture, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_ALWAYS);
  dip_named_mask_apply (mask, DIP_VIEW_POSITION_CC, plain);
  dip_named_mask_apply (mask, DIP_VIEW_POSITION_CC, flipped);
  g_assert_cmpuint (dip_mask_count (plain->breast->mask), >, 100);
  for (guint y = 0; y < 48; y++)
    for (guint x = 0; x < 64; x++)
      g_assert_cmpuint (plain->breast->mask->values[y * 64 + x], ==,
                        flipped->breast->mask->values[y * 64 + 63 - x]);
}

/* A breast of an ellipse with a nipple at (160, 130), chest wall left. */
static DipPicture *
make_breast (void)
{
  DipPicture *self = dip_picture_new (256, 256);

  for (guint i = 0; i < 256 * 256; i++)
    {
      const double x = i % 256, y = i / 256, v = (y - 130) / 100;

      if ((x / 150) * (x / 150) + v * v < 1 || hypot (x - 152, y - 130) < 9)
        self->values[i] = (float) (0.35 + 0.1 * cos (x / 9) * cos (y / 11));
    }

  return self;
}

/* A tip painted onto the breast is its nipple, flipped or not; one that was placed by hand
 * stays, and the PNL's foot follows it. */
static void
test_landmarks_follow (void)
{
  g_autoptr (DipPicture) picture = make_breast ();
  g_autoptr (DipMaskEdits) tip = dip_mask_edits_new ();
  g_autoptr (DipFoundView) plain =
      dip_found_view_new (picture, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_NEVER);
  g_autoptr (DipFoundView) flipped =
      dip_found_view_new (picture, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_ALWAYS);
  g_autoptr (DipFoundView) copy = dip_found_view_copy (plain);
  const DipLandmarks *landmarks = &plain->breast->landmarks;
  DipLandmarks by_hand;

  g_assert_cmpfloat_with_epsilon (landmarks->nipple.at.x, 160, 4);
  g_assert_cmpfloat_with_epsilon (landmarks->nipple.at.y, 130, 4);
  dip_mask_edits_begin (tip, (DipPoint){ 150, 90 }, 12, TRUE);
  dip_mask_edits_draw_to (tip, (DipPoint){ 190, 90 });
  dip_found_view_correct (plain, tip, NULL);
  dip_found_view_correct (flipped, tip, NULL);
  g_assert_cmpfloat_with_epsilon (landmarks->nipple.at.x, 201, 5);
  g_assert_cmpfloat_with_epsilon (landmarks->nipple.at.y, 90, 8);
  g_assert_cmpfloat_with_epsilon (flipped->breast->landmarks.nipple.at.x,
                                  255 - landmarks->nipple.at.x, 1e-9);
  g_assert_cmpfloat_with_epsilon (landmarks->chest_wall.at.y, landmarks->nipple.at.y, 2);

  dip_landmarks_init (&by_hand, DIP_VIEW_POSITION_CC, DIP_CHEST_LEFT);
  dip_landmarks_set_point (&by_hand, DIP_LANDMARK_NIPPLE, (DipPoint){ 158, 140 });
  dip_found_view_correct (copy, tip, &by_hand);
  assert_point (copy->breast->landmarks.nipple.at, 158, 140);
  g_assert_true (copy->breast->landmarks.nipple.is_by_hand);
}

/* A pectoral line by hand of a file's right breast has its muscle at the right edge. */
static void
test_pectoral_by_hand_of_right (void)
{
  g_autoptr (DipPicture) picture = make_breast ();
  g_autoptr (DipNamedMask) mask = make_mask ("m");
  g_autoptr (DipFoundView) found = NULL;
  const DipLandmarkLine *pectoral;

  dip_picture_flip (picture);
  found = dip_found_view_new (picture, DIP_VIEW_POSITION_MLO, NULL, DIP_FLIP_NEVER);
  pectoral = &found->breast->landmarks.pectoral;
  g_assert_cmpint (found->breast->landmarks.chest_side, ==, DIP_CHEST_RIGHT);
  mask->by_hand[DIP_VIEW_POSITION_MLO].chest_side = DIP_CHEST_LEFT; /* as files have it */
  dip_landmarks_set_pectoral (&mask->by_hand[DIP_VIEW_POSITION_MLO], (DipPoint){ 190, 0 },
                              (DipPoint){ 255, 110 });
  dip_named_mask_apply (mask, DIP_VIEW_POSITION_MLO, found);
  g_assert_true (pectoral->is_by_hand);
  g_assert_cmpfloat (dip_line_signed_distance (&pectoral->line, (DipPoint){ 100, 130 }),
                     >, 0.0);
  g_assert_cmpfloat (dip_line_signed_distance (&pectoral->line, (DipPoint){ 254, 2 }), <,
                     0.0);
}

/* A mask brought up to date stamp by stamp is the one stamped at once. */
static void
test_grows (void)
{
  g_autoptr (DipNamedMask) named = make_mask ("m");
  const DipMaskEdits *edits = named->edits[DIP_VIEW_POSITION_CC];
  g_autoptr (DipMask) at_once = dip_mask_new (64, 48);
  g_autoptr (DipMask) grown = dip_mask_new (64, 48);
  g_autoptr (DipMaskEdits) prefix = dip_mask_edits_new ();

  dip_mask_edits_apply (edits, at_once);
  dip_mask_edits_begin (prefix, (DipPoint){ 10, 12.25 }, 4.5, TRUE);
  dip_mask_edits_apply (prefix, grown);
  dip_mask_edits_apply_from (edits, 1, grown);
  g_assert_cmpmem (grown->values, 64 * 48, at_once->values, 64 * 48);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("dip-masks-XXXXXX", NULL);
  g_test_add_func ("/pair/mask-set/versions", test_versions);
  g_test_add_func ("/pair/mask-set/round", test_round);
  g_test_add_func ("/pair/mask-set/refuses", test_refuses);
  g_test_add_func ("/pair/mask-set/corrects-flipped", test_corrects_flipped);
  g_test_add_func ("/pair/mask-set/landmarks-follow", test_landmarks_follow);
  g_test_add_func ("/pair/mask-set/pectoral-by-hand-of-right",
                   test_pectoral_by_hand_of_right);
  g_test_add_func ("/pair/mask-set/grows", test_grows);
  result = g_test_run ();
  {
    g_autofree char *good = g_build_filename (folder, "pair-42.masks.json", NULL);
    g_autofree char *bad = g_build_filename (folder, "bad.masks.json", NULL);

    g_unlink (good);
    g_unlink (bad);
    g_rmdir (folder);
    g_free (folder);
  }

  return result;
}
