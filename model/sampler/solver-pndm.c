#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"

/* Pseudo numerical methods (Liu et al. 2022) as diffusers' PNDMScheduler does them, in
 * float32 and in its order: three Runge-Kutta steps of four evaluations, then a linear
 * multistep of one each; or, with skip_prk_steps, multistep from the start, whose first
 * step takes two evaluations.
 */

#define N_PRK_STEPS 3
#define N_PRK_EVALUATIONS (4 * N_PRK_STEPS)
#define N_OUTPUTS 4 /* that the multistep weighs */

enum
{
  HISTORY_SUM = N_OUTPUTS, /* of a Runge-Kutta step's outputs so far */
  HISTORY_X_T,             /* where a step of several evaluations began */
  N_HISTORY
};

/* How the outputs make the one that the step follows. */
typedef enum
{
  BLEND_PRK,      /* the output itself, summed up for the last of four */
  BLEND_PRK_LAST, /* the weighted sum */
  BLEND_FIRST,    /* the output itself */
  BLEND_MEAN,     /* with the first */
  BLEND_2,        /* Adams-Bashforth over so many */
  BLEND_3,
  BLEND_4,
} Blend;

typedef struct
{
  Blend blend;
  gboolean is_first; /* evaluation of its step */
  guint n_kept;      /* outputs kept for the multistep, with this one */
  float sqrt_alpha;  /* of a_t, and of 1 - a_t, where the network is asked */
  float sqrt_beta;
  float sqrt_alpha_from; /* the same where the step begins */
  float sqrt_beta_from;
  float x_factor; /* equation 9 */
  float output_factor;
  float output_divisor;
} PndmStep;

typedef struct
{
  DipSolver parent_instance;

  PndmStep *steps; /* (n_evaluations) */
} DipSolverPndm;

static const char *const coefficient_names[] = { "sqrt_alpha_prod", "sqrt_beta_prod",
                                                 "sample_coeff", "model_output_coeff",
                                                 NULL };

static float
get_alpha (DipSolver *solver, gint64 timestep)
{
  if (timestep < 0)
    return solver->config->set_alpha_to_one ? 1.0f : solver->schedule->alphas_cumprod[0];

  return solver->schedule->alphas_cumprod[timestep];
}

/* The step asked at @asked leads from timestep @from to @to. */
static PndmStep
plan_step (DipSolver *solver, gint64 asked, gint64 from, gint64 to)
{
  float alpha_asked = get_alpha (solver, asked);
  float alpha = get_alpha (solver, from);
  float alpha_prev = get_alpha (solver, to);
  float beta = 1.0f - alpha;

  return (PndmStep){
    .sqrt_alpha = sqrtf (alpha_asked),
    .sqrt_beta = sqrtf (1.0f - alpha_asked),
    .sqrt_alpha_from = sqrtf (alpha),
    .sqrt_beta_from = sqrtf (beta),
    .x_factor = sqrtf (alpha_prev / alpha),
    .output_factor = alpha_prev - alpha,
    .output_divisor =
        alpha * sqrtf (1.0f - alpha_prev) + sqrtf (alpha * beta * alpha_prev),
  };
}

static PndmStep
plan_prk_step (DipSolver *solver, guint i)
{
  int half = solver->config->num_train_timesteps / (int) solver->settings.n_steps / 2;
  gint64 asked = solver->timesteps[i];
  PndmStep step = plan_step (solver, asked, solver->timesteps[i - i % 4],
                             asked - (i % 2 == 0 ? half : 0));

  step.blend = i % 4 == 3 ? BLEND_PRK_LAST : BLEND_PRK;
  step.is_first = i % 4 == 0;
  step.n_kept = i / 4 + 1;

  return step;
}

static PndmStep
plan_plms_step (DipSolver *solver, guint i)
{
  int whole = solver->config->num_train_timesteps / (int) solver->settings.n_steps;
  gint64 asked = solver->timesteps[i];
  gboolean is_again = solver->config->skip_prk_steps && i == 1;
  PndmStep step = is_again ? plan_step (solver, asked, asked + whole, asked)
                           : plan_step (solver, asked, asked, asked - whole);

  step.is_first = !is_again;
  step.n_kept = solver->config->skip_prk_steps ? MAX (i, 1)
                                               : i - N_PRK_EVALUATIONS + N_PRK_STEPS + 1;
  step.blend = is_again ? BLEND_MEAN : BLEND_FIRST;
  if (step.n_kept > 1)
    step.blend = BLEND_2 + MIN (step.n_kept, N_OUTPUTS) - 2;

  return step;
}

/* The timesteps asked at, from those visited. */
static double
find_asked (DipSolver *solver, const double *visited, guint i)
{
  int half = solver->config->num_train_timesteps / (int) solver->settings.n_steps / 2;
  guint halves = (i + 1) / 2;

  if (solver->config->skip_prk_steps)
    return visited[i < 2 ? i : i - 1];
  if (i >= N_PRK_EVALUATIONS)
    return visited[i - N_PRK_EVALUATIONS + N_PRK_STEPS];

  return halves % 2 == 0 ? visited[halves / 2] : visited[(halves + 1) / 2] + half;
}

static gboolean
check_steps (DipSolver *solver, GError **error)
{
  if (solver->config->skip_prk_steps || solver->settings.n_steps > N_PRK_STEPS)
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "%u steps: PNDMScheduler wants at least %d, or skip_prk_steps",
               solver->settings.n_steps, N_PRK_STEPS + 1);

  return FALSE;
}

static gboolean
dip_solver_pndm_plan (DipSolver *solver, GError **error)
{
  DipSolverPndm *self = (DipSolverPndm *) solver;
  gboolean skips_prk = solver->config->skip_prk_steps;
  g_autofree double *visited = NULL;
  guint n;

  if (!check_steps (solver, error) || !dip_solver_plan_spaced (solver, error))
    return FALSE;

  visited = g_steal_pointer (&solver->timesteps);
  n = solver->n_evaluations;
  if (!skips_prk)
    n += N_PRK_EVALUATIONS - N_PRK_STEPS;
  else if (n > 1)
    n++;

  solver->n_evaluations = n;
  solver->timesteps = g_new (double, n);
  g_free (solver->needs_noise);
  solver->needs_noise = g_new0 (gboolean, n);
  for (guint i = 0; i < n; i++)
    solver->timesteps[i] = find_asked (solver, visited, i);

  self->steps = g_new (PndmStep, n);
  for (guint i = 0; i < n; i++)
    self->steps[i] = !skips_prk && i < N_PRK_EVALUATIONS ? plan_prk_step (solver, i)
                                                         : plan_plms_step (solver, i);

  return TRUE;
}

static double
dip_solver_pndm_get_coefficient (DipSolver *solver, guint evaluation, guint name)
{
  const PndmStep *step = &((DipSolverPndm *) solver)->steps[evaluation];
  const float values[] = { step->sqrt_alpha, step->sqrt_beta, step->x_factor,
                           -step->output_factor / step->output_divisor };

  g_return_val_if_fail (name < G_N_ELEMENTS (values), NAN);

  return values[name];
}

/* @kept: the outputs kept for the multistep, the newest first
 * @sum: of the Runge-Kutta step's outputs so far
 */
static float
blend (Blend how, float output, const float kept[N_OUTPUTS], float sum)
{
  switch (how)
    {
    case BLEND_PRK:
    case BLEND_FIRST:
      return output;

    case BLEND_PRK_LAST:
      return sum;

    case BLEND_MEAN:
      return (output + kept[0]) / 2.0f;

    case BLEND_2:
      return (3.0f * kept[0] - kept[1]) / 2.0f;

    case BLEND_3:
      return (23.0f * kept[0] - 16.0f * kept[1] + 5.0f * kept[2]) / 12.0f;

    case BLEND_4:
      return (float) (1.0 / 24) *
             (55.0f * kept[0] - 59.0f * kept[1] + 37.0f * kept[2] - 9.0f * kept[3]);
    }

  g_assert_not_reached ();
}

/* Simpson's weights of the four outputs of a Runge-Kutta step. */
static void
add_to_sum (float *sum, const float *output, guint nth, gsize n)
{
  const float weight = nth == 0 || nth == 3 ? (float) (1.0 / 6) : (float) (1.0 / 3);

  for (gsize i = 0; i < n; i++)
    sum[i] = nth == 0 ? weight * output[i] : sum[i] + weight * output[i];
}

static void
dip_solver_pndm_step (DipSolver *solver,
                      guint evaluation,
                      guint image,
                      const float *model_output,
                      const float *x_t,
                      const float *noise,
                      float *x_prev,
                      float *pred_x0)
{
  const PndmStep *step = &((DipSolverPndm *) solver)->steps[evaluation];
  gsize n = dip_solver_get_image_size (solver);
  float *sum = dip_solver_get_history (solver, image, HISTORY_SUM);
  float *from = dip_solver_get_history (solver, image, HISTORY_X_T);
  float *kept[N_OUTPUTS];

  dip_solver_predict_x0 (solver, step->sqrt_alpha, step->sqrt_beta, model_output, x_t,
                         pred_x0);

  for (guint k = 0; k < N_OUTPUTS; k++)
    kept[k] = dip_solver_get_history (solver, image,
                                      (step->n_kept + N_OUTPUTS - 1 - k) % N_OUTPUTS);
  if (step->is_first)
    {
      memcpy (kept[0], model_output, n * sizeof (float));
      memcpy (from, x_t, n * sizeof (float));
    }
  if (step->blend == BLEND_PRK || step->blend == BLEND_PRK_LAST)
    add_to_sum (sum, model_output, evaluation % 4, n);

  for (gsize i = 0; i < n; i++)
    {
      const float outputs[] = { kept[0][i], kept[1][i], kept[2][i], kept[3][i] };
      float output = blend (step->blend, model_output[i], outputs, sum[i]);

      if (solver->config->prediction_type == DIP_PREDICTION_V)
        output = step->sqrt_alpha_from * output + step->sqrt_beta_from * from[i];
      x_prev[i] =
          step->x_factor * from[i] - step->output_factor * output / step->output_divisor;
    }
}

/* The first steps take several evaluations between timesteps of their own. */
static gboolean
dip_solver_pndm_can_begin (DipSolver *solver, guint evaluation)
{
  return evaluation == 0;
}

static void
dip_solver_pndm_clear (DipSolver *solver)
{
  g_free (((DipSolverPndm *) solver)->steps);
}

const DipSolverClass dip_solver_pndm_class = {
  .instance_size = sizeof (DipSolverPndm),
  .coefficient_names = coefficient_names,
  .n_history = N_HISTORY,
  .plan = dip_solver_pndm_plan,
  .get_coefficient = dip_solver_pndm_get_coefficient,
  .step = dip_solver_pndm_step,
  .can_begin = dip_solver_pndm_can_begin,
  .clear = dip_solver_pndm_clear,
};
