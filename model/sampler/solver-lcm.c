#include "model/sampler/solver-private.h"

#include <math.h>

#include "model/sampler/error.h"

/* Multistep sampling from a latent consistency model (Luo et al. 2023, algorithm 3) as
 * diffusers' LCMScheduler does it, in float32 and in its order.
 *
 * Each step jumps to x_0 and takes noise of the next level on top; the last one stays
 * there.  The network is asked at timesteps of its distillation only.
 */

/* sigma_data of the boundary condition (Song et al. 2023, appendix C). */
#define SIGMA_DATA 0.5f

typedef struct
{
  float sqrt_alpha; /* of a_t, and of 1 - a_t */
  float sqrt_beta;
  float c_skip; /* how much of x_t and of the predicted x_0 the answer is */
  float c_out;
  float sqrt_alpha_prev; /* how much of the answer and of noise x_prev is */
  float sqrt_beta_prev;
} LcmStep;

typedef struct
{
  DipSolver parent_instance;

  LcmStep *steps; /* (n_evaluations) */
} DipSolverLcm;

static const char *const coefficient_names[] = {
  "sqrt_alpha_prod",      "sqrt_beta_prod", "c_skip", "c_out",
  "sqrt_alpha_prod_prev", "noise_coeff",    NULL
};

/* Timestep @i of @n: of the distillation's timesteps, from the last one down, those that
 * lie evenly by their number.
 */
static gint64
find_timestep (const DipSchedulerConfig *config, guint n, guint i)
{
  gint64 n_original = config->original_inference_steps;
  gint64 stride = config->num_train_timesteps / n_original;
  gint64 index = (gint64) floor (i * ((double) n_original / n));

  return (n_original - index) * stride - 1;
}

static LcmStep
plan_step (DipSolver *solver, guint i)
{
  const float *alphas_cumprod = solver->schedule->alphas_cumprod;
  gboolean is_last = i + 1 == solver->n_evaluations;
  float alpha = alphas_cumprod[(gint64) solver->timesteps[i]];
  float alpha_prev = is_last ? 1.0f : alphas_cumprod[(gint64) solver->timesteps[i + 1]];
  float scaled = (float) solver->timesteps[i] * (float) solver->config->timestep_scaling;
  float variance = scaled * scaled + SIGMA_DATA * SIGMA_DATA;

  return (LcmStep){
    .sqrt_alpha = sqrtf (alpha),
    .sqrt_beta = sqrtf (1.0f - alpha),
    .c_skip = SIGMA_DATA * SIGMA_DATA / variance,
    .c_out = scaled / sqrtf (variance),
    .sqrt_alpha_prev = sqrtf (alpha_prev),
    .sqrt_beta_prev = sqrtf (1.0f - alpha_prev),
  };
}

static gboolean
dip_solver_lcm_plan (DipSolver *solver, GError **error)
{
  DipSolverLcm *self = (DipSolverLcm *) solver;
  const DipSchedulerConfig *config = solver->config;
  guint n = solver->settings.n_steps;

  if (n < 1 || n > (guint) config->original_inference_steps)
    {
      g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                   "%u steps: wanted 1 to %d, the original_inference_steps", n,
                   config->original_inference_steps);
      return FALSE;
    }

  solver->n_evaluations = n;
  solver->timesteps = g_new (double, n);
  solver->needs_noise = g_new (gboolean, n);
  for (guint i = 0; i < n; i++)
    {
      solver->timesteps[i] = find_timestep (config, n, i);
      solver->needs_noise[i] = i + 1 < n;
    }

  self->steps = g_new (LcmStep, n);
  for (guint i = 0; i < n; i++)
    self->steps[i] = plan_step (solver, i);

  return TRUE;
}

static double
dip_solver_lcm_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const LcmStep *step = &((DipSolverLcm *) solver)->steps[evaluation];
  const float values[] = {
    step->sqrt_alpha, step->sqrt_beta,       step->c_skip,
    step->c_out,      step->sqrt_alpha_prev, step->sqrt_beta_prev
  };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

/* pred_x0 is the consistency model's answer, diffusers' `denoised`. */
static void
dip_solver_lcm_step (DipSolver *solver,
                     guint evaluation,
                     guint image,
                     const float *model_output,
                     const float *x_t,
                     const float *noise,
                     float *x_prev,
                     float *pred_x0)
{
  const LcmStep *step = &((DipSolverLcm *) solver)->steps[evaluation];
  gsize n = dip_solver_get_image_size (solver);

  dip_solver_predict_x0 (solver, step->sqrt_alpha, step->sqrt_beta, model_output, x_t,
                         pred_x0);
  for (gsize i = 0; i < n; i++)
    {
      float denoised = step->c_out * pred_x0[i] + step->c_skip * x_t[i];

      pred_x0[i] = denoised;
      x_prev[i] = noise != NULL
                      ? step->sqrt_alpha_prev * denoised + step->sqrt_beta_prev * noise[i]
                      : denoised;
    }
}

static void
dip_solver_lcm_clear (DipSolver *solver)
{
  g_free (((DipSolverLcm *) solver)->steps);
}

const DipSolverClass dip_solver_lcm_class = {
  .instance_size = sizeof (DipSolverLcm),
  .coefficient_names = coefficient_names,
  .plan = dip_solver_lcm_plan,
  .get_coefficient = dip_solver_lcm_get_coefficient,
  .step = dip_solver_lcm_step,
  .clear = dip_solver_lcm_clear,
};
