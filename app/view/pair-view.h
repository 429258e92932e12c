#pragma once

#include "app/view/display.h"
#include "app/view/pane.h"
#include "app/view/toolbox.h"
#include "model/pair/registration.h"

G_BEGIN_DECLS

#define DIP_TYPE_PAIR_VIEW (dip_pair_view_get_type ())

G_DECLARE_FINAL_TYPE (DipPairView, dip_pair_view, DIP, PAIR_VIEW, GtkWidget)

/* CC, MLO and third channel of a pair, or of two pairs that are compared.
 *
 * How they are shown is the display's (layout, third pane, laterality, …), the viewport's
 * (zoom, pan, flip, smooth) and the levels' (window, inversion): objects with properties
 * to bind to.  The signed difference and the residual have levels of their own.
 *
 * Commands are actions of dip_pair_view_get_actions(), which the view has inserted under
 * the name "view" and which a window may insert too, for its menus:
 *   layout, third-pane, colour-map, laterality  strings, the nicks of enums.h
 *   linked, crosshair, annotations, smooth, invert, flip-h, flip-v  switches
 *   tool  a nick of toolbox.h; take-tool (s) puts the tool down that is in hand
 *   use, draw ((dd), picture pixels): the tool in hand at the crosshair, by keyboard
 *   registration (d), register: none or full, register-more, register-less
 *   next-handle, previous-handle: points at it, for draw to drag
 *   smaller, larger: of the tool in hand; without a size, the wipe line moves
 *   preset (uint)  maximise (a switch of one pane)  reset  fit  one-to-one  zoom-in
 *   zoom-out  pan ((dd), logical pixels)  point ((dd), moves the crosshair by picture
 *   pixels)  next-view  previous-view
 *   layout-side-by-side etc. are menus' "view.layout::side-by-side"
 *
 * Keys, wherever the focus is in the widget given to dip_pair_view_add_shortcuts():
 *   wheel + −  zoom at the pointer     =  fit              Ctrl+0  one to one
 *   Shift+arrows, middle drag  pan     right drag  window  1 … 5   presets
 *   Space  reset    I  invert          H, V  flip          K       crosshair
 *   Alt+arrows  move the crosshair                         Y       link
 *   S  wipe         F2 … F7  layouts   Right, Left         next, previous view
 *   Return, F  maximise and back       N  nearest or smooth
 *   U  use the tool at the crosshair       Shift+Alt+arrows  drag it
 *   [ ], Control and wheel  smaller, larger
 *   . ,  next, previous handle, which Shift+Alt and Shift+Control+arrows then drag, the
 *        latter by single pixels
 *   E  register the MLO    Control+[ ]  less, more
 *   G, P, R, …  tools, toolbox.h
 *   T  what the third pane shows       L  laterality       A       annotations
 *
 * ::taken follows dip_pair_view_take_pair(): the pictures are other ones.
 */
GtkWidget *dip_pair_view_new (void);

/* What is said about a pair beside its pixels. */
typedef struct
{
  DipThird encoding;     /* what its third channel should be */
  gboolean is_synthetic; /* generated: the badge is shown, and no setting hides it */
  guint step;            /* of a denoising run, from 1; 0 for none */
  guint n_steps;
  double timestep;
  double spacing_mm; /* of its pixels; 0 where none is declared */
  const char *third_title; /* of a third channel that is something else; static; or NULL */
  const char *note;  /* a line more ("Seed 42", "predicted x₀"), or NULL; copied */
} DipPairInfo;

/* Takes @pair (NULL: nothing is shown) as the first or, @index 1, as the one that is
 * compared to it.  @info may be NULL with it.  Pictures of one pair are of one size. */
void dip_pair_view_take_pair (DipPairView *self,
                              guint index,
                              DipPair *pair,
                              const DipPairInfo *info);

/* Borrowed, until the next is taken; NULL if there is none. */
const DipPair *dip_pair_view_get_pair (DipPairView *self, guint index);

/* What a pane shows where nothing is blended; borrowed likewise. */
const DipPicture *
dip_pair_view_get_picture (DipPairView *self, guint index, DipPaneRole role);

/* The width of its pixels in millimetres; 0 where it is not declared. */
double dip_pair_view_get_spacing (DipPairView *self, guint index);

DipDisplay *dip_pair_view_get_display (DipPairView *self);

/* How the first pair's MLO is laid over its CC (model/pair/registration.h), by the part
 * that the display's registration says: in the layouts that show both at one place, and
 * in differences.  @pivot: (x, y) of a point of the MLO that goes straight, as a rule the
 * nipple.  @similarity NULL: not known, nothing is moved.  An MLO of more than 512 x 512
 * pixels is moved on a thread and shown when that is done. */
void dip_pair_view_set_registration (DipPairView *self,
                                     const DipSimilarity *similarity,
                                     const double pivot[2]);

/* Which tool is in hand. */
DipToolbox *dip_pair_view_get_toolbox (DipPairView *self);

/* Of the linked panes. */
DipViewport *dip_pair_view_get_viewport (DipPairView *self);

/* Of the greys, and of the signed difference and the residual in the third pane. */
DipLevels *dip_pair_view_get_levels (DipPairView *self);
DipLevels *dip_pair_view_get_map_levels (DipPairView *self);

/* One of the panes.  Borrowed. */
DipPane *dip_pair_view_get_pane (DipPairView *self, guint index, DipPaneRole role);

/* The pane that the keys work on: it has the focus, or had it last. */
DipPane *dip_pair_view_get_current_pane (DipPairView *self);

/* Added to all panes, above those that are there. */
void dip_pair_view_add_overlay (DipPairView *self, DipOverlay *overlay);
void dip_pair_view_remove_overlay (DipPairView *self, DipOverlay *overlay);

/* Borrowed; valid for the view's life. */
GActionGroup *dip_pair_view_get_actions (DipPairView *self);

/* The keys above while the focus is in @widget, an ancestor.  The view has them itself. */
void dip_pair_view_add_shortcuts (DipPairView *self, GtkWidget *widget);

/* Draws what is shown, panes in their places, with annotations and badges, as large as on
 * the screen times @scale; *width and *height are its size in logical pixels, which are
 * @cr's unit.  @cr NULL only asks for the size.  For files: PNG by an image surface scaled
 * by @scale, PDF by a PDF surface, where text and overlays stay outlines and pictures
 * have @scale pixels a point. */
void dip_pair_view_draw (DipPairView *self,
                         cairo_t *cr,
                         double scale,
                         double *width,
                         double *height);

G_END_DECLS
