#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

/* DPM-Solver (Lu et al. 2022a) and DPM-Solver++ (2022b) of orders 1 to 3 over the last
 * answers of the network, as diffusers' DPMSolverMultistepScheduler does it, in float32.
 *
 * A step is a sum: of x_t, of the newest prediction D0, of its first and second
 * differences D1 and D2, and of noise.
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

  float x_factor;
  float d0_factor;
  float d1_factor;
  float d2_factor;
  float noise_factor;
} DpmStep;

typedef struct
{
  DipSolver parent_instance;

  DpmStep *steps; /* (n_evaluations) */
} DipSolverDpm;

static const char *const coefficient_names[] = {
  "order", "sample_coeff", "d0_coeff", "d1_coeff", "d2_coeff", "noise_coeff", NULL
};

static gboolean
predicts_noise (const DipSchedulerConfig *config)
{
  return config->algorithm_type == DIP_ALGORITHM_DPM ||
         config->algorithm_type == DIP_ALGORITHM_SDE_DPM;
}

static gboolean
adds_noise (const DipSchedulerConfig *config)
{
  return config->algorithm_type == DIP_ALGORITHM_SDE_DPM ||
         config->algorithm_type == DIP_ALGORITHM_SDE_DPM_PP;
}

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

static void
plan_dpm_pp (DpmStep *step, DipNoiseLevel to, float h, gboolean is_heun)
{
  float decay = expf (-h) - 1.0f;

  step->x_factor = to.noise / step->from.noise;
  step->d0_factor = -(to.alpha * decay);
  step->d1_factor = step->order == 3 || is_heun ? to.alpha * (decay / h + 1.0f)
                                                : -0.5f * (to.alpha * decay);
  step->d2_factor = -(to.alpha * ((decay + h) / (h * h) - 0.5f));
}

static void
plan_dpm (DpmStep *step, DipNoiseLevel to, float h, gboolean is_heun)
{
  float growth = expf (h) - 1.0f;

  step->x_factor = to.alpha / step->from.alpha;
  step->d0_factor = -(to.noise * growth);
  step->d1_factor = step->order == 3 || is_heun ? -(to.noise * (growth / h - 1.0f))
                                                : -0.5f * (to.noise * growth);
  step->d2_factor = -(to.noise * ((growth - h) / (h * h) - 0.5f));
}

static void
plan_sde_dpm_pp (DpmStep *step, DipNoiseLevel to, float h, gboolean is_heun)
{
  float rise = 1.0f - expf (-2.0f * h);

  step->x_factor = to.noise / step->from.noise * expf (-h);
  step->d0_factor = to.alpha * rise;
  step->d1_factor = step->order == 3 || is_heun ? to.alpha * (rise / (-2.0f * h) + 1.0f)
                                                : 0.5f * (to.alpha * rise);
  step->d2_factor = to.alpha * ((rise - 2.0f * h) / ((2.0f * h) * (2.0f * h)) - 0.5f);
  step->noise_factor = to.noise * sqrtf (rise);
}

static void
plan_sde_dpm (DpmStep *step, DipNoiseLevel to, float h, gboolean is_heun)
{
  float growth = expf (h) - 1.0f;

  step->x_factor = to.alpha / step->from.alpha;
  step->d0_factor = -2.0f * (to.noise * growth);
  step->d1_factor =
      is_heun ? -2.0f * (to.noise * (growth / h - 1.0f)) : -(to.noise * growth);
  step->noise_factor = to.noise * sqrtf (expf (2.0f * h) - 1.0f);
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

  switch ((DipAlgorithmType) config->algorithm_type)
    {
    case DIP_ALGORITHM_DPM:
      plan_dpm (&step, to, h, is_heun);
      return step;

    case DIP_ALGORITHM_DPM_PP:
      plan_dpm_pp (&step, to, h, is_heun);
      return step;

    case DIP_ALGORITHM_SDE_DPM:
      plan_sde_dpm (&step, to, h, is_heun);
      return step;

    case DIP_ALGORITHM_SDE_DPM_PP:
      plan_sde_dpm_pp (&step, to, h, is_heun);
      return step;

    case DIP_ALGORITHM_DEIS:
      break;
    }

  g_assert_not_reached ();
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
      solver->needs_noise[i] = adds_noise (solver->config);
    }

  return TRUE;
}

static double
dip_solver_dpm_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const DpmStep *step = &((DipSolverDpm *) solver)->steps[evaluation];
  const float values[] = { step->order,
                           step->x_factor,
                           step->d0_factor,
                           step->order > 1 ? step->d1_factor : 0.0f,
                           step->order > 2 ? step->d2_factor : 0.0f,
                           step->noise_factor };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

static float
extrapolate (const DpmStep *step, float m0, float m1, float m2)
{
  float d1, d1_before, bend;

  if (step->order == 1)
    return step->d0_factor * m0;

  d1 = 1.0f / step->r0 * (m0 - m1);
  if (step->order == 2)
    return step->d0_factor * m0 + step->d1_factor * d1;

  d1_before = 1.0f / step->r1 * (m1 - m2);
  bend = d1 - d1_before;

  return step->d0_factor * m0 +
         step->d1_factor * (d1 + step->r0 / (step->r0 + step->r1) * bend) +
         step->d2_factor * (1.0f / (step->r0 + step->r1) * bend);
}

/* The prediction that the solver works on: x_0, or the noise that would lead there. */
static void
convert_output (DipSolver *solver,
                const DpmStep *step,
                const float *model_output,
                const float *x_t,
                float *pred_x0,
                float *converted)
{
  const DipSchedulerConfig *config = solver->config;
  gsize n = dip_solver_get_image_size (solver);

  dip_solver_predict_x0 (solver, step->from.alpha, step->from.noise, model_output, x_t,
                         pred_x0);
  if (!predicts_noise (config))
    memcpy (converted, pred_x0, n * sizeof (float));
  else
    dip_solver_predict_noise (solver, step->from.alpha, step->from.noise, model_output,
                              x_t, config->thresholding ? pred_x0 : NULL, converted);
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

  convert_output (solver, step, model_output, x_t, pred_x0, m0);

  for (gsize i = 0; i < n; i++)
    x_prev[i] = step->x_factor * x_t[i] + extrapolate (step, m0[i], m1[i], m2[i]);

  if (noise == NULL)
    return;

  for (gsize i = 0; i < n; i++)
    x_prev[i] = x_prev[i] + step->noise_factor * noise[i];
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
