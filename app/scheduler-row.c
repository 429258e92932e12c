#include "app/scheduler-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/sampler/scheduler-config.h"

struct _DipSchedulerRow
{
  AdwComboRow parent_instance;
};

G_DEFINE_FINAL_TYPE (DipSchedulerRow, dip_scheduler_row, ADW_TYPE_COMBO_ROW)

static void
dip_scheduler_row_class_init (DipSchedulerRowClass *klass)
{
}

static void
fill (DipSchedulerRow *self, const char *first)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  gtk_string_list_append (list, first);
  for (guint kind = 0; kind < DIP_N_SCHEDULERS; kind++)
    {
      g_autofree char *name = g_strdup (dip_scheduler_kind_get_class_name (kind));

      if (g_str_has_suffix (name, "Scheduler"))
        name[strlen (name) - strlen ("Scheduler")] = '\0';
      gtk_string_list_append (list, name);
    }
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (list));
}

static void
dip_scheduler_row_init (DipSchedulerRow *self)
{
  fill (self, _ ("The checkpoint’s own"));
}

GtkWidget *
dip_scheduler_row_new (const char *first)
{
  DipSchedulerRow *self = g_object_new (DIP_TYPE_SCHEDULER_ROW, NULL);

  if (first != NULL)
    fill (self, first);

  return GTK_WIDGET (self);
}

void
dip_scheduler_row_set_scheduler (DipSchedulerRow *self, const char *name)
{
  DipSchedulerKind kind;

  adw_combo_row_set_selected (
      ADW_COMBO_ROW (self),
      name != NULL && dip_scheduler_kind_from_name (name, &kind) ? kind + 1 : 0);
}

const char *
dip_scheduler_row_get_scheduler (DipSchedulerRow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  return selected == 0 || selected > DIP_N_SCHEDULERS
             ? NULL
             : dip_scheduler_kind_get_short_name (selected - 1);
}
