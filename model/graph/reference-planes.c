#include "model/graph/reference-private.h"

#include <math.h>

double
dip_reference_activate (DipActivation activation, double x)
{
  switch (activation)
    {
    case DIP_ACTIVATION_SILU:
      return x / (1.0 + exp (-x));
    case DIP_ACTIVATION_GELU:
      return 0.5 * x * (1.0 + erf (x * G_SQRT2 / 2.0));
    case DIP_ACTIVATION_MISH:
      return x * tanh (log1p (exp (x)));
    case DIP_ACTIVATION_RELU:
      return MAX (x, 0.0);
    case DIP_ACTIVATION_NONE:
    default:
      return x;
    }
}

const float *
dip_reference_get_plane (const DipReferenceCall *call, guint b, guint c)
{
  gsize n_pixels = dip_shape_get_n_pixels (&call->x_shape);

  if (c < call->x_shape.channels)
    return call->x + ((gsize) b * call->x_shape.channels + c) * n_pixels;

  c -= call->x_shape.channels;
  return call->y + ((gsize) b * call->y_shape.channels + c) * n_pixels;
}

static void
activate_plane (const DipReferenceCall *call, gsize plane, gsize n, float *out)
{
  const float *x = call->x + plane * n;

  for (gsize p = 0; p < n; p++)
    out[p] = dip_reference_activate (call->node->attributes.activation, x[p]);
}

static void
add_plane (const DipReferenceCall *call, gsize plane, gsize n, float *out)
{
  const float *x = call->x + plane * n;
  gboolean is_broadcast = !dip_shape_equal (&call->x_shape, &call->y_shape);
  const float *y = call->y + (is_broadcast ? plane : plane * n);

  for (gsize p = 0; p < n; p++)
    out[p] = ((double) x[p] + y[is_broadcast ? 0 : p]) * call->node->attributes.scale;
}

static void
scale_shift_plane (const DipReferenceCall *call, gsize plane, gsize n, float *out)
{
  gsize n_channels = call->shape.channels;
  const float *x = call->x + plane * n;
  const float *scales = call->y + plane / n_channels * 2 * n_channels;
  double scale = scales[plane % n_channels];
  double shift = scales[n_channels + plane % n_channels];

  for (gsize p = 0; p < n; p++)
    out[p] = x[p] * (1.0 + scale) + shift;
}

static void
concat_plane (const DipReferenceCall *call, gsize plane, gsize n, float *out)
{
  const float *in = dip_reference_get_plane (call, plane / call->shape.channels,
                                             plane % call->shape.channels);

  for (gsize p = 0; p < n; p++)
    out[p] = in[p];
}

static void
upsample_plane (const DipReferenceCall *call, gsize plane, gsize n, float *out)
{
  const float *in = call->x + plane * dip_shape_get_n_pixels (&call->x_shape);
  gsize width = call->shape.width;

  for (gsize p = 0; p < n; p++)
    out[p] = in[p / width / 2 * call->x_shape.width + p % width / 2];
}

static void
avg_pool_plane (const DipReferenceCall *call, gsize plane, gsize n, float *out)
{
  const float *in = call->x + plane * dip_shape_get_n_pixels (&call->x_shape);
  gsize width = call->x_shape.width;

  for (gsize p = 0; p < n; p++)
    {
      const float *at =
          in + p / call->shape.width * 2 * width + p % call->shape.width * 2;

      out[p] = ((double) at[0] + at[1] + at[width] + at[width + 1]) / 4.0;
    }
}

static void
affine_plane (const DipReferenceCall *call, gsize plane, gsize n, float *out)
{
  const DipAttributes *a = &call->node->attributes;
  const float *x = call->x + plane * n;

  for (gsize p = 0; p < n; p++)
    out[p] = x[p] * a->scale + a->offset;
}

static void
divide_plane (const DipReferenceCall *call, gsize plane, gsize n, float *out)
{
  const float *x = call->x + plane * n;
  double divisor = call->y[plane / call->shape.channels];

  for (gsize p = 0; p < n; p++)
    out[p] = x[p] / divisor;
}

static void
make_plane (const DipReferenceCall *call, gpointer scratch, guint plane)
{
  static void (*const makers[DIP_N_OPS]) (const DipReferenceCall *, gsize, gsize,
                                          float *) = {
    [DIP_OP_ACTIVATION] = activate_plane,     [DIP_OP_ADD] = add_plane,
    [DIP_OP_SCALE_SHIFT] = scale_shift_plane, [DIP_OP_CONCAT] = concat_plane,
    [DIP_OP_UPSAMPLE] = upsample_plane,       [DIP_OP_AVG_POOL] = avg_pool_plane,
    [DIP_OP_AFFINE] = affine_plane,           [DIP_OP_DIVIDE] = divide_plane,
  };
  gsize n = dip_shape_get_n_pixels (&call->shape);

  makers[call->node->op](call, plane, n, call->output + plane * n);
}

void
dip_reference_planes (const DipReferenceCall *call)
{
  guint64 work = dip_shape_get_n_elements (&call->shape);

  dip_reference_for_each (call, make_plane, NULL,
                          call->shape.batch * call->shape.channels, work);
}
