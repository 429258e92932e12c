#include "app/cli/measure-spacing.h"

#include <math.h>

#define AGREES 0.01

const char *
dip_spacing_origin_get_name (DipSpacingOrigin origin)
{
  switch (origin)
    {
    case DIP_SPACING_OPTION:
      return "option";
    case DIP_SPACING_DECLARED:
      return "declared";
    case DIP_SPACING_PHYS:
      return "phys";
    case DIP_SPACING_UNKNOWN:
    case DIP_SPACING_TWO:
    default:
      return NULL;
    }
}

const char *
dip_spacing_origin_get_text (DipSpacingOrigin origin)
{
  switch (origin)
    {
    case DIP_SPACING_OPTION:
      return "by --spacing";
    case DIP_SPACING_DECLARED:
      return "as the file declares";
    case DIP_SPACING_PHYS:
      return "by the PNG's pHYs";
    case DIP_SPACING_TWO:
      return "the two files do not say the same";
    case DIP_SPACING_UNKNOWN:
    default:
      return "not said";
    }
}

DipMeasureSpacing
dip_measure_spacing_of_png (const DipPng *png, double declared_mm)
{
  if (declared_mm > 0.0)
    return (DipMeasureSpacing){ declared_mm, DIP_SPACING_DECLARED };
  if (png->spacing_mm > 0.0 && png->spacing_mm <= DIP_MAX_SPACING_MM)
    return (DipMeasureSpacing){ png->spacing_mm, DIP_SPACING_PHYS };

  return (DipMeasureSpacing){ 0.0, DIP_SPACING_UNKNOWN };
}

DipMeasureSpacing
dip_measure_spacing_agree (DipMeasureSpacing cc, DipMeasureSpacing mlo)
{
  if (fabs (cc.mm - mlo.mm) <= AGREES * cc.mm)
    return cc;

  return (DipMeasureSpacing){ 0.0, DIP_SPACING_TWO };
}
