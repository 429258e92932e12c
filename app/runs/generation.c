#include "app/runs/generation.h"

#include "app/files/provenance.h"
#include "app/runs/beginning.h"
#include "app/runs/run-scheduler.h"
#include "model/checkpoint/checkpoint.h"
#include "model/sampler/sample.h"
#include "model/storage/json.h"
#include "render/gpu-denoiser.h"

struct _DipGeneration
{
  DipRunSettings *settings;
  guint64 first_seed;
  guint n_images;
  DipNetworks *networks;
  DipFilmStore *store;
  DipLiveFigures *figures; /* or NULL */
  DipGenerationSaveFunc save;
  gpointer user_data;

  /* Written while the run is prepared, constant afterwards. */
  DipThird third;
  DipBeginning beginning;
  guint n_foreign;  /* frames of a branch that another run made */
  gint64 *labels;   /* (n_images), or NULL */
  GPtrArray *takes; /* of DipTake */

  /* Sampling thread. */
  const DipNetwork *network; /* of the denoiser */
  guint n_kept; /* pairs that have taken the step under way, since one may fail */
  guint kept_step;

  GMutex mutex;       /* of all below */
  const char *device; /* interned */
  guint n_recoveries;
  gint64 step_began;
  gint64 time_stepping; /* microseconds */
  guint n_steps;
  GPtrArray *paths; /* of char * */
};

DipGeneration *
dip_generation_new (const DipRunSettings *settings,
                    guint64 first_seed,
                    guint n_images,
                    DipNetworks *networks,
                    DipFilmStore *store,
                    DipLiveFigures *figures,
                    DipGenerationSaveFunc save,
                    gpointer user_data)
{
  DipGeneration *self = g_new0 (DipGeneration, 1);

  g_mutex_init (&self->mutex);
  self->settings = dip_run_settings_copy (settings);
  self->first_seed = first_seed;
  self->n_images = n_images;
  self->networks = dip_networks_ref (networks);
  self->store = dip_film_store_ref (store);
  self->figures = figures != NULL ? dip_live_figures_ref (figures) : NULL;
  self->save = save;
  self->user_data = user_data;
  self->takes = g_ptr_array_new_with_free_func (g_object_unref);
  self->paths = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
dip_generation_free (DipGeneration *self)
{
  if (self == NULL)
    return;

  dip_run_settings_free (self->settings);
  dip_beginning_clear (&self->beginning);
  dip_networks_unref (self->networks);
  dip_film_store_unref (self->store);
  dip_live_figures_unref (self->figures);
  g_free (self->labels);
  g_ptr_array_unref (self->takes);
  g_ptr_array_unref (self->paths);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Preparing --------------------------------------------------------------------- */

DipSchedulerConfig *
dip_generation_load_scheduler (const DipRunSettings *settings,
                               DipCheckpoint *checkpoint,
                               GError **error)
{
  return dip_run_scheduler_load (settings, dip_checkpoint_get_scheduler_path (checkpoint),
                                 dip_checkpoint_get_path (checkpoint), error);
}

/* One label for each pair; none where the network has no classes. */
static gboolean
make_labels (DipGeneration *self, const DipNetwork *network, GError **error)
{
  const DipUnetConfig *config = dip_checkpoint_get_config (network->checkpoint);
  gint64 label = self->settings->class_label;

  if (!network->shape.needs_class_labels)
    return TRUE;
  if (config->num_class_embeds > 0 && label >= config->num_class_embeds)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "%s: wanted a class from 0 to %u, found %" G_GINT64_FORMAT,
                   dip_checkpoint_get_path (network->checkpoint),
                   config->num_class_embeds - 1, label);
      return FALSE;
    }
  self->labels = g_new (gint64, self->n_images);
  for (guint i = 0; i < self->n_images; i++)
    self->labels[i] = label;

  return TRUE;
}

static gboolean
is_between (DipGeneration *self)
{
  const DipOrigin *origin = self->settings->origin;

  return origin != NULL && origin->kind == DIP_ORIGIN_BETWEEN;
}

static DipSampleState *
make_state (DipGeneration *self,
            const DipNetwork *network,
            DipSchedulerConfig *config,
            const DipSolverSettings *solver_settings,
            json_t *provenance,
            GError **error)
{
  const DipDenoiserShape *shape = &network->shape;
  DipSampleSettings settings = { .n_images = self->n_images,
                                 .seed = is_between (self) ? self->settings->seed
                                                           : self->first_seed,
                                 .class_labels = self->labels };
  g_autoptr (DipSolver) solver = dip_solver_new (config, solver_settings, error);

  if (solver == NULL ||
      !dip_solver_start (solver, self->n_images, shape->in_channels, shape->out_channels,
                         (gsize) shape->height * shape->width, error) ||
      !dip_beginning_prepare (&self->beginning, self->settings->origin,
                              self->first_seed - self->settings->seed, network,
                              self->third, solver, &settings, provenance, error))
    return NULL;

  return dip_sample_state_new (g_steal_pointer (&solver), shape, &settings, error);
}

/* A branch has its parent's frames before those of its own. */
static DipTake *
make_take (DipGeneration *self,
           const DipDenoiserShape *shape,
           guint n_steps,
           json_t *provenance)
{
  DipOrigin *origin = self->settings->origin;
  g_autoptr (DipFilm) film = NULL;

  if (origin == NULL || origin->kind != DIP_ORIGIN_FORK)
    {
      film = dip_film_new (self->store, shape->in_channels, shape->height, shape->width);
      return dip_take_new_live (film, self->third, provenance);
    }

  film = dip_film_new_branch (dip_take_get_film (origin->take), origin->position + 1,
                              n_steps, self->n_foreign);

  return dip_take_new_branch (origin, film, self->n_foreign, self->third, provenance);
}

/* The timesteps of the steps to come, behind those of foreign ones. */
static double *
make_plan (DipGeneration *self, DipSampleState *state, guint *n_steps)
{
  DipSolver *solver = dip_sample_state_get_solver (state);
  guint n_entries;
  const guint *walk = dip_sample_state_get_walk (state, &n_entries);
  double *plan = g_new (double, self->n_foreign + n_entries);

  for (guint i = 0; i < self->n_foreign; i++)
    plan[i] = dip_film_get_timestep (dip_take_get_film (self->settings->origin->take), i);
  for (guint i = 0; i < n_entries; i++)
    plan[self->n_foreign + i] = dip_solver_get_timestep (solver, walk[i]);
  *n_steps = self->n_foreign + n_entries;

  return plan;
}

static json_t *
make_provenance (DipGeneration *self,
                 const DipNetwork *network,
                 const json_t *shared,
                 guint image)
{
  json_t *provenance = dip_provenance_make_pair (
      shared, is_between (self) ? self->settings->seed : self->first_seed + image,
      dip_denoiser_get_device_name (network->denoiser), network->kernels);
  json_t *between = json_object_get (provenance, "interpolate");
  guint index = self->first_seed - self->settings->seed + image;

  if (between == NULL)
    return provenance;

  between = json_copy (between);
  dip_json_set_int (between, "index", index);
  dip_json_set_double (between, "weight", self->settings->origin->weights[index]);
  dip_json_set_take (provenance, "interpolate", between);

  return provenance;
}

static void
make_takes (DipGeneration *self,
            const DipNetwork *network,
            DipSampleState *state,
            const json_t *shared)
{
  const DipOrigin *origin = self->settings->origin;
  g_autofree double *plan = NULL;
  guint n_steps;

  if (origin != NULL && origin->kind == DIP_ORIGIN_FORK)
    self->n_foreign = self->beginning.plan.is_unchanged
                          ? dip_take_get_n_foreign (origin->take)
                          : origin->position + 1;
  plan = make_plan (self, state, &n_steps);
  for (guint i = 0; i < self->n_images; i++)
    {
      json_t *provenance = make_provenance (self, network, shared, i);
      DipTake *take = make_take (self, &network->shape, n_steps, provenance);

      dip_take_set_plan (take, plan, n_steps);
      g_ptr_array_add (self->takes, take);
    }
}

/* Sampling thread.  Where it runs now: a device that was lost may have become another. */
static void
note_device (DipGeneration *self)
{
  g_autofree char *device = dip_network_describe_device (self->network);

  g_mutex_lock (&self->mutex);
  self->device = g_intern_string (device);
  self->n_recoveries = dip_network_get_n_recoveries (self->network);
  g_mutex_unlock (&self->mutex);
}

static gboolean
prepare_with (DipGeneration *self,
              const DipNetwork *network,
              DipSampleState **state,
              GError **error)
{
  DipCheckpoint *checkpoint = network->checkpoint;
  DipSolverSettings solver = { .n_steps = self->settings->n_steps,
                               .eta = self->settings->eta,
                               .churn = self->settings->churn };
  g_autoptr (DipSchedulerConfig) config =
      dip_generation_load_scheduler (self->settings, checkpoint, error);
  DipProvenance facts = { .checkpoint = checkpoint,
                          .scheduler = config,
                          .solver = &solver,
                          .width = network->shape.width,
                          .height = network->shape.height,
                          .class_label = network->shape.needs_class_labels
                                             ? self->settings->class_label
                                             : -1,
                          .precision = network->precision };
  json_t *shared;

  if (config == NULL || !make_labels (self, network, error))
    return FALSE;

  /* Each scheduler has one of the two; the other's value is kept, not used. */
  if (config->kind != DIP_SCHEDULER_DDIM)
    solver.eta = 0;
  if (config->kind != DIP_SCHEDULER_EULER)
    solver.churn = 0;
  self->third = DIP_THIRD_ABSDIFF;
  dip_third_from_name (dip_checkpoint_get_third_channel (checkpoint), &self->third);
  facts.third = self->third;
  self->network = network;
  note_device (self);

  shared = dip_provenance_make_shared (&facts, error);
  if (shared == NULL)
    return FALSE;
  *state = make_state (self, network, config, &solver, shared, error);
  if (*state != NULL)
    make_takes (self, network, *state, shared);
  json_decref (shared);

  return *state != NULL;
}

static gboolean
prepare (gpointer user_data,
         DipSampleState **state,
         DipDenoiser **denoiser,
         GCancellable *cancellable,
         GError **error)
{
  DipGeneration *self = user_data;
  guint max_batch = MAX (1, MIN (self->settings->batch, self->settings->count));
  DipNetwork *network =
      dip_networks_take (self->networks, self->settings, max_batch, cancellable, error);

  if (network == NULL)
    return FALSE;

  *denoiser = dip_networks_lend (self->networks, network);
  self->step_began = g_get_monotonic_time ();

  return prepare_with (self, network, state, error);
}

/* Running ------------------------------------------------------------------------- */

/* A lost device was opened anew, or another took its place: the pairs say so. */
static void
follow_device (DipGeneration *self)
{
  DipDenoiser *denoiser = self->network->denoiser;

  if (dip_network_get_n_recoveries (self->network) == self->n_recoveries)
    return;

  note_device (self);
  for (guint i = 0; i < self->takes->len; i++)
    dip_take_note_device (g_ptr_array_index (self->takes, i),
                          dip_denoiser_get_device_name (denoiser),
                          dip_gpu_denoiser_get_kernels (denoiser));
}

/* Of a picture that stays in part: that it did. */
static void
note_kept (DipGeneration *self, DipTake *take, const DipSampleFrame *frame, guint image)
{
  gsize n_values = (gsize) frame->channels * frame->height * frame->width;
  json_t *kept = dip_beginning_measure_kept (
      &self->beginning, frame->x_t + image * n_values, image, n_values);

  if (kept != NULL)
    dip_take_note (take, "known_error", kept);
}

static gboolean
keep_step (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  DipGeneration *self = user_data;
  DipSampleFrame counted = *frame;

  follow_device (self);

  /* Called again with the same step after a failure: the first pairs have it. */
  if (self->kept_step != frame->step)
    {
      self->kept_step = frame->step;
      self->n_kept = 0;
      g_mutex_lock (&self->mutex);
      self->time_stepping += g_get_monotonic_time () - self->step_began;
      self->n_steps++;
      g_mutex_unlock (&self->mutex);
    }

  counted.step += self->n_foreign;
  counted.n_steps += self->n_foreign;
  for (; self->n_kept < self->n_images; self->n_kept++)
    {
      DipTake *take = g_ptr_array_index (self->takes, self->n_kept);

      if (!dip_film_add (dip_take_get_film (take), &counted, self->n_kept, error))
        return FALSE;
      if (self->figures != NULL)
        dip_live_figures_add (self->figures, take);
      if (frame->step == frame->n_steps)
        note_kept (self, take, frame, self->n_kept);
    }

  return TRUE;
}

static void
went_on (gpointer user_data)
{
  DipGeneration *self = user_data;

  g_mutex_lock (&self->mutex);
  self->step_began = g_get_monotonic_time ();
  g_mutex_unlock (&self->mutex);
}

static gboolean
save_pairs (DipSampleState *state,
            DipDenoiser *denoiser,
            gpointer user_data,
            GError **error)
{
  DipGeneration *self = user_data;
  double seconds = dip_generation_get_seconds (self, NULL) / self->n_images;
  gboolean are_saved = TRUE;

  for (guint i = 0; self->save != NULL && i < self->takes->len; i++)
    {
      char *path = self->save (g_ptr_array_index (self->takes, i), seconds,
                               self->user_data, are_saved ? error : NULL);

      are_saved = are_saved && path != NULL;
      g_mutex_lock (&self->mutex);
      g_ptr_array_add (self->paths, path != NULL ? path : g_strdup (""));
      g_mutex_unlock (&self->mutex);
    }

  return are_saved;
}

DipRun *
dip_generation_make_run (DipGeneration *self)
{
  DipRun *run = dip_run_new (prepare, self, (GDestroyNotify) dip_generation_free);

  dip_run_set_hooks (run, keep_step, went_on, save_pairs);

  return run;
}

/* Main thread ----------------------------------------------------------------------- */

GPtrArray *
dip_generation_get_takes (DipGeneration *self)
{
  return self->takes;
}

const char *
dip_generation_get_device (DipGeneration *self)
{
  const char *device;

  g_mutex_lock (&self->mutex);
  device = self->device;
  g_mutex_unlock (&self->mutex);

  return device;
}

guint
dip_generation_get_n_recoveries (DipGeneration *self)
{
  guint n_recoveries;

  g_mutex_lock (&self->mutex);
  n_recoveries = self->n_recoveries;
  g_mutex_unlock (&self->mutex);

  return n_recoveries;
}

double
dip_generation_get_seconds (DipGeneration *self, guint *n_steps)
{
  double seconds;

  g_mutex_lock (&self->mutex);
  seconds = self->time_stepping / 1e6;
  if (n_steps != NULL)
    *n_steps = self->n_steps;
  g_mutex_unlock (&self->mutex);

  return seconds;
}

char **
dip_generation_get_paths (DipGeneration *self)
{
  char **paths;

  g_mutex_lock (&self->mutex);
  paths = g_new0 (char *, self->paths->len + 1);
  for (guint i = 0; i < self->paths->len; i++)
    paths[i] = g_strdup (g_ptr_array_index (self->paths, i));
  g_mutex_unlock (&self->mutex);

  return paths;
}
