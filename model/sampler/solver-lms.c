#include "model/sampler/solver-private.h"

#include <math.h>

/* The linear multistep method over sigma (Adams-Bashforth with uneven steps) of orders up
 * to 4, as diffusers' LMSDiscreteScheduler does it, in float32.
 */

#define ORDER 4

typedef struct
{
  DipSolver parent_instance;

  float (*weights)[ORDER]; /* (n_evaluations), of the slopes, the newest first */
} DipSolverLms;

static const char *const coefficient_names[] = { "d0_coeff", "d1_coeff", "d2_coeff",
                                                 "d3_coeff", NULL };

/* Lagrange's polynomial that is 1 at the @k'th of the last sigmas, 0 at the others. */
static double
evaluate (const float *newest, guint order, guint k, double sigma)
{
  double product = 1.0;

  for (guint j = 0; j < order; j++)
    if (j != k)
      product *= (sigma - *(newest - j)) / ((double) *(newest - k) - *(newest - j));

  return product;
}

/* Its integral over the step: Gauss and Legendre's rule, exact to degree 3 with two
 * points.
 */
static double
integrate (const float *newest, guint order, guint k)
{
  double middle = ((double) newest[0] + newest[1]) / 2.0;
  double half = ((double) newest[1] - newest[0]) / 2.0;
  double point = half / sqrt (3.0);

  return half * (evaluate (newest, order, k, middle - point) +
                 evaluate (newest, order, k, middle + point));
}

static guint
find_order (DipSolver *solver, guint i)
{
  guint order = solver->settings.lms_order;

  return MIN (dip_solver_count_evaluations (solver, i), order > 0 ? order : ORDER);
}

static gboolean
dip_solver_lms_plan (DipSolver *solver, GError **error)
{
  DipSolverLms *self = (DipSolverLms *) solver;

  if (!dip_solver_plan_sigmas (solver, DIP_SIGMAS_EULER, error))
    return FALSE;

  solver->init_noise_sigma = dip_solver_find_init_noise_sigma (solver);
  self->weights = g_malloc0_n (solver->n_evaluations, sizeof *self->weights);
  for (guint i = 0; i < solver->n_evaluations; i++)
    for (guint k = 0; k < find_order (solver, i); k++)
      self->weights[i][k] = integrate (&solver->sigmas[i], find_order (solver, i), k);

  return TRUE;
}

static double
dip_solver_lms_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  g_return_val_if_fail (name < ORDER, NAN);

  return ((DipSolverLms *) solver)->weights[evaluation][name];
}

static void
dip_solver_lms_step (DipSolver *solver,
                     guint evaluation,
                     guint image,
                     const float *model_output,
                     const float *x_t,
                     const float *noise,
                     float *x_prev,
                     float *pred_x0)
{
  const float *weights = ((DipSolverLms *) solver)->weights[evaluation];
  float sigma = solver->sigmas[evaluation];
  gsize n = dip_solver_get_image_size (solver);
  float *slopes[ORDER];

  for (guint k = 0; k < ORDER; k++)
    slopes[k] = dip_solver_get_history (solver, image, (evaluation + ORDER - k) % ORDER);

  dip_solver_predict_x0_sigma (solver, sigma, sigma, model_output, x_t, pred_x0);

  for (gsize i = 0; i < n; i++)
    {
      float sum = 0.0f;

      slopes[0][i] = (x_t[i] - pred_x0[i]) / sigma;
      for (guint k = 0; k < find_order (solver, evaluation); k++)
        sum = sum + weights[k] * slopes[k][i];
      x_prev[i] = x_t[i] + sum;
    }
}

static void
dip_solver_lms_clear (DipSolver *solver)
{
  g_free (((DipSolverLms *) solver)->weights);
}

const DipSolverClass dip_solver_lms_class = {
  .instance_size = sizeof (DipSolverLms),
  .coefficient_names = coefficient_names,
  .n_history = ORDER,
  .takes_lms_order = TRUE,
  .plan = dip_solver_lms_plan,
  .get_coefficient = dip_solver_lms_get_coefficient,
  .scale_model_input = dip_solver_scale_by_sigma,
  .step = dip_solver_lms_step,
  .clear = dip_solver_lms_clear,
};
