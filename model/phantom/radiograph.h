#pragma once

#include "model/pair/picture.h"
#include "model/phantom/frame.h"

G_BEGIN_DECLS

/* The pectoral muscle's edge in the MLO and the line that it stands for. */
typedef struct
{
  float width;  /* of the muscle at the picture's upper edge, units */
  float height; /* of its lower end below the upper edge, units */
  float bow;    /* units */

  /* The least-squares line through the edge: x = top_x + slope · y in pixels. */
  float top_x;
  float slope;
} DipPectoral;

/* Where the muscle ends, in units from the chest wall, `below` units under the
 * picture's upper edge; at most 0 where there is no muscle. */
float dip_pectoral_edge (const DipPectoral *self, float below);

/* The rays of one view on the picture's pixels. */
typedef struct
{
  guint size;
  float *mean; /* (size, size) mean attenuation along the ray; 0 outside the breast */
  DipMask *mask;
} DipRadiograph;

DipRadiograph *dip_radiograph_new_cc (const DipVolumeSums *sums, const DipFrame *frame);
DipRadiograph *dip_radiograph_new_mlo (const DipVolumeSums *sums, const DipFrame *frame);
void dip_radiograph_free (DipRadiograph *self);

/* Lays the pectoral muscle over an MLO and tells where. */
void dip_radiograph_add_pectoral (DipRadiograph *self,
                                  const DipAnatomy *anatomy,
                                  DipPectoral *pectoral);

/* Where the muscle covers the breast. */
DipMask *dip_radiograph_make_pectoral_mask (const DipRadiograph *self,
                                            const DipPectoral *pectoral);

/* Compression, log response, blur, detector noise: the picture in [0, 1], 0 outside
 * the mask.  `noise_key` is the detector's. */
DipPicture *dip_radiograph_expose (const DipRadiograph *self,
                                   const DipAnatomy *anatomy,
                                   guint64 noise_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipRadiograph, dip_radiograph_free)

G_END_DECLS
