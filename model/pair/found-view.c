#include "model/pair/found-view.h"

#include "model/pair/resize.h"

#include <string.h>

static void
flip_mask (DipMask *mask)
{
  for (guint y = 0; y < mask->height; y++)
    {
      guint8 *row = mask->values + (gsize) y * mask->width;

      for (guint x = 0; x < mask->width / 2; x++)
        {
          const guint8 kept = row[x];

          row[x] = row[mask->width - 1 - x];
          row[mask->width - 1 - x] = kept;
        }
    }
}

/* The top of the range that holds every value: of 1, 2, … 16 bits, as values of 16. */
static float
find_top (const DipPicture *picture)
{
  const gsize n = (gsize) picture->width * picture->height;
  float high = picture->values[0];

  for (gsize i = 1; i < n; i++)
    high = MAX (high, picture->values[i]);
  for (guint n_bits = 1; n_bits <= 16; n_bits++)
    {
      const float top = (float) ((1u << n_bits) - 1) / 65535.0f;

      if (high <= top)
        return top;
    }

  return high;
}

/* The negative in its range, so that a negative of 12 of 16 bits has the values of its
 * positive. */
static void
invert (DipPicture *picture)
{
  const gsize n = (gsize) picture->width * picture->height;
  const float top = find_top (picture);

  for (gsize i = 0; i < n; i++)
    picture->values[i] = top - picture->values[i];
}

DipFoundView *
dip_found_view_new (const DipPicture *picture,
                    DipViewPosition view,
                    const DipMaskRecipe *recipe,
                    DipFlip flip)
{
  DipFoundView *self = g_new0 (DipFoundView, 1);
  const guint width = picture->width;

  self->picture = dip_picture_copy (picture);
  self->breast = dip_breast_find (picture, view, recipe);
  if (self->breast->is_inverted)
    invert (self->picture);
  self->was_flipped =
      flip == DIP_FLIP_ALWAYS ||
      (flip == DIP_FLIP_AUTO && self->breast->landmarks.chest_side == DIP_CHEST_RIGHT);
  if (self->was_flipped)
    {
      dip_picture_flip (self->picture);
      flip_mask (self->breast->mask);
      flip_mask (self->breast->foreign);
      dip_landmarks_flip (&self->breast->landmarks, width);
    }

  return self;
}

DipFoundView *
dip_found_view_copy (const DipFoundView *self)
{
  DipFoundView *copy = g_new (DipFoundView, 1);

  copy->picture = dip_picture_copy (self->picture);
  copy->breast = dip_breast_copy (self->breast);
  copy->was_flipped = self->was_flipped;

  return copy;
}

/* A pectoral line by hand leads the search for the nipple: before it, and after it since the
 * nipple may be by hand too. */
void
dip_found_view_correct (DipFoundView *self,
                        const DipMaskEdits *edits,
                        const DipLandmarks *by_hand)
{
  DipMask *mask = self->breast->mask;
  g_autoptr (DipMask) found = dip_mask_copy (mask);
  DipLandmarks hand;

  dip_landmarks_init (&hand, self->breast->landmarks.view, DIP_CHEST_LEFT);
  if (by_hand != NULL)
    hand = *by_hand;
  if (self->was_flipped)
    {
      flip_mask (mask);
      dip_landmarks_flip (&hand, mask->width);
    }
  dip_mask_edits_apply (edits, mask);
  if (self->was_flipped)
    flip_mask (mask);
  dip_landmarks_keep_by_hand (&self->breast->landmarks, &hand);
  if (dip_mask_edits_get_count (edits) > 0)
    dip_breast_find_landmarks (self->breast, self->picture, found);
}

void
dip_found_view_free (DipFoundView *self)
{
  if (self == NULL)
    return;

  dip_picture_free (self->picture);
  dip_breast_free (self->breast);
  g_free (self);
}

static DipMask *
frame_mask (DipMask *mask, guint width, guint height)
{
  DipMask *framed = dip_mask_new (width, height);
  const guint top = (height - mask->height) / 2;

  for (guint y = 0; y < mask->height; y++)
    memcpy (framed->values + (gsize) (top + y) * width,
            mask->values + (gsize) y * mask->width, mask->width);
  dip_mask_free (mask);

  return framed;
}

static void
lower_landmarks (DipLandmarks *landmarks, double by)
{
  for (guint i = 0; i < DIP_N_LANDMARK_POINTS; i++)
    dip_landmarks_get (landmarks, (DipLandmarkId) i)->at.y += by;
  landmarks->pectoral.top.y += by;
  landmarks->pectoral.bottom.y += by;
  landmarks->pectoral.line.distance += by * landmarks->pectoral.line.normal_y;
}

void
dip_found_view_frame (DipFoundView *self, guint width, guint height)
{
  DipPicture *old = self->picture;
  guint top;

  g_return_if_fail (width >= old->width && height >= old->height);

  if (width == old->width && height == old->height)
    return;

  top = (height - old->height) / 2;
  self->picture = dip_picture_new (width, height);
  for (guint y = 0; y < old->height; y++)
    memcpy (self->picture->values + (gsize) (top + y) * width,
            old->values + (gsize) y * old->width, sizeof (float) * old->width);
  dip_picture_free (old);
  self->breast->mask = frame_mask (self->breast->mask, width, height);
  self->breast->foreign = frame_mask (self->breast->foreign, width, height);
  lower_landmarks (&self->breast->landmarks, top);
}
