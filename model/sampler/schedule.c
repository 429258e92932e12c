#include "model/sampler/schedule.h"

#include <math.h>

#include "model/sampler/error.h"
#include "model/sampler/library-math.h"
#include "model/storage/error.h"

/* No beta that is made of a curve is larger. */
#define MAX_BETA 0.999

/* Nichol and Dhariwal 2021, equation 17. */
static double
cosine_alpha_bar (double t)
{
  double c = cos ((t + 0.008) / 1.008 * G_PI / 2);

  return c * c;
}

/* diffusers' "exp". */
static double
exp_alpha_bar (double t)
{
  return exp (-12.0 * t);
}

/* Hang et al. 2024, the Laplace noise schedule. */
static double
laplace_alpha_bar (double t)
{
  double lambda = -0.5 * copysign (1.0, 0.5 - t) * log (1 - 2 * fabs (0.5 - t) + 1e-6);
  double snr = exp (lambda);

  return sqrt (snr / (1 + snr));
}

static void
fill_from_curve (float *betas, gsize n, double (*alpha_bar) (double t))
{
  for (gsize i = 0; i < n; i++)
    {
      double t1 = (double) i / n;
      double t2 = (double) (i + 1) / n;

      betas[i] = MIN (1 - alpha_bar (t2) / alpha_bar (t1), MAX_BETA);
    }
}

static void
fill_sigmoid (float *betas, gsize n, double start, double end)
{
  float range = end - start;

  dip_torch_linspace (betas, n, -6.0, 6.0);
  for (gsize i = 0; i < n; i++)
    betas[i] = 1.0f / (1.0f + dip_torch_exp (-betas[i])) * range + (float) start;
}

static void
fill_betas (float *betas, gsize n, const DipSchedulerConfig *config)
{
  switch ((DipBetaSchedule) config->beta_schedule)
    {
    case DIP_BETA_SCHEDULE_LINEAR:
      dip_torch_linspace (betas, n, config->beta_start, config->beta_end);
      return;

    case DIP_BETA_SCHEDULE_SCALED_LINEAR:
      dip_torch_linspace (betas, n, sqrt (config->beta_start), sqrt (config->beta_end));
      for (gsize i = 0; i < n; i++)
        betas[i] = betas[i] * betas[i];
      return;

    case DIP_BETA_SCHEDULE_SQUAREDCOS_CAP_V2:
      fill_from_curve (betas, n, cosine_alpha_bar);
      return;

    case DIP_BETA_SCHEDULE_SIGMOID:
      fill_sigmoid (betas, n, config->beta_start, config->beta_end);
      return;

    case DIP_BETA_SCHEDULE_LAPLACE:
      fill_from_curve (betas, n, laplace_alpha_bar);
      return;

    case DIP_BETA_SCHEDULE_EXP:
      fill_from_curve (betas, n, exp_alpha_bar);
      return;
    }

  g_assert_not_reached ();
}

/* The running product of 1 - beta, in double, of float32 values, stored in float32. */
static void
fill_alphas_cumprod (DipSchedule *self)
{
  double product = 1.0;

  for (gsize t = 0; t < self->n_timesteps; t++)
    {
      product *= 1.0f - self->betas[t];
      self->alphas_cumprod[t] = product;
    }
}

/* Lin et al. 2023, algorithm 1: shifts and scales sqrt(a_t) so that the last is 0 and
 * the first is as before.
 */
static void
rescale_zero_terminal_snr (DipSchedule *self)
{
  gsize n = self->n_timesteps;
  float *bar = self->alphas_cumprod;
  float first = sqrtf (bar[0]);
  float last = sqrtf (bar[n - 1]);
  float scale = first / (first - last);

  for (gsize t = 0; t < n; t++)
    {
      float root = (sqrtf (bar[t]) - last) * scale;

      bar[t] = root * root;
    }

  self->betas[0] = 1.0f - bar[0];
  for (gsize t = 1; t < n; t++)
    self->betas[t] = 1.0f - bar[t] / bar[t - 1];

  fill_alphas_cumprod (self);
}

static gboolean
check_alphas_cumprod (DipSchedule *self, const DipSchedulerConfig *config, GError **error)
{
  for (gsize t = 0; t < self->n_timesteps; t++)
    {
      float a = self->alphas_cumprod[t];

      if (a >= 0.0f && a < 1.0f)
        continue;

      dip_storage_set_error (
          error, DIP_STORAGE_ERROR_VALUE, dip_scheduler_config_get_name (config),
          "the betas make alphas_cumprod[%" G_GSIZE_FORMAT "] %g, wanted between 0 and 1",
          t, a);
      return FALSE;
    }

  return TRUE;
}

DipSchedule *
dip_schedule_new (const DipSchedulerConfig *config, GError **error)
{
  g_autoptr (DipSchedule) self = g_new0 (DipSchedule, 1);
  gboolean is_trained = config->trained_betas != NULL;

  self->n_timesteps = is_trained ? config->n_trained_betas : config->num_train_timesteps;
  self->betas = g_new (float, self->n_timesteps);
  self->alphas_cumprod = g_new (float, self->n_timesteps);

  if (is_trained)
    for (gsize t = 0; t < self->n_timesteps; t++)
      self->betas[t] = config->trained_betas[t];
  else
    fill_betas (self->betas, self->n_timesteps, config);

  fill_alphas_cumprod (self);
  if (config->rescale_betas_zero_snr)
    rescale_zero_terminal_snr (self);

  if (!check_alphas_cumprod (self, config, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
dip_schedule_free (DipSchedule *self)
{
  if (self == NULL)
    return;

  g_free (self->betas);
  g_free (self->alphas_cumprod);
  g_free (self);
}

/* Timestep @i of @n, counted from the last one visited, as numpy's arange and linspace
 * compute it.
 */
static double
spaced_timestep (const DipSchedulerConfig *config, guint n, guint i)
{
  double T = config->num_train_timesteps;
  double delta;

  switch ((DipTimestepSpacing) config->timestep_spacing)
    {
    case DIP_SPACING_LEADING:
      return (double) i * (config->num_train_timesteps / n) + config->steps_offset;

    case DIP_SPACING_LINSPACE:
      return n > 1 && i == n - 1 ? T - 1 : rint (i * ((T - 1) / MAX (n - 1, 1)));

    case DIP_SPACING_TRAILING:
      delta = (T + -(T / n)) - T;
      return rint (T + (n - 1 - i) * delta) - 1;
    }

  g_assert_not_reached ();
}

double *
dip_schedule_dup_timesteps (const DipSchedulerConfig *config,
                            guint n_steps,
                            GError **error)
{
  guint n_timesteps = config->num_train_timesteps;
  g_autofree double *timesteps = NULL;

  if (n_steps == 0 || n_steps > n_timesteps)
    {
      g_set_error (
          error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
          "%u steps: the scheduler was trained with %u timesteps, wanted 1 to %u",
          n_steps, n_timesteps, n_timesteps);
      return NULL;
    }

  timesteps = g_new (double, n_steps);
  for (guint i = 0; i < n_steps; i++)
    timesteps[n_steps - 1 - i] = spaced_timestep (config, n_steps, i);

  if (timesteps[0] < n_timesteps)
    return g_steal_pointer (&timesteps);

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "%u steps: with a steps_offset of %d they begin at timestep %.0f, "
               "wanted at most %u",
               n_steps, config->steps_offset, timesteps[0], n_timesteps - 1);

  return NULL;
}
