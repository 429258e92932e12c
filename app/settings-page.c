#include "app/settings-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/device-row.h"
#include "app/options-row.h"
#include "app/scheduler-row.h"
#include "app/settings.h"
#include "app/size-row.h"
#include "model/sampler/scheduler-config.h"

struct _DipSettingsPage
{
  AdwBin parent_instance;

  char *checkpoint; /* NULL: the demo */
  DipCheckpointFacts facts;
  char *scheduler_json; /* of a picture that was restored, or NULL */
  gboolean is_loading;  /* rows are being set, not chosen */

  /* Template children. */
  AdwActionRow *checkpoint_row;
  DipDeviceRow *device_row;
  AdwComboRow *precision_row;
  DipSchedulerRow *scheduler_row;
  GtkWidget *eta_row;
  GtkWidget *churn_row;
  GtkWidget *class_row;
  DipSizeRow *size_row;
  DipOptionsRow *options_row;
  GtkSpinButton *steps;
  GtkSpinButton *eta;
  GtkSpinButton *churn;
  GtkSpinButton *seed;
  GtkSpinButton *count;
  GtkSpinButton *batch;
  GtkSpinButton *class_label;
};

G_DEFINE_FINAL_TYPE (DipSettingsPage, dip_settings_page, ADW_TYPE_BIN)

static const char *const precisions[] = { "auto", "fp32", "fp16" };

static const char *
get_precision_hint (guint i)
{
  static const char *const hints[] = {
    N_ ("The fastest that agrees with the strict result"),
    N_ ("Strict float32"),
    N_ ("Half precision, where the device can"),
  };

  return i < G_N_ELEMENTS (hints) ? _ (hints[i]) : "";
}

/* Rows -------------------------------------------------------------------------- */

static void
show_checkpoint (DipSettingsPage *self)
{
  g_autofree char *name =
      self->checkpoint != NULL ? g_path_get_basename (self->checkpoint) : NULL;
  g_autofree char *escaped =
      g_markup_escape_text (name != NULL ? name : _ ("Demo: computed phantoms"), -1);

  adw_action_row_set_subtitle (self->checkpoint_row, escaped);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->checkpoint_row), self->checkpoint);
}

/* What can be chosen depends on the checkpoint. */
static void
read_facts (DipSettingsPage *self)
{
  dip_checkpoint_facts_clear (&self->facts);
  dip_checkpoint_facts_read (&self->facts, self->checkpoint, NULL);
  gtk_widget_set_visible (self->class_row, self->facts.max_class >= 0);
  gtk_spin_button_set_range (self->class_label, 0, MAX (self->facts.max_class, 0));
  dip_size_row_set_facts (self->size_row, &self->facts);
}

/* The scheduler's keys, for the options. */
static void
tell_scheduler (DipSettingsPage *self)
{
  g_autoptr (DipRunSettings) settings = dip_run_settings_new ();

  settings->scheduler = g_strdup (dip_scheduler_row_get_scheduler (self->scheduler_row));
  settings->scheduler_json = g_strdup (self->scheduler_json);
  dip_options_row_set_scheduler (self->options_row, settings, self->facts.scheduler);
}

/* Eta is DDIM's and churn Euler's; the checkpoint's own may be either. */
static void
update_sensitivity (DipSettingsPage *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->scheduler_row));

  gtk_widget_set_sensitive (self->eta_row,
                            selected == 0 || selected == DIP_SCHEDULER_DDIM + 1);
  gtk_widget_set_sensitive (self->churn_row,
                            selected == 0 || selected == DIP_SCHEDULER_EULER + 1);
}

static void
update_hint (DipSettingsPage *self)
{
  guint precision = adw_combo_row_get_selected (self->precision_row);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->precision_row),
                               get_precision_hint (precision));
}

static void
changed_cb (DipSettingsPage *self)
{
  g_autoptr (DipRunSettings) settings = NULL;

  update_sensitivity (self);
  update_hint (self);
  if (self->is_loading)
    return;

  settings = dip_settings_page_get (self);
  dip_settings_store_run (settings);
}

static void
scheduler_changed_cb (DipSettingsPage *self)
{
  if (!self->is_loading)
    {
      g_clear_pointer (&self->scheduler_json, g_free);
      tell_scheduler (self);
    }
  changed_cb (self);
}

/* The object ----------------------------------------------------------------------- */

static void
dip_settings_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), DIP_TYPE_SETTINGS_PAGE);

  G_OBJECT_CLASS (dip_settings_page_parent_class)->dispose (object);
}

static void
dip_settings_page_finalize (GObject *object)
{
  DipSettingsPage *self = DIP_SETTINGS_PAGE (object);

  g_free (self->checkpoint);
  g_free (self->scheduler_json);
  dip_checkpoint_facts_clear (&self->facts);

  G_OBJECT_CLASS (dip_settings_page_parent_class)->finalize (object);
}

static void
dip_settings_page_class_init (DipSettingsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dip_settings_page_dispose;
  object_class->finalize = dip_settings_page_finalize;

  g_type_ensure (DIP_TYPE_DEVICE_ROW);
  g_type_ensure (DIP_TYPE_SCHEDULER_ROW);
  g_type_ensure (DIP_TYPE_SIZE_ROW);
  g_type_ensure (DIP_TYPE_OPTIONS_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/diptych/ui/settings-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, checkpoint_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, device_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, precision_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, scheduler_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, eta_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, churn_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, class_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, class_label);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, size_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, options_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, steps);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, eta);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, churn);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, seed);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, count);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, batch);
}

static void
dip_settings_page_init (DipSettingsPage *self)
{
  GtkSpinButton *spins[7];
  g_autoptr (DipRunSettings) settings = dip_settings_load_run ();

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_model (self->precision_row,
                           G_LIST_MODEL (gtk_string_list_new ((const char *[]){
                               _ ("Automatic"), "fp32", "fp16", NULL })));
  dip_device_row_set_device (self->device_row, settings->device);
  dip_settings_page_restore (self, settings);

  memcpy (spins,
          (GtkSpinButton *[]){ self->steps, self->eta, self->churn, self->seed,
                               self->count, self->batch, self->class_label },
          sizeof spins);
  for (guint i = 0; i < G_N_ELEMENTS (spins); i++)
    g_signal_connect_swapped (spins[i], "value-changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->device_row, "chosen", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->size_row, "chosen", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->options_row, "chosen", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->precision_row, "notify::selected",
                            G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->scheduler_row, "notify::selected",
                            G_CALLBACK (scheduler_changed_cb), self);
}

GtkWidget *
dip_settings_page_new (void)
{
  return g_object_new (DIP_TYPE_SETTINGS_PAGE, NULL);
}

DipRunSettings *
dip_settings_page_get (DipSettingsPage *self)
{
  DipRunSettings *settings = dip_run_settings_new ();
  guint precision = adw_combo_row_get_selected (self->precision_row);

  g_free (settings->precision);
  settings->checkpoint = g_strdup (self->checkpoint);
  settings->device = g_strdup (dip_device_row_get_device (self->device_row));
  settings->precision = g_strdup (precisions[MIN (precision, 2)]);
  settings->scheduler = g_strdup (dip_scheduler_row_get_scheduler (self->scheduler_row));
  settings->scheduler_json = g_strdup (self->scheduler_json);
  settings->n_steps = gtk_spin_button_get_value_as_int (self->steps);
  settings->eta = gtk_spin_button_get_value (self->eta);
  settings->churn = gtk_spin_button_get_value (self->churn);
  settings->scheduler_options =
      g_strdup (dip_options_row_get_options (self->options_row));
  dip_size_row_get_size (self->size_row, &settings->width, &settings->height);
  settings->class_label = gtk_spin_button_get_value_as_int (self->class_label);
  settings->seed = gtk_spin_button_get_value (self->seed);
  settings->count = gtk_spin_button_get_value_as_int (self->count);
  settings->batch = gtk_spin_button_get_value_as_int (self->batch);

  return settings;
}

void
dip_settings_page_restore (DipSettingsPage *self, const DipRunSettings *settings)
{
  guint precision = 0;

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++)
    if (g_strcmp0 (settings->precision, precisions[i]) == 0)
      precision = i;

  self->is_loading = TRUE;
  g_free (self->checkpoint);
  self->checkpoint = g_strdup (settings->checkpoint);
  g_free (self->scheduler_json);
  self->scheduler_json = g_strdup (settings->scheduler_json);
  adw_combo_row_set_selected (self->precision_row, precision);
  dip_scheduler_row_set_scheduler (self->scheduler_row, settings->scheduler);
  gtk_spin_button_set_value (self->steps, settings->n_steps);
  gtk_spin_button_set_value (self->eta, settings->eta);
  gtk_spin_button_set_value (self->churn, settings->churn);
  gtk_spin_button_set_value (self->seed, settings->seed);
  gtk_spin_button_set_value (self->count, settings->count);
  gtk_spin_button_set_value (self->batch, settings->batch);
  read_facts (self);
  gtk_spin_button_set_value (self->class_label, settings->class_label);
  dip_size_row_set_size (self->size_row, settings->width, settings->height);
  tell_scheduler (self);
  dip_options_row_set_options (self->options_row, settings->scheduler_options);
  self->is_loading = FALSE;
  show_checkpoint (self);
  changed_cb (self);
}

void
dip_settings_page_set_checkpoint (DipSettingsPage *self, const char *path)
{
  char *copy = g_strdup (path);

  g_free (self->checkpoint);
  self->checkpoint = copy;
  g_clear_pointer (&self->scheduler_json, g_free);
  read_facts (self);
  tell_scheduler (self);
  show_checkpoint (self);
  changed_cb (self);
}

void
dip_settings_page_used (DipSettingsPage *self)
{
  GSettings *settings = dip_settings_get ();

  g_settings_set_uint64 (settings, "last-seed", gtk_spin_button_get_value (self->seed));
  if (!g_settings_get_boolean (settings, "seed-locked"))
    dip_settings_page_roll (self);
}

void
dip_settings_page_roll (DipSettingsPage *self)
{
  gtk_spin_button_set_value (self->seed, g_random_int ());
}

void
dip_settings_page_reuse (DipSettingsPage *self)
{
  gtk_spin_button_set_value (self->seed,
                             g_settings_get_uint64 (dip_settings_get (), "last-seed"));
}
