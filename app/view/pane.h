#pragma once

#include "app/view/enums.h"
#include "app/view/levels.h"
#include "app/view/overlay.h"
#include "app/view/viewport.h"

G_BEGIN_DECLS

#define DIP_TYPE_PANE (dip_pane_get_type ())

G_DECLARE_FINAL_TYPE (DipPane, dip_pane, DIP, PANE, GtkWidget)

/* One picture, or a blend of two of one size, on black.
 *
 * Properties:
 *   role        DipPaneRole   construct only
 *   viewport    DipViewport   never NULL; a viewport of its own at first
 *   levels      DipLevels     likewise
 *   colour-map  DipColourMap  grey at first
 *   mirrored    boolean       left and right exchanged, on top of the viewport's flip
 *   crosshair   boolean       lines through the viewport's cursor
 *   annotations boolean       TRUE at first: caption, zoom and window in the corners;
 *                             marker and badge are always shown
 *   synthetic   boolean       the SYNTHETIC badge; by whether pictures were generated,
 *                             no user's choice
 *
 * Hands: the wheel zooms at the pointer; the middle button, and the primary one where no
 * overlay and no wipe line takes it, pans; the secondary one changes the window
 * (right: wider; down: darker).  A second click emits ::maximise.
 *
 * Signals: ::maximise; ::wiped (double), the wipe line was dragged to that place in
 * [0, 1] of the width.
 */
GtkWidget *dip_pane_new (DipPaneRole role);

DipPaneRole dip_pane_get_role (DipPane *self);
DipViewport *dip_pane_get_viewport (DipPane *self);
void dip_pane_set_viewport (DipPane *self, DipViewport *viewport);
DipLevels *dip_pane_get_levels (DipPane *self);
void dip_pane_set_levels (DipPane *self, DipLevels *levels);
void dip_pane_set_colour_map (DipPane *self, DipColourMap map);
void dip_pane_set_mirrored (DipPane *self, gboolean mirrored);
void dip_pane_set_crosshair (DipPane *self, gboolean crosshair);
void dip_pane_set_annotations (DipPane *self, gboolean annotations);
void dip_pane_set_synthetic (DipPane *self, gboolean synthetic);

/* Borrowed: keep them until others, or NULL, are set; set them again when their values
 * have changed.  @second is for blends, and may be NULL. */
void
dip_pane_set_pictures (DipPane *self, const DipPicture *first, const DipPicture *second);

/* As dip_compose_pair() takes them, but that a cell is in logical pixels.  Without a
 * second picture the first is shown. */
void dip_pane_set_blend (DipPane *self, DipBlend blend, double at);

/* Upper left: "L-CC", and a line below it; lower left.  NULL for nothing.  Lines end in
 * '\n'. */
void dip_pane_set_texts (DipPane *self,
                         const char *marker,
                         const char *title,
                         const char *caption);

/* A colour bar along the right edge, its ends labelled with values v of the window as
 * @scale * v + @shift; a scale of 0 hides it. */
void dip_pane_set_legend (DipPane *self, double scale, double shift);

/* 0 for the overlays of the first pair, 1 for those of the second. */
void dip_pane_set_pair_index (DipPane *self, guint pair);
void dip_pane_add_overlay (DipPane *self, DipOverlay *overlay);
void dip_pane_remove_overlay (DipPane *self, DipOverlay *overlay);

/* The keyboard points: the viewport's cursor, and what follows the pointer (a brush's
 * ring), at a place of the picture. */
void dip_pane_point (DipPane *self, double x, double y);

/* What the keyboard does with the tool in hand: a click at the cursor of the viewport and,
 * unless both are 0, a drag to (@dx, @dy) picture pixels from there, which takes the cursor
 * along.  FALSE if there is no cursor on the picture, or nothing takes the place. */
gboolean dip_pane_use (DipPane *self, double dx, double dy);

/* Points at the next (@by 1) or previous (−1) handle of the overlays, for dip_pane_use() to
 * drag, and shows its name there until the pointer moves; FALSE if there is none. */
gboolean dip_pane_step_handle (DipPane *self, int by);

/* [ and ]: DipOverlay's resize(); FALSE if no overlay has a size. */
gboolean dip_pane_resize (DipPane *self, double steps);

/* The last thing done with the tool in hand, taken back or put back; FALSE if there is
 * none. */
gboolean dip_pane_undo (DipPane *self, gboolean redo);

/* Where the picture lies on the pane, logical pixels; FALSE while there is none or the
 * pane has no size. */
gboolean dip_pane_get_placement (DipPane *self, DipPlacement *placement);

/* Zooms by a factor about (@x, @y), logical pixels of the pane: what is there stays
 * there. */
void dip_pane_zoom_at (DipPane *self, double factor, double x, double y);

/* The same at the pointer, or in the middle if the pointer is elsewhere. */
void dip_pane_zoom_here (DipPane *self, double factor);
gboolean dip_pane_is_pointed_at (DipPane *self);

/* Moves the picture by so many logical pixels. */
void dip_pane_pan (DipPane *self, double dx, double dy);

/* One picture pixel a device pixel, about the middle. */
void dip_pane_zoom_one_to_one (DipPane *self);

/* Draws all that the pane shows, as if it were of @width x @height logical pixels, the
 * picture at @scale device pixels each; @cr's unit is a logical pixel.  For files. */
void
dip_pane_draw (DipPane *self, cairo_t *cr, double width, double height, double scale);

G_END_DECLS
