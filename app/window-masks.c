#include <glib/gi18n.h>

#include "app/view/brush-options.h"
#include "app/window-private.h"

static char *
describe (const DipNamedMask *mask)
{
  return g_strdup_printf (_ ("%s, version %u"), mask->name, mask->version);
}

/* Names come from people: in a menu '_' must stay one. */
static char *
describe_for_menu (const DipNamedMask *mask)
{
  g_autofree char *label = describe (mask);
  g_auto (GStrv) parts = g_strsplit (label, "_", -1);

  return g_strjoinv ("__", parts);
}

static gboolean
is_choice (GMenuModel *choices, guint index, const char *label)
{
  g_autofree char *found = NULL;

  return index < (guint) g_menu_model_get_n_items (choices) &&
         g_menu_model_get_item_attribute (choices, (int) index, G_MENU_ATTRIBUTE_LABEL,
                                          "s", &found) &&
         g_str_equal (found, label);
}

/* A menu that changes makes all its widgets anew, and GTK 4.8 keeps those that were. */
static void
show_choice (GMenu *choices, guint index, const char *label)
{
  g_autofree char *action = g_strdup_printf ("win.show-mask(%d)", (int) index - 1);

  if (is_choice (G_MENU_MODEL (choices), index, label))
    return;
  if (index < (guint) g_menu_model_get_n_items (G_MENU_MODEL (choices)))
    g_menu_remove (choices, (int) index);
  g_menu_insert (choices, (int) index, label, action);
}

/* Automatic and every version of every mask. */
static void
show_choices (GMenu *choices, const DipMaskSet *set)
{
  const guint n = dip_mask_set_get_count (set);

  show_choice (choices, 0, _ ("Automatic"));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = describe_for_menu (dip_mask_set_get (set, i));

      show_choice (choices, i + 1, label);
    }
  while ((guint) g_menu_model_get_n_items (G_MENU_MODEL (choices)) > n + 1)
    g_menu_remove (choices, (int) n + 1);
}

/* The choices, and what can be done with the one in force. */
static GMenuModel *
make_menu (GMenu *choices)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) commands = g_menu_new ();

  g_menu_append (commands, _ ("_New Mask"), "win.mask-new");
  g_menu_append (commands, _ ("New _Version"), "win.mask-version");
  g_menu_append (commands, _ ("_Rename…"), "win.mask-rename");
  g_menu_append (commands, _ ("_Delete This Version"), "win.mask-remove");
  g_menu_append (commands, _ ("Revert to _Automatic"), "win.mask-revert");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (choices));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (commands));

  return G_MENU_MODEL (menu);
}

static void
changed_cb (DipWindow *self)
{
  const DipMaskSet *set = dip_mask_keeper_get_set (self->masks);
  const int shown = dip_mask_set_get_shown (set);
  const gboolean is_possible = dip_mask_keeper_is_possible (self->masks);
  const gboolean has_mask = is_possible && shown >= 0;
  g_autofree char *label = has_mask ? describe (dip_mask_set_get (set, (guint) shown))
                                    : g_strdup (_ ("Automatic"));
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "show-mask");

  show_choices (self->mask_choices, set);
  gtk_label_set_text (GTK_LABEL (gtk_menu_button_get_child (self->mask_button)), label);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_int32 (shown));
  dip_window_enable (self, "show-mask", is_possible);
  dip_window_enable (self, "mask-new", is_possible);
  dip_window_enable (self, "mask-next", is_possible && dip_mask_set_get_count (set) > 0);
  dip_window_enable (self, "mask-version", has_mask);
  dip_window_enable (self, "mask-rename", has_mask);
  dip_window_enable (self, "mask-remove", has_mask);
  dip_window_enable (self, "mask-revert", has_mask);
}

static void
failed_cb (DipWindow *self, const char *text)
{
  dip_window_tell (self, GTK_MESSAGE_ERROR, text, NULL, NULL);
}

/* Actions --------------------------------------------------------------------------- */

static void
show_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  dip_mask_keeper_show (DIP_WINDOW (user_data)->masks, g_variant_get_int32 (state));
}

/* Automatic is one of them. */
static void
next_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipMaskKeeper *masks = DIP_WINDOW (user_data)->masks;
  const DipMaskSet *set = dip_mask_keeper_get_set (masks);
  const int next = dip_mask_set_get_shown (set) + 1;

  dip_mask_keeper_show (masks, next < (int) dip_mask_set_get_count (set) ? next : -1);
}

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_mask_keeper_add (DIP_WINDOW (user_data)->masks);
}

static void
version_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_mask_keeper_add_version (DIP_WINDOW (user_data)->masks);
}

static void
remove_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_mask_keeper_remove (DIP_WINDOW (user_data)->masks);
}

static void
revert_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_mask_keeper_show (DIP_WINDOW (user_data)->masks, -1);
}

static void
renamed_cb (AdwMessageDialog *dialog, const char *response, DipWindow *self)
{
  GtkWidget *entry = adw_message_dialog_get_extra_child (dialog);

  if (g_str_equal (response, "rename") &&
      !dip_mask_keeper_rename (self->masks, gtk_editable_get_text (GTK_EDITABLE (entry))))
    dip_window_toast (self, _ ("A mask wants a name that no other one has"));
}

static void
rename_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  const DipMaskSet *set = dip_mask_keeper_get_set (self->masks);
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (self), _ ("Name of the Mask"), NULL);
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (
      GTK_EDITABLE (entry),
      dip_mask_set_get (set, (guint) dip_mask_set_get_shown (set))->name);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name of the Mask"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"),
                                    "rename", _ ("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (renamed_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Without a dialog: tests, other programs. */
static void
rename_to_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_mask_keeper_rename (DIP_WINDOW (user_data)->masks,
                          g_variant_get_string (parameter, NULL));
}

/* A name may be long: the window must not become wide with it. */
static GtkMenuButton *
make_button (void)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 26);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), label);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (button), TRUE);
  gtk_widget_set_tooltip_text (button, _ ("Which mask is in force"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Which mask is in force"), -1);

  return GTK_MENU_BUTTON (button);
}

void
dip_window_add_masks (DipWindow *self)
{
  static const GActionEntry entries[] = { { "show-mask", NULL, "i", "-1", show_cb },
                                          { "mask-next", next_cb },
                                          { "mask-new", new_cb },
                                          { "mask-version", version_cb },
                                          { "mask-rename", rename_cb },
                                          { "mask-rename-to", rename_to_cb, "s" },
                                          { "mask-remove", remove_cb },
                                          { "mask-revert", revert_cb } };
  DipBrushLayer *layer = dip_brush_get_mask_layer (self->brush);
  GtkWidget *options = dip_brush_options_new (self->brush, layer);
  g_autoptr (GMenuModel) menu = NULL;
  g_autoptr (GMenu) choices = g_menu_new ();

  self->masks = dip_mask_keeper_new (self->shown, self->inspector, layer,
                                     dip_library_get_folder (self->library));
  self->mask_choices = choices;
  menu = make_menu (choices);
  self->mask_button = make_button ();
  gtk_menu_button_set_menu_model (self->mask_button, menu);
  gtk_box_append (GTK_BOX (options), GTK_WIDGET (self->mask_button));
  dip_toolbox_offer (dip_pair_view_get_toolbox (dip_window_get_pair_view (self)),
                     DIP_TOOL_BRUSH, options);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_signal_connect_object (self->masks, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->masks, "failed", G_CALLBACK (failed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
}
