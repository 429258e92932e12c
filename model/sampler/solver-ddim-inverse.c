#include "model/sampler/solver-private.h"

#include <math.h>

/* DDIM run backwards (Song et al. 2021, section 4.3; Mokady et al. 2023): from a picture to
 * the noise that DDIM makes it of, as diffusers' DDIMInverseScheduler does it, in float32
 * and in its order.  Timesteps rise; the x_t that it ends with is the noise.
 */

typedef struct
{
  float sqrt_alpha; /* of the level that x_t is at, and of 1 minus it */
  float sqrt_beta;
  float sqrt_alpha_next; /* of the level that the step leads to */
  float sqrt_beta_next;
} InverseStep;

typedef struct
{
  DipSolver parent_instance;

  InverseStep *steps; /* (n_evaluations) */
} DipSolverInverse;

static const char *const coefficient_names[] = { "sqrt_alpha_prod", "sqrt_beta_prod",
                                                 "sqrt_alpha_prod_next",
                                                 "direction_coeff", NULL };

/* The network is asked at the timestep that the step leads to; x_t lies T / n_steps,
 * rounded down, before it.
 */
static InverseStep
plan_step (DipSolver *solver, gint64 next)
{
  const DipSchedulerConfig *config = solver->config;
  const float *alphas_cumprod = solver->schedule->alphas_cumprod;
  gint64 now = next - config->num_train_timesteps / (int) solver->settings.n_steps;
  float alpha_next = alphas_cumprod[next];
  float alpha = config->set_alpha_to_one ? 1.0f : alphas_cumprod[0];

  if (now >= 0)
    alpha = alphas_cumprod[now];

  return (InverseStep){
    .sqrt_alpha = sqrtf (alpha),
    .sqrt_beta = sqrtf (1.0f - alpha),
    .sqrt_alpha_next = sqrtf (alpha_next),
    .sqrt_beta_next = sqrtf (1.0f - alpha_next),
  };
}

static gboolean
dip_solver_inverse_plan (DipSolver *solver, GError **error)
{
  DipSolverInverse *self = (DipSolverInverse *) solver;
  guint n;

  if (!dip_solver_plan_spaced (solver, error))
    return FALSE;

  n = solver->n_evaluations;
  for (guint i = 0; i < n / 2; i++)
    {
      double swap = solver->timesteps[i];

      solver->timesteps[i] = solver->timesteps[n - 1 - i];
      solver->timesteps[n - 1 - i] = swap;
    }

  self->steps = g_new (InverseStep, n);
  for (guint i = 0; i < n; i++)
    self->steps[i] = plan_step (solver, (gint64) solver->timesteps[i]);

  return TRUE;
}

static double
dip_solver_inverse_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const InverseStep *step = &((DipSolverInverse *) solver)->steps[evaluation];
  const float values[] = { step->sqrt_alpha, step->sqrt_beta, step->sqrt_alpha_next,
                           step->sqrt_beta_next };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

static void
dip_solver_inverse_step (DipSolver *solver,
                         guint evaluation,
                         guint image,
                         const float *model_output,
                         const float *x_t,
                         const float *noise,
                         float *x_prev,
                         float *pred_x0)
{
  const InverseStep *step = &((DipSolverInverse *) solver)->steps[evaluation];
  gsize n = dip_solver_get_image_size (solver);

  dip_solver_predict_x0 (solver, step->sqrt_alpha, step->sqrt_beta, model_output, x_t,
                         pred_x0);
  dip_solver_predict_noise (solver, step->sqrt_alpha, step->sqrt_beta, model_output, x_t,
                            NULL, x_prev);
  for (gsize i = 0; i < n; i++)
    x_prev[i] = step->sqrt_alpha_next * pred_x0[i] + step->sqrt_beta_next * x_prev[i];
}

static void
dip_solver_inverse_clear (DipSolver *solver)
{
  g_free (((DipSolverInverse *) solver)->steps);
}

/* From a picture to noise: only from the picture. */
static gboolean
dip_solver_inverse_can_begin (DipSolver *solver, guint evaluation)
{
  return evaluation == 0;
}

const DipSolverClass dip_solver_ddim_inverse_class = {
  .instance_size = sizeof (DipSolverInverse),
  .coefficient_names = coefficient_names,
  .plan = dip_solver_inverse_plan,
  .get_coefficient = dip_solver_inverse_get_coefficient,
  .step = dip_solver_inverse_step,
  .can_begin = dip_solver_inverse_can_begin,
  .clear = dip_solver_inverse_clear,
};
