#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A grey picture in rows from the top, `values[y * width + x]`.
 *
 * Outside the network a picture lies in [0, 1] (0 black, 1 white) and that is
 * what this type holds unless a function says otherwise.  Chest wall at x = 0,
 * nipple toward +x; MLO: axilla up, CC: lateral side up.
 */
typedef struct
{
  guint width;   /* pixels */
  guint height;  /* pixels */
  float *values; /* (height, width), owned */
} DipPicture;

/* A black picture.  Aborts where width or height is 0. */
DipPicture *dip_picture_new (guint width, guint height);
DipPicture *dip_picture_copy (const DipPicture *self);
void dip_picture_free (DipPicture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPicture, dip_picture_free)

/* Which pixels belong to something: 1 inside, 0 outside, rows from the top. */
typedef struct
{
  guint width;
  guint height;
  guint8 *values; /* (height, width) of 0 or 1, owned */
} DipMask;

/* A mask with nothing inside. */
DipMask *dip_mask_new (guint width, guint height);
DipMask *dip_mask_copy (const DipMask *self);
void dip_mask_free (DipMask *self);

/* How many pixels are inside. */
gsize dip_mask_count (const DipMask *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipMask, dip_mask_free)

G_END_DECLS
