#include "app/fork-dialog.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "app/dialog.h"
#include "app/runs/beginning.h"
#include "app/scheduler-row.h"

struct _DipForkDialog
{
  AdwWindow parent_instance;

  DipRunSettings *settings; /* as the steps were made */

  DipSchedulerRow *scheduler;
  GtkSpinButton *steps;
  GtkSpinButton *eta;
  GtkSpinButton *churn;
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

G_DEFINE_FINAL_TYPE (DipForkDialog, dip_fork_dialog, ADW_TYPE_WINDOW)

static const char *
get_scheduler (DipForkDialog *self)
{
  const char *name = dip_scheduler_row_get_scheduler (self->scheduler);

  return name != NULL ? name : self->settings->scheduler;
}

DipRunSettings *
dip_fork_dialog_make_settings (DipForkDialog *self)
{
  DipRunSettings *settings = dip_run_settings_copy (self->settings);

  g_free (settings->scheduler);
  settings->scheduler = g_strdup (get_scheduler (self));
  settings->n_steps = gtk_spin_button_get_value_as_int (self->steps);
  settings->eta = gtk_spin_button_get_value (self->eta);
  settings->churn = gtk_spin_button_get_value (self->churn);
  settings->seed = gtk_spin_button_get_value (self->seed);
  settings->count = gtk_spin_button_get_value_as_int (self->count);
  settings->batch = MIN (settings->batch, settings->count);

  return settings;
}

/* What it comes to -------------------------------------------------------------------- */

/* A solver that draws no noise makes one picture, whatever the seed. */
static char *
describe_seed (DipForkDialog *self,
               DipSolver *solver,
               const DipForkPlan *plan,
               const DipRunSettings *settings)
{
  gboolean has_other_seed = settings->seed != self->settings->seed || settings->count > 1;
  gboolean draws = dip_solver_get_n_noises (solver) > 0;

  if (has_other_seed && !draws)
    return g_strdup (_ ("This solver draws no noise: another seed changes nothing."));
  if (plan->is_unchanged && !has_other_seed)
    return g_strdup (_ ("Nothing is changed: the same pictures again, to the last bit."));

  return g_strdup ("");
}

static char *
describe (DipForkDialog *self,
          DipSolver *solver,
          const DipForkPlan *plan,
          const DipRunSettings *settings)
{
  const guint n_left = plan->n_steps - plan->n_done;
  const guint at = plan->is_unchanged ? plan->position : plan->walk.begin;
  const double timestep = dip_solver_get_timestep (solver, at);
  g_autofree char *seed = describe_seed (self, solver, plan, settings);
  g_autofree char *begin = g_strdup_printf (
      ngettext ("%u step from timestep %g on.", "%u steps from timestep %g on.", n_left),
      n_left, timestep);

  return g_strconcat (begin, *seed != '\0' ? "\n" : "", seed, NULL);
}

static void
update (DipForkDialog *self)
{
  g_autoptr (DipRunSettings) settings = dip_fork_dialog_make_settings (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipSolver) solver = NULL;
  g_autofree char *text = NULL;
  DipSchedulerKind kind = 0;
  DipForkPlan plan;
  gboolean can;

  dip_scheduler_kind_from_name (settings->scheduler, &kind);
  gtk_widget_set_sensitive (GTK_WIDGET (self->eta), kind == DIP_SCHEDULER_DDIM);
  gtk_widget_set_sensitive (GTK_WIDGET (self->churn), kind == DIP_SCHEDULER_EULER);
  solver = dip_beginning_make_fork_solver (settings->origin->take, settings, &error);
  can =
      solver != NULL && dip_beginning_plan_fork (settings->origin, solver, &plan, &error);
  text = can ? describe (self, solver, &plan, settings) : g_strdup (error->message);
  gtk_label_set_text (GTK_LABEL (self->outcome), text);
  gtk_widget_set_sensitive (self->button, can);
}

/* The object -------------------------------------------------------------------------- */

static void
dip_fork_dialog_finalize (GObject *object)
{
  dip_run_settings_free (DIP_FORK_DIALOG (object)->settings);

  G_OBJECT_CLASS (dip_fork_dialog_parent_class)->finalize (object);
}

static void
dip_fork_dialog_class_init (DipForkDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_fork_dialog_finalize;
  signals[ANSWERED] = g_signal_new ("answered", DIP_TYPE_FORK_DIALOG, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_fork_dialog_init (DipForkDialog *self)
{
}

/* "DDIM": diffusers' word without its ending. */
static char *
name_scheduler (const DipRunSettings *settings)
{
  DipSchedulerKind kind = 0;
  char *name;

  dip_scheduler_kind_from_name (settings->scheduler, &kind);
  name = g_strdup (dip_scheduler_kind_get_class_name (kind));
  if (g_str_has_suffix (name, "Scheduler"))
    name[strlen (name) - strlen ("Scheduler")] = '\0';

  return name;
}

static void
add_scheduler (DipForkDialog *self, AdwPreferencesGroup *group)
{
  g_autofree char *name = name_scheduler (self->settings);
  g_autofree char *first = g_strdup_printf (_ ("As before (%s)"), name);

  self->scheduler = DIP_SCHEDULER_ROW (dip_scheduler_row_new (first));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->scheduler), _ ("Scheduler"));
  adw_preferences_group_add (group, GTK_WIDGET (self->scheduler));
}

static void
add_rows (DipForkDialog *self, AdwPreferencesGroup *group)
{
  const DipRunSettings *settings = self->settings;

  add_scheduler (self, group);
  self->steps = dip_dialog_add_number (group, _ ("Steps"),
                                       _ ("Of the whole way; it begins in the middle"), 1,
                                       1000, 1, 0, settings->n_steps);
  self->eta =
      dip_dialog_add_number (group, _ ("Eta"), _ ("Noise DDIM adds: 0 none, 1 as DDPM"),
                             0, 1, 0.05, 2, settings->eta);
  self->churn = dip_dialog_add_number (group, _ ("Churn"),
                                       _ ("Noise Euler adds and takes away again"), 0,
                                       100, 1, 1, settings->churn);
  self->seed = dip_dialog_add_number (group, _ ("Seed"), _ ("Of the noise to come"), 0,
                                      G_MAXUINT32, 1, 0, settings->seed);
  self->count =
      dip_dialog_add_number (group, _ ("Branches"), _ ("Each with the next seed"), 1, 100,
                             1, 0, settings->count);
}

static void
connect_numbers (DipForkDialog *self)
{
  GtkSpinButton *numbers[] = { self->steps, self->eta, self->churn, self->seed,
                               self->count };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_signal_connect_swapped (numbers[i], "value-changed", G_CALLBACK (update), self);
}

static char *
make_description (const DipRunSettings *settings)
{
  const DipOrigin *origin = settings->origin;
  g_autofree char *name = name_scheduler (settings);

  return g_strdup_printf (_ ("After step %u (timestep %g) of seed %" PRId64 ", %s with "
                             "%u steps."),
                          origin->position + 1, origin->frame->timestep,
                          dip_take_get_seed (origin->take), name, settings->n_steps);
}

GtkWidget *
dip_fork_dialog_new (GtkWindow *parent, const DipRunSettings *settings)
{
  DipForkDialog *self = g_object_new (DIP_TYPE_FORK_DIALOG, NULL);
  g_autofree char *text = make_description (settings);
  GtkWidget *group = NULL;
  GtkWidget *content = dip_dialog_new_content (text, &group);

  self->settings = dip_run_settings_copy (settings);
  add_rows (self, ADW_PREFERENCES_GROUP (group));
  self->outcome = dip_dialog_add_outcome (GTK_BOX (content));
  self->button = dip_dialog_set_up (ADW_WINDOW (self), parent, _ ("Go On from Here"),
                                    _ ("_Go On"), content);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (dip_fork_dialog_answer),
                            self);
  g_signal_connect_swapped (self->scheduler, "notify::selected", G_CALLBACK (update),
                            self);
  connect_numbers (self);
  update (self);

  return GTK_WIDGET (self);
}

void
dip_fork_dialog_set (DipForkDialog *self,
                     const char *scheduler,
                     guint n_steps,
                     guint64 seed)
{
  dip_scheduler_row_set_scheduler (self->scheduler, scheduler);
  gtk_spin_button_set_value (self->steps, n_steps);
  gtk_spin_button_set_value (self->seed, seed);
}

const char *
dip_fork_dialog_get_outcome (DipForkDialog *self)
{
  return gtk_label_get_text (GTK_LABEL (self->outcome));
}

void
dip_fork_dialog_answer (DipForkDialog *self)
{
  if (!gtk_widget_get_sensitive (self->button))
    return;
  g_signal_emit (self, signals[ANSWERED], 0);
  gtk_window_close (GTK_WINDOW (self));
}
