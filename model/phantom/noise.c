#include "model/phantom/noise.h"

/* The variance of a cubic B-spline's weights is 151/315 an axis on average:
 * (151/315)^(3/2) = 1/3.0130 for three. */
#define UNIT_VARIANCE 3.0130f

typedef struct
{
  guint n_nodes;
  guint *first;      /* (n) first of the four nodes */
  float *weights[4]; /* (n) each */
} Axis;

struct _DipNoise
{
  guint n_x;
  Axis axes[3];
  float *lattice; /* (z nodes, y nodes, x nodes) */
  float *nodes;   /* (y nodes, x nodes): the slab */
  float *rows;    /* (y nodes, n_x): the slab, interpolated along x */
};

static void
spline_weights (float t, float out[4])
{
  const float s = 1.0f - t;

  out[0] = s * s * s * (1.0f / 6.0f);
  out[1] = (3.0f * t * t * t - 6.0f * t * t + 4.0f) * (1.0f / 6.0f);
  out[2] = (3.0f * s * s * s - 6.0f * s * s + 4.0f) * (1.0f / 6.0f);
  out[3] = t * t * t * (1.0f / 6.0f);
}

static void
axis_init (Axis *self, guint n, float pitch, float cells, float phase)
{
  self->first = g_new (guint, n);
  for (guint k = 0; k < 4; k++)
    self->weights[k] = g_new (float, n);

  for (guint i = 0; i < n; i++)
    {
      const float t = ((float) i + 0.5f) * pitch * cells + phase;
      float weights[4];

      self->first[i] = (guint) t;
      spline_weights (t - (float) self->first[i], weights);
      for (guint k = 0; k < 4; k++)
        self->weights[k][i] = weights[k];
    }
  self->n_nodes = self->first[n - 1] + 4;
}

static void
axis_clear (Axis *self)
{
  g_free (self->first);
  for (guint k = 0; k < 4; k++)
    g_free (self->weights[k]);
}

DipNoise *
dip_noise_new (guint64 key, const float cells[3], const DipGrid *grid)
{
  DipNoise *self = g_new0 (DipNoise, 1);
  DipStream phases = { key };
  float *node;

  self->n_x = grid->n_x;
  axis_init (&self->axes[0], grid->n_x, grid->h, cells[0],
             dip_stream_uniform (&phases, 0, 1));
  axis_init (&self->axes[1], grid->n_y, grid->h, cells[1],
             dip_stream_uniform (&phases, 0, 1));
  axis_init (&self->axes[2], grid->n_z, 2 * grid->h, cells[2],
             dip_stream_uniform (&phases, 0, 1));

  const guint n_x = self->axes[0].n_nodes, n_y = self->axes[1].n_nodes;
  const guint n_z = self->axes[2].n_nodes;

  self->lattice = node = g_new (float, (gsize) n_x *n_y *n_z);
  self->nodes = g_new (float, (gsize) n_x *n_y);
  self->rows = g_new (float, (gsize) n_y * grid->n_x);
  for (guint k = 0; k < n_z; k++)
    for (guint j = 0; j < n_y; j++)
      for (guint i = 0; i < n_x; i++)
        *node++ = UNIT_VARIANCE * dip_random_bell_at (key, i, j, k);

  return self;
}

void
dip_noise_free (DipNoise *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < 3; i++)
    axis_clear (&self->axes[i]);
  g_free (self->lattice);
  g_free (self->nodes);
  g_free (self->rows);
  g_free (self);
}

/* out[i] = Σ weights[k] · in[k · stride + i] */
static void
blend (float *restrict out,
       const float *restrict in,
       gsize stride,
       const float weights[4],
       gsize n)
{
  const float a = weights[0], b = weights[1], c = weights[2], d = weights[3];

  for (gsize i = 0; i < n; i++)
    out[i] = (a * in[i] + b * in[stride + i]) +
             (c * in[2 * stride + i] + d * in[3 * stride + i]);
}

static void
pick_weights (const Axis *axis, guint i, float out[4])
{
  for (guint k = 0; k < 4; k++)
    out[k] = axis->weights[k][i];
}

void
dip_noise_set_slab (DipNoise *self, guint z)
{
  const Axis *x_axis = &self->axes[0], *z_axis = &self->axes[2];
  const gsize n_nodes = (gsize) x_axis->n_nodes * self->axes[1].n_nodes;
  float weights[4];

  pick_weights (z_axis, z, weights);
  blend (self->nodes, self->lattice + z_axis->first[z] * n_nodes, n_nodes, weights,
         n_nodes);

  for (guint j = 0; j < self->axes[1].n_nodes; j++)
    {
      const float *in = self->nodes + (gsize) j * x_axis->n_nodes;
      float *out = self->rows + (gsize) j * self->n_x;

      for (guint i = 0; i < self->n_x; i++)
        {
          const float *p = in + x_axis->first[i];

          out[i] = (x_axis->weights[0][i] * p[0] + x_axis->weights[1][i] * p[1]) +
                   (x_axis->weights[2][i] * p[2] + x_axis->weights[3][i] * p[3]);
        }
    }
}

void
dip_noise_row (const DipNoise *self, guint y, guint n, float *out)
{
  const Axis *axis = &self->axes[1];
  float weights[4];

  pick_weights (axis, y, weights);
  blend (out, self->rows + (gsize) axis->first[y] * self->n_x, self->n_x, weights, n);
}

float
dip_noise_at (guint64 key, float u, float v, float w)
{
  const guint i = (guint) u, j = (guint) v, k = (guint) w;
  float a[4], b[4], c[4], sum = 0.0f;

  spline_weights (u - (float) i, a);
  spline_weights (v - (float) j, b);
  spline_weights (w - (float) k, c);
  for (guint r = 0; r < 4; r++)
    for (guint s = 0; s < 4; s++)
      for (guint t = 0; t < 4; t++)
        sum += a[t] * b[s] * c[r] * dip_random_bell_at (key, i + t, j + s, k + r);

  return UNIT_VARIANCE * sum;
}
