#include "app/settings-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/settings.h"
#include "model/sampler/priority.h"
#include "model/sampler/scheduler-config.h"
#include "render/device.h"

struct _DipSettingsPage
{
  AdwBin parent_instance;

  char *checkpoint;     /* NULL: the demo */
  char *scheduler_json; /* of a picture that was restored, or NULL */
  GStrv devices;        /* names in the device row's order after the automatic choice */
  GStrv hints;          /* what each row's device is, the automatic one first */
  char *wanted_device;  /* until the devices are known, and if it is not there */
  gboolean is_loading;  /* rows are being set, not chosen */

  /* Template children. */
  AdwActionRow *checkpoint_row;
  AdwComboRow *device_row;
  AdwComboRow *precision_row;
  AdwComboRow *scheduler_row;
  GtkWidget *eta_row;
  GtkWidget *churn_row;
  GtkSpinButton *steps;
  GtkSpinButton *eta;
  GtkSpinButton *churn;
  GtkSpinButton *seed;
  GtkSpinButton *count;
  GtkSpinButton *batch;
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

static void
fill_schedulers (DipSettingsPage *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  gtk_string_list_append (list, _ ("The checkpoint’s own"));
  for (guint kind = 0; kind < DIP_N_SCHEDULERS; kind++)
    {
      g_autofree char *name = g_strdup (dip_scheduler_kind_get_class_name (kind));

      if (g_str_has_suffix (name, "Scheduler"))
        name[strlen (name) - strlen ("Scheduler")] = '\0';
      gtk_string_list_append (list, name);
    }
  adw_combo_row_set_model (self->scheduler_row, G_LIST_MODEL (list));
}

static const char *
get_scheduler (DipSettingsPage *self)
{
  guint selected = adw_combo_row_get_selected (self->scheduler_row);

  return selected == 0 || selected > DIP_N_SCHEDULERS
             ? NULL
             : dip_scheduler_kind_get_short_name (selected - 1);
}

static void
select_scheduler (DipSettingsPage *self, const char *name)
{
  DipSchedulerKind kind;

  adw_combo_row_set_selected (
      self->scheduler_row,
      name != NULL && dip_scheduler_kind_from_name (name, &kind) ? kind + 1 : 0);
}

/* Eta is DDIM's and churn Euler's; the checkpoint's own may be either. */
static void
update_sensitivity (DipSettingsPage *self)
{
  guint selected = adw_combo_row_get_selected (self->scheduler_row);

  gtk_widget_set_sensitive (self->eta_row,
                            selected == 0 || selected == DIP_SCHEDULER_DDIM + 1);
  gtk_widget_set_sensitive (self->churn_row,
                            selected == 0 || selected == DIP_SCHEDULER_EULER + 1);
}

static void
update_hints (DipSettingsPage *self)
{
  guint device = adw_combo_row_get_selected (self->device_row);
  guint precision = adw_combo_row_get_selected (self->precision_row);

  if (self->hints != NULL && device < g_strv_length (self->hints))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->device_row), self->hints[device]);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->precision_row),
                               get_precision_hint (precision));
}

static void
changed_cb (DipSettingsPage *self)
{
  g_autoptr (DipRunSettings) settings = NULL;

  update_sensitivity (self);
  update_hints (self);
  if (self->is_loading)
    return;

  settings = dip_settings_page_get (self);
  dip_settings_store_run (settings);
}

static void
scheduler_changed_cb (DipSettingsPage *self)
{
  if (!self->is_loading)
    g_clear_pointer (&self->scheduler_json, g_free);
  changed_cb (self);
}

/* Devices ------------------------------------------------------------------------ */

typedef struct
{
  DipDeviceInfo *infos;
  guint n_infos;
} Devices;

static void
devices_free (gpointer data)
{
  Devices *self = data;

  g_free (self->infos);
  g_free (self);
}

/* A driver's threads may be born here and serve the first run: see priority.h. */
static gpointer
list_in_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  Devices *devices = g_new0 (Devices, 1);
  GError *error = NULL;

  dip_thread_give_way ();
  devices->infos = dip_device_list (&devices->n_infos, &error);
  if (devices->infos != NULL)
    {
      g_task_return_pointer (task, devices, devices_free);
      return NULL;
    }
  devices_free (devices);
  g_task_return_error (task, error);

  return NULL;
}

/* "Discrete GPU, 78.0 GB", for the row below the name. */
static char *
describe_device (const DipDeviceInfo *info)
{
  static const char *const kinds[] = {
    [DIP_DEVICE_DISCRETE] = N_ ("Graphics card"),
    [DIP_DEVICE_INTEGRATED] = N_ ("Integrated graphics"),
    [DIP_DEVICE_VIRTUAL] = N_ ("Virtual graphics card"),
    [DIP_DEVICE_OTHER] = N_ ("Another kind of device"),
    [DIP_DEVICE_CPU] = N_ ("The processor stands in for a graphics card: slower"),
  };
  g_autofree char *memory = g_format_size (info->memory);

  if (info->missing[0] != '\0')
    return g_strdup_printf (_ ("Cannot be used: lacks %s"), info->missing);
  if (info->type == DIP_DEVICE_CPU)
    return g_strdup (_ (kinds[info->type]));

  return g_strdup_printf (_ ("%s, %s"), _ (kinds[info->type]), memory);
}

static char *
describe_automatic (const Devices *devices)
{
  const DipDeviceInfo *best =
      dip_device_choose (devices->infos, devices->n_infos, NULL, G_MAXUINT, NULL);
  g_autofree char *kind = best != NULL ? describe_device (best) : NULL;

  return best != NULL ? g_strdup_printf ("%s. %s", best->name, kind)
                      : g_strdup (_ ("No device can be used"));
}

static void
fill_devices (DipSettingsPage *self, const Devices *devices)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) hints = g_strv_builder_new ();
  g_autofree char *automatic = describe_automatic (devices);
  guint selected = 0;

  gtk_string_list_append (list, _ ("Automatic"));
  g_strv_builder_add (hints, automatic);
  for (guint i = 0; i < devices->n_infos; i++)
    {
      g_autofree char *hint = describe_device (&devices->infos[i]);

      gtk_string_list_append (list, devices->infos[i].name);
      g_strv_builder_add (names, devices->infos[i].name);
      g_strv_builder_add (hints, hint);
      if (g_strcmp0 (devices->infos[i].name, self->wanted_device) == 0)
        selected = i + 1;
    }
  g_strfreev (self->devices);
  g_strfreev (self->hints);
  self->devices = g_strv_builder_end (names);
  self->hints = g_strv_builder_end (hints);

  self->is_loading = TRUE;
  adw_combo_row_set_model (self->device_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->device_row, selected);
  update_hints (self);
  self->is_loading = FALSE;
}

static void
devices_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipSettingsPage *self = DIP_SETTINGS_PAGE (source);
  g_autoptr (GError) error = NULL;
  Devices *devices = g_task_propagate_pointer (G_TASK (result), &error);

  if (devices != NULL)
    fill_devices (self, devices);
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->device_row), error->message);
  g_clear_pointer (&devices, devices_free);
}

static void
list_devices (DipSettingsPage *self)
{
  GTask *task = g_task_new (self, NULL, devices_listed_cb, NULL);

  g_thread_unref (g_thread_new ("devices", list_in_thread, task));
}

static const char *
get_device (DipSettingsPage *self)
{
  guint selected = adw_combo_row_get_selected (self->device_row);

  if (self->devices == NULL)
    return self->wanted_device;

  return selected > 0 && selected <= g_strv_length (self->devices)
             ? self->devices[selected - 1]
             : NULL;
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
  g_free (self->wanted_device);
  g_strfreev (self->devices);
  g_strfreev (self->hints);

  G_OBJECT_CLASS (dip_settings_page_parent_class)->finalize (object);
}

static void
dip_settings_page_class_init (DipSettingsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dip_settings_page_dispose;
  object_class->finalize = dip_settings_page_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/diptych/ui/settings-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, checkpoint_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, device_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, precision_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, scheduler_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, eta_row);
  gtk_widget_class_bind_template_child (widget_class, DipSettingsPage, churn_row);
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
  GtkSpinButton *spins[6];
  g_autoptr (DipRunSettings) settings = dip_settings_load_run ();

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_model (self->precision_row,
                           G_LIST_MODEL (gtk_string_list_new ((const char *[]){
                               _ ("Automatic"), "fp32", "fp16", NULL })));
  adw_combo_row_set_model (
      self->device_row,
      G_LIST_MODEL (gtk_string_list_new ((const char *[]){ _ ("Automatic"), NULL })));
  fill_schedulers (self);
  self->wanted_device = g_strdup (settings->device);
  dip_settings_page_restore (self, settings);

  memcpy (spins,
          (GtkSpinButton *[]){ self->steps, self->eta, self->churn, self->seed,
                               self->count, self->batch },
          sizeof spins);
  for (guint i = 0; i < G_N_ELEMENTS (spins); i++)
    g_signal_connect_swapped (spins[i], "value-changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->device_row, "notify::selected", G_CALLBACK (changed_cb),
                            self);
  g_signal_connect_swapped (self->precision_row, "notify::selected",
                            G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->scheduler_row, "notify::selected",
                            G_CALLBACK (scheduler_changed_cb), self);
  list_devices (self);
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
  settings->device = g_strdup (get_device (self));
  settings->precision = g_strdup (precisions[MIN (precision, 2)]);
  settings->scheduler = g_strdup (get_scheduler (self));
  settings->scheduler_json = g_strdup (self->scheduler_json);
  settings->n_steps = gtk_spin_button_get_value_as_int (self->steps);
  settings->eta = gtk_spin_button_get_value (self->eta);
  settings->churn = gtk_spin_button_get_value (self->churn);
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
  select_scheduler (self, settings->scheduler);
  gtk_spin_button_set_value (self->steps, settings->n_steps);
  gtk_spin_button_set_value (self->eta, settings->eta);
  gtk_spin_button_set_value (self->churn, settings->churn);
  gtk_spin_button_set_value (self->seed, settings->seed);
  gtk_spin_button_set_value (self->count, settings->count);
  gtk_spin_button_set_value (self->batch, settings->batch);
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
