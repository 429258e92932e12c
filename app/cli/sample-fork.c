#include "app/cli/sample-fork.h"

#include <math.h>
#include <string.h>

#include "model/sampler/fork.h"
#include "model/sampler/solver-settings.h"
#include "model/storage/json.h"

/* "TRAJECTORY:STEP", split at the last colon. */
static gboolean
split (DipSampleOptions *self, DipCli *cli, char **path, GError **error)
{
  const char *colon = strrchr (self->fork, ':');

  if (colon == NULL || colon == self->fork ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXINT32, &self->fork_step, NULL))
    return dip_cli_usage_error (cli, error,
                                "--fork wants TRAJECTORY:STEP, a file and the number of "
                                "one of its steps, found '%s'",
                                self->fork);

  *path = g_strndup (self->fork, colon - self->fork);

  return TRUE;
}

static gboolean
get_number (DipJson *json, const char *key, gint64 *value, gint64 given, GError **error)
{
  if (given != G_MININT64)
    {
      *value = given;
      return TRUE;
    }

  return dip_json_require (json, key, error) &&
         dip_json_get_int (json, key, 0, G_MAXINT64 - 1000000, value, error);
}

static gboolean
take_extras (DipSolverExtras *self, DipJson *json, GError **error)
{
  DipSolverSettings settings = { 0 };

  if (!dip_solver_settings_read_extras (&settings, json, error))
    return FALSE;

  self->churn_min = self->churn_min != 0.0 ? self->churn_min : settings.churn_min;
  self->churn_max = self->churn_max != 0.0 ? self->churn_max : settings.churn_max;
  self->churn_noise = self->churn_noise != 0.0 ? self->churn_noise : settings.churn_noise;
  self->lms_order = self->lms_order != 0 ? self->lms_order : settings.lms_order;

  return TRUE;
}

/* Where solver and its settings are the trajectory's own. */
static gboolean
take_solver_settings (DipSampleOptions *self, DipJson *json, GError **error)
{
  gboolean is_own = self->scheduler == NULL;

  if (!get_number (json, "steps", &self->steps, self->steps, error))
    return FALSE;
  if (self->eta == DIP_NUMBER_UNSAID)
    {
      self->eta = 0.0;
      if (is_own && !dip_json_get_double (json, "eta", 0.0, 1.0, &self->eta, error))
        return FALSE;
    }
  if (self->churn == DIP_NUMBER_UNSAID)
    {
      self->churn = 0.0;
      if (is_own &&
          !dip_json_get_double (json, "churn", 0.0, HUGE_VAL, &self->churn, error))
        return FALSE;
    }

  return !is_own || take_extras (&self->extras, json, error);
}

static gboolean
take_count (DipSampleOptions *self, DipCli *cli, guint n_images, GError **error)
{
  if (self->count == G_MININT64)
    self->count = n_images;
  if (self->count <= n_images || n_images == 1)
    return TRUE;

  return dip_cli_usage_error (cli, error,
                              "--count %" G_GINT64_FORMAT
                              ": the trajectory has %u pairs; "
                              "only one of one pair can be gone on from more often",
                              self->count, n_images);
}

/* Noise that came from a file or from between two seeds cannot be gone on with. */
static gboolean
check_noise (DipSampleOptions *self, DipCli *cli, DipJson *json, GError **error)
{
  if (dip_json_has (json, "interpolate"))
    return dip_cli_usage_error (cli, error,
                                "--fork: the trajectory is one between two seeds, wanted "
                                "one of a seed");
  if (dip_json_has (json, "noise_sha256") && self->seed == G_MININT64)
    return dip_cli_usage_error (cli, error,
                                "--fork: the trajectory's noise came from a file: wants "
                                "--seed for the noise to come");

  return TRUE;
}

gboolean
dip_sample_fork_open (DipSampleOptions *options, DipCli *cli, GError **error)
{
  g_autofree char *path = NULL;
  DipDenoiserShape shape;
  DipJson *json;
  guint n_images;

  if (!split (options, cli, &path, error))
    return FALSE;
  options->trajectory_file = dip_trajectory_file_open (path, error);
  if (options->trajectory_file == NULL)
    return FALSE;

  json = dip_trajectory_file_get_settings (options->trajectory_file);
  dip_trajectory_file_get_shape (options->trajectory_file, &n_images, &shape);
  if (options->size != NULL)
    return dip_cli_usage_error (cli, error,
                                "--size cannot go with --fork: it is the trajectory's, "
                                "%ux%u",
                                shape.width, shape.height);
  options->size = g_strdup_printf ("%ux%u", shape.width, shape.height);
  if (options->class_label < 0 && !dip_json_get_int (json, "class_label", -1, G_MAXINT32,
                                                     &options->class_label, error))
    return FALSE;

  return check_noise (options, cli, json, error) &&
         get_number (json, "seed", &options->seed, options->seed, error) &&
         take_solver_settings (options, json, error) &&
         take_count (options, cli, n_images, error);
}

DipSchedulerConfig *
dip_sample_fork_load_scheduler (const DipSampleOptions *options,
                                const char *class_name,
                                const char *const *more,
                                GError **error)
{
  return dip_fork_read_scheduler (
      dip_trajectory_file_get_settings (options->trajectory_file), class_name, more,
      error);
}

gboolean
dip_sample_fork_check_checkpoint (const DipSampleOptions *options,
                                  const char *sha256,
                                  GError **error)
{
  DipJson *json = dip_trajectory_file_get_settings (options->trajectory_file);
  const char *wanted = NULL;
  const char *name = "one";

  if (!dip_json_require (json, "checkpoint_sha256", error) ||
      !dip_json_get_string (json, "checkpoint_sha256", &wanted, error) ||
      !dip_json_get_string (json, "checkpoint", &name, error))
    return FALSE;
  if (g_str_equal (wanted, sha256))
    return TRUE;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "%s: is a trajectory of another checkpoint ('%s', weights %.12s…), and "
               "this one's weights are %.12s…",
               dip_trajectory_file_get_path (options->trajectory_file), name, wanted,
               sha256);

  return FALSE;
}

/* Of the trajectory's images, one a pair, each of @n_values; NULL for NULL. */
static float *
spread (const DipSampleOptions *options,
        const float *images,
        guint n_images,
        gsize n_values)
{
  float *result;

  if (images == NULL)
    return NULL;

  result = g_new (float, n_values * options->n_pairs);
  for (guint i = 0; i < options->n_pairs; i++)
    {
      guint from = n_images == 1 ? 0 : options->first_seed - options->seed + i;

      memcpy (result + i * n_values, images + from * n_values, n_values * sizeof (float));
    }

  return result;
}

/* Keeps what the trajectory kept to, unless the command line gives something else; of a
 * mask alone, the picture that the trajectory ended in.
 */
static gboolean
take_guide (DipSampleEdit *edit,
            const DipSampleOptions *options,
            const DipTrajectoryStep *step,
            gsize n_values,
            GError **error)
{
  g_auto (DipTrajectoryStep) last = { 0 };

  if (edit->guide.mask != NULL && edit->guide.picture == NULL)
    {
      if (!dip_trajectory_file_read (
              options->trajectory_file,
              dip_trajectory_file_get_last_step (options->trajectory_file), &last, error))
        return FALSE;
      edit->guide.picture = spread (options, last.x_t, last.n_images, n_values);
    }
  else if (edit->guide.mask == NULL && step->mask != NULL)
    {
      edit->guide.picture = spread (options, step->given, step->n_images, n_values);
      edit->guide.mask = g_memdup2 (step->mask, n_values * sizeof (float));
    }

  return TRUE;
}

/* What the run goes on from. */
static void
take_up (DipSampleEdit *edit,
         const DipSampleOptions *options,
         const DipForkPlan *plan,
         DipSolver *own,
         DipSolver *solver,
         const DipTrajectoryStep *step,
         gsize n_values)
{
  g_autofree float *pred_x0 = NULL;

  edit->walk = plan->walk;
  edit->x_t = spread (options, step->x_t, step->n_images, n_values);
  edit->n_done = plan->n_done;
  edit->n_draws = step->n_draws;
  if (plan->is_unchanged)
    {
      edit->memory =
          spread (options, step->memory, step->n_images, n_values * step->n_history);
      edit->n_history = step->n_history;
      return;
    }

  pred_x0 = spread (options, step->pred_x0, step->n_images, n_values);
  dip_convert_x_t (own, plan->position, solver, plan->walk.begin, edit->x_t, pred_x0,
                   edit->x_t, n_values * options->n_pairs);
}

static void
note_fork (const DipSampleEdit *edit, const DipSampleOptions *options, json_t *settings)
{
  DipTrajectoryFile *file = options->trajectory_file;
  g_autofree char *name = g_path_get_basename (dip_trajectory_file_get_path (file));
  json_t *object = json_object ();

  dip_json_set_string (object, "file", name);
  dip_json_set_string (object, "sha256", dip_trajectory_file_get_sha256 (file));
  dip_json_set_int (object, "step", options->fork_step);
  dip_json_set_bool (object, "unchanged", edit->n_done > 0);
  dip_json_set_take (settings, "fork", object);
}

static gint64
seed_of_trajectory (const DipSampleOptions *options)
{
  gint64 seed = options->seed;

  dip_json_get_int (dip_trajectory_file_get_settings (options->trajectory_file), "seed",
                    0, G_MAXINT64, &seed, NULL);

  return seed;
}

gboolean
dip_sample_fork_prepare (DipSampleEdit *edit,
                         DipCli *cli,
                         const DipSampleOptions *options,
                         const DipDenoiserShape *shape,
                         DipSolver *solver,
                         json_t *settings,
                         GError **error)
{
  gsize n_values = (gsize) shape->in_channels * shape->height * shape->width;
  gboolean is_edited =
      edit->guide.mask != NULL || options->jump_length >= 0 || options->repeats >= 0;
  g_auto (DipTrajectoryStep) step = { 0 };
  g_autoptr (DipSolver) own = NULL;
  DipDenoiserShape kept;
  DipForkPlan plan;
  DipWalk walk;
  guint n_images;

  dip_trajectory_file_get_shape (options->trajectory_file, &n_images, &kept);
  if (kept.in_channels != shape->in_channels)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: is of %u channels, wanted %u as the network's",
                   dip_trajectory_file_get_path (options->trajectory_file),
                   kept.in_channels, shape->in_channels);
      return FALSE;
    }

  own = dip_fork_read_solver (dip_trajectory_file_get_settings (options->trajectory_file),
                              shape, &walk, error);
  if (own == NULL || !dip_trajectory_file_read (options->trajectory_file,
                                                options->fork_step, &step, error))
    return FALSE;
  if (step.step >= dip_trajectory_file_get_last_step (options->trajectory_file))
    return dip_cli_usage_error (cli, error,
                                "--fork: step %u is the trajectory's last, after which "
                                "nothing is left to do",
                                step.step);
  if (!take_guide (edit, options, &step, n_values, error) ||
      !dip_fork_plan (own, &walk, step.step, step.n_history, solver,
                      is_edited ? &edit->walk : NULL, &plan, error))
    return FALSE;

  take_up (edit, options, &plan, own, solver, &step, n_values);
  note_fork (edit, options, settings);
  if (dip_solver_get_n_noises (solver) == 0 && edit->guide.mask == NULL &&
      options->seed != seed_of_trajectory (options))
    dip_cli_note (
        cli, "%s draws no noise: another seed changes nothing",
        dip_scheduler_kind_get_class_name (dip_solver_get_config (solver)->kind));

  return TRUE;
}
