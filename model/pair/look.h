#pragma once

#include "model/pair/encoding.h"

G_BEGIN_DECLS

/* How alike two pairs look, so that a copy of a training picture is noticed.
 *
 * Of each view two reductions (by area) are kept, each with its mean taken off and
 * scaled to length 1: 16 × 16 for finding, 64 × 64 for measuring.  With r the scalar
 * product of two views (Pearson's correlation), the distance of two pairs is
 *
 *   √(1 − max (0, r_CC) · max (0, r_MLO))      in [0, 1]; 0: equal but for gain and offset
 *
 * and the fast one is the same on the small reductions.  The CC counts upside down too
 * (the larger r), since networks of this kind are trained with the CC mirrored so.  Any
 * thread. */
typedef struct _DipLook DipLook;

/* A pair of one view is compared by that view alone. */
DipLook *dip_look_new (const DipPicture *cc, const DipPicture *mlo);
void dip_look_free (DipLook *self);

double dip_look_get_distance (const DipLook *a, const DipLook *b);
double dip_look_get_fast_distance (const DipLook *a, const DipLook *b);

/* The nearest of a set.  The 51 nearest by the fast distance are measured exactly.
 *
 * A copy is: distance ≤ DIP_LOOK_COPY_DISTANCE, and at most half as far as the mean of
 * the next nearest (at most 50 of them; after Carlini et al., Extracting Training Data
 * from Diffusion Models, 2023, who divide by that mean).  Of a set of fewer than 4 the
 * first condition decides alone. */
#define DIP_LOOK_COPY_DISTANCE 0.15
#define DIP_LOOK_COPY_RATIO 0.5
#define DIP_LOOK_N_NEXT 50

typedef struct
{
  guint index;     /* in the set */
  double distance; /* NaN where the set is empty */
  double next;     /* mean distance of the next nearest; NaN where there are none */
  gboolean is_copy;
} DipNearest;

/* @skip: an index that does not count (the pair itself), or G_MAXUINT.  FALSE where
 * nothing is left. */
gboolean dip_look_find_nearest (const DipLook *self,
                                const DipLook *const *set,
                                guint n_set,
                                guint skip,
                                DipNearest *nearest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipLook, dip_look_free)

G_END_DECLS
