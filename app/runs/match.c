#include "app/runs/match.h"

#include <math.h>

#include "model/pair/distance.h"

GType
dip_match_get_type (void)
{
  static const GEnumValue values[] = { { DIP_MATCH_END, "DIP_MATCH_END", "end" },
                                       { DIP_MATCH_STEP, "DIP_MATCH_STEP", "step" },
                                       { DIP_MATCH_TIMESTEP, "DIP_MATCH_TIMESTEP",
                                         "timestep" },
                                       { 0, NULL, NULL } };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("DipMatch", values));

  return type;
}

guint
dip_match_find (DipTake *take, guint position, DipTake *other, DipMatch match)
{
  guint n_frames = dip_take_get_n_frames (other);
  double level = dip_take_get_level (take, position);
  double least = INFINITY;
  guint nearest = MIN (position, n_frames - 1);

  if (n_frames == 0)
    return G_MAXUINT;
  if (match == DIP_MATCH_END)
    return n_frames - 1;
  if (match == DIP_MATCH_STEP || isnan (level) || isnan (dip_take_get_level (other, 0)))
    return nearest;

  for (guint i = 0; i < n_frames; i++)
    {
      double distance = fabs (dip_take_get_level (other, i) - level);

      if (distance <= least)
        {
          least = distance;
          nearest = i;
        }
    }

  return nearest;
}

/* Over the frames ------------------------------------------------------------------- */

struct _DipDifference
{
  GObject parent_instance;

  DipTake *take; /* or NULL */
  DipTake *other;
  DipMatch match;
  gboolean pred_x0;

  GArray *values;   /* of double */
  guint n_other;    /* frames that @other had for them */
  guint generation; /* answers to earlier questions are dropped */
  gboolean is_busy;
};

/* Frames a time: the curve grows while a long film is read. */
#define AT_ONCE 100

typedef struct
{
  DipTake *take;
  DipTake *other;
  DipMatch match;
  gboolean pred_x0;
  guint from;
  guint to;
  guint generation;
  double values[AT_ONCE];
} Job;

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipDifference, dip_difference, G_TYPE_OBJECT)

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->take);
  g_object_unref (job->other);
  g_free (job);
}

static double
compare (const Job *job, guint position)
{
  guint match = dip_match_find (job->take, position, job->other, job->match);
  g_autoptr (DipFrame) a = dip_take_get_frame (job->take, position, NULL);
  g_autoptr (DipFrame) b =
      match != G_MAXUINT ? dip_take_get_frame (job->other, match, NULL) : NULL;
  g_autoptr (DipPair) first = NULL;
  g_autoptr (DipPair) second = NULL;

  if (a == NULL || b == NULL)
    return NAN;
  first = dip_take_make_pair (job->take, a, job->pred_x0);
  second = dip_take_make_pair (job->other, b, job->pred_x0);

  return dip_pair_measure_rmse (first, second);
}

static void
compare_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  for (guint i = job->from; i < job->to; i++)
    job->values[i - job->from] = compare (job, i);
  g_task_return_boolean (task, TRUE);
}

static void go_on (DipDifference *self);

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipDifference *self = DIP_DIFFERENCE (source);
  Job *job = g_task_get_task_data (G_TASK (result));

  self->is_busy = FALSE;
  if (job->generation == self->generation)
    {
      g_array_append_vals (self->values, job->values, job->to - job->from);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  go_on (self);
}

static void
go_on (DipDifference *self)
{
  g_autoptr (GTask) task = NULL;
  guint n_frames = self->take != NULL ? dip_take_get_n_frames (self->take) : 0;
  Job *job;

  if (self->is_busy || self->values->len >= n_frames)
    return;

  self->is_busy = TRUE;
  job = g_new0 (Job, 1);
  job->take = g_object_ref (self->take);
  job->other = g_object_ref (self->other);
  job->match = self->match;
  job->pred_x0 = self->pred_x0;
  job->from = self->values->len;
  job->to = MIN (n_frames, job->from + AT_ONCE);
  job->generation = self->generation;
  task = g_task_new (self, NULL, compared_cb, NULL);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, compare_in_thread);
}

static void
dip_difference_finalize (GObject *object)
{
  DipDifference *self = DIP_DIFFERENCE (object);

  g_clear_object (&self->take);
  g_clear_object (&self->other);
  g_array_unref (self->values);

  G_OBJECT_CLASS (dip_difference_parent_class)->finalize (object);
}

static void
dip_difference_class_init (DipDifferenceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_difference_finalize;
  signals[CHANGED] = g_signal_new ("changed", DIP_TYPE_DIFFERENCE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_difference_init (DipDifference *self)
{
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
}

DipDifference *
dip_difference_new (void)
{
  return g_object_new (DIP_TYPE_DIFFERENCE, NULL);
}

/* A match may be another one when there are more frames to choose from. */
static gboolean
is_same (DipDifference *self, DipTake *take, DipTake *other, DipMatch match)
{
  return self->take == take && self->other == other && self->match == match &&
         (other == NULL || self->n_other == dip_take_get_n_frames (other));
}

void
dip_difference_set (DipDifference *self,
                    DipTake *take,
                    DipTake *other,
                    DipMatch match,
                    gboolean pred_x0)
{
  if (take == NULL || other == NULL)
    take = other = NULL;
  if (!is_same (self, take, other, match) || self->pred_x0 != pred_x0)
    {
      g_set_object (&self->take, take);
      g_set_object (&self->other, other);
      self->match = match;
      self->pred_x0 = pred_x0;
      self->n_other = other != NULL ? dip_take_get_n_frames (other) : 0;
      self->generation++;
      g_array_set_size (self->values, 0);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  go_on (self);
}

const double *
dip_difference_get_values (DipDifference *self, guint *n_values)
{
  *n_values = self->values->len;

  return (const double *) (void *) self->values->data;
}

gboolean
dip_difference_is_done (DipDifference *self)
{
  return self->take == NULL || self->values->len >= dip_take_get_n_frames (self->take);
}
