#include <glib/gi18n.h>

#include "app/inspector.h"
#include "app/stage.h"
#include "app/window-private.h"

void
dip_window_add_inspector (DipWindow *self)
{
  g_autoptr (DipAnatomyOverlay) overlay = dip_anatomy_overlay_new ();
  g_autoptr (GPropertyAction) action =
      g_property_action_new ("anatomy", overlay, "visible");

  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
  dip_pair_view_add_overlay (dip_stage_get_pair_view (DIP_STAGE (self->stage)),
                             DIP_OVERLAY (overlay));
  self->inspector = DIP_INSPECTOR (dip_inspector_new (self->shown, overlay));
  dip_window_add_page (self, "figures", _ ("Figures"), GTK_WIDGET (self->inspector));
  dip_window_add_tools (self, overlay);
}
