#include <glib/gi18n.h>

#include "app/compare-dialog.h"
#include "app/comparison-window.h"
#include "app/window-private.h"

static void
answered_cb (DipCompareDialog *dialog, DipWindow *self)
{
  g_autoptr (DipRunSettings) base = dip_window_get_settings (self);
  DipComparisonPlan plan;
  g_autoptr (DipComparisonRun) run = NULL;

  if (!dip_compare_dialog_make_plan (dialog, &plan))
    return;
  run = dip_comparison_run_new (self->queue, &plan, base);
  g_ptr_array_unref (plan.settings);
  gtk_window_present (GTK_WINDOW (dip_comparison_window_new (self, run)));
}

static void
compare_settings_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);
  GtkWidget *dialog = dip_compare_dialog_new (GTK_WINDOW (self), settings);

  g_signal_connect_object (dialog, "answered", G_CALLBACK (answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
dip_window_add_comparison (DipWindow *self)
{
  static const GActionEntry entries[] = { { "compare-settings", compare_settings_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_menu_append (self->begin_section, _ ("_Compare Settings…"), "win.compare-settings");
}
