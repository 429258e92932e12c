#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

#include "model/sampler/library-math.h"

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

/* A sum of products, added up before it is taken off: as OpenBLAS does small systems. */
static float
take_off (float value, const float *a, const float *b, guint n)
{
  float sum = 0.0f;

  for (guint i = 0; i < n; i++)
    sum = sum + a[i] * b[i];

  return value - sum;
}

/* The columns of rows @lu (n, n) become those of its triangles, with the largest pivot;
 * @order (n) says which row is where.
 */
static void
factorize (float lu[MAX_ORDER][MAX_ORDER], guint order[MAX_ORDER], guint n)
{
  for (guint column = 0; column < n; column++)
    {
      guint pivot = column;
      float above[MAX_ORDER];

      for (guint row = 0; row < n; row++)
        {
          guint n_known = MIN (row, column);

          lu[row][column] = take_off (lu[row][column], lu[row], above, n_known);
          if (row < column)
            above[row] = lu[row][column];
          else if (fabsf (lu[row][column]) > fabsf (lu[pivot][column]))
            pivot = row;
        }

      for (guint k = 0; k < n && pivot != column; k++)
        {
          float swap = lu[column][k];

          lu[column][k] = lu[pivot][k];
          lu[pivot][k] = swap;
        }
      if (pivot != column)
        {
          guint swap = order[column];

          order[column] = order[pivot];
          order[pivot] = swap;
        }
      for (guint row = column + 1; row < n; row++)
        lu[row][column] = lu[row][column] * (1.0f / lu[column][column]);
    }
}

/* torch.linalg.solve() in float32: the solution replaces @b.  torch factorizes the
 * transposed matrix where the matrix lies in rows without gaps.
 */
static void
solve (const float matrix[MAX_ORDER][MAX_ORDER],
       float b[MAX_ORDER],
       guint n,
       gboolean is_transposed)
{
  float lu[MAX_ORDER][MAX_ORDER];
  float line[MAX_ORDER], x[MAX_ORDER];
  guint order[MAX_ORDER] = { 0, 1, 2 };

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      lu[i][j] = is_transposed ? matrix[j][i] : matrix[i][j];
  factorize (lu, order, n);

  for (guint i = 0; i < n; i++)
    {
      for (guint j = 0; j < i; j++)
        line[j] = is_transposed ? lu[j][i] : lu[i][j];
      x[i] = take_off (b[is_transposed ? i : order[i]], line, x, i);
      x[i] = is_transposed ? x[i] / lu[i][i] : x[i];
    }
  for (guint i = n; i-- > 0;)
    {
      for (guint j = i + 1; j < n; j++)
        line[j] = is_transposed ? lu[j][i] : lu[i][j];
      x[i] = take_off (x[i], line + i + 1, x + i + 1, n - 1 - i);
      x[i] = is_transposed ? x[i] : x[i] / lu[i][i];
    }
  for (guint i = 0; i < n; i++)
    b[is_transposed ? order[i] : i] = x[i];
}

/* Equation 10: the weights @rho of @n differences. */
static void
find_rho (Update *self, float hh, float b_h, guint n, gboolean is_corrector)
{
  float matrix[MAX_ORDER][MAX_ORDER];
  float phi = dip_torch_expm1 (hh) / hh - 1.0f;
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
      self->rho[i] = phi * factorial / b_h;
      factorial *= i + 2;
      phi = phi / hh - 1.0f / factorial;
    }

  /* The predictor's is a part of a larger one. */
  solve (matrix, self->rho, n, is_corrector);
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
  float b_h = config->solver_type == DIP_SOLVER_TYPE_BH1 ? hh : dip_torch_expm1 (hh);
  float scale = config->predict_x0 ? end.alpha : end.noise;
  Update self = {
    .order = order,
    .x_factor = config->predict_x0 ? end.noise / start.noise : end.alpha / start.alpha,
    .m0_factor = scale * dip_torch_expm1 (hh),
    .difference_factor = scale * b_h,
  };

  for (guint k = 1; k < order; k++)
    self.r[k - 1] =
        (dip_noise_level (solver->sigmas[to - 1 - k]).lambda - start.lambda) / h;
  self.r[order - 1] = 1.0f;
  find_rho (&self, hh, b_h, is_corrector ? order : order - 1, is_corrector);

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
