#pragma once

#include "model/pair/found-view.h"

G_BEGIN_DECLS

/* A breast mask of one pair that was corrected by hand: its recipe, the strokes over what
 * the recipe finds and the landmarks that were placed by hand, in the pixels of the pictures
 * as they are in their file. */
typedef struct
{
  char *name;
  guint version;
  char *modified; /* ISO 8601, UTC */
  DipMaskRecipe recipe;
  guint width; /* of the pictures */
  guint height;
  DipMaskEdits *edits[DIP_N_VIEW_POSITIONS];  /* never NULL */
  DipLandmarks by_hand[DIP_N_VIEW_POSITIONS]; /* those that are */
} DipNamedMask;

#define DIP_MASK_NAME_MAX 200 /* bytes */

/* Without strokes, version 1, modified now. */
DipNamedMask *dip_named_mask_new (const char *name,
                                  const DipMaskRecipe *recipe,
                                  guint width,
                                  guint height);
DipNamedMask *dip_named_mask_copy (const DipNamedMask *self);
void dip_named_mask_free (DipNamedMask *self);

/* And the time. */
void dip_named_mask_set_version (DipNamedMask *self, guint version);

/* Takes copies of other strokes, and the time. */
void dip_named_mask_set_edits (DipNamedMask *self,
                               const DipMaskEdits *cc,
                               const DipMaskEdits *mlo);

/* Takes other landmarks, of which those by hand count, and the time. */
void dip_named_mask_set_by_hand (DipNamedMask *self,
                                 DipViewPosition view,
                                 const DipLandmarks *by_hand);

/* {"name": …, "version": …, "strokes": …} and the recipe's: what reports say of it. */
json_t *dip_named_mask_describe (const DipNamedMask *self);

/* The mask of one view: @found's (by the mask's recipe), corrected, with the landmarks that
 * follow from it.  Before it is framed. */
void dip_named_mask_apply (const DipNamedMask *self,
                           DipViewPosition view,
                           DipFoundView *found);

/* {"name": …, "version": …, "modified": …, "recipe": …, "width": …, "height": …, "cc": …,
 * "mlo": …, "landmarks": …}: as files of masks keep it (mask-set.h); the caller owns it. */
json_t *dip_named_mask_to_json (const DipNamedMask *self);

/* Errors: DIP_STORAGE_ERROR; @name is what they call the file. */
DipNamedMask *
dip_named_mask_from_json (const json_t *json, const char *name, GError **error);

gboolean dip_named_mask_is_name (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipNamedMask, dip_named_mask_free)

G_END_DECLS
