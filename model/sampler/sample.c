#include "model/sampler/sample.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"
#include "model/sampler/random.h"

struct _DipSampleState
{
  DipSolver *solver;
  DipDenoiserShape shape;
  DipSampleSettings settings;
  gsize image_size;  /* C H W */
  gsize output_size; /* the same of the network's output */

  DipRandom *randoms; /* (B), or NULL if the noise was given */
  guint n_steps;
  guint step;     /* done */
  guint n_noises; /* drawn */

  float *x_t;     /* (B, C, H, W) */
  float *x_prev;  /* (B, C, H, W) */
  float *pred_x0; /* (B, C, H, W) */
  float *noise;   /* (B, C, H, W) */
  float *output;  /* (B, C_out, H, W) */
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
  guint n_wanted = dip_solver_get_n_noises (self->solver);

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

static void
draw (DipSampleState *self, float *noise)
{
  for (guint i = 0; i < self->settings.n_images; i++)
    dip_random_randn (&self->randoms[i], noise + i * self->image_size, self->image_size);
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
  if (self->x_t != NULL && self->x_prev != NULL && self->pred_x0 != NULL &&
      self->noise != NULL && self->output != NULL)
    return TRUE;

  g_set_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS,
               "not enough memory for %u pictures of %u x %u", n_images,
               self->shape.width, self->shape.height);

  return FALSE;
}

static void
begin (DipSampleState *self)
{
  guint n_images = self->settings.n_images;
  gsize n_values = n_images * self->image_size;
  float sigma = dip_solver_get_init_noise_sigma (self->solver);

  if (self->settings.initial_noise != NULL)
    memcpy (self->x_t, self->settings.initial_noise, n_values * sizeof (float));
  else
    {
      self->randoms = g_new (DipRandom, n_images);
      for (guint i = 0; i < n_images; i++)
        dip_random_init (&self->randoms[i], self->settings.seed + i);
      draw (self, self->x_t);
    }

  for (gsize i = 0; i < n_values; i++)
    self->x_t[i] = self->x_t[i] * sigma;
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
  self->n_steps = dip_solver_get_n_evaluations (solver);
  self->image_size = shape->in_channels * count_pixels (self);
  self->output_size = shape->out_channels * count_pixels (self);

  if (!check_noise (self, error) || !check_class_labels (self, error) ||
      !dip_solver_start (solver, settings->n_images, shape->in_channels,
                         shape->out_channels, count_pixels (self), error) ||
      !allocate (self, error))
    return NULL;

  begin (self);

  return g_steal_pointer (&self);
}

void
dip_sample_state_free (DipSampleState *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->solver, dip_solver_free);
  g_free (self->randoms);
  g_free (self->x_t);
  g_free (self->x_prev);
  g_free (self->pred_x0);
  g_free (self->noise);
  g_free (self->output);
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
               dip_solver_get_timestep (self->solver, self->step), image, text);

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
  gboolean is_varied = dip_solver_get_timestep (self->solver, self->step) > 0.0;

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
  const float *input = dip_solver_scale_model_input (self->solver, self->step, self->x_t);
  guint n_images = self->settings.n_images;
  guint max_batch = MIN (dip_denoiser_get_shape (denoiser)->max_batch, n_images);
  const gint64 *labels = self->settings.class_labels;
  g_autofree double *timesteps = g_new (double, max_batch);

  for (guint i = 0; i < max_batch; i++)
    timesteps[i] = dip_solver_get_timestep (self->solver, self->step);

  for (guint first = 0; first < n_images; first += max_batch)
    if (!dip_denoiser_predict (
            denoiser, input + first * self->image_size, MIN (max_batch, n_images - first),
            timesteps, labels != NULL ? labels + first : NULL,
            self->output + first * self->output_size, cancellable, error))
      return FALSE;

  return TRUE;
}

/* The noise for this step, or NULL. */
static const float *
next_noise (DipSampleState *self)
{
  gsize n_values = self->settings.n_images * self->image_size;
  guint n_drawn = self->n_noises;

  if (!dip_solver_needs_noise (self->solver, self->step))
    return NULL;

  self->n_noises++;
  if (self->settings.initial_noise != NULL)
    return self->settings.step_noise + n_drawn * n_values;

  draw (self, self->noise);

  return self->noise;
}

/* Nothing that decides the result changes before the network has answered. */
static gboolean
take_step (DipSampleState *self,
           DipDenoiser *denoiser,
           GCancellable *cancellable,
           GError **error)
{
  float *swap;

  if (!predict (self, denoiser, cancellable, error) || !check_output (self, error))
    return FALSE;

  dip_solver_step (self->solver, self->step, self->output, self->x_t, next_noise (self),
                   self->x_prev, self->pred_x0);
  if (!check_sample (self, error))
    return FALSE;

  swap = self->x_t;
  self->x_t = self->x_prev;
  self->x_prev = swap;
  self->step++;

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
    .timestep = dip_solver_get_timestep (self->solver, self->step - 1),
    .n_images = self->settings.n_images,
    .channels = self->shape.in_channels,
    .height = self->shape.height,
    .width = self->shape.width,
    .x_t = self->x_t,
    .pred_x0 = self->pred_x0,
  };

  return stepped (&frame, user_data, error);
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

  while (self->step < self->n_steps)
    {
      if (!take_step (self, denoiser, cancellable, error))
        return FALSE;

      if (stepped != NULL && !show_frame (self, stepped, user_data, error))
        return FALSE;
    }

  return TRUE;
}
