#pragma once

#include "app/view/anatomy-overlay.h"

G_BEGIN_DECLS

#define DIP_TYPE_PROFILE_OVERLAY (dip_profile_overlay_get_type ())

G_DECLARE_FINAL_TYPE (DipProfileOverlay,
                      dip_profile_overlay,
                      DIP,
                      PROFILE_OVERLAY,
                      GObject)

/* The anterior-posterior profiles of both views (model/pair/profile.h) along the lower
 * edge of the panes: a pane's own filled, the other's ghosted, each column under the
 * column of the picture it sums, whatever zoom and flip.  Both curves are of one scale.
 *
 * Properties:
 *   visible  boolean (FALSE)
 *
 * Main thread. */
DipProfileOverlay *dip_profile_overlay_new (DipAnatomyOverlay *anatomy);

/* Height of the band over its base line, which lies so far above the pane's lower edge:
 * logical pixels. */
#define DIP_PROFILE_BAND_HEIGHT 72.0
#define DIP_PROFILE_BAND_BASE 64.0

G_END_DECLS
