#pragma once

#include "model/pair/figures.h"

G_BEGIN_DECLS

/* Numbers that are worked out after every step and drawn over the steps.
 *
 * To add one, add a line to the table in curves.c.  Its function runs on a thread beside
 * the sampling (live-figures.h), within a few milliseconds.
 */
typedef struct
{
  const char *id;   /* "change"; never translated */
  const char *name; /* for people, marked for translation with N_() */
  const char *hint; /* one sentence that says what it is; N_() */

  /* @pair is the pair that the step predicted, @before that of the step before (NULL at
   * the first, or if it cannot be read), @figures the live ones of @pair (NaN for a network of one channel).  NaN
   * where there is no number.
   */
  double (*measure) (const DipPair *pair,
                     const DipPair *before,
                     DipThird third,
                     const DipPairFigures *figures);
} DipCurveKind;

extern const DipCurveKind dip_curve_kinds[];
extern const guint dip_n_curve_kinds;

G_END_DECLS
