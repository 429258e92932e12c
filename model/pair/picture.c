#include "model/pair/picture.h"

#include <string.h>

DipPicture *
dip_picture_new (guint width, guint height)
{
  DipPicture *self = g_new0 (DipPicture, 1);

  g_assert (width > 0 && height > 0);
  self->width = width;
  self->height = height;
  self->values = g_new0 (float, (gsize) width *height);

  return self;
}

DipPicture *
dip_picture_copy (const DipPicture *self)
{
  DipPicture *copy = dip_picture_new (self->width, self->height);

  memcpy (copy->values, self->values,
          sizeof *copy->values * (gsize) self->width * self->height);

  return copy;
}

void
dip_picture_free (DipPicture *self)
{
  if (self == NULL)
    return;

  g_free (self->values);
  g_free (self);
}

DipMask *
dip_mask_new (guint width, guint height)
{
  DipMask *self = g_new0 (DipMask, 1);

  g_assert (width > 0 && height > 0);
  self->width = width;
  self->height = height;
  self->values = g_new0 (guint8, (gsize) width * height);

  return self;
}

DipMask *
dip_mask_copy (const DipMask *self)
{
  DipMask *copy = dip_mask_new (self->width, self->height);

  memcpy (copy->values, self->values, (gsize) self->width * self->height);

  return copy;
}

void
dip_mask_free (DipMask *self)
{
  if (self == NULL)
    return;

  g_free (self->values);
  g_free (self);
}

gsize
dip_mask_count (const DipMask *self)
{
  gsize n_inside = 0;

  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    n_inside += self->values[i] != 0;

  return n_inside;
}
