#pragma once

#include "app/view/enums.h"

G_BEGIN_DECLS

#define DIP_TYPE_DISPLAY (dip_display_get_type ())

G_DECLARE_FINAL_TYPE (DipDisplay, dip_display, DIP, DISPLAY, GObject)

/* How a DipPairView shows pairs; made to be bound to settings and actions.
 *
 * Properties, all read and write:
 *   layout       DipLayout
 *   third-pane   DipThirdPane  what the third pane shows
 *   colour-map   DipColourMap  of the residual (cividis at first); the signed difference
 *                              is always diverging, the rest grey
 *   laterality   DipLaterality
 *   maximised    int           a DipPaneRole alone, or −1 (at first) for all
 *   linked       boolean       TRUE at first: panes zoom and pan together
 *   crosshair    boolean
 *   annotations  boolean       TRUE at first
 *   flicker-rate double        changes a second, 0.5 … 10; 2 at first
 *   wipe         double        where the line is, 0 … 1; 0.5 at first
 *   registration double        how far the MLO is laid over the CC, 0 (at first) … 1,
 *                              where both are seen together: dip_pair_view_set_registration()
 *   cell         double        side of the checkerboard's squares, logical pixels, 8 … 256;
 *                              64 at first
 *
 * Main thread.
 */
DipDisplay *dip_display_new (void);

DipLayout dip_display_get_layout (DipDisplay *self);
DipThirdPane dip_display_get_third_pane (DipDisplay *self);
DipColourMap dip_display_get_colour_map (DipDisplay *self);
DipLaterality dip_display_get_laterality (DipDisplay *self);
int dip_display_get_maximised (DipDisplay *self);
gboolean dip_display_get_linked (DipDisplay *self);
gboolean dip_display_get_crosshair (DipDisplay *self);
gboolean dip_display_get_annotations (DipDisplay *self);
double dip_display_get_flicker_rate (DipDisplay *self);
double dip_display_get_wipe (DipDisplay *self);
double dip_display_get_cell (DipDisplay *self);
double dip_display_get_registration (DipDisplay *self);

void dip_display_set_layout (DipDisplay *self, DipLayout layout);
void dip_display_set_third_pane (DipDisplay *self, DipThirdPane third_pane);
void dip_display_set_laterality (DipDisplay *self, DipLaterality laterality);
void dip_display_set_maximised (DipDisplay *self, int role);
void dip_display_set_wipe (DipDisplay *self, double wipe);
void dip_display_set_registration (DipDisplay *self, double registration);

G_END_DECLS
