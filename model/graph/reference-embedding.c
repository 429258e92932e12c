#include "model/graph/reference-private.h"

#include <math.h>

/* As diffusers' get_timestep_embedding: every step rounds to float32, for at
 * t = 1000 the rounding of the angle shows in its sine's fifth place.
 */
void
dip_reference_time_proj (const DipReferenceCall *call)
{
  const DipAttributes *a = &call->node->attributes;
  guint half = a->dim / 2;
  float divisor = (float) (half - a->freq_shift);

  for (guint b = 0; b < call->shape.batch; b++)
    {
      float *out = call->output + (gsize) b * a->dim;
      float *sines = out + (a->flip_sin_to_cos ? half : 0);
      float *cosines = out + (a->flip_sin_to_cos ? 0 : half);

      for (guint i = 0; i < half; i++)
        {
          float exponent = (float) -log (10000.0) * (float) i / divisor;
          float angle = call->x[b] * expf (exponent);

          sines[i] = sinf (angle);
          cosines[i] = cosf (angle);
        }

      if (a->dim % 2 == 1)
        out[a->dim - 1] = 0.0f;
    }
}

/* As diffusers' GaussianFourierProjection, in float32 for the same reason. */
void
dip_reference_fourier_proj (const DipReferenceCall *call)
{
  const DipAttributes *a = &call->node->attributes;
  guint n = call->shape.channels / 2;

  for (guint b = 0; b < call->shape.batch; b++)
    {
      float *out = call->output + (gsize) b * 2 * n;
      float *sines = out + (a->flip_sin_to_cos ? n : 0);
      float *cosines = out + (a->flip_sin_to_cos ? 0 : n);
      float t = a->take_log ? logf (call->x[b]) : call->x[b];

      for (guint i = 0; i < n; i++)
        {
          float angle = t * call->weight[i] * 2.0f * (float) G_PI;

          sines[i] = sinf (angle);
          cosines[i] = cosf (angle);
        }
    }
}

/* Rows were checked by dip_reference_run(). */
void
dip_reference_embedding (const DipReferenceCall *call)
{
  gsize dim = call->shape.channels;

  for (guint b = 0; b < call->shape.batch; b++)
    {
      gsize row = (gsize) call->x[b];

      g_return_if_fail (call->x[b] >= 0 && row < call->weight_info->shape[0]);

      for (gsize i = 0; i < dim; i++)
        call->output[b * dim + i] = call->weight[row * dim + i];
    }
}

static void
make_feature (const DipReferenceCall *call, gpointer scratch, guint o)
{
  gsize n_in = call->x_shape.channels;
  const float *weight = call->weight + o * n_in;
  for (gsize b = 0; b < call->shape.batch; b++)
    {
      double sum = call->bias != NULL ? call->bias[o] : 0.0;

      for (gsize i = 0; i < n_in; i++)
        sum += (double) weight[i] * call->x[b * n_in + i];

      call->output[b * call->shape.channels + o] =
          dip_reference_activate (call->node->attributes.activation, sum);
    }
}

void
dip_reference_linear (const DipReferenceCall *call)
{
  guint64 n_macs =
      (guint64) dip_shape_get_n_elements (&call->shape) * call->x_shape.channels;

  dip_reference_for_each (call, make_feature, NULL, call->shape.channels, n_macs);
}
