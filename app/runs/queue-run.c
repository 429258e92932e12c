#include "app/runs/queue-private.h"

#ifdef __GLIBC__
#  include <malloc.h>
#endif

/* Running ----------------------------------------------------------------------- */

static void start_run (DipQueue *self);

/* Whether there is another job, and it may begin. */
void
dip_queue_start_next (DipQueue *self)
{
  if (self->current != NULL || self->is_halted || self->jobs->len == 0)
    {
      dip_queue_emit_changed (self);
      return;
    }

  self->current = g_object_ref (g_ptr_array_index (self->jobs, 0));
  dip_job_set_state (self->current, DIP_JOB_RUNNING);
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
    g_signal_emit (self, dip_queue_signals[DIP_QUEUE_STARTED], 0,
                   g_ptr_array_index (takes, i));
}

static void
state_changed_cb (DipQueue *self, GParamSpec *pspec, DipRun *run)
{
  DipRunState state = dip_run_get_state (run);

  if (run != self->run)
    return;

  if (state == DIP_RUN_RUNNING || state == DIP_RUN_PAUSED)
    announce_takes (self);
  dip_queue_emit_changed (self);
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
  dip_queue_emit_changed (self);
}

static void
end_job (DipQueue *self, const GError *error)
{
  g_autoptr (DipJob) job = g_steal_pointer (&self->current);

  if (error == NULL)
    dip_job_set_state (job, dip_job_get_n_made (job) == dip_job_get_settings (job)->count
                                ? DIP_JOB_DONE
                                : DIP_JOB_STOPPED);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    dip_job_set_state (job, DIP_JOB_STOPPED);
  else
    {
      dip_job_set_state (job, DIP_JOB_FAILED);
      self->is_halted = TRUE;
    }
  dip_queue_take_out (self, job);
  g_signal_emit (self, dip_queue_signals[DIP_QUEUE_OVER], 0, job, error);
}

/* Says what became of the pairs of a run whose steps are all done. */
static void
hand_out_takes (DipQueue *self)
{
  GPtrArray *takes = dip_generation_get_takes (self->generation);
  g_auto (GStrv) paths = dip_generation_get_paths (self->generation);
  guint n_made = 0;

  for (guint i = 0; i < takes->len; i++)
    {
      DipTake *take = g_ptr_array_index (takes, i);
      gboolean is_saved = paths[0] != NULL && i < g_strv_length (paths) && *paths[i];

      if (!dip_take_is_complete (take))
        continue;
      n_made++;
      if (is_saved)
        dip_take_set_path (take, paths[i]);
      g_signal_emit (
          self,
          dip_queue_signals[is_saved || self->save == NULL ? DIP_QUEUE_FINISHED
                                                           : DIP_QUEUE_UNSAVED],
          0, take);
    }
  dip_job_count_made (self->current, n_made);
}

/* What the threads of a run have freed lies in their heaps' gaps, some 20 MB; the system
 * has it back when nothing follows.  3 ms. */
static void
give_memory_back (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
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
      dip_job_get_n_made (self->current) < dip_job_get_settings (self->current)->count)
    {
      start_run (self);
      return;
    }

  if (self->stops_after)
    self->is_halted = TRUE;
  self->stops_after = FALSE;
  end_job (self, error);
  dip_queue_start_next (self);
  if (self->current == NULL)
    give_memory_back ();
}

static void
start_run (DipQueue *self)
{
  const DipRunSettings *settings = dip_job_get_settings (self->current);
  guint n_made = dip_job_get_n_made (self->current);

  self->n_images = MIN (settings->batch, settings->count - n_made);
  self->has_announced = FALSE;
  self->generation = dip_generation_new (settings, settings->seed + n_made,
                                         self->n_images, self->networks, self->store,
                                         self->figures, self->save, self->user_data);
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
  dip_queue_emit_changed (self);
}

/* From outside ------------------------------------------------------------------ */

void
dip_queue_pause (DipQueue *self)
{
  if (self->run != NULL)
    dip_run_pause (self->run);
  dip_queue_emit_changed (self);
}

void
dip_queue_resume (DipQueue *self)
{
  if (self->run != NULL)
    dip_run_resume (self->run);
  dip_queue_emit_changed (self);
}

void
dip_queue_step (DipQueue *self)
{
  if (self->run != NULL)
    dip_run_step (self->run);
  dip_queue_emit_changed (self);
}

void
dip_queue_stop (DipQueue *self)
{
  if (self->current == NULL)
    return;

  self->is_halted = TRUE;
  g_cancellable_cancel (self->cancellable);
  dip_queue_emit_changed (self);
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
  dip_queue_emit_changed (self);
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

guint
dip_queue_get_n_recoveries (DipQueue *self)
{
  return is_prepared (self) ? dip_generation_get_n_recoveries (self->generation) : 0;
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

  settings = dip_job_get_settings (self->current);
  progress->step = frame->step;
  progress->n_steps = frame->n_steps;
  progress->timestep = frame->timestep;
  seconds = dip_generation_get_seconds (self->generation, &n_timed);
  if (n_timed == 0)
    return;
  progress->seconds_per_step = seconds / n_timed;
  n_left = settings->count - dip_job_get_n_made (self->current) - self->n_images;
  progress->seconds_left = progress->seconds_per_step *
                           (frame->n_steps - frame->step +
                            (double) frame->n_steps * n_left / MAX (self->n_images, 1));
}
