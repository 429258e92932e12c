#pragma once

#include <gtk/gtk.h>

#include "app/view/enums.h"

G_BEGIN_DECLS

/* One picture on one pane, as an overlay meets it. */
typedef struct
{
  guint pair;       /* 0, or 1 for the second of two that are compared */
  DipPaneRole role; /* what the pane shows (in a blend: the first picture) */
  guint width;      /* of the picture, picture pixels */
  guint height;
  DipPlacement placement; /* picture pixels to the pane's logical pixels */
  double pixel; /* picture pixels per logical screen pixel: a line of width 1.5 * pixel is
                   1.5 pixels wide on the screen, and so a handle's radius */
  gboolean is_export; /* drawn into a file, not on the screen: leave handles out */
} DipOverlayPlace;

#define DIP_TYPE_OVERLAY (dip_overlay_get_type ())

G_DECLARE_INTERFACE (DipOverlay, dip_overlay, DIP, OVERLAY, GObject)

/* What is drawn, and may be edited, on top of a picture: masks, landmarks, a probe,
 * measures, a brush.  One object is added to a DipPairView (or a DipPane) and is asked by
 * every pane, each with its own place; it draws nothing where it has nothing to say.
 *
 * All coordinates are picture pixels: (0, 0) is the picture's upper left corner, pixel
 * (i, j) covers [i, i + 1) x [j, j + 1).  Flips, zoom and pan are in the placement and in
 * the cairo_t, whose matrix maps picture pixels to the pane.  Because axes may be
 * mirrored, text goes through dip_overlay_show_text().
 *
 * The default of each function does nothing.  Emit ::changed when what draw() draws
 * changes; panes redraw.  Main thread.
 */
struct _DipOverlayInterface
{
  GTypeInterface parent_iface;

  /* Draws, clipped to the pane.  Stroke widths are in picture pixels: multiply by
   * place->pixel for screen pixels. */
  void (*draw) (DipOverlay *self, const DipOverlayPlace *place, cairo_t *cr);

  /* What at (x, y) takes the primary button: a number of the overlay's own, at least 0,
   * or -1 for nothing, when the overlays below and then the pane are asked.  A brush takes
   * every place. */
  int (*hit) (DipOverlay *self, const DipOverlayPlace *place, double x, double y);

  /* The name of the pointer's shape over handle (a CSS cursor name: "grab",
   * "crosshair"), or NULL for the usual. */
  const char *(*get_pointer) (DipOverlay *self, const DipOverlayPlace *place, int handle);

  /* The handle that was hit is dragged: begin at the place of the press, update for every
   * motion, end where it was let go.  cancel: put everything back (Escape, or the drag
   * was taken by another gesture).  @state has Shift and Control.  A click is a begin and
   * an end without an update. */
  void (*drag_begin) (DipOverlay *self,
                      const DipOverlayPlace *place,
                      int handle,
                      double x,
                      double y,
                      GdkModifierType state);
  void (*drag_update) (DipOverlay *self,
                       const DipOverlayPlace *place,
                       int handle,
                       double x,
                       double y,
                       GdkModifierType state);
  void (*drag_end) (DipOverlay *self,
                    const DipOverlayPlace *place,
                    int handle,
                    double x,
                    double y);
  void (*drag_cancel) (DipOverlay *self, const DipOverlayPlace *place, int handle);

  /* The pointer moves over the pane without a button (a brush's outline, a probe), or
   * has left it. */
  void (*hover) (DipOverlay *self, const DipOverlayPlace *place, double x, double y);
  void (*leave) (DipOverlay *self, const DipOverlayPlace *place);

  /* The size of what is in hand (a brush) by so many steps: [ and ], Control and the
   * wheel.  FALSE if there is none: the next overlay is asked. */
  gboolean (*resize) (DipOverlay *self, const DipOverlayPlace *place, double steps);

  /* Takes back the last thing done with the tool in hand, or puts back the last one taken;
   * FALSE if there is none. */
  gboolean (*undo) (DipOverlay *self);
  gboolean (*redo) (DipOverlay *self);

  /* Handles by keyboard: how many there are in this place, a handle's name for assistive
   * technology (owned by the caller), where it is (FALSE: nowhere now, skip it), and a
   * move by (dx, dy) picture pixels. */
  guint (*get_n_handles) (DipOverlay *self, const DipOverlayPlace *place);
  gboolean (*get_handle) (DipOverlay *self,
                          const DipOverlayPlace *place,
                          guint handle,
                          double *x,
                          double *y);
  char *(*describe_handle) (DipOverlay *self, const DipOverlayPlace *place, guint handle);
  void (*move_handle) (DipOverlay *self,
                       const DipOverlayPlace *place,
                       guint handle,
                       double dx,
                       double dy);
};

void dip_overlay_draw (DipOverlay *self, const DipOverlayPlace *place, cairo_t *cr);
int dip_overlay_hit (DipOverlay *self, const DipOverlayPlace *place, double x, double y);
const char *
dip_overlay_get_pointer (DipOverlay *self, const DipOverlayPlace *place, int handle);
void dip_overlay_drag_begin (DipOverlay *self,
                             const DipOverlayPlace *place,
                             int handle,
                             double x,
                             double y,
                             GdkModifierType state);
void dip_overlay_drag_update (DipOverlay *self,
                              const DipOverlayPlace *place,
                              int handle,
                              double x,
                              double y,
                              GdkModifierType state);
void dip_overlay_drag_end (DipOverlay *self,
                           const DipOverlayPlace *place,
                           int handle,
                           double x,
                           double y);
void dip_overlay_drag_cancel (DipOverlay *self, const DipOverlayPlace *place, int handle);
void
dip_overlay_hover (DipOverlay *self, const DipOverlayPlace *place, double x, double y);
void dip_overlay_leave (DipOverlay *self, const DipOverlayPlace *place);
gboolean
dip_overlay_resize (DipOverlay *self, const DipOverlayPlace *place, double steps);
gboolean dip_overlay_undo (DipOverlay *self);
gboolean dip_overlay_redo (DipOverlay *self);
guint dip_overlay_get_n_handles (DipOverlay *self, const DipOverlayPlace *place);
gboolean dip_overlay_get_handle (DipOverlay *self,
                                 const DipOverlayPlace *place,
                                 guint handle,
                                 double *x,
                                 double *y);
char *dip_overlay_describe_handle (DipOverlay *self,
                                   const DipOverlayPlace *place,
                                   guint handle);
void dip_overlay_move_handle (DipOverlay *self,
                              const DipOverlayPlace *place,
                              guint handle,
                              double dx,
                              double dy);

/* Tells the panes to redraw. */
void dip_overlay_changed (DipOverlay *self);

/* For draw(): @text upright and unmirrored beside (x, y), (@dx, @dy) screen pixels away,
 * in the annotations' font with a dark outline, in the source colour of @cr; moved so far
 * that the pane's edge does not cut it. */
void dip_overlay_show_text (const DipOverlayPlace *place,
                            cairo_t *cr,
                            double x,
                            double y,
                            double dx,
                            double dy,
                            const char *text);

G_END_DECLS
