#include "app/view/tool-strip.h"

#include <glib/gi18n.h>

#define DIP_TYPE_TOOL_STRIP (dip_tool_strip_get_type ())

G_DECLARE_FINAL_TYPE (DipToolStrip, dip_tool_strip, DIP, TOOL_STRIP, GtkWidget)

struct _DipToolStrip
{
  GtkWidget parent_instance;

  DipToolbox *toolbox;
  GtkWidget *box;
  GtkWidget *buttons;
  GtkWidget *options; /* of the tool in hand, or NULL */
};

G_DEFINE_FINAL_TYPE (DipToolStrip, dip_tool_strip, GTK_TYPE_WIDGET)

static GtkWidget *
make_button (const DipToolInfo *info)
{
  GtkWidget *button = gtk_toggle_button_new ();
  g_autoptr (GtkShortcutTrigger) trigger = gtk_shortcut_trigger_parse_string (info->key);
  g_autofree char *key =
      gtk_shortcut_trigger_to_label (trigger, gdk_display_get_default ());
  g_autofree char *tooltip = g_strdup_printf ("%s (%s)", _ (info->title), key);

  gtk_button_set_icon_name (GTK_BUTTON (button), info->icon);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", info->nick);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "view.tool");
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (info->title), -1);

  return button;
}

static void
offered_cb (DipToolStrip *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->buttons)) != NULL)
    gtk_box_remove (GTK_BOX (self->buttons), child);
  for (guint i = 0; i < dip_n_tool_infos; i++)
    if (dip_toolbox_has (self->toolbox, dip_tool_infos[i].tool))
      gtk_box_append (GTK_BOX (self->buttons), make_button (&dip_tool_infos[i]));
}

static void
tool_changed_cb (DipToolStrip *self)
{
  GtkWidget *options =
      dip_toolbox_get_options (self->toolbox, dip_toolbox_get_tool (self->toolbox));

  if (options == self->options)
    return;

  if (self->options != NULL)
    gtk_box_remove (GTK_BOX (self->box), self->options);
  self->options = options;
  if (options != NULL)
    gtk_box_append (GTK_BOX (self->box), options);
}

static void
dip_tool_strip_dispose (GObject *object)
{
  DipToolStrip *self = DIP_TOOL_STRIP (object);

  self->options = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->toolbox);

  G_OBJECT_CLASS (dip_tool_strip_parent_class)->dispose (object);
}

static void
dip_tool_strip_class_init (DipToolStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dip_tool_strip_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "toolstrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
}

static void
dip_tool_strip_init (DipToolStrip *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  gtk_box_append (GTK_BOX (self->box), self->buttons);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Tools"), -1);
}

GtkWidget *
dip_tool_strip_new (DipPairView *view)
{
  DipToolStrip *self = g_object_new (DIP_TYPE_TOOL_STRIP, NULL);

  self->toolbox = g_object_ref (dip_pair_view_get_toolbox (view));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "view",
                                  dip_pair_view_get_actions (view));
  g_signal_connect_object (self->toolbox, "offered", G_CALLBACK (offered_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->toolbox, "notify::tool", G_CALLBACK (tool_changed_cb),
                           self, G_CONNECT_SWAPPED);
  offered_cb (self);
  tool_changed_cb (self);

  return GTK_WIDGET (self);
}
