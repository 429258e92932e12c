#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* Laying one view's outline over the other's by a similarity: turned, scaled, shifted.
 *
 *   x' = a x − b y + c,   y' = b x + a y + d      scale √(a² + b²), angle atan2 (b, a)
 *
 * Any thread. */
typedef struct
{
  double a, b, c, d; /* c, d in pixels */
} DipSimilarity;

#define DIP_SIMILARITY_NONE ((DipSimilarity){ 1.0, 0.0, 0.0, 0.0 })

double dip_similarity_get_scale (const DipSimilarity *self);
double dip_similarity_get_angle (const DipSimilarity *self); /* degrees, y downwards */
void dip_similarity_apply (const DipSimilarity *self, const double in[2], double out[2]);

/* @self's way back; of a scale above 0. */
DipSimilarity dip_similarity_invert (const DipSimilarity *self);

/* A part of the way from nothing (@amount 0) to @self (1): the angle and the logarithm of
 * the scale in proportion, @pivot (x, y) going straight to where @self takes it.  The
 * pivot is a point that both views have, as a rule the nipple. */
DipSimilarity dip_similarity_scale_amount (const DipSimilarity *self,
                                           double amount,
                                           const double pivot[2]);

/* The least squares similarity that takes @from onto @to: minimises
 * Σ w |S (from) − to|² (Umeyama, IEEE PAMI 13, 1991; in the plane, without mirrors, a
 * ratio of complex sums).  @weights NULL: all 1.  FALSE with @self untouched where
 * fewer than 2 points differ. */
gboolean dip_similarity_fit (DipSimilarity *self,
                             const double (*from)[2],
                             const double (*to)[2],
                             const double *weights,
                             guint n_points);

/* @picture as it lies after @self, in its own frame: linear interpolation, black where
 * nothing comes from. */
DipPicture *dip_similarity_warp (const DipSimilarity *self, const DipPicture *picture);
DipMask *dip_similarity_warp_mask (const DipSimilarity *self, const DipMask *mask);

typedef struct
{
  DipSimilarity similarity; /* takes MLO to CC */
  double residual;          /* pixels: see below, under `similarity` */
  double residual_before;   /* the same without it */
  double iou;               /* of the CC's mask and the moved MLO's */
  guint n_iterations;
} DipRegistration;

/* Told now and then while a registration is computed, by the thread that does it: the share
 * that is done, 0 … 1.  FALSE gives up. */
typedef gboolean (*DipRegistrationWatch) (double done, gpointer user_data);

/* Registers the MLO to the CC by their outlines and by points known in both.
 *
 * Outlines are sampled at 192 points each, without those on the picture's edge, which
 * are the film's and not the breast's.  Iterative closest points (Besl, McKay, IEEE
 * PAMI 14, 1992), in both directions, at most 40 turns, from the fit of the points (of
 * less than two: from the nipple, or from nothing); every known point weighs a tenth of
 * an outline.  Scale is held in [0.5, 2], angle in [−60°, 60°].
 *
 * The residual is the root mean square of the distances from each sampled point of one
 * outline to the nearest of the other, both ways, in pixels.
 *
 * FALSE, with residuals NaN and no similarity, where a mask is empty, an outline lies
 * wholly on the edge, or @watch (which may be NULL) gave up. */
gboolean dip_registration_compute (DipRegistration *self,
                                   const DipMask *cc,
                                   const DipMask *mlo,
                                   const double (*cc_points)[2],
                                   const double (*mlo_points)[2],
                                   guint n_points,
                                   DipRegistrationWatch watch,
                                   gpointer user_data);

G_END_DECLS
