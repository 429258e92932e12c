#include "app/begin-dialog.h"

#include <glib/gi18n.h>

#include "app/dialog.h"
#include "app/runs/beginning.h"

/* diffusers' img2img. */
#define DEFAULT_STRENGTH 0.6

struct _DipBeginDialog
{
  AdwWindow parent_instance;

  DipRunSettings *settings;

  GtkRange *strength;
  GtkSpinButton *steps;
  GtkSpinButton *seed;
  GtkSpinButton *count;
  GtkWidget *outcome;
  GtkWidget *button;
};

enum
{
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipBeginDialog, dip_begin_dialog, ADW_TYPE_WINDOW)

DipRunSettings *
dip_begin_dialog_make_settings (DipBeginDialog *self)
{
  DipRunSettings *settings = dip_run_settings_copy (self->settings);

  settings->n_steps = gtk_spin_button_get_value_as_int (self->steps);
  settings->seed = gtk_spin_button_get_value (self->seed);
  settings->count = gtk_spin_button_get_value_as_int (self->count);
  settings->batch = MIN (settings->batch, settings->count);

  return settings;
}

double
dip_begin_dialog_get_strength (DipBeginDialog *self)
{
  return gtk_range_get_value (self->strength);
}

static char *
describe (DipSolver *solver, double strength, gboolean *can)
{
  const guint n = dip_solver_get_n_evaluations (solver);
  const guint begin = dip_find_strength_evaluation (solver, strength);

  *can = begin < n;
  if (!*can && !dip_solver_can_begin_later (solver))
    return g_strdup (
        _ ("This scheduler cannot begin in the middle: choose another in the "
           "sidebar."));
  if (!*can)
    return g_strdup (_ ("So little leaves no step to take."));

  return g_strdup_printf (ngettext ("%u of %u step, from timestep %g on.",
                                    "%u of %u steps, from timestep %g on.", n),
                          n - begin, n, dip_solver_get_timestep (solver, begin));
}

static void
update (DipBeginDialog *self)
{
  g_autoptr (DipRunSettings) settings = dip_begin_dialog_make_settings (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipSolver) solver = dip_beginning_make_solver (settings, &error);
  gboolean can = FALSE;
  g_autofree char *text =
      solver != NULL ? describe (solver, dip_begin_dialog_get_strength (self), &can)
                     : g_strdup (error->message);

  gtk_label_set_text (GTK_LABEL (self->outcome), text);
  gtk_widget_set_sensitive (self->button, can);
}

static void
dip_begin_dialog_finalize (GObject *object)
{
  dip_run_settings_free (DIP_BEGIN_DIALOG (object)->settings);

  G_OBJECT_CLASS (dip_begin_dialog_parent_class)->finalize (object);
}

static void
dip_begin_dialog_class_init (DipBeginDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_begin_dialog_finalize;
  signals[ANSWERED] = g_signal_new ("answered", DIP_TYPE_BEGIN_DIALOG, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_begin_dialog_init (DipBeginDialog *self)
{
}

static void
add_end (GtkWidget *box, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), label);
}

static void
add_strength (DipBeginDialog *self, AdwPreferencesGroup *group)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *scale =
      gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0.0, 1.0, 0.01);

  gtk_scale_set_draw_value (GTK_SCALE (scale), TRUE);
  gtk_scale_set_digits (GTK_SCALE (scale), 2);
  gtk_range_set_value (GTK_RANGE (scale), DEFAULT_STRENGTH);
  gtk_widget_set_size_request (scale, 190, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Strength"), -1);
  add_end (box, _ ("the picture"));
  gtk_box_append (GTK_BOX (box), scale);
  add_end (box, _ ("noise"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Strength"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), scale);
  adw_preferences_group_add (group, row);
  self->strength = GTK_RANGE (scale);
}

GtkWidget *
dip_begin_dialog_new (GtkWindow *parent, const DipRunSettings *settings)
{
  DipBeginDialog *self = g_object_new (DIP_TYPE_BEGIN_DIALOG, NULL);
  GtkWidget *group = NULL;
  GtkWidget *content = dip_dialog_new_content (
      _ ("Noise is added to the pair shown, and taken away again: the more, the less is "
         "left of it."),
      &group);
  AdwPreferencesGroup *rows = ADW_PREFERENCES_GROUP (group);

  self->settings = dip_run_settings_copy (settings);
  add_strength (self, rows);
  self->steps = dip_dialog_add_number (rows, _ ("Steps"),
                                       _ ("Of the whole way; it begins in the middle"), 1,
                                       1000, 1, 0, settings->n_steps);
  self->seed = dip_dialog_add_number (rows, _ ("Seed"), NULL, 0, G_MAXUINT32, 1, 0,
                                      settings->seed);
  self->count = dip_dialog_add_number (rows, _ ("Pairs"), _ ("Each with the next seed"),
                                       1, 1000, 1, 0, settings->count);
  self->outcome = dip_dialog_add_outcome (GTK_BOX (content));
  self->button = dip_dialog_set_up (ADW_WINDOW (self), parent, _ ("Begin from This Pair"),
                                    _ ("Add to the _Queue"), content);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (dip_begin_dialog_answer),
                            self);
  g_signal_connect_swapped (self->strength, "value-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->steps, "value-changed", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}

void
dip_begin_dialog_set_strength (DipBeginDialog *self, double strength)
{
  gtk_range_set_value (self->strength, strength);
}

const char *
dip_begin_dialog_get_outcome (DipBeginDialog *self)
{
  return gtk_label_get_text (GTK_LABEL (self->outcome));
}

void
dip_begin_dialog_answer (DipBeginDialog *self)
{
  if (!gtk_widget_get_sensitive (self->button))
    return;
  g_signal_emit (self, signals[ANSWERED], 0);
  gtk_window_close (GTK_WINDOW (self));
}
