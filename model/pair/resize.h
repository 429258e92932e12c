#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* The picture in another size, each axis by itself: smaller by averaging the area
 * that a new pixel covers, larger by linear interpolation between pixel centres, the
 * border's value going on beyond it.  Keeps a constant picture constant. */
DipPicture *dip_picture_resize (const DipPicture *self, guint width, guint height);

/* The picture within a frame, both axes by one factor: the chest wall stays at x = 0,
 * in height it is centred, and the rest is black. */
DipPicture *dip_picture_fit (const DipPicture *self, guint width, guint height);

/* Mirrors left and right, in place. */
void dip_picture_flip (DipPicture *self);

G_END_DECLS
