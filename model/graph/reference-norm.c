#include "model/graph/reference-private.h"

#include <math.h>

typedef struct
{
  double mean;
  double variance; /* biased: divided by n, as torch.nn.GroupNorm does */
} Moments;

static Moments
measure_group (const DipReferenceCall *call, guint b, guint first, guint n_channels)
{
  gsize n_pixels = dip_shape_get_n_pixels (&call->shape);
  double n = (double) n_channels * n_pixels;
  Moments moments = { 0.0, 0.0 };

  for (guint c = first; c < first + n_channels; c++)
    {
      const float *in = dip_reference_get_plane (call, b, c);

      for (gsize p = 0; p < n_pixels; p++)
        moments.mean += in[p] / n;
    }

  for (guint c = first; c < first + n_channels; c++)
    {
      const float *in = dip_reference_get_plane (call, b, c);

      for (gsize p = 0; p < n_pixels; p++)
        moments.variance += (in[p] - moments.mean) * (in[p] - moments.mean) / n;
    }

  return moments;
}

static void
norm_group (const DipReferenceCall *call, gpointer scratch, guint i)
{
  const DipAttributes *a = &call->node->attributes;
  guint n_channels = call->shape.channels / a->n_groups;
  guint b = i / a->n_groups;
  guint first = i % a->n_groups * n_channels;
  gsize n_pixels = dip_shape_get_n_pixels (&call->shape);
  Moments moments = measure_group (call, b, first, n_channels);
  double factor = 1.0 / sqrt (moments.variance + a->eps);

  for (guint c = first; c < first + n_channels; c++)
    {
      const float *in = dip_reference_get_plane (call, b, c);
      float *out = call->output + ((gsize) b * call->shape.channels + c) * n_pixels;
      double weight = call->weight != NULL ? call->weight[c] : 1.0;
      double bias = call->bias != NULL ? call->bias[c] : 0.0;

      for (gsize p = 0; p < n_pixels; p++)
        out[p] = dip_reference_activate (a->activation,
                                         (in[p] - moments.mean) * factor * weight + bias);
    }
}

void
dip_reference_group_norm (const DipReferenceCall *call)
{
  guint n_groups = call->node->attributes.n_groups;
  guint64 work = 8 * (guint64) dip_shape_get_n_elements (&call->shape);

  dip_reference_for_each (call, norm_group, NULL, call->shape.batch * n_groups, work);
}
