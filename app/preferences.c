#include "app/preferences.h"

#include <glib/gi18n.h>

#include "app/settings.h"

static const char *const schemes[] = { "system", "light", "dark" };

/* Number of the row <-> name of the scheme. */
static gboolean
scheme_to_row (GValue *value, GVariant *variant, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (g_variant_get_string (variant, NULL), schemes[i]))
      g_value_set_uint (value, i);

  return TRUE;
}

static GVariant *
row_to_scheme (const GValue *value, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_string (schemes[MIN (g_value_get_uint (value), 2)]);
}

static GtkWidget *
make_scheme_row (void)
{
  GtkWidget *row = adw_combo_row_new ();
  const char *names[] = { _ ("As the desktop"), _ ("Light"), _ ("Dark"), NULL };

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Appearance"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("Mammograms are read in the dark"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row),
                           G_LIST_MODEL (gtk_string_list_new (names)));
  g_settings_bind_with_mapping (dip_settings_get (), "color-scheme", row, "selected",
                                G_SETTINGS_BIND_DEFAULT, scheme_to_row, row_to_scheme,
                                NULL, NULL);

  return row;
}

static GtkWidget *
make_number_row (const char *title,
                 const char *subtitle,
                 const char *key,
                 double lower,
                 double upper,
                 double step)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (lower, upper, step);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  g_settings_bind (dip_settings_get (), key, spin, "value", G_SETTINGS_BIND_DEFAULT);

  return row;
}

/* Opens the folder in the desktop's file manager. */
static void
show_folder_cb (GtkButton *button, DipLibrary *library)
{
  g_autofree char *uri = g_filename_to_uri (dip_library_get_folder (library), NULL, NULL);

  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))), uri,
                GDK_CURRENT_TIME);
}

static GtkWidget *
make_folder_row (DipLibrary *library)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("folder-open-symbolic");
  g_autofree char *path = g_markup_escape_text (dip_library_get_folder (library), -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Library"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), path);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Show the folder"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Show the folder"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (show_folder_cb), library, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);

  return row;
}

static AdwPreferencesGroup *
add_group (AdwPreferencesPage *page, const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));

  return ADW_PREFERENCES_GROUP (group);
}

void
dip_preferences_present (DipApplication *application, GtkWindow *parent)
{
  GtkWidget *window = adw_preferences_window_new ();
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group;

  group = add_group (page, _ ("Appearance"), NULL);
  adw_preferences_group_add (group, make_scheme_row ());
  group =
      add_group (page, _ ("Kept steps"),
                 _ ("Every step of a run can be looked at again. What does not fit "
                    "into this memory goes to a temporary file; nothing is left out."));
  adw_preferences_group_add (group,
                             make_number_row (_ ("Memory"), _ ("In MiB, for all runs"),
                                              "film-memory", 64, 65536, 64));
  adw_preferences_group_add (group,
                             make_number_row (_ ("Pairs whose steps are kept"),
                                              _ ("The newest, until the program ends"),
                                              "n-films", 1, 100, 1));
  group = add_group (page, _ ("Finished pairs"), NULL);
  adw_preferences_group_add (group,
                             make_folder_row (dip_application_get_library (application)));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), page);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
}
