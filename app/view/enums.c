#include "app/view/enums.h"

G_DEFINE_ENUM_TYPE (DipPaneRole,
                    dip_pane_role,
                    G_DEFINE_ENUM_VALUE (DIP_PANE_CC, "cc"),
                    G_DEFINE_ENUM_VALUE (DIP_PANE_MLO, "mlo"),
                    G_DEFINE_ENUM_VALUE (DIP_PANE_THIRD, "third"))

G_DEFINE_ENUM_TYPE (DipLaterality,
                    dip_laterality,
                    G_DEFINE_ENUM_VALUE (DIP_LATERALITY_LEFT, "left"),
                    G_DEFINE_ENUM_VALUE (DIP_LATERALITY_RIGHT, "right"))

G_DEFINE_ENUM_TYPE (DipLayout,
                    dip_layout,
                    G_DEFINE_ENUM_VALUE (DIP_LAYOUT_SIDE_BY_SIDE, "side-by-side"),
                    G_DEFINE_ENUM_VALUE (DIP_LAYOUT_HANGING, "hanging"),
                    G_DEFINE_ENUM_VALUE (DIP_LAYOUT_WIPE, "wipe"),
                    G_DEFINE_ENUM_VALUE (DIP_LAYOUT_FLICKER, "flicker"),
                    G_DEFINE_ENUM_VALUE (DIP_LAYOUT_CHECKERBOARD, "checkerboard"),
                    G_DEFINE_ENUM_VALUE (DIP_LAYOUT_DIFFERENCE, "difference"))

G_DEFINE_ENUM_TYPE (DipThirdPane,
                    dip_third_pane,
                    G_DEFINE_ENUM_VALUE (DIP_THIRD_PANE_GENERATED, "generated"),
                    G_DEFINE_ENUM_VALUE (DIP_THIRD_PANE_RECOMPUTED, "recomputed"),
                    G_DEFINE_ENUM_VALUE (DIP_THIRD_PANE_SIGNED, "signed"),
                    G_DEFINE_ENUM_VALUE (DIP_THIRD_PANE_RESIDUAL, "residual"))

G_DEFINE_ENUM_TYPE (DipColourMap,
                    dip_colour_map,
                    G_DEFINE_ENUM_VALUE (DIP_COLOUR_MAP_GREY, "grey"),
                    G_DEFINE_ENUM_VALUE (DIP_COLOUR_MAP_CIVIDIS, "cividis"),
                    G_DEFINE_ENUM_VALUE (DIP_COLOUR_MAP_VIRIDIS, "viridis"),
                    G_DEFINE_ENUM_VALUE (DIP_COLOUR_MAP_DIVERGING, "diverging"))

G_DEFINE_ENUM_TYPE (DipTool,
                    dip_tool,
                    G_DEFINE_ENUM_VALUE (DIP_TOOL_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (DIP_TOOL_BRUSH, "brush"),
                    G_DEFINE_ENUM_VALUE (DIP_TOOL_REGION, "region"),
                    G_DEFINE_ENUM_VALUE (DIP_TOOL_PROBE, "probe"),
                    G_DEFINE_ENUM_VALUE (DIP_TOOL_DISTANCE, "distance"),
                    G_DEFINE_ENUM_VALUE (DIP_TOOL_ANGLE, "angle"),
                    G_DEFINE_ENUM_VALUE (DIP_TOOL_AREA, "area"),
                    G_DEFINE_ENUM_VALUE (DIP_TOOL_PROFILE, "profile"))
