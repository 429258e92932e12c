#include <glib/gi18n.h>

#include "app/levels-popover.h"
#include "app/stage.h"
#include "app/view/tool-strip.h"
#include "app/window-private.h"

/* What the menu of the panes offers: texts and actions of app/view/pair-view.h. */
static const struct
{
  const char *label; /* NULL: a new section */
  const char *action;
} items[] = {
  { N_ ("Side by Side"), "view.layout::side-by-side" },
  { N_ ("Hanging, Chest Walls Facing"), "view.layout::hanging" },
  { N_ ("Wipe"), "view.layout::wipe" },
  { N_ ("Flicker"), "view.layout::flicker" },
  { N_ ("Checkerboard"), "view.layout::checkerboard" },
  { N_ ("Difference"), "view.layout::difference" },
  { NULL, NULL },
  { N_ ("Third Channel"), "view.third-pane::generated" },
  { N_ ("Recomputed |CC − MLO|"), "view.third-pane::recomputed" },
  { N_ ("Signed Difference"), "view.third-pane::signed" },
  { N_ ("Residual"), "view.third-pane::residual" },
  { NULL, NULL },
  { N_ ("Left Breast"), "view.laterality::left" },
  { N_ ("Right Breast"), "view.laterality::right" },
  { NULL, NULL },
  { N_ ("Masks and Landmarks"), "win.anatomy" },
  { N_ ("Anterior-Posterior Profiles"), "win.profiles" },
  { NULL, NULL },
  { N_ ("Panes Linked"), "view.linked" },
  { N_ ("Crosshair"), "view.crosshair" },
  { N_ ("Annotations"), "view.annotations" },
  { N_ ("Smooth Magnification"), "view.smooth" },
  { N_ ("Inverted"), "view.invert" },
  { NULL, NULL },
  { N_ ("Correct the Breast Mask"), "view.tool::brush" },
  { N_ ("Mark a Region"), "view.tool::region" },
  { N_ ("Generate the Region Again…"), "win.inpaint" },
  { N_ ("Compare with the Pair Before"), "win.compare-original" },
  { N_ ("Complete a Missing View…"), "win.complete" },
  { N_ ("Complete the View of a Picture…"), "win.complete-file" },
};

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    if (items[i].label != NULL)
      g_menu_append (section, _ (items[i].label), items[i].action);
    else
      {
        g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
        g_object_unref (section);
        section = g_menu_new ();
      }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));

  return G_MENU_MODEL (menu);
}

/* What was done with the tool in hand, else the last deletion from the library. */
static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipPane *pane = dip_pair_view_get_current_pane (dip_window_get_pair_view (user_data));

  if (!dip_pane_undo (pane, FALSE))
    g_action_group_activate_action (user_data, "library-undo", NULL);
}

static void
redo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_pane_undo (dip_pair_view_get_current_pane (dip_window_get_pair_view (user_data)),
                 TRUE);
}

static const GActionEntry actions[] = { { "undo", undo_cb }, { "redo", redo_cb } };

void
dip_window_add_view (DipWindow *self)
{
  DipPairView *view = dip_stage_get_pair_view (DIP_STAGE (self->stage));
  g_autoptr (GMenuModel) menu = make_menu ();
  GtkWidget *button = gtk_menu_button_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "view",
                                  dip_pair_view_get_actions (view));
  dip_pair_view_add_shortcuts (view, GTK_WIDGET (self));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-dual-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_tooltip_text (button, _ ("How the pictures are shown"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("How the pictures are shown"), -1);
  gtk_box_prepend (self->stage_box, dip_tool_strip_new (view));
  dip_window_add_view_tool (self, dip_levels_button_new (view));
  dip_window_add_view_tool (self, button);
}

DipPairView *
dip_window_get_pair_view (DipWindow *self)
{
  return dip_stage_get_pair_view (DIP_STAGE (self->stage));
}
