#pragma once

#include "app/cli/measure-input.h"

G_BEGIN_DECLS

/* What `measure --masks DIR` writes of a pair:
 *
 *   STEM-CC-mask.png, STEM-MLO-mask.png   8-bit grey, 255 inside
 *   STEM-overlay.png                      RGB, CC and MLO side by side: the masks'
 *                                         outlines yellow, labels' dim red, landmarks
 *                                         white crosses, pectoral line blue, PNLs orange
 *
 * Views lie as they were measured, chest wall on the left; the brightest 0.5 % of the
 * breast are white in the overlay.  What the pair's file says of
 * itself and how it came about goes into each, so that synthetic pictures stay marked
 * and others stay unmarked. */
gboolean dip_measure_save_masks (const DipMeasured *measured,
                                 const char *folder,
                                 const char *stem,
                                 GError **error);

G_END_DECLS
