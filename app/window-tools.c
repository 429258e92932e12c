#include <glib/gi18n.h>

#include "app/registration-button.h"
#include "app/view/measure-overlay.h"
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

static void
delete_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const int selected = dip_measures_get_selected (user_data);

  if (selected >= 0)
    dip_measures_remove (user_data, (guint) selected);
}

static void
clear_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_measures_clear (user_data);
}

static void
add_measures (DipWindow *self)
{
  static const GActionEntry entries[] = { { "measure-delete", delete_cb },
                                          { "measures-clear", clear_cb } };
  DipPairView *view = dip_window_get_pair_view (self);
  DipToolbox *toolbox = dip_pair_view_get_toolbox (view);
  DipMeasures *measures = dip_measures_new (view);
  g_autoptr (DipMeasureOverlay) overlay =
      dip_measure_overlay_new (measures, toolbox, view);

  dip_pair_view_add_overlay (view, DIP_OVERLAY (overlay));
  for (guint tool = DIP_TOOL_DISTANCE; tool <= DIP_TOOL_PROFILE; tool++)
    dip_toolbox_offer (toolbox, (DipTool) tool, NULL);
  dip_inspector_set_measures (
      DIP_INSPECTOR (gtk_stack_get_child_by_name (self->pages, "figures")), measures);
  /* The actions work on the measures as long as the window is there. */
  g_object_set_data_full (G_OBJECT (self), "measures", measures, g_object_unref);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   measures);
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
  add_measures (self);
}
