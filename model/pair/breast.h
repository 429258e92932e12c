#pragma once

#include "model/pair/landmarks.h"
#include "model/pair/mask-recipe.h"
#include "model/pair/picture.h"

G_BEGIN_DECLS

/* Why there is no breast in a mask. */
typedef enum
{
  DIP_BREAST_FOUND,
  DIP_BREAST_EMPTY,     /* the picture is of one brightness, or holds no number */
  DIP_BREAST_TOO_SMALL, /* the picture is narrower or lower than DIP_BREAST_MIN_SIZE */
  DIP_BREAST_NO_AIR,    /* bright from edge to edge: nothing to part the breast from */
  DIP_BREAST_NO_PART,   /* no part is as large as a breast, or none but labels */
} DipBreastReason;

#define DIP_BREAST_MIN_SIZE 16

/* The breast as found in one view. */
typedef struct
{
  DipMask *mask; /* of the picture's size, never NULL; nothing inside without a breast */
  DipMask *foreign; /* the same size: burnt-in labels, skin markers, film borders */
  DipLandmarks landmarks;
  DipMaskRecipe recipe; /* that made the mask */
  DipBreastReason reason;
  gboolean is_inverted; /* the picture is bright where there is air */
  double threshold;     /* between air and breast, in the picture's own values */
} DipBreast;

/* Finds the breast and its landmarks.
 *
 * @picture may be any grey picture of a mammogram: values in any finite range (8 to 16
 * bits, whatever part of the range is used; NaN counts as black), 16² to 16384²,
 * chest wall left or right, black or white air, with labels, skin markers and film
 * borders.  It is worked on in a copy of at most some 512 pixels; the result is in the
 * pixels of @picture.  @recipe NULL is the default one.
 *
 * Never fails: without a breast, mask and landmarks are empty and the reason says why.
 * Blocks; `tests/bench/mask-time` says how long.  Any thread, nothing shared. */
DipBreast *dip_breast_find (const DipPicture *picture,
                            DipViewPosition view,
                            const DipMaskRecipe *recipe);

/* After the mask was corrected by hand: nipple, chest wall and the skin line's ends are found
 * anew on its outline, as dip_breast_find() finds them on its own, from @picture as it was
 * given there.  @found is the mask without the correction, or NULL: what was added to it is
 * taken for tissue, however dark.  The pectoral line stays, and so does what is by hand;
 * without a pixel inside nothing else is left.  Blocks; any thread. */
void dip_breast_find_landmarks (DipBreast *self,
                                const DipPicture *picture,
                                const DipMask *found);

DipBreast *dip_breast_copy (const DipBreast *self);
void dip_breast_free (DipBreast *self);

/* Takes the muscle out of a mask: all on the other side of the line. */
void dip_mask_cut_pectoral (DipMask *mask, const DipLine *pectoral);

/* A sentence for people, in English: "the picture is of one brightness"; NULL for
 * DIP_BREAST_FOUND.  Static. */
const char *dip_breast_reason_get_text (DipBreastReason reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipBreast, dip_breast_free)

G_END_DECLS
