#include "model/sampler/solver-private.h"

#include <math.h>

#include "model/sampler/library-math.h"

/* DEIS (Zhang and Chen 2023) of orders 1 to 3 over log (sigma), as diffusers'
 * DEISMultistepScheduler does it, in float32 and in its order.
 *
 * A step is a sum of x_t and of the noises predicted at the last steps.
 */

#define N_HISTORY DIP_SCHEDULER_MAX_ORDER

/* With fewer steps, lower_order_final lowers the order at the end. */
#define FEW_STEPS 15

typedef struct
{
  DipNoiseLevel from;
  guint order;
  float x_factor; /* order 1: of x_t and of the noise */
  float noise_factor;
  float scale;              /* above: of the whole sum */
  float weights[N_HISTORY]; /* of the noises, the newest first */
} DeisStep;

typedef struct
{
  DipSolver parent_instance;

  DeisStep *steps; /* (n_evaluations) */
} DipSolverDeis;

static const char *const coefficient_names[] = { "order",    "sample_coeff", "m0_coeff",
                                                 "m1_coeff", "m2_coeff",     NULL };

/* The integral up to @t of the line that is 1 at @b and 0 at @c, over the logarithm. */
static float
integrate_line (float t, float b, float c)
{
  return t * (-dip_numpy_log (c) + dip_numpy_log (t) - 1.0f) /
         (dip_numpy_log (b) - dip_numpy_log (c));
}

/* The same of the parabola that is 1 at @b and 0 at @c and @d. */
static float
integrate_parabola (float t, float b, float c, float d)
{
  float log_t = dip_numpy_log (t);
  float log_c = dip_numpy_log (c);
  float log_d = dip_numpy_log (d);
  float sum = log_c * (log_d - log_t + 1.0f) - log_d * log_t + log_d + log_t * log_t -
              2.0f * log_t + 2.0f;

  return t * sum / ((dip_numpy_log (b) - log_c) * (dip_numpy_log (b) - log_d));
}

static float
find_ratio (DipNoiseLevel level)
{
  return level.noise / level.alpha;
}

static void
plan_weights (DeisStep *step, const float *sigmas, guint i)
{
  float to = find_ratio (dip_noise_level (sigmas[i + 1]));
  float r[N_HISTORY] = { 0 };

  for (guint k = 0; k < step->order; k++)
    r[k] = find_ratio (dip_noise_level (sigmas[i - k]));

  if (step->order == 2)
    for (guint k = 0; k < 2; k++)
      step->weights[k] =
          integrate_line (to, r[k], r[1 - k]) - integrate_line (r[0], r[k], r[1 - k]);
  else
    for (guint k = 0; k < 3; k++)
      {
        float c = r[(k + 1) % 3];
        float d = r[(k + 2) % 3];

        step->weights[k] =
            integrate_parabola (to, r[k], c, d) - integrate_parabola (r[0], r[k], c, d);
      }
}

static guint
find_order (DipSolver *solver, guint i)
{
  guint n = solver->n_evaluations;
  guint order = MIN ((guint) solver->config->solver_order,
                     dip_solver_count_evaluations (solver, i));

  return solver->config->lower_order_final && n < FEW_STEPS ? MIN (order, n - i) : order;
}

static DeisStep
plan_step (DipSolver *solver, guint i)
{
  DipNoiseLevel to = dip_noise_level (solver->sigmas[i + 1]);
  DeisStep step = { .from = dip_noise_level (solver->sigmas[i]),
                    .order = find_order (solver, i) };

  step.x_factor = to.alpha / step.from.alpha;
  step.noise_factor = to.noise * (dip_torch_exp (to.lambda - step.from.lambda) - 1.0f);
  step.scale = to.alpha;
  if (step.order > 1)
    plan_weights (&step, solver->sigmas, i);

  return step;
}

static gboolean
dip_solver_deis_plan (DipSolver *solver, GError **error)
{
  DipSolverDeis *self = (DipSolverDeis *) solver;

  if (!dip_solver_plan_sigmas (solver, DIP_SIGMAS_UNIPC, error))
    return FALSE;

  self->steps = g_new (DeisStep, solver->n_evaluations);
  for (guint i = 0; i < solver->n_evaluations; i++)
    self->steps[i] = plan_step (solver, i);

  return TRUE;
}

static double
dip_solver_deis_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const DeisStep *step = &((DipSolverDeis *) solver)->steps[evaluation];
  const float values[] = { step->order, step->x_factor,
                           step->order == 1 ? -step->noise_factor
                                            : step->scale * step->weights[0],
                           step->scale * step->weights[1],
                           step->scale * step->weights[2] };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

static void
dip_solver_deis_step (DipSolver *solver,
                      guint evaluation,
                      guint image,
                      const float *model_output,
                      const float *x_t,
                      const float *noise,
                      float *x_prev,
                      float *pred_x0)
{
  const DeisStep *step = &((DipSolverDeis *) solver)->steps[evaluation];
  gsize n = dip_solver_get_image_size (solver);
  float *m[N_HISTORY];

  for (guint k = 0; k < N_HISTORY; k++)
    m[k] =
        dip_solver_get_history (solver, image, (evaluation + N_HISTORY - k) % N_HISTORY);

  dip_solver_predict_x0 (solver, step->from.alpha, step->from.noise, model_output, x_t,
                         pred_x0);
  dip_solver_predict_noise (solver, step->from.alpha, step->from.noise, model_output, x_t,
                            pred_x0, m[0]);

  for (gsize i = 0; i < n; i++)
    {
      float sum = x_t[i] / step->from.alpha;

      for (guint k = 0; k < step->order; k++)
        sum = sum + step->weights[k] * m[k][i];
      x_prev[i] = step->order == 1
                      ? step->x_factor * x_t[i] - step->noise_factor * m[0][i]
                      : step->scale * sum;
    }
}

static void
dip_solver_deis_clear (DipSolver *solver)
{
  g_free (((DipSolverDeis *) solver)->steps);
}

const DipSolverClass dip_solver_deis_class = {
  .instance_size = sizeof (DipSolverDeis),
  .coefficient_names = coefficient_names,
  .n_history = N_HISTORY,
  .plan = dip_solver_deis_plan,
  .get_coefficient = dip_solver_deis_get_coefficient,
  .step = dip_solver_deis_step,
  .clear = dip_solver_deis_clear,
};
