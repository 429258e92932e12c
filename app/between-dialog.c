#include "app/between-dialog.h"

#include <glib/gi18n.h>

#include "app/dialog.h"

#define DEFAULT_PAIRS 9

struct _DipBetweenDialog
{
  AdwWindow parent_instance;

  DipRunSettings *settings;

  GtkSpinButton *from;
  GtkSpinButton *to;
  GtkSpinButton *n_pairs;
  GtkWidget *outcome;
  GtkWidget *button;
};

enum
{
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipBetweenDialog, dip_between_dialog, ADW_TYPE_WINDOW)

DipRunSettings *
dip_between_dialog_make_settings (DipBetweenDialog *self)
{
  DipRunSettings *settings = dip_run_settings_copy (self->settings);
  const guint n = gtk_spin_button_get_value_as_int (self->n_pairs);
  g_autofree double *weights = g_new (double, n);

  for (guint i = 0; i < n; i++)
    weights[i] = (double) i / (n - 1);
  g_clear_pointer (&settings->origin, dip_origin_unref);
  settings->origin =
      dip_origin_new_between (gtk_spin_button_get_value (self->to), weights, n);
  settings->seed = gtk_spin_button_get_value (self->from);
  settings->count = n;
  settings->batch = MIN (settings->batch, n);

  return settings;
}

static void
update (DipBetweenDialog *self)
{
  const guint n = gtk_spin_button_get_value_as_int (self->n_pairs);
  const gboolean are_two =
      gtk_spin_button_get_value (self->from) != gtk_spin_button_get_value (self->to);
  g_autofree char *text =
      are_two ? g_strdup_printf (_ ("The seeds’ own pairs at the ends, %u between them."),
                                 n - 2)
              : g_strdup (_ ("Wants two different seeds."));

  gtk_label_set_text (GTK_LABEL (self->outcome), text);
  gtk_widget_set_sensitive (self->button, are_two);
}

static void
dip_between_dialog_finalize (GObject *object)
{
  dip_run_settings_free (DIP_BETWEEN_DIALOG (object)->settings);

  G_OBJECT_CLASS (dip_between_dialog_parent_class)->finalize (object);
}

static void
dip_between_dialog_class_init (DipBetweenDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_between_dialog_finalize;
  signals[ANSWERED] =
      g_signal_new ("answered", DIP_TYPE_BETWEEN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
}

static void
dip_between_dialog_init (DipBetweenDialog *self)
{
}

GtkWidget *
dip_between_dialog_new (GtkWindow *parent, const DipRunSettings *settings)
{
  DipBetweenDialog *self = g_object_new (DIP_TYPE_BETWEEN_DIALOG, NULL);
  GtkWidget *group = NULL;
  GtkWidget *content = dip_dialog_new_content (
      _ ("Pairs whose noise lies between that of two seeds, as a strip to scrub over."),
      &group);
  AdwPreferencesGroup *rows = ADW_PREFERENCES_GROUP (group);
  GtkSpinButton *numbers[3];

  self->settings = dip_run_settings_copy (settings);
  self->from = dip_dialog_add_number (rows, _ ("From Seed"), NULL, 0, G_MAXUINT32, 1, 0,
                                      settings->seed);
  self->to =
      dip_dialog_add_number (rows, _ ("To Seed"), NULL, 0, G_MAXUINT32, 1, 0,
                             settings->seed < G_MAXUINT32 ? settings->seed + 1 : 0);
  self->n_pairs = dip_dialog_add_number (rows, _ ("Pairs"), _ ("Both ends counted"), 2,
                                         1000, 1, 0, DEFAULT_PAIRS);
  self->outcome = dip_dialog_add_outcome (GTK_BOX (content));
  self->button = dip_dialog_set_up (ADW_WINDOW (self), parent, _ ("Between Two Seeds"),
                                    _ ("Add to the _Queue"), content);
  g_signal_connect_swapped (self->button, "clicked",
                            G_CALLBACK (dip_between_dialog_answer), self);
  numbers[0] = self->from;
  numbers[1] = self->to;
  numbers[2] = self->n_pairs;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_signal_connect_swapped (numbers[i], "value-changed", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}

void
dip_between_dialog_set (DipBetweenDialog *self, guint64 from, guint64 to, guint n_pairs)
{
  gtk_spin_button_set_value (self->from, from);
  gtk_spin_button_set_value (self->to, to);
  gtk_spin_button_set_value (self->n_pairs, n_pairs);
}

void
dip_between_dialog_answer (DipBetweenDialog *self)
{
  if (!gtk_widget_get_sensitive (self->button))
    return;
  g_signal_emit (self, signals[ANSWERED], 0);
  gtk_window_close (GTK_WINDOW (self));
}
