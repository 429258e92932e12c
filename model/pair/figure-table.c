#include "model/pair/figures.h"

#include "model/storage/json.h"

#include <math.h>

#define NUMBER(key, title, unit)                                                         \
  {                                                                                      \
#    key, title, unit, FALSE, G_STRUCT_OFFSET(DipPairFigures, key)                       \
  }
#define TRUTH(key, title)                                                                \
  {                                                                                      \
#    key, title, "", TRUE, G_STRUCT_OFFSET(DipPairFigures, key)                          \
  }

const DipFigureInfo dip_figure_infos[] = {
  NUMBER (iou, "IoU of the masks", ""),
  NUMBER (dice, "Dice of the masks", ""),
  NUMBER (cc_pnl, "PNL, CC", "px"),
  NUMBER (mlo_pnl, "PNL, MLO", "px"),
  NUMBER (pnl_ratio, "PNL ratio, CC / MLO", ""),
  NUMBER (pnl_difference_mm, "PNL difference", "mm"),
  TRUTH (pnl_within_10_mm, "PNLs agree within 10 mm"),
  TRUTH (mlo_pnl_cut, "PNL cut by the edge, MLO"),
  NUMBER (pectoral_angle, "Pectoral angle", "°"),
  TRUTH (pectoral_reaches_pnl, "Pectoral muscle reaches the PNL"),
  TRUTH (cc_in_profile, "Nipple in profile, CC"),
  TRUTH (mlo_in_profile, "Nipple in profile, MLO"),
  NUMBER (ap_distance, "AP profile distance", ""),
  NUMBER (ap_correlation, "AP profile correlation", ""),
  NUMBER (third_residual, "Third channel residual R", ""),
  NUMBER (registration_residual, "Registration residual", "px"),
  NUMBER (registration_iou, "IoU after registration", ""),
  NUMBER (registration_scale, "Registration scale", ""),
  NUMBER (registration_angle, "Registration angle", "°"),
  NUMBER (cc_area, "Breast area, CC", "px"),
  NUMBER (mlo_area, "Breast area, MLO", "px"),
  NUMBER (cc_area_share, "Share of the picture, CC", ""),
  NUMBER (mlo_area_share, "Share of the picture, MLO", ""),
  NUMBER (cc_brightness, "Brightness, CC", ""),
  NUMBER (mlo_brightness, "Brightness, MLO", ""),
  NUMBER (cc_spread, "Spread of brightness, CC", ""),
  NUMBER (mlo_spread, "Spread of brightness, MLO", ""),
  NUMBER (histogram_distance, "Histogram distance", ""),
  NUMBER (cc_slope, "Power-spectrum slope, CC", ""),
  NUMBER (mlo_slope, "Power-spectrum slope, MLO", ""),
  NUMBER (cc_density, "Percent density, CC", "%"),
  NUMBER (mlo_density, "Percent density, MLO", "%"),
};

guint
dip_figures_get_count (void)
{
  G_STATIC_ASSERT (sizeof (DipPairFigures) ==
                   G_N_ELEMENTS (dip_figure_infos) * sizeof (double));

  return G_N_ELEMENTS (dip_figure_infos);
}

double
dip_pair_figures_get (const DipPairFigures *self, guint index)
{
  g_return_val_if_fail (index < dip_figures_get_count (), NAN);

  return *(const double *) G_STRUCT_MEMBER_P (self, dip_figure_infos[index].offset);
}

json_t *
dip_pair_figures_to_json (const DipPairFigures *self)
{
  json_t *object = json_object ();

  for (guint i = 0; i < dip_figures_get_count (); i++)
    {
      const DipFigureInfo *info = &dip_figure_infos[i];
      const double value = dip_pair_figures_get (self, i);

      if (info->is_truth && !isnan (value))
        dip_json_set_bool (object, info->key, value != 0.0);
      else
        dip_json_set_double (object, info->key, value);
    }

  return object;
}
