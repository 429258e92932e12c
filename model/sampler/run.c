#include "model/sampler/run.h"

#include "model/sampler/error.h"
#include "model/sampler/priority.h"

struct _DipRun
{
  GObject parent_instance;

  DipRunPrepareFunc prepare;
  gpointer user_data;
  GDestroyNotify free_user_data;
  DipSampleFunc stepped;
  void (*went_on) (gpointer user_data);
  DipRunFinishFunc finished;

  /* What the main thread shows. */
  DipFrame *frame;
  DipRunState state;
  GError *problem;

  /* What the sampling thread left for it.  Guarded by mutex. */
  GMutex mutex;
  DipFrame *next_frame;
  DipRunState next_state;
  GError *next_problem;
  gboolean has_new_problem; /* since the main thread looked */
  gboolean notify_queued;

  /* What the main thread asked for.  Guarded by mutex; cond tells of changes. */
  GCond cond;
  gboolean is_pausing;
  guint n_steps_asked; /* while pausing */
  GCancellable *cancellable;
};

enum
{
  PROP_0,
  PROP_FRAME,
  PROP_STATE,
  N_PROPS
};

G_DEFINE_BOXED_TYPE (DipFrame, dip_frame, dip_frame_ref, dip_frame_unref)
G_DEFINE_FINAL_TYPE (DipRun, dip_run, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
frame_clear (gpointer data)
{
  DipFrame *self = data;

  g_free (self->x_t);
  g_free (self->pred_x0);
  g_free (self->memory);
}

DipFrame *
dip_frame_new (const DipSampleFrame *frame)
{
  DipFrame *self = g_atomic_rc_box_new0 (DipFrame);
  gsize n_bytes =
      sizeof (float) * frame->n_images * frame->channels * frame->height * frame->width;

  self->step = frame->step;
  self->n_steps = frame->n_steps;
  self->timestep = frame->timestep;
  self->n_images = frame->n_images;
  self->channels = frame->channels;
  self->height = frame->height;
  self->width = frame->width;
  self->x_t = g_memdup2 (frame->x_t, n_bytes);
  self->pred_x0 = g_memdup2 (frame->pred_x0, n_bytes);
  self->n_draws = frame->n_draws;
  self->n_history = frame->n_history;
  self->memory = g_memdup2 (frame->memory, n_bytes * frame->n_history);

  return self;
}

DipFrame *
dip_frame_ref (DipFrame *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
dip_frame_unref (DipFrame *self)
{
  g_atomic_rc_box_release_full (self, frame_clear);
}

/* Main thread. */
static gboolean
take_news (gpointer user_data)
{
  DipRun *self = user_data;
  g_autoptr (DipFrame) shown = NULL;
  gboolean has_frame, has_state;

  g_mutex_lock (&self->mutex);
  has_frame = self->next_frame != NULL;
  if (has_frame)
    {
      shown = g_steal_pointer (&self->frame);
      self->frame = g_steal_pointer (&self->next_frame);
    }
  has_state = self->state != self->next_state || self->has_new_problem;
  self->state = self->next_state;
  self->has_new_problem = FALSE;
  g_clear_error (&self->problem);
  if (self->next_problem != NULL)
    self->problem = g_error_copy (self->next_problem);
  self->notify_queued = FALSE;
  g_mutex_unlock (&self->mutex);

  if (has_frame)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRAME]);
  if (has_state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);

  return G_SOURCE_REMOVE;
}

/* Sampling thread, mutex held.  The task's own completion has this priority too and is
 * queued later, so the last frame is always shown before the run is said to be over.
 */
static void
queue_news (DipRun *self)
{
  if (!self->notify_queued)
    g_idle_add_full (G_PRIORITY_DEFAULT, take_news, g_object_ref (self), g_object_unref);
  self->notify_queued = TRUE;
}

static void
set_state (DipRun *self, DipRunState state)
{
  g_mutex_lock (&self->mutex);
  self->next_state = state;
  queue_news (self);
  g_mutex_unlock (&self->mutex);
}

static void
leave_frame (DipRun *self, const DipSampleFrame *frame)
{
  DipFrame *next = dip_frame_new (frame);

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->next_frame, dip_frame_unref);
  self->next_frame = next;
  queue_news (self);
  g_mutex_unlock (&self->mutex);
}

/* Sampling thread, between two steps: waits while it is to be paused. */
static gboolean
wait_while_paused (DipRun *self, GError **error)
{
  gboolean was_paused = FALSE;

  g_mutex_lock (&self->mutex);
  while (self->is_pausing && self->n_steps_asked == 0 &&
         !g_cancellable_is_cancelled (self->cancellable))
    {
      was_paused = TRUE;
      self->next_state = DIP_RUN_PAUSED;
      queue_news (self);
      g_cond_wait (&self->cond, &self->mutex);
    }
  if (self->n_steps_asked > 0)
    self->n_steps_asked--;
  if (was_paused)
    {
      self->next_state = DIP_RUN_RUNNING;
      g_clear_error (&self->next_problem);
      queue_news (self);
    }
  g_mutex_unlock (&self->mutex);
  if (self->went_on != NULL)
    self->went_on (self->user_data);

  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* Sampling thread.  Pauses with @problem, which is taken over, until the main thread wants
 * to try again.
 */
static gboolean
wait_with_problem (DipRun *self, GError *problem, GError **error)
{
  g_mutex_lock (&self->mutex);
  self->is_pausing = TRUE;
  self->n_steps_asked = 0;
  self->has_new_problem = TRUE;
  g_clear_error (&self->next_problem);
  self->next_problem = problem;
  g_mutex_unlock (&self->mutex);

  return wait_while_paused (self, error);
}

/* Sampling thread.  The hook until it succeeds: nothing that was computed is lost to a
 * full disk.
 */
static gboolean
call_hook (DipRun *self, const DipSampleFrame *frame, GError **error)
{
  while (self->stepped != NULL)
    {
      GError *problem = NULL;

      if (self->stepped (frame, self->user_data, &problem))
        break;
      if (!wait_with_problem (self, problem, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
take_frame (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  DipRun *self = user_data;

  if (!call_hook (self, frame, error))
    return FALSE;
  leave_frame (self, frame);

  /* The pictures are finished: nothing to wait for. */
  return frame->step == frame->n_steps || wait_while_paused (self, error);
}

/* What is wrong with the numbers comes again; anything else may be mended. */
static gboolean
is_final (const GError *error)
{
  return error->domain == DIP_SAMPLER_ERROR ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* All steps.  One that fails changes nothing (sample.h), so a device that is lost costs no
 * step: the run waits until it is told to try again.
 */
static gboolean
run_steps (DipRun *self, DipSampleState *state, DipDenoiser *denoiser, GError **error)
{
  for (;;)
    {
      GError *problem = NULL;

      if (dip_sample_state_run (state, denoiser, take_frame, self, self->cancellable,
                                &problem))
        return TRUE;
      if (is_final (problem))
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      if (!wait_with_problem (self, problem, error))
        return FALSE;
    }
}

static gboolean
sample (DipRun *self, GError **error)
{
  g_autoptr (DipSampleState) state = NULL;
  g_autoptr (DipDenoiser) denoiser = NULL;

  set_state (self, DIP_RUN_PREPARING);
  if (!self->prepare (self->user_data, &state, &denoiser, self->cancellable, error))
    return FALSE;

  set_state (self, DIP_RUN_RUNNING);
  if (!wait_while_paused (self, error) || !run_steps (self, state, denoiser, error))
    return FALSE;

  return self->finished == NULL ||
         self->finished (state, denoiser, self->user_data, error);
}

static gpointer
sample_in_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  DipRun *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean is_done;

  dip_thread_give_way ();
  is_done = sample (self, &error);
  set_state (self, DIP_RUN_OVER);
  if (is_done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);

  return NULL;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  DipRun *self = user_data;

  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static void
dip_run_finalize (GObject *object)
{
  DipRun *self = DIP_RUN (object);

  if (self->free_user_data != NULL)
    self->free_user_data (self->user_data);
  g_clear_pointer (&self->frame, dip_frame_unref);
  g_clear_pointer (&self->next_frame, dip_frame_unref);
  g_clear_error (&self->problem);
  g_clear_error (&self->next_problem);
  g_clear_object (&self->cancellable);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (dip_run_parent_class)->finalize (object);
}

static void
dip_run_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  DipRun *self = DIP_RUN (object);

  switch (prop_id)
    {
    case PROP_FRAME:
      g_value_set_boxed (value, self->frame);
      break;

    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_run_class_init (DipRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = dip_run_finalize;
  object_class->get_property = dip_run_get_property;

  properties[PROP_FRAME] = g_param_spec_boxed ("frame", NULL, NULL, DIP_TYPE_FRAME,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, DIP_RUN_NEW, DIP_RUN_OVER, DIP_RUN_NEW,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
dip_run_init (DipRun *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
}

DipRun *
dip_run_new (DipRunPrepareFunc prepare, gpointer user_data, GDestroyNotify free_user_data)
{
  DipRun *self = g_object_new (DIP_TYPE_RUN, NULL);

  self->prepare = prepare;
  self->user_data = user_data;
  self->free_user_data = free_user_data;

  return self;
}

DipFrame *
dip_run_get_frame (DipRun *self)
{
  g_return_val_if_fail (DIP_IS_RUN (self), NULL);

  return self->frame;
}

void
dip_run_set_hooks (DipRun *self,
                   DipSampleFunc stepped,
                   void (*went_on) (gpointer user_data),
                   DipRunFinishFunc finished)
{
  g_return_if_fail (DIP_IS_RUN (self) && self->state == DIP_RUN_NEW);

  self->stepped = stepped;
  self->went_on = went_on;
  self->finished = finished;
}

DipRunState
dip_run_get_state (DipRun *self)
{
  g_return_val_if_fail (DIP_IS_RUN (self), DIP_RUN_OVER);

  return self->state;
}

const GError *
dip_run_get_problem (DipRun *self)
{
  g_return_val_if_fail (DIP_IS_RUN (self), NULL);

  return self->problem;
}

static void
ask (DipRun *self, gboolean is_pausing, guint n_steps)
{
  g_return_if_fail (DIP_IS_RUN (self));

  g_mutex_lock (&self->mutex);
  self->is_pausing = is_pausing;
  self->n_steps_asked = is_pausing ? self->n_steps_asked + n_steps : 0;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
dip_run_pause (DipRun *self)
{
  ask (self, TRUE, 0);
}

void
dip_run_resume (DipRun *self)
{
  ask (self, FALSE, 0);
}

void
dip_run_step (DipRun *self)
{
  ask (self, TRUE, 1);
}

gboolean
dip_run_is_pausing (DipRun *self)
{
  gboolean is_pausing;

  g_return_val_if_fail (DIP_IS_RUN (self), FALSE);

  g_mutex_lock (&self->mutex);
  is_pausing = self->is_pausing;
  g_mutex_unlock (&self->mutex);

  return is_pausing;
}

void
dip_run_start_async (DipRun *self,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (DIP_IS_RUN (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, dip_run_start_async);
  if (cancellable != NULL)
    {
      self->cancellable = g_object_ref (cancellable);
      g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), self,
                               0);
    }

  /* Not a thread of a pool: it gives way for good. */
  g_thread_unref (g_thread_new ("sampling", sample_in_thread, g_steal_pointer (&task)));
}

gboolean
dip_run_start_finish (DipRun *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
