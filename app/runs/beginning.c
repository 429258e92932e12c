#include "app/runs/beginning.h"

#include <math.h>
#include <string.h>

#include "model/checkpoint/checkpoint.h"
#include "model/storage/json.h"

static const char *
get_class_name (DipSolver *solver)
{
  return dip_scheduler_kind_get_class_name (dip_solver_get_config (solver)->kind);
}

/* A fork --------------------------------------------------------------------------- */

static DipJson *
get_settings (DipTake *take, GError **error)
{
  g_autofree char *text = dip_json_dump_line (dip_take_get_provenance (take));
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return dip_json_load_bytes (bytes, "the pair’s settings", error);
}

/* Of a take's pictures; a scheduler that wants a variance gets it. */
static DipDenoiserShape
get_shape (DipTake *take, const DipSchedulerConfig *config)
{
  g_autoptr (DipFrame) frame = dip_take_get_frame (take, 0, NULL);
  guint channels = frame != NULL ? frame->channels : 3;
  gboolean wants_variance =
      config != NULL && dip_scheduler_config_wants_variance (config);

  return (DipDenoiserShape){ .in_channels = channels,
                             .out_channels = wants_variance ? 2 * channels : channels,
                             .height = frame != NULL ? frame->height : 1,
                             .width = frame != NULL ? frame->width : 1,
                             .max_batch = 1 };
}

DipSolver *
dip_beginning_make_own_solver (DipTake *take, DipWalk *walk, GError **error)
{
  g_autoptr (DipJson) settings = get_settings (take, error);
  g_autoptr (DipSchedulerConfig) config =
      settings != NULL ? dip_fork_read_scheduler (settings, NULL, NULL, error) : NULL;
  DipDenoiserShape shape;

  if (config == NULL)
    return NULL;
  shape = get_shape (take, config);

  return dip_fork_read_solver (settings, &shape, walk, error);
}

static DipSolver *
make_solver (DipSchedulerConfig *config,
             const DipDenoiserShape *shape,
             const DipRunSettings *settings,
             GError **error)
{
  DipSolverSettings solver_settings = { .n_steps = settings->n_steps };
  g_autoptr (DipSolver) solver = NULL;

  if (config->kind == DIP_SCHEDULER_DDIM)
    solver_settings.eta = settings->eta;
  if (config->kind == DIP_SCHEDULER_EULER)
    solver_settings.churn = settings->churn;
  solver = dip_solver_new (config, &solver_settings, error);
  if (solver == NULL ||
      !dip_solver_start (solver, 1, shape->in_channels, shape->out_channels,
                         (gsize) shape->height * shape->width, error))
    return NULL;

  return g_steal_pointer (&solver);
}

DipSolver *
dip_beginning_make_fork_solver (DipTake *take,
                                const DipRunSettings *settings,
                                GError **error)
{
  g_autoptr (DipJson) own = get_settings (take, error);
  g_autoptr (DipSchedulerConfig) config =
      own != NULL ? dip_fork_read_scheduler (own, settings->scheduler, NULL, error)
                  : NULL;
  DipDenoiserShape shape;

  if (config == NULL)
    return NULL;
  shape = get_shape (take, config);

  return make_solver (config, &shape, settings, error);
}

DipSolver *
dip_beginning_make_solver (const DipRunSettings *settings, GError **error)
{
  g_autoptr (GBytes) bytes =
      g_bytes_new_static (settings->scheduler_json, strlen (settings->scheduler_json));
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, "scheduler_config", error);
  g_autoptr (DipSchedulerConfig) config =
      json != NULL ? dip_scheduler_config_parse (json, settings->scheduler, error) : NULL;
  DipDenoiserShape shape = { .in_channels = 1, .height = 1, .width = 1, .max_batch = 1 };

  if (config == NULL)
    return NULL;
  shape.out_channels = dip_scheduler_config_wants_variance (config) ? 2 : 1;

  return make_solver (config, &shape, settings, error);
}

static gboolean
plan_fork (const DipOrigin *origin,
           DipSolver *own,
           const DipWalk *walk,
           DipSolver *solver,
           DipForkPlan *plan,
           GError **error)
{
  guint step = origin->position + 1 - dip_take_get_n_foreign (origin->take);

  return dip_fork_plan (own, walk, step, origin->frame->n_history, solver, NULL, plan,
                        error);
}

gboolean
dip_beginning_plan_fork (const DipOrigin *origin,
                         DipSolver *solver,
                         DipForkPlan *plan,
                         GError **error)
{
  DipWalk walk;
  g_autoptr (DipSolver) own = dip_beginning_make_own_solver (origin->take, &walk, error);

  return own != NULL && plan_fork (origin, own, &walk, solver, plan, error);
}

static gboolean
check_checkpoint (DipTake *take, const DipNetwork *network, GError **error)
{
  const json_t *wanted =
      json_object_get (dip_take_get_provenance (take), "checkpoint_sha256");
  const char *sha256 = dip_checkpoint_get_sha256 (network->checkpoint, error);

  if (sha256 == NULL)
    return FALSE;
  if (g_strcmp0 (json_string_value (wanted), sha256) == 0)
    return TRUE;

  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
      "%s: the pair to go on from is of another checkpoint (weights %.12s…), and "
      "this one’s weights are %.12s…",
      dip_checkpoint_get_path (network->checkpoint),
      json_is_string (wanted) ? json_string_value (wanted) : "unknown", sha256);

  return FALSE;
}

/* The same image for each of @n_images. */
static float *
repeat (const float *image, guint n_images, gsize n_values)
{
  float *result = g_new (float, n_images *n_values);

  for (guint i = 0; i < n_images; i++)
    memcpy (result + i * n_values, image, n_values * sizeof (float));

  return result;
}

static void
take_up (DipBeginning *self,
         DipSolver *own,
         DipSolver *solver,
         guint n_images,
         gsize n_values)
{
  const DipFrame *frame = self->origin->frame;
  g_autofree float *pred_x0 = NULL;

  self->x_t = repeat (frame->x_t, n_images, n_values);
  if (self->plan.is_unchanged && frame->memory != NULL)
    self->memory = repeat (frame->memory, n_images, n_values * frame->n_history);
  if (!self->plan.is_unchanged)
    {
      pred_x0 = repeat (frame->pred_x0, n_images, n_values);
      dip_convert_x_t (own, self->plan.position, solver, self->plan.walk.begin, self->x_t,
                       pred_x0, self->x_t, n_values * n_images);
    }
  self->start = (DipSampleStart){ .x_t = self->x_t,
                                  .memory = self->memory,
                                  .n_done = self->plan.n_done,
                                  .n_draws = frame->n_draws };
}

static void
note_fork (DipBeginning *self, json_t *provenance)
{
  DipTake *take = self->origin->take;
  const json_t *whole = dip_take_get_provenance (take);
  const char *path = dip_take_get_path (take);
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  static const char *const keys[] = { "seed", "scheduler", "steps", "eta", "churn" };
  json_t *object = json_object ();

  if (name != NULL)
    dip_json_set_string (object, "file", name);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (json_object_get (whole, keys[i]) != NULL)
      json_object_set (object, keys[i], json_object_get (whole, keys[i]));
  dip_json_set_int (object, "step", self->origin->position + 1);
  dip_json_set_double (object, "timestep", self->origin->frame->timestep);
  dip_json_set_bool (object, "unchanged", self->plan.is_unchanged);
  dip_json_set_take (provenance, "fork", object);
}

static gboolean
prepare_fork (DipBeginning *self,
              const DipNetwork *network,
              DipSolver *solver,
              DipSampleSettings *sample,
              json_t *provenance,
              GError **error)
{
  const DipFrame *frame = self->origin->frame;
  const DipDenoiserShape *shape = &network->shape;
  gsize n_values = (gsize) shape->in_channels * shape->height * shape->width;
  g_autoptr (DipSolver) own = NULL;
  DipWalk walk;

  if (!check_checkpoint (self->origin->take, network, error))
    return FALSE;
  if (frame->channels != shape->in_channels || frame->width != shape->width ||
      frame->height != shape->height)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "the step to go on from is of %u x %u, wanted %u x %u, the network’s "
                   "size",
                   frame->width, frame->height, shape->width, shape->height);
      return FALSE;
    }
  own = dip_beginning_make_own_solver (self->origin->take, &walk, error);
  if (own == NULL || !plan_fork (self->origin, own, &walk, solver, &self->plan, error))
    return FALSE;

  self->walk = self->plan.walk;
  take_up (self, own, solver, sample->n_images, n_values);
  sample->start = &self->start;
  note_fork (self, provenance);

  return TRUE;
}

/* A picture --------------------------------------------------------------------------- */

/* The first channels of (3, H, W), the third as the network's encoding has it. */
static float *
fit_channels (const DipOrigin *origin, DipThird third, guint channels)
{
  gsize n = (gsize) origin->width * origin->height;
  float *picture = g_memdup2 (origin->picture, 3 * n * sizeof (float));

  if (channels == 3 && third != origin->third)
    for (gsize i = 0; i < n; i++)
      picture[2 * n + i] = dip_value_to_network (
          dip_third_value (third, dip_value_from_network (picture[i]),
                           dip_value_from_network (picture[n + i])));

  return picture;
}

static gboolean
begin_at_strength (DipBeginning *self, DipSolver *solver, GError **error)
{
  double strength = self->origin->strength;

  self->walk.begin = dip_find_strength_evaluation (solver, strength);
  if (self->walk.begin < dip_solver_get_n_evaluations (solver))
    return TRUE;

  if (dip_solver_can_begin_later (solver))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "a strength of %g leaves none of %u steps: wants at least %g", strength,
                 dip_solver_get_settings (solver)->n_steps,
                 1.0 / dip_solver_get_settings (solver)->n_steps);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "%s cannot begin in the middle, as a strength of %g wants",
                 get_class_name (solver), strength);

  return FALSE;
}

static gboolean
prepare_picture (DipBeginning *self,
                 const DipNetwork *network,
                 DipThird third,
                 DipSolver *solver,
                 DipSampleSettings *sample,
                 json_t *provenance,
                 GError **error)
{
  const DipOrigin *origin = self->origin;
  const DipDenoiserShape *shape = &network->shape;
  gsize n_values = (gsize) shape->in_channels * shape->height * shape->width;
  g_autofree float *picture = NULL;

  if (origin->width != shape->width || origin->height != shape->height)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "the picture to begin from is of %u x %u, wanted %u x %u, the "
                   "network’s size",
                   origin->width, origin->height, shape->width, shape->height);
      return FALSE;
    }
  if (!begin_at_strength (self, solver, error))
    return FALSE;

  picture = fit_channels (origin, third, shape->in_channels);
  self->pictures = repeat (picture, sample->n_images, n_values);
  sample->guide.picture = self->pictures;
  sample->guide.begins_from_picture = origin->mask == NULL || origin->strength < 1.0;
  if (origin->mask != NULL)
    {
      self->mask = g_memdup2 (origin->mask, n_values * sizeof (float));
      sample->guide.mask = self->mask;
      self->walk.jump_length = origin->jump_length;
      self->walk.n_repeats = origin->n_repeats;
      dip_json_set_int (provenance, "jump_length", origin->jump_length);
      dip_json_set_int (provenance, "repeats", origin->n_repeats);
    }
  if (origin->facts != NULL)
    json_object_update (provenance, origin->facts);
  dip_json_set_double (provenance, "strength", origin->strength);

  return TRUE;
}

/* Between two seeds ---------------------------------------------------------------- */

static void
prepare_between (DipBeginning *self,
                 guint first,
                 DipSampleSettings *sample,
                 json_t *provenance)
{
  const DipOrigin *origin = self->origin;
  json_t *object = json_object ();

  sample->weights = origin->weights + first;
  sample->seed_to = origin->seed_to;
  dip_json_set_int (object, "from", sample->seed);
  dip_json_set_int (object, "to", origin->seed_to);
  dip_json_set_int (object, "n", origin->n_weights);
  dip_json_set_take (provenance, "interpolate", object);
}

/* All of them ------------------------------------------------------------------------ */

gboolean
dip_beginning_prepare (DipBeginning *self,
                       DipOrigin *origin,
                       guint first,
                       const DipNetwork *network,
                       DipThird third,
                       DipSolver *solver,
                       DipSampleSettings *sample,
                       json_t *provenance,
                       GError **error)
{
  gboolean is_done = TRUE;

  if (origin == NULL)
    return TRUE;

  self->origin = dip_origin_ref (origin);
  switch (origin->kind)
    {
    case DIP_ORIGIN_FORK:
      is_done = prepare_fork (self, network, solver, sample, provenance, error);
      break;

    case DIP_ORIGIN_PICTURE:
      is_done = prepare_picture (self, network, third, solver, sample, provenance, error);
      break;

    case DIP_ORIGIN_BETWEEN:
      g_return_val_if_fail (first + sample->n_images <= origin->n_weights, FALSE);
      prepare_between (self, first, sample, provenance);
      break;
    }
  sample->walk = self->walk;
  if (self->walk.begin > 0 || self->walk.n_repeats > 1)
    dip_fork_note_walk (provenance, &self->walk);

  return is_done;
}

void
dip_beginning_clear (DipBeginning *self)
{
  g_clear_pointer (&self->origin, dip_origin_unref);
  g_clear_pointer (&self->x_t, g_free);
  g_clear_pointer (&self->memory, g_free);
  g_clear_pointer (&self->pictures, g_free);
  g_clear_pointer (&self->mask, g_free);
}

json_t *
dip_beginning_measure_kept (const DipBeginning *self,
                            const float *sample,
                            guint image,
                            gsize n_values)
{
  const float *given = self->pictures + image * n_values;
  double largest = 0.0, squares = 0.0;
  gsize n = 0;
  json_t *object;

  if (self->mask == NULL)
    return NULL;

  for (gsize i = 0; i < n_values; i++)
    {
      double difference =
          dip_value_from_network (sample[i]) - dip_value_from_network (given[i]);

      if (self->mask[i] > 0.0f)
        continue;
      largest = MAX (largest, fabs (difference));
      squares += difference * difference;
      n++;
    }
  object = json_object ();
  dip_json_set_double (object, "max", largest);
  dip_json_set_double (object, "rms", n > 0 ? sqrt (squares / n) : 0.0);

  return object;
}
