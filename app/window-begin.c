#include <glib/gi18n.h>

#include "app/begin-dialog.h"
#include "app/between-dialog.h"
#include "app/load-scheduler.h"
#include "app/runs/strip.h"
#include "app/window-private.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

static void
enqueue (DipWindow *self, const DipRunSettings *settings)
{
  g_autofree char *text = dip_run_settings_describe (settings, TRUE);
  g_autofree char *remark = g_strdup_printf (_ ("In the queue: %s"), text);

  dip_window_untell (self);
  dip_queue_append (self->queue, settings);
  dip_window_toast (self, remark);
}

/* From a pair ------------------------------------------------------------------------- */

/* Which picture it is: {"from": {"file": …, "sha256": …}}; of a step, which one. */
static json_t *
make_facts (DipWindow *self)
{
  DipTake *take = dip_shown_get_take (self->shown);
  const char *path = dip_take_get_path (take);
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *sha256 = path != NULL ? dip_sha256_file (path, NULL) : NULL;
  json_t *from = json_object ();
  json_t *facts = json_object ();

  if (name != NULL)
    dip_json_set_string (from, "file", name);
  if (sha256 != NULL)
    dip_json_set_string (from, "sha256", sha256);
  if (dip_take_get_seed (take) >= 0)
    dip_json_set_int (from, "seed", dip_take_get_seed (take));
  if (dip_shown_get_position (self->shown) + 1 < dip_take_get_n_steps (take))
    dip_json_set_int (from, "step", dip_shown_get_position (self->shown) + 1);
  dip_json_set_take (facts, "from", from);

  return facts;
}

static void
begin_answered_cb (DipBeginDialog *dialog, DipWindow *self)
{
  g_autoptr (DipRunSettings) settings = dip_begin_dialog_make_settings (dialog);
  const DipPair *pair = dip_shown_get_pair (self->shown);

  if (pair == NULL)
    return;
  settings->origin =
      dip_origin_new_picture (pair, dip_take_get_third (dip_shown_get_take (self->shown)),
                              dip_begin_dialog_get_strength (dialog), make_facts (self));
  enqueue (self, settings);
}

/* The step where it begins follows from the checkpoint's scheduler. */
static void
scheduler_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DipWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (DipRunSettings) settings = dip_load_scheduler_finish (result, &error);
  GtkWidget *dialog;

  if (settings == NULL)
    {
      dip_window_tell_error (self, error);
      return;
    }
  dialog = dip_begin_dialog_new (GTK_WINDOW (self), settings);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (begin_answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
begin_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);

  settings->count = 1;
  dip_load_scheduler_async (settings, scheduler_loaded_cb, g_object_ref (self));
}

/* Between two seeds ---------------------------------------------------------------------- */

static void
between_answered_cb (DipBetweenDialog *dialog, DipWindow *self)
{
  g_autoptr (DipRunSettings) settings = dip_between_dialog_make_settings (dialog);

  enqueue (self, settings);
}

static void
interpolate_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);
  GtkWidget *dialog = dip_between_dialog_new (GTK_WINDOW (self), settings);

  g_signal_connect_object (dialog, "answered", G_CALLBACK (between_answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
dip_window_is_of_strip (DipWindow *self, DipTake *take)
{
  double weight;
  guint index, n_pairs;

  return dip_strip_read_place (dip_take_get_provenance (take), &weight, &index,
                               &n_pairs) != NULL;
}

gboolean
dip_window_has_strip (DipWindow *self)
{
  return self->strip_take != NULL &&
         self->strip_job == dip_queue_get_current (self->queue);
}

/* The first pair of a job begins a strip; each joins it when it is finished. */
static void
finished_cb (DipWindow *self, DipTake *take)
{
  DipJob *job = dip_queue_get_current (self->queue);
  const json_t *provenance = dip_take_get_provenance (take);
  g_autoptr (GError) error = NULL;
  double weight;
  guint index, n_pairs;

  if (job == NULL ||
      dip_strip_read_place (provenance, &weight, &index, &n_pairs) == NULL ||
      dip_job_get_settings (job)->count < 2)
    return;

  if (!dip_window_has_strip (self))
    {
      g_clear_object (&self->strip_take);
      self->strip_take = dip_strip_new (
          dip_application_get_film_store (dip_window_get_application (self)), take,
          dip_job_get_settings (job)->count, dip_strip_make_provenance (provenance));
      g_set_weak_pointer (&self->strip_job, job);
    }
  if (!dip_strip_add (self->strip_take, take, weight, &error))
    {
      dip_window_tell_error (self, error);
      return;
    }
  if (dip_take_get_n_frames (self->strip_take) == 1)
    dip_window_show_take (self, self->strip_take);
}

static void
changed_cb (DipWindow *self)
{
  dip_window_enable (self, "begin", dip_shown_get_pair (self->shown) != NULL);
}

void
dip_window_add_begin (DipWindow *self)
{
  static const GActionEntry entries[] = { { "begin", begin_cb },
                                          { "interpolate", interpolate_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_menu_append (self->begin_section, _ ("_Begin from This Pair…"), "win.begin");
  g_menu_append (self->begin_section, _ ("Between Two _Seeds…"), "win.interpolate");
  g_signal_connect_object (self->queue, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "unsaved", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
}
