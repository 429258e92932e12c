#pragma once

#include "model/phantom/volume.h"

G_BEGIN_DECLS

/* What is thinner than a voxel: the ducts that fan out from the nipple, and a
 * cluster of calcifications where the breast has one. */
void dip_details_add (DipVolumeSums *sums, const DipAnatomy *anatomy);

G_END_DECLS
