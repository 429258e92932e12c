#include "app/compare-dialog.h"

#include <glib/gi18n.h>

#include "app/dialog.h"
#include "app/scheduler-row.h"

struct _DipCompareDialog
{
  AdwWindow parent_instance;

  GtkEditable *settings;
  DipSchedulerRow *scheduler;
  GtkSpinButton *steps;
  GtkSpinButton *first_seed;
  GtkSpinButton *n_seeds;
  GtkSpinButton *n_reference;
  GtkWidget *outcome;
  GtkWidget *button;
};

enum
{
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipCompareDialog, dip_compare_dialog, ADW_TYPE_WINDOW)

static GPtrArray *
parse (DipCompareDialog *self, GError **error)
{
  g_auto (GStrv) words = g_strsplit (gtk_editable_get_text (self->settings), " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) texts = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);
  texts = g_strv_builder_end (builder);

  return dip_compare_settings_parse ((const char *const *) texts, error);
}

gboolean
dip_compare_dialog_make_plan (DipCompareDialog *self, DipComparisonPlan *plan)
{
  plan->settings = parse (self, NULL);
  plan->first_seed = gtk_spin_button_get_value (self->first_seed);
  plan->n_seeds = gtk_spin_button_get_value_as_int (self->n_seeds);
  plan->n_reference = gtk_spin_button_get_value_as_int (self->n_reference);

  return plan->settings != NULL;
}

static guint
count_steps (const GPtrArray *settings, guint n_seeds, guint n_reference)
{
  guint n = n_reference;

  for (guint i = 0; i < settings->len; i++)
    n += ((DipCompareSetting *) g_ptr_array_index (settings, i))->solver.n_steps;

  return n * n_seeds;
}

static void
update (DipCompareDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) settings = parse (self, &error);
  const guint n_seeds = gtk_spin_button_get_value_as_int (self->n_seeds);
  const guint n_reference = gtk_spin_button_get_value_as_int (self->n_reference);
  g_autofree char *text = NULL;
  gboolean can = settings != NULL && settings->len * n_seeds <= DIP_COMPARE_MAX_CELLS;

  if (settings == NULL)
    text = g_strdup (error->message);
  else if (!can)
    text = g_strdup_printf (_ ("%u pairs, and a grid has at most %u."),
                            settings->len * n_seeds, DIP_COMPARE_MAX_CELLS);
  else
    text = g_strdup_printf (_ ("A grid of %u × %u pairs, %u steps in all."), n_seeds,
                            settings->len, count_steps (settings, n_seeds, n_reference));
  gtk_label_set_text (GTK_LABEL (self->outcome), text);
  gtk_widget_set_sensitive (self->button, can);
}

/* The scheduler and the steps that are chosen, behind what is there. */
static void
add_cb (DipCompareDialog *self)
{
  const char *name = dip_scheduler_row_get_scheduler (self->scheduler);
  const char *text = gtk_editable_get_text (self->settings);
  g_autofree char *longer = NULL;

  if (name == NULL)
    return;
  longer = g_strdup_printf ("%s%s%s:%d", text, *text != '\0' ? " " : "", name,
                            gtk_spin_button_get_value_as_int (self->steps));
  gtk_editable_set_text (self->settings, longer);
}

static void
dip_compare_dialog_class_init (DipCompareDialogClass *klass)
{
  signals[ANSWERED] =
      g_signal_new ("answered", DIP_TYPE_COMPARE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
}

static void
dip_compare_dialog_init (DipCompareDialog *self)
{
}

static void
add_settings (DipCompareDialog *self, AdwPreferencesGroup *group)
{
  GtkWidget *row = adw_entry_row_new ();
  GtkWidget *add = gtk_button_new_from_icon_name ("list-add-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Settings"));
  gtk_editable_set_text (GTK_EDITABLE (row), "ddim:10,20 dpmsolver:10,20 unipc:10,20");
  gtk_widget_set_tooltip_text (
      row, _ ("SCHEDULER:STEPS,STEPS,eta=0.5 of each column or columns, with spaces "
              "between"));
  adw_preferences_group_add (group, row);
  self->settings = GTK_EDITABLE (row);

  self->scheduler = DIP_SCHEDULER_ROW (dip_scheduler_row_new (_ ("Another column…")));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->scheduler),
                                 _ ("Add a Scheduler"));
  adw_preferences_group_add (group, GTK_WIDGET (self->scheduler));
  self->steps = dip_dialog_add_number (group, _ ("With Steps"), NULL, 1, 1000, 1, 0, 20);
  gtk_widget_set_valign (add, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (add, "flat");
  gtk_widget_set_tooltip_text (add, _ ("Add to the settings"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (add), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Add to the settings"), -1);
  g_signal_connect_swapped (add, "clicked", G_CALLBACK (add_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (gtk_widget_get_ancestor (
                                 GTK_WIDGET (self->steps), ADW_TYPE_ACTION_ROW)),
                             add);
}

GtkWidget *
dip_compare_dialog_new (GtkWindow *parent, const DipRunSettings *settings)
{
  DipCompareDialog *self = g_object_new (DIP_TYPE_COMPARE_DIALOG, NULL);
  GtkWidget *group = NULL;
  GtkWidget *content = dip_dialog_new_content (
      _ ("Each setting makes a pair of each seed; the grid grows while they are made."),
      &group);
  AdwPreferencesGroup *rows = ADW_PREFERENCES_GROUP (group);
  GtkSpinButton *numbers[3];

  add_settings (self, rows);
  numbers[0] = self->first_seed = dip_dialog_add_number (
      rows, _ ("First Seed"), NULL, 0, G_MAXUINT32 - 1000.0, 1, 0, settings->seed);
  numbers[1] = self->n_seeds =
      dip_dialog_add_number (rows, _ ("Seeds"), NULL, 1, 1000, 1, 0, 3);
  numbers[2] = self->n_reference = dip_dialog_add_number (
      rows, _ ("Reference"), _ ("DDIM steps to compare with; 0: none"), 0, 1000, 50, 0,
      1000);
  self->outcome = dip_dialog_add_outcome (GTK_BOX (content));
  self->button = dip_dialog_set_up (ADW_WINDOW (self), parent, _ ("Compare Settings"),
                                    _ ("Add to the _Queue"), content);
  g_signal_connect_swapped (self->button, "clicked",
                            G_CALLBACK (dip_compare_dialog_answer), self);
  g_signal_connect_swapped (self->settings, "changed", G_CALLBACK (update), self);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_signal_connect_swapped (numbers[i], "value-changed", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}

void
dip_compare_dialog_set (DipCompareDialog *self,
                        const char *settings,
                        guint64 first_seed,
                        guint n_seeds,
                        guint n_reference)
{
  gtk_editable_set_text (self->settings, settings);
  gtk_spin_button_set_value (self->first_seed, first_seed);
  gtk_spin_button_set_value (self->n_seeds, n_seeds);
  gtk_spin_button_set_value (self->n_reference, n_reference);
}

const char *
dip_compare_dialog_get_outcome (DipCompareDialog *self)
{
  return gtk_label_get_text (GTK_LABEL (self->outcome));
}

void
dip_compare_dialog_answer (DipCompareDialog *self)
{
  if (!gtk_widget_get_sensitive (self->button))
    return;
  g_signal_emit (self, signals[ANSWERED], 0);
  gtk_window_close (GTK_WINDOW (self));
}
