#pragma once

#include "model/pair/picture.h"
#include "model/phantom/anatomy.h"
#include "model/phantom/frame.h"

#include <jansson.h>

G_BEGIN_DECLS

/* A synthetic breast and its two mammograms, with the truth about both.
 *
 * The volume (skin, fat lobules, a fibroglandular cone behind the nipple, ducts,
 * Cooper's ligaments, vessels, sometimes a mass or a cluster of calcifications) is
 * projected by X-ray attenuation into CC and MLO; the pectoral muscle lies over the
 * MLO.  Dense is bright, the background is exactly 0, the chest wall is at x = 0, the
 * nipple toward +x; MLO: axilla up, CC: lateral side up.
 *
 * One seed and size give the same bytes on every machine whose float is IEEE 754
 * binary32 without excess precision (x86-64, AArch64; not x87), whatever compiler and
 * optimization, as long as it neither contracts nor reassociates; and in every later
 * version, since networks are trained on them.  One seed is one breast at every size:
 * shape, gland, ligaments and lesions keep their place; from 120 and from 480 pixels
 * on, finer octaves join the texture, and the detector's noise is each size's own.
 *
 * Nothing is shared: any number of threads may make phantoms at the same time. */
typedef struct _DipPhantom DipPhantom;

#define DIP_PHANTOM_MIN_SIZE 32
#define DIP_PHANTOM_MAX_SIZE 1024

/* A unit of length stands for about so much; 200 mm are the frame's width. */
#define DIP_PHANTOM_UNIT_MM 100.0

typedef enum
{
  DIP_PROJECTION_CC,
  DIP_PROJECTION_MLO,
} DipProjection;

#define DIP_N_PROJECTIONS 2

/* The pectoral muscle's edge as a straight line, least squares over the edge. */
typedef struct
{
  DipPoint2 top;    /* on the row y = 0, pixels */
  DipPoint2 bottom; /* on the column x = 0 */
  double normal_x;  /* normal_x · x + normal_y · y = distance, in pixels; the normal, */
  double normal_y;  /* of length 1, points away from the muscle */
  double distance;
  double angle; /* to the vertical, degrees */
} DipPectoralLine;

typedef enum
{
  DIP_LESION_MASS,
  DIP_LESION_CALCIFICATIONS,
} DipLesionKind;

/* What a lesion's centre shows in a view. */
typedef enum
{
  DIP_LESION_IN_BREAST,
  DIP_LESION_IN_PECTORAL, /* covered by the muscle */
  DIP_LESION_OUTSIDE,     /* not in the picture */
} DipLesionPlace;

typedef struct
{
  DipLesionKind kind;
  DipPoint3 centre;
  float radius;                    /* of the mass or of the cluster, pixels */
  DipPoint2 at[DIP_N_PROJECTIONS]; /* pixels */
  DipLesionPlace place[DIP_N_PROJECTIONS];
} DipLesion;

#define DIP_PHANTOM_MAX_LESIONS 2

/* The breast of `seed` in square pictures of `size` pixels, DIP_PHANTOM_MIN_SIZE to
 * DIP_PHANTOM_MAX_SIZE.  Takes some 40 ms at 128, 0.2 s at 256, eight times as long
 * for twice the size. */
DipPhantom *dip_phantom_new (guint64 seed, guint size);

/* The same of an anatomy that a caller drew and changed. */
DipPhantom *dip_phantom_new_for_anatomy (const DipAnatomy *anatomy, guint size);
void dip_phantom_free (DipPhantom *self);

/* What follows is borrowed from the phantom. */

/* In [0, 1], (size, size); 0 outside the mask. */
const DipPicture *dip_phantom_get_picture (const DipPhantom *self,
                                           DipProjection projection);

/* The breast; in the MLO with the pectoral muscle. */
const DipMask *dip_phantom_get_mask (const DipPhantom *self, DipProjection projection);

/* The pectoral muscle in the MLO, a part of its mask. */
const DipMask *dip_phantom_get_pectoral_mask (const DipPhantom *self);

/* The maps from the volume to pixels that the pictures were made with. */
const DipFrame *dip_phantom_get_frame (const DipPhantom *self);
const DipAnatomy *dip_phantom_get_anatomy (const DipPhantom *self);

/* The nipple's foremost point, in pixels. */
DipPoint2 dip_phantom_get_nipple (const DipPhantom *self, DipProjection projection);

void dip_phantom_get_pectoral_line (const DipPhantom *self, DipPectoralLine *line);

/* Fills at most DIP_PHANTOM_MAX_LESIONS and returns how many there are. */
guint dip_phantom_get_lesions (const DipPhantom *self, DipLesion *lesions);

/* Glandular tissue's share of the volume under the skin. */
double dip_phantom_get_glandular_fraction (const DipPhantom *self);

/* All that is known, an object for a line of truth.jsonl; the caller owns it.
 * Pixels to a thousandth, the centre of the top left one being (0, 0):
 *
 *   seed, size, nominal_pixel_mm, density (the parameter, 0 … 1), glandular_fraction,
 *   thickness_mm
 *   cc, mlo: {nipple: [x, y], area (pixels), mask}
 *   pectoral: {line: [[x, y], [x, y]], normal: [x, y], distance, angle, area, mask}
 *   lesions: [{kind: "mass" | "calcifications", radius, [count,] cc, mlo}], where cc
 *     and mlo are {at: [x, y], place: "breast" | "pectoral" | "outside"}
 *   shape: the DipAnatomy's other numbers, in units of 100 mm
 *
 * A mask is an array of run lengths over the rows from the top, outside and inside in
 * turn, beginning with outside; they sum to size².  The mlo's holds the muscle. */
json_t *dip_phantom_truth_to_json (const DipPhantom *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPhantom, dip_phantom_free)

G_END_DECLS
