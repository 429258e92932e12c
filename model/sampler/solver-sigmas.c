#include "model/sampler/solver-private.h"

#include <math.h>

#include "model/sampler/beta-quantile.h"
#include "model/sampler/error.h"
#include "model/sampler/library-math.h"

/* Noise levels for solvers that think in sigma = sqrt ((1 - a_t) / a_t), as diffusers
 * spaces them.
 */

/* Karras et al. 2022, equation 5. */
#define RHO 7.0

/* Lee et al. 2024, "Beta Sampling is All You Need": both parameters. */
#define BETA_SHAPE 0.6

/* alphas_cumprod of the last timestep at zero terminal SNR, where sigma would be
 * infinite: the smallest float16.
 */
#define SMALLEST_ALPHA 0x1p-24f

typedef struct
{
  DipSolver *solver;
  const DipSchedulerConfig *config;
  DipSigmaFamily family;

  gsize n_train;
  float *table;     /* (n_train) the sigma of each training timestep, rising */
  float *log_table; /* (n_train) */

  guint n;           /* timesteps visited */
  double *timesteps; /* (n), falling */
  double *sigmas;    /* (n + 1), falling */
} Plan;

/* One timestep a step, and none of them left out. */
static gboolean
is_single (const Plan *self)
{
  return self->family == DIP_SIGMAS_EULER || self->family == DIP_SIGMAS_KDPM2;
}

/* Whether the network is told log (sigma) / 4. */
static gboolean
is_continuous (const DipSchedulerConfig *config)
{
  return config->timestep_type == DIP_TIMESTEP_CONTINUOUS &&
         config->prediction_type == DIP_PREDICTION_V;
}

static void
fill_table (Plan *self)
{
  const DipSchedule *schedule = self->solver->schedule;

  self->n_train = schedule->n_timesteps;
  self->table = g_new (float, self->n_train);
  self->log_table = g_new (float, self->n_train);

  for (gsize t = 0; t < self->n_train; t++)
    {
      gboolean is_last = t + 1 == self->n_train;
      float a = is_last && self->config->rescale_betas_zero_snr
                    ? SMALLEST_ALPHA
                    : schedule->alphas_cumprod[t];

      self->table[t] = sqrtf ((1.0f - a) / a);
      self->log_table[t] = dip_numpy_log (self->table[t]);
    }
}

/* numpy.interp over the table. */
static double
find_sigma (Plan *self, double timestep)
{
  gsize below;

  if (timestep <= 0.0)
    return self->table[0];
  if (timestep >= (double) (self->n_train - 1))
    return self->table[self->n_train - 1];

  below = (gsize) timestep;

  return ((double) self->table[below + 1] - self->table[below]) *
             (timestep - (double) below) +
         self->table[below];
}

/* The last training timestep with at most that sigma, but one.  The table rises, except
 * that at zero terminal SNR its last sigma, which is cut off, may be below others.
 */
static gsize
find_below (Plan *self, float log_sigma)
{
  for (gsize t = self->n_train; t-- > 0;)
    if (log_sigma >= self->log_table[t])
      return MIN (t, self->n_train - 2);

  return 0;
}

/* The timestep, not always whole, whose sigma that is.  In float32 as numpy 1 does it
 * (numpy 2 takes doubles): the largest sigma then lies at the last timestep exactly, and
 * not, by a rounding error, below it.
 */
static double
find_timestep (Plan *self, double sigma)
{
  float log_sigma = log (MAX (sigma, 1e-10));
  gsize below;
  float w;

  if (self->n_train < 2)
    return 0.0;

  below = find_below (self, log_sigma);
  w = (self->log_table[below] - log_sigma) /
      (self->log_table[below] - self->log_table[below + 1]);
  w = CLAMP (w, 0.0f, 1.0f);

  return (1.0f - w) * (double) below + w * (double) (below + 1);
}

/* The same of a tensor of torch's, which stays float32. */
static float
find_timestep_in_float (Plan *self, float sigma)
{
  float log_sigma = log (MAX ((double) sigma, 1e-10));
  gsize below;
  float w;

  if (self->n_train < 2)
    return 0.0f;

  below = find_below (self, log_sigma);
  w = (self->log_table[below] - log_sigma) /
      (self->log_table[below] - self->log_table[below + 1]);
  w = CLAMP (w, 0.0f, 1.0f);

  return (1.0f - w) * (float) below + w * (float) (below + 1);
}

/* How many training timesteps are left when those with too little picture in them are
 * not visited.
 */
static guint
count_usable (Plan *self)
{
  guint n = self->config->num_train_timesteps;
  guint n_clipped = 0;

  if (isnan (self->config->lambda_min_clipped))
    return n;

  for (gsize t = 0; t < self->n_train; t++)
    {
      float a = self->solver->schedule->alphas_cumprod[t];
      float lambda = dip_torch_log (sqrtf (a)) - dip_torch_log (sqrtf (1.0f - a));

      n_clipped += lambda < (float) self->config->lambda_min_clipped;
    }

  return n - MIN (n, n_clipped);
}

/* Timestep @i of the multistep solvers, from 1, the last visited: one more point than
 * steps is spaced, and the one at 0 is the end.
 */
static double
space_multistep (Plan *self, guint n_steps, guint last, guint i)
{
  double step;

  switch ((DipTimestepSpacing) self->config->timestep_spacing)
    {
    case DIP_SPACING_LINSPACE:
      return i == n_steps ? last - 1.0 : rint (i * ((last - 1.0) / n_steps));

    case DIP_SPACING_LEADING:
      return (double) i * (last / (n_steps + 1)) + self->config->steps_offset;

    case DIP_SPACING_TRAILING:
      step = (double) self->config->num_train_timesteps / n_steps;
      return rint (last + (n_steps - i) * ((last - step) - last)) - 1.0;
    }

  g_assert_not_reached ();
}

static gboolean
fill_multistep (Plan *self, guint n_steps, GError **error)
{
  guint last = count_usable (self);

  self->n = 0;
  self->timesteps = g_new (double, n_steps);
  for (guint i = n_steps; i >= 1; i--)
    {
      double timestep = space_multistep (self, n_steps, last, i);

      /* Less is usable than trained: "trailing" is out of timesteps sooner. */
      if (timestep >= 0.0)
        self->timesteps[self->n++] = timestep;
    }

  if (self->n > 0 && self->timesteps[0] < self->config->num_train_timesteps)
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "%u steps: %s, by steps_offset %d and lambda_min_clipped %g", n_steps,
               self->n > 0 ? "they begin beyond the last timestep"
                           : "no timestep is left to visit",
               self->config->steps_offset, self->config->lambda_min_clipped);

  return FALSE;
}

/* Euler's family asks between the training timesteps where "linspace" leads there. */
static gboolean
fill_single (Plan *self, guint n_steps, GError **error)
{
  self->timesteps = dip_schedule_dup_timesteps (self->config, n_steps, error);
  if (self->timesteps == NULL)
    return FALSE;

  self->n = n_steps;
  if (self->config->timestep_spacing == DIP_SPACING_LINSPACE)
    for (guint i = 1; i <= n_steps; i++)
      self->timesteps[n_steps - i] =
          (float) ((i - 1) *
                   ((self->config->num_train_timesteps - 1.0) / MAX (n_steps - 1, 1)));

  return TRUE;
}

/* Even in log (sigma), one more than the steps: the last one ends there. */
static void
fill_log_linear (Plan *self)
{
  g_autofree float *logs = g_new (float, self->n + 1);

  dip_torch_linspace (logs, self->n + 1, self->log_table[self->n_train - 1],
                      self->log_table[0]);
  for (guint i = 0; i <= self->n; i++)
    self->sigmas[i] = dip_torch_exp (logs[i]);
}

static void
fill_interpolated (Plan *self)
{
  if (self->config->interpolation_type == DIP_INTERPOLATION_LOG_LINEAR)
    fill_log_linear (self);
  else
    for (guint i = 0; i < self->n; i++)
      self->sigmas[i] = find_sigma (self, self->timesteps[i]);
}

static double
find_chosen_sigma (const DipSchedulerConfig *config, double min, double max, double ramp)
{
  if (config->use_karras_sigmas)
    return pow (pow (max, 1 / RHO) + ramp * (pow (min, 1 / RHO) - pow (max, 1 / RHO)),
                RHO);

  if (config->use_beta_sigmas)
    return min + dip_beta_quantile (1 - ramp, BETA_SHAPE, BETA_SHAPE) * (max - min);

  return exp (log (max) + ramp * (log (min) - log (max)));
}

/* Even in lambda, which Lu et al. 2022b propose: exponential sigmas, but of logarithms in
 * float32.
 */
static double
find_lu_sigma (const Plan *self, double ramp)
{
  double max = self->log_table[self->n_train - 1];
  double min = self->log_table[0];

  return exp (max + ramp * (min - max));
}

/* Sigmas of a formula, and the timesteps that they lie at. */
static void
fill_chosen (Plan *self)
{
  const DipSchedulerConfig *config = self->config;
  gboolean is_euler = is_single (self);
  double max = is_euler ? self->sigmas[0] : self->table[self->n_train - 1];
  double min = is_euler ? self->sigmas[self->n - 1] : self->table[0];

  if (is_euler && config->interpolation_type == DIP_INTERPOLATION_LOG_LINEAR)
    min = self->sigmas[self->n];
  if (!isnan (config->sigma_max))
    max = config->sigma_max;
  if (!isnan (config->sigma_min))
    min = config->sigma_min;

  for (guint i = 0; i < self->n; i++)
    {
      double ramp = self->n > 1 ? (double) i / (self->n - 1) : 0.0;

      self->sigmas[i] = config->use_lu_lambdas
                            ? find_lu_sigma (self, ramp)
                            : find_chosen_sigma (config, min, max, ramp);
      self->timesteps[i] = find_timestep (self, self->sigmas[i]);
    }
}

/* The multistep solvers ask at whole timesteps: rounded, or cut off, as it happens. */
static void
make_whole (Plan *self)
{
  const DipSchedulerConfig *config = self->config;
  gboolean is_rounded = !config->use_exponential_sigmas && !config->use_beta_sigmas &&
                        (self->family != DIP_SIGMAS_DPM ||
                         config->beta_schedule != DIP_BETA_SCHEDULE_SQUAREDCOS_CAP_V2);

  for (guint i = 0; i < self->n; i++)
    self->timesteps[i] =
        is_rounded ? rint (self->timesteps[i]) : trunc (self->timesteps[i]);
}

static double
find_last_sigma (Plan *self, gboolean is_chosen)
{
  if (self->config->final_sigmas_type == DIP_FINAL_SIGMA_ZERO)
    return 0.0;

  return is_chosen && self->family == DIP_SIGMAS_UNIPC ? self->sigmas[self->n - 1]
                                                       : self->table[0];
}

/* No step may stand still: solvers divide by its size. */
static gboolean
check_moving (Plan *self, guint n_steps, GError **error)
{
  for (guint i = 1; i < self->n; i++)
    if ((float) self->sigmas[i] == (float) self->sigmas[i - 1])
      {
        g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                     "%u steps: too many, two of them are at sigma %g", n_steps,
                     self->sigmas[i]);
        return FALSE;
      }

  return TRUE;
}

/* Sigmas even in log (sigma) have their own end.  diffusers adds another to it, to which
 * there is a step where the timesteps are made of the sigmas.
 */
static gboolean
fill_log_linear_end (Plan *self)
{
  if (is_continuous (self->config))
    {
      self->n++;
      self->timesteps = g_renew (double, self->timesteps, self->n);
      self->sigmas[self->n] = find_last_sigma (self, FALSE);
    }

  return TRUE;
}

static gboolean
fill_plan (Plan *self, guint n_steps, GError **error)
{
  const DipSchedulerConfig *config = self->config;
  gboolean is_chosen = config->use_karras_sigmas || config->use_exponential_sigmas ||
                       config->use_beta_sigmas || config->use_lu_lambdas;
  gboolean is_euler = is_single (self);

  /* Also checks the number of steps. */
  if (!fill_single (self, n_steps, error))
    return FALSE;
  if (!is_euler)
    g_clear_pointer (&self->timesteps, g_free);
  if (!is_euler && !fill_multistep (self, n_steps, error))
    return FALSE;

  /* Formulas make as many sigmas as they are asked for. */
  if (!is_euler && is_chosen)
    {
      self->n = n_steps;
      self->timesteps = g_renew (double, self->timesteps, n_steps);
    }

  self->sigmas = g_new0 (double, self->n + 2);
  fill_interpolated (self);
  if (is_chosen)
    fill_chosen (self);
  if (is_chosen && !is_euler)
    make_whole (self);
  if (!is_chosen && config->interpolation_type == DIP_INTERPOLATION_LOG_LINEAR)
    return fill_log_linear_end (self);
  self->sigmas[self->n] = find_last_sigma (self, is_chosen);

  return check_moving (self, n_steps, error);
}

static void
clear_plan (Plan *self)
{
  g_free (self->table);
  g_free (self->log_table);
  g_free (self->timesteps);
  g_free (self->sigmas);
}

static void
take_plan (DipSolver *self, Plan *plan)
{
  self->n_evaluations = plan->n;
  self->needs_noise = g_new0 (gboolean, plan->n);
  self->sigmas = g_new (float, plan->n + 1);
  for (guint i = 0; i <= plan->n; i++)
    self->sigmas[i] = plan->sigmas[i];

  self->timesteps = g_steal_pointer (&plan->timesteps);
  for (guint i = 0; i < plan->n; i++)
    if (is_continuous (self->config))
      self->timesteps[i] = 0.25f * dip_torch_log (self->sigmas[i]);
    else if (plan->family != DIP_SIGMAS_KDPM2)
      self->timesteps[i] = (float) self->timesteps[i];
}

gboolean
dip_solver_plan_sigmas (DipSolver *self, DipSigmaFamily family, GError **error)
{
  Plan plan = { .solver = self, .config = self->config, .family = family };
  gboolean is_done;

  fill_table (&plan);
  is_done = fill_plan (&plan, self->settings.n_steps, error);
  if (is_done)
    take_plan (self, &plan);
  clear_plan (&plan);

  return is_done;
}

void
dip_solver_find_sigma_timesteps (DipSolver *self,
                                 const float *sigmas,
                                 guint n,
                                 double *timesteps)
{
  Plan plan = { .solver = self, .config = self->config };

  fill_table (&plan);
  for (guint i = 0; i < n; i++)
    timesteps[i] = find_timestep_in_float (&plan, sigmas[i]);
  clear_plan (&plan);
}

float
dip_solver_find_init_noise_sigma (DipSolver *self)
{
  float max = self->sigmas[0];

  return self->config->timestep_spacing == DIP_SPACING_LEADING ? sqrtf (max * max + 1.0f)
                                                               : max;
}

void
dip_solver_scale_by_sigma (DipSolver *self, guint evaluation, const float *x_t)
{
  float sigma = self->sigmas[evaluation];
  float norm = sqrtf (sigma * sigma + 1.0f);
  gsize n_values = self->n_images * dip_solver_get_image_size (self);

  for (gsize i = 0; i < n_values; i++)
    self->scaled_input[i] = x_t[i] / norm;
}

DipNoiseLevel
dip_noise_level (float sigma)
{
  float alpha = 1.0f / sqrtf (sigma * sigma + 1.0f);
  float noise = sigma * alpha;

  return (DipNoiseLevel){ alpha, noise, dip_torch_log (alpha) - dip_torch_log (noise) };
}
