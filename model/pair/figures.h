#pragma once

#include "model/pair/encoding.h"
#include "model/pair/found-view.h"
#include "model/pair/pnl.h"
#include "model/pair/registration.h"

G_BEGIN_DECLS

/* The figures of one pair.  What cannot be had is NaN.  Lengths are in pixels, truths 1
 * or 0.  "Inside" is inside the breast's mask, of which the recipe says whether the
 * pectoral muscle belongs to it; density never counts the muscle. */
typedef struct
{
  /* Of each view. */
  double cc_area, mlo_area;             /* pixels inside */
  double cc_area_share, mlo_area_share; /* of the picture, 0 … 1 */
  double cc_brightness, mlo_brightness; /* brightness.h: mean inside, 0 … 1 */
  double cc_spread, mlo_spread;         /* standard deviation inside */
  double cc_slope, mlo_slope;           /* statistics.h: −slope of the power spectrum */
  double cc_density, mlo_density;       /* brightness.h: percent density */
  double cc_pnl, mlo_pnl;               /* pnl.h: length */
  double mlo_pnl_cut;                   /* truth: the picture's edge cuts the PNL */
  double cc_in_profile, mlo_in_profile; /* truth: the nipple lies on the skin line, that
                                         * is within 2 % of the width of air */
  double pectoral_angle;                /* to the vertical, degrees */
  double pectoral_reaches_pnl;          /* truth: pnl.h */

  /* Of the two together, in one frame. */
  double iou, dice;          /* overlap.h */
  double pnl_ratio;          /* PNL_CC / PNL_MLO */
  double pnl_difference_mm;  /* |PNL_CC − PNL_MLO|, where the spacing is known */
  double pnl_within_10_mm;   /* truth: the rule of pnl.h */
  double ap_distance;        /* profile.h, 0 … 1 */
  double ap_correlation;     /* profile.h, −1 … 1 */
  double third_residual;     /* R = mean |third − f (CC, MLO)| over the union of both
                              * masks, statistics.h */
  double histogram_distance; /* brightness.h, between the views, 0 … 1 */

  /* Registration of the MLO to the CC by outlines, nipple and skin line's ends:
   * registration.h. */
  double registration_scale;
  double registration_angle;    /* degrees */
  double registration_residual; /* pixels */
  double registration_iou;
} DipPairFigures;

/* What the figures do when the pictures are changed in ways that are not the breast's, as
 * tests/phantom/test-invariance.c holds: = the same; × by the factor of scale, × ² by its
 * square; g by the gain; o gain and offset; w, t less as the picture is wider, taller; ~ no
 * claim.
 *
 *   mirrored: both views or one, with DIP_FLIP_AUTO (laterality); scaled: both axes by one
 *   factor, spacing by its inverse; inverted grey; gain; offset; wider, taller: black on
 *   the nipple's side, above and below
 *
 *                              mirrored scaled inverted gain offset wider taller
 *   IoU, Dice, PNL ratio           =      =       =      =     =      =     =
 *   PNL                            =      ×       =      =     =      =     =
 *   PNL in mm, all truths          =      =       =      =     =      =     =
 *   pectoral angle, density        =      =       =      =     =      =     =
 *   area                           =      × ²     =      =     =      =     =
 *   area share                     =      =       =      =     =      w     t
 *   AP distance                    =      =       =      =     ~      w     =
 *   AP correlation                 =      =       =      =     ~      ~     =
 *   R, spread, histogram distance  =      =       =      g     =      =     =
 *   brightness                     =      =       =      g     o      =     =
 *   slope                          =      ~       =      =     =      =     =
 *   registration: residual         =      ×       =      =     =      =     ~
 *   its IoU, scale, angle          =      =       =      =     =      =     ~
 *
 * Nothing but a mirrored, inverted, dimmed or hazy picture gives the same digits: where
 * pixels change, landmarks move by parts of one, and registration may settle 7° and 9 % of
 * scale away.  Taller is a film whose axilla ends in a straight edge that registration
 * takes for skin; enlarging adds no detail, so the spectrum falls faster; an offset adds
 * to each column by its height. */

typedef enum
{
  /* Areas, IoU, Dice, PNL, pectoral, profile, R: what each denoising step is measured
   * by.  `bench-figures` times it, beside what finding the breasts takes. */
  DIP_FIGURES_LIVE,
  DIP_FIGURES_ALL,
} DipFiguresAmount;

/* @cc and @mlo in one frame; @mlo may be NULL.  @third: the third channel and its
 * encoding; NULL: no R.  @spacing_mm: a pixel's width, 0 where it is not known.  Any
 * thread. */
void dip_pair_figures_compute (DipPairFigures *self,
                               const DipFoundView *cc,
                               const DipFoundView *mlo,
                               const DipPicture *third,
                               DipThird encoding,
                               double spacing_mm,
                               DipFiguresAmount amount);

/* The lines behind the figures; length NaN where there is none. */
void dip_found_view_get_pnl (const DipFoundView *self, DipPnl *pnl);
gboolean dip_found_views_register (const DipFoundView *cc,
                                   const DipFoundView *mlo,
                                   DipRegistration *registration);

/* The same of the breasts alone; @watch as in registration.h, or NULL. */
gboolean dip_breasts_register (const DipBreast *cc,
                               const DipBreast *mlo,
                               DipRegistration *registration,
                               DipRegistrationWatch watch,
                               gpointer user_data);

/* |third − f (CC, MLO)| of each pixel: where the third channel is not obeyed. */
DipPicture *dip_third_heat_map (DipThird encoding,
                                const DipPicture *cc,
                                const DipPicture *mlo,
                                const DipPicture *third);

/* The figures as a table, for reports, alignment first. */
typedef struct
{
  const char *key;   /* as in the struct */
  const char *title; /* for people, in English */
  const char *unit;  /* "px", "°", "%", "mm"; "" for none */
  gboolean is_truth;
  gsize offset;
} DipFigureInfo;

extern const DipFigureInfo dip_figure_infos[];
guint dip_figures_get_count (void);
double dip_pair_figures_get (const DipPairFigures *self, guint index);

/* "0.7312", "52.5 px", of a large area "23810 px"; "–" for NaN; truths 1 or 0.  g_free(). */
char *dip_figure_info_format (const DipFigureInfo *self, double value);

/* {"cc_area": 12345.0, …, "mlo_pnl_cut": false, …}; null for NaN.  The caller owns
 * it. */
json_t *dip_pair_figures_to_json (const DipPairFigures *self);

G_END_DECLS
