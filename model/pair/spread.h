#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* What several pictures of one size have in common: their mean and their spread, pixel by
 * pixel, by the updates of B. P. Welford, Technometrics 4, 1962 (no pictures are kept).  One
 * thread at a time. */
typedef struct _DipSpread DipSpread;

DipSpread *dip_spread_new (guint width, guint height);
void dip_spread_free (DipSpread *self);

void dip_spread_add (DipSpread *self, const DipPicture *picture);
guint dip_spread_get_count (const DipSpread *self);

/* The standard deviation that pictures of it show as white. */
#define DIP_SPREAD_WHITE 0.25

/* Owned by the caller.  The deviation is the sample's, √(Σ (x − mean)² / (n − 1)); 0 of
 * fewer than two pictures. */
DipPicture *dip_spread_make_mean (const DipSpread *self);
DipPicture *dip_spread_make_deviation (const DipSpread *self);

/* The deviation as a picture, in parts of DIP_SPREAD_WHITE, above it white. */
DipPicture *dip_spread_make_white (const DipSpread *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipSpread, dip_spread_free)

G_END_DECLS
