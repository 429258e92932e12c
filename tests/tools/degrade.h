#pragma once

#include "model/pair/breast.h"

G_BEGIN_DECLS

/* What happens to pictures on their way: each a bit, applied in this order. */
typedef enum
{
  DIP_DEGRADE_NONE = 0,
  DIP_DEGRADE_LABEL = 1 << 0,    /* burnt-in letters in a free corner, white */
  DIP_DEGRADE_TOUCHING = 1 << 1, /* letters that reach into the breast's edge */
  DIP_DEGRADE_MARKER = 1 << 2,   /* a metal ball on the skin, away from the nipple */
  DIP_DEGRADE_NOISE = 1 << 3,    /* Gaussian, σ 0.02, also in the air */
  DIP_DEGRADE_HAZE = 1 << 4,     /* air at 0.05 … 0.1, uneven */
  DIP_DEGRADE_BORDER = 1 << 5,   /* a white strip at the chest wall, a black one above */
  DIP_DEGRADE_FLIP = 1 << 6,     /* chest wall on the right */
  DIP_DEGRADE_RANGE = 1 << 7,    /* tissue in 12 of 16 bits, labels at the very top */
  DIP_DEGRADE_INVERT = 1 << 8,
} DipDegrade;

/* What issue 5 asks for: label, marker, noise and inverted grey. */
#define DIP_DEGRADE_ISSUE                                                                \
  (DIP_DEGRADE_LABEL | DIP_DEGRADE_MARKER | DIP_DEGRADE_NOISE | DIP_DEGRADE_INVERT)

/* All of it. */
#define DIP_DEGRADE_HARD 511

/* In place; the same seed gives the same picture.  @mask is the true breast, chest wall
 * left, @nipple the true nipple.  @labels (may be NULL) gets the pixels of letters. */
void dip_degrade (DipPicture *picture,
                  const DipMask *mask,
                  DipPoint nipple,
                  guint what,
                  guint32 seed,
                  DipMask *labels);

G_END_DECLS
