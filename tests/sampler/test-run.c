#include "model/sampler/run.h"
#include "model/sampler/toy.h"

#include <glib/gstdio.h>

/* A toy model's run, and what the main thread saw of it. */
typedef struct
{
  char *path; /* of a scheduler_config.json */
  guint n_steps;
  gboolean is_failing;
  GMainLoop *loop;
  GCancellable *cancellable;
  guint cancel_at; /* step, or 0 */
  DipSampleFunc stepped;
  guint n_failures; /* of stepped, to come */
  guint n_losses;   /* of the device, to come */
  guint n_stepped;
  GThread *main_thread;

  guint n_notified;
  guint last_step;
  guint step_at_end; /* newest frame when the callback came */
  gboolean succeeded;
  GError *error;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  int file = g_file_open_tmp ("scheduler-XXXXXX.json", &self->path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_assert_true (
      g_file_set_contents (self->path, "{\"_class_name\": \"DDIMScheduler\"}", -1, NULL));
  self->n_steps = 20;
  self->loop = g_main_loop_new (NULL, FALSE);
  self->cancellable = g_cancellable_new ();
  self->main_thread = g_thread_self ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_remove (self->path);
  g_free (self->path);
  g_main_loop_unref (self->loop);
  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
}

/* A device that is lost at the fifth evaluation, as often as the fixture says. */
typedef struct
{
  DipDenoiser parent;
  DipDenoiser *toy;
  Fixture *fixture;
  guint n_calls;
} LossyDenoiser;

static gboolean
lossy_predict (DipDenoiser *denoiser,
               const float *x_t,
               guint batch,
               const double *timesteps,
               const gint64 *class_labels,
               float *output,
               GCancellable *cancellable,
               GError **error)
{
  LossyDenoiser *self = (LossyDenoiser *) denoiser;

  if (self->n_calls == 4 && self->fixture->n_losses > 0)
    {
      self->fixture->n_losses--;
      output[0] = 1e9f;
      g_set_error (error, DIP_DENOISER_ERROR, DIP_DENOISER_ERROR_DEVICE_LOST,
                   "lost, %u to come", self->fixture->n_losses);
      return FALSE;
    }
  self->n_calls++;

  return dip_denoiser_predict (self->toy, x_t, batch, timesteps, class_labels, output,
                               cancellable, error);
}

static void
lossy_free (DipDenoiser *denoiser)
{
  dip_denoiser_free (((LossyDenoiser *) denoiser)->toy);
  g_free (denoiser);
}

static DipDenoiser *
lossy_new (Fixture *fixture, const DipDenoiserShape *shape)
{
  static const DipDenoiserClass klass = { .predict = lossy_predict, .free = lossy_free };
  LossyDenoiser *self = g_new0 (LossyDenoiser, 1);

  self->fixture = fixture;
  self->toy = dip_toy_new (DIP_TOY_B, DIP_PREDICTION_EPSILON, shape);
  dip_denoiser_init (&self->parent, &klass, shape, "lossy");

  return &self->parent;
}

static gboolean
prepare (gpointer user_data,
         DipSampleState **state,
         DipDenoiser **denoiser,
         GCancellable *cancellable,
         GError **error)
{
  Fixture *self = user_data;
  DipDenoiserShape shape = {
    .in_channels = 3, .out_channels = 3, .height = 8, .width = 8, .max_batch = 1
  };
  DipSampleSettings settings = { .n_images = 1, .seed = 1 };
  DipSolverSettings solver_settings = { .n_steps = self->n_steps };
  g_autoptr (DipSchedulerConfig) config = NULL;

  g_assert_true (g_thread_self () != self->main_thread);
  if (self->is_failing)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no network");
      return FALSE;
    }

  config = dip_scheduler_config_load (self->path, NULL, NULL, error);
  g_assert_nonnull (config);
  *state = dip_sample_state_new (dip_solver_new (config, &solver_settings, error), &shape,
                                 &settings, error);
  *denoiser = lossy_new (self, &shape);

  return *state != NULL;
}

static void
frame_cb (Fixture *self, GParamSpec *pspec, DipRun *run)
{
  DipFrame *frame = dip_run_get_frame (run);

  g_assert_true (g_thread_self () == self->main_thread);
  g_assert_cmpuint (frame->step, >, self->last_step);
  g_assert_cmpuint (frame->n_steps, ==, self->n_steps);
  g_assert_cmpuint (frame->channels * frame->height * frame->width, ==, 192);
  self->n_notified++;
  self->last_step = frame->step;
  if (self->cancel_at > 0)
    g_assert_cmpuint (frame->step, <=, self->cancel_at);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  self->step_at_end = self->last_step;
  self->succeeded = dip_run_start_finish (DIP_RUN (source), result, &self->error);
  g_main_loop_quit (self->loop);
}

static void
run_to_end (Fixture *self)
{
  g_autoptr (DipRun) run = dip_run_new (prepare, self, NULL);

  dip_run_set_hooks (run, self->stepped, NULL, NULL);
  g_signal_connect_swapped (run, "notify::frame", G_CALLBACK (frame_cb), self);
  dip_run_start_async (run, self->cancellable, done_cb, self);
  g_main_loop_run (self->loop);
}

static void
test_last_frame_comes_before_the_end (Fixture *self, gconstpointer data)
{
  run_to_end (self);

  g_assert_no_error (self->error);
  g_assert_true (self->succeeded);
  g_assert_cmpuint (self->step_at_end, ==, self->n_steps);
  g_assert_cmpuint (self->n_notified, >=, 1);
  g_assert_cmpuint (self->n_notified, <=, self->n_steps);
}

/* Sampling thread: the run cannot be over before it is told to. */
static gboolean
cancel_at_step (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Fixture *self = user_data;

  if (frame->step == self->cancel_at)
    g_cancellable_cancel (self->cancellable);

  return TRUE;
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  self->n_steps = 1000;
  self->cancel_at = 3;
  self->stepped = cancel_at_step;
  run_to_end (self);

  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (self->last_step, <, self->n_steps);
}

/* Until the run says that it is paused. */
static void
wait_until_paused (DipRun *run)
{
  while (dip_run_get_state (run) != DIP_RUN_PAUSED)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_pauses_and_steps (Fixture *self, gconstpointer data)
{
  g_autoptr (DipRun) run = dip_run_new (prepare, self, NULL);

  g_signal_connect_swapped (run, "notify::frame", G_CALLBACK (frame_cb), self);
  dip_run_pause (run);
  dip_run_start_async (run, self->cancellable, done_cb, self);
  wait_until_paused (run);
  g_assert_cmpuint (self->last_step, ==, 0);

  for (guint step = 1; step <= 5; step++)
    {
      dip_run_step (run);
      while (self->last_step < step)
        g_main_context_iteration (NULL, TRUE);
      wait_until_paused (run);
      g_assert_cmpuint (self->last_step, ==, step);
    }

  dip_run_resume (run);
  g_main_loop_run (self->loop);
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->step_at_end, ==, self->n_steps);
}

static void
test_stops_while_paused (Fixture *self, gconstpointer data)
{
  g_autoptr (DipRun) run = dip_run_new (prepare, self, NULL);

  dip_run_pause (run);
  dip_run_start_async (run, self->cancellable, done_cb, self);
  wait_until_paused (run);
  g_cancellable_cancel (self->cancellable);
  g_main_loop_run (self->loop);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Sampling thread: a disk that is full for a while. */
static gboolean
fail_at_first (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Fixture *self = user_data;

  if (frame->step == 3 && self->n_failures > 0)
    {
      self->n_failures--;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "no space left");
      return FALSE;
    }
  self->n_stepped++;

  return TRUE;
}

/* A step that cannot be kept pauses the run, and no step is left out when it goes on. */
static void
test_pauses_where_a_step_cannot_be_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (DipRun) run = dip_run_new (prepare, self, NULL);

  self->n_failures = 2;
  dip_run_set_hooks (run, fail_at_first, NULL, NULL);
  dip_run_start_async (run, self->cancellable, done_cb, self);
  while (dip_run_get_problem (run) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (dip_run_get_problem (run), G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  while (self->n_failures > 0)
    {
      dip_run_resume (run);
      g_main_context_iteration (NULL, TRUE);
    }
  while (dip_run_get_state (run) != DIP_RUN_OVER)
    {
      dip_run_resume (run);
      g_main_context_iteration (NULL, TRUE);
    }
  if (!self->succeeded)
    g_main_loop_run (self->loop);
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->n_stepped, ==, self->n_steps);
}

static float *
get_result (Fixture *self, guint n_losses)
{
  g_autoptr (DipRun) run = dip_run_new (prepare, self, NULL);

  self->n_losses = n_losses;
  self->last_step = 0;
  g_signal_connect_swapped (run, "notify::frame", G_CALLBACK (frame_cb), self);
  dip_run_start_async (run, self->cancellable, done_cb, self);
  while (n_losses > 0)
    {
      g_autofree char *text = g_strdup_printf ("lost, %u to come", --n_losses);

      while (dip_run_get_problem (run) == NULL ||
             !g_str_equal (dip_run_get_problem (run)->message, text))
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (dip_run_get_state (run), ==, DIP_RUN_PAUSED);
      g_assert_cmpuint (self->last_step, ==, 4);
      dip_run_resume (run);
    }
  g_main_loop_run (self->loop);
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->last_step, ==, self->n_steps);

  return g_memdup2 (dip_run_get_frame (run)->x_t, sizeof (float) * 192);
}

/* A device that is lost twice costs two tries, and not a bit of the picture. */
static void
test_pauses_where_a_device_is_lost (Fixture *self, gconstpointer data)
{
  g_autofree float *wanted = get_result (self, 0);
  g_autofree float *found = get_result (self, 2);

  g_assert_cmpmem (found, sizeof (float) * 192, wanted, sizeof (float) * 192);
}

static void
test_cannot_prepare (Fixture *self, gconstpointer data)
{
  self->is_failing = TRUE;
  run_to_end (self);

  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpuint (self->n_notified, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/run/last-frame", Fixture, NULL, set_up,
              test_last_frame_comes_before_the_end, tear_down);
  g_test_add ("/run/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/run/pauses-and-steps", Fixture, NULL, set_up, test_pauses_and_steps,
              tear_down);
  g_test_add ("/run/stops-while-paused", Fixture, NULL, set_up, test_stops_while_paused,
              tear_down);
  g_test_add ("/run/pauses-where-a-step-cannot-be-kept", Fixture, NULL, set_up,
              test_pauses_where_a_step_cannot_be_kept, tear_down);
  g_test_add ("/run/pauses-where-a-device-is-lost", Fixture, NULL, set_up,
              test_pauses_where_a_device_is_lost, tear_down);
  g_test_add ("/run/cannot-prepare", Fixture, NULL, set_up, test_cannot_prepare,
              tear_down);

  return g_test_run ();
}
