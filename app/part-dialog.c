#include "app/part-dialog.h"

#include <glib/gi18n.h>

#include "app/dialog.h"
#include "app/settings.h"

struct _DipPartDialog
{
  AdwWindow parent_instance;

  AdwComboRow *choices; /* or NULL */
  GtkSpinButton *count;
  GtkSpinButton *seed;
  GtkSpinButton *jump_length;
  GtkSpinButton *repeats;
};

enum
{
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipPartDialog, dip_part_dialog, ADW_TYPE_WINDOW)

static void
dip_part_dialog_class_init (DipPartDialogClass *klass)
{
  signals[ANSWERED] = g_signal_new ("answered", DIP_TYPE_PART_DIALOG, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_part_dialog_init (DipPartDialog *self)
{
}

static void
add_choices (DipPartDialog *self, AdwPreferencesGroup *group, const char *const *choices)
{
  g_autoptr (GtkStringList) model = NULL;

  if (choices == NULL)
    return;
  model = gtk_string_list_new (choices);
  self->choices = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->choices),
                                 _ ("The view that stays"));
  adw_combo_row_set_model (self->choices, G_LIST_MODEL (model));
  adw_preferences_group_add (group, GTK_WIDGET (self->choices));
}

static void
add_numbers (DipPartDialog *self, AdwPreferencesGroup *group, guint64 seed)
{
  GSettings *settings = dip_settings_get ();
  const char *count = self->choices != NULL ? "n-completions" : "n-inpaintings";

  self->count =
      dip_dialog_add_number (group, _ ("Pairs"), _ ("Each with the next seed"), 1, 100, 1,
                             0, g_settings_get_uint (settings, count));
  self->seed = dip_dialog_add_number (group, _ ("Seed"), _ ("Of the first pair"), 0,
                                      G_MAXUINT32, 1, 0, (double) seed);
  self->jump_length = dip_dialog_add_number (
      group, _ ("Jump length"), _ ("Steps gone back each time, so that the parts agree"),
      0, 100, 1, 0, g_settings_get_uint (settings, "jump-length"));
  self->repeats = dip_dialog_add_number (
      group, _ ("Repeats"), _ ("How often each stretch is gone through; 1: straight"), 1,
      50, 1, 0, g_settings_get_uint (settings, "repeats"));
  g_settings_bind (settings, count, gtk_spin_button_get_adjustment (self->count), "value",
                   G_SETTINGS_BIND_SET);
  g_settings_bind (settings, "jump-length",
                   gtk_spin_button_get_adjustment (self->jump_length), "value",
                   G_SETTINGS_BIND_SET);
  g_settings_bind (settings, "repeats", gtk_spin_button_get_adjustment (self->repeats),
                   "value", G_SETTINGS_BIND_SET);
}

GtkWidget *
dip_part_dialog_new (GtkWindow *parent,
                     const char *title,
                     const char *description,
                     const char *const *choices,
                     guint64 seed)
{
  DipPartDialog *self = g_object_new (DIP_TYPE_PART_DIALOG, NULL);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *button;

  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  gtk_widget_set_margin_start (content, 18);
  gtk_widget_set_margin_end (content, 18);
  gtk_widget_set_margin_top (content, 12);
  gtk_widget_set_margin_bottom (content, 18);
  add_choices (self, ADW_PREFERENCES_GROUP (group), choices);
  add_numbers (self, ADW_PREFERENCES_GROUP (group), seed);
  gtk_box_append (GTK_BOX (content), group);
  button = dip_dialog_set_up (ADW_WINDOW (self), parent, title, _ ("_Generate"), content);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (dip_part_dialog_answer), self);

  return GTK_WIDGET (self);
}

guint
dip_part_dialog_get_choice (DipPartDialog *self)
{
  return self->choices != NULL ? adw_combo_row_get_selected (self->choices) : 0;
}

void
dip_part_dialog_set_choice (DipPartDialog *self, guint choice)
{
  if (self->choices != NULL)
    adw_combo_row_set_selected (self->choices, choice);
}

void
dip_part_dialog_apply (DipPartDialog *self,
                       DipRunSettings *settings,
                       guint *jump_length,
                       guint *n_repeats)
{
  settings->count = (guint) gtk_spin_button_get_value_as_int (self->count);
  settings->seed = (guint64) gtk_spin_button_get_value (self->seed);
  settings->batch = MIN (settings->batch, settings->count);
  *jump_length = (guint) gtk_spin_button_get_value_as_int (self->jump_length);
  *n_repeats = (guint) gtk_spin_button_get_value_as_int (self->repeats);
}

void
dip_part_dialog_answer (DipPartDialog *self)
{
  g_signal_emit (self, signals[ANSWERED], 0);
  gtk_window_close (GTK_WINDOW (self));
}
