#include "app/run-status.h"

#include <glib/gi18n.h>
#include <inttypes.h>

struct _DipRunStatus
{
  GtkWidget parent_instance;

  DipQueue *queue;
  char *remark;

  GtkWidget *box;
  GtkWidget *row;
  GtkWidget *progress;
  GtkWidget *what;
  GtkWidget *where;
};

G_DEFINE_FINAL_TYPE (DipRunStatus, dip_run_status, GTK_TYPE_WIDGET)

/* "0.42 s", "37 s", "2:05", "1:02:05". */
static char *
format_seconds (double seconds)
{
  guint whole = seconds + 0.5;

  if (seconds < 10)
    return g_strdup_printf (_ ("%.2f s"), seconds);
  if (whole < 60)
    return g_strdup_printf (_ ("%u s"), whole);
  if (whole < 3600)
    return g_strdup_printf ("%u:%02u", whole / 60, whole % 60);

  return g_strdup_printf ("%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
}

static char *
describe_steps (const DipQueueProgress *progress)
{
  g_autofree char *each = format_seconds (progress->seconds_per_step);
  g_autofree char *left = format_seconds (progress->seconds_left);

  if (progress->seconds_per_step == 0)
    return g_strdup_printf (_ ("Step %u of %u · timestep %g"), progress->step,
                            progress->n_steps, progress->timestep);

  return g_strdup_printf (_ ("Step %u of %u · timestep %g · %s a step · %s left"),
                          progress->step, progress->n_steps, progress->timestep, each,
                          left);
}

static char *
describe_what (DipRunStatus *self, const DipQueueProgress *progress)
{
  GPtrArray *takes = dip_queue_get_takes (self->queue);
  g_autofree char *steps = NULL;
  gint64 seed;

  if (!dip_queue_is_busy (self->queue))
    return g_strdup (self->remark != NULL ? self->remark : "");
  if (takes == NULL || takes->len == 0)
    return g_strdup (_ ("Loading the network …"));

  seed = dip_take_get_seed (g_ptr_array_index (takes, 0));
  if (progress->n_steps == 0)
    return g_strdup_printf (_ ("Seed %" PRId64 " · first step …"), seed);
  steps = describe_steps (progress);
  if (dip_queue_get_run_state (self->queue) == DIP_RUN_PAUSED)
    return g_strdup_printf (_ ("Paused · seed %" PRId64 " · %s"), seed, steps);

  return g_strdup_printf (_ ("Seed %" PRId64 " · %s"), seed, steps);
}

static void
changed_cb (DipRunStatus *self)
{
  const char *device = dip_queue_get_device (self->queue);
  DipQueueProgress progress;
  g_autofree char *what = NULL;

  dip_queue_get_progress (self->queue, &progress);
  what = describe_what (self, &progress);
  gtk_label_set_text (GTK_LABEL (self->what), what);
  gtk_label_set_text (GTK_LABEL (self->where), device != NULL ? device : "");
  gtk_widget_set_tooltip_text (self->where, device);
  gtk_widget_set_opacity (self->progress, dip_queue_is_busy (self->queue) ? 1 : 0);
  gtk_progress_bar_set_fraction (
      GTK_PROGRESS_BAR (self->progress),
      progress.n_steps > 0 ? (double) progress.step / progress.n_steps : 0);
}

static void
dip_run_status_dispose (GObject *object)
{
  DipRunStatus *self = DIP_RUN_STATUS (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->queue);
  g_clear_pointer (&self->remark, g_free);

  G_OBJECT_CLASS (dip_run_status_parent_class)->dispose (object);
}

static void
dip_run_status_class_init (DipRunStatusClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_run_status_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_label (float xalign)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 3);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "caption");

  return label;
}

static void
dip_run_status_init (DipRunStatus *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->row = row;

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->progress = gtk_progress_bar_new ();
  gtk_widget_add_css_class (self->progress, "osd");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress of the run"), -1);
  gtk_box_append (GTK_BOX (self->box), self->progress);
  gtk_widget_set_margin_start (row, 12);
  gtk_widget_set_margin_end (row, 12);
  gtk_widget_set_margin_top (row, 4);
  gtk_widget_set_margin_bottom (row, 4);
  self->what = make_label (0);
  gtk_widget_set_hexpand (self->what, TRUE);
  self->where = make_label (1);
  gtk_widget_add_css_class (self->where, "dim-label");
  gtk_box_append (GTK_BOX (row), self->what);
  gtk_box_append (GTK_BOX (row), self->where);
  gtk_box_append (GTK_BOX (self->box), row);
}

GtkWidget *
dip_run_status_new (DipQueue *queue)
{
  DipRunStatus *self = g_object_new (DIP_TYPE_RUN_STATUS, NULL);

  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);

  return GTK_WIDGET (self);
}

void
dip_run_status_add_control (DipRunStatus *self, GtkWidget *control)
{
  gtk_box_append (GTK_BOX (self->row), control);
}

void
dip_run_status_set_remark (DipRunStatus *self, const char *text)
{
  g_free (self->remark);
  self->remark = g_strdup (text);
  changed_cb (self);
}
