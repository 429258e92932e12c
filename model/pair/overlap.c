#include "model/pair/overlap.h"

#include <math.h>

DipOverlap
dip_overlap_count (const DipMask *a, const DipMask *b)
{
  const gsize n = (gsize) a->width * a->height;
  DipOverlap overlap = { 0, 0, 0 };

  g_return_val_if_fail (a->width == b->width && a->height == b->height, overlap);

  for (gsize i = 0; i < n; i++)
    {
      const guint in_a = a->values[i] != 0, in_b = b->values[i] != 0;

      overlap.n_a += in_a;
      overlap.n_b += in_b;
      overlap.n_both += in_a & in_b;
    }

  return overlap;
}

double
dip_overlap_get_iou (const DipOverlap *self)
{
  const gsize n_either = self->n_a + self->n_b - self->n_both;

  return n_either > 0 ? (double) self->n_both / (double) n_either : (double) NAN;
}

double
dip_overlap_get_dice (const DipOverlap *self)
{
  const gsize n = self->n_a + self->n_b;

  return n > 0 ? 2.0 * (double) self->n_both / (double) n : (double) NAN;
}

DipMask *
dip_mask_resize (const DipMask *self, guint width, guint height)
{
  DipMask *resized = dip_mask_new (width, height);

  for (guint y = 0; y < height; y++)
    {
      const gsize from = (gsize) ((y + 0.5) * self->height / height);

      for (guint x = 0; x < width; x++)
        resized->values[(gsize) y * width + x] =
            self->values[from * self->width + (gsize) ((x + 0.5) * self->width / width)];
    }

  return resized;
}
