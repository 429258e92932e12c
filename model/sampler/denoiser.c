#include "model/sampler/denoiser.h"

G_DEFINE_QUARK (dip - denoiser - error - quark, dip_denoiser_error)

void
dip_denoiser_init (DipDenoiser *self,
                   const DipDenoiserClass *klass,
                   const DipDenoiserShape *shape,
                   const char *device_name)
{
  g_return_if_fail (klass != NULL && klass->predict != NULL && klass->free != NULL);
  g_return_if_fail (shape->in_channels > 0 && shape->out_channels > 0);
  g_return_if_fail (shape->height > 0 && shape->width > 0 && shape->max_batch > 0);

  self->klass = klass;
  self->shape = *shape;
  self->device_name = g_strdup (device_name);
}

void
dip_denoiser_free (DipDenoiser *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->device_name, g_free);
  self->klass->free (self);
}

const DipDenoiserShape *
dip_denoiser_get_shape (DipDenoiser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->shape;
}

const char *
dip_denoiser_get_device_name (DipDenoiser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->device_name;
}

gboolean
dip_denoiser_predict (DipDenoiser *self,
                      const float *x_t,
                      guint batch,
                      const double *timesteps,
                      const gint64 *class_labels,
                      float *output,
                      GCancellable *cancellable,
                      GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (x_t != NULL && timesteps != NULL && output != NULL, FALSE);
  g_return_val_if_fail (x_t != output, FALSE);
  g_return_val_if_fail (batch > 0 && batch <= self->shape.max_batch, FALSE);
  g_return_val_if_fail (!self->shape.needs_class_labels || class_labels != NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  return self->klass->predict (self, x_t, batch, timesteps, class_labels, output,
                               cancellable, error);
}

void
dip_denoiser_announce (DipDenoiser *self,
                       const double *timesteps,
                       guint n,
                       const gint64 *class_labels,
                       guint n_images)
{
  g_return_if_fail (self != NULL && timesteps != NULL);

  if (self->klass->announce != NULL && n > 0)
    self->klass->announce (self, timesteps, n, class_labels, n_images);
}
