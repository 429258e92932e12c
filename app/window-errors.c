#include <glib/gi18n.h>
#include <inttypes.h>

#include "app/save-take.h"
#include "app/window-private.h"
#include "model/sampler/denoiser.h"
#include "model/storage/error.h"
#include "render/error.h"

/* Words ------------------------------------------------------------------------------ */

static const char *
get_device_advice (int code)
{
  switch (code)
    {
    case DIP_RENDER_ERROR_OUT_OF_MEMORY:
    case DIP_RENDER_ERROR_TOO_LARGE:
      return _ ("A smaller batch or size, or another device, needs less memory there.");

    case DIP_RENDER_ERROR_DEVICE_LOST:
      return _ ("The steps so far are kept.");

    case DIP_RENDER_ERROR_NO_LOADER:
    case DIP_RENDER_ERROR_NO_DRIVER:
      return _ ("Pairs can be opened and looked at, but none can be generated.");

    case DIP_RENDER_ERROR_NO_DEVICE:
    case DIP_RENDER_ERROR_UNSUITABLE:
      return _ ("Choose another device in the sidebar.");

    default:
      return NULL;
    }
}

/* What to do about it, in words, behind what went wrong; or NULL. */
static const char *
get_advice (const GError *error)
{
  if (error->domain == DIP_RENDER_ERROR)
    return get_device_advice (error->code);
  if (g_error_matches (error, DIP_DENOISER_ERROR, DIP_DENOISER_ERROR_DEVICE_LOST))
    return get_device_advice (DIP_RENDER_ERROR_DEVICE_LOST);

  return NULL;
}

static void
tell (DipWindow *self,
      GtkMessageType type,
      const GError *error,
      const char *button,
      const char *action)
{
  const char *advice = get_advice (error);
  g_autofree char *text = NULL;

  /* Where something is kept until it can be written. */
  if (action != NULL && error->domain == DIP_STORAGE_ERROR)
    advice = _ ("Nothing is lost: mend it and try again.");
  text = advice != NULL ? g_strdup_printf ("%s\n%s", error->message, advice)
                        : g_strdup (error->message);
  dip_window_tell (self, type, text, button, action);
}

void
dip_window_tell_error (DipWindow *self, const GError *error)
{
  tell (self, GTK_MESSAGE_ERROR, error, NULL, NULL);
}

/* Runs ----------------------------------------------------------------------------------- */

/* What of the job is not made yet. */
static void
keep_settings (DipWindow *self, DipJob *job)
{
  guint n_made = dip_job_get_n_made (job);

  g_clear_pointer (&self->failed, dip_run_settings_free);
  self->failed = dip_run_settings_copy (dip_job_get_settings (job));
  dip_run_settings_leave_out (self->failed, MIN (n_made, self->failed->count - 1));
}

static void
over_cb (DipWindow *self, DipJob *job, const GError *error)
{
  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (self->unsaved->len > 0)
    {
      tell (self, GTK_MESSAGE_ERROR, error, _ ("Save Again"), "win.save-again");
      return;
    }
  keep_settings (self, job);
  tell (self, GTK_MESSAGE_ERROR, error, _ ("Try Again"), "win.try-again");
}

static void
try_again_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = g_steal_pointer (&self->failed);

  dip_window_untell (self);
  if (settings != NULL)
    dip_queue_generate (self->queue, settings);
}

/* A run that paused by itself says why, once. */
static void
tell_problem (DipWindow *self)
{
  const GError *problem = dip_queue_get_problem (self->queue);

  if (problem == NULL && self->problem != NULL)
    dip_window_untell (self);
  if (problem == NULL)
    {
      g_clear_error (&self->problem);
      return;
    }
  if (self->problem != NULL && g_str_equal (self->problem->message, problem->message))
    return;

  g_clear_error (&self->problem);
  self->problem = g_error_copy (problem);
  tell (self, GTK_MESSAGE_WARNING, problem, _ ("Try Again"), "win.pause");
}

/* Where a lost device was opened anew, or another goes on, nobody need do anything. */
static void
tell_recovery (DipWindow *self)
{
  guint n_recoveries = dip_queue_get_n_recoveries (self->queue);
  g_autofree char *text = NULL;

  if (n_recoveries > self->n_recoveries)
    {
      text = g_strdup_printf (_ ("The device was lost. The run goes on with %s."),
                              dip_queue_get_device (self->queue));
      dip_window_toast (self, text);
    }
  self->n_recoveries = n_recoveries;
}

static void
changed_cb (DipWindow *self)
{
  tell_problem (self);
  tell_recovery (self);
}

/* Pairs that could not be saved ----------------------------------------------------------- */

static void
unsaved_cb (DipWindow *self, DipTake *take)
{
  g_ptr_array_add (self->unsaved, g_object_ref (take));
}

static gboolean
save (DipWindow *self, DipTake *take, GError **error)
{
  g_autofree char *path =
      dip_save_take (take, dip_library_get_folder (self->library), 0, error);

  if (path == NULL)
    return FALSE;
  dip_take_set_path (take, path);
  dip_library_add (self->library, path, dip_take_get_provenance (take));

  return TRUE;
}

static void
save_again_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  guint n_saved = 0;
  g_autofree char *text = NULL;

  for (; self->unsaved->len > 0; n_saved++)
    {
      g_autoptr (GError) error = NULL;

      if (!save (self, g_ptr_array_index (self->unsaved, 0), &error))
        {
          tell (self, GTK_MESSAGE_ERROR, error, _ ("Save Again"), "win.save-again");
          return;
        }
      g_ptr_array_remove_index (self->unsaved, 0);
    }
  dip_window_untell (self);
  text = g_strdup_printf (
      ngettext ("%u pair is in the library", "%u pairs are in the library", n_saved),
      n_saved);
  dip_window_toast (self, text);
}

/* Closing ---------------------------------------------------------------------------------- */

static void
close_answered_cb (AdwMessageDialog *dialog, const char *response, DipWindow *self)
{
  self->asks_to_close = FALSE;
  if (!g_str_equal (response, "close"))
    return;

  g_ptr_array_set_size (self->unsaved, 0);
  self->may_lose = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
ask_to_close (DipWindow *self, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"),
                                    "close", _ ("_Close"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "close",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_answered_cb), self, 0);
  self->asks_to_close = TRUE;
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
dip_window_would_lose (DipWindow *self)
{
  return !self->may_lose && (self->unsaved->len > 0 || dip_queue_is_busy (self->queue));
}

/* Asks before anything that is not in the library goes. */
static gboolean
close_request_cb (DipWindow *self)
{
  g_autofree char *text = NULL;
  guint n_unsaved = self->unsaved->len;

  if (!dip_window_would_lose (self))
    return FALSE;
  if (self->asks_to_close)
    return TRUE;

  if (n_unsaved > 0)
    {
      text = g_strdup_printf (ngettext ("%u finished pair could not be saved and would "
                                        "be lost.",
                                        "%u finished pairs could not be saved and would "
                                        "be lost.",
                                        n_unsaved),
                              n_unsaved);
      ask_to_close (self, _ ("Close Without Saving?"), text);
    }
  else
    ask_to_close (self, _ ("Stop the Run and Close?"),
                  _ ("The pair under way and the queue would be lost. "
                     "Finished pairs are in the library."));

  return TRUE;
}

void
dip_window_add_errors (DipWindow *self)
{
  static const GActionEntry entries[] = { { "save-again", save_again_cb },
                                          { "try-again", try_again_cb } };

  self->unsaved = g_ptr_array_new_with_free_func (g_object_unref);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_signal_connect_object (self->queue, "unsaved", G_CALLBACK (unsaved_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "over", G_CALLBACK (over_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "close-request", G_CALLBACK (close_request_cb), NULL);
}
