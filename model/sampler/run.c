#include "model/sampler/run.h"

struct _DipRun
{
  GObject parent_instance;

  DipRunPrepareFunc prepare;
  gpointer user_data;
  GDestroyNotify free_user_data;

  /* What the main thread shows. */
  DipFrame *frame;

  /* What the sampling thread left for it.  Guarded by mutex. */
  GMutex mutex;
  DipFrame *next_frame;
  gboolean notify_queued;
};

enum
{
  PROP_0,
  PROP_FRAME,
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
take_next_frame (gpointer user_data)
{
  DipRun *self = user_data;
  g_autoptr (DipFrame) shown = NULL;

  g_mutex_lock (&self->mutex);
  shown = g_steal_pointer (&self->frame);
  self->frame = g_steal_pointer (&self->next_frame);
  self->notify_queued = FALSE;
  g_mutex_unlock (&self->mutex);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRAME]);

  return G_SOURCE_REMOVE;
}

/* Sampling thread. */
static gboolean
leave_next_frame (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  DipRun *self = user_data;
  DipFrame *next = dip_frame_new (frame);

  g_mutex_lock (&self->mutex);

  g_clear_pointer (&self->next_frame, dip_frame_unref);
  self->next_frame = next;

  /* The task's own completion has this priority too and is queued later, so
   * the last frame is always shown before the run is said to be over.
   */
  if (!self->notify_queued)
    g_idle_add_full (G_PRIORITY_DEFAULT, take_next_frame, g_object_ref (self),
                     g_object_unref);
  self->notify_queued = TRUE;

  g_mutex_unlock (&self->mutex);

  return TRUE;
}

static void
sample_in_thread (GTask *task,
                  gpointer source_object,
                  gpointer task_data,
                  GCancellable *cancellable)
{
  DipRun *self = source_object;
  g_autoptr (DipSampleState) state = NULL;
  g_autoptr (DipDenoiser) denoiser = NULL;
  GError *error = NULL;

  if (self->prepare (self->user_data, &state, &denoiser, cancellable, &error) &&
      dip_sample_state_run (state, denoiser, leave_next_frame, self, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
dip_run_finalize (GObject *object)
{
  DipRun *self = DIP_RUN (object);

  if (self->free_user_data != NULL)
    self->free_user_data (self->user_data);
  g_clear_pointer (&self->frame, dip_frame_unref);
  g_clear_pointer (&self->next_frame, dip_frame_unref);
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
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
dip_run_init (DipRun *self)
{
  g_mutex_init (&self->mutex);
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
dip_run_start_async (DipRun *self,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (DIP_IS_RUN (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, dip_run_start_async);
  g_task_run_in_thread (task, sample_in_thread);
}

gboolean
dip_run_start_finish (DipRun *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
