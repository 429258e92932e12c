#pragma once

#include "app/runs/take.h"

G_BEGIN_DECLS

/* Finished pairs as the frames of one take: what lies between two seeds, to scrub over and
 * to export.  Main thread.
 *
 * @store:      where the frames lie
 * @n_pairs:    there will be
 * @provenance: of the strip as a whole; taken over
 */
DipTake *
dip_strip_new (DipFilmStore *store, DipTake *first, guint n_pairs, json_t *provenance);

/* Adds the last frame of @pair, of the size of the first, @weight of the way.  Emits ::grew.
 */
gboolean dip_strip_add (DipTake *self, DipTake *pair, double weight, GError **error);

/* What an interpolated pair says of its strip: the same without its own place.  The caller
 * owns it.
 */
json_t *dip_strip_make_provenance (const json_t *pair);

/* NULL for a pair that is not between two seeds; else how far along it is, 0 to 1, and which
 * one, from 0, of how many.
 */
const json_t *dip_strip_read_place (const json_t *provenance,
                                    double *weight,
                                    guint *index,
                                    guint *n_pairs);

G_END_DECLS
