#include "model/pair/look.h"

#include "model/pair/blur-private.h"
#include "model/pair/resize.h"

#include <math.h>

#define SMALL 16
#define LARGE 64

/* The band, blurs' σ in large pixels; what the coarser one mixes with what lies beyond a
 * shifted picture's edge is left out of the overlap. */
#define FINE 1.0
#define COARSE 3.0
#define MARGIN 4

/* Shifts that are tried, small pixels; around the best, large ones. */
#define MAX_SHIFT ((int) (DIP_LOOK_MAX_SHIFT * SMALL))
#define REFINE (LARGE / SMALL - 1)
#define N_REFINED 3

#define N_MIRRORINGS 4

/* A spread below this, of the squared unit, is none. */
#define LEAST_VARIANCE 1e-9

struct _DipLook
{
  float small[SMALL * SMALL];
  float large[LARGE * LARGE];
};

DipLook *
dip_look_new (const DipPicture *picture)
{
  DipLook *self = g_new (DipLook, 1);
  g_autoptr (DipPicture) large = dip_picture_resize (picture, LARGE, LARGE);
  g_autoptr (DipPicture) small = NULL;
  g_autofree float *rough = g_new (float, LARGE *LARGE);

  dip_blur (large->values, rough, LARGE, LARGE, COARSE);
  dip_blur (large->values, large->values, LARGE, LARGE, FINE);
  for (guint i = 0; i < LARGE * LARGE; i++)
    self->large[i] = large->values[i] -= rough[i];
  small = dip_picture_resize (large, SMALL, SMALL);
  for (guint i = 0; i < SMALL * SMALL; i++)
    self->small[i] = small->values[i];

  return self;
}

void
dip_look_free (DipLook *self)
{
  g_free (self);
}

/* Values with the sums of all rectangles from the upper left corner, so that any
 * overlap's mean and variance are at hand. */
typedef struct
{
  guint side;
  float values[LARGE * LARGE];
  double sums[(LARGE + 1) * (LARGE + 1)];
  double squares[(LARGE + 1) * (LARGE + 1)];
} Plane;

static void
plane_set (Plane *self, const float *values, guint side, guint mirroring)
{
  const guint stride = side + 1;

  self->side = side;
  for (guint x = 0; x <= side; x++)
    self->sums[x] = self->squares[x] = 0.0;
  for (guint y = 0; y < side; y++)
    {
      double sum = 0.0, square = 0.0;

      self->sums[(y + 1) * stride] = self->squares[(y + 1) * stride] = 0.0;
      for (guint x = 0; x < side; x++)
        {
          const guint from_x = mirroring & 1 ? side - 1 - x : x;
          const guint from_y = mirroring & 2 ? side - 1 - y : y;
          const float value = values[from_y * side + from_x];

          self->values[y * side + x] = value;
          sum += (double) value;
          square += (double) value * (double) value;
          self->sums[(y + 1) * stride + x + 1] = self->sums[y * stride + x + 1] + sum;
          self->squares[(y + 1) * stride + x + 1] =
              self->squares[y * stride + x + 1] + square;
        }
    }
}

static double
sum_within (const double *sums, guint side, int x, int y, int width, int height)
{
  const int stride = (int) side + 1;
  const double *upper = sums + y * stride + x, *lower = upper + height * stride;

  return lower[width] - lower[0] - upper[width] + upper[0];
}

/* Pearson's correlation of a and of b, shifted right and down, where they overlap. */
static double
correlate (const Plane *a, const Plane *b, int dx, int dy)
{
  const int side = (int) a->side, margin = MARGIN * side / LARGE;
  const int cut_x = dx != 0 ? margin : 0, cut_y = dy != 0 ? margin : 0;
  const int width = side - ABS (dx) - 2 * cut_x, height = side - ABS (dy) - 2 * cut_y;
  const int ax = MAX (dx, 0) + cut_x, ay = MAX (dy, 0) + cut_y;
  const int bx = MAX (-dx, 0) + cut_x, by = MAX (-dy, 0) + cut_y;
  const double n = width * height;
  const double sum_a = sum_within (a->sums, a->side, ax, ay, width, height);
  const double sum_b = sum_within (b->sums, b->side, bx, by, width, height);
  const double square_a = sum_within (a->squares, a->side, ax, ay, width, height);
  const double square_b = sum_within (b->squares, b->side, bx, by, width, height);
  const double variance_a = square_a - sum_a * sum_a / n;
  const double variance_b = square_b - sum_b * sum_b / n;
  double product = 0.0;

  if (!(variance_a > LEAST_VARIANCE * n) || !(variance_b > LEAST_VARIANCE * n))
    return 0.0;
  for (int y = 0; y < height; y++)
    {
      const float *row = a->values + (ay + y) * side + ax;
      const float *other = b->values + (by + y) * side + bx;
      float part = 0.0f;

      for (int x = 0; x < width; x++)
        part += row[x] * other[x];
      product += (double) part;
    }

  return (product - sum_a * sum_b / n) / sqrt (variance_a * variance_b);
}

typedef struct
{
  double correlation;
  guint mirroring; /* bit 0: left and right, bit 1: upside down */
  int dx, dy;
} Match;

/* Keeps the best, in order. */
static void
keep (Match *best, guint n, const Match *match)
{
  guint i = n;

  if (!(match->correlation > best[n - 1].correlation))
    return;
  for (i = n - 1; i > 0 && match->correlation > best[i - 1].correlation; i--)
    best[i] = best[i - 1];
  best[i] = *match;
}

static void
search (const DipLook *a, const DipLook *b, Match *best, guint n)
{
  Plane still, moved;

  for (guint i = 0; i < n; i++)
    best[i] = (Match){ -1.0, 0, 0, 0 };
  plane_set (&still, a->small, SMALL, 0);
  for (guint m = 0; m < N_MIRRORINGS; m++)
    {
      plane_set (&moved, b->small, SMALL, m);
      for (int dy = -MAX_SHIFT; dy <= MAX_SHIFT; dy++)
        for (int dx = -MAX_SHIFT; dx <= MAX_SHIFT; dx++)
          {
            const Match match = { correlate (&still, &moved, dx, dy), m, dx, dy };

            keep (best, n, &match);
          }
    }
}

static void
refine (const Plane *still, const DipLook *b, const Match *coarse, Match *best)
{
  const int factor = LARGE / SMALL, most = MAX_SHIFT * factor;
  g_autofree Plane *moved = g_new (Plane, 1);

  plane_set (moved, b->large, LARGE, coarse->mirroring);
  for (int dy = factor * coarse->dy - REFINE; dy <= factor * coarse->dy + REFINE; dy++)
    for (int dx = factor * coarse->dx - REFINE; dx <= factor * coarse->dx + REFINE; dx++)
      if (ABS (dx) <= most && ABS (dy) <= most)
        {
          const Match match = { correlate (still, moved, dx, dy), coarse->mirroring, dx,
                                dy };

          keep (best, 1, &match);
        }
}

static double
distance_of (double correlation)
{
  return sqrt (1.0 - CLAMP (correlation, 0.0, 1.0));
}

void
dip_look_compare (const DipLook *a, const DipLook *b, DipLikeness *likeness)
{
  g_autofree Plane *still = g_new (Plane, 1);
  Match coarse[N_REFINED], best = { -1.0, 0, 0, 0 };

  search (a, b, coarse, N_REFINED);
  plane_set (still, a->large, LARGE, 0);
  for (guint i = 0; i < N_REFINED; i++)
    refine (still, b, &coarse[i], &best);

  *likeness = (DipLikeness){ distance_of (best.correlation), (best.mirroring & 1) != 0,
                             (best.mirroring & 2) != 0, (double) best.dx / LARGE,
                             (double) best.dy / LARGE };
}

double
dip_look_get_fast_distance (const DipLook *a, const DipLook *b)
{
  Match best;

  search (a, b, &best, 1);

  return distance_of (best.correlation);
}

gboolean
dip_likeness_is_copy (const DipLikeness *self)
{
  return self->distance <= DIP_LOOK_COPY_DISTANCE;
}

typedef struct
{
  double distance;
  guint index;
} Candidate;

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *left = a, *right = b;

  if (left->distance != right->distance)
    return left->distance < right->distance ? -1 : 1;

  return left->index < right->index ? -1 : left->index > right->index;
}

gboolean
dip_look_find_nearest (const DipLook *self,
                       const DipLook *const *set,
                       guint n_set,
                       guint skip,
                       guint n_skip,
                       DipNearest *nearest)
{
  g_autofree Candidate *candidates = g_new (Candidate, n_set + 1);
  guint n = 0;

  *nearest = (DipNearest){ G_MAXUINT, { NAN, FALSE, FALSE, 0.0, 0.0 }, FALSE };
  for (guint i = 0; i < n_set; i++)
    if (i < skip || i - skip >= n_skip)
      candidates[n++] = (Candidate){ dip_look_get_fast_distance (self, set[i]), i };
  if (n == 0)
    return FALSE;

  qsort (candidates, n, sizeof *candidates, compare_candidates);
  for (guint i = 0; i < MIN (n, DIP_LOOK_N_MEASURED); i++)
    {
      DipLikeness likeness;

      dip_look_compare (self, set[candidates[i].index], &likeness);
      if (i == 0 || likeness.distance < nearest->likeness.distance)
        {
          nearest->index = candidates[i].index;
          nearest->likeness = likeness;
        }
    }
  nearest->is_copy = dip_likeness_is_copy (&nearest->likeness);

  return TRUE;
}
