#pragma once

#include "model/pair/breast.h"

G_BEGIN_DECLS

/* What happens to pictures on their way: each a bit, applied in this order unless it says
 * otherwise. */
typedef enum
{
  DIP_DEGRADE_NONE = 0,
  DIP_DEGRADE_LABEL = 1 << 0,    /* burnt-in letters in a free corner, white */
  DIP_DEGRADE_TOUCHING = 1 << 1, /* letters that reach into the breast's edge */
  DIP_DEGRADE_MARKER = 1 << 2,   /* a metal ball on the skin, away from the nipple */
  DIP_DEGRADE_NOISE = 1 << 3,    /* Gaussian, σ 0.02 of the range, also in the air */
  DIP_DEGRADE_HAZE = 1 << 4,     /* air at 0.05 … 0.1, uneven */
  DIP_DEGRADE_BORDER = 1 << 5,   /* a white strip at the chest wall, a black one above */
  DIP_DEGRADE_FLIP = 1 << 6,     /* chest wall on the right */
  DIP_DEGRADE_RANGE = 1 << 7,    /* tissue in a quarter of the range, labels at the
                              * very top; before noise */
  DIP_DEGRADE_INVERT = 1 << 8,

  /* Applied between haze and noise. */
  DIP_DEGRADE_VIGNETTE = 1 << 9, /* darker by a third to the corners; air uneven */
  DIP_DEGRADE_FAINT = 1 << 10,   /* fatty skin line: dark tissue darker still */
  DIP_DEGRADE_FOLD = 1 << 11,    /* a bright fold of skin below, at the chest wall */

  /* Applied after noise, as a program burns them in. */
  DIP_DEGRADE_EDGE_LABEL = 1 << 12, /* letters cut by the right or lower edge */
  DIP_DEGRADE_RULER = 1 << 13,      /* a scale's ticks along the right edge */
  DIP_DEGRADE_WEDGE = 1 << 14,      /* a step wedge in a free corner */
  DIP_DEGRADE_FRAME = 1 << 15,      /* a bright line around the film */
  DIP_DEGRADE_CLOSE = 1 << 16,      /* letters two pixels away from the skin */
  DIP_DEGRADE_BALL = 1 << 17,       /* a metal ball on the nipple */
} DipDegrade;

/* What films and their readers add. */
#define DIP_DEGRADE_FILM                                                                 \
  (DIP_DEGRADE_NOISE | DIP_DEGRADE_VIGNETTE | DIP_DEGRADE_FAINT | DIP_DEGRADE_FOLD |     \
   DIP_DEGRADE_EDGE_LABEL | DIP_DEGRADE_RULER | DIP_DEGRADE_WEDGE | DIP_DEGRADE_FRAME |  \
   DIP_DEGRADE_CLOSE)

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

/* How many columns from the chest wall, and rows from above, @what hides. */
guint dip_degrade_get_border (guint what, guint width);

G_END_DECLS
