#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* How far two masks of one size cover the same pixels, both lying in the one frame of
 * the pair (chest walls at x = 0), as arXiv 2604.05110 lays them over one another: no
 * shift, no scaling, no mirror.  Any thread. */
typedef struct
{
  gsize n_a;    /* pixels inside the first */
  gsize n_b;    /* inside the second */
  gsize n_both; /* inside both */
} DipOverlap;

/* Values other than 0 count as inside. */
DipOverlap dip_overlap_count (const DipMask *a, const DipMask *b);

/* |A ∩ B| / |A ∪ B|, in [0, 1] (Jaccard 1912); NaN where both are empty. */
double dip_overlap_get_iou (const DipOverlap *self);

/* 2 |A ∩ B| / (|A| + |B|), in [0, 1] (Dice 1945) = 2 IoU / (1 + IoU); NaN where both
 * are empty. */
double dip_overlap_get_dice (const DipOverlap *self);

/* The mask in another size, by the value at the nearest pixel centre. */
DipMask *dip_mask_resize (const DipMask *self, guint width, guint height);

G_END_DECLS
