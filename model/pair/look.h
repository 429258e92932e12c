#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* How alike two views look, so that a copy is noticed: of a training picture, or of the
 * pair's own other view; also where it was mirrored, turned upside down or shifted, as
 * training sets are when they are augmented.
 *
 * A view is reduced by area to 64 × 64 and a band of it kept, the blur of σ 1 pixel
 * less that of 3: outline and overall brightness, which are much the same of all breasts,
 * count little, and so do noise and resampling.  With r Pearson's correlation where both
 * lie over each other, the largest of four mirrorings and of shifts up to
 * DIP_LOOK_MAX_SHIFT, the distance of two views is
 *
 *   √(1 − max (0, r))      in [0, 1]; 0: equal but for gain and offset
 *
 * A coarse search at 16 × 16 goes before; what it leaves is measured at 64 × 64.  Any
 * thread. */
typedef struct _DipLook DipLook;

#define DIP_LOOK_MAX_SHIFT 0.125 /* of width and height */

DipLook *dip_look_new (const DipPicture *picture);
void dip_look_free (DipLook *self);

/* What was done to b to give a: first mirrored, then shifted. */
typedef struct
{
  double distance;
  gboolean is_mirrored; /* left and right */
  gboolean is_upside_down;
  double shift_x; /* of the width, to the right */
  double shift_y; /* of the height, down */
} DipLikeness;

void dip_look_compare (const DipLook *a, const DipLook *b, DipLikeness *likeness);

/* The distance by the coarse search alone, for ordering. */
double dip_look_get_fast_distance (const DipLook *a, const DipLook *b);

/* A copy is nearer than this.  Calibrated on phantoms by tests/bench/look-roc, whose
 * figures stand in HACKING.md: of 2000 views, each against the 998 views of other breasts,
 * none has a nearest that is taken for a copy, which leaves a rate of false alarms below
 * 0.15 % (95 % confidence). */
#define DIP_LOOK_COPY_DISTANCE 0.38

gboolean dip_likeness_is_copy (const DipLikeness *self);

/* The nearest of a set.  The DIP_LOOK_N_MEASURED nearest by the fast distance are
 * measured exactly. */
#define DIP_LOOK_N_MEASURED 50

typedef struct
{
  guint index; /* in the set; G_MAXUINT where it is empty */
  DipLikeness likeness;
  gboolean is_copy;
} DipNearest;

/* @skip, @n_skip: so many from that index do not count (the pair itself); 0: all count.
 * FALSE where nothing is left. */
gboolean dip_look_find_nearest (const DipLook *self,
                                const DipLook *const *set,
                                guint n_set,
                                guint skip,
                                guint n_skip,
                                DipNearest *nearest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipLook, dip_look_free)

G_END_DECLS
