#include "model/phantom/ray-sums.h"

#include "model/phantom/arithmetic.h"

void
dip_ray_sums_init (DipRaySums *self, guint n_rows, guint n_columns)
{
  self->n_rows = n_rows;
  self->n_columns = n_columns;
  self->attenuation = g_new0 (float, (gsize) self->n_rows * self->n_columns);
  self->cover = g_new0 (float, (gsize) self->n_rows * self->n_columns);
}

void
dip_ray_sums_clear (DipRaySums *self)
{
  g_clear_pointer (&self->attenuation, g_free);
  g_clear_pointer (&self->cover, g_free);
}

void
dip_ray_sums_add_row (DipRaySums *self,
                      guint row,
                      const float *restrict mu,
                      const float *restrict cover,
                      guint n)
{
  float *restrict attenuation = self->attenuation + (gsize) row * self->n_columns;
  float *restrict covers = self->cover + (gsize) row * self->n_columns;

  for (guint i = 0; i < n; i++)
    {
      attenuation[i] += mu[i] * cover[i];
      covers[i] += cover[i];
    }
}

void
dip_ray_sums_add_bump (DipRaySums *self,
                       float row,
                       float column,
                       float row_pitch,
                       float column_pitch,
                       float reach,
                       float amount)
{
  const int n_rows = (int) (reach / row_pitch) + 1;
  const int n_columns = (int) (reach / column_pitch) + 1;
  const int r0 = (int) (row + 0.5f), c0 = (int) (column + 0.5f);
  const float per_reach2 = 1.0f / (reach * reach);
  float total = 0;

  if (row < 0 || column < 0)
    return;

  for (int pass = 0; pass < 2; pass++)
    for (int r = r0 - n_rows; r <= r0 + n_rows; r++)
      for (int c = c0 - n_columns; c <= c0 + n_columns; c++)
        {
          const float dr = ((float) r - row) * row_pitch;
          const float dc = ((float) c - column) * column_pitch;
          const float inside = dip_max (0, 1.0f - (dr * dr + dc * dc) * per_reach2);
          const float weight = inside * inside;

          if (pass == 0)
            total += weight;
          else if (r >= 0 && c >= 0 && r < (int) self->n_rows &&
                   c < (int) self->n_columns)
            self->attenuation[(gsize) r * self->n_columns + c] += amount * weight / total;
        }
}
