#pragma once

#include "model/phantom/volume.h"

G_BEGIN_DECLS

/* A place in a picture, in pixels: the centre of the top left pixel is (0, 0). */
typedef struct
{
  float x;
  float y;
} DipPoint2;

/* From the volume to the pixels of both views.  The pictures are made with these
 * maps and the truth is told with them: there is no second set.
 *
 * CC: x and y, lateral up.  MLO: x and v = (y + z)/√2, axilla up; the compression
 * paddle pulls the axillary tail out of the frame's top (v = t/(1 + a t) at the
 * height t above the nipple's level) and the lower edge in where it would be cut
 * (v = t (1 + b |t|) below). */
typedef struct
{
  guint size;
  float h;         /* a pixel, units */
  guint cc_raised; /* the CC's frame lies this many rows above y = ±1 */
  float mlo_shift; /* of v = 0 below the frame's centre */
  float mlo_above; /* a */
  float mlo_below; /* b */
} DipFrame;

void dip_frame_init (DipFrame *self,
                     const DipAnatomy *anatomy,
                     const DipVolumeSums *sums,
                     guint size);

DipPoint2 dip_frame_to_cc (const DipFrame *self, DipPoint3 point);
DipPoint2 dip_frame_to_mlo (const DipFrame *self, DipPoint3 point);

/* v of a row of the MLO. */
float dip_frame_mlo_height (const DipFrame *self, float row);

G_END_DECLS
