#pragma once

#include <glib-object.h>

#include "model/pair/compose.h"

G_BEGIN_DECLS

/* Enumerations that widgets have properties of.  Their nicks are the strings of the
 * actions that set them: "side-by-side", "recomputed", "left". */

/* What a pane shows of a breast. */
typedef enum
{
  DIP_PANE_CC,
  DIP_PANE_MLO,
  DIP_PANE_THIRD,
} DipPaneRole;
#define DIP_N_PANE_ROLES 3

/* Which breast, for the marker and the side the chest wall is shown on.  Pictures have
 * the chest wall at x = 0; a right breast is shown mirrored, as it hangs on a wall. */
typedef enum
{
  DIP_LATERALITY_LEFT,
  DIP_LATERALITY_RIGHT,
} DipLaterality;

/* How a DipPairView arranges its pictures. */
typedef enum
{
  DIP_LAYOUT_SIDE_BY_SIDE, /* CC, MLO, third; two pairs: two rows */
  DIP_LAYOUT_HANGING,      /* the same, CC mirrored: the chest walls of CC and MLO meet */
  DIP_LAYOUT_WIPE,         /* CC left of a line, MLO right of it; two pairs: one over
                              the other, pane by pane; so the two below */
  DIP_LAYOUT_FLICKER,      /* in turn */
  DIP_LAYOUT_CHECKERBOARD, /* in the squares of a board */
  DIP_LAYOUT_DIFFERENCE,   /* first − second, signed */
} DipLayout;

/* What the third pane shows; the definitions are in model/pair/compose.h. */
typedef enum
{
  DIP_THIRD_PANE_GENERATED,  /* the third channel as it is */
  DIP_THIRD_PANE_RECOMPUTED, /* |CC − MLO| */
  DIP_THIRD_PANE_SIGNED,     /* CC − MLO */
  DIP_THIRD_PANE_RESIDUAL,   /* |third − f (CC, MLO)|, f as the checkpoint declares */
} DipThirdPane;

/* What the primary button does on a picture; toolbox.h. */
typedef enum
{
  DIP_TOOL_NONE, /* pans, drags landmarks and the wipe line */
  DIP_TOOL_BRUSH,
  DIP_TOOL_REGION,
  DIP_TOOL_PROBE,
  DIP_TOOL_DISTANCE,
  DIP_TOOL_ANGLE,
  DIP_TOOL_AREA,
  DIP_TOOL_PROFILE,
} DipTool;
#define DIP_N_TOOLS 8

#define DIP_TYPE_PANE_ROLE (dip_pane_role_get_type ())
#define DIP_TYPE_LATERALITY (dip_laterality_get_type ())
#define DIP_TYPE_LAYOUT (dip_layout_get_type ())
#define DIP_TYPE_THIRD_PANE (dip_third_pane_get_type ())
#define DIP_TYPE_COLOUR_MAP (dip_colour_map_get_type ())
#define DIP_TYPE_TOOL (dip_tool_get_type ())

GType dip_pane_role_get_type (void);
GType dip_laterality_get_type (void);
GType dip_layout_get_type (void);
GType dip_third_pane_get_type (void);
GType dip_colour_map_get_type (void);
GType dip_tool_get_type (void);

G_END_DECLS
