#include "app/inspector-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "model/storage/json.h"
#include "model/storage/save.h"

/* Reports --------------------------------------------------------------------------- */

static void
append_csv (GString *text, const DipPairFigures *figures)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < dip_figures_get_count (); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", dip_figure_infos[i].key);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < dip_figures_get_count (); i++)
    {
      const double value = dip_pair_figures_get (figures, i);

      g_string_append (text, i > 0 ? "," : "");
      if (!isnan (value))
        g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.9g", value));
    }
  g_string_append_c (text, '\n');
}

static void
append_json (DipInspector *self, GString *text)
{
  const DipFoundView *cc =
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_CC);
  const DipFoundView *mlo =
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_MLO);
  json_t *object = dip_pair_figures_to_json (&self->figures);
  g_autofree char *line = NULL;

  dip_json_set_take (object, "mask",
                     self->mask_note != NULL
                         ? json_incref (self->mask_note)
                         : dip_mask_recipe_to_json (&cc->breast->recipe));
  dip_json_set_take (object, "cc", dip_landmarks_to_json (&cc->breast->landmarks));
  if (mlo != NULL)
    dip_json_set_take (object, "mlo", dip_landmarks_to_json (&mlo->breast->landmarks));
  if (self->measures != NULL)
    dip_json_set_take (object, "measures", dip_measures_to_json (self->measures));
  line = dip_json_dump_line (object);
  json_decref (object);
  g_string_append_printf (text, "%s\n", line);
}

static void
append_text (DipInspector *self, GString *text)
{
  for (guint i = 0; i < dip_figures_get_count (); i++)
    g_string_append_printf (text, "%s\t%s\n", _ (dip_figure_infos[i].title),
                            gtk_label_get_text (self->values[i]));
  if (self->measures != NULL)
    {
      g_autofree char *measures = dip_measures_to_text (self->measures);

      g_string_append (text, measures);
    }
}

char *
dip_inspector_make_report (DipInspector *self, const char *format)
{
  GString *text;

  if (g_str_equal (format, "measures"))
    return self->measures != NULL ? dip_measures_to_csv (self->measures) : NULL;
  if (!self->has_figures)
    return NULL;

  text = g_string_new (NULL);
  if (g_str_equal (format, "csv"))
    append_csv (text, &self->figures);
  else if (g_str_equal (format, "json"))
    append_json (self, text);
  else
    append_text (self, text);

  return g_string_free (text, FALSE);
}

/* Actions --------------------------------------------------------------------------- */

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipInspector *self = user_data;
  g_autofree char *text =
      dip_inspector_make_report (self, g_variant_get_string (parameter, NULL));

  if (text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
save_report (DipInspector *self, const char *path, const char *format)
{
  g_autofree char *text = dip_inspector_make_report (self, format);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (text == NULL || path == NULL)
    return;

  bytes = g_bytes_new (text, strlen (text));
  if (!dip_save_bytes (path, bytes, &error))
    {
      gtk_label_set_text (self->reason, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->reason), TRUE);
    }
}

static void
export_response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  DipInspector *self = user_data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    save_report (self, path, g_object_get_data (G_OBJECT (dialog), "format"));
  g_object_unref (dialog);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipInspector *self = user_data;
  const char *format = g_variant_get_string (parameter, NULL);
  g_autofree char *name = g_str_equal (format, "measures")
                              ? g_strdup ("measures.csv")
                              : g_strconcat ("figures.", format, NULL);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Export Figures"), window, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_object_set_data_full (G_OBJECT (dialog), "format", g_strdup (format), g_free);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (export_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
pectoral_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  DipInspector *self = user_data;

  g_simple_action_set_state (action, state);
  self->recipe.has_pectoral = g_variant_get_boolean (state);
  dip_inspector_measure (self);
}

void
dip_inspector_add_actions (DipInspector *self)
{
  static const GActionEntry entries[] = { { "copy", copy_cb, "s" },
                                          { "export", export_cb, "s" },
                                          { "pectoral", NULL, NULL, "true",
                                            pectoral_cb } };
  g_autoptr (GPropertyAction) hatched =
      g_property_action_new ("hatched", self->overlay, "hatched");

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (hatched));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "figures",
                                  G_ACTION_GROUP (self->actions));
}
