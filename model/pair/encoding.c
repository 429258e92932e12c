#include "model/pair/encoding.h"

#include <math.h>

static const char *const names[] = {
  [DIP_THIRD_ABSDIFF] = "absdiff",
  [DIP_THIRD_SUM] = "sum",
  [DIP_THIRD_ZERO] = "zero",
};

const char *
dip_third_get_name (DipThird third)
{
  g_return_val_if_fail ((guint) third < G_N_ELEMENTS (names), NULL);

  return names[third];
}

gboolean
dip_third_from_name (const char *name, DipThird *third)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (name, names[i]) == 0)
      {
        *third = (DipThird) i;
        return TRUE;
      }

  return FALSE;
}

float
dip_third_value (DipThird third, float cc, float mlo)
{
  switch (third)
    {
    case DIP_THIRD_ABSDIFF:
      return fabsf (cc - mlo);
    case DIP_THIRD_SUM:
      return 0.5f * (cc + mlo);
    case DIP_THIRD_ZERO:
      return 0.0f;
    default:
      g_return_val_if_reached (0.0f);
    }
}

DipPicture *
dip_third_make (DipThird third, const DipPicture *cc, const DipPicture *mlo)
{
  DipPicture *self;

  g_return_val_if_fail (cc->width == mlo->width && cc->height == mlo->height, NULL);

  self = dip_picture_new (cc->width, cc->height);
  for (gsize i = 0; i < (gsize) cc->width * cc->height; i++)
    self->values[i] = dip_third_value (third, cc->values[i], mlo->values[i]);

  return self;
}

/* Not CLAMP, which lets NaN pass. */
static float
clamp_to_unit (float v)
{
  if (!(v > 0.0f))
    return 0.0f;

  return v < 1.0f ? v : 1.0f;
}

float
dip_value_from_network (float x)
{
  return clamp_to_unit (x / 2.0f + 0.5f);
}

float
dip_value_to_network (float v)
{
  return 2.0f * v - 1.0f;
}

guint8
dip_value_to_8_bits (float v)
{
  return (guint8) rintf (255.0f * clamp_to_unit (v));
}

guint16
dip_value_to_16_bits (float v)
{
  return (guint16) rintf (65535.0f * clamp_to_unit (v));
}

static DipPicture *
picture_from_network (const float *channel, guint width, guint height)
{
  DipPicture *self = dip_picture_new (width, height);

  for (gsize i = 0; i < (gsize) width * height; i++)
    self->values[i] = dip_value_from_network (channel[i]);

  return self;
}

DipPair *
dip_pair_new_from_network (const float *sample,
                           guint n_channels,
                           guint width,
                           guint height,
                           DipThird third)
{
  const gsize n = (gsize) width * height;
  DipPair *self;

  g_return_val_if_fail (n_channels > 0, NULL);

  self = g_new0 (DipPair, 1);
  self->cc = picture_from_network (sample, width, height);
  if (n_channels == 1)
    return self;

  self->mlo = picture_from_network (sample + n, width, height);
  self->third = n_channels > 2 ? picture_from_network (sample + 2 * n, width, height)
                               : dip_third_make (third, self->cc, self->mlo);

  return self;
}

DipPair *
dip_pair_new_from_views (const DipPicture *cc, const DipPicture *mlo, DipThird third)
{
  DipPair *self;

  g_return_val_if_fail (cc->width == mlo->width && cc->height == mlo->height, NULL);

  self = g_new0 (DipPair, 1);
  self->cc = dip_picture_copy (cc);
  self->mlo = dip_picture_copy (mlo);
  self->third = dip_third_make (third, cc, mlo);

  return self;
}

void
dip_pair_free (DipPair *self)
{
  if (self == NULL)
    return;

  dip_picture_free (self->cc);
  dip_picture_free (self->mlo);
  dip_picture_free (self->third);
  g_free (self);
}
