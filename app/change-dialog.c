#include "app/change-dialog.h"

#include <glib/gi18n.h>

#include "app/scheduler-row.h"

typedef enum
{
  SEED,
  SCHEDULER,
  STEPS,
  ETA,
  CHURN,
  PRECISION,
  N_THINGS
} Thing;

static const char *const things[N_THINGS] = {
  [SEED] = N_ ("Seed"), [SCHEDULER] = N_ ("Scheduler"), [STEPS] = N_ ("Steps"),
  [ETA] = N_ ("Eta"),   [CHURN] = N_ ("Churn"),         [PRECISION] = N_ ("Precision"),
};

static const char *const precisions[] = { "auto", "fp32", "fp16", NULL };

typedef struct
{
  DipWindow *window;
  DipRunSettings *settings;
  AdwComboRow *thing;
  GtkWidget *values[N_THINGS]; /* rows, of which one is seen */
  GtkSpinButton *spins[N_THINGS];
} Dialog;

static void
dialog_free (gpointer data, GClosure *closure)
{
  Dialog *self = data;

  dip_run_settings_free (self->settings);
  g_free (self);
}

static GtkWidget *
make_number (Dialog *self, Thing thing, double value, double min, double max, double step)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (min, max, step);

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (things[thing]), -1);
  self->spins[thing] = GTK_SPIN_BUTTON (spin);

  return row;
}

static GtkWidget *
make_precision (const DipRunSettings *settings)
{
  GtkWidget *row = adw_combo_row_new ();
  const char *names[] = { _ ("Automatic"), "fp32", "fp16", NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);

  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  for (guint i = 0; precisions[i] != NULL; i++)
    if (g_strcmp0 (settings->precision, precisions[i]) == 0)
      adw_combo_row_set_selected (ADW_COMBO_ROW (row), i);

  return row;
}

static GtkWidget *
make_scheduler (const DipRunSettings *settings)
{
  GtkWidget *row = g_object_new (DIP_TYPE_SCHEDULER_ROW, NULL);

  dip_scheduler_row_set_scheduler (DIP_SCHEDULER_ROW (row), settings->scheduler);

  return row;
}

static void
thing_changed_cb (Dialog *self)
{
  guint selected = adw_combo_row_get_selected (self->thing);

  for (guint i = 0; i < N_THINGS; i++)
    gtk_widget_set_visible (self->values[i], i == selected);
}

static GtkWidget *
make_rows (Dialog *self)
{
  const DipRunSettings *settings = self->settings;
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; i < N_THINGS; i++)
    gtk_string_list_append (list, _ (things[i]));
  self->thing = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->thing), _ ("Change"));
  adw_combo_row_set_model (self->thing, G_LIST_MODEL (list));
  self->values[SEED] = make_number (self, SEED, settings->seed + 1, 0, G_MAXUINT32, 1);
  self->values[SCHEDULER] = make_scheduler (settings);
  self->values[STEPS] = make_number (self, STEPS, settings->n_steps, 1, 1000, 1);
  self->values[ETA] = make_number (self, ETA, settings->eta, 0, 1, 0.05);
  self->values[CHURN] = make_number (self, CHURN, settings->churn, 0, 100, 1);
  self->values[PRECISION] = make_precision (settings);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->thing));
  for (guint i = 0; i < N_THINGS; i++)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->values[i]), _ ("To"));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->values[i]);
    }
  g_signal_connect_swapped (self->thing, "notify::selected",
                            G_CALLBACK (thing_changed_cb), self);
  thing_changed_cb (self);

  return group;
}

static void
set_string (char **where, const char *value)
{
  char *copy = g_strdup (value);

  g_free (*where);
  *where = copy;
}

/* A scheduler brings its own keys: what another one was told does not go with it. */
static void
take_scheduler (Dialog *self)
{
  DipSchedulerRow *row = DIP_SCHEDULER_ROW (self->values[SCHEDULER]);

  set_string (&self->settings->scheduler, dip_scheduler_row_get_scheduler (row));
  g_clear_pointer (&self->settings->scheduler_json, g_free);
  g_clear_pointer (&self->settings->scheduler_options, g_free);
}

static void
take_value (Dialog *self, Thing thing)
{
  DipRunSettings *settings = self->settings;
  double value =
      self->spins[thing] != NULL ? gtk_spin_button_get_value (self->spins[thing]) : 0;

  switch (thing)
    {
    case SEED:
      settings->seed = value;
      break;

    case SCHEDULER:
      take_scheduler (self);
      break;

    case STEPS:
      settings->n_steps = value;
      break;

    case ETA:
      settings->eta = value;
      break;

    case CHURN:
      settings->churn = value;
      break;

    case PRECISION:
      set_string (
          &settings->precision,
          precisions[MIN (
              adw_combo_row_get_selected (ADW_COMBO_ROW (self->values[PRECISION])), 2)]);
      break;

    default:
      g_return_if_reached ();
    }
}

static void
answered_cb (GtkWidget *dialog, const char *response, Dialog *self)
{
  if (!g_str_equal (response, "generate"))
    return;

  take_value (self, adw_combo_row_get_selected (self->thing));
  dip_window_generate (self->window, self->settings);
}

void
dip_change_dialog_present (DipWindow *window, const DipRunSettings *settings)
{
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (window), _ ("Generate Again"),
                              _ ("With the settings of the pair, but for one thing."));
  Dialog *self = g_new0 (Dialog, 1);

  self->window = window;
  self->settings = dip_run_settings_copy (settings);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_rows (self));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"),
                                    "generate", _ ("_Generate"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "generate",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "generate");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), self, dialog_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}
