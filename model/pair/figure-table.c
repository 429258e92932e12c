#include "model/pair/figures.h"

#include "model/storage/json.h"

#include <math.h>

/* For translation by app/. */
#define N_(text) text

#define NUMBER(key, title, unit)                                                         \
  {                                                                                      \
#    key, title, unit, FALSE, G_STRUCT_OFFSET(DipPairFigures, key)                       \
  }
#define TRUTH(key, title)                                                                \
  {                                                                                      \
#    key, title, "", TRUE, G_STRUCT_OFFSET(DipPairFigures, key)                          \
  }

const DipFigureInfo dip_figure_infos[] = {
  NUMBER (iou, N_ ("IoU of the masks"), ""),
  NUMBER (dice, N_ ("Dice of the masks"), ""),
  NUMBER (cc_pnl, N_ ("PNL, CC"), "px"),
  NUMBER (mlo_pnl, N_ ("PNL, MLO"), "px"),
  NUMBER (pnl_ratio, N_ ("PNL ratio, CC / MLO"), ""),
  NUMBER (pnl_difference_mm, N_ ("PNL difference"), "mm"),
  TRUTH (pnl_within_10_mm, N_ ("PNLs agree within 10 mm")),
  TRUTH (mlo_pnl_cut, N_ ("PNL cut by the edge, MLO")),
  NUMBER (pectoral_angle, N_ ("Pectoral angle"), "°"),
  TRUTH (pectoral_reaches_pnl, N_ ("Pectoral muscle reaches the PNL")),
  TRUTH (cc_in_profile, N_ ("Nipple in profile, CC")),
  TRUTH (mlo_in_profile, N_ ("Nipple in profile, MLO")),
  NUMBER (ap_distance, N_ ("AP profile distance"), ""),
  NUMBER (ap_correlation, N_ ("AP profile correlation"), ""),
  NUMBER (third_residual, N_ ("Third channel residual R"), ""),
  NUMBER (registration_residual, N_ ("Registration residual"), "px"),
  NUMBER (registration_iou, N_ ("IoU after registration"), ""),
  NUMBER (registration_scale, N_ ("Registration scale"), ""),
  NUMBER (registration_angle, N_ ("Registration angle"), "°"),
  NUMBER (cc_area, N_ ("Breast area, CC"), "px"),
  NUMBER (mlo_area, N_ ("Breast area, MLO"), "px"),
  NUMBER (cc_area_share, N_ ("Share of the picture, CC"), ""),
  NUMBER (mlo_area_share, N_ ("Share of the picture, MLO"), ""),
  NUMBER (cc_brightness, N_ ("Brightness, CC"), ""),
  NUMBER (mlo_brightness, N_ ("Brightness, MLO"), ""),
  NUMBER (cc_spread, N_ ("Spread of brightness, CC"), ""),
  NUMBER (mlo_spread, N_ ("Spread of brightness, MLO"), ""),
  NUMBER (histogram_distance, N_ ("Histogram distance"), ""),
  NUMBER (cc_slope, N_ ("Power-spectrum slope, CC"), ""),
  NUMBER (mlo_slope, N_ ("Power-spectrum slope, MLO"), ""),
  NUMBER (cc_density, N_ ("Percent density, CC"), "%"),
  NUMBER (mlo_density, N_ ("Percent density, MLO"), "%"),
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

char *
dip_figure_info_format (const DipFigureInfo *self, double value)
{
  if (isnan (value))
    return g_strdup ("–");

  return g_strdup_printf (fabs (value) >= 1000.0 ? "%.0f%s%s" : "%.4g%s%s", value,
                          self->unit[0] != '\0' ? " " : "", self->unit);
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
