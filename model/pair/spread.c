#include "model/pair/spread.h"

#include <math.h>

struct _DipSpread
{
  guint width, height;
  guint n;
  double *mean;    /* (height, width) */
  double *squares; /* of the differences to the mean, summed */
};

DipSpread *
dip_spread_new (guint width, guint height)
{
  DipSpread *self = g_new0 (DipSpread, 1);

  self->width = width;
  self->height = height;
  self->mean = g_new0 (double, (gsize) width *height);
  self->squares = g_new0 (double, (gsize) width *height);

  return self;
}

void
dip_spread_free (DipSpread *self)
{
  if (self == NULL)
    return;

  g_free (self->mean);
  g_free (self->squares);
  g_free (self);
}

void
dip_spread_add (DipSpread *self, const DipPicture *picture)
{
  g_return_if_fail (picture->width == self->width && picture->height == self->height);

  self->n++;
  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    {
      const double difference = (double) picture->values[i] - self->mean[i];

      self->mean[i] += difference / self->n;
      self->squares[i] += difference * ((double) picture->values[i] - self->mean[i]);
    }
}

guint
dip_spread_get_count (const DipSpread *self)
{
  return self->n;
}

DipPicture *
dip_spread_make_mean (const DipSpread *self)
{
  DipPicture *picture = dip_picture_new (self->width, self->height);

  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    picture->values[i] = (float) self->mean[i];

  return picture;
}

DipPicture *
dip_spread_make_deviation (const DipSpread *self)
{
  DipPicture *picture = dip_picture_new (self->width, self->height);

  for (gsize i = 0; self->n > 1 && i < (gsize) self->width * self->height; i++)
    picture->values[i] = (float) sqrt (MAX (self->squares[i], 0.0) / (self->n - 1));

  return picture;
}

DipPicture *
dip_spread_make_white (const DipSpread *self)
{
  DipPicture *picture = dip_spread_make_deviation (self);

  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    picture->values[i] = MIN (picture->values[i] / (float) DIP_SPREAD_WHITE, 1.0f);

  return picture;
}
