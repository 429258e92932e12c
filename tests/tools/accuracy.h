#pragma once

#include "model/pair/breast.h"
#include "model/phantom/phantom.h"

G_BEGIN_DECLS

/* How far the finder is from the truth of one phantom. */
typedef struct
{
  double iou[2];         /* of the breast masks, CC and MLO (pectoral muscle in) */
  double nipple[2];      /* of the picture's width */
  double angle;          /* of the pectoral line, degrees; 90 if none was found */
  double pnl_ratio;      /* |found / true − 1| of PNL_CC / PNL_MLO; 1 if none */
  double pectoral_iou;   /* of the breast without the muscle */
  double n_label_pixels; /* of burnt-in letters, inside the masks */
  gboolean is_wrong_way; /* side or grey of a view were taken for the other */
} DipAccuracy;

/* Finds both views of a phantom after dip_degrade() with @what. */
void dip_accuracy_measure (const DipPhantom *phantom,
                           guint what,
                           guint32 seed,
                           const DipMaskRecipe *recipe,
                           DipAccuracy *accuracy);

/* The value that a share of n values lies at or below; sorts them. */
double dip_accuracy_quantile (double *values, guint n, double share);

G_END_DECLS
