#pragma once

#include "model/phantom/random.h"

G_BEGIN_DECLS

/* The voxels: h × h × 2h, x depth from the chest wall, y medial to lateral, z
 * inferior to superior, in units of which the frame is two wide.
 * Centres: x = (i + ½) h, y = −1 + (j + ½) h, z = −1 + (2k + 1) h. */
typedef struct
{
  guint n_x;
  guint n_y;
  guint n_z;
  float h;
} DipGrid;

/* Smooth noise of mean 0 and variance 1: bell numbers on a lattice of `cells`
 * cells a unit, interpolated by the uniform cubic B-spline.  Evaluated slab by
 * slab (one z), then row by row (one y), so that a volume never exists. */
typedef struct _DipNoise DipNoise;

/* `cells` (3): cells a unit along x, y, z.  Copies what it needs of `grid`. */
DipNoise *dip_noise_new (guint64 key, const float cells[3], const DipGrid *grid);
void dip_noise_free (DipNoise *self);

/* Chooses the slab that dip_noise_row() reads. */
void dip_noise_set_slab (DipNoise *self, guint z);

/* out[i] = noise at (i, y, the slab's z) for i < n. */
void dip_noise_row (const DipNoise *self, guint y, guint n, float *out);

/* The noise anywhere, without a grid; u, v, w ≥ 0 in lattice cells. */
float dip_noise_at (guint64 key, float u, float v, float w);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipNoise, dip_noise_free)

G_END_DECLS
