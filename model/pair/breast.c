#include "model/pair/breast.h"

#include "model/pair/outline-private.h"

#include <math.h>
#include <string.h>

const char *
dip_breast_reason_get_text (DipBreastReason reason)
{
  switch (reason)
    {
    case DIP_BREAST_FOUND:
      return NULL;
    case DIP_BREAST_EMPTY:
      return "the picture is of one brightness";
    case DIP_BREAST_TOO_SMALL:
      return "the picture is smaller than 16 pixels";
    case DIP_BREAST_NO_AIR:
      return "the picture is bright from edge to edge";
    case DIP_BREAST_NO_PART:
      return "no part of the picture is as large as a breast";
    default:
      g_return_val_if_reached (NULL);
    }
}

/* How far above or below the outline must end to have been cut by the picture's edge, of
 * the height. */
#define CUT 0.01

/* A row of the breast's end that is longer, of the width, was cut. */
#define STRAIGHT 0.12

/* The first row of every column (from above or from below) that is inside; −1 if none. */
static gint32 *
first_inside (const DipReduced *reduced, const guint8 *inside, gboolean from_top)
{
  const guint w = reduced->width, h = reduced->height;
  gint32 *rows = g_new (gint32, w);

  for (guint x = 0; x < w; x++)
    rows[x] = -1;
  for (guint i = 0; i < h; i++)
    {
      const guint y = from_top ? h - 1 - i : i;
      const guint8 *row = inside + (gsize) y * w;

      for (guint x = 0; x < w; x++)
        rows[x] = row[x] ? (gint32) y : rows[x];
    }

  return rows;
}

/* The row where the breast is cut straight, by the picture's edge or by a dark border:
 * its outermost row, if that is long; else the picture's own edge. */
static double
cutting_row (const DipReduced *reduced, const guint8 *inside, gboolean is_upper)
{
  for (guint i = 0; i < reduced->height; i++)
    {
      const guint y = is_upper ? i : reduced->height - 1 - i;
      guint n = 0;

      for (guint x = 0; x < reduced->width; x++)
        n += inside[(gsize) y * reduced->width + x];
      if (n > STRAIGHT * reduced->width)
        return y;
      if (n > 0)
        break;
    }

  return is_upper ? reduced->top : reduced->bottom - 1.0;
}

/* One end of the skin line: on the picture's upper or lower edge where the breast is cut
 * there, else at the chest wall. */
static DipLandmark
find_end (const DipReduced *reduced, const guint8 *inside, gboolean is_upper)
{
  const guint w = reduced->width;
  const double edge = cutting_row (reduced, inside, is_upper);
  g_autofree gint32 *rows = first_inside (reduced, inside, is_upper);
  int most = -1, column = -1;

  for (guint x = reduced->left; x < reduced->right; x++)
    {
      const int y = rows[x];

      if (y < 0)
        continue;
      if (column < 0)
        {
          column = (int) x;
          most = y;
        }
      if (fabs (y - edge) <= CUT * reduced->height + 0.5)
        {
          column = (int) x;
          most = y;
        }
    }
  if (column < 0)
    return (DipLandmark){ { 0.0, 0.0 }, 0.0, FALSE, FALSE };

  g_assert (column < (int) w);
  return (DipLandmark){
    { column, most }, column > (int) reduced->left + 1 ? 0.7 : 0.9, TRUE, FALSE
  };
}

/* The breast's posterior edge on the nipple's level. */
static DipLandmark
find_chest_wall (const DipReduced *reduced,
                 const guint8 *inside,
                 const DipLandmark *nipple)
{
  const guint y = (guint) CLAMP (nipple->at.y + 0.5, 0.0, reduced->height - 1.0);

  for (guint x = 0; x < reduced->width; x++)
    if (inside[(gsize) y * reduced->width + x])
      return (DipLandmark){
        { x - 0.5, nipple->at.y }, x <= reduced->left + 1 ? 0.9 : 0.5, TRUE, FALSE
      };

  return (DipLandmark){ { 0.0, 0.0 }, 0.0, FALSE, FALSE };
}

static void
find_landmarks (const DipReduced *reduced, const guint8 *inside, DipLandmarks *landmarks)
{
  DipLandmarkLine *pectoral = &landmarks->pectoral;

  if (landmarks->view == DIP_VIEW_POSITION_MLO)
    dip_pectoral_find (reduced, inside, pectoral);
  dip_nipple_find (reduced, inside, pectoral, &landmarks->nipple);
  landmarks->chest_wall = find_chest_wall (reduced, inside, &landmarks->nipple);
  landmarks->superior = find_end (reduced, inside, TRUE);
  landmarks->inferior = find_end (reduced, inside, FALSE);
}

/* From reduced pixels to those of the picture. */
static void
move_landmarks (const DipReduced *reduced, DipLandmarks *landmarks)
{
  dip_landmarks_scale (landmarks, reduced->factor, reduced->factor);
  if (reduced->is_flipped)
    dip_landmarks_flip (landmarks, reduced->width * reduced->factor);
}

static double
value_in_picture (const DipReduced *reduced, double value)
{
  const double share = reduced->is_inverted ? 1.0 - value : value;

  return reduced->low + share * (reduced->high - reduced->low);
}

static void
find_in_reduced (DipBreast *self, DipReduced *reduced)
{
  g_autofree guint8 *inside = NULL;
  double threshold = 0.0;

  self->is_inverted = reduced->is_inverted;
  dip_reduced_remove_foreign (reduced);
  inside = dip_outline_find (reduced, &self->recipe, &threshold, &self->reason);
  self->threshold = value_in_picture (reduced, threshold);
  dip_outline_to_picture (reduced, reduced->foreign, self->foreign);
  if (inside == NULL)
    return;

  find_landmarks (reduced, inside, &self->landmarks);
  move_landmarks (reduced, &self->landmarks);
  dip_outline_to_picture (reduced, inside, self->mask);
  for (gsize i = 0; i < (gsize) self->mask->width * self->mask->height; i++)
    self->mask->values[i] &= !self->foreign->values[i];
  if (!self->recipe.has_pectoral && self->landmarks.pectoral.is_found)
    dip_mask_cut_pectoral (self->mask, &self->landmarks.pectoral.line);
}

DipBreast *
dip_breast_find (const DipPicture *picture,
                 DipViewPosition view,
                 const DipMaskRecipe *recipe)
{
  DipBreast *self = g_new0 (DipBreast, 1);
  g_autoptr (DipReduced) reduced = NULL;

  g_return_val_if_fail (picture != NULL, NULL);

  if (recipe != NULL)
    self->recipe = *recipe;
  else
    dip_mask_recipe_init (&self->recipe, DIP_MASK_BACKGROUND);
  self->mask = dip_mask_new (picture->width, picture->height);
  self->foreign = dip_mask_new (picture->width, picture->height);
  dip_landmarks_init (&self->landmarks, view, DIP_CHEST_LEFT);
  self->reason = DIP_BREAST_TOO_SMALL;
  if (MIN (picture->width, picture->height) < DIP_BREAST_MIN_SIZE)
    return self;

  reduced = dip_reduced_new (picture);
  self->reason = DIP_BREAST_EMPTY;
  if (reduced != NULL)
    find_in_reduced (self, reduced);

  return self;
}

/* From the picture's pixels to reduced ones. */
static void
move_landmarks_back (const DipReduced *reduced, DipLandmarks *landmarks)
{
  if (reduced->is_flipped)
    dip_landmarks_flip (landmarks, reduced->width * reduced->factor);
  dip_landmarks_scale (landmarks, 1.0 / reduced->factor, 1.0 / reduced->factor);
}

/* What lies behind the pectoral line, of the breast as it would be found: where the recipe
 * leaves the muscle out, no mask says how far it goes. */
static void
add_muscle (const DipReduced *reduced,
            const DipMaskRecipe *recipe,
            const DipLine *pectoral,
            guint8 *inside)
{
  DipBreastReason reason;
  double threshold;
  g_autofree guint8 *found = dip_outline_find (reduced, recipe, &threshold, &reason);

  for (guint y = 0; found != NULL && y < reduced->height; y++)
    for (guint x = 0; x < reduced->width; x++)
      if (dip_line_signed_distance (pectoral, (DipPoint){ x, y }) < 0.0)
        inside[(gsize) y * reduced->width + x] |= found[(gsize) y * reduced->width + x];
}

/* What a person added is breast however dark it is: it looks like the rest. */
static void
brighten_added (DipReduced *reduced, const guint8 *inside, const DipMask *found)
{
  const gsize n = (gsize) reduced->width * reduced->height;
  g_autofree guint8 *before = dip_outline_from_picture (reduced, found);
  double sum = 0.0;
  gsize n_kept = 0;

  for (gsize i = 0; i < n; i++)
    if (inside[i] && before[i])
      {
        sum += (double) reduced->values[i];
        n_kept++;
      }
  for (gsize i = 0; n_kept > 0 && i < n; i++)
    if (inside[i] && !before[i])
      reduced->values[i] = (float) (sum / (double) n_kept);
}

static void
find_again (DipBreast *self,
            DipReduced *reduced,
            const DipMask *found,
            DipLandmarks *landmarks)
{
  g_autofree guint8 *inside = dip_outline_from_picture (reduced, self->mask);
  DipLandmarkLine pectoral = self->landmarks.pectoral;
  DipLandmarks moved = self->landmarks;

  if (memchr (inside, 1, (gsize) reduced->width * reduced->height) == NULL)
    return;

  move_landmarks_back (reduced, &moved);
  if (!self->recipe.has_pectoral && moved.pectoral.is_found)
    add_muscle (reduced, &self->recipe, &moved.pectoral.line, inside);
  if (found != NULL)
    brighten_added (reduced, inside, found);
  dip_nipple_find (reduced, inside, &moved.pectoral, &moved.nipple);
  moved.chest_wall = find_chest_wall (reduced, inside, &moved.nipple);
  moved.superior = find_end (reduced, inside, TRUE);
  moved.inferior = find_end (reduced, inside, FALSE);
  move_landmarks (reduced, &moved);
  *landmarks = moved;
  landmarks->pectoral = pectoral; /* to the last bit */
}

void
dip_breast_find_landmarks (DipBreast *self,
                           const DipPicture *picture,
                           const DipMask *found)
{
  const DipLandmarks before = self->landmarks;
  DipLandmarks landmarks;
  g_autoptr (DipReduced) reduced = NULL;

  g_return_if_fail (picture->width == self->mask->width);
  g_return_if_fail (picture->height == self->mask->height);

  dip_landmarks_init (&landmarks, before.view, before.chest_side);
  landmarks.pectoral = before.pectoral;
  if (MIN (picture->width, picture->height) >= DIP_BREAST_MIN_SIZE)
    reduced = dip_reduced_new (picture);
  if (reduced != NULL)
    {
      dip_reduced_remove_foreign (reduced);
      find_again (self, reduced, found, &landmarks);
    }
  dip_landmarks_keep_by_hand (&landmarks, &before);
  self->landmarks = landmarks;
}

DipBreast *
dip_breast_copy (const DipBreast *self)
{
  DipBreast *copy = g_new (DipBreast, 1);

  *copy = *self;
  copy->mask = dip_mask_copy (self->mask);
  copy->foreign = dip_mask_copy (self->foreign);

  return copy;
}

void
dip_breast_free (DipBreast *self)
{
  if (self == NULL)
    return;

  dip_mask_free (self->mask);
  dip_mask_free (self->foreign);
  g_free (self);
}

void
dip_mask_cut_pectoral (DipMask *mask, const DipLine *pectoral)
{
  for (guint y = 0; y < mask->height; y++)
    for (guint x = 0; x < mask->width; x++)
      if (dip_line_signed_distance (pectoral, (DipPoint){ x, y }) < 0.0)
        mask->values[(gsize) y * mask->width + x] = 0;
}
