#pragma once

#include "model/pair/png.h"

G_BEGIN_DECLS

/* A pixel's width in millimetres, and who says so. */
typedef enum
{
  DIP_SPACING_UNKNOWN,
  DIP_SPACING_OPTION,   /* --spacing */
  DIP_SPACING_DECLARED, /* pixel_spacing_mm of the file's own JSON */
  DIP_SPACING_PHYS,     /* the PNG's pHYs */
  DIP_SPACING_TWO,      /* the views' files say two different ones, or one says none */
} DipSpacingOrigin;

typedef struct
{
  double mm; /* above 0; 0 of UNKNOWN and TWO */
  DipSpacingOrigin origin;
} DipMeasureSpacing;

#define DIP_MAX_SPACING_MM 100.0

/* "option", "declared", "phys"; NULL where there is none; static. */
const char *dip_spacing_origin_get_name (DipSpacingOrigin origin);

/* For people: "by --spacing", …; static. */
const char *dip_spacing_origin_get_text (DipSpacingOrigin origin);

/* What a file says: what it declares counts before its pHYs.  @declared_mm: 0 where it
 * declares none. */
DipMeasureSpacing dip_measure_spacing_of_png (const DipPng *png, double declared_mm);

/* Of a pair of files: millimetres mean something only where both views have the same, to
 * one part in a hundred. */
DipMeasureSpacing dip_measure_spacing_agree (DipMeasureSpacing cc, DipMeasureSpacing mlo);

G_END_DECLS
