#include "tests/tools/accuracy.h"

#include "tests/tools/degrade.h"

#include <math.h>
#include <stdlib.h>

static double
intersection_over_union (const DipMask *a, const DipMask *b)
{
  gsize both = 0, either = 0;

  for (gsize i = 0; i < (gsize) a->width * a->height; i++)
    {
      both += a->values[i] && b->values[i];
      either += a->values[i] || b->values[i];
    }

  return either > 0 ? (double) both / (double) either : 0.0;
}

static void
flip_mask (DipMask *mask)
{
  for (guint y = 0; y < mask->height; y++)
    for (guint x = 0; x < mask->width / 2; x++)
      {
        guint8 *row = mask->values + (gsize) y * mask->width;
        const guint8 kept = row[x];

        row[x] = row[mask->width - 1 - x];
        row[mask->width - 1 - x] = kept;
      }
}

/* What DIP_DEGRADE_BORDER leaves nothing of. */
static void
cut_border (DipMask *mask)
{
  const guint depth = dip_degrade_get_border (DIP_DEGRADE_BORDER, mask->width);

  for (guint y = 0; y < mask->height; y++)
    for (guint x = 0; x < mask->width; x++)
      if (x < depth || y < depth)
        mask->values[(gsize) y * mask->width + x] = 0;
}

/* From the nipple to the muscle's edge, or to the posterior edge of what the picture shows
 * if that comes first. */
static double
pnl_of_mlo (DipPoint nipple, const DipLine *line, double edge)
{
  const DipPoint foot = dip_line_foot (line, nipple);

  if (foot.x >= edge)
    return dip_point_distance (nipple, foot);

  return (nipple.x - edge) / line->normal_x;
}

static DipBreast *
find_view (const DipPhantom *phantom,
           DipProjection projection,
           guint what,
           guint32 seed,
           const DipMaskRecipe *recipe,
           DipAccuracy *accuracy)
{
  const DipPoint2 at = dip_phantom_get_nipple (phantom, projection);
  const DipPoint nipple = { (double) at.x, (double) at.y };
  g_autoptr (DipMask) truth = dip_mask_copy (dip_phantom_get_mask (phantom, projection));
  g_autoptr (DipPicture) picture =
      dip_picture_copy (dip_phantom_get_picture (phantom, projection));
  g_autoptr (DipMask) labels = dip_mask_new (picture->width, picture->height);
  const gboolean is_flipped = (what & DIP_DEGRADE_FLIP) != 0;
  DipBreast *breast;

  dip_degrade (picture, truth, nipple, what, seed * 2 + projection, labels);
  breast = dip_breast_find (picture,
                            projection == DIP_PROJECTION_CC ? DIP_VIEW_POSITION_CC
                                                            : DIP_VIEW_POSITION_MLO,
                            recipe);
  if (what & DIP_DEGRADE_BORDER)
    cut_border (truth);
  accuracy->is_wrong_way |=
      (breast->landmarks.chest_side == DIP_CHEST_RIGHT) != is_flipped ||
      breast->is_inverted != ((what & DIP_DEGRADE_INVERT) != 0);
  if (is_flipped)
    {
      flip_mask (breast->mask);
      dip_landmarks_flip (&breast->landmarks, picture->width);
    }
  accuracy->iou[projection] = intersection_over_union (breast->mask, truth);
  accuracy->nipple[projection] =
      breast->landmarks.nipple.is_found
          ? dip_point_distance (breast->landmarks.nipple.at, nipple) / picture->width
          : 1.0;
  for (gsize i = 0; i < (gsize) labels->width * labels->height; i++)
    accuracy->n_label_pixels += labels->values[i] && breast->mask->values[i];

  return breast;
}

static void
compare_pectoral (const DipPhantom *phantom,
                  guint what,
                  const DipBreast *cc,
                  DipBreast *mlo,
                  DipAccuracy *accuracy)
{
  const DipPoint2 at_cc = dip_phantom_get_nipple (phantom, DIP_PROJECTION_CC);
  const DipPoint2 at_mlo = dip_phantom_get_nipple (phantom, DIP_PROJECTION_MLO);
  const DipMask *muscle = dip_phantom_get_pectoral_mask (phantom);
  g_autoptr (DipMask) truth =
      dip_mask_copy (dip_phantom_get_mask (phantom, DIP_PROJECTION_MLO));
  const double edge = dip_degrade_get_border (what, truth->width) - 0.5;
  DipPectoralLine line;
  DipLine true_line;
  double found, wanted;

  accuracy->angle = 90.0;
  accuracy->pnl_ratio = 1.0;
  accuracy->pectoral_iou = 0.0;
  if (!mlo->landmarks.pectoral.is_found || !cc->landmarks.nipple.is_found)
    return;

  dip_phantom_get_pectoral_line (phantom, &line);
  true_line = (DipLine){ line.normal_x, line.normal_y, line.distance };
  accuracy->angle = fabs (dip_line_angle (&mlo->landmarks.pectoral.line) - line.angle);
  found = (cc->landmarks.nipple.at.x - cc->landmarks.chest_wall.at.x) /
          pnl_of_mlo (mlo->landmarks.nipple.at, &mlo->landmarks.pectoral.line,
                      mlo->landmarks.chest_wall.at.x);
  wanted =
      ((double) at_cc.x - edge) /
      pnl_of_mlo ((DipPoint){ (double) at_mlo.x, (double) at_mlo.y }, &true_line, edge);
  accuracy->pnl_ratio = fabs (found / wanted - 1.0);

  for (gsize i = 0; i < (gsize) truth->width * truth->height; i++)
    truth->values[i] &= !muscle->values[i];
  if (what & DIP_DEGRADE_BORDER)
    cut_border (truth);
  dip_mask_cut_pectoral (mlo->mask, &mlo->landmarks.pectoral.line);
  accuracy->pectoral_iou = intersection_over_union (mlo->mask, truth);
}

void
dip_accuracy_measure (const DipPhantom *phantom,
                      guint what,
                      guint32 seed,
                      const DipMaskRecipe *recipe,
                      DipAccuracy *accuracy)
{
  g_autoptr (DipBreast) cc = NULL;
  g_autoptr (DipBreast) mlo = NULL;

  *accuracy = (DipAccuracy){ 0 };
  cc = find_view (phantom, DIP_PROJECTION_CC, what, seed, recipe, accuracy);
  mlo = find_view (phantom, DIP_PROJECTION_MLO, what, seed, recipe, accuracy);
  compare_pectoral (phantom, what, cc, mlo, accuracy);
}

static int
compare_doubles (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
dip_accuracy_quantile (double *values, guint n, double share)
{
  g_return_val_if_fail (n > 0, 0.0);

  qsort (values, n, sizeof *values, compare_doubles);

  return values[(guint) (share * (n - 1) + 0.5)];
}
