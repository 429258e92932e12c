#include "app/options-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/runs/run-scheduler.h"

struct _DipOptionsRow
{
  AdwExpanderRow parent_instance;

  DipRunSettings *settings; /* scheduler and scheduler_json alone */
  char *path;
  char *options; /* valid ones, or NULL */
  gboolean is_loading;

  GtkWidget *entry;
  GtkWidget *problem; /* a label */
  GPtrArray *rows;    /* of the values in effect */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipOptionsRow, dip_options_row, ADW_TYPE_EXPANDER_ROW)

/* Values in effect ------------------------------------------------------------------- */

/* Puts "KEY=VALUE" behind what is there, in place of what was there for the key. */
static void
take_over_cb (GtkWidget *row, DipOptionsRow *self)
{
  const char *key = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
  const char *value = g_object_get_data (G_OBJECT (row), "value");
  const char *old = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *begin = g_strconcat (key, "=", NULL);
  g_auto (GStrv) options = NULL;

  if (g_shell_parse_argv (old, NULL, &options, NULL))
    for (guint i = 0; options[i] != NULL; i++)
      if (!g_str_has_prefix (options[i], begin))
        g_string_append_printf (text, "%s ", options[i]);
  g_string_append_printf (text, "%s%s", begin, value);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text->str);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

static void
add_value (DipOptionsRow *self, const char *key, const json_t *value)
{
  char *text =
      json_dumps (value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION (9));
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label =
      gtk_label_new (json_is_string (value) ? json_string_value (value) : text);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), key);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 14);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (row, "dip-option");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "value",
                          g_strdup (gtk_label_get_text (GTK_LABEL (label))), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (take_over_cb), self, 0);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  g_ptr_array_add (self->rows, row);
  free (text);
}

static void
show_values (DipOptionsRow *self, const DipSchedulerConfig *config)
{
  json_t *values = dip_scheduler_config_to_json (config);
  const char *key;
  json_t *value;

  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  json_object_foreach (values, key, value)
  {
    if (key[0] != '_' && g_ascii_strncasecmp (key, "trained_betas", 13) != 0)
      add_value (self, key, value);
  }
  json_decref (values);
}

/* The entry ---------------------------------------------------------------------------- */

static void
update_subtitle (DipOptionsRow *self)
{
  g_autofree char *escaped = g_markup_escape_text (
      self->options != NULL ? self->options : _ ("As the scheduler has them"), -1);

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), escaped);
}

/* Without the name of the file, which nobody wrote. */
static const char *
skip_name (const char *message)
{
  const char *colon = strstr (message, ": ");

  return colon != NULL ? colon + 2 : message;
}

static void
check (DipOptionsRow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (DipSchedulerConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  g_free (self->settings->scheduler_options);
  self->settings->scheduler_options = g_strdup (text);
  config = dip_run_scheduler_load (self->settings, self->path, "", &error);
  if (config == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->problem), skip_name (error->message));
      gtk_widget_add_css_class (self->entry, "error");
      g_clear_pointer (&self->options, g_free);
    }
  else
    {
      gtk_widget_remove_css_class (self->entry, "error");
      g_free (self->options);
      self->options = *text != '\0' ? g_strdup (text) : NULL;
      show_values (self, config);
    }
  update_subtitle (self);
  gtk_widget_set_visible (gtk_widget_get_ancestor (self->problem, GTK_TYPE_LIST_BOX_ROW),
                          config == NULL);
}

static void
changed_cb (DipOptionsRow *self)
{
  g_autofree char *before = g_strdup (self->options);

  if (self->is_loading)
    return;
  check (self);
  if (g_strcmp0 (before, self->options) != 0)
    g_signal_emit (self, signals[CHOSEN], 0);
}

static void
dip_options_row_finalize (GObject *object)
{
  DipOptionsRow *self = DIP_OPTIONS_ROW (object);

  dip_run_settings_free (self->settings);
  g_free (self->path);
  g_free (self->options);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (dip_options_row_parent_class)->finalize (object);
}

static void
dip_options_row_class_init (DipOptionsRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_options_row_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", DIP_TYPE_OPTIONS_ROW, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_options_row_init (DipOptionsRow *self)
{
  GtkWidget *row = gtk_list_box_row_new ();

  self->settings = dip_run_settings_new ();
  self->rows = g_ptr_array_new ();
  self->entry = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->entry), _ ("KEY=VALUE …"));
  gtk_widget_set_tooltip_text (
      self->entry, _ ("Other values for keys of the scheduler’s configuration"));
  self->problem = gtk_label_new ("");
  gtk_label_set_wrap (GTK_LABEL (self->problem), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->problem), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->problem), 0);
  gtk_widget_add_css_class (self->problem, "caption");
  gtk_widget_add_css_class (self->problem, "error");
  gtk_widget_set_margin_start (self->problem, 12);
  gtk_widget_set_margin_end (self->problem, 12);
  gtk_widget_set_margin_top (self->problem, 6);
  gtk_widget_set_margin_bottom (self->problem, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), self->problem);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_visible (row, FALSE);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->entry);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  update_subtitle (self);
}

void
dip_options_row_set_scheduler (DipOptionsRow *self,
                               const DipRunSettings *settings,
                               const char *path)
{
  g_free (self->settings->scheduler);
  g_free (self->settings->scheduler_json);
  g_free (self->path);
  self->settings->scheduler = g_strdup (settings->scheduler);
  self->settings->scheduler_json = g_strdup (settings->scheduler_json);
  self->path = g_strdup (path);
  check (self);
}

void
dip_options_row_set_options (DipOptionsRow *self, const char *options)
{
  self->is_loading = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), options != NULL ? options : "");
  self->is_loading = FALSE;
  check (self);
}

const char *
dip_options_row_get_options (DipOptionsRow *self)
{
  return self->options;
}
