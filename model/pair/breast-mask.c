#include "model/pair/statistics.h"

#include "model/pair/regions-private.h"
#include "model/pair/threshold-private.h"

#include <string.h>

#define SHARE_OF_OTSU 0.175

DipMask *
dip_breast_mask (const DipPicture *picture)
{
  const gsize n = (gsize) picture->width * picture->height;
  DipMask *mask = dip_mask_new (picture->width, picture->height);
  DipHistogram histogram;
  float threshold;
  gsize n_bright = 0;

  dip_histogram_init (&histogram, picture->values, NULL, n);
  threshold = (float) (SHARE_OF_OTSU * dip_threshold_otsu (&histogram));
  for (gsize i = 0; i < n; i++)
    {
      mask->values[i] = picture->values[i] > threshold;
      n_bright += mask->values[i];
    }
  if (n_bright == n)
    memset (mask->values, 0, n);
  else if (dip_region_keep_largest (mask->values, picture->width, picture->height) > 0)
    dip_region_fill_holes (mask->values, picture->width, picture->height,
                           DIP_BORDER_ALL);

  return mask;
}

DipMask *
dip_mask_union (const DipMask *a, const DipMask *b)
{
  DipMask *mask;

  g_return_val_if_fail (a->width == b->width && a->height == b->height, NULL);

  mask = dip_mask_copy (a);
  for (gsize i = 0; i < (gsize) a->width * a->height; i++)
    mask->values[i] |= b->values[i];

  return mask;
}
