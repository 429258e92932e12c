#include "model/sampler/solver-private.h"

#include <math.h>

/* Denoising diffusion implicit models (Song et al. 2021, equations 12 and 16) as
 * diffusers' DDIMScheduler does it, in float32 and in its order.
 */

typedef struct
{
  float sqrt_alpha; /* of a_t, and of 1 - a_t */
  float sqrt_beta;
  float sqrt_alpha_prev;  /* what x_prev takes of x_0 */
  float direction_factor; /* and of the noise in x_t */
  float std_dev;          /* and of new noise */
} DdimStep;

typedef struct
{
  DipSolver parent_instance;

  DdimStep *steps; /* (n_evaluations) */
} DipSolverDdim;

static const char *const coefficient_names[] = {
  "sqrt_alpha_prod", "sqrt_beta_prod", "sqrt_alpha_prod_prev",
  "direction_coeff", "noise_coeff",    NULL
};

static DdimStep
plan_step (double eta, float alpha_prod, float alpha_prod_prev)
{
  float beta_prod = 1.0f - alpha_prod;
  float beta_prod_prev = 1.0f - alpha_prod_prev;
  float variance = beta_prod_prev / beta_prod * (1.0f - alpha_prod / alpha_prod_prev);
  float std_dev = (float) eta * sqrtf (variance);

  /* With eta 1 rounding alone can make what is left for the direction negative. */
  return (DdimStep){
    .sqrt_alpha = sqrtf (alpha_prod),
    .sqrt_beta = sqrtf (beta_prod),
    .sqrt_alpha_prev = sqrtf (alpha_prod_prev),
    .direction_factor = sqrtf (MAX (beta_prod_prev - std_dev * std_dev, 0.0f)),
    .std_dev = std_dev,
  };
}

/* The step back is T / n_steps, rounded down, whatever the next timestep is. */
static float
find_alpha_prod_prev (DipSolver *solver, gint64 timestep)
{
  const DipSchedulerConfig *config = solver->config;
  gint64 prev = timestep - config->num_train_timesteps / (int) solver->settings.n_steps;

  if (prev >= 0)
    return solver->schedule->alphas_cumprod[prev];

  return config->set_alpha_to_one ? 1.0f : solver->schedule->alphas_cumprod[0];
}

static gboolean
dip_solver_ddim_plan (DipSolver *solver, GError **error)
{
  DipSolverDdim *self = (DipSolverDdim *) solver;
  double eta = solver->settings.eta;

  if (!dip_solver_plan_spaced (solver, error))
    return FALSE;

  self->steps = g_new (DdimStep, solver->n_evaluations);
  for (guint i = 0; i < solver->n_evaluations; i++)
    {
      gint64 t = solver->timesteps[i];

      self->steps[i] = plan_step (eta, solver->schedule->alphas_cumprod[t],
                                  find_alpha_prod_prev (solver, t));
      solver->needs_noise[i] = eta > 0.0;
    }

  return TRUE;
}

static double
dip_solver_ddim_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const DdimStep *step = &((DipSolverDdim *) solver)->steps[evaluation];
  const float values[] = { step->sqrt_alpha, step->sqrt_beta, step->sqrt_alpha_prev,
                           step->direction_factor, step->std_dev };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

/* The noise in x_t, by what the network says or by what x_0 it implies. */
static float
find_epsilon (DipPredictionType type,
              const DdimStep *step,
              float model_output,
              float x_t,
              float raw_x0)
{
  switch (type)
    {
    case DIP_PREDICTION_EPSILON:
      return model_output;

    case DIP_PREDICTION_SAMPLE:
      return (x_t - step->sqrt_alpha * raw_x0) / step->sqrt_beta;

    case DIP_PREDICTION_V:
      return step->sqrt_alpha * model_output + step->sqrt_beta * x_t;
    }

  g_assert_not_reached ();
}

static void
dip_solver_ddim_step (DipSolver *solver,
                      guint evaluation,
                      guint image,
                      const float *model_output,
                      const float *x_t,
                      const float *noise,
                      float *x_prev,
                      float *pred_x0)
{
  const DdimStep *step = &((DipSolverDdim *) solver)->steps[evaluation];
  gsize n = dip_solver_get_image_size (solver);
  DipPredictionType type = solver->config->prediction_type;
  gboolean use_clipped = solver->settings.use_clipped_model_output;

  dip_solver_predict_x0 (solver, step->sqrt_alpha, step->sqrt_beta, model_output, x_t,
                         pred_x0);

  for (gsize i = 0; i < n; i++)
    {
      float epsilon =
          use_clipped
              ? find_epsilon (DIP_PREDICTION_SAMPLE, step, 0.0f, x_t[i], pred_x0[i])
              : find_epsilon (type, step, model_output[i], x_t[i], model_output[i]);

      x_prev[i] = step->sqrt_alpha_prev * pred_x0[i] + step->direction_factor * epsilon;
    }

  if (noise == NULL)
    return;

  for (gsize i = 0; i < n; i++)
    x_prev[i] = x_prev[i] + step->std_dev * noise[i];
}

static void
dip_solver_ddim_clear (DipSolver *solver)
{
  g_free (((DipSolverDdim *) solver)->steps);
}

const DipSolverClass dip_solver_ddim_class = {
  .instance_size = sizeof (DipSolverDdim),
  .coefficient_names = coefficient_names,
  .takes_eta = TRUE,
  .plan = dip_solver_ddim_plan,
  .get_coefficient = dip_solver_ddim_get_coefficient,
  .step = dip_solver_ddim_step,
  .clear = dip_solver_ddim_clear,
};
