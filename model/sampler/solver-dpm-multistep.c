#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"

/* DPM-Solver (Lu et al. 2022a) and DPM-Solver++ (2022b) of orders 1 to 3 over the last
 * answers of the network, as diffusers' DPMSolverMultistepScheduler does it, in float32.
 */

/* As many predictions as the highest order looks at. */
#define N_HISTORY DIP_SCHEDULER_MAX_ORDER

/* With fewer steps, lower_order_final lowers the order at the end. */
#define FEW_STEPS 15

typedef struct
{
  DipNoiseLevel from;
  guint order;
  float r0, r1; /* the last steps' sizes in lambda, per this one's */
  DipDpmFactors factors;
} DpmStep;

typedef struct
{
  DipSolver parent_instance;

  DpmStep *steps; /* (n_evaluations) */
} DipSolverDpm;

static const char *const coefficient_names[] = {
  "order", "sample_coeff", "d0_coeff", "d1_coeff", "d2_coeff", "noise_coeff", NULL
};

static guint
find_order (DipSolver *solver, guint i)
{
  const DipSchedulerConfig *config = solver->config;
  guint n = solver->n_evaluations;
  gboolean lowers = config->lower_order_final && n < FEW_STEPS;
  guint order =
      MIN ((guint) config->solver_order, dip_solver_count_evaluations (solver, i));

  if (i + 1 == n && (config->euler_at_final || lowers ||
                     config->final_sigmas_type == DIP_FINAL_SIGMA_ZERO))
    return 1;
  if (i + 2 == n && lowers)
    return MIN (order, 2);

  return order;
}

static DpmStep
plan_step (DipSolver *solver, guint i)
{
  const DipSchedulerConfig *config = solver->config;
  const float *sigmas = solver->sigmas;
  DipNoiseLevel to = dip_noise_level (sigmas[i + 1]);
  DpmStep step = { .from = dip_noise_level (sigmas[i]), .order = find_order (solver, i) };
  gboolean is_heun = config->solver_type == DIP_SOLVER_TYPE_HEUN;
  float h = to.lambda - step.from.lambda;

  if (step.order > 1)
    step.r0 = (step.from.lambda - dip_noise_level (sigmas[i - 1]).lambda) / h;
  if (step.order > 2)
    step.r1 = (dip_noise_level (sigmas[i - 1]).lambda -
               dip_noise_level (sigmas[i - 2]).lambda) /
              h;

  step.factors = dip_dpm_find_factors (config, step.from, to, step.order == 3 || is_heun);

  return step;
}

static gboolean
dip_solver_dpm_plan (DipSolver *solver, GError **error)
{
  DipSolverDpm *self = (DipSolverDpm *) solver;

  if (!dip_solver_plan_sigmas (solver, DIP_SIGMAS_DPM, error))
    return FALSE;

  self->steps = g_new (DpmStep, solver->n_evaluations);
  for (guint i = 0; i < solver->n_evaluations; i++)
    {
      self->steps[i] = plan_step (solver, i);
      if (solver->config->algorithm_type == DIP_ALGORITHM_SDE_DPM &&
          self->steps[i].order > 2)
        {
          g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                       "%s: 'solver_order' must be 1 or 2 for \"sde-dpmsolver\" with %u "
                       "steps, found %d",
                       dip_scheduler_config_get_name (solver->config),
                       solver->settings.n_steps, solver->config->solver_order);
          return FALSE;
        }
      solver->needs_noise[i] = dip_dpm_adds_noise (solver->config);
    }

  return TRUE;
}

static double
dip_solver_dpm_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const DpmStep *step = &((DipSolverDpm *) solver)->steps[evaluation];
  const float values[] = { step->order,
                           step->factors.x,
                           step->factors.d0,
                           step->order > 1 ? step->factors.d1 : 0.0f,
                           step->order > 2 ? step->factors.d2 : 0.0f,
                           step->factors.noise };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

/* One value: x_t times its factor, then term by term in diffusers' order. */
static float
take_step (const DpmStep *step, float x_t, float m0, float m1, float m2)
{
  float x = step->factors.x * x_t + step->factors.d0 * m0;
  float d1, d1_before, bend;

  if (step->order == 1)
    return x;

  d1 = 1.0f / step->r0 * (m0 - m1);
  if (step->order == 2)
    return x + step->factors.d1 * d1;

  d1_before = 1.0f / step->r1 * (m1 - m2);
  bend = d1 - d1_before;
  x = x + step->factors.d1 * (d1 + step->r0 / (step->r0 + step->r1) * bend);

  return x + step->factors.d2 * (1.0f / (step->r0 + step->r1) * bend);
}

static void
dip_solver_dpm_step (DipSolver *solver,
                     guint evaluation,
                     guint image,
                     const float *model_output,
                     const float *x_t,
                     const float *noise,
                     float *x_prev,
                     float *pred_x0)
{
  const DpmStep *step = &((DipSolverDpm *) solver)->steps[evaluation];
  gsize n = dip_solver_get_image_size (solver);
  float *m0 = dip_solver_get_history (solver, image, evaluation % N_HISTORY);
  const float *m1 = dip_solver_get_history (solver, image, (evaluation + 2) % N_HISTORY);
  const float *m2 = dip_solver_get_history (solver, image, (evaluation + 1) % N_HISTORY);

  dip_dpm_convert_output (solver, step->from, model_output, x_t, pred_x0, m0);

  for (gsize i = 0; i < n; i++)
    x_prev[i] = take_step (step, x_t[i], m0[i], m1[i], m2[i]);

  if (noise == NULL)
    return;

  for (gsize i = 0; i < n; i++)
    x_prev[i] = x_prev[i] + step->factors.noise * noise[i];
}

static void
dip_solver_dpm_clear (DipSolver *solver)
{
  g_free (((DipSolverDpm *) solver)->steps);
}

const DipSolverClass dip_solver_dpm_multistep_class = {
  .instance_size = sizeof (DipSolverDpm),
  .coefficient_names = coefficient_names,
  .n_history = N_HISTORY,
  .plan = dip_solver_dpm_plan,
  .get_coefficient = dip_solver_dpm_get_coefficient,
  .step = dip_solver_dpm_step,
  .clear = dip_solver_dpm_clear,
};
