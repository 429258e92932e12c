#include "model/pair/look.h"

#include "model/pair/resize.h"

#include <math.h>

#define SMALL 16
#define LARGE 64

struct _DipLook
{
  guint n_views; /* CC, MLO */
  float small[2][SMALL * SMALL];
  float large[2][LARGE * LARGE];
};

static void
reduce (float *values, guint side, const DipPicture *picture)
{
  g_autoptr (DipPicture) reduced = dip_picture_resize (picture, side, side);
  const guint n = side * side;
  double mean = 0.0, square = 0.0;

  for (guint i = 0; i < n; i++)
    mean += (double) reduced->values[i] / n;
  for (guint i = 0; i < n; i++)
    square += pow ((double) reduced->values[i] - mean, 2.0);
  for (guint i = 0; i < n; i++)
    values[i] = square > 0.0
                    ? (float) (((double) reduced->values[i] - mean) / sqrt (square))
                    : 0.0f;
}

DipLook *
dip_look_new (const DipPicture *cc, const DipPicture *mlo)
{
  DipLook *self = g_new0 (DipLook, 1);
  const DipPicture *views[] = { cc, mlo };

  self->n_views = mlo != NULL ? 2 : 1;
  for (guint i = 0; i < self->n_views; i++)
    {
      reduce (self->small[i], SMALL, views[i]);
      reduce (self->large[i], LARGE, views[i]);
    }

  return self;
}

void
dip_look_free (DipLook *self)
{
  g_free (self);
}

static double
multiply (const float *a, const float *b, guint side, gboolean is_upside_down)
{
  double sum = 0.0;

  for (guint y = 0; y < side; y++)
    {
      const float *row = a + (gsize) y * side;
      const float *other = b + (gsize) (is_upside_down ? side - 1 - y : y) * side;
      float part = 0.0f;

      for (guint x = 0; x < side; x++)
        part += row[x] * other[x];
      sum += (double) part;
    }

  return CLAMP (sum, 0.0, 1.0);
}

static double
combine (const float *cc_a,
         const float *cc_b,
         const float *mlo_a,
         const float *mlo_b,
         guint side)
{
  const double cc =
      MAX (multiply (cc_a, cc_b, side, FALSE), multiply (cc_a, cc_b, side, TRUE));
  const double mlo = mlo_a != NULL ? multiply (mlo_a, mlo_b, side, FALSE) : 1.0;

  return sqrt (1.0 - cc * mlo);
}

double
dip_look_get_distance (const DipLook *a, const DipLook *b)
{
  const gboolean both = a->n_views == 2 && b->n_views == 2;

  return combine (a->large[0], b->large[0], both ? a->large[1] : NULL,
                  both ? b->large[1] : NULL, LARGE);
}

double
dip_look_get_fast_distance (const DipLook *a, const DipLook *b)
{
  const gboolean both = a->n_views == 2 && b->n_views == 2;

  return combine (a->small[0], b->small[0], both ? a->small[1] : NULL,
                  both ? b->small[1] : NULL, SMALL);
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
                       DipNearest *nearest)
{
  g_autofree Candidate *candidates = g_new (Candidate, n_set + 1);
  guint n = 0, n_measured;
  double next = 0.0;

  *nearest = (DipNearest){ G_MAXUINT, NAN, NAN, FALSE };
  for (guint i = 0; i < n_set; i++)
    if (i != skip)
      candidates[n++] = (Candidate){ dip_look_get_fast_distance (self, set[i]), i };
  if (n == 0)
    return FALSE;

  qsort (candidates, n, sizeof *candidates, compare_candidates);
  n_measured = MIN (n, DIP_LOOK_N_NEXT + 1);
  for (guint i = 0; i < n_measured; i++)
    candidates[i].distance = dip_look_get_distance (self, set[candidates[i].index]);
  qsort (candidates, n_measured, sizeof *candidates, compare_candidates);
  for (guint i = 1; i < n_measured; i++)
    next += candidates[i].distance / (n_measured - 1);

  nearest->index = candidates[0].index;
  nearest->distance = candidates[0].distance;
  nearest->next = n_measured > 1 ? next : (double) NAN;
  nearest->is_copy = nearest->distance <= DIP_LOOK_COPY_DISTANCE &&
                     (n_measured < 4 || nearest->distance <= DIP_LOOK_COPY_RATIO * next);

  return TRUE;
}
