#pragma once

#include "model/pair/picture.h"

/* Shapes whose figures are known. */

/* The pixels whose centre lies within @radius of (x, y). */
static inline DipMask *
make_disc (guint width, guint height, double x, double y, double radius)
{
  DipMask *self = dip_mask_new (width, height);

  for (guint i = 0; i < width * height; i++)
    {
      const double dx = i % width - x, dy = (double) (i / width) - y;

      self->values[i] = dx * dx + dy * dy <= radius * radius;
    }

  return self;
}

static inline DipPicture *
make_filled (const DipMask *mask, float value)
{
  DipPicture *self = dip_picture_new (mask->width, mask->height);

  for (guint i = 0; i < mask->width * mask->height; i++)
    self->values[i] = mask->values[i] ? value : 0.0f;

  return self;
}
