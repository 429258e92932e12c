#include "model/pair/regions-private.h"

#include <math.h>
#include <string.h>

/* More than any distance in a working picture, and far enough from the type's end that
 * a step can be added. */
#define UNREACHED 30000

/* Rows of distances with a margin on either side, so that no pixel asks for borders. */
#define PAD 2

/* What lies in a rectangle: all that a set's shape can change. */
typedef struct
{
  guint left, top, right, bottom; /* the last ones exclusive */
} Box;

/* The pixels of a set and @margin around them; FALSE where there are none.  No step of a
 * distance is longer than 2: with a margin of 2 the nearest pixel that is not of the set
 * is in the box. */
static gboolean
find_box (const guint8 *set, guint width, guint height, guint margin, Box *box)
{
  guint left = width, right = 0, top = height, bottom = 0;

  for (guint y = 0; y < height; y++)
    {
      const guint8 *row = set + (gsize) y * width;
      const guint8 *first = memchr (row, 1, width);

      if (first == NULL)
        continue;
      left = MIN (left, (guint) (first - row));
      right = MAX (right, (guint) ((const guint8 *) memrchr (row, 1, width) - row) + 1);
      top = MIN (top, y);
      bottom = y + 1;
    }
  if (top >= bottom)
    return FALSE;

  box->left = left > margin ? left - margin : 0;
  box->top = top > margin ? top - margin : 0;
  box->right = MIN (right + margin, width);
  box->bottom = MIN (bottom + margin, height);

  return TRUE;
}

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

/* The distances within a box, to what is @wanted in it: rows of width + 2 PAD.  *first
 * gets the first pixel's. */
static gint16 *
measure_box (const guint8 *set,
             guint8 wanted,
             guint width,
             const Box *box,
             gint16 **first)
{
  const guint w = box->right - box->left, h = box->bottom - box->top;
  const gsize stride = w + 2 * PAD, n = stride * (h + 2 * PAD);
  gint16 *padded = g_new (gint16, n);

  *first = padded + PAD * stride;
  for (gsize i = 0; i < n; i++)
    padded[i] = UNREACHED;
  for (guint y = 0; y < h; y++)
    {
      const guint8 *in = set + (gsize) (box->top + y) * width + box->left;
      gint16 *row = *first + y * stride;

      for (guint x = 0; x < w; x++)
        row[PAD + x] = in[x] == wanted ? 0 : UNREACHED;
      relax_row (row, row - stride, row - 2 * stride, w);
      sweep_row (row, w, TRUE);
    }
  for (guint y = h; y-- > 0;)
    {
      gint16 *row = *first + y * stride;

      relax_row (row, row + stride, row + 2 * stride, w);
      sweep_row (row, w, FALSE);
    }

  return padded;
}

void
dip_region_distance (const guint8 *set,
                     guint8 wanted,
                     guint width,
                     guint height,
                     gint16 *distances)
{
  const gsize n = (gsize) width * height;
  g_autofree gint16 *padded = NULL;
  Box box = { 0, 0, width, height };
  const gboolean has_any = find_box (set, width, height, 2, &box);
  gint16 *first;
  guint w;

  if (!has_any || wanted == 1)
    {
      box = (Box){ 0, 0, width, height };
      for (gsize i = 0; !has_any && i < n; i++)
        distances[i] = wanted == 1 ? UNREACHED : 0;
      if (!has_any)
        return;
    }
  else
    memset (distances, 0, sizeof *distances * n);

  padded = measure_box (set, wanted, width, &box, &first);
  w = box.right - box.left;
  for (guint y = box.top; y < box.bottom; y++)
    memcpy (distances + (gsize) y * width + box.left,
            first + (gsize) (y - box.top) * (w + 2 * PAD) + PAD, sizeof *distances * w);
}

/* Sets to @value what is no further than the radius from a pixel of that value. */
static void
spread (guint8 *set, guint8 value, guint width, guint height, double radius)
{
  const gint16 reach = (gint16) MIN (radius * DIP_REGION_UNIT, UNREACHED - 1.0);
  const guint margin = value == 1 ? (guint) ceil (radius) + 2 : 2;
  g_autofree gint16 *padded = NULL;
  gint16 *first;
  Box box;

  if (radius < 1.0 || !find_box (set, width, height, margin, &box))
    return;

  padded = measure_box (set, value, width, &box, &first);
  for (guint y = box.top; y < box.bottom; y++)
    {
      const guint w = box.right - box.left;
      const gint16 *row = first + (gsize) (y - box.top) * (w + 2 * PAD) + PAD;
      guint8 *out = set + (gsize) y * width + box.left;

      for (guint x = 0; x < w; x++)
        out[x] = row[x] <= reach ? value : out[x];
    }
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
