#include "model/sampler/walk.h"

#include "model/sampler/error.h"

/* The evaluations that steps begin at, from @begin on, and behind them the end. */
static GArray *
list_steps (DipSolver *solver, guint begin)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n = dip_solver_get_n_evaluations (solver);

  for (guint i = begin; i < n; i++)
    if (i == begin || dip_solver_can_begin (solver, i))
      g_array_append_val (steps, i);
  g_array_append_val (steps, n);

  return steps;
}

/* How often to go back where @n_left steps are left: a multiple of the jump's length that
 * leaves room for the jump.
 */
static guint
count_jumps (const DipWalk *self, guint n_left, guint n_steps)
{
  if (self->jump_length == 0 || self->n_repeats < 2)
    return 0;
  if (n_left % self->jump_length != 0 || n_left + self->jump_length >= n_steps)
    return 0;

  return self->n_repeats - 1;
}

static void
append_step (GArray *evaluations, const guint *steps, guint step)
{
  for (guint i = steps[step]; i < steps[step + 1]; i++)
    g_array_append_val (evaluations, i);
}

static GArray *
walk (const DipWalk *self, const guint *steps, guint n_steps)
{
  GArray *evaluations = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree guint *n_jumps = g_new (guint, n_steps);
  guint n_left = n_steps;

  for (guint i = 0; i < n_steps; i++)
    n_jumps[i] = count_jumps (self, i, n_steps);

  while (n_left > 0 && evaluations->len <= DIP_WALK_MAX)
    {
      append_step (evaluations, steps, n_steps - n_left);
      n_left--;
      if (n_jumps[n_left] == 0)
        continue;
      n_jumps[n_left]--;
      n_left += self->jump_length;
    }

  return evaluations;
}

guint *
dip_walk_list (const DipWalk *self,
               DipSolver *solver,
               guint *n_evaluations,
               GError **error)
{
  g_autoptr (GArray) steps = NULL;
  g_autoptr (GArray) evaluations = NULL;

  g_return_val_if_fail (self != NULL && solver != NULL, NULL);

  if (!dip_solver_can_begin (solver, self->begin) ||
      (self->jump_length > 0 && self->n_repeats > 1 &&
       !dip_solver_can_begin_later (solver) && dip_solver_get_n_evaluations (solver) > 1))
    {
      g_set_error (
          error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
          "%s cannot begin in the middle, at evaluation %u of %u",
          dip_scheduler_kind_get_class_name (dip_solver_get_config (solver)->kind),
          self->begin + 1, dip_solver_get_n_evaluations (solver));
      return NULL;
    }

  steps = list_steps (solver, self->begin);
  evaluations = walk (self, (const guint *) steps->data, steps->len - 1);
  if (evaluations->len > DIP_WALK_MAX)
    {
      g_set_error (
          error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
          "%s cannot begin in the middle, at evaluation %u of %u, or go back",
          dip_scheduler_kind_get_class_name (dip_solver_get_config (solver)->kind),
          self->begin + 1, dip_solver_get_n_evaluations (solver));
      return NULL;
    }

  *n_evaluations = evaluations->len;
  return (guint *) g_array_steal (evaluations, NULL);
}

guint
dip_walk_find_begin (const guint *evaluations, guint at)
{
  while (at > 0 && evaluations[at] == evaluations[at - 1] + 1)
    at--;

  return evaluations[at];
}
