#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

#include "model/sampler/library-math.h"

/* DPM-Solver-2 over sigma (Karras et al. 2022, algorithm 2, in the form of k-diffusion's
 * sample_dpm_2 and sample_dpm_2_ancestral) as diffusers' KDPM2DiscreteScheduler and
 * KDPM2AncestralDiscreteScheduler do it, in float32 and in their order.
 *
 * Two evaluations a step, but the last step: the even ones go to a sigma between the
 * step's ends, the odd ones follow the slope found there over the whole step.
 */

typedef struct
{
  float dt;           /* from where the step began */
  float noise_factor; /* how much noise is added after it */
} Kdpm2Step;

typedef struct
{
  DipSolver parent_instance;

  Kdpm2Step *steps; /* (n_evaluations) */
} DipSolverKdpm2;

/* Where a step ends before noise is added, and how much noise that is. */
typedef struct
{
  float down;
  float up;
} Kdpm2End;

static const char *const coefficient_names[] = { "second", "dt", "noise_coeff", NULL };

static Kdpm2End
find_end (const DipSolver *solver, float from, float to)
{
  Kdpm2End end = { to, 0.0f };

  if (solver->config->kind == DIP_SCHEDULER_KDPM2_ANCESTRAL)
    {
      end.up = sqrtf (to * to * (from * from - to * to) / (from * from));
      end.down = sqrtf (to * to - end.up * end.up);
    }

  return end;
}

/* The geometric mean, in the order of torch's lerp() of the logarithms by one half.  The
 * ancestral solver interpolates from the other end.
 */
static float
interpolate (const DipSolver *solver, float from, float down)
{
  gboolean is_ancestral = solver->config->kind == DIP_SCHEDULER_KDPM2_ANCESTRAL;
  float a = dip_torch_log (is_ancestral ? from : down);
  float b = dip_torch_log (is_ancestral ? down : from);

  return dip_torch_exp (b - (b - a) * 0.5f);
}

/* Step @k, which goes from sigmas[k] to sigmas[k + 1], becomes evaluations 2 k and
 * 2 k + 1; the last step is one evaluation, straight to 0.
 */
static void
plan_step (DipSolver *solver,
           guint k,
           guint n,
           const double *timesteps,
           const float *sigmas)
{
  Kdpm2Step *steps = ((DipSolverKdpm2 *) solver)->steps + 2 * k;
  Kdpm2End end = find_end (solver, sigmas[k], sigmas[k + 1]);
  float between = k + 1 < n ? interpolate (solver, sigmas[k], end.down) : 0.0f;

  solver->timesteps[2 * k] = timesteps[k];
  solver->sigmas[2 * k] = sigmas[k];
  steps[0] = (Kdpm2Step){ .dt = between - sigmas[k] };
  if (k + 1 == n)
    return;

  solver->sigmas[2 * k + 1] = between;
  solver->needs_noise[2 * k + 1] = solver->config->kind == DIP_SCHEDULER_KDPM2_ANCESTRAL;
  steps[1] = (Kdpm2Step){ .dt = end.down - sigmas[k], .noise_factor = end.up };
}

static gboolean
dip_solver_kdpm2_plan (DipSolver *solver, GError **error)
{
  g_autofree double *timesteps = NULL;
  g_autofree double *found = NULL;
  g_autofree float *sigmas = NULL;
  guint n_steps, n;

  if (!dip_solver_plan_sigmas (solver, DIP_SIGMAS_KDPM2, error))
    return FALSE;

  timesteps = g_steal_pointer (&solver->timesteps);
  sigmas = g_steal_pointer (&solver->sigmas);
  n_steps = solver->n_evaluations;
  n = 2 * n_steps - 1;
  if (solver->config->use_karras_sigmas)
    for (guint k = 0; k < n_steps; k++)
      timesteps[k] = rint (timesteps[k]);

  solver->n_evaluations = n;
  solver->timesteps = g_new (double, n);
  solver->sigmas = g_new (float, n + 1);
  solver->sigmas[n] = 0.0f;
  g_free (solver->needs_noise);
  solver->needs_noise = g_new0 (gboolean, n);
  ((DipSolverKdpm2 *) solver)->steps = g_new0 (Kdpm2Step, n);
  for (guint k = 0; k < n_steps; k++)
    plan_step (solver, k, n_steps, timesteps, sigmas);

  found = g_new (double, n);
  dip_solver_find_sigma_timesteps (solver, solver->sigmas, n, found);
  for (guint i = 1; i < n; i += 2)
    solver->timesteps[i] = found[i];
  solver->init_noise_sigma = dip_solver_find_init_noise_sigma (solver);

  return TRUE;
}

static double
dip_solver_kdpm2_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const Kdpm2Step *step = &((DipSolverKdpm2 *) solver)->steps[evaluation];
  const float values[] = { evaluation % 2, step->dt, step->noise_factor };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

static void
dip_solver_kdpm2_step (DipSolver *solver,
                       guint evaluation,
                       guint image,
                       const float *model_output,
                       const float *x_t,
                       const float *noise,
                       float *x_prev,
                       float *pred_x0)
{
  const Kdpm2Step *step = &((DipSolverKdpm2 *) solver)->steps[evaluation];
  float sigma = solver->sigmas[evaluation];
  float *from = dip_solver_get_history (solver, image, 0);
  gsize n = dip_solver_get_image_size (solver);

  dip_solver_predict_x0_sigma (solver, sigma, sigma, model_output, x_t, pred_x0);
  if (evaluation % 2 == 0)
    memcpy (from, x_t, n * sizeof (float));

  for (gsize i = 0; i < n; i++)
    x_prev[i] = from[i] + (x_t[i] - pred_x0[i]) / sigma * step->dt;

  if (noise == NULL)
    return;

  for (gsize i = 0; i < n; i++)
    x_prev[i] = x_prev[i] + noise[i] * step->noise_factor;
}

static gboolean
dip_solver_kdpm2_can_begin (DipSolver *solver, guint evaluation)
{
  return evaluation % 2 == 0;
}

static void
dip_solver_kdpm2_clear (DipSolver *solver)
{
  g_free (((DipSolverKdpm2 *) solver)->steps);
}

const DipSolverClass dip_solver_kdpm2_class = {
  .instance_size = sizeof (DipSolverKdpm2),
  .coefficient_names = coefficient_names,
  .n_history = 1,
  .plan = dip_solver_kdpm2_plan,
  .get_coefficient = dip_solver_kdpm2_get_coefficient,
  .scale_model_input = dip_solver_scale_by_sigma,
  .step = dip_solver_kdpm2_step,
  .can_begin = dip_solver_kdpm2_can_begin,
  .clear = dip_solver_kdpm2_clear,
};

const DipSolverClass dip_solver_kdpm2_ancestral_class = {
  .instance_size = sizeof (DipSolverKdpm2),
  .coefficient_names = coefficient_names,
  .n_history = 1,
  .plan = dip_solver_kdpm2_plan,
  .get_coefficient = dip_solver_kdpm2_get_coefficient,
  .scale_model_input = dip_solver_scale_by_sigma,
  .step = dip_solver_kdpm2_step,
  .can_begin = dip_solver_kdpm2_can_begin,
  .clear = dip_solver_kdpm2_clear,
};
