#include <glib/gi18n.h>

#include "app/view/brush-options.h"
#include "app/window-private.h"

/* Masks are painted where they are seen. */
static void
tool_changed_cb (DipWindow *self)
{
  DipToolbox *toolbox = dip_pair_view_get_toolbox (dip_window_get_pair_view (self));

  if (dip_toolbox_get_tool (toolbox) == DIP_TOOL_BRUSH)
    g_object_set (dip_inspector_get_overlay (self->inspector), "visible", TRUE, NULL);
}

void
dip_window_add_brush (DipWindow *self)
{
  DipPairView *view = dip_window_get_pair_view (self);
  DipToolbox *toolbox = dip_pair_view_get_toolbox (view);
  g_autoptr (GPropertyAction) erase = NULL;

  self->brush = dip_brush_new (toolbox);
  erase = g_property_action_new ("brush-erase", self->brush, "erase");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (erase));
  dip_pair_view_add_overlay (view, DIP_OVERLAY (self->brush));
  g_signal_connect_object (toolbox, "notify::tool", G_CALLBACK (tool_changed_cb), self,
                           G_CONNECT_SWAPPED);
}
