#include "model/phantom/volume.h"

#include "model/phantom/arithmetic.h"

#define SKIN_DEPTH 0.021f /* units */

/* Lattice cells a unit of each texture; the octaves come last. */
enum
{
  WARP,
  SHEETS_COARSE,
  SHEETS_FINE,
  SHEETS_BEND,
  VESSELS_A,
  VESSELS_B,
  STRANDS_A,
  STRANDS_B,
  LOBULES,
  OCTAVES,
  N_TEXTURES = OCTAVES + 6
};

static const float cells[N_TEXTURES][3] = {
  [WARP] = { 0.9f, 0.9f, 0.9f },
  [SHEETS_COARSE] = { 2.6f, 2.6f, 2.6f },
  [SHEETS_FINE] = { 4.5f, 4.5f, 4.5f },
  [SHEETS_BEND] = { 8, 8, 8 },
  [VESSELS_A] = { 1, 4, 4 },
  [VESSELS_B] = { 1, 4, 4 },
  [STRANDS_A] = { 2.5f, 3, 3 },
  [STRANDS_B] = { 2.5f, 3, 3 },
  [LOBULES] = { 6, 6, 6 },
  [OCTAVES + 0] = { 1.32f, 2.2f, 2.2f },
  [OCTAVES + 1] = { 2.7f, 4.5f, 4.5f },
  [OCTAVES + 2] = { 5.4f, 9, 9 },
  [OCTAVES + 3] = { 18, 18, 18 },
  [OCTAVES + 4] = { 36, 36, 36 },
  [OCTAVES + 5] = { 72, 72, 72 },
};

/* From which picture size on an octave is drawn: a finer one would only alias. */
static const guint octave_sizes[N_TEXTURES - OCTAVES] = { 0, 0, 0, 64, 120, 480 };

static const float octave_gains[N_TEXTURES - OCTAVES] = {
  0.9f / 1.55f, 0.9f / 1.55f, 0.8f / 1.55f, 0.88f / 1.55f, 0.7f / 1.55f, 0.3f / 1.55f,
};

typedef struct
{
  const DipAnatomy *anatomy;
  DipGrid grid;
  guint n_octaves;
  DipNoise *noise[N_TEXTURES];

  /* (n_x), what depends on x alone */
  float *x;
  float *x_power; /* (x/L)^depth_power */
  float *axis_y;  /* the breast's axis */
  float *fall;    /* the axis' fall */
  float *gland_y; /* the gland's axis */
  float *gland_z;
  float *cone;      /* the gland's radius */
  float *chest_fat; /* ≤ 0 near the chest wall */

  /* (n_x), one row of voxels */
  float *textures[N_TEXTURES];
  float *depth;  /* below the skin */
  float *cover;  /* share of the voxel inside */
  float *nipple; /* share inside the nipple */
  float *grain;  /* the octaves' sum */
  float *tissue; /* 0 fat … 1 gland */
  float *mu;

  double n_inside;
  double n_glandular;
} Walk;

static void
walk_fill_tables (Walk *self)
{
  const DipAnatomy *a = self->anatomy;
  const float fat_share = 1.2f * (1.0f - 0.6f * a->density);

  for (guint i = 0; i < self->grid.n_x; i++)
    {
      const float x = ((float) i + 0.5f) * self->grid.h, along = x / a->length;
      const float remaining = dip_clamp (1.08f - along, 0, 1);

      self->x[i] = x;
      self->x_power[i] = dip_pow (along, a->depth_power);
      self->axis_y[i] = a->nipple_offset * along;
      self->fall[i] = a->droop * along * dip_sqrt (along);
      self->gland_y[i] = self->axis_y[i] + a->gland_offset_y * (1.0f - along);
      self->gland_z[i] = a->gland_offset_z * (1.0f - along) - self->fall[i];
      self->cone[i] = (0.28f + 0.55f * a->density) * dip_pow (remaining, 0.55f);
      self->chest_fat[i] = fat_share * dip_clamp ((x - 0.1f) / 0.12f, -2.5f, 0);
    }
}

static void
walk_init (Walk *self, const DipAnatomy *anatomy, guint size)
{
  const float h = 2.0f / (float) size;
  float **arrays[] = { &self->x,       &self->x_power, &self->axis_y, &self->fall,
                       &self->gland_y, &self->gland_z, &self->cone,   &self->chest_fat,
                       &self->depth,   &self->cover,   &self->nipple, &self->grain,
                       &self->tissue,  &self->mu };

  self->anatomy = anatomy;
  self->grid.h = h;
  self->grid.n_x = (guint) ((anatomy->length + anatomy->nipple_radius) / h) + 2;
  self->grid.n_y = size + size / 10;
  self->grid.n_z = size / 2;
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    *arrays[i] = g_new (float, self->grid.n_x);

  while (self->n_octaves < N_TEXTURES - OCTAVES && octave_sizes[self->n_octaves] <= size)
    self->n_octaves++;
  for (guint t = 0; t < OCTAVES + self->n_octaves; t++)
    {
      self->textures[t] = g_new (float, self->grid.n_x);
      self->noise[t] = dip_noise_new (
          dip_random_key (anatomy->seed, DIP_STREAM_TEXTURE, t), cells[t], &self->grid);
    }
  walk_fill_tables (self);
}

static void
walk_clear (Walk *self)
{
  float *arrays[] = { self->x,       self->x_power, self->axis_y, self->fall,
                      self->gland_y, self->gland_z, self->cone,   self->chest_fat,
                      self->depth,   self->cover,   self->nipple, self->grain,
                      self->tissue,  self->mu };

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_free (arrays[i]);
  for (guint t = 0; t < N_TEXTURES; t++)
    {
      dip_noise_free (self->noise[t]);
      g_free (self->textures[t]);
    }
}

/* Depth below the skin and cover of a row of voxels. */
static void
walk_outline (Walk *self, guint j, float y, float z)
{
  const DipAnatomy *a = self->anatomy;
  const guint n = self->grid.n_x;
  const float *restrict axis_y = self->axis_y, *restrict fall = self->fall;
  const float *restrict x_power = self->x_power;
  float *restrict depth = self->depth, *restrict cover = self->cover;
  float *restrict warp = self->textures[WARP];
  const float per_width = 1.0f / a->width, per_height = 1.0f / a->height;
  const float half_section = 0.5f * a->section_power, tail = a->tail;
  const float power = 2.0f / (a->section_power + a->depth_power);
  const float scale = 0.4f * (a->length + a->height), per_h = 1.0f / self->grid.h;

  dip_noise_row (self->noise[WARP], j, n, warp);
  for (guint i = 0; i < n; i++)
    {
      const float ys = y - axis_y[i], zs = z + fall[i];
      const float r = dip_sqrt (ys * ys + zs * zs) + 1e-4f;
      const float c = dip_clamp ((ys + zs) / (r * 1.41421356f), 0, 1);
      const float stretch = (1.0f + 0.03f * warp[i]) / (1.0f + tail * c * c * c);
      const float v = ys * per_width, w = zs * per_height;
      const float rho2 = (v * v + w * w) * stretch * stretch;
      const float e = dip_exp (
          power * dip_log (x_power[i] + dip_exp (half_section * dip_log (rho2))));

      depth[i] = scale * (1.0f - e);
      cover[i] = dip_clamp (depth[i] * per_h + 0.5f, 0, 1);
    }
}

/* Adds the nipple to the row's cover; FALSE where the row misses it. */
static gboolean
walk_nipple (Walk *self, float y, float z)
{
  const DipPoint3 centre = dip_anatomy_nipple_centre (self->anatomy);
  const float radius = self->anatomy->nipple_radius, h = self->grid.h;
  const float off2 = (y - centre.y) * (y - centre.y) + (z - centre.z) * (z - centre.z);

  if (off2 > (radius + h) * (radius + h))
    return FALSE;

  for (guint i = 0; i < self->grid.n_x; i++)
    {
      const float dx = self->x[i] - centre.x;
      const float distance = dip_sqrt (dx * dx + off2);

      self->nipple[i] = dip_clamp ((radius - distance) / h + 0.5f, 0, 1);
      self->cover[i] = dip_max (self->cover[i], self->nipple[i]);
    }

  return TRUE;
}

/* The sum of the octaves: a texture with mammograms' power spectrum. */
static void
walk_grain (Walk *self, guint j, guint n)
{
  float *restrict grain = self->grain;

  for (guint o = 0; o < self->n_octaves; o++)
    {
      float *restrict octave = self->textures[OCTAVES + o];
      const float gain = octave_gains[o];

      dip_noise_row (self->noise[OCTAVES + o], j, n, octave);
      if (o == 0)
        for (guint i = 0; i < n; i++)
          grain[i] = gain * octave[i];
      else
        for (guint i = 0; i < n; i++)
          grain[i] += gain * octave[i];
    }
}

/* Glandular tissue: a cone behind the nipple, broken up by the grain. */
static void
walk_gland (Walk *self, guint n, float y, float z)
{
  const DipAnatomy *a = self->anatomy;
  const float *restrict grain = self->grain, *restrict depth = self->depth;
  const float *restrict gland_y = self->gland_y, *restrict gland_z = self->gland_z;
  const float *restrict cone = self->cone, *restrict chest_fat = self->chest_fat;
  const float *restrict lobules = self->textures[LOBULES];
  float *restrict tissue = self->tissue;
  const float per_width = 1.0f / a->width, per_height = 1.0f / a->height;
  const float bias = -1.25f + 1.95f * a->density, subcutaneous = a->subcutaneous;

  for (guint i = 0; i < n; i++)
    {
      const float v = (y - gland_y[i]) * per_width, w = (z - gland_z[i]) * per_height;
      const float within =
          dip_clamp ((cone[i] - dip_sqrt (v * v + w * w)) * (1.0f / 0.22f), -3.0f, 1.2f);
      const float skin_fat = dip_clamp ((depth[i] - subcutaneous) * 20.0f, -2.5f, 0);
      const float gland = dip_sigmoid (
          (1.15f * within + 1.25f * grain[i] + bias + 1.2f * skin_fat + chest_fat[i]) *
          (1.0f / 0.33f));
      const float lobule = dip_sigmoid ((lobules[i] + 0.5f * grain[i]) * (1.0f / 0.3f));

      tissue[i] = gland * (0.82f + 0.14f * dip_clamp (grain[i], -1.2f, 1.2f));
      self->mu[i] = 0.06f * lobule * (1.0f - gland);
    }
}

/* Cooper's ligaments: thin sheets, the zero sets of smooth noise; vessels and
 * strands: threads, where two zero sets meet. */
static void
walk_fibres (Walk *self, guint n)
{
  const float *restrict coarse = self->textures[SHEETS_COARSE];
  const float *restrict fine = self->textures[SHEETS_FINE];
  const float *restrict bend = self->textures[SHEETS_BEND];
  const float *restrict a = self->textures[VESSELS_A];
  const float *restrict b = self->textures[VESSELS_B];
  const float *restrict c = self->textures[STRANDS_A];
  const float *restrict d = self->textures[STRANDS_B];
  const float *restrict depth = self->depth;
  float *restrict tissue = self->tissue;

  for (guint i = 0; i < n; i++)
    {
      const float s = (coarse[i] + 0.25f * bend[i]) * (1.0f / 0.075f);
      const float t = (fine[i] + 0.2f * bend[i]) * (1.0f / 0.1125f);
      const float sheets = dip_max (dip_exp (-s * s), 0.8f * dip_exp (-t * t)) * 0.75f *
                           dip_clamp (depth[i] * (1.0f / 0.03f), 0, 1);
      const float vessels = dip_exp ((a[i] * a[i] + b[i] * b[i]) * (-1.0f / 0.03f));
      const float strands = dip_exp ((c[i] * c[i] + d[i] * d[i]) * (-1.0f / 0.012f));
      const float threads = 0.9f * dip_max (vessels, strands);

      tissue[i] = dip_max (tissue[i], dip_max (sheets, threads));
    }
}

static void
walk_attenuation (Walk *self, guint n, gboolean has_nipple)
{
  const float *restrict depth = self->depth, *restrict cover = self->cover;
  const float *restrict tissue = self->tissue;
  float *restrict mu = self->mu;
  const float per_h = 1.0f / self->grid.h;
  float n_inside = 0, n_glandular = 0;

  for (guint i = 0; i < n; i++)
    {
      const float g = tissue[i] + mu[i];
      const float skin = dip_clamp ((SKIN_DEPTH - depth[i]) * per_h + 0.5f, 0, 1);
      const float m = DIP_MU_FAT + (DIP_MU_GLAND - DIP_MU_FAT) * g;

      mu[i] = m + (DIP_MU_SKIN - m) * skin;
      n_inside += cover[i] * (1.0f - skin);
      n_glandular += cover[i] * (1.0f - skin) * dip_clamp (g, 0, 1);
    }
  self->n_inside += (double) n_inside;
  self->n_glandular += (double) n_glandular;

  if (has_nipple)
    for (guint i = 0; i < n; i++)
      mu[i] += (DIP_MU_GLAND - mu[i]) * self->nipple[i];
}

static void
walk_mass (Walk *self, guint n, float y, float z)
{
  const DipAnatomy *a = self->anatomy;
  const float dy = (y - a->mass_centre.y) * a->mass_stretch, dz = z - a->mass_centre.z;
  const float *bend = self->textures[SHEETS_BEND];
  const float *fine = self->textures[SHEETS_FINE];

  if (!a->has_mass || dy * dy + dz * dz > 9 * a->mass_radius * a->mass_radius)
    return;

  for (guint i = 0; i < n; i++)
    {
      const float dx = self->x[i] - a->mass_centre.x;
      const float r = dip_sqrt (dx * dx + dy * dy + dz * dz) / a->mass_radius;
      const float share =
          dip_sigmoid ((1.0f - r + 0.16f * bend[i] + 0.10f * fine[i]) * (1.0f / 0.08f));

      self->mu[i] += (DIP_MU_MASS - self->mu[i]) * share;
    }
}

/* How many voxels of the row reach into the breast. */
static guint
walk_count_covered (const Walk *self)
{
  guint n = self->grid.n_x;

  while (n > 0 && self->cover[n - 1] <= 0)
    n--;

  return n;
}

/* Fills mu of one row of voxels and returns how many are of the breast. */
static guint
walk_row (Walk *self, guint j, float y, float z)
{
  gboolean has_nipple;
  guint n;

  walk_outline (self, j, y, z);
  has_nipple = walk_nipple (self, y, z);
  n = walk_count_covered (self);
  if (n == 0)
    return 0;

  for (guint t = SHEETS_COARSE; t < OCTAVES; t++)
    dip_noise_row (self->noise[t], j, n, self->textures[t]);
  walk_grain (self, j, n);
  walk_gland (self, n, y, z);
  walk_fibres (self, n);
  walk_attenuation (self, n, has_nipple);
  walk_mass (self, n, y, z);

  return n;
}

DipVolumeSums *
dip_volume_project (const DipAnatomy *anatomy, guint size)
{
  DipVolumeSums *self = g_new0 (DipVolumeSums, 1);
  Walk walk = { 0 };

  walk_init (&walk, anatomy, size);
  self->grid = walk.grid;
  dip_ray_sums_init (&self->cc, walk.grid.n_y, walk.grid.n_x);
  dip_ray_sums_init (&self->mlo, walk.grid.n_y + 2 * (walk.grid.n_z - 1), walk.grid.n_x);

  for (guint k = 0; k < walk.grid.n_z; k++)
    {
      const float z = -1.0f + (float) (2 * k + 1) * walk.grid.h;

      for (guint t = 0; t < OCTAVES + walk.n_octaves; t++)
        dip_noise_set_slab (walk.noise[t], k);
      for (guint j = 0; j < walk.grid.n_y; j++)
        {
          const float y = -1.0f + ((float) j + 0.5f) * walk.grid.h;
          const guint n = walk_row (&walk, j, y, z);

          dip_ray_sums_add_row (&self->cc, j, walk.mu, walk.cover, n);
          dip_ray_sums_add_row (&self->mlo, j + 2 * k, walk.mu, walk.cover, n);
        }
    }
  self->glandular_fraction = walk.n_glandular / walk.n_inside;
  walk_clear (&walk);

  return self;
}

void
dip_volume_sums_free (DipVolumeSums *self)
{
  if (self == NULL)
    return;

  dip_ray_sums_clear (&self->cc);
  dip_ray_sums_clear (&self->mlo);
  g_free (self);
}

void
dip_volume_sums_add_ball (DipVolumeSums *self,
                          DipPoint3 centre,
                          float radius,
                          float volume,
                          float excess)
{
  const float h = self->grid.h, half_root = 0.707106781f;
  const float amount = excess * volume / (2.0f * h * h * h);
  const float reach = 1.4f * radius + 0.9f * h, column = centre.x / h - 0.5f;

  dip_ray_sums_add_bump (&self->cc, (centre.y + 1.0f) / h - 0.5f, column, h, h, reach,
                         amount);
  dip_ray_sums_add_bump (&self->mlo, (centre.y + centre.z + 2.0f) / h - 1.5f, column,
                         half_root * h, h, reach, amount);
}
