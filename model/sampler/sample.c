#include "model/sampler/sample.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"
#include "model/sampler/noise-source.h"

struct _DipSampleState
{
  DipSolver *solver;
  DipDenoiserShape shape;
  DipSampleSettings settings;
  gsize image_size;  /* C H W */
  gsize output_size; /* the same of the network's output */

  DipNoiseSource *source;
  guint *walk; /* (n_steps), evaluations */
  guint n_steps;
  guint step;     /* done */
  guint position; /* the evaluation that x_t stands before */

  float *x_t;        /* (B, C, H, W) */
  float *x_prev;     /* (B, C, H, W) */
  float *pred_x0;    /* (B, C, H, W) */
  float *noise;      /* (B, C, H, W) */
  float *output;     /* (B, C_out, H, W) */
  double *timesteps; /* (B), of the evaluation under way */
};

static gsize
count_pixels (DipSampleState *self)
{
  return (gsize) self->shape.height * self->shape.width;
}

static gboolean
check_noise (DipSampleState *self, GError **error)
{
  const DipSampleSettings *settings = &self->settings;
  guint n_wanted = 0;

  for (guint i = 0; i < self->n_steps; i++)
    n_wanted += dip_solver_needs_noise (self->solver, self->walk[i]) ? 1 : 0;

  if (settings->initial_noise == NULL && settings->step_noise == NULL)
    return TRUE;

  if (settings->initial_noise == NULL)
    {
      g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
                   "step_noise without initial_noise: wanted both or neither");
      return FALSE;
    }

  if (n_wanted == 0 ||
      (settings->step_noise != NULL && settings->n_step_noises >= n_wanted))
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "step_noise: wanted %u tensors for %u steps, found %u", n_wanted,
               self->n_steps, settings->step_noise != NULL ? settings->n_step_noises : 0);

  return FALSE;
}

static gboolean
check_class_labels (DipSampleState *self, GError **error)
{
  if (!self->shape.needs_class_labels || self->settings.class_labels != NULL)
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "the network wants a class label for each picture, found none");

  return FALSE;
}

static gboolean
allocate (DipSampleState *self, GError **error)
{
  guint n_images = self->settings.n_images;
  gsize n_values = n_images * self->image_size;

  self->x_t = g_try_new (float, n_values);
  self->x_prev = g_try_new (float, n_values);
  self->pred_x0 = g_try_new (float, n_values);
  self->noise = g_try_new (float, n_values);
  self->output = g_try_new (float, n_images * self->output_size);
  self->timesteps = g_new (double, n_images);
  if (self->x_t != NULL && self->x_prev != NULL && self->pred_x0 != NULL &&
      self->noise != NULL && self->output != NULL)
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "not enough memory for %u pictures of %u x %u", n_images,
               self->shape.width, self->shape.height);

  return FALSE;
}

static DipNoiseSource *
make_source (DipSampleState *self)
{
  const DipSampleSettings *settings = &self->settings;
  guint n_images = settings->n_images;

  if (settings->initial_noise != NULL)
    return dip_noise_source_new_given (n_images, self->image_size,
                                       settings->initial_noise, settings->step_noise,
                                       settings->n_step_noises);
  if (settings->weights != NULL)
    return dip_noise_source_new_between (n_images, self->image_size, settings->seed,
                                         settings->seed_to, settings->weights);

  return dip_noise_source_new (n_images, self->image_size, settings->seed);
}

/* x_T, or the noised picture. */
static void
begin (DipSampleState *self)
{
  gsize n_values = self->settings.n_images * self->image_size;
  float sigma = dip_solver_get_init_noise_sigma (self->solver);

  dip_noise_source_draw (self->source, self->x_t);
  if (self->settings.guide.begins_from_picture)
    dip_guide_begin (&self->settings.guide, self->solver, self->walk[0], self->x_t,
                     self->settings.n_images, self->image_size);
  else
    for (gsize i = 0; i < n_values; i++)
      self->x_t[i] = self->x_t[i] * sigma;
}

/* Where a run was left. */
static gboolean
take_up (DipSampleState *self, GError **error)
{
  const DipSampleStart *start = self->settings.start;
  gsize n_values = self->settings.n_images * self->image_size;

  g_return_val_if_fail (start->n_done < self->n_steps, FALSE);

  self->step = start->n_done;
  self->position =
      self->step > 0 ? self->walk[self->step - 1] + 1 : self->settings.walk.begin;
  memcpy (self->x_t, start->x_t, n_values * sizeof (float));
  dip_noise_source_skip (self->source, start->n_draws);
  if (start->memory == NULL)
    return TRUE;

  if (!dip_solver_begin_at (
          self->solver, dip_walk_find_begin (self->walk, MAX (self->step, 1) - 1), error))
    return FALSE;
  dip_solver_set_memory (self->solver, start->memory);

  return TRUE;
}

DipSampleState *
dip_sample_state_new (DipSolver *solver,
                      const DipDenoiserShape *shape,
                      const DipSampleSettings *settings,
                      GError **error)
{
  g_autoptr (DipSampleState) self = g_new0 (DipSampleState, 1);

  g_return_val_if_fail (solver != NULL && shape != NULL && settings != NULL, NULL);
  g_return_val_if_fail (settings->n_images > 0, NULL);

  self->solver = solver;
  self->shape = *shape;
  self->settings = *settings;
  self->position = settings->walk.begin;
  self->image_size = shape->in_channels * count_pixels (self);
  self->output_size = shape->out_channels * count_pixels (self);

  self->walk = dip_walk_list (&settings->walk, solver, &self->n_steps, error);
  if (self->walk == NULL || !check_noise (self, error) ||
      !check_class_labels (self, error) ||
      !dip_solver_start (solver, settings->n_images, shape->in_channels,
                         shape->out_channels, count_pixels (self), error) ||
      !dip_solver_begin_at (solver, settings->walk.begin, error) ||
      !allocate (self, error))
    return NULL;

  self->source = make_source (self);
  if (settings->start == NULL)
    begin (self);
  else if (!take_up (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
dip_sample_state_free (DipSampleState *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->solver, dip_solver_free);
  dip_noise_source_free (self->source);
  g_free (self->walk);
  g_free (self->x_t);
  g_free (self->x_prev);
  g_free (self->pred_x0);
  g_free (self->noise);
  g_free (self->output);
  g_free (self->timesteps);
  g_free (self);
}

DipSolver *
dip_sample_state_get_solver (DipSampleState *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->solver;
}

guint
dip_sample_state_get_step (DipSampleState *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->step;
}

const guint *
dip_sample_state_get_walk (DipSampleState *self, guint *n_steps)
{
  g_return_val_if_fail (self != NULL && n_steps != NULL, NULL);

  *n_steps = self->n_steps;

  return self->walk;
}

const float *
dip_sample_state_get_x_t (DipSampleState *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->x_t;
}

static gboolean
fail_output (DipSampleState *self, guint image, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* "step 7 of 50 (timestep 860), image 2: " and the text. */
static gboolean
fail_output (DipSampleState *self, guint image, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_OUTPUT,
               "step %u of %u (timestep %g), image %u: %s", self->step + 1, self->n_steps,
               dip_solver_get_timestep (self->solver, self->walk[self->step]), image,
               text);

  return FALSE;
}

/* Looks for values that are no numbers; *is_flat is cleared if two values differ. */
static gboolean
check_channel (DipSampleState *self,
               const char *what,
               guint image,
               guint channel,
               const float *values,
               gboolean *is_flat,
               GError **error)
{
  gsize n = count_pixels (self);

  for (gsize i = 0; i < n; i++)
    {
      if (!isfinite (values[i]))
        return fail_output (self, image, error,
                            "%s %s in channel %u at row %" G_GSIZE_FORMAT
                            ", column %" G_GSIZE_FORMAT,
                            what, isnan (values[i]) ? "NaN" : "infinity", channel,
                            i / self->shape.width, i % self->shape.width);
      if (values[i] != values[0])
        *is_flat = FALSE;
    }

  return TRUE;
}

/* The same in (B, n_channels, H, W); if @is_varied is wanted, also looks for images with
 * one value in all of each channel.
 */
static gboolean
check_images (DipSampleState *self,
              const char *what,
              const float *images,
              guint n_channels,
              gboolean is_varied,
              GError **error)
{
  gsize n = count_pixels (self);

  for (guint image = 0; image < self->settings.n_images; image++)
    {
      const float *values = images + image * n_channels * n;
      gboolean is_flat = n > 1;

      for (guint c = 0; c < n_channels; c++)
        if (!check_channel (self, what, image, c, values + c * n, &is_flat, error))
          return FALSE;

      if (is_flat && is_varied && !self->settings.allows_flat)
        return fail_output (self, image, error,
                            "%s the same value everywhere (%g in channel 0)", what,
                            values[0]);
    }

  return TRUE;
}

/* At timestep 0 there is no noise, and to say so everywhere is right. */
static gboolean
check_output (DipSampleState *self, GError **error)
{
  gboolean is_varied =
      dip_solver_get_timestep (self->solver, self->walk[self->step]) > 0.0;

  return check_images (self, "the network gave", self->output, self->shape.out_channels,
                       is_varied, error);
}

static gboolean
check_sample (DipSampleState *self, GError **error)
{
  gboolean is_last = self->step + 1 == self->n_steps;

  return check_images (self, "the solver made", self->x_prev, self->shape.in_channels,
                       is_last, error);
}

/* Fills output, max_batch images at a time. */
static gboolean
predict (DipSampleState *self,
         DipDenoiser *denoiser,
         GCancellable *cancellable,
         GError **error)
{
  const float *input =
      dip_solver_scale_model_input (self->solver, self->position, self->x_t);
  guint n_images = self->settings.n_images;
  guint max_batch = MIN (dip_denoiser_get_shape (denoiser)->max_batch, n_images);
  const gint64 *labels = self->settings.class_labels;

  for (guint i = 0; i < max_batch; i++)
    self->timesteps[i] = dip_solver_get_timestep (self->solver, self->walk[self->step]);

  for (guint first = 0; first < n_images; first += max_batch)
    if (!dip_denoiser_predict (
            denoiser, input + first * self->image_size, MIN (max_batch, n_images - first),
            self->timesteps, labels != NULL ? labels + first : NULL,
            self->output + first * self->output_size, cancellable, error))
      return FALSE;

  return TRUE;
}

/* The noise for this step, or NULL. */
static const float *
next_noise (DipSampleState *self)
{
  if (!dip_solver_needs_noise (self->solver, self->position))
    return NULL;

  dip_noise_source_draw (self->source, self->noise);

  return self->noise;
}

/* Where the walk goes back: noises x_t as far, and the solver begins anew. */
static gboolean
jump_back (DipSampleState *self, GError **error)
{
  guint to = self->walk[self->step];

  if (to == self->position)
    return TRUE;

  if (!dip_solver_begin_at (self->solver, to, error))
    return FALSE;
  dip_noise_source_draw (self->source, self->noise);
  dip_noise_back (self->solver, self->position, to, self->noise, self->x_t,
                  self->settings.n_images * self->image_size);
  self->position = to;

  return TRUE;
}

/* Puts the given part into the x_t that the step made. */
static void
impose_guide (DipSampleState *self)
{
  const DipGuide *guide = &self->settings.guide;
  gboolean wants_noise;

  if (!dip_guide_imposes (guide, self->solver, self->position + 1, &wants_noise))
    return;

  if (wants_noise)
    dip_noise_source_draw (self->source, self->noise);
  dip_guide_impose (guide, self->solver, self->position + 1,
                    wants_noise ? self->noise : NULL, self->x_prev,
                    self->settings.n_images, self->image_size);
}

/* Nothing that decides the result changes before the network has answered, but for a jump,
 * which is not made twice.
 */
static gboolean
take_step (DipSampleState *self,
           DipDenoiser *denoiser,
           GCancellable *cancellable,
           GError **error)
{
  float *swap;

  if (!jump_back (self, error) || !predict (self, denoiser, cancellable, error) ||
      !check_output (self, error))
    return FALSE;

  dip_solver_step (self->solver, self->position, self->output, self->x_t,
                   next_noise (self), self->x_prev, self->pred_x0);
  impose_guide (self);
  if (!check_sample (self, error))
    return FALSE;

  swap = self->x_t;
  self->x_t = self->x_prev;
  self->x_prev = swap;
  self->step++;
  self->position++;

  return TRUE;
}

static gboolean
show_frame (DipSampleState *self,
            DipSampleFunc stepped,
            gpointer user_data,
            GError **error)
{
  DipSampleFrame frame = {
    .step = self->step,
    .n_steps = self->n_steps,
    .timestep = dip_solver_get_timestep (self->solver, self->walk[self->step - 1]),
    .n_images = self->settings.n_images,
    .channels = self->shape.in_channels,
    .height = self->shape.height,
    .width = self->shape.width,
    .x_t = self->x_t,
    .pred_x0 = self->pred_x0,
    .n_draws = dip_noise_source_get_n_draws (self->source),
    .n_history = dip_solver_get_n_history (self->solver),
    .memory = dip_solver_get_memory (self->solver),
  };

  return stepped (&frame, user_data, error);
}

/* The evaluations that are left. */
static void
announce (DipSampleState *self, DipDenoiser *denoiser)
{
  guint n = self->n_steps - self->step;
  g_autofree double *timesteps = g_new (double, n);

  for (guint i = 0; i < n; i++)
    timesteps[i] = dip_solver_get_timestep (self->solver, self->walk[self->step + i]);

  dip_denoiser_announce (denoiser, timesteps, n, self->settings.class_labels,
                         self->settings.n_images);
}

gboolean
dip_sample_state_run (DipSampleState *self,
                      DipDenoiser *denoiser,
                      DipSampleFunc stepped,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
  const DipDenoiserShape *shape;

  g_return_val_if_fail (self != NULL && denoiser != NULL, FALSE);

  shape = dip_denoiser_get_shape (denoiser);
  g_return_val_if_fail (shape->in_channels == self->shape.in_channels, FALSE);
  g_return_val_if_fail (shape->out_channels == self->shape.out_channels, FALSE);
  g_return_val_if_fail (shape->height == self->shape.height, FALSE);
  g_return_val_if_fail (shape->width == self->shape.width, FALSE);

  announce (self, denoiser);
  while (self->step < self->n_steps)
    {
      if (!take_step (self, denoiser, cancellable, error))
        return FALSE;

      if (stepped != NULL && !show_frame (self, stepped, user_data, error))
        return FALSE;
    }

  return TRUE;
}
