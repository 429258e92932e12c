#include "model/sampler/fork.h"

#include <math.h>

#include "model/sampler/error.h"
#include "model/sampler/solver-settings.h"

static gboolean
is_same_solver (DipSolver *a, DipSolver *b)
{
  const DipSolverSettings *one = dip_solver_get_settings (a);
  const DipSolverSettings *other = dip_solver_get_settings (b);
  json_t *config = dip_scheduler_config_to_json (dip_solver_get_config (a));
  json_t *other_config = dip_scheduler_config_to_json (dip_solver_get_config (b));
  gboolean is_same =
      json_equal (config, other_config) && dip_solver_settings_are_equal (one, other);

  json_decref (config);
  json_decref (other_config);

  return is_same;
}

/* From the nearest level that the new solver can begin at, with the jumps of @walk. */
static gboolean
begin_anew (DipForkPlan *plan,
            DipSolver *own,
            DipSolver *solver,
            const DipWalk *walk,
            GError **error)
{
  g_autofree guint *evaluations = NULL;

  if (!dip_solver_can_begin_later (solver))
    {
      g_set_error (
          error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
          "%s cannot begin in the middle: it can go on with a trajectory of its "
          "own, with the same settings",
          dip_scheduler_kind_get_class_name (dip_solver_get_config (solver)->kind));
      return FALSE;
    }

  plan->is_unchanged = FALSE;
  plan->n_done = 0;
  plan->walk = *walk;
  plan->walk.begin = dip_find_nearest_evaluation (own, plan->position, solver);
  evaluations = dip_walk_list (&plan->walk, solver, &plan->n_steps, error);

  return evaluations != NULL;
}

gboolean
dip_fork_plan (DipSolver *own,
               const DipWalk *own_walk,
               guint step,
               guint n_history,
               DipSolver *solver,
               const DipWalk *edited,
               DipForkPlan *plan,
               GError **error)
{
  g_autofree guint *evaluations = NULL;
  guint n_steps;

  g_return_val_if_fail (own != NULL && solver != NULL && step > 0, FALSE);

  evaluations = dip_walk_list (own_walk, own, &n_steps, error);
  if (evaluations == NULL)
    return FALSE;
  if (step >= n_steps)
    {
      g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                   "step %u is the trajectory's last, after which nothing is left to do",
                   step);
      return FALSE;
    }

  plan->position = evaluations[step - 1] + 1;
  if (edited != NULL || !is_same_solver (own, solver) ||
      n_history != dip_solver_get_n_history (solver))
    return begin_anew (plan, own, solver, edited != NULL ? edited : own_walk, error);

  plan->is_unchanged = TRUE;
  plan->walk = *own_walk;
  plan->n_done = step;
  plan->n_steps = n_steps;

  return TRUE;
}

DipSchedulerConfig *
dip_fork_read_scheduler (DipJson *settings,
                         const char *class_name,
                         const char *const *more,
                         GError **error)
{
  g_autoptr (DipJson) config = NULL;

  if (!dip_json_require (settings, "scheduler_config", error) ||
      !dip_json_get_object (settings, "scheduler_config", &config, error))
    return NULL;

  return dip_scheduler_config_parse_with (config, class_name, more, error);
}

static gboolean
read_walk (DipJson *settings, DipWalk *walk, GError **error)
{
  g_autoptr (DipJson) steps = NULL;
  gint64 begin = 0, jump_length = 0, n_repeats = 0;

  if (!dip_json_get_object (settings, "walk", &steps, error))
    return FALSE;
  if (steps != NULL &&
      (!dip_json_get_int (steps, "begin", 0, G_MAXINT32, &begin, error) ||
       !dip_json_get_int (steps, "jump_length", 0, G_MAXINT32, &jump_length, error) ||
       !dip_json_get_int (steps, "repeats", 0, G_MAXINT32, &n_repeats, error)))
    return FALSE;

  *walk = (DipWalk){ begin, jump_length, n_repeats };

  return TRUE;
}

DipSolver *
dip_fork_read_solver (DipJson *settings,
                      const DipDenoiserShape *shape,
                      DipWalk *walk,
                      GError **error)
{
  g_autoptr (DipSchedulerConfig) config =
      dip_fork_read_scheduler (settings, NULL, NULL, error);
  DipSolverSettings solver_settings = { 0 };
  g_autoptr (DipSolver) solver = NULL;
  gint64 n_steps = 0;

  if (config == NULL || !dip_json_require (settings, "steps", error) ||
      !dip_json_get_int (settings, "steps", 1, G_MAXINT32, &n_steps, error) ||
      !dip_json_get_double (settings, "eta", 0.0, 1.0, &solver_settings.eta, error) ||
      !dip_json_get_double (settings, "churn", 0.0, HUGE_VAL, &solver_settings.churn,
                            error) ||
      !dip_solver_settings_read_extras (&solver_settings, settings, error) ||
      !read_walk (settings, walk, error))
    return NULL;

  solver_settings.n_steps = n_steps;
  solver = dip_solver_new (config, &solver_settings, error);
  if (solver == NULL ||
      !dip_solver_start (solver, 1, shape->in_channels, shape->out_channels,
                         (gsize) shape->height * shape->width, error))
    return NULL;

  return g_steal_pointer (&solver);
}

void
dip_fork_note_walk (json_t *settings, const DipWalk *walk)
{
  json_t *steps = json_object ();

  dip_json_set_int (steps, "begin", walk->begin);
  dip_json_set_int (steps, "jump_length", walk->jump_length);
  dip_json_set_int (steps, "repeats", walk->n_repeats);
  dip_json_set_take (settings, "walk", steps);
}
