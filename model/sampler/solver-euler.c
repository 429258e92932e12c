#include "model/sampler/solver-private.h"

#include <math.h>

/* Euler's method over sigma (Karras et al. 2022, algorithm 2, with churn) and its
 * ancestral variant, as diffusers' EulerDiscreteScheduler and
 * EulerAncestralDiscreteScheduler do them, in float32 and in their order.
 *
 * x_t is x_0 + sigma n here, not scaled to variance 1.
 */

/* Karras et al. 2022, algorithm 2: gamma is at most this. */
#define MAX_GAMMA (G_SQRT2 - 1.0)

typedef struct
{
  float sigma;        /* of x_t */
  float sigma_hat;    /* after churn */
  float churn_factor; /* how much noise churn adds before the step */
  float dt;
  float noise_factor; /* how much noise is added after it */
} EulerStep;

typedef struct
{
  DipSolver parent_instance;

  EulerStep *steps; /* (n_evaluations) */
} DipSolverEuler;

static const char *const coefficient_names[] = { "sigma_hat", "dt", "churn_coeff",
                                                 "noise_coeff", NULL };

/* How much sigma grows by churn. */
static double
find_gamma (DipSolver *solver, float sigma)
{
  const DipSolverSettings *settings = &solver->settings;
  const DipSchedulerConfig *config = solver->config;
  gboolean is_chosen = config->use_karras_sigmas || config->use_exponential_sigmas ||
                       config->use_beta_sigmas;
  guint n = solver->settings.n_steps;

  if (sigma < settings->churn_min ||
      (settings->churn_max > 0.0 && sigma > settings->churn_max))
    return 0.0;

  /* diffusers counts one sigma more there. */
  if (config->interpolation_type == DIP_INTERPOLATION_LOG_LINEAR && !is_chosen)
    n++;

  return MIN (settings->churn / n, MAX_GAMMA);
}

static EulerStep
plan_step (DipSolver *solver, guint i)
{
  float sigma = solver->sigmas[i];
  double gamma = find_gamma (solver, sigma);
  float sigma_hat = sigma * (float) (gamma + 1.0);

  return (EulerStep){
    .sigma = sigma,
    .sigma_hat = sigma_hat,
    .churn_factor = sqrtf (sigma_hat * sigma_hat - sigma * sigma),
    .dt = solver->sigmas[i + 1] - sigma_hat,
  };
}

static EulerStep
plan_ancestral_step (DipSolver *solver, guint i)
{
  float from = solver->sigmas[i];
  float to = solver->sigmas[i + 1];
  float up = sqrtf (to * to * (from * from - to * to) / (from * from));
  float down = sqrtf (to * to - up * up);

  return (EulerStep){
    .sigma = from,
    .sigma_hat = from,
    .dt = down - from,
    .noise_factor = up,
  };
}

static gboolean
plan (DipSolver *solver,
      EulerStep (*plan_one) (DipSolver *solver, guint i),
      gboolean has_noise,
      GError **error)
{
  DipSolverEuler *self = (DipSolverEuler *) solver;

  if (!dip_solver_plan_sigmas (solver, DIP_SIGMAS_EULER, error))
    return FALSE;

  solver->init_noise_sigma = dip_solver_find_init_noise_sigma (solver);
  self->steps = g_new (EulerStep, solver->n_evaluations);
  for (guint i = 0; i < solver->n_evaluations; i++)
    {
      self->steps[i] = plan_one (solver, i);
      solver->needs_noise[i] = has_noise || self->steps[i].sigma_hat > solver->sigmas[i];
    }

  return TRUE;
}

static gboolean
dip_solver_euler_plan (DipSolver *solver, GError **error)
{
  return plan (solver, plan_step, FALSE, error);
}

static gboolean
dip_solver_euler_ancestral_plan (DipSolver *solver, GError **error)
{
  return plan (solver, plan_ancestral_step, TRUE, error);
}

static double
dip_solver_euler_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const EulerStep *step = &((DipSolverEuler *) solver)->steps[evaluation];
  const float values[] = { step->sigma_hat, step->dt, step->churn_factor,
                           step->noise_factor };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

static void
dip_solver_euler_step (DipSolver *solver,
                       guint evaluation,
                       guint image,
                       const float *model_output,
                       const float *x_t,
                       const float *noise,
                       float *x_prev,
                       float *pred_x0)
{
  const EulerStep *step = &((DipSolverEuler *) solver)->steps[evaluation];
  float churn = noise != NULL ? step->churn_factor : 0.0f;
  float scale = solver->settings.churn_noise > 0.0 ? solver->settings.churn_noise : 1.0f;
  gsize n = dip_solver_get_image_size (solver);

  for (gsize i = 0; i < n; i++)
    x_prev[i] = churn > 0.0f ? x_t[i] + noise[i] * scale * churn : x_t[i];

  dip_solver_predict_x0_sigma (solver, step->sigma, step->sigma_hat, model_output, x_prev,
                               pred_x0);
  for (gsize i = 0; i < n; i++)
    {
      float derivative = (x_prev[i] - pred_x0[i]) / step->sigma_hat;

      x_prev[i] = x_prev[i] + derivative * step->dt;
    }

  if (noise == NULL || step->noise_factor == 0.0f)
    return;

  for (gsize i = 0; i < n; i++)
    x_prev[i] = x_prev[i] + noise[i] * step->noise_factor;
}

static void
dip_solver_euler_clear (DipSolver *solver)
{
  g_free (((DipSolverEuler *) solver)->steps);
}

const DipSolverClass dip_solver_euler_class = {
  .instance_size = sizeof (DipSolverEuler),
  .coefficient_names = coefficient_names,
  .takes_churn = TRUE,
  .plan = dip_solver_euler_plan,
  .get_coefficient = dip_solver_euler_get_coefficient,
  .scale_model_input = dip_solver_scale_by_sigma,
  .step = dip_solver_euler_step,
  .clear = dip_solver_euler_clear,
};

const DipSolverClass dip_solver_euler_ancestral_class = {
  .instance_size = sizeof (DipSolverEuler),
  .coefficient_names = coefficient_names,
  .plan = dip_solver_euler_ancestral_plan,
  .get_coefficient = dip_solver_euler_get_coefficient,
  .scale_model_input = dip_solver_scale_by_sigma,
  .step = dip_solver_euler_step,
  .clear = dip_solver_euler_clear,
};
