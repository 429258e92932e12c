#include "model/pair/statistics.h"

#include <string.h>

#define N_BINS 256
#define SHARE_OF_OTSU 0.175f

/* The brightness that best parts dark from bright (Otsu, IEEE Trans. SMC 9, 1979); where
 * many are as good, for want of any pixels between, the middle of them. */
static float
otsu_threshold (const DipPicture *picture)
{
  const gsize n = (gsize) picture->width * picture->height;
  gsize counts[N_BINS] = { 0 }, n_below = 0;
  double total = 0.0, sum_below = 0.0, best = -1.0;
  guint first = 0, last = 0;

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
          first = b;
        }
      if (between == best)
        last = b;
    }

  return (0.5f * (float) (first + last) + 0.5f) / 255.0f;
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

/* What a pixel is labelled with, and room to flood from it. */
typedef struct
{
  guint width;
  guint height;
  guint32 *labels;
  gsize *stack;
} Parts;

/* Leaves the largest connected part of what is BRIGHT; FALSE if nothing is. */
static gboolean
keep_largest (Parts *self)
{
  const gsize n = (gsize) self->width * self->height;
  guint32 next = FIRST_PART, largest = DARK;
  gsize n_largest = 0;

  for (gsize i = 0; i < n; i++)
    if (self->labels[i] == BRIGHT)
      {
        const gsize n_part =
            flood (self->labels, self->width, self->height, i, next, self->stack);

        if (n_part > n_largest)
          {
            n_largest = n_part;
            largest = next;
          }
        next++;
      }
  for (gsize i = 0; i < n; i++)
    self->labels[i] = n_largest > 0 && self->labels[i] == largest ? BRIGHT : DARK;

  return n_largest > 0;
}

static void
flood_if_dark (Parts *self, gsize start)
{
  if (self->labels[start] == DARK)
    flood (self->labels, self->width, self->height, start, OUTSIDE, self->stack);
}

/* What the border reaches in the dark is outside; the rest of the dark are holes. */
static void
flood_from_border (Parts *self)
{
  const gsize width = self->width, last_row = (self->height - 1) * width;

  for (gsize x = 0; x < width; x++)
    {
      flood_if_dark (self, x);
      flood_if_dark (self, last_row + x);
    }
  for (gsize y = 0; y < self->height; y++)
    {
      flood_if_dark (self, y * width);
      flood_if_dark (self, y * width + width - 1);
    }
}

DipMask *
dip_breast_mask (const DipPicture *picture)
{
  const gsize n = (gsize) picture->width * picture->height;
  const float threshold = SHARE_OF_OTSU * otsu_threshold (picture);
  DipMask *mask = dip_mask_new (picture->width, picture->height);
  g_autofree guint32 *labels = g_new (guint32, n);
  g_autofree gsize *stack = g_new (gsize, n);
  Parts parts = { picture->width, picture->height, labels, stack };
  gsize n_bright = 0;

  for (gsize i = 0; i < n; i++)
    {
      labels[i] = picture->values[i] > threshold ? BRIGHT : DARK;
      n_bright += labels[i] == BRIGHT;
    }
  if (n_bright == n || !keep_largest (&parts))
    return mask;

  flood_from_border (&parts);
  for (gsize i = 0; i < n; i++)
    mask->values[i] = labels[i] != OUTSIDE;

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
