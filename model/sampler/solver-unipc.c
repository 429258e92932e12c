#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

/* UniPC (Zhao et al. 2023) of orders 1 to 3 as diffusers' UniPCMultistepScheduler does
 * it, in float32: each evaluation first corrects the x_t that it was asked for, then
 * predicts the next.
 */

#define MAX_ORDER DIP_SCHEDULER_MAX_ORDER

/* Slots of history; the predictions of the last steps come first. */
enum
{
  HISTORY_CORRECTED = MAX_ORDER,
  HISTORY_NEWEST,
  N_HISTORY
};

/* From one noise level to the next (section 3): a sum of x, of the prediction m0 there,
 * of earlier ones' differences from it and, in the corrector, of that at the end.
 */
typedef struct
{
  guint order; /* 0: none */
  float x_factor;
  float m0_factor;
  float difference_factor;
  float r[MAX_ORDER]; /* where the earlier predictions are, in steps from m0 */
  float rho[MAX_ORDER];
} Update;

typedef struct
{
  DipNoiseLevel at;
  Update corrector;
  Update predictor;
} UniPCStep;

typedef struct
{
  DipSolver parent_instance;

  UniPCStep *steps; /* (n_evaluations) */
} DipSolverUniPC;

static const char *const coefficient_names[] = { "order",           "sample_coeff",
                                                 "m0_coeff",        "difference_coeff",
                                                 "corrector_order", NULL };

/* Gaussian elimination with the largest pivot; the solution replaces @b. */
static void
solve (double matrix[MAX_ORDER][MAX_ORDER], double b[MAX_ORDER], guint n)
{
  for (guint column = 0; column < n; column++)
    {
      guint pivot = column;

      for (guint row = column + 1; row < n; row++)
        if (fabs (matrix[row][column]) > fabs (matrix[pivot][column]))
          pivot = row;
      for (guint k = 0; k < n && pivot != column; k++)
        {
          double swap = matrix[column][k];

          matrix[column][k] = matrix[pivot][k];
          matrix[pivot][k] = swap;
        }
      if (pivot != column)
        {
          double swap = b[column];

          b[column] = b[pivot];
          b[pivot] = swap;
        }

      for (guint row = 0; row < n; row++)
        {
          double factor = matrix[row][column] / matrix[column][column];

          if (row == column)
            continue;
          for (guint k = column; k < n; k++)
            matrix[row][k] -= factor * matrix[column][k];
          b[row] -= factor * b[column];
        }
    }

  for (guint row = 0; row < n; row++)
    b[row] /= matrix[row][row];
}

/* Equation 10: the weights @rho of @n differences. */
static void
find_rho (Update *self, float hh, float b_h, guint n)
{
  double matrix[MAX_ORDER][MAX_ORDER];
  double b[MAX_ORDER];
  float phi = expm1f (hh) / hh - 1.0f;
  float factorial = 1.0f;

  /* diffusers' own shortcut; the equation gives nearly that. */
  if (n == 1)
    {
      self->rho[0] = 0.5f;
      return;
    }

  for (guint i = 0; i < n; i++)
    {
      for (guint j = 0; j < n; j++)
        matrix[i][j] = powf (self->r[j], i);
      b[i] = phi * factorial / b_h;
      factorial *= i + 2;
      phi = phi / hh - 1.0f / factorial;
    }

  solve (matrix, b, n);
  for (guint i = 0; i < n; i++)
    self->rho[i] = b[i];
}

/* The update that ends at sigma @to; the corrector weighs one difference more. */
static Update
plan_update (DipSolver *solver, guint to, guint order, gboolean is_corrector)
{
  const DipSchedulerConfig *config = solver->config;
  DipNoiseLevel end = dip_noise_level (solver->sigmas[to]);
  DipNoiseLevel start = dip_noise_level (solver->sigmas[to - 1]);
  float h = end.lambda - start.lambda;
  float hh = config->predict_x0 ? -h : h;
  float b_h = config->solver_type == DIP_SOLVER_TYPE_BH1 ? hh : expm1f (hh);
  float scale = config->predict_x0 ? end.alpha : end.noise;
  Update self = {
    .order = order,
    .x_factor = config->predict_x0 ? end.noise / start.noise : end.alpha / start.alpha,
    .m0_factor = scale * expm1f (hh),
    .difference_factor = scale * b_h,
  };

  for (guint k = 1; k < order; k++)
    self.r[k - 1] =
        (dip_noise_level (solver->sigmas[to - 1 - k]).lambda - start.lambda) / h;
  self.r[order - 1] = 1.0f;
  find_rho (&self, hh, b_h, is_corrector ? order : order - 1);

  return self;
}

static guint
find_order (DipSolver *solver, guint i)
{
  guint order = MIN ((guint) solver->config->solver_order,
                     dip_solver_count_evaluations (solver, i));

  return solver->config->lower_order_final ? MIN (order, solver->n_evaluations - i)
                                           : order;
}

static gboolean
is_corrected (DipSolver *solver, guint i)
{
  const DipSchedulerConfig *config = solver->config;

  if (dip_solver_count_evaluations (solver, i) == 1)
    return FALSE;

  for (gsize k = 0; k < config->n_disable_corrector; k++)
    if (config->disable_corrector[k] == i - 1)
      return FALSE;

  return TRUE;
}

static gboolean
dip_solver_unipc_plan (DipSolver *solver, GError **error)
{
  DipSolverUniPC *self = (DipSolverUniPC *) solver;

  if (!dip_solver_plan_sigmas (solver, DIP_SIGMAS_UNIPC, error))
    return FALSE;

  self->steps = g_new0 (UniPCStep, solver->n_evaluations);
  for (guint i = 0; i < solver->n_evaluations; i++)
    {
      UniPCStep *step = &self->steps[i];

      step->at = dip_noise_level (solver->sigmas[i]);
      step->predictor = plan_update (solver, i + 1, find_order (solver, i), FALSE);
      if (is_corrected (solver, i))
        step->corrector = plan_update (solver, i, find_order (solver, i - 1), TRUE);
    }

  return TRUE;
}

static double
dip_solver_unipc_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const UniPCStep *step = &((DipSolverUniPC *) solver)->steps[evaluation];
  const float values[] = { step->predictor.order, step->predictor.x_factor,
                           -step->predictor.m0_factor,
                           step->predictor.order > 1 ? -step->predictor.difference_factor
                                                     : 0.0f,
                           step->corrector.order };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

/* @before: the predictions at the start of the update and at the steps before it
 * @newest: that at its end, for the corrector; NULL for the predictor
 * @x, @result: may be the same
 */
static void
apply (const Update *self,
       const float *const before[MAX_ORDER],
       const float *newest,
       const float *x,
       float *result,
       gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      float m0 = before[0][i];
      float plain = self->x_factor * x[i] - self->m0_factor * m0;
      float difference = 0.0f;

      for (guint k = 1; k < self->order; k++)
        difference =
            difference + self->rho[k - 1] * ((before[k][i] - m0) / self->r[k - 1]);
      if (newest != NULL)
        difference = difference + self->rho[self->order - 1] * (newest[i] - m0);

      result[i] = self->order == 1 && newest == NULL
                      ? plain
                      : plain - self->difference_factor * difference;
    }
}

/* The predictions of the evaluations up to @newest, the newest first. */
static void
find_before (DipSolver *solver, guint image, guint newest, const float *before[MAX_ORDER])
{
  for (guint k = 0; k < MAX_ORDER; k++)
    before[k] =
        dip_solver_get_history (solver, image, (newest + MAX_ORDER - k) % MAX_ORDER);
}

static void
dip_solver_unipc_step (DipSolver *solver,
                       guint evaluation,
                       guint image,
                       const float *model_output,
                       const float *x_t,
                       const float *noise,
                       float *x_prev,
                       float *pred_x0)
{
  const UniPCStep *step = &((DipSolverUniPC *) solver)->steps[evaluation];
  gsize n = dip_solver_get_image_size (solver);
  float *newest = dip_solver_get_history (solver, image, HISTORY_NEWEST);
  float *corrected = dip_solver_get_history (solver, image, HISTORY_CORRECTED);
  const float *before[MAX_ORDER];

  dip_solver_predict_x0 (solver, step->at.alpha, step->at.noise, model_output, x_t,
                         pred_x0);
  if (solver->config->predict_x0)
    memcpy (newest, pred_x0, n * sizeof (float));
  else
    dip_solver_predict_noise (solver, step->at.alpha, step->at.noise, model_output, x_t,
                              NULL, newest);

  if (step->corrector.order > 0)
    {
      find_before (solver, image, evaluation - 1, before);
      apply (&step->corrector, before, newest, corrected, corrected, n);
    }
  else
    memcpy (corrected, x_t, n * sizeof (float));

  memcpy (dip_solver_get_history (solver, image, evaluation % MAX_ORDER), newest,
          n * sizeof (float));
  find_before (solver, image, evaluation, before);
  apply (&step->predictor, before, NULL, corrected, x_prev, n);
}

static void
dip_solver_unipc_clear (DipSolver *solver)
{
  g_free (((DipSolverUniPC *) solver)->steps);
}

const DipSolverClass dip_solver_unipc_class = {
  .instance_size = sizeof (DipSolverUniPC),
  .coefficient_names = coefficient_names,
  .n_history = N_HISTORY,
  .plan = dip_solver_unipc_plan,
  .get_coefficient = dip_solver_unipc_get_coefficient,
  .step = dip_solver_unipc_step,
  .clear = dip_solver_unipc_clear,
};
