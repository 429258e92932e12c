#include "model/sampler/solver-private.h"

#include <math.h>

#include "model/sampler/library-math.h"

/* Ancestral sampling (Ho et al. 2020, algorithm 2) as diffusers' DDPMScheduler does it,
 * also over fewer steps than it was trained with.  All numbers are float32, computed in
 * its order.
 */

/* The smallest variance: its logarithm is taken. */
#define MIN_VARIANCE 1e-20f

typedef struct
{
  float sqrt_alpha; /* of a_t, and of 1 - a_t */
  float sqrt_beta;
  float x0_factor; /* the mean of x_prev (equation 7) */
  float x_t_factor;
  float noise_factor;     /* fixed variances: standard deviation */
  float min_log, max_log; /* learned_range: logarithms of the variance's bounds */
} DdpmStep;

typedef struct
{
  DipSolver parent_instance;

  DdpmStep *steps; /* (n_evaluations) */
} DipSolverDdpm;

static const char *const coefficient_names[] = {
  "sqrt_alpha_prod",      "sqrt_beta_prod", "pred_original_sample_coeff",
  "current_sample_coeff", "noise_coeff",    NULL
};

static float
find_noise_factor (DipVarianceType type, float variance, float current_beta)
{
  switch (type)
    {
    case DIP_VARIANCE_FIXED_SMALL:
      return sqrtf (variance);

    case DIP_VARIANCE_FIXED_SMALL_LOG:
      return dip_torch_exp (0.5f * dip_torch_log (variance));

    case DIP_VARIANCE_FIXED_LARGE:
      return sqrtf (current_beta);

    /* diffusers 0.40 takes the square root of the logarithm, which is no number. */
    case DIP_VARIANCE_FIXED_LARGE_LOG:
      return dip_torch_exp (0.5f * dip_torch_log (current_beta));

    case DIP_VARIANCE_LEARNED:
    case DIP_VARIANCE_LEARNED_RANGE:
      return NAN;
    }

  g_assert_not_reached ();
}

static DdpmStep
plan_step (DipVarianceType type, float alpha_prod, float alpha_prod_prev)
{
  float beta_prod = 1.0f - alpha_prod;
  float beta_prod_prev = 1.0f - alpha_prod_prev;
  float current_alpha = alpha_prod / alpha_prod_prev;
  float current_beta = 1.0f - current_alpha;
  float variance = MAX (beta_prod_prev / beta_prod * current_beta, MIN_VARIANCE);

  return (DdpmStep){
    .sqrt_alpha = sqrtf (alpha_prod),
    .sqrt_beta = sqrtf (beta_prod),
    .x0_factor = sqrtf (alpha_prod_prev) * current_beta / beta_prod,
    .x_t_factor = sqrtf (current_alpha) * beta_prod_prev / beta_prod,
    .noise_factor = find_noise_factor (type, variance, current_beta),
    .min_log = dip_torch_log (variance),
    .max_log = dip_torch_log (current_beta),
  };
}

static gboolean
dip_solver_ddpm_plan (DipSolver *solver, GError **error)
{
  DipSolverDdpm *self = (DipSolverDdpm *) solver;
  const float *alphas_cumprod = solver->schedule->alphas_cumprod;

  if (!dip_solver_plan_spaced (solver, error))
    return FALSE;

  self->steps = g_new (DdpmStep, solver->n_evaluations);
  for (guint i = 0; i < solver->n_evaluations; i++)
    {
      gboolean is_last = i + 1 == solver->n_evaluations;
      float prev = is_last ? 1.0f : alphas_cumprod[(gsize) solver->timesteps[i + 1]];

      self->steps[i] = plan_step (solver->config->variance_type,
                                  alphas_cumprod[(gsize) solver->timesteps[i]], prev);
      solver->needs_noise[i] = solver->timesteps[i] > 0;
    }

  return TRUE;
}

static double
dip_solver_ddpm_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const DdpmStep *step = &((DipSolverDdpm *) solver)->steps[evaluation];
  const float values[] = { step->sqrt_alpha, step->sqrt_beta, step->x0_factor,
                           step->x_t_factor,
                           solver->needs_noise[evaluation] ? step->noise_factor : 0.0f };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

/* @variance: the second half of the network's channels. */
static void
add_learned_noise (const DdpmStep *step,
                   DipVarianceType type,
                   const float *variance,
                   const float *noise,
                   float *x_prev,
                   gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      float factor;

      if (type == DIP_VARIANCE_LEARNED_RANGE)
        {
          float fraction = (variance[i] + 1.0f) / 2.0f;

          factor = dip_torch_exp (
              0.5f * (fraction * step->max_log + (1.0f - fraction) * step->min_log));
        }
      else
        factor = sqrtf (variance[i]);

      x_prev[i] = x_prev[i] + factor * noise[i];
    }
}

static void
dip_solver_ddpm_step (DipSolver *solver,
                      guint evaluation,
                      guint image,
                      const float *model_output,
                      const float *x_t,
                      const float *noise,
                      float *x_prev,
                      float *pred_x0)
{
  const DdpmStep *step = &((DipSolverDdpm *) solver)->steps[evaluation];
  gsize n = dip_solver_get_image_size (solver);

  dip_solver_predict_x0 (solver, step->sqrt_alpha, step->sqrt_beta, model_output, x_t,
                         pred_x0);

  for (gsize i = 0; i < n; i++)
    x_prev[i] = step->x0_factor * pred_x0[i] + step->x_t_factor * x_t[i];

  if (noise == NULL)
    return;

  if (dip_scheduler_config_wants_variance (solver->config))
    {
      add_learned_noise (step, solver->config->variance_type, model_output + n, noise,
                         x_prev, n);
      return;
    }

  for (gsize i = 0; i < n; i++)
    x_prev[i] = x_prev[i] + step->noise_factor * noise[i];
}

static void
dip_solver_ddpm_clear (DipSolver *solver)
{
  g_free (((DipSolverDdpm *) solver)->steps);
}

const DipSolverClass dip_solver_ddpm_class = {
  .instance_size = sizeof (DipSolverDdpm),
  .coefficient_names = coefficient_names,
  .plan = dip_solver_ddpm_plan,
  .get_coefficient = dip_solver_ddpm_get_coefficient,
  .step = dip_solver_ddpm_step,
  .clear = dip_solver_ddpm_clear,
};
