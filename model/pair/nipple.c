/* The nipple, from three kinds of evidence: what stands out from the outline, a marker on
 * the skin, and the outline's farthest point.  Outline and its tip: R. Chandrasekhar,
 * Y. Attikiouzel, IEEE Eng. Med. Biol. 16, 1997, who seek it where the skin's profile
 * changes; here the change is a top hat of the mask (P. Soille, Morphological Image
 * Analysis, 2003, section 4.5). */

#include "model/pair/outline-private.h"
#include "model/pair/regions-private.h"

#include <math.h>
#include <string.h>

/* The disc that is too large for the nipple: its radius, of the longer side. */
#define HAT_RADIUS 0.06

/* The size of a bulge is the geometric mean of its height and the root of its area: of
 * the longer side, at least and for full confidence. */
#define LEAST_SIZE 0.009
#define FULL_SIZE 0.02

/* What is so near to foreign things is no bulge of the breast, of the longer side. */
#define CLEARANCE 0.03

/* A marker this near to a bulge hides the nipple and makes the bulge, of the longer
 * side. */
#define MARKER_BULGE 0.06

/* Brightness of a bulge, of the breast's mean: up to DIM it is haze on a ragged outline,
 * from CLEAR on it is as good as any. */
#define DIM 0.05
#define CLEAR 0.30
#define LEAST_CLEARNESS 0.1

/* What is darker, of the breast's mean, is not the breast's foremost point. */
#define FAINT 0.15

/* Of an MLO, more than this share of the breast's height lies above the nipple. */
#define TAIL 0.35

/* Pixels this near to the foremost are of the tip, of the longer side. */
#define TIP 0.004
#define PLATEAU 0.008

/* Skin markers: radius and distance from the outline, of the longer side. */
#define MARKER_LARGEST 0.025
#define MARKER_REACH 0.05
#define MARKER_FEW 9.0 /* pixels */

/* A marker less plausible than this marks no nipple. */
#define LEAST_MARKER 0.3

typedef struct
{
  const DipReduced *reduced;
  const guint8 *inside;
  double unit;      /* the longer side, pixels */
  double forward_x; /* from the chest wall to the nipple, roughly */
  double forward_y;
  double least; /* of the breast along it */
  double most;
  double first_row; /* of the breast */
  double last_row;
  double brightness;   /* mean of the breast */
  gboolean has_muscle; /* an MLO: the nipple is not in the axillary tail */
} Scene;

static double
forward (const Scene *self, double x, double y)
{
  return x * self->forward_x + y * self->forward_y;
}

static double
mean_inside (const Scene *self)
{
  const gsize n = (gsize) self->reduced->width * self->reduced->height;
  double sum = 0.0;
  gsize n_inside = 0;

  for (gsize i = 0; i < n; i++)
    {
      sum += self->inside[i] ? (double) self->reduced->values[i] : 0.0;
      n_inside += self->inside[i];
    }

  return n_inside > 0 ? sum / (double) n_inside : 0.0;
}

/* The column after the row's last pixel of the breast. */
static guint
row_end (const Scene *self, guint y)
{
  const guint w = self->reduced->width;
  const guint8 *row = self->inside + (gsize) y * w, *last = memrchr (row, 1, w);

  return last != NULL ? (guint) (last - row) + 1 : 0;
}

/* Of an MLO the nipple lies opposite the muscle, but hangs less than its normal does. */
static void
init_scene (Scene *self, const DipLandmarkLine *pectoral)
{
  const guint w = self->reduced->width, h = self->reduced->height;
  const double tilt =
      pectoral != NULL && pectoral->is_found
          ? 0.35 * atan2 (pectoral->line.normal_y, pectoral->line.normal_x)
          : 0.0;

  self->unit = MAX (w, h);
  self->forward_x = cos (tilt);
  self->forward_y = sin (tilt);
  self->least = G_MAXDOUBLE;
  self->most = -G_MAXDOUBLE;
  self->first_row = h;
  self->last_row = 0.0;
  for (guint y = 0; y < h; y++)
    {
      const guint8 *row = self->inside + (gsize) y * w;
      const guint8 *first = memchr (row, 1, w);

      if (first == NULL)
        continue;
      self->least = MIN (self->least, forward (self, first - row, y));
      self->most = MAX (self->most, forward (self, row_end (self, y) - 1, y));
      self->first_row = MIN (self->first_row, y);
      self->last_row = MAX (self->last_row, y);
    }
}

static double
smooth_step (double value, double from, double to)
{
  const double t = CLAMP ((value - from) / (to - from), 0.0, 1.0);

  return t * t * (3.0 - 2.0 * t);
}

/* 0 … 1: whether a nipple may be here: far from the chest wall, not at the ends of the
 * skin line. */
static double
plausibility (const Scene *self, double x, double y)
{
  const double depth =
      (forward (self, x, y) - self->least) / MAX (self->most - self->least, 1.0);
  const double height = MAX (self->last_row - self->first_row, 1.0);
  const double end = MIN (y - self->first_row, self->last_row - y) / height;

  const double below = (y - self->first_row) / height;

  return smooth_step (depth, 0.65, 0.95) * smooth_step (end, 0.02, 0.15) *
         (self->has_muscle ? smooth_step (below, 0.2, 0.55) : 1.0);
}

typedef struct
{
  double height; /* pixels */
  double sum;    /* of the brightness */
  double score;  /* height times plausibility */
  guint n;
  DipPoint foremost;
} Bulge;

/* The mean of the pixels of one part whose reach is near the part's most. */
typedef struct
{
  double x, y;
  double n;
} Sum;

static DipPoint
mean_of (const Sum *sum)
{
  return (DipPoint){ sum->x / sum->n, sum->y / sum->n };
}

/* What an opening takes from the mask, in parts; not what a label or marker left. */
static guint
find_hats (const Scene *self, guint32 *labels, gint16 *heights)
{
  const guint w = self->reduced->width, h = self->reduced->height;
  const gsize n = (gsize) w * h;
  g_autofree guint8 *opened = g_new (guint8, n);
  g_autofree gint16 *to_foreign = g_new (gint16, n);

  /* With what lies on the outline: a notch in its place would make bulges beside it. */
  for (gsize i = 0; i < n; i++)
    opened[i] = self->inside[i] || self->reduced->foreign[i];
  dip_region_open (opened, w, h, HAT_RADIUS * self->unit);
  dip_region_distance (opened, 1, w, h, heights);
  dip_region_distance (self->reduced->foreign, 1, w, h, to_foreign);
  for (gsize i = 0; i < n; i++)
    opened[i] = self->inside[i] && !opened[i] &&
                to_foreign[i] > CLEARANCE * self->unit * DIP_REGION_UNIT;

  return dip_region_label (opened, w, h, labels);
}

/* 0 … 1: a nipple is bright, what noise adds to an outline is hardly brighter than air. */
static double
clearness (const Scene *self, const Bulge *bulge)
{
  const double share = bulge->sum / (bulge->n * MAX (self->brightness, 1e-6));

  const double clear = smooth_step (share, DIM, CLEAR);

  return clear >= LEAST_CLEARNESS ? clear : 0.0;
}

/* The largest clear bulge where a nipple may be; its tip is the mean of its
 * foremost pixels. */
static double
find_bulge (const Scene *self, DipPoint *tip)
{
  const guint w = self->reduced->width;
  const gsize n = (gsize) w * self->reduced->height;
  g_autofree guint32 *labels = g_new (guint32, n);
  g_autofree gint16 *heights = g_new (gint16, n);
  const guint n_parts = find_hats (self, labels, heights);
  g_autofree Bulge *bulges = g_new0 (Bulge, n_parts + 1);
  Sum sum = { 0 };
  double most = 0.0;
  guint best = 0;

  for (gsize i = 0; i < n; i++)
    if (labels[i] > 0)
      {
        Bulge *bulge = &bulges[labels[i]];
        const double height = (double) heights[i] / DIP_REGION_UNIT;

        bulge->n++;
        bulge->sum += (double) self->reduced->values[i];
        if (height > bulge->height)
          {
            bulge->height = height;
            bulge->foremost = (DipPoint){ (double) (i % w), (double) (i / w) };
          }
      }
  for (guint p = 1; p <= n_parts; p++)
    {
      Bulge *bulge = &bulges[p];

      bulge->score =
          bulge->height * plausibility (self, bulge->foremost.x, bulge->foremost.y);
      if (bulge->score * clearness (self, bulge) > most)
        {
          most = bulge->score * clearness (self, bulge);
          best = p;
        }
    }
  if (best == 0 || bulges[best].score < LEAST_SIZE * self->unit)
    return 0.0;

  for (gsize i = 0; i < n; i++)
    if (labels[i] == best && (double) heights[i] / DIP_REGION_UNIT >=
                                 bulges[best].height - MAX (TIP * self->unit, 0.5))
      {
        sum.x += (double) (i % w);
        sum.y += (double) (i / w);
        sum.n++;
      }
  *tip = mean_of (&sum);

  return bulges[best].score;
}

/* A small foreign thing on the outline: the technologist's mark.  @is_sure: it is large
 * enough to have a shape. */
static double
find_marker (const Scene *self, DipPoint *at, gboolean *is_sure)
{
  const guint w = self->reduced->width, h = self->reduced->height;
  const gsize n = (gsize) w * h;
  g_autofree guint32 *labels = g_new (guint32, n);
  g_autofree gint16 *to_air = g_new (gint16, n);
  g_autofree gint16 *to_breast = g_new (gint16, n);
  const guint n_parts = dip_region_label (self->reduced->foreign, w, h, labels);
  g_autofree Sum *sums = g_new0 (Sum, n_parts + 1);
  double best = 0.0;

  if (n_parts == 0)
    return 0.0;

  dip_region_distance (self->inside, 0, w, h, to_air);
  dip_region_distance (self->inside, 1, w, h, to_breast);
  for (gsize i = 0; i < n; i++)
    {
      sums[labels[i]].x += (double) (i % w);
      sums[labels[i]].y += (double) (i / w);
      sums[labels[i]].n++;
    }
  for (guint p = 1; p <= n_parts; p++)
    {
      const DipPoint middle = mean_of (&sums[p]);
      const gsize pixel = (gsize) (middle.y + 0.5) * w + (gsize) (middle.x + 0.5);
      const double away =
          MAX (to_air[pixel], to_breast[pixel]) / (double) DIP_REGION_UNIT;
      const double score = plausibility (self, middle.x, middle.y);

      if (sums[p].n > G_PI * MARKER_LARGEST * MARKER_LARGEST * self->unit * self->unit ||
          away > MARKER_REACH * self->unit || score <= best)
        continue;
      best = score;
      *at = middle;
      *is_sure = sums[p].n > MARKER_FEW;
    }

  return best;
}

/* Whether the breast's foremost point may be there: tissue, and in an MLO not the axillary
 * tail, which in a picture that shows much of it reaches as far. */
static gboolean
is_clear (const Scene *self, gsize at)
{
  const double below = ((double) (at / self->reduced->width) - self->first_row) /
                       MAX (self->last_row - self->first_row, 1.0);

  return self->inside[at] &&
         (double) self->reduced->values[at] >= FAINT * self->brightness &&
         (!self->has_muscle || below >= TAIL);
}

/* The middle of the pixels that are nearly the farthest from the chest wall. */
static DipPoint
find_farthest (const Scene *self)
{
  const guint w = self->reduced->width, h = self->reduced->height;
  double most_x = 0.0, most = self->least, from;
  Sum sum = { 0 };

  for (guint y = 0; y < h; y++)
    for (guint x = row_end (self, y); x-- > 0 && forward (self, x, y) > most;)
      if (is_clear (self, (gsize) y * w + x))
        most = forward (self, x, y);
  from = most - MAX (PLATEAU * self->unit, 1.0);

  for (guint y = 0; y < h; y++)
    for (guint x = row_end (self, y); x-- > 0 && forward (self, x, y) >= from;)
      if (is_clear (self, (gsize) y * w + x))
        {
          sum.x += x;
          sum.y += y;
          sum.n++;
          most_x = MAX (most_x, x);
        }

  return (DipPoint){ most_x, sum.y / sum.n };
}

void
dip_nipple_find (const DipReduced *reduced,
                 const guint8 *inside,
                 const DipLandmarkLine *pectoral,
                 DipLandmark *nipple)
{
  Scene scene = { .reduced = reduced, .inside = inside };
  gboolean is_sure = FALSE;
  double bulge, marker;
  DipPoint tip, mark;

  init_scene (&scene, pectoral);
  scene.has_muscle = pectoral != NULL && pectoral->is_found;
  scene.brightness = mean_inside (&scene);
  *nipple = (DipLandmark){ find_farthest (&scene), 0.4, TRUE, FALSE };
  marker = find_marker (&scene, &mark, &is_sure);
  if (marker > LEAST_MARKER)
    {
      nipple->at = mark;
      nipple->confidence = 0.5 + 0.3 * marker;
    }
  bulge = find_bulge (&scene, &tip) / (FULL_SIZE * scene.unit);
  if (bulge > 0.0 && (marker <= LEAST_MARKER || !is_sure ||
                      dip_point_distance (tip, nipple->at) > MARKER_BULGE * scene.unit))
    {
      nipple->at = tip;
      nipple->confidence = 0.5 + 0.5 * MIN (bulge, 1.0);
    }
}
