#include "app/runs/queue.h"

struct _DipJob
{
  GObject parent_instance;

  DipRunSettings *settings;
  DipJobState state;
  guint n_made;
};

struct _DipQueue
{
  GObject parent_instance;

  DipNetworks *networks;
  DipFilmStore *store;
  DipGenerationSaveFunc save;
  gpointer user_data;

  GPtrArray *jobs; /* of DipJob, the running one first */

  /* The run under way. */
  DipJob *current; /* or NULL; also the first of jobs */
  DipRun *run;
  DipGeneration *generation; /* the run's */
  GCancellable *cancellable;
  guint n_images;
  gboolean has_announced; /* ::started was emitted */

  gboolean is_halted;
  gboolean stops_after;
  gboolean begins_with_step; /* the next run pauses after its first step */
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_N_MADE,
  N_PROPS
};

enum
{
  STARTED,
  FINISHED,
  UNSAVED,
  OVER,
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE (DipJob, dip_job, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (DipQueue,
                               dip_queue,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      list_model_iface_init))

/* Jobs -------------------------------------------------------------------------- */

static void
dip_job_finalize (GObject *object)
{
  dip_run_settings_free (DIP_JOB (object)->settings);

  G_OBJECT_CLASS (dip_job_parent_class)->finalize (object);
}

static void
dip_job_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  DipJob *self = DIP_JOB (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;

    case PROP_N_MADE:
      g_value_set_uint (value, self->n_made);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_job_class_init (DipJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = dip_job_finalize;
  object_class->get_property = dip_job_get_property;

  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, DIP_JOB_WAITING, DIP_JOB_FAILED,
                        DIP_JOB_WAITING, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_MADE] = g_param_spec_uint ("n-made", NULL, NULL, 0, G_MAXUINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
dip_job_init (DipJob *self)
{
}

static DipJob *
job_new (const DipRunSettings *settings)
{
  DipJob *self = g_object_new (DIP_TYPE_JOB, NULL);

  self->settings = dip_run_settings_copy (settings);
  self->settings->count = MAX (self->settings->count, 1);
  self->settings->batch = CLAMP (self->settings->batch, 1, self->settings->count);

  return self;
}

static void
set_job_state (DipJob *self, DipJobState state)
{
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

const DipRunSettings *
dip_job_get_settings (DipJob *self)
{
  return self->settings;
}

DipJobState
dip_job_get_state (DipJob *self)
{
  return self->state;
}

guint
dip_job_get_n_made (DipJob *self)
{
  return self->n_made;
}

/* The list ------------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return DIP_TYPE_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return DIP_QUEUE (model)->jobs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  DipQueue *self = DIP_QUEUE (model);

  return position < self->jobs->len
             ? g_object_ref (g_ptr_array_index (self->jobs, position))
             : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
insert_job (DipQueue *self, guint position, DipJob *job)
{
  g_ptr_array_insert (self->jobs, position, job);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

static void
take_out (DipQueue *self, DipJob *job)
{
  guint position;

  if (!g_ptr_array_find (self->jobs, job, &position))
    return;
  g_ptr_array_remove_index (self->jobs, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* Running ----------------------------------------------------------------------- */

static void start_run (DipQueue *self);

static void
emit_changed (DipQueue *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Whether there is another job, and it may begin. */
static void
start_next (DipQueue *self)
{
  if (self->current != NULL || self->is_halted || self->jobs->len == 0)
    {
      emit_changed (self);
      return;
    }

  self->current = g_object_ref (g_ptr_array_index (self->jobs, 0));
  set_job_state (self->current, DIP_JOB_RUNNING);
  start_run (self);
}

static void
announce_takes (DipQueue *self)
{
  GPtrArray *takes = dip_generation_get_takes (self->generation);

  if (self->has_announced || takes->len == 0)
    return;

  self->has_announced = TRUE;
  for (guint i = 0; i < takes->len; i++)
    g_signal_emit (self, signals[STARTED], 0, g_ptr_array_index (takes, i));
}

static void
state_changed_cb (DipQueue *self, GParamSpec *pspec, DipRun *run)
{
  DipRunState state = dip_run_get_state (run);

  if (run != self->run)
    return;

  if (state == DIP_RUN_RUNNING || state == DIP_RUN_PAUSED)
    announce_takes (self);
  emit_changed (self);
}

static void
frame_changed_cb (DipQueue *self, GParamSpec *pspec, DipRun *run)
{
  GPtrArray *takes;

  if (run != self->run)
    return;

  announce_takes (self);
  takes = dip_generation_get_takes (self->generation);
  for (guint i = 0; i < takes->len; i++)
    dip_take_emit_grew (g_ptr_array_index (takes, i));
  emit_changed (self);
}

static void
end_job (DipQueue *self, const GError *error)
{
  g_autoptr (DipJob) job = g_steal_pointer (&self->current);

  if (error == NULL)
    set_job_state (job,
                   job->n_made == job->settings->count ? DIP_JOB_DONE : DIP_JOB_STOPPED);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_job_state (job, DIP_JOB_STOPPED);
  else
    {
      set_job_state (job, DIP_JOB_FAILED);
      self->is_halted = TRUE;
    }
  take_out (self, job);
  g_signal_emit (self, signals[OVER], 0, job, error);
}

/* Says what became of the pairs of a run whose steps are all done. */
static void
hand_out_takes (DipQueue *self)
{
  GPtrArray *takes = dip_generation_get_takes (self->generation);
  g_auto (GStrv) paths = dip_generation_get_paths (self->generation);

  for (guint i = 0; i < takes->len; i++)
    {
      DipTake *take = g_ptr_array_index (takes, i);
      gboolean is_saved = paths[0] != NULL && i < g_strv_length (paths) && *paths[i];

      if (!dip_take_is_complete (take))
        continue;
      self->current->n_made++;
      if (is_saved)
        dip_take_set_path (take, paths[i]);
      g_signal_emit (self, signals[is_saved || self->save == NULL ? FINISHED : UNSAVED],
                     0, take);
    }
  g_object_notify_by_pspec (G_OBJECT (self->current), properties[PROP_N_MADE]);
}

static void
run_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DipQueue) self = user_data;
  g_autoptr (DipRun) run = g_object_ref (DIP_RUN (source));
  g_autoptr (GError) error = NULL;
  gboolean is_done = dip_run_start_finish (run, result, &error);

  hand_out_takes (self);
  g_clear_object (&self->run);
  g_clear_object (&self->cancellable);
  if (is_done && !self->stops_after &&
      self->current->n_made < self->current->settings->count)
    {
      start_run (self);
      return;
    }

  if (self->stops_after)
    self->is_halted = TRUE;
  self->stops_after = FALSE;
  end_job (self, error);
  start_next (self);
}

static void
start_run (DipQueue *self)
{
  const DipRunSettings *settings = self->current->settings;
  guint n_made = self->current->n_made;

  self->n_images = MIN (settings->batch, settings->count - n_made);
  self->has_announced = FALSE;
  self->generation =
      dip_generation_new (settings, settings->seed + n_made, self->n_images,
                          self->networks, self->store, self->save, self->user_data);
  self->run = dip_generation_make_run (self->generation);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (self->run, "notify::state", G_CALLBACK (state_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run, "notify::frame", G_CALLBACK (frame_changed_cb),
                           self, G_CONNECT_SWAPPED);
  if (self->begins_with_step)
    dip_run_step (self->run);
  self->begins_with_step = FALSE;
  dip_run_start_async (self->run, self->cancellable, run_done_cb, g_object_ref (self));
  emit_changed (self);
}

/* The object --------------------------------------------------------------------- */

static void
dip_queue_finalize (GObject *object)
{
  DipQueue *self = DIP_QUEUE (object);

  g_clear_object (&self->current);
  g_clear_object (&self->run);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->jobs);
  dip_networks_unref (self->networks);
  dip_film_store_unref (self->store);

  G_OBJECT_CLASS (dip_queue_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n_params, GType first, GType second)
{
  return g_signal_new (name, DIP_TYPE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_params, first, second);
}

static void
dip_queue_class_init (DipQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_queue_finalize;

  signals[STARTED] = add_signal ("started", 1, DIP_TYPE_TAKE, G_TYPE_NONE);
  signals[FINISHED] = add_signal ("finished", 1, DIP_TYPE_TAKE, G_TYPE_NONE);
  signals[UNSAVED] = add_signal ("unsaved", 1, DIP_TYPE_TAKE, G_TYPE_NONE);
  signals[OVER] = add_signal ("over", 2, DIP_TYPE_JOB, G_TYPE_ERROR);
  signals[CHANGED] = add_signal ("changed", 0, G_TYPE_NONE, G_TYPE_NONE);
}

static void
dip_queue_init (DipQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->networks = dip_networks_new ();
}

DipQueue *
dip_queue_new (DipFilmStore *store, DipGenerationSaveFunc save, gpointer user_data)
{
  DipQueue *self = g_object_new (DIP_TYPE_QUEUE, NULL);

  self->store = dip_film_store_ref (store);
  self->save = save;
  self->user_data = user_data;

  return self;
}

DipJob *
dip_queue_append (DipQueue *self, const DipRunSettings *settings)
{
  DipJob *job = job_new (settings);

  insert_job (self, self->jobs->len, job);
  start_next (self);

  return job;
}

DipJob *
dip_queue_generate (DipQueue *self, const DipRunSettings *settings)
{
  DipJob *job = job_new (settings);

  insert_job (self, self->current != NULL ? 1 : 0, job);
  dip_queue_go_on (self);

  return job;
}

DipJob *
dip_queue_generate_step (DipQueue *self, const DipRunSettings *settings)
{
  self->begins_with_step = self->current == NULL;

  return dip_queue_generate (self, settings);
}

void
dip_queue_go_on (DipQueue *self)
{
  self->is_halted = FALSE;
  start_next (self);
}

void
dip_queue_remove (DipQueue *self, DipJob *job)
{
  if (job != self->current)
    take_out (self, job);
  emit_changed (self);
}

void
dip_queue_move (DipQueue *self, DipJob *job, guint position)
{
  guint first = self->current != NULL ? 1 : 0;

  if (job == self->current || !g_ptr_array_find (self->jobs, job, NULL))
    return;

  g_object_ref (job);
  take_out (self, job);
  insert_job (self, CLAMP (position, first, self->jobs->len), job);
  emit_changed (self);
}

void
dip_queue_clear (DipQueue *self)
{
  guint first = self->current != NULL ? 1 : 0;
  guint n = self->jobs->len - first;

  g_ptr_array_set_size (self->jobs, first);
  g_list_model_items_changed (G_LIST_MODEL (self), first, n, 0);
  emit_changed (self);
}

void
dip_queue_pause (DipQueue *self)
{
  if (self->run != NULL)
    dip_run_pause (self->run);
  emit_changed (self);
}

void
dip_queue_resume (DipQueue *self)
{
  if (self->run != NULL)
    dip_run_resume (self->run);
  emit_changed (self);
}

void
dip_queue_step (DipQueue *self)
{
  if (self->run != NULL)
    dip_run_step (self->run);
  emit_changed (self);
}

void
dip_queue_stop (DipQueue *self)
{
  if (self->current == NULL)
    return;

  self->is_halted = TRUE;
  g_cancellable_cancel (self->cancellable);
  emit_changed (self);
}

void
dip_queue_skip (DipQueue *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

void
dip_queue_set_stops_after (DipQueue *self, gboolean stops_after)
{
  self->stops_after = stops_after && self->current != NULL;
  emit_changed (self);
}

gboolean
dip_queue_get_stops_after (DipQueue *self)
{
  return self->stops_after;
}

gboolean
dip_queue_is_busy (DipQueue *self)
{
  return self->current != NULL;
}

DipJob *
dip_queue_get_current (DipQueue *self)
{
  return self->current;
}

DipRunState
dip_queue_get_run_state (DipQueue *self)
{
  return self->run != NULL ? dip_run_get_state (self->run) : DIP_RUN_OVER;
}

gboolean
dip_queue_is_pausing (DipQueue *self)
{
  return self->run != NULL && dip_run_is_pausing (self->run);
}

const GError *
dip_queue_get_problem (DipQueue *self)
{
  return self->run != NULL ? dip_run_get_problem (self->run) : NULL;
}

/* Before the run is running, the sampling thread may be writing these. */
static gboolean
is_prepared (DipQueue *self)
{
  return self->run != NULL && dip_run_get_state (self->run) >= DIP_RUN_RUNNING;
}

const char *
dip_queue_get_device (DipQueue *self)
{
  return is_prepared (self) ? dip_generation_get_device (self->generation) : NULL;
}

GPtrArray *
dip_queue_get_takes (DipQueue *self)
{
  return is_prepared (self) ? dip_generation_get_takes (self->generation) : NULL;
}

void
dip_queue_get_progress (DipQueue *self, DipQueueProgress *progress)
{
  DipFrame *frame = self->run != NULL ? dip_run_get_frame (self->run) : NULL;
  const DipRunSettings *settings;
  guint n_timed, n_left;
  double seconds;

  *progress = (DipQueueProgress){ 0 };
  if (frame == NULL || self->current == NULL)
    return;

  settings = self->current->settings;
  progress->step = frame->step;
  progress->n_steps = frame->n_steps;
  progress->timestep = frame->timestep;
  seconds = dip_generation_get_seconds (self->generation, &n_timed);
  if (n_timed == 0)
    return;
  progress->seconds_per_step = seconds / n_timed;
  n_left = settings->count - self->current->n_made - self->n_images;
  progress->seconds_left = progress->seconds_per_step *
                           (frame->n_steps - frame->step +
                            (double) frame->n_steps * n_left / MAX (self->n_images, 1));
}

void
dip_queue_shut_down (DipQueue *self)
{
  dip_queue_clear (self);
  dip_queue_stop (self);
  while (self->current != NULL)
    g_main_context_iteration (NULL, TRUE);
  dip_networks_clear (self->networks);
}

void
dip_queue_free_network (DipQueue *self)
{
  dip_networks_clear (self->networks);
}
