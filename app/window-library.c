#include <glib/gi18n.h>

#include "app/change-dialog.h"
#include "app/load-take.h"
#include "app/window-private.h"
#include "model/sampler/scheduler-config.h"

/* What is selected is shown ---------------------------------------------------------- */

/* The take of this session, with its film, or NULL. */
static DipTake *
find_film (DipWindow *self, const char *path)
{
  for (guint i = 0; i < self->films->len; i++)
    {
      DipTake *take = dip_take_tree_find_path (g_ptr_array_index (self->films, i), path);

      if (take != NULL)
        return take;
    }

  return NULL;
}

static void
show_entry (DipWindow *self, DipTake *take, gboolean is_other)
{
  if (is_other)
    dip_shown_set_other (self->shown, take);
  else
    dip_window_show_take (self, take);
}

static void load_other (DipWindow *self, DipLibraryEntry *entry);

typedef struct
{
  DipWindow *window;
  DipLibraryEntry *other; /* compared to it afterwards, or NULL */
  gboolean is_other;
} Loading;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Loading *loading = user_data;
  g_autoptr (DipWindow) self = loading->window;
  g_autoptr (DipLibraryEntry) other = loading->other;
  g_autoptr (GError) error = NULL;
  g_autoptr (DipTake) take = dip_load_take_finish (result, &error);

  if (take == NULL)
    dip_window_tell_error (self, error);
  else
    show_entry (self, take, loading->is_other);
  if (take != NULL && other != NULL)
    load_other (self, other);
}

static void
start_loading (DipWindow *self,
               DipLibraryEntry *entry,
               gboolean is_other,
               DipLibraryEntry *other)
{
  const char *paths[] = { dip_library_entry_get_path (entry), NULL };
  Loading *loading = g_new (Loading, 1);

  loading->window = g_object_ref (self);
  loading->other = other != NULL ? g_object_ref (other) : NULL;
  loading->is_other = is_other;
  dip_load_take_async (paths, NULL, loaded_cb, loading);
}

static void
load_other (DipWindow *self, DipLibraryEntry *entry)
{
  DipTake *take = find_film (self, dip_library_entry_get_path (entry));

  if (take != NULL)
    show_entry (self, take, TRUE);
  else
    start_loading (self, entry, TRUE, NULL);
}

/* Shows @entry, and then @other (or NULL) compared to it: what is shown first ends any
 * comparison. */
static void
load_entry (DipWindow *self, DipLibraryEntry *entry, DipLibraryEntry *other)
{
  DipTake *take = find_film (self, dip_library_entry_get_path (entry));

  if (take == NULL)
    {
      start_loading (self, entry, FALSE, other);
      return;
    }
  show_entry (self, take, FALSE);
  if (other != NULL)
    load_other (self, other);
}

static GPtrArray *
get_selected (DipWindow *self)
{
  return dip_library_strip_get_selected (self->strip);
}

static void
update_actions (DipWindow *self)
{
  static const char *const names[] = { "library-star",    "library-note",
                                       "library-restore", "library-again",
                                       "library-reveal",  "library-delete",
                                       "library-change" };
  g_autoptr (GPtrArray) selected = get_selected (self);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    dip_window_enable (self, names[i], selected->len > 0);
  dip_window_enable (self, "library-compare", selected->len == 2);
}

/* Of two, the one that is not shown yet is compared to the one that is. */
static void
selected_cb (DipWindow *self)
{
  g_autoptr (GPtrArray) selected = get_selected (self);
  DipTake *shown = dip_shown_get_take (self->shown);
  const char *path = shown != NULL ? dip_take_get_path (shown) : NULL;
  gboolean is_first;

  update_actions (self);
  if (selected->len == 1)
    load_entry (self, g_ptr_array_index (selected, 0), NULL);
  if (selected->len != 2)
    return;
  is_first =
      g_strcmp0 (dip_library_entry_get_path (g_ptr_array_index (selected, 0)), path) == 0;
  load_other (self, g_ptr_array_index (selected, is_first ? 1 : 0));
}

/* Actions --------------------------------------------------------------------------- */

static void
star_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (GPtrArray) selected = get_selected (self);
  gboolean starred = FALSE;

  for (guint i = 0; i < selected->len; i++)
    starred = starred || !dip_library_entry_get_starred (g_ptr_array_index (selected, i));
  for (guint i = 0; i < selected->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!dip_library_set_starred (self->library, g_ptr_array_index (selected, i),
                                    starred, &error))
        dip_window_tell_error (self, error);
    }
}

static void
note_answered_cb (AdwMessageDialog *dialog, const char *response, DipWindow *self)
{
  GtkWidget *entry = adw_message_dialog_get_extra_child (dialog);
  g_autoptr (GError) error = NULL;

  if (g_str_equal (response, "keep") &&
      !dip_library_set_note (self->library,
                             g_object_get_data (G_OBJECT (dialog), "entry"),
                             gtk_editable_get_text (GTK_EDITABLE (entry)), &error))
    dip_window_tell_error (self, error);
}

static void
note_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (GPtrArray) selected = get_selected (self);
  DipLibraryEntry *entry = g_ptr_array_index (selected, 0);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Note"), NULL);
  GtkWidget *text = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (text), dip_library_entry_get_note (entry));
  gtk_entry_set_activates_default (GTK_ENTRY (text), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Note on the pair"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), text);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"),
                                    "keep", _ ("_Keep"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "keep",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "entry", g_object_ref (entry),
                          g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (note_answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
compare_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (GPtrArray) selected = get_selected (self);

  if (selected->len != 2)
    return;
  load_entry (self, g_ptr_array_index (selected, 1), g_ptr_array_index (selected, 0));
}

/* The settings of the first that is selected; NULL if it has none. */
static DipRunSettings *
get_settings (DipWindow *self)
{
  g_autoptr (GPtrArray) selected = get_selected (self);
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);
  json_t *provenance;
  gboolean has_settings;

  if (selected->len == 0)
    return NULL;
  provenance = dip_library_entry_make_provenance (g_ptr_array_index (selected, 0));
  has_settings = dip_run_settings_restore (settings, provenance);
  json_decref (provenance);

  return has_settings ? g_steal_pointer (&settings) : NULL;
}

/* The provenance names what a pair began from besides noise, but does not hold it. */
static void
warn_of_beginning (DipWindow *self)
{
  g_autoptr (GPtrArray) selected = get_selected (self);
  json_t *provenance =
      dip_library_entry_make_provenance (g_ptr_array_index (selected, 0));

  if (json_object_get (provenance, "fork") != NULL ||
      json_object_get (provenance, "from") != NULL)
    dip_window_toast (self, _ ("The pair went on from another one, which its settings do "
                               "not hold: with them a run begins from noise"));
  json_decref (provenance);
}

static void
restore_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = get_settings (self);

  if (settings == NULL)
    return;
  dip_window_set_settings (self, settings);
  dip_window_show_page (self, "run");
  dip_window_toast (self, _ ("The pair’s settings are restored"));
  warn_of_beginning (self);
}

/* Of one scheduler's keys to another's: what the checkpoint says of it. */
static void
take_next_scheduler (DipRunSettings *settings)
{
  DipSchedulerKind kind = 0;

  dip_scheduler_kind_from_name (settings->scheduler, &kind);
  g_free (settings->scheduler);
  settings->scheduler =
      g_strdup (dip_scheduler_kind_get_short_name ((kind + 1) % DIP_N_SCHEDULERS));
  g_clear_pointer (&settings->scheduler_json, g_free);
}

static void
again_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  const char *what = g_variant_get_string (parameter, NULL);
  g_autoptr (DipRunSettings) settings = get_settings (self);

  if (settings == NULL)
    return;

  if (g_str_equal (what, "seed"))
    settings->seed++;
  else if (g_str_equal (what, "more-steps"))
    settings->n_steps = MIN (2 * settings->n_steps, 1000);
  else if (g_str_equal (what, "fewer-steps"))
    settings->n_steps = MAX (settings->n_steps / 2, 1);
  else if (g_str_equal (what, "noise"))
    settings->eta = 1;
  else if (g_str_equal (what, "scheduler"))
    take_next_scheduler (settings);
  warn_of_beginning (self);
  dip_window_generate (self, settings);
}

static void
change_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = get_settings (self);

  if (settings != NULL)
    dip_change_dialog_present (self, settings);
}

static void
shown_in_files_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autofree char *folder = NULL;
  g_autofree char *path = user_data;
  g_autofree char *uri = NULL;

  /* No file manager that can point at a file: the folder then. */
  if (reply != NULL)
    return;
  folder = g_path_get_dirname (path);
  uri = g_filename_to_uri (folder, NULL, NULL);
  gtk_show_uri (NULL, uri, GDK_CURRENT_TIME);
}

static void
reveal_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (GPtrArray) selected = get_selected (self);
  const char *path = dip_library_entry_get_path (g_ptr_array_index (selected, 0));
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  GDBusConnection *bus = g_application_get_dbus_connection (
      G_APPLICATION (dip_window_get_application (self)));
  GVariantBuilder uris;

  if (bus == NULL)
    return;
  g_variant_builder_init (&uris, G_VARIANT_TYPE ("as"));
  g_variant_builder_add (&uris, "s", uri);
  g_dbus_connection_call (
      bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
      "org.freedesktop.FileManager1", "ShowItems", g_variant_new ("(ass)", &uris, ""),
      NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, shown_in_files_cb, g_strdup (path));
}

static void
delete_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (GPtrArray) selected = get_selected (self);
  g_autofree char *text = NULL;
  guint n_deleted = 0;

  g_ptr_array_set_size (self->deleted, 0);
  for (guint i = 0; i < selected->len; i++)
    {
      DipLibraryEntry *entry = g_ptr_array_index (selected, i);
      g_autoptr (GError) error = NULL;

      if (!dip_library_delete (self->library, entry, &error))
        {
          dip_window_tell_error (self, error);
          continue;
        }
      g_ptr_array_add (self->deleted, g_object_ref (entry));
      n_deleted++;
    }
  if (n_deleted == 0)
    return;

  text = g_strdup_printf (ngettext ("%u pair deleted", "%u pairs deleted", n_deleted),
                          n_deleted);
  dip_window_enable (self, "library-undo", TRUE);
  dip_window_toast_with_button (self, text, _ ("_Undo"), "win.library-undo", NULL);
  update_actions (self);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;

  /* The last that went comes first, so that each finds its place. */
  for (guint i = self->deleted->len; i > 0; i--)
    {
      g_autoptr (GError) error = NULL;

      if (!dip_library_undelete (self->library, g_ptr_array_index (self->deleted, i - 1),
                                 &error))
        dip_window_tell_error (self, error);
    }
  g_ptr_array_set_size (self->deleted, 0);
  dip_window_enable (self, "library-undo", FALSE);
  dip_window_toast_undone (self);
}

void
dip_window_add_library (DipWindow *self)
{
  static const GActionEntry entries[] = {
    { "library-star", star_cb },       { "library-note", note_cb },
    { "library-compare", compare_cb }, { "library-restore", restore_cb },
    { "library-change", change_cb },   { "library-again", again_cb, "s" },
    { "library-reveal", reveal_cb },   { "library-delete", delete_cb },
    { "library-undo", undo_cb },
  };

  self->deleted = g_ptr_array_new_with_free_func (g_object_unref);
  self->strip = DIP_LIBRARY_STRIP (dip_library_strip_new (self->library));
  gtk_revealer_set_child (self->library_revealer, GTK_WIDGET (self->strip));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_signal_connect_object (self->strip, "selected", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  dip_window_enable (self, "library-undo", FALSE);
  update_actions (self);
}
