#include "app/start-page.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "app/settings.h"
#include "app/thumbnail.h"

/* Rows of a list: more would push the buttons out of sight. */
#define N_ROWS 4

static void
activated_cb (AdwActionRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (row), "win.open-path", "s",
                              g_object_get_data (G_OBJECT (row), "path"));
}

static GtkWidget *
make_row (const char *path, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *escaped = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (path), g_free);
  g_signal_connect (row, "activated", G_CALLBACK (activated_cb), NULL);

  return row;
}

/* A group of recent paths, or NULL. */
static GtkWidget *
make_recent_group (const char *key, const char *title)
{
  g_auto (GStrv) paths = dip_settings_get_recent (key);
  GtkWidget *group;

  if (paths[0] == NULL)
    return NULL;

  group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  for (guint i = 0; paths[i] != NULL && i < N_ROWS; i++)
    {
      g_autofree char *name = g_path_get_basename (paths[i]);
      g_autofree char *folder = g_path_get_dirname (paths[i]);

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                                 make_row (paths[i], name, folder));
    }

  return group;
}

static GtkWidget *
make_pair_row (DipLibraryEntry *entry)
{
  g_autofree char *title =
      g_strdup_printf (_ ("Seed %" PRId64), dip_library_entry_get_seed (entry));
  g_autofree char *subtitle = dip_library_entry_describe (entry);
  GtkWidget *row = make_row (dip_library_entry_get_path (entry), title, subtitle);
  GtkWidget *picture = gtk_picture_new ();

  gtk_widget_set_size_request (picture, DIP_THUMBNAIL_SIDE, DIP_THUMBNAIL_SIDE / 2);
  gtk_widget_set_valign (picture, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (picture, 6);
  gtk_widget_set_margin_bottom (picture, 6);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  gtk_widget_add_css_class (picture, "dip-thumbnail");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), picture);
  dip_thumbnail_show (GTK_PICTURE (picture), entry);

  return row;
}

/* The newest pairs: rebuilt whenever the library changes. */
static void
fill_pairs (GtkWidget *box,
            guint position,
            guint removed,
            guint added,
            GListModel *library)
{
  guint n_items = g_list_model_get_n_items (library);
  GtkWidget *group = gtk_widget_get_first_child (box);

  if (group != NULL)
    gtk_box_remove (GTK_BOX (box), group);
  if (n_items == 0)
    return;

  group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Pairs"));
  for (guint i = 0; i < MIN (n_items, N_ROWS); i++)
    {
      g_autoptr (DipLibraryEntry) entry = g_list_model_get_item (library, i);

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_pair_row (entry));
    }
  gtk_box_append (GTK_BOX (box), group);
}

/* Where a window begins: not at the first button of its header bar. */
static void
mapped_cb (GtkWidget *button)
{
  GtkRoot *root = gtk_widget_get_root (button);

  if (gtk_root_get_focus (root) == NULL)
    gtk_widget_grab_focus (button);
}

static GtkWidget *
make_button (const char *label, const char *action, gboolean is_suggested)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "pill");
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  if (is_suggested)
    {
      gtk_widget_add_css_class (button, "suggested-action");
      g_signal_connect (button, "map", G_CALLBACK (mapped_cb), NULL);
    }
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);

  return button;
}

static GtkWidget *
make_lists (DipLibrary *library)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *pairs = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *groups[] = {
    make_recent_group ("recent-checkpoints", _ ("Checkpoints")),
    make_recent_group ("recent-pictures", _ ("Pictures")),
  };

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (groups[i] != NULL)
      gtk_box_append (GTK_BOX (box), groups[i]);
  gtk_box_append (GTK_BOX (box), pairs);
  g_signal_connect_object (library, "items-changed", G_CALLBACK (fill_pairs), pairs,
                           G_CONNECT_SWAPPED);
  fill_pairs (pairs, 0, 0, 0, G_LIST_MODEL (library));

  return box;
}

GtkWidget *
dip_start_page_new (DipLibrary *library)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *clamp = adw_clamp_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), DIP_APPLICATION_ID);
  adw_status_page_set_title (ADW_STATUS_PAGE (page), "Diptych");
  adw_status_page_set_description (
      ADW_STATUS_PAGE (page),
      _ ("Synthetic CC and MLO views of one breast, from noise, step by step.\n"
         "Drop a checkpoint’s folder or a picture anywhere."));
  gtk_box_append (GTK_BOX (buttons),
                  make_button (_ ("_Try the Demo"), "win.try-demo", TRUE));
  gtk_box_append (GTK_BOX (buttons),
                  make_button (_ ("Open _Checkpoint…"), "win.open-checkpoint", FALSE));
  gtk_box_append (GTK_BOX (buttons),
                  make_button (_ ("Open _Picture…"), "win.open", FALSE));
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), buttons);
  adw_clamp_set_child (ADW_CLAMP (clamp), make_lists (library));
  gtk_box_append (GTK_BOX (box), clamp);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), box);
  gtk_widget_set_vexpand (page, TRUE);

  return page;
}
