#pragma once

#include "model/pair/breast.h"
#include "model/pair/mask-edits.h"

G_BEGIN_DECLS

/* Whether a view is mirrored so that its chest wall comes to lie on the left. */
typedef enum
{
  DIP_FLIP_AUTO, /* where the breast lies on the right */
  DIP_FLIP_ALWAYS,
  DIP_FLIP_NEVER,
} DipFlip;

/* A view brought into the pair's frame, chest wall at x = 0, air black, with the breast
 * found in it; what figures are made of. */
typedef struct
{
  DipPicture *picture;
  DipBreast *breast; /* in the pixels of `picture` */
  gboolean was_flipped;
} DipFoundView;

/* @picture is copied.  Blocks like dip_breast_find(); any thread. */
DipFoundView *dip_found_view_new (const DipPicture *picture,
                                  DipViewPosition view,
                                  const DipMaskRecipe *recipe,
                                  DipFlip flip);
void dip_found_view_free (DipFoundView *self);

/* A copy of all of it. */
DipFoundView *dip_found_view_copy (const DipFoundView *self);

/* Corrects the mask by hand, and the landmarks follow it (breast.h); then those of @by_hand
 * (or NULL) that are by hand are where they were put.  Both in the pixels of the picture
 * that was given, flipped or not.  Before the view is framed. */
void dip_found_view_correct (DipFoundView *self,
                             const DipMaskEdits *edits,
                             const DipLandmarks *by_hand);

/* The view in a larger frame of the same scale: the chest wall stays at x = 0, in
 * height it is centred, the rest is black.  Not smaller than it is. */
void dip_found_view_frame (DipFoundView *self, guint width, guint height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipFoundView, dip_found_view_free)

G_END_DECLS
