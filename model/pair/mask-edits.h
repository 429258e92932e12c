#pragma once

#include "model/pair/geometry.h"
#include "model/pair/picture.h"

#include <jansson.h>

G_BEGIN_DECLS

/* Corrections of a mask by hand: brush stamps that add or take away, in order, over
 * the mask that an algorithm found.  They are kept apart from that mask, so that they
 * can be undone, saved, and laid over the mask of another recipe.
 *
 * A plain list; one thread at a time. */
typedef struct _DipMaskEdits DipMaskEdits;

/* A disc: pixels whose centre lies within @radius of @at. */
typedef struct
{
  DipPoint at;   /* pixels */
  double radius; /* pixels, above 0 */
  gboolean adds; /* FALSE: takes away */
  guint stroke;  /* stamps of one stroke of the brush are undone together */
} DipBrushStamp;

DipMaskEdits *dip_mask_edits_new (void);
DipMaskEdits *dip_mask_edits_copy (const DipMaskEdits *self);
void dip_mask_edits_free (DipMaskEdits *self);

guint dip_mask_edits_get_count (const DipMaskEdits *self);
const DipBrushStamp *dip_mask_edits_get (const DipMaskEdits *self, guint index);

/* Begins a stroke with a stamp at its first point. */
void dip_mask_edits_begin (DipMaskEdits *self, DipPoint at, double radius, gboolean adds);

/* Goes on to @to, with stamps at most half a radius apart.  Nothing without a begun
 * stroke. */
void dip_mask_edits_draw_to (DipMaskEdits *self, DipPoint to);

/* Takes back the last stroke, and puts back the last one taken; FALSE if there is
 * none.  A new stroke forgets what was taken back. */
gboolean dip_mask_edits_undo (DipMaskEdits *self);
gboolean dip_mask_edits_redo (DipMaskEdits *self);

void dip_mask_edits_clear (DipMaskEdits *self);

/* Stamps into the mask, in place; what lies outside of it is cut. */
void dip_mask_edits_apply (const DipMaskEdits *self, DipMask *mask);

/* Those from number @first on: a mask that has the ones before is brought up to date. */
void dip_mask_edits_apply_from (const DipMaskEdits *self, guint first, DipMask *mask);

/* [[x, y, radius, adds, stroke], …]; the caller owns it. */
json_t *dip_mask_edits_to_json (const DipMaskEdits *self);

/* NULL on errors of DIP_STORAGE_ERROR: VALUE.  @name is what errors call it. */
DipMaskEdits *
dip_mask_edits_new_from_json (json_t *json, const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipMaskEdits, dip_mask_edits_free)

G_END_DECLS
