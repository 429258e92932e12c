#pragma once

#include "app/view/overlay.h"
#include "model/pair/found-view.h"
#include "model/pair/registration.h"
#include "model/pair/mask-edits.h"

G_BEGIN_DECLS

#define DIP_TYPE_ANATOMY_OVERLAY (dip_anatomy_overlay_get_type ())

G_DECLARE_FINAL_TYPE (DipAnatomyOverlay,
                      dip_anatomy_overlay,
                      DIP,
                      ANATOMY_OVERLAY,
                      GObject)

/* The breast as it was found, over CC and MLO: the mask (fill or hatch, and outline),
 * landmarks with handles to drag, the pectoral line, the PNL with its length.
 *
 * Properties:
 *   visible   boolean (FALSE): everything
 *   hatched   boolean (FALSE): the mask is hatched instead of filled
 *   opacity   double (0.18), 0 … 1: of the fill
 *   needed    boolean, read only: visible, or somebody needs the views
 *
 * ::dragged  (DipViewPosition as int) a landmark was let go: its place is in the
 *            landmarks that were given, by hand from now on
 *
 * Main thread. */
DipAnatomyOverlay *dip_anatomy_overlay_new (void);

/* Takes both over, NULL for none; in the pixels of the pictures that are shown.
 * @spacing_mm: 0 where it is not known, and lengths are in pixels. */
void dip_anatomy_overlay_take_views (DipAnatomyOverlay *self,
                                     DipFoundView *cc,
                                     DipFoundView *mlo,
                                     double spacing_mm);

/* Corrections of a mask by hand, over the one that was found, which is kept: stamps from
 * number @first on, those before are in force (0: begin with what was found).  They stay for
 * the next views.  @is_rough: the outline may wait on a large picture. */
void dip_anatomy_overlay_edit (DipAnatomyOverlay *self,
                               DipViewPosition view,
                               const DipMaskEdits *edits,
                               guint first,
                               gboolean is_rough);

/* A copy of the corrections, or NULL. */
DipMaskEdits *dip_anatomy_overlay_copy_edits (DipAnatomyOverlay *self,
                                              DipViewPosition view);

/* Landmarks that are where a person put them, in these views and in the next ones (NULL:
 * none); those that were dragged since are among them. */
void dip_anatomy_overlay_set_by_hand (DipAnatomyOverlay *self,
                                      DipViewPosition view,
                                      const DipLandmarks *by_hand);
const DipLandmarks *dip_anatomy_overlay_get_by_hand (DipAnatomyOverlay *self,
                                                     DipViewPosition view);

/* Landmarks follow a corrected mask (breast.h): at once, but of a picture of more than so
 * many pixels when another thread has found them, which take_landmarks() brings. */
#define DIP_ANATOMY_AT_ONCE (512 * 512)
void dip_anatomy_overlay_take_landmarks (DipAnatomyOverlay *self,
                                         DipViewPosition view,
                                         const DipLandmarks *landmarks);
gboolean dip_anatomy_overlay_is_large (DipAnatomyOverlay *self);

/* What is drawn; borrowed, NULL for none. */
DipFoundView *dip_anatomy_overlay_get_view (DipAnatomyOverlay *self,
                                            DipViewPosition view);

gboolean dip_anatomy_overlay_is_dragging (DipAnatomyOverlay *self);

/* The MLO's outline as it lies over the CC after @similarity, dashed, in the CC's pane; NULL
 * for none. */
void dip_anatomy_overlay_set_registered (DipAnatomyOverlay *self,
                                         const DipSimilarity *similarity);

double dip_anatomy_overlay_get_spacing (DipAnatomyOverlay *self);

/* Who needs the views although this overlay may be hidden. */
typedef enum
{
  DIP_ANATOMY_FOR_PROBE = 1 << 0,
  DIP_ANATOMY_FOR_PROFILES = 1 << 1,
  DIP_ANATOMY_FOR_REGISTRATION = 1 << 2,
} DipAnatomyNeed;

void dip_anatomy_overlay_set_need (DipAnatomyOverlay *self,
                                   DipAnatomyNeed need,
                                   gboolean is_needed);

G_END_DECLS
