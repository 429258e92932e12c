#pragma once

#include "app/view/pane.h"

G_BEGIN_DECLS

/* What decides the composed pixels; compared as bytes, so it is zeroed before. */
typedef struct
{
  int width, height; /* device pixels */
  DipPlacement placement;
  DipShade shade;
  DipBlend blend;
  double blend_at;
  gboolean is_smooth;
  guint serial; /* of the pictures */
} DipPaneRecipe;

struct _DipPane
{
  GtkWidget parent_instance;

  DipPaneRole role;
  DipViewport *viewport;
  DipLevels *levels;
  DipColourMap colour_map;
  gboolean mirrored;
  gboolean crosshair;
  gboolean annotations;
  gboolean synthetic;

  const DipPicture *pictures[2]; /* borrowed */
  guint serial;                  /* a new number for new pictures */
  DipPicture *reduced[2];        /* pictures shown smaller than they are */
  guint reduction;               /* by so many, 1 for not */
  guint reduced_serial;
  DipBlend blend;
  double blend_at;

  char *marker, *title, *caption;
  double legend_scale, legend_shift;

  guint pair;
  GPtrArray *overlays; /* of DipOverlay, the lowest first */

  GdkTexture *texture; /* composed by the recipe */
  DipPaneRecipe recipe;

  /* Hands. */
  double pointer_x, pointer_y; /* logical pixels */
  gboolean is_pointed_at;
  DipOverlay *dragged; /* takes the primary button, or NULL */
  int handle;
  gboolean is_wiping;
  double press_x, press_y; /* where the primary button was pressed */
  DipOverlay *chosen;      /* has the handle that the keyboard points at, or NULL */
  guint chosen_handle;
  double drag_x, drag_y;            /* where panning or windowing has come to */
  double start_centre, start_width; /* of the window */
};

/* pane-draw.c */

/* Fills @canvas, of the recipe's size. */
void
dip_pane_compose (DipPane *self, const DipPaneRecipe *recipe, const DipCanvas *canvas);
void dip_pane_make_recipe (DipPane *self,
                           double width,
                           double height,
                           double scale,
                           DipPaneRecipe *recipe);
DipOverlayPlace
dip_pane_make_place (DipPane *self, const DipPlacement *placement, gboolean is_export);

/* Overlays, crosshair and wipe line; corners, badge and legend. */
void dip_pane_draw_overlays (DipPane *self,
                             cairo_t *cr,
                             double width,
                             double height,
                             gboolean is_export);
gboolean dip_pane_has_overlays (DipPane *self);
void dip_pane_draw_annotations (DipPane *self, cairo_t *cr, double width, double height);

/* The value under the cursor, of the picture on top there; FALSE if there is none. */
gboolean dip_pane_get_value (DipPane *self, float *value);

/* pane-handles.c: the keyboard's handle is no more, or is drawn. */
void dip_pane_forget_handle (DipPane *self);
void dip_pane_draw_handle (DipPane *self, const DipOverlayPlace *place, cairo_t *cr);

/* pane-input.c */
void dip_pane_add_controllers (DipPane *self);

G_END_DECLS
