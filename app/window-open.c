#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "app/check-checkpoint.h"
#include "app/load-take.h"
#include "app/settings.h"
#include "app/window-private.h"

/* Pictures ---------------------------------------------------------------------------- */

/* The settings that the picture was made with; its checkpoint too where it is known. */
static void
restore_settings (DipWindow *self, DipTake *take)
{
  const json_t *provenance = dip_take_get_provenance (take);
  const char *sha256 =
      json_string_value (json_object_get (provenance, "checkpoint_sha256"));
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);
  g_autofree char *checkpoint = dip_settings_find_checkpoint (sha256);

  if (provenance == NULL || !dip_run_settings_restore (settings, provenance))
    return;

  if (checkpoint != NULL)
    {
      g_free (settings->checkpoint);
      settings->checkpoint = g_steal_pointer (&checkpoint);
    }
  dip_window_set_settings (self, settings);
  dip_window_toast (self, _ ("The picture’s settings are restored"));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DipWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (DipTake) take = dip_load_take_finish (result, &error);

  if (take == NULL)
    {
      dip_window_tell_error (self, error);
      return;
    }

  dip_window_untell (self);
  if (dip_take_get_film (take) != NULL)
    dip_window_keep_film (self, take);
  dip_window_show_take (self, take);
  restore_settings (self, take);
  dip_run_status_set_remark (self->status, dip_take_get_title (take));
  if (dip_take_get_path (take) != NULL)
    dip_settings_add_recent ("recent-pictures", dip_take_get_path (take));
}

/* Checkpoints -------------------------------------------------------------------------- */

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DipWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  double n_parameters = dip_check_checkpoint_finish (result, &path, &error);

  if (error != NULL)
    {
      dip_window_tell_error (self, error);
      return;
    }

  dip_window_untell (self);
  dip_window_set_checkpoint (self, path);
  dip_settings_add_recent ("recent-checkpoints", path);
  name = g_path_get_basename (path);
  text = g_strdup_printf (_ ("%s is ready: %.1f million parameters"), name,
                          n_parameters / 1e6);
  dip_run_status_set_remark (self->status, text);
  dip_window_toast (self, text);
}

void
dip_window_set_checkpoint (DipWindow *self, const char *path)
{
  dip_settings_page_set_checkpoint (self->settings_page, path);
}

/* Byte 25 of a PNG is its colour type: 0 is grey, 4 grey with alpha. */
static gboolean
is_grey_png (const char *path)
{
  guint8 head[26];
  FILE *file = fopen (path, "rb");
  gboolean is_grey = file != NULL && fread (head, 1, sizeof head, file) == sizeof head &&
                     memcmp (head, "\x89PNG", 4) == 0 && (head[25] & 2) == 0;

  if (file != NULL)
    fclose (file);

  return is_grey;
}

void
dip_window_open (DipWindow *self, GFile **files, guint n_files)
{
  const char *paths[3] = { NULL };

  for (guint i = 0; i < n_files && i < 2; i++)
    paths[i] = g_file_peek_path (files[i]);

  if (paths[0] == NULL || (n_files > 1 && paths[1] == NULL))
    dip_window_tell (self, GTK_MESSAGE_ERROR,
                     _ ("Only files of this computer can be opened"), NULL, NULL);
  else if (n_files > 2)
    dip_window_tell (self, GTK_MESSAGE_ERROR,
                     _ ("Wanted one picture, or two grey ones (CC and MLO), found more"),
                     NULL, NULL);
  else if (n_files == 1 && g_file_test (paths[0], G_FILE_TEST_IS_DIR))
    dip_check_checkpoint_async (paths[0], checked_cb, g_object_ref (self));
  else if (n_files == 1 && is_grey_png (paths[0]))
    dip_window_complete_file (self, paths[0]);
  else
    dip_load_take_async (paths, NULL, loaded_cb, g_object_ref (self));
}

/* Choosing and dropping -------------------------------------------------------------- */

static void
chosen_cb (GtkNativeDialog *dialog, int response, DipWindow *self)
{
  g_autoptr (GListModel) files = NULL;
  GFile *chosen[3] = { NULL };
  guint n_files;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      n_files = g_list_model_get_n_items (files);
      for (guint i = 0; i < n_files && i < G_N_ELEMENTS (chosen); i++)
        chosen[i] = g_list_model_get_item (files, i);
      dip_window_open (self, chosen, n_files);
      for (guint i = 0; i < G_N_ELEMENTS (chosen); i++)
        g_clear_object (&chosen[i]);
    }
  g_object_unref (dialog);
}

static void
choose (DipWindow *self, gboolean wants_folder)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      wants_folder ? _ ("Open a Checkpoint’s Folder") : _ ("Open a Pair"),
      GTK_WINDOW (self),
      wants_folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN,
      NULL, NULL);

  if (!wants_folder)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

      gtk_file_filter_set_name (filter, _ ("A pair, CC and MLO, or a kept trajectory"));
      gtk_file_filter_add_mime_type (filter, "image/png");
      gtk_file_filter_add_pattern (filter, "*.safetensors");
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
      gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
    }
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  choose (user_data, FALSE);
}

static void
open_checkpoint_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  choose (user_data, TRUE);
}

/* Without a dialog: recent files, tests, other programs. */
static void
open_path_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_variant_get_string (parameter, NULL));

  dip_window_open (user_data, &file, 1);
}

static void
demo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_window_set_checkpoint (user_data, NULL);
  dip_window_toast (user_data, _ ("The demo checkpoint is in use"));
}

static void
try_demo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_window_try_demo (user_data);
}

void
dip_window_add_open_actions (DipWindow *self)
{
  static const GActionEntry entries[] = { { "open", open_cb },
                                          { "open-checkpoint", open_checkpoint_cb },
                                          { "open-path", open_path_cb, "s" },
                                          { "demo", demo_cb },
                                          { "try-demo", try_demo_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
}

static gboolean
drop_cb (DipWindow *self, const GValue *value)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  for (GSList *l = gdk_file_list_get_files (g_value_get_boxed (value)); l != NULL;
       l = l->next)
    g_ptr_array_add (files, l->data);
  if (files->len == 0)
    return FALSE;

  dip_window_open (self, (GFile **) files->pdata, files->len);

  return TRUE;
}

void
dip_window_add_drop_target (DipWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
