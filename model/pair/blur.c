#include "model/pair/blur-private.h"

#include <math.h>
#include <string.h>

/* One row of a blur; `weights` of the taps 0 … radius. */
static void
blur_row (const float *in,
          float *restrict out,
          guint n,
          const float *weights,
          int radius,
          float *restrict padded)
{
  const float *middle = padded + radius;

  for (int i = 0; i < radius; i++)
    {
      padded[i] = in[0];
      padded[radius + (int) n + i] = in[n - 1];
    }
  memcpy (padded + radius, in, sizeof *in * n);
  for (guint i = 0; i < n; i++)
    out[i] = weights[0] * middle[i];
  for (int k = 1; k <= radius; k++)
    for (int i = 0; i < (int) n; i++)
      out[i] += weights[k] * (middle[i - k] + middle[i + k]);
}

static void
add_rows (float *restrict out,
          const float *restrict above,
          const float *restrict below,
          float weight,
          guint n)
{
  for (guint i = 0; i < n; i++)
    out[i] += weight * (above[i] + below[i]);
}

/* Of a picture whose rows were blurred, row by row rather than column by column. */
static void
blur_columns (const float *in,
              float *restrict out,
              guint width,
              guint height,
              const float *weights,
              int radius)
{
  for (guint y = 0; y < height; y++)
    {
      const float *middle = in + (gsize) y * width;
      float *row = out + (gsize) y * width;

      for (guint x = 0; x < width; x++)
        row[x] = weights[0] * middle[x];
      for (int k = 1; k <= radius; k++)
        add_rows (row, in + (gsize) MAX ((int) y - k, 0) * width,
                  in + (gsize) MIN ((int) y + k, (int) height - 1) * width, weights[k],
                  width);
    }
}

void
dip_blur (const float *in, float *out, guint width, guint height, double sigma)
{
  const int radius = (int) ceil (3.0 * sigma);
  g_autofree float *weights = g_new (float, radius + 1);
  g_autofree float *padded = g_new (float, width + 2 * radius);
  g_autofree float *wide = NULL;
  float total = 0.0f;

  if (!(sigma >= 0.2))
    {
      if (in != out)
        memcpy (out, in, sizeof *out * width * height);
      return;
    }

  for (int k = 0; k <= radius; k++)
    {
      weights[k] = (float) exp (-0.5 * k * k / (sigma * sigma));
      total += k > 0 ? 2.0f * weights[k] : weights[k];
    }
  for (int k = 0; k <= radius; k++)
    weights[k] /= total;
  wide = g_new (float, (gsize) width *height);
  for (guint y = 0; y < height; y++)
    blur_row (in + (gsize) y * width, wide + (gsize) y * width, width, weights, radius,
              padded);
  blur_columns (wide, out, width, height, weights, radius);
}
