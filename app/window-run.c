#include <glib/gi18n.h>
#include <inttypes.h>

#include "app/settings.h"
#include "app/window-private.h"

/* What runs, shown ------------------------------------------------------------------ */

static void
note_checkpoint (DipWindow *self, DipTake *take)
{
  const json_t *provenance = dip_take_get_provenance (take);
  DipJob *job = dip_queue_get_current (self->queue);
  const char *path = job != NULL ? dip_job_get_settings (job)->checkpoint : NULL;
  const char *sha256 =
      json_string_value (json_object_get (provenance, "checkpoint_sha256"));

  if (path != NULL && sha256 != NULL)
    dip_settings_note_checkpoint (sha256, path);
}

static void
started_cb (DipWindow *self, DipTake *take)
{
  GPtrArray *takes = dip_queue_get_takes (self->queue);

  note_checkpoint (self, take);
  if (!dip_window_is_of_strip (self, take))
    dip_window_keep_film (self, take);
  if (dip_window_has_strip (self))
    return;
  if (takes != NULL && g_ptr_array_index (takes, 0) == take)
    dip_window_show_take (self, take);
}

static void
finished_cb (DipWindow *self, DipTake *take)
{
  g_autofree char *text = g_strdup_printf (_ ("Seed %" PRId64 " is in the library"),
                                           dip_take_get_seed (take));

  DipLibraryEntry *entry = dip_library_find (self->library, dip_take_get_path (take));

  if (entry != NULL && dip_shown_get_take (self->shown) == take)
    dip_library_strip_select (self->strip, entry);
  dip_run_status_set_remark (self->status, text);
}

static void
over_cb (DipWindow *self, DipJob *job, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    dip_run_status_set_remark (self->status, _ ("Stopped"));
  else if (error != NULL)
    dip_run_status_set_remark (self->status, error->message);
}

/* Keys go to what is seen now, unless they are of use elsewhere: who was on the page that
 * goes, or nowhere yet, comes along.
 */
static void
show_stack_page (DipWindow *self, const char *name)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  const gboolean comes_along =
      focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->stack));

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), name) == 0)
    return;
  gtk_stack_set_visible_child_name (self->stack, name);
  if (!comes_along)
    return;
  if (g_str_equal (name, "pair"))
    gtk_widget_grab_focus (GTK_WIDGET (dip_window_get_pair_view (self)));
  else
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->stack),
                            GTK_DIR_TAB_FORWARD);
}

/* While there is no picture yet, what is waited for: seconds at a first start, in which
 * kernels are compiled and tried.
 */
void
dip_window_update_page (DipWindow *self)
{
  gboolean has_pair = dip_shown_get_pair (self->shown) != NULL;
  gboolean has_take = dip_shown_get_take (self->shown) != NULL;
  gboolean is_loading = dip_queue_get_takes (self->queue) == NULL;
  const char *page = gtk_stack_get_visible_child_name (self->stack);
  gboolean is_seen = g_strcmp0 (page, "pair") == 0; /* from run to run they stay */

  adw_status_page_set_title (self->waiting_page, is_loading ? _ ("Loading the Network")
                                                            : _ ("The First Step"));
  adw_status_page_set_description (
      self->waiting_page,
      is_loading ? _ ("At a first start, its kernels are compiled for the device.")
                 : dip_queue_get_device (self->queue));
  if (has_pair)
    show_stack_page (self, "pair");
  else if (!has_take || !is_seen)
    show_stack_page (self, dip_queue_is_busy (self->queue) ? "waiting" : "start");
}

/* What the window is about: "Seed 42", or the name of the file. */
static void
update_title (DipWindow *self)
{
  DipTake *take = dip_shown_get_take (self->shown);
  gint64 seed = take != NULL ? dip_take_get_seed (take) : -1;
  g_autofree char *text = seed >= 0 ? g_strdup_printf (_ ("Seed %" PRId64), seed) : NULL;

  if (text == NULL && take != NULL)
    text = g_strdup (dip_take_get_title (take));
  adw_window_title_set_subtitle (self->title, text != NULL ? text : "");
}

/* Actions --------------------------------------------------------------------------- */

static void
show_start (DipWindow *self)
{
  dip_window_untell (self);
  dip_window_update_page (self);
}

static void
generate_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (user_data);

  dip_window_generate (user_data, settings);
}

static void
enqueue_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);
  g_autofree char *text = dip_run_settings_describe (settings, TRUE);
  g_autofree char *remark = g_strdup_printf (_ ("In the queue: %s"), text);

  dip_queue_append (self->queue, settings);
  dip_settings_page_used (self->settings_page);
  dip_window_toast (self, remark);
}

static void
pause_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  DipWindow *self = user_data;

  dip_window_untell (self);
  if (dip_queue_is_pausing (self->queue))
    dip_queue_resume (self->queue);
  else
    dip_queue_pause (self->queue);
}

static void
step_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;

  g_autoptr (DipRunSettings) settings = NULL;

  if (dip_queue_is_busy (self->queue))
    {
      dip_queue_step (self->queue);
      return;
    }
  settings = dip_window_get_settings (self);
  show_start (self);
  dip_queue_generate_step (self->queue, settings);
  dip_settings_page_used (self->settings_page);
}

static void
stop_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_queue_stop (DIP_WINDOW (user_data)->queue);
}

static void
stop_after_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  DipQueue *queue = DIP_WINDOW (user_data)->queue;

  dip_queue_set_stops_after (queue, !dip_queue_get_stops_after (queue));
}

static void
skip_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_queue_skip (DIP_WINDOW (user_data)->queue);
}

static void
go_on_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_queue_go_on (DIP_WINDOW (user_data)->queue);
}

static void
clear_queue_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_queue_clear (DIP_WINDOW (user_data)->queue);
}

static void
dice_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_settings_page_roll (DIP_WINDOW (user_data)->settings_page);
}

static void
lock_seed_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  g_settings_set_boolean (dip_settings_get (), "seed-locked",
                          g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
reuse_seed_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_settings_page_reuse (DIP_WINDOW (user_data)->settings_page);
}

static void
set_action_state (DipWindow *self, const char *name, gboolean state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (state));
}

void
dip_window_update_run_actions (DipWindow *self)
{
  gboolean is_busy = dip_queue_is_busy (self->queue);
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (self->queue));
  gboolean is_pausing = dip_queue_is_pausing (self->queue);

  dip_window_enable (self, "pause", is_busy);
  dip_window_enable (self, "stop", is_busy);
  dip_window_enable (self, "skip", is_busy);
  dip_window_enable (self, "stop-after", is_busy);
  dip_window_enable (self, "go-on", !is_busy && n_jobs > 0);
  dip_window_enable (self, "clear-queue", n_jobs > (is_busy ? 1 : 0));
  set_action_state (self, "pause", is_pausing);
  set_action_state (self, "stop-after", dip_queue_get_stops_after (self->queue));
  gtk_button_set_icon_name (GTK_BUTTON (self->pause_button),
                            is_pausing ? "media-playback-start-symbolic"
                                       : "media-playback-pause-symbolic");
}

void
dip_window_add_run_actions (DipWindow *self)
{
  static const GActionEntry entries[] = {
    { "generate", generate_cb },
    { "enqueue", enqueue_cb },
    { "pause", NULL, NULL, "false", pause_cb },
    { "step", step_cb },
    { "stop", stop_cb },
    { "stop-after", NULL, NULL, "false", stop_after_cb },
    { "skip", skip_cb },
    { "go-on", go_on_cb },
    { "clear-queue", clear_queue_cb },
    { "dice", dice_cb },
    { "lock-seed", NULL, NULL, "false", lock_seed_cb },
    { "reuse-seed", reuse_seed_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_signal_connect_object (self->queue, "started", G_CALLBACK (started_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "over", G_CALLBACK (over_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "changed",
                           G_CALLBACK (dip_window_update_run_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "changed", G_CALLBACK (dip_window_update_page),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "changed", G_CALLBACK (dip_window_update_page),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "notify::take", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  set_action_state (self, "lock-seed",
                    g_settings_get_boolean (dip_settings_get (), "seed-locked"));
  dip_window_update_run_actions (self);
}

void
dip_window_generate (DipWindow *self, const DipRunSettings *settings)
{
  show_start (self);
  dip_queue_generate (self->queue, settings);
  dip_settings_page_used (self->settings_page);
}

void
dip_window_try_demo (DipWindow *self)
{
  g_autoptr (DipRunSettings) settings = NULL;

  dip_window_set_checkpoint (self, NULL);
  settings = dip_window_get_settings (self);
  dip_window_generate (self, settings);
}
