#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

/* Heun's method over sigma (Karras et al. 2022, algorithm 1) as diffusers'
 * HeunDiscreteScheduler does it, in float32 and in its order.
 *
 * Two evaluations a step, but the last step: the even ones go a whole step along the
 * slope where the step begins, the odd ones again from there, along the mean of that
 * slope and the one where it led.
 */

enum
{
  HISTORY_SLOPE,
  HISTORY_X_T,
  N_HISTORY
};

static const char *const coefficient_names[] = { "second", "dt", NULL };

static gboolean
dip_solver_heun_plan (DipSolver *solver, GError **error)
{
  g_autofree double *timesteps = NULL;
  g_autofree float *sigmas = NULL;
  guint n;

  if (!dip_solver_plan_sigmas (solver, DIP_SIGMAS_EULER, error))
    return FALSE;

  timesteps = g_steal_pointer (&solver->timesteps);
  sigmas = g_steal_pointer (&solver->sigmas);
  n = 2 * solver->n_evaluations - 1;

  solver->n_evaluations = n;
  solver->timesteps = g_new (double, n);
  solver->sigmas = g_new (float, n + 1);
  solver->needs_noise = g_renew (gboolean, solver->needs_noise, n);
  for (guint i = 0; i < n; i++)
    {
      solver->timesteps[i] = timesteps[(i + 1) / 2];
      solver->sigmas[i] = sigmas[(i + 1) / 2];
      solver->needs_noise[i] = FALSE;
    }
  solver->sigmas[n] = 0.0f;
  solver->init_noise_sigma = dip_solver_find_init_noise_sigma (solver);

  return TRUE;
}

/* The whole step that the evaluation is part of. */
static float
find_dt (DipSolver *solver, guint evaluation)
{
  guint first = evaluation - evaluation % 2;

  return solver->sigmas[first + 1] - solver->sigmas[first];
}

static double
dip_solver_heun_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  return name == 0 ? evaluation % 2 : find_dt (solver, evaluation);
}

static void
dip_solver_heun_step (DipSolver *solver,
                      guint evaluation,
                      guint image,
                      const float *model_output,
                      const float *x_t,
                      const float *noise,
                      float *x_prev,
                      float *pred_x0)
{
  float sigma = solver->sigmas[evaluation];
  float dt = find_dt (solver, evaluation);
  float *slope = dip_solver_get_history (solver, image, HISTORY_SLOPE);
  float *from = dip_solver_get_history (solver, image, HISTORY_X_T);
  gsize n = dip_solver_get_image_size (solver);

  dip_solver_predict_x0_sigma (solver, sigma, sigma, model_output, x_t, pred_x0);

  if (evaluation % 2 == 0)
    {
      memcpy (from, x_t, n * sizeof (float));
      for (gsize i = 0; i < n; i++)
        slope[i] = (x_t[i] - pred_x0[i]) / sigma;
    }
  else
    for (gsize i = 0; i < n; i++)
      slope[i] = (slope[i] + (x_t[i] - pred_x0[i]) / sigma) / 2.0f;

  for (gsize i = 0; i < n; i++)
    x_prev[i] = from[i] + slope[i] * dt;
}

static gboolean
dip_solver_heun_can_begin (DipSolver *solver, guint evaluation)
{
  return evaluation % 2 == 0;
}

const DipSolverClass dip_solver_heun_class = {
  .instance_size = sizeof (DipSolver),
  .coefficient_names = coefficient_names,
  .n_history = N_HISTORY,
  .plan = dip_solver_heun_plan,
  .get_coefficient = dip_solver_heun_get_coefficient,
  .scale_model_input = dip_solver_scale_by_sigma,
  .step = dip_solver_heun_step,
  .can_begin = dip_solver_heun_can_begin,
};
