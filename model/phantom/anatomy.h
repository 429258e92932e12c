#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where something lies in the breast: x depth from the chest wall, y medial to
 * lateral, z inferior to superior, in units (the frame is two wide). */
typedef struct
{
  float x;
  float y;
  float z;
} DipPoint3;

/* Everything that makes one breast, drawn from a seed: what is in here and the
 * picture's size is all that a phantom depends on.  Lengths in units, of which the
 * frame is two wide and which stand for about 100 mm.  A caller may change a field
 * before making the phantom (take the mass away, make it denser). */
typedef struct
{
  guint64 seed;

  /* Outline: (x/length)^depth_power + ρ^section_power = 1, ρ the radius in the
   * ellipse (width, height), lengthened by `tail` toward the axilla. */
  float length;
  float width;  /* half, medial to lateral */
  float height; /* half, inferior to superior */
  float tail;
  float section_power;
  float depth_power;
  float droop;         /* the nipple's fall */
  float nipple_offset; /* the nipple's y */
  float nipple_radius;

  /* Glandular tissue. */
  float density;        /* 0 fatty … 1 extremely dense */
  float gland_offset_y; /* of the cone's axis at the chest wall */
  float gland_offset_z;
  float subcutaneous; /* depth of the fat under the skin */
  float duct_contrast;

  float thickness; /* compressed */

  /* Placing in the MLO's frame: nipple below the centre; the axilla cut. */
  float mlo_shift;
  float mlo_top;

  /* Pectoral muscle in the MLO, as fractions of the breast's width at the top and
   * of its lowest row. */
  float pectoral_width;
  float pectoral_height;
  float pectoral_bow;     /* fraction of its width; positive is convex */
  float pectoral_opacity; /* of the compressed thickness */

  gboolean has_mass;
  DipPoint3 mass_centre;
  float mass_radius;
  float mass_stretch;

  gboolean has_calcifications;
  DipPoint3 calcifications_centre;
  float calcifications_radius; /* of the cluster */
  guint n_calcifications;
} DipAnatomy;

/* The breast of a seed. */
void dip_anatomy_draw (DipAnatomy *self, guint64 seed);

/* The nipple's centre, and its foremost point. */
DipPoint3 dip_anatomy_nipple_centre (const DipAnatomy *self);
DipPoint3 dip_anatomy_nipple_tip (const DipAnatomy *self);

/* The point at depth `along` (fraction of the length) and `radius` (fraction of
 * the way from the axis to the skin) in direction `angle` (radians; 0 lateral,
 * π/2 superior).  The axillary tail is not counted. */
DipPoint3
dip_anatomy_point_inside (const DipAnatomy *self, float along, float radius, float angle);

G_END_DECLS
