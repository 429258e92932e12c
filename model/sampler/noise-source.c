#include "model/sampler/noise-source.h"

#include <math.h>
#include <string.h>

#include "model/sampler/random.h"

struct _DipNoiseSource
{
  guint n_images;
  gsize image_size;
  guint n_draws;

  DipRandom *randoms; /* (n_images), or NULL if the noise is given */

  /* Between two seeds; NULL otherwise. */
  DipRandom *others; /* (n_images) */
  double *weights;   /* (n_images) */
  float *scratch;    /* (image_size) */

  /* Given; borrowed. */
  const float *initial;
  const float *steps;
  guint n_steps;
};

static DipNoiseSource *
make (guint n_images, gsize image_size)
{
  DipNoiseSource *self = g_new0 (DipNoiseSource, 1);

  self->n_images = n_images;
  self->image_size = image_size;

  return self;
}

DipNoiseSource *
dip_noise_source_new (guint n_images, gsize image_size, guint64 seed)
{
  DipNoiseSource *self = make (n_images, image_size);

  self->randoms = g_new (DipRandom, n_images);
  for (guint i = 0; i < n_images; i++)
    dip_random_init (&self->randoms[i], seed + i);

  return self;
}

DipNoiseSource *
dip_noise_source_new_between (guint n_images,
                              gsize image_size,
                              guint64 seed_from,
                              guint64 seed_to,
                              const double *weights)
{
  DipNoiseSource *self = make (n_images, image_size);

  self->randoms = g_new (DipRandom, n_images);
  self->others = g_new (DipRandom, n_images);
  self->weights = g_memdup2 (weights, n_images * sizeof *weights);
  self->scratch = g_new (float, image_size);
  for (guint i = 0; i < n_images; i++)
    {
      dip_random_init (&self->randoms[i], seed_from);
      dip_random_init (&self->others[i], seed_to);
    }

  return self;
}

DipNoiseSource *
dip_noise_source_new_given (guint n_images,
                            gsize image_size,
                            const float *initial,
                            const float *steps,
                            guint n_steps)
{
  DipNoiseSource *self = make (n_images, image_size);

  self->initial = initial;
  self->steps = steps;
  self->n_steps = n_steps;

  return self;
}

void
dip_noise_source_free (DipNoiseSource *self)
{
  if (self == NULL)
    return;

  g_free (self->randoms);
  g_free (self->others);
  g_free (self->weights);
  g_free (self->scratch);
  g_free (self);
}

void
dip_slerp (const float *a, const float *b, double weight, float *result, gsize n_values)
{
  double dot = 0.0, a_squares = 0.0, b_squares = 0.0;
  double cosine, angle, a_factor, b_factor;

  for (gsize i = 0; i < n_values; i++)
    {
      dot += (double) a[i] * b[i];
      a_squares += (double) a[i] * a[i];
      b_squares += (double) b[i] * b[i];
    }

  cosine = CLAMP (dot / sqrt (a_squares * b_squares), -1.0, 1.0);
  angle = acos (cosine);
  a_factor = 1.0 - weight;
  b_factor = weight;
  /* Along nearly the same direction the straight line is the arc. */
  if (sin (angle) > 1e-6)
    {
      a_factor = sin ((1.0 - weight) * angle) / sin (angle);
      b_factor = sin (weight * angle) / sin (angle);
    }

  for (gsize i = 0; i < n_values; i++)
    result[i] = a_factor * a[i] + b_factor * b[i];
}

static void
draw_image (DipNoiseSource *self, guint image, float *noise)
{
  dip_random_randn (&self->randoms[image], noise, self->image_size);
  if (self->others == NULL)
    return;

  dip_random_randn (&self->others[image], self->scratch, self->image_size);
  if (self->weights[image] >= 1.0)
    memcpy (noise, self->scratch, self->image_size * sizeof (float));
  else if (self->weights[image] > 0.0)
    dip_slerp (noise, self->scratch, self->weights[image], noise, self->image_size);
}

static void
take_given (DipNoiseSource *self, float *noise)
{
  gsize n_values = self->n_images * self->image_size;
  const float *given = self->initial;

  if (self->n_draws > 0)
    {
      g_assert (self->n_draws <= self->n_steps);
      given = self->steps + (self->n_draws - 1) * n_values;
    }

  memcpy (noise, given, n_values * sizeof (float));
}

void
dip_noise_source_draw (DipNoiseSource *self, float *noise)
{
  g_return_if_fail (self != NULL && noise != NULL);

  if (self->randoms == NULL)
    take_given (self, noise);
  else
    for (guint i = 0; i < self->n_images; i++)
      draw_image (self, i, noise + i * self->image_size);
  self->n_draws++;
}

void
dip_noise_source_skip (DipNoiseSource *self, guint n_draws)
{
  g_autofree float *noise = NULL;

  g_return_if_fail (self != NULL);

  if (self->randoms == NULL)
    {
      self->n_draws += n_draws;
      return;
    }

  noise = g_new (float, self->n_images * self->image_size);
  for (guint i = 0; i < n_draws; i++)
    dip_noise_source_draw (self, noise);
}

guint
dip_noise_source_get_n_draws (DipNoiseSource *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_draws;
}
