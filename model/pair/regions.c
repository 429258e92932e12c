#include "model/pair/regions-private.h"

#include <string.h>

#define FAR_OFF 65535

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

/* The least of what the pixel has and what it gets from one @step away. */
static inline void
relax (guint16 *d, gsize at, gssize step, guint cost)
{
  const guint through = d[(gssize) at + step] + cost;

  if (through < d[at])
    d[at] = (guint16) through;
}

/* The half of the chamfer's neighbours that a pass in the reading direction (sign −1)
 * or against it (sign 1) has behind it. */
static void
relax_pixel (guint16 *d, guint width, guint height, guint x, guint y, int sign)
{
  const gsize at = (gsize) y * width + x;
  const gssize w = width, s = sign;
  const gboolean has_row = sign < 0 ? y > 0 : y + 1 < height;
  const gboolean has_2_rows = sign < 0 ? y > 1 : y + 2 < height;
  const gboolean has_left = x > 0, has_right = x + 1 < width;

  if (sign < 0 ? has_left : has_right)
    relax (d, at, s, 5);
  if (has_row)
    {
      relax (d, at, s * w, 5);
      if (has_left)
        relax (d, at, s * w - 1, 7);
      if (has_right)
        relax (d, at, s * w + 1, 7);
      if (x > 1)
        relax (d, at, s * w - 2, 11);
      if (x + 2 < width)
        relax (d, at, s * w + 2, 11);
    }
  if (has_2_rows)
    {
      if (has_left)
        relax (d, at, 2 * s * w - 1, 11);
      if (has_right)
        relax (d, at, 2 * s * w + 1, 11);
    }
}

void
dip_region_distance (const guint8 *set,
                     guint8 wanted,
                     guint width,
                     guint height,
                     guint16 *distances)
{
  for (gsize i = 0; i < (gsize) width * height; i++)
    distances[i] = set[i] == wanted ? 0 : FAR_OFF;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if (distances[(gsize) y * width + x] > 0)
        relax_pixel (distances, width, height, x, y, -1);
  for (guint y = height; y-- > 0;)
    for (guint x = width; x-- > 0;)
      if (distances[(gsize) y * width + x] > 0)
        relax_pixel (distances, width, height, x, y, 1);
}

/* Sets to @value what is no further than the radius from a pixel of that value. */
static void
spread (guint8 *set, guint8 value, guint width, guint height, double radius)
{
  const gsize n = (gsize) width * height;
  g_autofree guint16 *distances = NULL;
  const double reach = radius * DIP_REGION_UNIT;

  if (radius < 1.0)
    return;

  distances = g_new (guint16, n);
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
