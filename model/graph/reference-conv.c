#include "model/graph/reference-private.h"

/* Doubles of a strip of output rows, with their inputs, fit a level-1 cache. */
#define STRIP_LENGTH 1024

/* One image as the kernel sees it: inputs concatenated, doubled, zeros around. */
typedef struct
{
  guint image;
  guint n_channels;
  gsize height;
  gsize width;
  float *values; /* (n_channels, height, width) */
} Padded;

static void
pad_channel (const DipReferenceCall *call, gpointer scratch, guint c)
{
  Padded *padded = scratch;
  const float *in = dip_reference_get_plane (call, padded->image, c);
  guint before = call->node->attributes.pad_before;
  guint zoom = call->node->is_upsampling ? 2 : 1;
  float *out = padded->values + c * padded->height * padded->width;

  for (guint y = 0; y < zoom * call->x_shape.height; y++)
    {
      const float *in_row = in + (gsize) (y / zoom) * call->x_shape.width;
      float *out_row = out + (y + before) * padded->width + before;

      for (guint x = 0; x < zoom * call->x_shape.width; x++)
        out_row[x] = in_row[x / zoom];
    }
}

/* sums[p] += the kernel's @n_taps in one row, at every @stride-th pixel */
static void
add_row (double *sums,
         gsize n,
         const float *in,
         gsize stride,
         const float *w,
         guint n_taps)
{
  if (n_taps == 3 && stride == 1)
    {
      const double w0 = w[0], w1 = w[1], w2 = w[2];

      for (gsize p = 0; p < n; p++)
        sums[p] += w0 * in[p] + w1 * in[p + 1] + w2 * in[p + 2];
      return;
    }

  for (guint t = 0; t < n_taps; t++)
    {
      const double wt = w[t];

      if (stride == 1)
        for (gsize p = 0; p < n; p++)
          sums[p] += wt * in[p + t];
      else
        for (gsize p = 0; p < n; p++)
          sums[p] += wt * in[p * stride + t];
    }
}

/* (conv + bias + channel_bias + residual) * scale */
static void
store_row (const DipReferenceCall *call,
           guint image,
           guint o,
           guint row,
           const double *sums)
{
  gsize start = (((gsize) image * call->shape.channels + o) * call->shape.height + row) *
                call->shape.width;
  double scale = call->node->attributes.scale;
  double offset = call->bias != NULL ? call->bias[o] : 0.0;

  if (call->channel_bias != NULL)
    offset += call->channel_bias[(gsize) image * call->shape.channels + o];

  for (guint x = 0; x < call->shape.width; x++)
    {
      double sum = sums[x] + offset;

      if (call->residual != NULL)
        sum += call->residual[start + x];
      call->output[start + x] = sum * scale;
    }
}

/* With a stride of 1 several rows are summed as one long row of the padded
 * picture; what the sums hold between the rows is left there.
 */
static void
convolve_channel (const DipReferenceCall *call, gpointer scratch, guint o)
{
  const Padded *padded = scratch;
  guint kernel = call->node->attributes.kernel;
  guint stride = call->node->attributes.stride;
  guint n_rows = stride == 1 ? MAX (1, STRIP_LENGTH / padded->width) : 1;
  g_autofree double *sums = g_new (double, n_rows * padded->width);
  const float *weight = call->weight + (gsize) o * padded->n_channels * kernel * kernel;

  for (guint y = 0; y < call->shape.height; y += n_rows)
    {
      guint n = MIN (n_rows, call->shape.height - y);
      gsize length = (n - 1) * padded->width + call->shape.width;

      for (gsize p = 0; p < length; p++)
        sums[p] = 0.0;

      for (gsize i = 0; i < padded->n_channels; i++)
        for (guint ky = 0; ky < kernel; ky++)
          add_row (sums, length,
                   padded->values +
                       (i * padded->height + (gsize) y * stride + ky) * padded->width,
                   stride, weight + (i * kernel + ky) * kernel, kernel);

      for (guint row = 0; row < n; row++)
        store_row (call, padded->image, o, y + row, sums + row * padded->width);
    }
}

void
dip_reference_conv (const DipReferenceCall *call)
{
  const DipAttributes *a = &call->node->attributes;
  guint zoom = call->node->is_upsampling ? 2 : 1;
  g_autofree float *values = NULL;
  Padded padded = {
    .n_channels = call->weight_info->shape[1],
    .height = (gsize) zoom * call->x_shape.height + a->pad_before + a->pad_after,
    .width = (gsize) zoom * call->x_shape.width + a->pad_before + a->pad_after,
  };
  gsize n_elements = padded.n_channels * padded.height * padded.width;
  guint64 n_macs = (guint64) dip_shape_get_n_pixels (&call->shape) *
                   call->shape.channels * padded.n_channels * a->kernel * a->kernel;

  padded.values = values = g_new0 (float, n_elements);

  for (padded.image = 0; padded.image < call->shape.batch; padded.image++)
    {
      dip_reference_for_each (call, pad_channel, &padded, padded.n_channels, n_elements);
      dip_reference_for_each (call, convolve_channel, &padded, call->shape.channels,
                              n_macs);
    }
}
