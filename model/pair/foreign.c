/* What lies in a mammogram and is no tissue: burnt-in labels, side markers, metal balls
 * and wires on the skin.  All of it is brighter than what surrounds it, of one
 * brightness, and has sharp edges. */

#include "model/pair/reduced-private.h"
#include "model/pair/regions-private.h"
#include "model/pair/threshold-private.h"

#include <string.h>

/* A seed is at least so bright, of the brightest. */
#define SEED 0.93f

/* Around a foreign thing, at RING pixels from its seeds, at least a share of
 * SURROUNDED of the pixels are darker than it by so much. */
#define CONTRAST 0.35f
#define SURROUNDED 0.65
#define RING 3

/* Air is darker than this share of the brightest; around a label so much is air. */
#define AIR 0.2f
#define IN_AIR 0.6
#define NEAR_AIR 0.25

/* A label stuck in the air: its least area, of the picture, and how much of what surrounds
 * it is darker than half of what parts the breast from the air. */
#define LEAST_STUCK 0.0004
#define STUCK_IN_AIR 0.85

/* Of so few pixels no shape can be told. */
#define FEW 9

/* A ball's soft edge, pixels; and how far apart the axes may have been scaled: films of a
 * third as wide as high are made square. */
#define SOFT 1
#define APART 3.0

/* A stroke's area, of its squared half thickness. */
#define STROKE 14.0

/* More of the picture than this is no label. */
#define LARGEST 0.06

/* What is taken with the seeds: their soft edges, of the longer side; 1 … 2 pixels. */
#define MARGIN 0.006

typedef struct
{
  guint n;
  guint left, top, right, bottom; /* the last ones inclusive */
  double thickness;               /* half of it, where it is thickest, pixels */
} Part;

static void
measure_parts (const guint32 *labels,
               const gint16 *depths,
               guint width,
               guint height,
               Part *parts,
               guint n)
{
  for (guint p = 0; p <= n; p++)
    parts[p] = (Part){ 0, width, height, 0, 0, 0.0 };
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const gsize at = (gsize) y * width + x;
        Part *part = &parts[labels[at]];

        if (labels[at] == 0)
          continue;
        if (depths != NULL)
          part->thickness = MAX (part->thickness, (double) depths[at] / DIP_REGION_UNIT);
        part->n++;
        part->left = MIN (part->left, x);
        part->right = MAX (part->right, x);
        part->top = MIN (part->top, y);
        part->bottom = MAX (part->bottom, y);
      }
}

/* The shares of the pixels RING around a part's seeds that are darker than them by
 * CONTRAST, and that are as dark as air. */
static double
dark_surroundings (const DipReduced *self,
                   const guint32 *labels,
                   guint32 label,
                   const Part *part,
                   float bright,
                   double *air)
{
  const int left = MAX ((int) part->left - RING, 0),
            top = MAX ((int) part->top - RING, 0);
  const int right = MIN (part->right + RING, self->width - 1);
  const int bottom = MIN (part->bottom + RING, self->height - 1);
  guint n_ring = 0, n_dark = 0, n_air = 0;

  for (int y = top; y <= bottom; y++)
    for (int x = left; x <= right; x++)
      {
        gboolean is_near = FALSE, is_inside = FALSE;

        for (int dy = -RING; dy <= RING && !is_inside; dy++)
          for (int dx = -RING; dx <= RING && !is_inside; dx++)
            {
              const int nx = x + dx, ny = y + dy;

              if (nx < left || nx > right || ny < top || ny > bottom ||
                  labels[(gsize) ny * self->width + (gsize) nx] != label)
                continue;
              is_near = TRUE;
              is_inside = MAX (ABS (dx), ABS (dy)) < RING;
            }
        if (!is_near || is_inside)
          continue;
        n_ring++;
        n_dark += self->values[(gsize) y * self->width + (gsize) x] < bright - CONTRAST;
        n_air += self->values[(gsize) y * self->width + (gsize) x] < AIR * bright;
      }
  *air = n_ring > 0 ? (double) n_air / n_ring : 0.0;

  return n_ring > 0 ? (double) n_dark / n_ring : 1.0;
}

/* A ball, by its box, also of a picture whose axes were scaled apart; no more can be told
 * of a few pixels.  The soft edges, which are no seeds, count as a pixel a side: of a ball
 * that is two rows high after scaling a single one may be bright. */
static gboolean
is_round (const Part *part)
{
  const guint width = part->right - part->left + 1, height = part->bottom - part->top + 1;

  return MAX (width, height) + 2 * SOFT <= APART * (MIN (width, height) + 2 * SOFT) &&
         (part->n <= FEW || part->n >= 0.6 * width * height);
}

/* Strokes are much longer than they are wide; skin folds are not. */
static gboolean
is_stroke (const Part *part)
{
  return part->n > STROKE * part->thickness * part->thickness;
}

/* Letters stand in air or reach into the breast, balls on tissue too; the bright corners
 * where skin folds at the chest wall are tissue. */
static gboolean
is_foreign_part (const DipReduced *self,
                 const guint32 *labels,
                 guint32 label,
                 const Part *part,
                 float bright)
{
  const gsize n = (gsize) self->width * self->height;
  double air;

  if (part->n > LARGEST * (double) n || part->left <= self->left + 1 ||
      dark_surroundings (self, labels, label, part, bright, &air) < SURROUNDED)
    return FALSE;

  return air >= IN_AIR || is_round (part) || (air >= NEAR_AIR && is_stroke (part));
}

static void
mark (DipReduced *self, const guint32 *labels, const gboolean *is_foreign)
{
  const gsize n = (gsize) self->width * self->height;
  g_autofree guint8 *found = g_new (guint8, n);

  for (gsize i = 0; i < n; i++)
    found[i] = is_foreign[labels[i]];
  dip_region_dilate (found, self->width, self->height,
                     CLAMP (MARGIN * MAX (self->width, self->height), 1.0, 2.0));
  for (gsize i = 0; i < n; i++)
    self->foreign[i] |= found[i];
}

/* Along rows or columns, straight from one side's value to the other's; beyond the
 * picture's borders is air, but at the chest wall.  Lowers `out` to it. */
static void
bridge_line (const float *in,
             const guint8 *foreign,
             float *out,
             gsize stride,
             guint n,
             gboolean holds_start)
{
  for (guint i = 0; i < n; i++)
    if (foreign[i * stride])
      {
        guint end = i;
        float before, after;

        while (end < n && foreign[end * stride])
          end++;
        after = end < n ? in[end * stride] : 0.0f;
        before = i > 0 ? in[(i - 1) * stride] : holds_start ? after : 0.0f;
        for (guint k = i; k < end; k++)
          {
            const float way = (float) (k - i + 1) / (float) (end - i + 1);

            out[k * stride] = MIN (out[k * stride], before + (after - before) * way);
          }
        i = end;
      }
}

/* The darker of both ways: a thing on the skin line is to leave air rather than skin. */
static void
fill_places (DipReduced *self)
{
  const guint w = self->width, h = self->height;
  g_autofree float *filled = g_new0 (float, (gsize) w *h);
  g_autofree guint8 *columns = g_new0 (guint8, w);

  for (guint y = self->top; y < self->bottom; y++)
    {
      const gsize at = (gsize) y * w;

      if (memchr (self->foreign + at, 1, w) == NULL)
        continue;
      for (guint x = 0; x < w; x++)
        columns[x] |= self->foreign[at + x];
      bridge_line (self->values + at, self->foreign + at, filled + at, 1, w, TRUE);
    }
  for (guint x = self->left; x < self->right; x++)
    if (columns[x])
      bridge_line (self->values + x, self->foreign + x, filled + x, w, h, FALSE);
  for (gsize i = 0; i < (gsize) w * h; i++)
    if (self->foreign[i])
      self->values[i] = filled[i];
}

/* Bright things in the air that are no part of the breast where it is bright itself: stuck
 * labels, which are less white than burnt-in ones. */
static void
mark_in_air (DipReduced *self, guint8 *seeds, guint32 *labels)
{
  const guint w = self->width, h = self->height;
  const gsize n = (gsize) w * h;
  g_autofree guint8 *breast = NULL;
  g_autofree Part *parts = NULL;
  g_autofree gboolean *is_foreign = NULL;
  DipHistogram histogram;
  guint n_parts;
  float otsu;

  dip_histogram_init (&histogram, self->values, self->foreign, n);
  otsu = (float) dip_threshold_otsu (&histogram);
  for (gsize i = 0; i < n; i++)
    seeds[i] = self->values[i] > otsu && !self->foreign[i];
  breast = g_memdup2 (seeds, n);
  dip_region_keep_largest (breast, w, h);
  for (gsize i = 0; i < n; i++)
    seeds[i] &= !breast[i];
  n_parts = dip_region_label (seeds, w, h, labels);
  if (n_parts == 0)
    return;

  parts = g_new (Part, n_parts + 1);
  is_foreign = g_new0 (gboolean, n_parts + 1);
  measure_parts (labels, NULL, w, h, parts, n_parts);
  for (guint p = 1; p <= n_parts; p++)
    {
      double air, dark;

      if (parts[p].n < LEAST_STUCK * (double) n || parts[p].n > LARGEST * (double) n ||
          parts[p].left <= self->left + 1)
        continue;
      dark = dark_surroundings (self, labels, p, &parts[p], 0.5f * otsu + CONTRAST, &air);
      is_foreign[p] = dark >= STUCK_IN_AIR;
    }
  mark (self, labels, is_foreign);
}

void
dip_reduced_remove_foreign (DipReduced *self)
{
  const gsize n = (gsize) self->width * self->height;
  g_autofree guint8 *seeds = g_new (guint8, n);
  g_autofree guint32 *labels = g_new (guint32, n);
  g_autofree gint16 *depths = g_new (gint16, n);
  g_autofree Part *parts = NULL;
  g_autofree gboolean *is_foreign = NULL;
  float most = 0.0f;
  gboolean has_any = FALSE;
  guint n_parts;

  for (gsize i = 0; i < n; i++)
    most = self->values[i] > most ? self->values[i] : most;
  for (gsize i = 0; i < n; i++)
    seeds[i] = self->values[i] >= SEED * most;
  n_parts = dip_region_label (seeds, self->width, self->height, labels);
  parts = g_new (Part, n_parts + 1);
  is_foreign = g_new0 (gboolean, n_parts + 1);
  dip_region_distance (seeds, 0, self->width, self->height, depths);
  measure_parts (labels, depths, self->width, self->height, parts, n_parts);
  for (guint p = 1; p <= n_parts; p++)
    {
      is_foreign[p] = is_foreign_part (self, labels, p, &parts[p], most);
      has_any |= is_foreign[p];
    }

  if (has_any)
    mark (self, labels, is_foreign);
  mark_in_air (self, seeds, labels);
  if (memchr (self->foreign, 1, n) != NULL)
    fill_places (self);
}
