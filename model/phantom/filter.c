#include "model/phantom/filter.h"

#include "model/phantom/arithmetic.h"

#include <string.h>

#define FAR 1e9f

/* out[i] = Σ kernel[|k|] in[clamp (i + k)] along a line of `n` with `stride`. */
static void
blur_line (float *line,
           gsize stride,
           guint n,
           const float *kernel,
           int reach,
           float *padded)
{
  for (int i = -reach; i < (int) n + reach; i++)
    padded[i + reach] = line[stride * (gsize) CLAMP (i, 0, (int) n - 1)];

  for (guint i = 0; i < n; i++)
    {
      const float *centre = padded + i + reach;
      float sum = kernel[0] * centre[0];

      for (int k = 1; k <= reach; k++)
        sum += kernel[k] * (centre[-k] + centre[k]);
      line[stride * i] = sum;
    }
}

void
dip_filter_gaussian (float *values, guint size, float sigma)
{
  const int reach = (int) (4.0f * sigma + 0.5f);
  g_autofree float *kernel = g_new (float, reach + 1);
  g_autofree float *padded = g_new (float, size + 2 * reach);
  float total = 0;

  for (int k = 0; k <= reach; k++)
    {
      kernel[k] = dip_exp (-0.5f * (float) (k * k) / (sigma * sigma));
      total += k == 0 ? kernel[k] : 2.0f * kernel[k];
    }
  for (int k = 0; k <= reach; k++)
    kernel[k] /= total;

  for (guint y = 0; y < size; y++)
    blur_line (values + (gsize) y * size, 1, size, kernel, reach, padded);
  for (guint x = 0; x < size; x++)
    blur_line (values + x, size, size, kernel, reach, padded);
}

/* Squared distances along one line, the lower envelope of parabolas. */
static void
distance_line (float *line, gsize stride, guint n, float *in, guint *sites, float *starts)
{
  guint n_sites = 0;

  for (guint i = 0; i < n; i++)
    in[i] = line[stride * i];
  for (guint i = 0; i < n; i++)
    {
      float start = -FAR;

      if (in[i] >= FAR)
        continue;
      while (n_sites > 0)
        {
          const float s = (float) sites[n_sites - 1], q = (float) i;

          start = ((in[i] + q * q) - (in[sites[n_sites - 1]] + s * s)) / (2 * q - 2 * s);
          if (start > starts[n_sites - 1])
            break;
          n_sites--;
          start = -FAR;
        }
      sites[n_sites] = i;
      starts[n_sites++] = start;
    }
  if (n_sites == 0)
    return;

  for (guint i = 0, k = 0; i < n; i++)
    {
      while (k + 1 < n_sites && starts[k + 1] < (float) i)
        k++;

      const float d = (float) i - (float) sites[k];

      line[stride * i] = d * d + in[sites[k]];
    }
}

void
dip_filter_distance (float *values, guint size)
{
  const gsize n = (gsize) size * size;
  g_autofree float *in = g_new (float, size);
  g_autofree float *starts = g_new (float, size);
  g_autofree guint *sites = g_new (guint, size);

  for (gsize i = 0; i < n; i++)
    values[i] = values[i] != 0 ? FAR : 0;
  for (guint x = 0; x < size; x++)
    distance_line (values + x, size, size, in, sites, starts);
  for (guint y = 0; y < size; y++)
    distance_line (values + (gsize) y * size, 1, size, in, sites, starts);
  for (gsize i = 0; i < n; i++)
    values[i] = dip_sqrt (values[i]);
}
