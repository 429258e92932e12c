#include "model/pair/statistics.h"

#include <string.h>

#define N_BINS 256
#define SHARE_OF_OTSU 0.175f

/* The brightness that best parts dark from bright (Otsu, IEEE Trans. SMC 9, 1979). */
static float
otsu_threshold (const DipPicture *picture)
{
  const gsize n = (gsize) picture->width * picture->height;
  gsize counts[N_BINS] = { 0 }, n_below = 0;
  double total = 0.0, sum_below = 0.0, best = -1.0;
  guint threshold = 0;

  for (gsize i = 0; i < n; i++)
    counts[dip_value_to_8_bits (picture->values[i])]++;
  for (guint b = 0; b < N_BINS; b++)
    total += (double) b * (double) counts[b];

  for (guint b = 0; b < N_BINS; b++)
    {
      n_below += counts[b];
      sum_below += (double) b * (double) counts[b];
      if (n_below == 0 || n_below == n)
        continue;

      const double above = (total - sum_below) / (double) (n - n_below);
      const double difference = above - sum_below / (double) n_below;
      const double between =
          (double) n_below * (double) (n - n_below) * difference * difference;

      if (between > best)
        {
          best = between;
          threshold = b;
        }
    }

  return ((float) threshold + 0.5f) / 255.0f;
}

/* Gives all pixels connected to `start` that hold labels[start] the label `to`, and
 * counts them.  `stack` holds as many entries as there are pixels. */
static gsize
flood (guint32 *labels, guint width, guint height, gsize start, guint32 to, gsize *stack)
{
  const guint32 from = labels[start];
  gsize n_stacked = 0, n_filled = 0;

  stack[n_stacked++] = start;
  labels[start] = to;
  while (n_stacked > 0)
    {
      const gsize at = stack[--n_stacked];
      const guint x = at % width, y = at / width;
      const gsize near[4] = { at - 1, at + 1, at - width, at + width };
      const gboolean there[4] = { x > 0, x + 1 < width, y > 0, y + 1 < height };

      n_filled++;
      for (guint k = 0; k < 4; k++)
        if (there[k] && labels[near[k]] == from)
          {
            labels[near[k]] = to;
            stack[n_stacked++] = near[k];
          }
    }

  return n_filled;
}

enum
{
  DARK,
  BRIGHT,
  OUTSIDE,
  FIRST_PART,
};

DipMask *
dip_breast_mask (const DipPicture *picture)
{
  const guint width = picture->width, height = picture->height;
  const gsize n = (gsize) width * height;
  const float threshold = SHARE_OF_OTSU * otsu_threshold (picture);
  DipMask *mask = dip_mask_new (width, height);
  g_autofree guint32 *labels = g_new (guint32, n);
  g_autofree gsize *stack = g_new (gsize, n);
  guint32 next = FIRST_PART, largest = 0;
  gsize n_largest = 0, n_bright = 0;

  for (gsize i = 0; i < n; i++)
    {
      labels[i] = picture->values[i] > threshold ? BRIGHT : DARK;
      n_bright += labels[i] == BRIGHT;
    }
  if (n_bright == n)
    return mask;

  for (gsize i = 0; i < n; i++)
    if (labels[i] == BRIGHT)
      {
        const gsize n_part = flood (labels, width, height, i, next, stack);

        if (n_part > n_largest)
          {
            n_largest = n_part;
            largest = next;
          }
        next++;
      }

  /* What the border reaches without crossing the largest part is no hole. */
  for (gsize i = 0; i < n; i++)
    labels[i] = labels[i] == largest ? BRIGHT : DARK;
  for (guint x = 0; x < width; x++)
    for (gsize i = x; i < n; i += MAX (n - width, 1))
      if (labels[i] == DARK)
        flood (labels, width, height, i, OUTSIDE, stack);
  for (guint y = 0; y < height; y++)
    for (gsize i = (gsize) y * width; i < (gsize) (y + 1) * width;
         i += MAX (width - 1, 1))
      if (labels[i] == DARK)
        flood (labels, width, height, i, OUTSIDE, stack);
  for (gsize i = 0; i < n; i++)
    mask->values[i] = n_largest > 0 && labels[i] != OUTSIDE;

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
