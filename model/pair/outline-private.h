#pragma once

#include "model/pair/breast.h"
#include "model/pair/reduced-private.h"

G_BEGIN_DECLS

/* The breast's mask on the reduced picture (outline.c): (height, width) bytes, or NULL
 * with the reason.  @threshold gets the level in the reduced picture's values. */
guint8 *dip_outline_find (const DipReduced *reduced,
                          const DipMaskRecipe *recipe,
                          double *threshold,
                          DipBreastReason *reason);

/* A set of reduced pixels as a mask of the picture's size, which it fills. */
void
dip_outline_to_picture (const DipReduced *reduced, const guint8 *inside, DipMask *mask);

/* And back: inside is what is so in most of its pixels.  (height, width) bytes. */
guint8 *dip_outline_from_picture (const DipReduced *reduced, const DipMask *mask);

/* Landmarks in the reduced picture's pixels, chest wall left.  @inside is the breast's
 * mask. */
void dip_nipple_find (const DipReduced *reduced,
                      const guint8 *inside,
                      const DipLandmarkLine *pectoral,
                      DipLandmark *nipple);
void dip_pectoral_find (const DipReduced *reduced,
                        const guint8 *inside,
                        DipLandmarkLine *pectoral);

G_END_DECLS
