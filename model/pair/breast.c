#include "model/pair/breast.h"

#include "model/pair/statistics.h"

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

static void
find_points (DipBreast *self)
{
  const DipMask *mask = self->mask;
  DipPoint nipple = { -1.0, 0.0 }, top = { 0.0, 0.0 }, bottom = { 0.0, 0.0 };
  gboolean is_first = TRUE;

  for (guint y = 0; y < mask->height; y++)
    for (guint x = 0; x < mask->width; x++)
      if (mask->values[(gsize) y * mask->width + x])
        {
          if (x > nipple.x)
            nipple = (DipPoint){ x, y };
          if (is_first)
            top = (DipPoint){ x, y };
          is_first = FALSE;
          bottom = (DipPoint){ x, y };
        }

  self->landmarks.nipple = (DipLandmark){ nipple, 0.5, TRUE, FALSE };
  self->landmarks.chest_wall = (DipLandmark){ { 0.0, nipple.y }, 0.5, TRUE, FALSE };
  self->landmarks.superior = (DipLandmark){ top, 0.5, TRUE, FALSE };
  self->landmarks.inferior = (DipLandmark){ bottom, 0.5, TRUE, FALSE };
}

DipBreast *
dip_breast_find (const DipPicture *picture,
                 DipViewPosition view,
                 const DipMaskRecipe *recipe)
{
  DipBreast *self = g_new0 (DipBreast, 1);

  if (recipe != NULL)
    self->recipe = *recipe;
  else
    dip_mask_recipe_init (&self->recipe, DIP_MASK_BACKGROUND);
  dip_landmarks_init (&self->landmarks, view, DIP_CHEST_LEFT);
  self->mask = dip_breast_mask (picture);
  self->foreign = dip_mask_new (picture->width, picture->height);
  if (dip_mask_count (self->mask) == 0)
    self->reason = DIP_BREAST_EMPTY;
  else
    find_points (self);

  return self;
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
