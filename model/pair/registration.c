#include "model/pair/registration.h"

#include "model/pair/contour.h"
#include "model/pair/overlap.h"

#include <math.h>
#include <string.h>

#define N_SAMPLES 192
#define MAX_POINTS 16
#define MAX_ITERATIONS 40
#define POINT_SHARE 0.1 /* what one known point weighs of an outline */

typedef struct
{
  guint n;
  double points[N_SAMPLES][2];
} Samples;

static gboolean
is_on_edge (const DipMask *mask, const double point[2])
{
  return point[0] < 0.25 || point[1] < 0.25 || point[0] > mask->width - 1.25 ||
         point[1] > mask->height - 1.25;
}

/* N_SAMPLES points at equal steps along the longest outline, less those on the edge. */
static void
sample_outline (Samples *self, const DipMask *mask)
{
  g_autoptr (DipContours) contours = dip_contours_new (mask, TRUE);
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (double[2]));

  self->n = 0;
  if (contours->n_contours == 0)
    return;

  for (guint i = 0; i < contours->contours[0].n_points; i++)
    if (!is_on_edge (mask, contours->contours[0].points[i]))
      g_array_append_val (kept, contours->contours[0].points[i]);
  self->n = MIN (kept->len, N_SAMPLES);
  for (guint i = 0; i < self->n; i++)
    memcpy (self->points[i],
            ((double (*)[2]) kept->data)[(guint64) i * kept->len / self->n],
            sizeof (double[2]));
}

/* The squared distance to the nearest of @others, and which that is. */
static double
find_nearest (const Samples *others, const double point[2], guint *nearest)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < others->n; i++)
    {
      const double dx = others->points[i][0] - point[0];
      const double dy = others->points[i][1] - point[1];
      const double distance = dx * dx + dy * dy;

      if (distance < best)
        {
          best = distance;
          *nearest = i;
        }
    }

  return best;
}

typedef struct
{
  Samples cc, mlo, moved;
  double from[2 * N_SAMPLES + MAX_POINTS][2];
  double to[2 * N_SAMPLES + MAX_POINTS][2];
  double weights[2 * N_SAMPLES + MAX_POINTS];
} Matching;

/* Moves the MLO's outline, pairs the nearest points, and returns their root mean square
 * distance. */
static double
match (Matching *self, const DipSimilarity *similarity)
{
  double sum = 0.0;
  guint nearest = 0;

  self->moved.n = self->mlo.n;
  for (guint i = 0; i < self->mlo.n; i++)
    dip_similarity_apply (similarity, self->mlo.points[i], self->moved.points[i]);
  for (guint i = 0; i < self->mlo.n; i++)
    {
      sum += find_nearest (&self->cc, self->moved.points[i], &nearest);
      memcpy (self->from[i], self->mlo.points[i], sizeof (double[2]));
      memcpy (self->to[i], self->cc.points[nearest], sizeof (double[2]));
    }
  for (guint i = 0; i < self->cc.n; i++)
    {
      sum += find_nearest (&self->moved, self->cc.points[i], &nearest);
      memcpy (self->from[self->mlo.n + i], self->mlo.points[nearest], sizeof (double[2]));
      memcpy (self->to[self->mlo.n + i], self->cc.points[i], sizeof (double[2]));
    }

  return sqrt (sum / (self->mlo.n + self->cc.n));
}

/* Brings scale and angle back into their bounds, about the centre of what is moved. */
static void
hold (DipSimilarity *similarity, const Samples *mlo)
{
  const double scale = CLAMP (dip_similarity_get_scale (similarity), 0.5, 2.0);
  const double bound = G_PI / 3.0;
  const double angle = CLAMP (atan2 (similarity->b, similarity->a), -bound, bound);
  double centre[2] = { 0.0, 0.0 }, goal[2], there[2];

  for (guint i = 0; i < mlo->n; i++)
    {
      centre[0] += mlo->points[i][0] / mlo->n;
      centre[1] += mlo->points[i][1] / mlo->n;
    }
  dip_similarity_apply (similarity, centre, goal);
  *similarity = (DipSimilarity){ scale * cos (angle), scale * sin (angle), 0.0, 0.0 };
  dip_similarity_apply (similarity, centre, there);
  similarity->c = goal[0] - there[0];
  similarity->d = goal[1] - there[1];
}

static DipSimilarity
start (const Samples *mlo,
       const double (*cc_points)[2],
       const double (*mlo_points)[2],
       guint n_points)
{
  DipSimilarity similarity = DIP_SIMILARITY_NONE;

  if (!dip_similarity_fit (&similarity, mlo_points, cc_points, NULL, n_points) &&
      n_points > 0)
    {
      similarity.c = cc_points[0][0] - mlo_points[0][0];
      similarity.d = cc_points[0][1] - mlo_points[0][1];
    }
  hold (&similarity, mlo);

  return similarity;
}

/* Shares of the work on a picture of full size: to follow the outlines and to move the mask
 * takes longer than the turns. */
#define DONE_ONE_OUTLINE 0.35
#define DONE_OUTLINES 0.7
#define DONE_TURNS 0.8

typedef struct
{
  DipRegistrationWatch watch; /* or NULL */
  gpointer user_data;
} Watcher;

static gboolean
goes_on (const Watcher *watcher, double done)
{
  return watcher->watch == NULL || watcher->watch (done, watcher->user_data);
}

static gboolean
sample_outlines (Matching *matching,
                 const DipMask *cc,
                 const DipMask *mlo,
                 const Watcher *watcher)
{
  sample_outline (&matching->cc, cc);
  if (!goes_on (watcher, DONE_ONE_OUTLINE))
    return FALSE;
  sample_outline (&matching->mlo, mlo);

  return goes_on (watcher, DONE_OUTLINES) && matching->cc.n > 0 && matching->mlo.n > 0;
}

/* FALSE where the watcher gave up. */
static gboolean
iterate (DipRegistration *self,
         Matching *matching,
         const double (*cc_points)[2],
         const double (*mlo_points)[2],
         guint n_points,
         const Watcher *watcher)
{
  const guint n = matching->mlo.n + matching->cc.n;
  DipSimilarity similarity = start (&matching->mlo, cc_points, mlo_points, n_points);
  double last = G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    matching->weights[i] = 1.0;
  for (guint i = 0; i < n_points; i++)
    {
      memcpy (matching->from[n + i], mlo_points[i], sizeof (double[2]));
      memcpy (matching->to[n + i], cc_points[i], sizeof (double[2]));
      matching->weights[n + i] = POINT_SHARE * n / 2.0;
    }
  for (self->n_iterations = 0; self->n_iterations < MAX_ITERATIONS; self->n_iterations++)
    {
      const double residual = match (matching, &similarity);

      if (residual < self->residual)
        {
          self->residual = residual;
          self->similarity = similarity;
        }
      if (fabs (last - residual) < 1e-4 * residual + 1e-9)
        break;
      last = residual;
      dip_similarity_fit (&similarity, matching->from, matching->to, matching->weights,
                          n + n_points);
      hold (&similarity, &matching->mlo);
      if (!goes_on (watcher, DONE_OUTLINES + (DONE_TURNS - DONE_OUTLINES) *
                                                 self->n_iterations / MAX_ITERATIONS))
        return FALSE;
    }

  return goes_on (watcher, DONE_TURNS);
}

static void
set_nothing (DipRegistration *self)
{
  *self = (DipRegistration){ DIP_SIMILARITY_NONE, NAN, NAN, NAN, 0 };
}

gboolean
dip_registration_compute (DipRegistration *self,
                          const DipMask *cc,
                          const DipMask *mlo,
                          const double (*cc_points)[2],
                          const double (*mlo_points)[2],
                          guint n_points,
                          DipRegistrationWatch watch,
                          gpointer user_data)
{
  g_autofree Matching *matching = g_new0 (Matching, 1);
  const Watcher watcher = { watch, user_data };
  g_autoptr (DipMask) moved = NULL;
  DipOverlap overlap;

  set_nothing (self);
  g_return_val_if_fail (cc->width == mlo->width && cc->height == mlo->height, FALSE);
  g_return_val_if_fail (n_points <= MAX_POINTS, FALSE);

  if (!sample_outlines (matching, cc, mlo, &watcher))
    return FALSE;

  self->residual = self->residual_before = match (matching, &self->similarity);
  if (!iterate (self, matching, cc_points, mlo_points, n_points, &watcher))
    {
      set_nothing (self);
      return FALSE;
    }
  moved = dip_similarity_warp_mask (&self->similarity, mlo);
  overlap = dip_overlap_count (cc, moved);
  self->iou = dip_overlap_get_iou (&overlap);

  return TRUE;
}
