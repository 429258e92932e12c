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
} DipView;

DipView *dip_view_new_cc (const DipVolumeSums *sums, const DipFrame *frame);
DipView *dip_view_new_mlo (const DipVolumeSums *sums, const DipFrame *frame);
void dip_view_free (DipView *self);

/* Lays the pectoral muscle over an MLO and tells where. */
void
dip_view_add_pectoral (DipView *self, const DipAnatomy *anatomy, DipPectoral *pectoral);

/* Where the muscle covers the breast. */
DipMask *dip_view_make_pectoral_mask (const DipView *self, const DipPectoral *pectoral);

/* Compression, log response, blur, detector noise: the picture in [0, 1], 0 outside
 * the mask.  `noise_key` is the detector's. */
DipPicture *
dip_view_expose (const DipView *self, const DipAnatomy *anatomy, guint64 noise_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipView, dip_view_free)

G_END_DECLS
