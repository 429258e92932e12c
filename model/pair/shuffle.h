#pragma once

#include "model/pair/encoding.h"
#include "model/pair/found-view.h"

G_BEGIN_DECLS

/* What the alignment figures of a set of pairs would be if its views did not belong
 * together: the CC of one pair with the MLO of another.  A pair's figure means something
 * where it lies outside that band.
 *
 * Deterministic: pair i's CC goes with pair (i + k) mod n's MLO, k = 1, 2, … n − 1, until
 * DIP_SHUFFLE_WANTED have been made; a pair is never with itself.  Figures are taken from
 * views reduced to 96 × 96 (each axis by itself), PNLs as shares of the width.  The third
 * channel stays with its CC.
 *
 * One thread at a time. */
typedef struct _DipShuffle DipShuffle;

#define DIP_SHUFFLE_WANTED 512
#define DIP_SHUFFLE_MAX_PAIRS 512 /* later ones are left out */

typedef enum
{
  DIP_SHUFFLED_IOU,
  DIP_SHUFFLED_DICE,
  DIP_SHUFFLED_PNL_RATIO,
  DIP_SHUFFLED_AP_DISTANCE,
  DIP_SHUFFLED_AP_CORRELATION,
  DIP_SHUFFLED_THIRD_RESIDUAL,
} DipShuffledFigure;

#define DIP_N_SHUFFLED 6

/* The key of figures.h: "iou" …; static. */
const char *dip_shuffled_get_key (DipShuffledFigure figure);

/* Of the values that are numbers; percentiles interpolated linearly between order
 * statistics (Hyndman, Fan 1996, type 7).  n 0: all NaN. */
typedef struct
{
  guint n;
  double low;    /* 5th percentile */
  double median; /* 50th */
  double high;   /* 95th */
} DipBand;

void dip_band_compute (DipBand *self, const double *values, guint n_values);

DipShuffle *dip_shuffle_new (void);
void dip_shuffle_free (DipShuffle *self);

/* @third may be NULL; @encoding is what it should say.  Nothing is kept of the
 * arguments. */
void dip_shuffle_add (DipShuffle *self,
                      const DipFoundView *cc,
                      const DipFoundView *mlo,
                      const DipPicture *third,
                      DipThird encoding);

/* How many shuffles were made: 0 of fewer than two pairs. */
guint dip_shuffle_compute (const DipShuffle *self, DipBand bands[DIP_N_SHUFFLED]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipShuffle, dip_shuffle_free)

G_END_DECLS
