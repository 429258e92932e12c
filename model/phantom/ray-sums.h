#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sums through the volume along the rays of one view. */
typedef struct
{
  guint n_rows;       /* CC: y, bottom up; MLO: y + z, bottom up */
  guint n_columns;    /* x */
  float *attenuation; /* (n_rows, n_columns): Σ μ over the voxels of the ray */
  float *cover;       /* (n_rows, n_columns): how many voxels the ray has inside */
} DipRaySums;

/* All zero; to be cleared. */
void dip_ray_sums_init (DipRaySums *self, guint n_rows, guint n_columns);
void dip_ray_sums_clear (DipRaySums *self);

/* Adds the first n voxels of a row of the volume to a row of the sums: `mu` their
 * attenuation, `cover` the share of each that is inside. */
void dip_ray_sums_add_row (DipRaySums *self,
                           guint row,
                           const float *restrict mu,
                           const float *restrict cover,
                           guint n);

/* Spreads `amount` of attenuation about (row, column), in pixels, over a bump of radius
 * `reach` in units; rows and columns are row_pitch and column_pitch units apart.  What
 * falls outside the sums is lost. */
void dip_ray_sums_add_bump (DipRaySums *self,
                            float row,
                            float column,
                            float row_pitch,
                            float column_pitch,
                            float reach,
                            float amount);

G_END_DECLS
