#include "model/pair/figures.h"

#include "model/pair/brightness.h"
#include "model/pair/overlap.h"
#include "model/pair/profile.h"
#include "model/pair/statistics.h"

#include <math.h>

#define PROFILE_SHARE 0.02 /* of the width, from the nipple to the air */

void
dip_found_view_get_pnl (const DipFoundView *self, DipPnl *pnl)
{
  const DipLandmarks *landmarks = &self->breast->landmarks;

  dip_pnl_set_none (pnl);
  if (!landmarks->nipple.is_found)
    return;
  if (landmarks->view == DIP_VIEW_POSITION_CC)
    dip_pnl_set_cc (pnl, landmarks->nipple.at);
  else if (landmarks->pectoral.is_found)
    dip_pnl_set_mlo (pnl, landmarks->nipple.at, &landmarks->pectoral.line,
                     self->picture->width, self->picture->height);
}

gboolean
dip_breasts_register (const DipBreast *cc,
                      const DipBreast *mlo,
                      DipRegistration *registration,
                      DipRegistrationWatch watch,
                      gpointer user_data)
{
  static const DipLandmarkId ids[] = { DIP_LANDMARK_NIPPLE, DIP_LANDMARK_INFERIOR };
  double cc_points[G_N_ELEMENTS (ids)][2], mlo_points[G_N_ELEMENTS (ids)][2];
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const DipLandmark *a = dip_landmarks_peek (&cc->landmarks, ids[i]);
      const DipLandmark *b = dip_landmarks_peek (&mlo->landmarks, ids[i]);

      if (!a->is_found || !b->is_found)
        continue;
      cc_points[n][0] = a->at.x;
      cc_points[n][1] = a->at.y;
      mlo_points[n][0] = b->at.x;
      mlo_points[n][1] = b->at.y;
      n++;
    }

  return dip_registration_compute (registration, cc->mask, mlo->mask, cc_points,
                                   mlo_points, n, watch, user_data);
}

gboolean
dip_found_views_register (const DipFoundView *cc,
                          const DipFoundView *mlo,
                          DipRegistration *registration)
{
  return dip_breasts_register (cc->breast, mlo->breast, registration, NULL, NULL);
}

DipPicture *
dip_third_heat_map (DipThird encoding,
                    const DipPicture *cc,
                    const DipPicture *mlo,
                    const DipPicture *third)
{
  DipPicture *map = dip_third_make (encoding, cc, mlo);

  for (gsize i = 0; i < (gsize) map->width * map->height; i++)
    map->values[i] = fabsf (third->values[i] - map->values[i]);

  return map;
}

/* Whether air is within reach of the nipple. */
static double
is_in_profile (const DipFoundView *view)
{
  const DipLandmark *nipple = &view->breast->landmarks.nipple;
  const DipMask *mask = view->breast->mask;
  const double reach = MAX (1.0, PROFILE_SHARE * mask->width);

  if (!nipple->is_found)
    return NAN;
  for (guint y = 0; y < mask->height; y++)
    if (fabs (y - nipple->at.y) <= reach)
      for (guint x = 0; x < mask->width; x++)
        if (!mask->values[(gsize) y * mask->width + x] &&
            hypot (x - nipple->at.x, y - nipple->at.y) <= reach)
          return 1.0;

  return 0.0;
}

static double
density_without_muscle (const DipFoundView *view)
{
  g_autoptr (DipMask) mask = dip_mask_copy (view->breast->mask);

  if (view->breast->landmarks.pectoral.is_found)
    dip_mask_cut_pectoral (mask, &view->breast->landmarks.pectoral.line);

  return dip_percent_density (view->picture, mask);
}

static double
area_of (const DipFoundView *view)
{
  return view->breast->reason == DIP_BREAST_FOUND
             ? (double) dip_mask_count (view->breast->mask)
             : (double) NAN;
}

static double
share_of (const DipFoundView *view, double area)
{
  return area / ((double) view->picture->width * view->picture->height);
}

static void
compute_pnl (DipPairFigures *self,
             const DipFoundView *cc,
             const DipFoundView *mlo,
             double spacing_mm)
{
  const DipLandmarkLine *pectoral = &mlo->breast->landmarks.pectoral;
  DipPnl pnl;

  dip_found_view_get_pnl (mlo, &pnl);
  self->mlo_pnl = pnl.length;
  if (!isnan (pnl.length))
    {
      self->mlo_pnl_cut = pnl.is_cut;
      self->pectoral_reaches_pnl = dip_pnl_is_reached (&pnl);
    }
  if (pectoral->is_found)
    self->pectoral_angle = dip_line_angle (&pectoral->line);
  dip_found_view_get_pnl (cc, &pnl);
  if (self->mlo_pnl > 0.0)
    self->pnl_ratio = pnl.length / self->mlo_pnl;
  if (spacing_mm > 0.0)
    self->pnl_difference_mm = spacing_mm * fabs (pnl.length - self->mlo_pnl);
  if (!isnan (self->pnl_difference_mm))
    self->pnl_within_10_mm = self->pnl_difference_mm <= DIP_PNL_TOLERANCE_MM;
}

static void
compute_alignment (DipPairFigures *self, const DipFoundView *cc, const DipFoundView *mlo)
{
  const DipOverlap overlap = dip_overlap_count (cc->breast->mask, mlo->breast->mask);
  g_autoptr (DipProfile) cc_profile = dip_profile_new (cc->picture, cc->breast->mask);
  g_autoptr (DipProfile) mlo_profile = dip_profile_new (mlo->picture, mlo->breast->mask);

  if (overlap.n_a == 0 || overlap.n_b == 0)
    return;

  self->iou = dip_overlap_get_iou (&overlap);
  self->dice = dip_overlap_get_dice (&overlap);
  self->ap_distance = dip_profile_get_distance (cc_profile, mlo_profile);
  self->ap_correlation = dip_profile_get_correlation (cc_profile, mlo_profile);
}

static void
compute_residual (DipPairFigures *self,
                  const DipFoundView *cc,
                  const DipFoundView *mlo,
                  const DipPicture *third,
                  DipThird encoding)
{
  g_autoptr (DipMask) either = dip_mask_union (cc->breast->mask, mlo->breast->mask);
  const DipPair pair = { cc->picture, mlo->picture, (DipPicture *) third };

  if (dip_mask_count (either) > 0)
    self->third_residual = dip_third_residual (encoding, &pair, either);
}

static void
compute_view (const DipFoundView *view,
              double *brightness,
              double *spread,
              double *slope,
              double *density,
              DipBrightness *histogram)
{
  dip_brightness_measure (histogram, view->picture, view->breast->mask);
  *brightness = histogram->mean;
  *spread = histogram->spread;
  *slope = dip_power_spectrum_slope (view->picture, view->breast->mask);
  *density = density_without_muscle (view);
}

static void
compute_rest (DipPairFigures *self, const DipFoundView *cc, const DipFoundView *mlo)
{
  DipBrightness cc_histogram, mlo_histogram;
  DipRegistration registration;

  compute_view (cc, &self->cc_brightness, &self->cc_spread, &self->cc_slope,
                &self->cc_density, &cc_histogram);
  if (mlo == NULL)
    return;

  compute_view (mlo, &self->mlo_brightness, &self->mlo_spread, &self->mlo_slope,
                &self->mlo_density, &mlo_histogram);
  self->histogram_distance = dip_brightness_get_distance (&cc_histogram, &mlo_histogram);
  if (!dip_found_views_register (cc, mlo, &registration))
    return;

  self->registration_scale = dip_similarity_get_scale (&registration.similarity);
  self->registration_angle = dip_similarity_get_angle (&registration.similarity);
  self->registration_residual = registration.residual;
  self->registration_iou = registration.iou;
}

void
dip_pair_figures_compute (DipPairFigures *self,
                          const DipFoundView *cc,
                          const DipFoundView *mlo,
                          const DipPicture *third,
                          DipThird encoding,
                          double spacing_mm,
                          DipFiguresAmount amount)
{
  DipPnl pnl;

  for (guint i = 0; i < dip_figures_get_count (); i++)
    *(double *) G_STRUCT_MEMBER_P (self, dip_figure_infos[i].offset) = NAN;
  g_return_if_fail (mlo == NULL || (mlo->picture->width == cc->picture->width &&
                                    mlo->picture->height == cc->picture->height));

  self->cc_area = area_of (cc);
  self->cc_area_share = share_of (cc, self->cc_area);
  self->cc_in_profile = is_in_profile (cc);
  dip_found_view_get_pnl (cc, &pnl);
  self->cc_pnl = pnl.length;
  if (mlo != NULL)
    {
      self->mlo_area = area_of (mlo);
      self->mlo_area_share = share_of (mlo, self->mlo_area);
      self->mlo_in_profile = is_in_profile (mlo);
      compute_pnl (self, cc, mlo, spacing_mm);
      compute_alignment (self, cc, mlo);
      if (third != NULL)
        compute_residual (self, cc, mlo, third, encoding);
    }
  if (amount == DIP_FIGURES_ALL)
    compute_rest (self, cc, mlo);
}
