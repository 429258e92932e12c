#include "app/device-row.h"

#include <glib/gi18n.h>

#include "model/sampler/priority.h"
#include "render/device.h"

struct _DipDeviceRow
{
  AdwComboRow parent_instance;

  GStrv names;  /* in the rows' order after the automatic choice; NULL: not yet known */
  GStrv hints;  /* what each row's device is, the automatic one first */
  char *wanted; /* until the devices are known, and if it is not there; or NULL */
  gboolean is_loading; /* rows are being set, not chosen */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipDeviceRow, dip_device_row, ADW_TYPE_COMBO_ROW)

static void
tell (DipDeviceRow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), escaped);
}

static void
update_hint (DipDeviceRow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  if (self->hints != NULL && selected < g_strv_length (self->hints))
    tell (self, self->hints[selected]);
}

static void
selected_cb (DipDeviceRow *self)
{
  update_hint (self);
  if (!self->is_loading)
    g_signal_emit (self, signals[CHOSEN], 0);
}

/* Listing -------------------------------------------------------------------------- */

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
fill_devices (DipDeviceRow *self, const Devices *devices)
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
      if (g_strcmp0 (devices->infos[i].name, self->wanted) == 0)
        selected = i + 1;
    }
  g_strfreev (self->names);
  g_strfreev (self->hints);
  self->names = g_strv_builder_end (names);
  self->hints = g_strv_builder_end (hints);

  self->is_loading = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (list));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), selected);
  update_hint (self);
  self->is_loading = FALSE;
}

static void
devices_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipDeviceRow *self = DIP_DEVICE_ROW (source);
  g_autoptr (GError) error = NULL;
  Devices *devices = g_task_propagate_pointer (G_TASK (result), &error);

  if (devices != NULL)
    fill_devices (self, devices);
  else
    tell (self, error->message);
  g_clear_pointer (&devices, devices_free);
}

static void
list_devices (DipDeviceRow *self)
{
  GTask *task = g_task_new (self, NULL, devices_listed_cb, NULL);

  g_thread_unref (g_thread_new ("devices", list_in_thread, task));
}

/* The object ----------------------------------------------------------------------- */

static void
dip_device_row_finalize (GObject *object)
{
  DipDeviceRow *self = DIP_DEVICE_ROW (object);

  g_strfreev (self->names);
  g_strfreev (self->hints);
  g_free (self->wanted);

  G_OBJECT_CLASS (dip_device_row_parent_class)->finalize (object);
}

static void
dip_device_row_class_init (DipDeviceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_device_row_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", DIP_TYPE_DEVICE_ROW, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_device_row_init (DipDeviceRow *self)
{
  const char *only[] = { _ ("Automatic"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (only);

  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (list));
  g_signal_connect (self, "notify::selected", G_CALLBACK (selected_cb), NULL);
  list_devices (self);
}

void
dip_device_row_set_device (DipDeviceRow *self, const char *name)
{
  guint selected = 0;

  g_free (self->wanted);
  self->wanted = g_strdup (name);
  for (guint i = 0; self->names != NULL && self->names[i] != NULL; i++)
    if (g_strcmp0 (self->names[i], name) == 0)
      selected = i + 1;

  self->is_loading = TRUE;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), selected);
  self->is_loading = FALSE;
}

const char *
dip_device_row_get_device (DipDeviceRow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  if (self->names == NULL)
    return self->wanted;

  return selected > 0 && selected <= g_strv_length (self->names)
             ? self->names[selected - 1]
             : NULL;
}
