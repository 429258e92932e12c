#pragma once

#include "model/phantom/anatomy.h"
#include "model/phantom/noise.h"
#include "model/phantom/ray-sums.h"

G_BEGIN_DECLS

/* A breast seen along the rays of both views, made in one pass over its voxels, none
 * of which is kept. */
typedef struct
{
  DipGrid grid;
  DipRaySums cc;  /* row j is y = −1 + (j + ½) h */
  DipRaySums mlo; /* row j is y + z = −2 + (j + 3/2) h */
  double glandular_fraction;
} DipVolumeSums;

/* Linear attenuation in 1/cm, roughly at 20 keV. */
#define DIP_MU_FAT 0.456f
#define DIP_MU_GLAND 0.802f
#define DIP_MU_SKIN 0.78f
#define DIP_MU_MUSCLE 0.78f
#define DIP_MU_MASS 0.90f

/* Walks the breast once, voxels of h × h × 2h, h = 2/size. */
DipVolumeSums *dip_volume_project (const DipAnatomy *anatomy, guint size);
void dip_volume_sums_free (DipVolumeSums *self);

/* Adds something smaller than a voxel: `volume` (units³) of attenuation `excess`
 * above its surroundings, a ball of `radius`, to both views. */
void dip_volume_sums_add_ball (DipVolumeSums *self,
                               DipPoint3 centre,
                               float radius,
                               float volume,
                               float excess);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipVolumeSums, dip_volume_sums_free)

G_END_DECLS
