#pragma once

#include "model/pair/found-view.h"

G_BEGIN_DECLS

/* Where what is seen at a place of one view must lie in the other.
 *
 *   distance  r = |P − N|, N the nipple
 *   depth     t = (P − N) · u, u the unit vector from the nipple to the foot of the PNL
 *             (pnl.h: in a CC perpendicular to the chest wall, in an MLO to the pectoral
 *             line): how far behind the nipple, along the PNL
 *   arc       the places Q of the other view with | |Q − N'| − r | ≤ τ
 *   strip     those with | (Q − N') · u' − t | ≤ τ
 *
 * Compression turns and stretches a breast; its distance from the nipple and its depth
 * change least.  The arc and the strip are the two rules of correlating a finding between
 * views (Kopans, Breast Imaging, 3rd ed. 2007; as matching criteria of two views: Paquerault
 * et al., Med. Phys. 29, 2002, the arc; Samulski, Karssemeijer, IEEE TMI 30, 2011).
 * On 201 lesions of phantoms, with landmarks as they are found and the default tolerance,
 * 98.5 % lie on the arc and 80 % in the strip too (tests/bench/probe-accuracy): the arc is
 * the surer of the two.
 *
 * Places are in the pixels of the views, which are of one scale.  Any thread. */
#define DIP_PROBE_TOLERANCE_MM 10.0

/* Of the picture's width where the spacing of its pixels is not known: a picture is taken
 * to be 200 mm wide. */
#define DIP_PROBE_WIDTH_MM 200.0

/* A place as it is told from one view; NaN for what cannot be told. */
typedef struct
{
  double distance; /* r, pixels */
  double depth;    /* t, pixels; negative in front of the nipple */
  double behind;   /* from the place to the foot's level: PNL length − t, pixels */
} DipProbeFigures;

/* All NaN where the nipple is missing; depth and behind where the PNL is. */
void dip_probe_measure (DipProbeFigures *self, const DipFoundView *view, DipPoint at);

typedef struct
{
  DipPoint nipple;    /* N', of the other view */
  double radius;      /* r, pixels */
  double direction_x; /* u' */
  double direction_y;
  double depth;       /* t, pixels */
  double tolerance;   /* τ, pixels */
  gboolean has_strip; /* FALSE where either view has no PNL: only the arc holds */
} DipProbe;

/* τ in pixels of a picture that is @width wide: @tolerance_mm by its spacing, or, where
 * @spacing_mm is 0, as if it were DIP_PROBE_WIDTH_MM wide. */
double dip_probe_get_tolerance (double tolerance_mm, double spacing_mm, guint width);

/* FALSE where a nipple is missing. */
gboolean dip_probe_set (DipProbe *self,
                        const DipFoundView *here,
                        DipPoint at,
                        const DipFoundView *other,
                        double tolerance);

/* Whether a place of the other view lies in the arc, in the strip (TRUE without one). */
gboolean dip_probe_is_on_arc (const DipProbe *self, DipPoint at);
gboolean dip_probe_is_in_strip (const DipProbe *self, DipPoint at);

/* The two places where arc and strip cross at their middle, the one that is further up
 * first; FALSE without a strip or where they do not meet (the depth is larger than the
 * distance by what the views disagree). */
gboolean dip_probe_get_crossings (const DipProbe *self, DipPoint crossings[2]);

G_END_DECLS
