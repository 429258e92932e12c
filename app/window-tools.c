#include <glib/gi18n.h>

#include "app/registration-button.h"
#include "app/view/probe-overlay.h"
#include "app/view/profile-overlay.h"
#include "app/window-private.h"

static GtkWidget *
make_tolerance (DipProbeOverlay *overlay)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (_ ("Tolerance ± mm"));
  GtkWidget *spin = gtk_spin_button_new_with_range (1.0, 50.0, 1.0);

  gtk_widget_set_tooltip_text (
      spin, _ ("Half the width of the arc and of the depth strip; without a pixel "
               "spacing a picture is taken to be 200 mm wide"));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (spin),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  g_object_bind_property (overlay, "tolerance", spin, "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), spin);

  return box;
}

static void
add_profiles (DipWindow *self, DipAnatomyOverlay *anatomy)
{
  g_autoptr (DipProfileOverlay) profiles = dip_profile_overlay_new (anatomy);
  g_autoptr (GPropertyAction) action =
      g_property_action_new ("profiles", profiles, "visible");

  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
  dip_pair_view_add_overlay (dip_window_get_pair_view (self), DIP_OVERLAY (profiles));
}

void
dip_window_add_tools (DipWindow *self, DipAnatomyOverlay *anatomy)
{
  DipPairView *view = dip_window_get_pair_view (self);
  DipToolbox *toolbox = dip_pair_view_get_toolbox (view);
  g_autoptr (DipProbeOverlay) probe = dip_probe_overlay_new (toolbox, anatomy);

  add_profiles (self, anatomy);
  dip_window_add_view_tool (self, dip_registration_button_new (view, anatomy));
  dip_pair_view_add_overlay (view, DIP_OVERLAY (probe));
  dip_toolbox_offer (toolbox, DIP_TOOL_PROBE, make_tolerance (probe));
}
