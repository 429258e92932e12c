#include "model/sampler/toy.h"

#include <math.h>

typedef struct
{
  DipDenoiser parent_instance;

  DipToy toy;
  DipPredictionType prediction_type;
} ToyDenoiser;

/* output = k x_t + o */
typedef struct
{
  double k;
  double o;
} Line;

static Line
find_line_b (DipPredictionType type, double t)
{
  double a = exp (-(1e-4 * t + 9.95e-6 * t * t));
  double s = sqrt (a);
  double s1 = sqrt (1.0 - a);
  double k = s1 / (0.25 * a + 1.0 - a);
  double o = 0.2 * s * sin (t / 100.0);

  switch (type)
    {
    case DIP_PREDICTION_EPSILON:
      return (Line){ k, o };

    case DIP_PREDICTION_V:
      return (Line){ s * k - s1 * (1.0 - s1 * k) / s, s * o + s1 * s1 * o / s };

    case DIP_PREDICTION_SAMPLE:
      return (Line){ (1.0 - s1 * k) / s, -s1 * o / s };
    }

  g_assert_not_reached ();
}

static Line
find_line (ToyDenoiser *self, double t)
{
  if (self->toy == DIP_TOY_A)
    return (Line){ 0.3, 0.1 * sin (t / 100.0) };

  return find_line_b (self->prediction_type, t);
}

static gboolean
toy_predict (DipDenoiser *denoiser,
             const float *x_t,
             guint batch,
             const double *timesteps,
             const gint64 *class_labels,
             float *output,
             GCancellable *cancellable,
             GError **error)
{
  ToyDenoiser *self = (ToyDenoiser *) denoiser;
  const DipDenoiserShape *shape = &denoiser->shape;
  gsize n_pixels = (gsize) shape->height * shape->width;
  gsize size = shape->in_channels * n_pixels;
  gsize output_size = shape->out_channels * n_pixels;

  for (guint b = 0; b < batch; b++)
    {
      Line line = find_line (self, timesteps[b]);
      const float *x = x_t + b * size;
      float *y = output + b * output_size;

      for (gsize i = 0; i < size; i++)
        y[i] = (float) line.k * x[i] + (float) line.o;
      for (gsize i = size; i < output_size; i++)
        y[i] = 0.8f * sinf (x[i - size]);
    }

  return TRUE;
}

static void
toy_free (DipDenoiser *denoiser)
{
  g_free (denoiser);
}

static const DipDenoiserClass toy_class = { .predict = toy_predict, .free = toy_free };

DipDenoiser *
dip_toy_new (DipToy toy, DipPredictionType prediction_type, const DipDenoiserShape *shape)
{
  ToyDenoiser *self;

  g_return_val_if_fail (shape != NULL, NULL);
  g_return_val_if_fail (shape->out_channels == shape->in_channels ||
                            shape->out_channels == 2 * shape->in_channels,
                        NULL);

  self = g_new0 (ToyDenoiser, 1);
  self->toy = toy;
  self->prediction_type = prediction_type;
  dip_denoiser_init (&self->parent_instance, &toy_class, shape,
                     toy == DIP_TOY_A ? "toy model A" : "toy model B");

  return &self->parent_instance;
}
