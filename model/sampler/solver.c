#include "model/sampler/solver.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"
#include "model/sampler/solver-private.h"

static const DipSolverClass *const classes[DIP_N_SCHEDULERS] = {
  [DIP_SCHEDULER_DDPM] = &dip_solver_ddpm_class,
  [DIP_SCHEDULER_DDIM] = &dip_solver_ddim_class,
  [DIP_SCHEDULER_DPM_MULTISTEP] = &dip_solver_dpm_multistep_class,
  [DIP_SCHEDULER_EULER] = &dip_solver_euler_class,
  [DIP_SCHEDULER_EULER_ANCESTRAL] = &dip_solver_euler_ancestral_class,
  [DIP_SCHEDULER_HEUN] = &dip_solver_heun_class,
  [DIP_SCHEDULER_UNIPC] = &dip_solver_unipc_class,
  [DIP_SCHEDULER_PNDM] = &dip_solver_pndm_class,
  [DIP_SCHEDULER_DEIS] = &dip_solver_deis_class,
  [DIP_SCHEDULER_LMS] = &dip_solver_lms_class,
  [DIP_SCHEDULER_DPM_SINGLESTEP] = &dip_solver_dpm_singlestep_class,
  [DIP_SCHEDULER_KDPM2] = &dip_solver_kdpm2_class,
  [DIP_SCHEDULER_KDPM2_ANCESTRAL] = &dip_solver_kdpm2_ancestral_class,
  [DIP_SCHEDULER_DDIM_INVERSE] = &dip_solver_ddim_inverse_class,
  [DIP_SCHEDULER_LCM] = &dip_solver_lcm_class,
};

#define MAX_LMS_ORDER 4

static gboolean
check_number (const char *name, double value, double max, GError **error)
{
  if (value >= 0.0 && value <= max)
    return TRUE;

  if (max == G_MAXDOUBLE)
    g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                 "%s %g: wanted a number from 0", name, value);
  else
    g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                 "%s %g: wanted a number from 0 to %g", name, value, max);

  return FALSE;
}

/* What only some solvers take. */
static gboolean
check_taken (const DipSolverClass *klass,
             const DipSchedulerConfig *config,
             const DipSolverSettings *settings,
             GError **error)
{
  const struct
  {
    gboolean is_wrong;
    const char *name;
  } cases[] = {
    { !klass->takes_eta && settings->eta != 0.0, "eta" },
    { !klass->takes_eta && settings->use_clipped_model_output,
      "use_clipped_model_output" },
    { !klass->takes_churn && settings->churn != 0.0, "churn" },
    { !klass->takes_churn && settings->churn_min != 0.0, "churn_min" },
    { !klass->takes_churn && settings->churn_max != 0.0, "churn_max" },
    { !klass->takes_churn && settings->churn_noise != 0.0, "churn_noise" },
    { !klass->takes_lms_order && settings->lms_order != 0, "lms_order" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (cases[i].is_wrong)
      {
        g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                     "%s takes no %s", dip_scheduler_kind_get_class_name (config->kind),
                     cases[i].name);
        return FALSE;
      }

  return TRUE;
}

static gboolean
check_settings (const DipSolverClass *klass,
                const DipSchedulerConfig *config,
                const DipSolverSettings *settings,
                GError **error)
{
  return check_taken (klass, config, settings, error) &&
         check_number ("churn", settings->churn, G_MAXDOUBLE, error) &&
         check_number ("churn_min", settings->churn_min, G_MAXDOUBLE, error) &&
         check_number ("churn_max", settings->churn_max, G_MAXDOUBLE, error) &&
         check_number ("churn_noise", settings->churn_noise, G_MAXDOUBLE, error) &&
         check_number ("lms_order", settings->lms_order, MAX_LMS_ORDER, error) &&
         check_number ("eta", settings->eta, 1.0, error);
}

DipSolver *
dip_solver_new (DipSchedulerConfig *config,
                const DipSolverSettings *settings,
                GError **error)
{
  g_autoptr (DipSolver) self = NULL;
  const DipSolverClass *klass;

  g_return_val_if_fail (config != NULL && settings != NULL, NULL);

  klass = classes[config->kind];
  if (!check_settings (klass, config, settings, error))
    return NULL;

  self = g_malloc0 (klass->instance_size);
  self->klass = klass;
  self->config = dip_scheduler_config_ref (config);
  self->settings = *settings;
  self->init_noise_sigma = 1.0f;
  self->schedule = dip_schedule_new (config, error);
  if (self->schedule == NULL || !klass->plan (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
dip_solver_free (DipSolver *self)
{
  if (self == NULL)
    return;

  if (self->klass->clear != NULL)
    self->klass->clear (self);
  g_clear_pointer (&self->schedule, dip_schedule_free);
  g_clear_pointer (&self->config, dip_scheduler_config_unref);
  g_free (self->timesteps);
  g_free (self->needs_noise);
  g_free (self->sigmas);
  g_free (self->scaled_input);
  g_free (self->history);
  g_free (self->magnitudes);
  g_free (self);
}

/* Where a_t is 0 x_t is all noise, and x_0 is 0 / 0 or infinite; clipping an infinity
 * still makes a picture (and diffusers does so), anything else makes none.
 */
static gboolean
check_pure_noise (DipSolver *self, GError **error)
{
  const DipSchedulerConfig *config = self->config;
  gboolean is_clipped = config->clip_sample && !config->thresholding;

  if (config->prediction_type != DIP_PREDICTION_EPSILON || is_clipped ||
      config->kind == DIP_SCHEDULER_DDIM_INVERSE ||
      dip_solver_get_alpha_cumprod (self, 0) > 0.0)
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "%s: alphas_cumprod is 0 at timestep %g, where a prediction_type of "
               "\"epsilon\" leads to no picture, wanted \"v_prediction\" or \"sample\"",
               dip_scheduler_config_get_name (config), self->timesteps[0]);

  return FALSE;
}

gboolean
dip_solver_plan_spaced (DipSolver *self, GError **error)
{
  self->timesteps =
      dip_schedule_dup_timesteps (self->config, self->settings.n_steps, error);
  if (self->timesteps == NULL)
    return FALSE;

  self->n_evaluations = self->settings.n_steps;
  self->needs_noise = g_new0 (gboolean, self->n_evaluations);

  return check_pure_noise (self, error);
}

gsize
dip_solver_get_image_size (DipSolver *self)
{
  return self->channels * self->n_pixels;
}

float *
dip_solver_get_history (DipSolver *self, guint image, guint slot)
{
  gsize index = (gsize) image * self->klass->n_history + slot;

  return self->history + index * dip_solver_get_image_size (self);
}

guint
dip_solver_count_evaluations (DipSolver *self, guint evaluation)
{
  return evaluation < self->first_evaluation ? evaluation + 1
                                             : evaluation - self->first_evaluation + 1;
}

DipSchedulerConfig *
dip_solver_get_config (DipSolver *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->config;
}

const DipSolverSettings *
dip_solver_get_settings (DipSolver *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->settings;
}

guint
dip_solver_get_n_evaluations (DipSolver *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_evaluations;
}

double
dip_solver_get_timestep (DipSolver *self, guint evaluation)
{
  g_return_val_if_fail (self != NULL && evaluation < self->n_evaluations, 0.0);

  return self->timesteps[evaluation];
}

double
dip_solver_get_alpha_cumprod (DipSolver *self, guint evaluation)
{
  g_return_val_if_fail (self != NULL && evaluation < self->n_evaluations, 0.0);

  if (self->sigmas != NULL)
    return 1.0 / (1.0 + (double) self->sigmas[evaluation] * self->sigmas[evaluation]);

  return self->schedule->alphas_cumprod[(gsize) self->timesteps[evaluation]];
}

double
dip_solver_get_sigma (DipSolver *self, guint evaluation)
{
  double alpha = dip_solver_get_alpha_cumprod (self, evaluation);

  if (self->sigmas != NULL)
    return self->sigmas[evaluation];

  return sqrt ((1.0 - alpha) / alpha);
}

gboolean
dip_solver_needs_noise (DipSolver *self, guint evaluation)
{
  g_return_val_if_fail (self != NULL && evaluation < self->n_evaluations, FALSE);

  return self->needs_noise[evaluation];
}

guint
dip_solver_get_n_noises (DipSolver *self)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->n_evaluations; i++)
    n += self->needs_noise[i] ? 1 : 0;

  return n;
}

const char *const *
dip_solver_get_coefficient_names (DipSolver *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->klass->coefficient_names;
}

double
dip_solver_get_coefficient (DipSolver *self, guint evaluation, guint name)
{
  g_return_val_if_fail (self != NULL && evaluation < self->n_evaluations, 0.0);

  return self->klass->get_coefficient (self, evaluation, name);
}

float
dip_solver_get_init_noise_sigma (DipSolver *self)
{
  g_return_val_if_fail (self != NULL, 0.0f);

  return self->init_noise_sigma;
}

/* A network may give a variance that the scheduler does not want, but not to DDPM, whose
 * noise level it should be.
 */
static gboolean
check_channels (DipSolver *self, guint channels, guint out_channels, GError **error)
{
  gboolean wants_variance = dip_scheduler_config_wants_variance (self->config);
  guint wanted = wants_variance ? 2 * channels : channels;

  if (out_channels == wanted ||
      (self->config->kind != DIP_SCHEDULER_DDPM && out_channels == 2 * channels))
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "%s: a %s variance wants a network with %u output channels for %u input "
               "channels, found %u",
               dip_scheduler_config_get_name (self->config),
               wants_variance ? "learned" : "fixed", wanted, channels, out_channels);

  return FALSE;
}

/* Values of history. */
static gsize
count_memory (DipSolver *self)
{
  return self->n_images * self->klass->n_history * dip_solver_get_image_size (self);
}

static gboolean
allocate (DipSolver *self, GError **error)
{
  gsize n_values = self->n_images * dip_solver_get_image_size (self);

  g_clear_pointer (&self->scaled_input, g_free);
  g_clear_pointer (&self->history, g_free);
  g_clear_pointer (&self->magnitudes, g_free);
  if (self->klass->scale_model_input != NULL)
    self->scaled_input = g_try_new (float, n_values);
  if (self->klass->n_history > 0)
    self->history = g_try_new0 (float, count_memory (self));
  if (self->config->thresholding)
    self->magnitudes = g_try_new (float, dip_solver_get_image_size (self));

  if ((self->klass->scale_model_input == NULL || self->scaled_input != NULL) &&
      (self->klass->n_history == 0 || self->history != NULL) &&
      (!self->config->thresholding || self->magnitudes != NULL))
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "not enough memory for %u pictures", self->n_images);

  return FALSE;
}

gboolean
dip_solver_start (DipSolver *self,
                  guint n_images,
                  guint channels,
                  guint out_channels,
                  gsize n_pixels,
                  GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (n_images > 0 && channels > 0 && n_pixels > 0, FALSE);

  if (!check_channels (self, channels, out_channels, error))
    return FALSE;

  self->n_images = n_images;
  self->channels = channels;
  self->out_channels = out_channels;
  self->n_pixels = n_pixels;

  if (!allocate (self, error))
    return FALSE;

  return self->klass->start == NULL || self->klass->start (self, error);
}

gboolean
dip_solver_can_begin (DipSolver *self, guint evaluation)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (evaluation == 0 || evaluation >= self->n_evaluations)
    return evaluation == 0;

  return self->klass->can_begin == NULL || self->klass->can_begin (self, evaluation);
}

gboolean
dip_solver_can_begin_later (DipSolver *self)
{
  for (guint i = 1; i < dip_solver_get_n_evaluations (self); i++)
    if (dip_solver_can_begin (self, i))
      return TRUE;

  return FALSE;
}

/* As before planning. */
static void
clear_plan (DipSolver *self)
{
  if (self->klass->clear != NULL)
    self->klass->clear (self);
  memset ((char *) self + sizeof (DipSolver), 0,
          self->klass->instance_size - sizeof (DipSolver));
  g_clear_pointer (&self->timesteps, g_free);
  g_clear_pointer (&self->needs_noise, g_free);
  g_clear_pointer (&self->sigmas, g_free);
  self->init_noise_sigma = 1.0f;
}

gboolean
dip_solver_begin_at (DipSolver *self, guint evaluation, GError **error)
{
  g_return_val_if_fail (self != NULL && self->n_images > 0, FALSE);

  if (!dip_solver_can_begin (self, evaluation))
    {
      g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                   "%s cannot begin at evaluation %u of %u: no step begins there",
                   dip_scheduler_kind_get_class_name (self->config->kind), evaluation + 1,
                   self->n_evaluations);
      return FALSE;
    }

  if (self->history != NULL)
    memset (self->history, 0, count_memory (self) * sizeof (float));
  if (evaluation != self->first_evaluation)
    {
      clear_plan (self);
      self->first_evaluation = evaluation;
      if (!self->klass->plan (self, error))
        return FALSE;
    }

  return self->klass->start == NULL || self->klass->start (self, error);
}

void
dip_solver_get_mix (DipSolver *self, guint evaluation, float *picture, float *noise)
{
  DipNoiseLevel level;
  float alpha;

  g_return_if_fail (self != NULL && evaluation <= self->n_evaluations);

  if (evaluation == self->n_evaluations)
    {
      *picture = 1.0f;
      *noise = 0.0f;
      return;
    }

  if (self->sigmas == NULL)
    {
      alpha = self->schedule->alphas_cumprod[(gsize) self->timesteps[evaluation]];
      *picture = sqrtf (alpha);
      *noise = sqrtf (1.0f - alpha);
      return;
    }

  /* Solvers that rescale what the network sees keep x_0 as it is. */
  level = dip_noise_level (self->sigmas[evaluation]);
  *picture = self->klass->scale_model_input != NULL ? 1.0f : level.alpha;
  *noise =
      self->klass->scale_model_input != NULL ? self->sigmas[evaluation] : level.noise;
}

guint
dip_solver_get_n_history (DipSolver *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->klass->n_history;
}

const float *
dip_solver_get_memory (DipSolver *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->history;
}

void
dip_solver_set_memory (DipSolver *self, const float *memory)
{
  g_return_if_fail (self != NULL && self->n_images > 0);
  g_return_if_fail ((memory != NULL) == (self->history != NULL));

  if (memory != NULL)
    memcpy (self->history, memory, count_memory (self) * sizeof (float));
}

const float *
dip_solver_scale_model_input (DipSolver *self, guint evaluation, const float *x_t)
{
  g_return_val_if_fail (self != NULL && self->n_images > 0, NULL);
  g_return_val_if_fail (evaluation < self->n_evaluations, NULL);

  if (self->klass->scale_model_input == NULL)
    return x_t;

  self->klass->scale_model_input (self, evaluation, x_t);

  return self->scaled_input;
}

void
dip_solver_step (DipSolver *self,
                 guint evaluation,
                 const float *model_output,
                 const float *x_t,
                 const float *noise,
                 float *x_prev,
                 float *pred_x0)
{
  gsize size, output_size;

  g_return_if_fail (self != NULL && self->n_images > 0);
  g_return_if_fail (evaluation < self->n_evaluations);
  g_return_if_fail (self->needs_noise[evaluation] == (noise != NULL));
  g_return_if_fail (pred_x0 != x_t && pred_x0 != x_prev);

  size = dip_solver_get_image_size (self);
  output_size = self->out_channels * self->n_pixels;
  for (guint i = 0; i < self->n_images; i++)
    self->klass->step (self, evaluation, i, model_output + i * output_size,
                       x_t + i * size, noise != NULL ? noise + i * size : NULL,
                       x_prev + i * size, pred_x0 + i * size);
}
