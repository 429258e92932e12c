#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

/* DPM-Solver and DPM-Solver++ of orders 1 to 3, singlestep (Lu et al. 2022a, algorithms 1
 * and 2), as diffusers' DPMSolverSinglestepScheduler does it, in float32 and in its order.
 *
 * A group of as many evaluations as the order solves from where the group began: its first
 * evaluation by order 1, the second by order 2, the third by order 3.
 */

enum
{
  HISTORY_X_T =
      DIP_SCHEDULER_MAX_ORDER, /* after the predictions: where the group began */
  N_HISTORY
};

typedef struct
{
  DipNoiseLevel at; /* the evaluation */
  guint order;
  float r0, r1; /* how far into the step the newest and the middle evaluation lie */
  DipDpmFactors factors;
} SingleStep;

typedef struct
{
  DipSolver parent_instance;

  SingleStep *steps; /* (n_evaluations) */
} DipSolverSingle;

static const char *const coefficient_names[] = {
  "order", "sample_coeff", "d0_coeff", "d1_coeff", "d2_coeff", "noise_coeff", NULL
};

/* The last group is of lower orders so that it fits; where it does not fit by itself, or
 * the last sigma is 0, also without lower_order_final.
 */
static gboolean
lowers_order (DipSolver *solver)
{
  const DipSchedulerConfig *config = solver->config;

  return config->lower_order_final || config->final_sigmas_type == DIP_FINAL_SIGMA_ZERO ||
         solver->n_evaluations % config->solver_order != 0;
}

static guint
find_order (DipSolver *solver, guint i)
{
  guint n = solver->n_evaluations;
  guint max = solver->config->solver_order;
  guint order = i % max + 1;
  gboolean is_last = i + 1 == n;

  if (is_last && solver->config->final_sigmas_type == DIP_FINAL_SIGMA_ZERO)
    order = 1;
  /* A last group of three ends 1, 2, 1; one of two 1, 1; shorter ones are as they are. */
  else if (is_last && lowers_order (solver) && n % max == 0)
    order = 1;

  /* Begun within a group, there is less to look back on. */
  return MIN (order, dip_solver_count_evaluations (solver, i));
}

static SingleStep
plan_step (DipSolver *solver, guint i)
{
  const DipSchedulerConfig *config = solver->config;
  const float *sigmas = solver->sigmas;
  SingleStep step = { .at = dip_noise_level (sigmas[i]),
                      .order = find_order (solver, i) };
  DipNoiseLevel from = dip_noise_level (sigmas[i + 1 - step.order]);
  DipNoiseLevel to = dip_noise_level (sigmas[i + 1]);
  gboolean is_heun = config->solver_type == DIP_SOLVER_TYPE_HEUN;
  float h = to.lambda - from.lambda;

  if (step.order > 1)
    step.r0 = (step.at.lambda - from.lambda) / h;
  if (step.order > 2)
    step.r1 = (dip_noise_level (sigmas[i - 1]).lambda - from.lambda) / h;
  step.factors = dip_dpm_find_factors (config, from, to, step.order == 3 || is_heun);

  return step;
}

static gboolean
dip_solver_single_plan (DipSolver *solver, GError **error)
{
  DipSolverSingle *self = (DipSolverSingle *) solver;

  if (!dip_solver_plan_sigmas (solver, DIP_SIGMAS_DPM_SINGLESTEP, error))
    return FALSE;

  self->steps = g_new (SingleStep, solver->n_evaluations);
  for (guint i = 0; i < solver->n_evaluations; i++)
    {
      self->steps[i] = plan_step (solver, i);
      solver->needs_noise[i] = dip_dpm_adds_noise (solver->config);
    }

  return TRUE;
}

static double
dip_solver_single_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const SingleStep *step = &((DipSolverSingle *) solver)->steps[evaluation];
  const float values[] = { step->order,
                           step->factors.x,
                           step->factors.d0,
                           step->order > 1 ? step->factors.d1 : 0.0f,
                           step->order > 2 ? step->factors.d2 : 0.0f,
                           step->factors.noise };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

/* What the step adds to the scaled x_t of the group's beginning: @m0 is the newest
 * prediction, @m1 and @m2 are those before.
 */
static float
add_predictions (const SingleStep *step,
                 gboolean is_heun,
                 float x,
                 float m0,
                 float m1,
                 float m2)
{
  const DipDpmFactors *factors = &step->factors;
  float r0 = step->r0;
  float r1 = step->r1;
  float middle, newest, slope, bend;

  if (step->order == 1)
    return x + factors->d0 * m0;
  if (step->order == 2)
    return x + factors->d0 * m1 + factors->d1 * (1.0f / r0 * (m0 - m1));

  middle = 1.0f / r1 * (m1 - m2);
  newest = 1.0f / r0 * (m0 - m2);
  if (!is_heun)
    return x + factors->d0 * m2 + factors->d1 * newest;

  slope = (r0 * middle - r1 * newest) / (r0 - r1);
  bend = 2.0f * (newest - middle) / (r0 - r1);

  return x + factors->d0 * m2 + factors->d1 * slope + factors->d2 * bend;
}

static void
dip_solver_single_step (DipSolver *solver,
                        guint evaluation,
                        guint image,
                        const float *model_output,
                        const float *x_t,
                        const float *noise,
                        float *x_prev,
                        float *pred_x0)
{
  const SingleStep *step = &((DipSolverSingle *) solver)->steps[evaluation];
  gboolean is_heun = solver->config->solver_type == DIP_SOLVER_TYPE_HEUN;
  gsize n = dip_solver_get_image_size (solver);
  float *m0 = dip_solver_get_history (solver, image, evaluation % 3);
  const float *m1 = dip_solver_get_history (solver, image, (evaluation + 2) % 3);
  const float *m2 = dip_solver_get_history (solver, image, (evaluation + 1) % 3);
  float *from = dip_solver_get_history (solver, image, HISTORY_X_T);

  dip_dpm_convert_output (solver, step->at, model_output, x_t, pred_x0, m0);
  if (step->order == 1)
    memcpy (from, x_t, n * sizeof (float));

  for (gsize i = 0; i < n; i++)
    x_prev[i] =
        add_predictions (step, is_heun, step->factors.x * from[i], m0[i], m1[i], m2[i]);

  if (noise == NULL)
    return;

  for (gsize i = 0; i < n; i++)
    x_prev[i] = x_prev[i] + step->factors.noise * noise[i];
}

static void
dip_solver_single_clear (DipSolver *solver)
{
  g_free (((DipSolverSingle *) solver)->steps);
}

/* At a group's first evaluation. */
static gboolean
dip_solver_single_can_begin (DipSolver *solver, guint evaluation)
{
  return ((DipSolverSingle *) solver)->steps[evaluation].order == 1;
}

const DipSolverClass dip_solver_dpm_singlestep_class = {
  .instance_size = sizeof (DipSolverSingle),
  .coefficient_names = coefficient_names,
  .n_history = N_HISTORY,
  .can_begin = dip_solver_single_can_begin,
  .plan = dip_solver_single_plan,
  .get_coefficient = dip_solver_single_get_coefficient,
  .step = dip_solver_single_step,
  .clear = dip_solver_single_clear,
};
