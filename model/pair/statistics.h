#pragma once

#include "model/pair/encoding.h"

#include <jansson.h>

G_BEGIN_DECLS

/* A simple breast mask: brighter than 0.175 times Otsu's threshold, of that the
 * largest connected part (4 neighbours), its holes filled (a hole touches no border).
 * Nothing where the picture is of one brightness. */
DipMask *dip_breast_mask (const DipPicture *picture);

/* Inside either mask; of one size. */
DipMask *dip_mask_union (const DipMask *a, const DipMask *b);

/* Mean |third − f (CC, MLO)| over the mask (NULL: over the whole picture): whether a
 * network obeys its third channel.  0 for an empty mask. */
double dip_third_residual (DipThird third, const DipPair *pair, const DipMask *within);

/* −slope of the radial power spectrum on log-log axes: the patches of a quarter of
 * the picture's shorter side (rounded down to a power of two, n, at least 16) that lie
 * wholly inside the mask, an eighth of a patch apart, their mean taken off, under a
 * Hann window; their spectra averaged, then averaged over rings one frequency wide,
 * and a line fitted through the rings 2 … n/2 − 3.  About 3 for mammograms (Burgess,
 * Jacobson, Judy, Med. Phys. 28, 2001).  NaN where no patch fits. */
double dip_power_spectrum_slope (const DipPicture *picture, const DipMask *mask);

/* The numbers of one pair; those of what a pair does not have are NaN. */
typedef struct
{
  double cc_area;        /* the breast's share of the picture */
  double mlo_area;       /* pectoral muscle included */
  double cc_brightness;  /* mean inside the breast */
  double mlo_brightness; /* pectoral muscle included */
  double residual;       /* of the third channel, over the union of both masks */
  double cc_slope;
  double mlo_slope;
} DipPairStatistics;

void
dip_pair_measure (const DipPair *pair, DipThird third, DipPairStatistics *statistics);

/* Mean and spread of the numbers of many pairs.  NaNs are left out of their mean. */
typedef struct _DipPairSummary DipPairSummary;

DipPairSummary *dip_pair_summary_new (void);
void dip_pair_summary_free (DipPairSummary *self);
void dip_pair_summary_add (DipPairSummary *self, const DipPairStatistics *statistics);

/* How many were added. */
guint dip_pair_summary_get_count (const DipPairSummary *self);

/* One line of text for people: "breast area CC 0.338 ± 0.066, MLO …". */
char *dip_pair_summary_to_text (const DipPairSummary *self);

/* {"n": 64, "cc_area": {"mean": 0.338, "spread": 0.066}, …}; a key a field of
 * DipPairStatistics, the spread being the sample standard deviation (n − 1), null
 * where there is none.  The caller owns it. */
json_t *dip_pair_summary_to_json (const DipPairSummary *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPairSummary, dip_pair_summary_free)

G_END_DECLS
