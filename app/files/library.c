#include "app/files/library.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "app/files/library-private.h"
#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

struct _DipLibrary
{
  GObject parent_instance;

  char *folder;
  GPtrArray *entries; /* of DipLibraryEntry, newest first */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DipLibrary,
                               dip_library,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return DIP_TYPE_LIBRARY_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return DIP_LIBRARY (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  DipLibrary *self = DIP_LIBRARY (model);

  return position < self->entries->len
             ? g_object_ref (g_ptr_array_index (self->entries, position))
             : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
dip_library_finalize (GObject *object)
{
  DipLibrary *self = DIP_LIBRARY (object);

  g_ptr_array_unref (self->entries);
  g_free (self->folder);

  G_OBJECT_CLASS (dip_library_parent_class)->finalize (object);
}

static void
dip_library_class_init (DipLibraryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_library_finalize;
}

static void
dip_library_init (DipLibrary *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
}

DipLibrary *
dip_library_new (const char *folder)
{
  DipLibrary *self = g_object_new (DIP_TYPE_LIBRARY, NULL);

  self->folder = folder != NULL ? g_strdup (folder)
                                : g_build_filename (g_get_user_data_dir (), "diptych",
                                                    "pairs", NULL);

  return self;
}

const char *
dip_library_get_folder (DipLibrary *self)
{
  return self->folder;
}

static void
scan_in_thread (GTask *task,
                gpointer source_object,
                gpointer task_data,
                GCancellable *cancellable)
{
  dip_library_purge (task_data);
  g_task_return_pointer (task, dip_library_scan (task_data),
                         (GDestroyNotify) g_ptr_array_unref);
}

void
dip_library_load_async (DipLibrary *self,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, g_strdup (self->folder), g_free);
  g_task_run_in_thread (task, scan_in_thread);
}

gboolean
dip_library_load_finish (DipLibrary *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) found = g_task_propagate_pointer (G_TASK (result), error);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_before = self->entries->len;

  if (found == NULL)
    return FALSE;

  for (guint i = 0; i < n_before; i++)
    g_hash_table_add (known, (char *) dip_library_entry_get_path (
                                 g_ptr_array_index (self->entries, i)));
  for (guint i = 0; i < found->len; i++)
    {
      DipLibraryEntry *entry = g_ptr_array_index (found, i);

      if (!g_hash_table_contains (known, dip_library_entry_get_path (entry)))
        g_ptr_array_add (self->entries, g_object_ref (entry));
    }
  g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0,
                              self->entries->len - n_before);

  return TRUE;
}

DipLibraryEntry *
dip_library_add (DipLibrary *self, const char *path, const json_t *provenance)
{
  DipLibraryEntry *entry = dip_library_entry_new (path, provenance);

  g_ptr_array_insert (self->entries, 0, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);

  return entry;
}

DipLibraryEntry *
dip_library_find (DipLibrary *self, const char *path)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      DipLibraryEntry *entry = g_ptr_array_index (self->entries, i);

      if (g_strcmp0 (dip_library_entry_get_path (entry), path) == 0)
        return entry;
    }

  return NULL;
}

static gboolean
note_down (DipLibrary *self,
           DipLibraryEntry *entry,
           gboolean starred,
           const char *note,
           GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, DIP_LIBRARY_NOTES, NULL);
  g_autofree char *text = NULL;
  json_t *line = json_object ();

  dip_json_set_string (line, "name", dip_library_entry_get_stem (entry));
  dip_json_set_bool (line, "starred", starred);
  dip_json_set_string (line, "note", note);
  text = dip_json_dump_line (line);
  json_decref (line);

  return dip_append_line (path, text, error);
}

gboolean
dip_library_set_starred (DipLibrary *self,
                         DipLibraryEntry *entry,
                         gboolean starred,
                         GError **error)
{
  if (!note_down (self, entry, starred, dip_library_entry_get_note (entry), error))
    return FALSE;
  dip_library_entry_set_starred (entry, starred);

  return TRUE;
}

gboolean
dip_library_set_note (DipLibrary *self,
                      DipLibraryEntry *entry,
                      const char *note,
                      GError **error)
{
  if (!note_down (self, entry, dip_library_entry_get_starred (entry), note, error))
    return FALSE;
  dip_library_entry_set_note (entry, note);

  return TRUE;
}

/* Moves the entry's files; the PNG decides, values and masks may be missing. */
static gboolean
move_files (DipLibrary *self,
            DipLibraryEntry *entry,
            gboolean is_deleting,
            GError **error)
{
  static const char *const suffixes[] = { ".png", ".safetensors", ".masks.json" };
  g_autofree char *aside = g_build_filename (self->folder, DIP_LIBRARY_DELETED, NULL);

  g_mkdir_with_parents (aside, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name =
          g_strconcat (dip_library_entry_get_stem (entry), suffixes[i], NULL);
      g_autofree char *here = g_build_filename (self->folder, name, NULL);
      g_autofree char *there = g_build_filename (aside, name, NULL);

      if (g_rename (is_deleting ? here : there, is_deleting ? there : here) != 0 &&
          i == 0)
        {
          dip_storage_set_error_errno (error, here, errno, "cannot move the file");
          return FALSE;
        }
    }

  return TRUE;
}

gboolean
dip_library_delete (DipLibrary *self, DipLibraryEntry *entry, GError **error)
{
  guint position;

  if (!g_ptr_array_find (self->entries, entry, &position) ||
      !move_files (self, entry, TRUE, error))
    return FALSE;

  dip_library_entry_set_position (entry, position);
  g_ptr_array_remove_index (self->entries, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);

  return TRUE;
}

gboolean
dip_library_undelete (DipLibrary *self, DipLibraryEntry *entry, GError **error)
{
  guint position = MIN (dip_library_entry_get_position (entry), self->entries->len);

  if (!move_files (self, entry, FALSE, error))
    return FALSE;

  g_ptr_array_insert (self->entries, position, g_object_ref (entry));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);

  return TRUE;
}

void
dip_library_empty_deleted (DipLibrary *self)
{
  dip_library_purge (self->folder);
}
