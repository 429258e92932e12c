#include "model/pair/regions-private.h"

#include <string.h>

/* More than any distance in a working picture, and far enough from the type's end that
 * a step can be added. */
#define UNREACHED 30000

/* Gives all pixels connected to `start` that hold labels[start] the label `to`, and
 * counts them.  `stack` holds as many entries as there are pixels. */
static gsize
flood (guint32 *labels,
       guint width,
       guint height,
       guint32 start,
       guint32 to,
       guint32 *stack)
{
  const guint32 from = labels[start];
  gsize n_stacked = 0, n_filled = 0;

  stack[n_stacked++] = start;
  labels[start] = to;
  while (n_stacked > 0)
    {
      const guint32 at = stack[--n_stacked];
      const guint x = at % width, y = at / width;
      const guint32 near[4] = { at - 1, at + 1, at - width, at + width };
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

/* Labels of parts begin here; below are what is not numbered yet. */
enum
{
  OUTSIDE,
  INSIDE,
  FIRST_PART,
};

static guint32
label_parts (guint32 *labels, guint width, guint height, guint32 *largest, gsize *n_most)
{
  const gsize n = (gsize) width * height;
  g_autofree guint32 *stack = g_new (guint32, n);
  guint32 next = FIRST_PART;

  *largest = OUTSIDE;
  *n_most = 0;
  for (gsize i = 0; i < n; i++)
    if (labels[i] == INSIDE)
      {
        const gsize n_part = flood (labels, width, height, (guint32) i, next, stack);

        if (n_part > *n_most)
          {
            *n_most = n_part;
            *largest = next;
          }
        next++;
      }

  return next - FIRST_PART;
}

gsize
dip_region_keep_largest (guint8 *set, guint width, guint height)
{
  const gsize n = (gsize) width * height;
  g_autofree guint32 *labels = g_new (guint32, n);
  guint32 largest;
  gsize n_most;

  for (gsize i = 0; i < n; i++)
    labels[i] = set[i] ? INSIDE : OUTSIDE;
  label_parts (labels, width, height, &largest, &n_most);
  for (gsize i = 0; i < n; i++)
    set[i] = n_most > 0 && labels[i] == largest;

  return n_most;
}

guint
dip_region_label (const guint8 *set, guint width, guint height, guint32 *labels)
{
  const gsize n = (gsize) width * height;
  guint32 largest;
  gsize n_most;
  guint n_parts;

  for (gsize i = 0; i < n; i++)
    labels[i] = set[i] ? INSIDE : OUTSIDE;
  n_parts = label_parts (labels, width, height, &largest, &n_most);
  for (gsize i = 0; i < n; i++)
    if (labels[i] != OUTSIDE)
      labels[i] -= FIRST_PART - 1;

  return n_parts;
}

void
dip_region_fill_holes (guint8 *set, guint width, guint height, DipBorders borders)
{
  const guint32 n = width * height;
  g_autofree guint32 *labels = g_new (guint32, n);
  g_autofree guint32 *stack = g_new (guint32, n);

  /* Here INSIDE is what is neither in the set nor reached. */
  for (guint32 i = 0; i < n; i++)
    labels[i] = set[i] ? OUTSIDE : INSIDE;
  for (guint32 i = 0; i < n; i++)
    {
      const guint x = i % width, y = i / width;
      const guint on =
          (x == 0 ? DIP_BORDER_LEFT : 0u) | (x + 1 == width ? DIP_BORDER_RIGHT : 0u) |
          (y == 0 ? DIP_BORDER_TOP : 0u) | (y + 1 == height ? DIP_BORDER_BOTTOM : 0u);

      if (labels[i] == INSIDE && (on & borders) != 0)
        flood (labels, width, height, i, FIRST_PART, stack);
    }
  for (guint32 i = 0; i < n; i++)
    set[i] = labels[i] != FIRST_PART;
}

/* Rows of distances with a margin on either side, so that no pixel asks for borders. */
#define PAD 2

/* What the two rows before (above, or below on the way back) say of a row. */
static void
relax_row (gint16 *restrict row,
           const gint16 *restrict near,
           const gint16 *restrict next,
           guint width)
{
  for (gsize x = PAD; x < (gsize) width + PAD; x++)
    {
      const gint16 straight = (gint16) (near[x] + 5);
      const gint16 diagonal = (gint16) (MIN (near[x - 1], near[x + 1]) + 7);
      const gint16 flat = MIN (near[x - 2], near[x + 2]);
      const gint16 steep = MIN (next[x - 1], next[x + 1]);
      const gint16 knight = (gint16) (MIN (flat, steep) + 11);
      const gint16 before = MIN (row[x], straight);
      const gint16 after = MIN (diagonal, knight);

      row[x] = MIN (before, after);
    }
}

static void
sweep_row (gint16 *row, guint width, gboolean is_forward)
{
  gint16 last = UNREACHED;

  if (is_forward)
    for (gsize x = PAD; x < (gsize) width + PAD; x++)
      row[x] = last = MIN (row[x], (gint16) (last + 5));
  else
    for (gsize x = (gsize) width + PAD; x-- > PAD;)
      row[x] = last = MIN (row[x], (gint16) (last + 5));
}

void
dip_region_distance (const guint8 *set,
                     guint8 wanted,
                     guint width,
                     guint height,
                     gint16 *distances)
{
  const gsize stride = width + 2 * PAD, n = stride * (height + 2 * PAD);
  g_autofree gint16 *padded = g_new (gint16, n);
  gint16 *first = padded + PAD * stride;

  for (gsize i = 0; i < n; i++)
    padded[i] = UNREACHED;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      first[y * stride + PAD + x] = set[(gsize) y * width + x] == wanted ? 0 : UNREACHED;

  for (guint y = 0; y < height; y++)
    {
      gint16 *row = first + y * stride;

      relax_row (row, row - stride, row - 2 * stride, width);
      sweep_row (row, width, TRUE);
    }
  for (guint y = height; y-- > 0;)
    {
      gint16 *row = first + y * stride;

      relax_row (row, row + stride, row + 2 * stride, width);
      sweep_row (row, width, FALSE);
    }
  for (guint y = 0; y < height; y++)
    memcpy (distances + (gsize) y * width, first + y * stride + PAD,
            sizeof *distances * width);
}

/* Sets to @value what is no further than the radius from a pixel of that value. */
static void
spread (guint8 *set, guint8 value, guint width, guint height, double radius)
{
  const gsize n = (gsize) width * height;
  g_autofree gint16 *distances = NULL;
  const double reach = radius * DIP_REGION_UNIT;

  if (radius < 1.0)
    return;

  distances = g_new (gint16, n);
  dip_region_distance (set, value, width, height, distances);
  for (gsize i = 0; i < n; i++)
    if (distances[i] <= reach)
      set[i] = value;
}

void
dip_region_dilate (guint8 *set, guint width, guint height, double radius)
{
  spread (set, 1, width, height, radius);
}

void
dip_region_erode (guint8 *set, guint width, guint height, double radius)
{
  spread (set, 0, width, height, radius);
}

void
dip_region_open (guint8 *set, guint width, guint height, double radius)
{
  dip_region_erode (set, width, height, radius);
  dip_region_dilate (set, width, height, radius);
}
