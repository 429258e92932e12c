#include <glib/gi18n.h>
#include <string.h>

#include "app/export-view.h"
#include "app/export.h"
#include "app/stage.h"
#include "app/window-private.h"

/* Kinds behind those of app/export.h: what the panes show. */
enum
{
  VIEW_PNG = DIP_N_EXPORTS,
  VIEW_PDF,
  N_KINDS
};

static const struct
{
  const char *name; /* of win.export, for code and tests */
  const char *label;
} kinds[N_KINDS] = {
  [DIP_EXPORT_PAIR] = { "pair", N_ ("Pair as One Picture (PNG)…") },
  [DIP_EXPORT_VIEWS] = { "views", N_ ("Each View in 16-Bit Grey (PNG)…") },
  [DIP_EXPORT_STRIP] = { "strip", N_ ("Steps as a Film Strip (PNG)…") },
  [DIP_EXPORT_FRAMES] = { "frames", N_ ("Every Step as a Picture (Folder)…") },
  [DIP_EXPORT_FILM] = { "film", N_ ("Every Step as Numbers (safetensors)…") },
  [VIEW_PNG] = { "view-png", N_ ("What the Panes Show (PNG)…") },
  [VIEW_PDF] = { "view-pdf", N_ ("What the Panes Show (PDF)…") },
};

static void
draw (gpointer user_data, cairo_t *cr, double scale, double *width, double *height)
{
  dip_stage_draw (DIP_STAGE (user_data), cr, scale, width, height);
}

/* On a thread ------------------------------------------------------------------------ */

typedef struct
{
  DipTake *take;
  DipExport what;
  cairo_surface_t *surface; /* of what the panes show, or NULL */
  char *path;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->take);
  g_clear_pointer (&job->surface, cairo_surface_destroy);
  g_free (job->path);
  g_free (job);
}

static void
export_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (job->surface != NULL
          ? dip_export_save_surface (job->surface, job->take, job->path, &error)
          : dip_export (job->take, &job->what, job->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
say_exported (DipWindow *self, const char *path, const GError *error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *text = g_strdup_printf (_ ("%s is written"), name);

  if (error == NULL)
    dip_window_toast (self, text);
  else
    dip_window_tell_error (self, error);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipWindow *self = DIP_WINDOW (source);
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error) && job->surface == NULL &&
      job->what.kind == DIP_EXPORT_PAIR &&
      job->take == dip_shown_get_take (self->shown) &&
      dip_mask_set_get_count (dip_mask_keeper_get_set (self->masks)) > 0)
    dip_mask_keeper_export (self->masks, job->path, &error);
  say_exported (self, job->path, error);
}

static void
export_take (DipWindow *self, guint kind, const char *path)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, exported_cb, NULL);
  Job *job = g_new0 (Job, 1);

  job->take = g_object_ref (dip_shown_get_take (self->shown));
  if (kind == VIEW_PNG)
    job->surface = dip_export_view_surface (draw, self->stage, 2);
  else
    job->what.kind = kind;
  job->what.position = dip_shown_get_position (self->shown);
  job->what.pred_x0 = dip_shown_get_pred_x0 (self->shown);
  job->path = g_strdup (path);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, export_in_thread);
}

static void
export_to (DipWindow *self, guint kind, const char *path)
{
  DipTake *take = dip_shown_get_take (self->shown);
  g_autoptr (GError) error = NULL;

  if (take == NULL || (kind < DIP_N_EXPORTS && !dip_export_can (take, kind)))
    {
      dip_window_toast (self, _ ("There is nothing of that kind to export"));
      return;
    }

  if (kind != VIEW_PDF)
    {
      export_take (self, kind, path);
      return;
    }
  dip_export_view_pdf (draw, self->stage, take, path, &error);
  say_exported (self, path, error);
}

/* Choosing where ----------------------------------------------------------------------- */

static void
chosen_cb (GtkNativeDialog *dialog, int response, DipWindow *self)
{
  guint kind = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (dialog), "kind"));
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && g_file_peek_path (file) != NULL)
    export_to (self, kind, g_file_peek_path (file));
  g_object_unref (dialog);
}

static char *
make_name (DipTake *take, guint kind)
{
  g_autofree char *pair = NULL;
  g_autofree char *stem = NULL;

  if (kind < DIP_N_EXPORTS)
    return dip_export_make_name (take, kind);
  pair = dip_export_make_name (take, DIP_EXPORT_PAIR);
  stem = g_strndup (pair, strlen (pair) - strlen (".png"));

  return g_strconcat (stem, kind == VIEW_PNG ? "-view.png" : "-view.pdf", NULL);
}

static void
choose (DipWindow *self, guint kind)
{
  DipTake *take = dip_shown_get_take (self->shown);
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autofree char *name = NULL;
  g_autoptr (GFile) folder = NULL;
  GtkFileChooserNative *dialog;

  if (take == NULL)
    return;
  name = make_name (take, kind);
  dialog = gtk_file_chooser_native_new (
      _ ("Export"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  folder = g_file_new_for_path (pictures != NULL ? pictures : g_get_home_dir ());
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data (G_OBJECT (dialog), "kind", GUINT_TO_POINTER (kind));
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static gboolean
find_kind (const char *name, guint *kind)
{
  for (*kind = 0; *kind < N_KINDS; (*kind)++)
    if (g_str_equal (kinds[*kind].name, name))
      return TRUE;

  return FALSE;
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  guint kind;

  if (find_kind (g_variant_get_string (parameter, NULL), &kind))
    choose (user_data, kind);
}

/* Without a dialog: (kind, path). */
static void
export_to_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *name, *path;
  guint kind;

  g_variant_get (parameter, "(&s&s)", &name, &path);
  if (find_kind (name, &kind))
    export_to (user_data, kind, path);
}

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  cairo_surface_t *surface = dip_export_view_surface (draw, self->stage, 2);
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  int stride = cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes =
      g_bytes_new (cairo_image_surface_get_data (surface), (gsize) stride * height);
  g_autoptr (GdkTexture) texture =
      gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);

  cairo_surface_destroy (surface);
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self)), texture);
  dip_window_toast (self, _ ("What the panes show is on the clipboard"));
}

static void
changed_cb (DipWindow *self)
{
  gboolean has_any = dip_shown_get_pair (self->shown) != NULL;

  dip_window_enable (self, "export", has_any);
  dip_window_enable (self, "copy", has_any);
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  GMenu *exports = g_menu_new ();

  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      g_autofree char *action = g_strconcat ("win.export::", kinds[kind].name, NULL);

      g_menu_append (exports, _ (kinds[kind].label), action);
    }
  g_menu_append_submenu (menu, _ ("_Export"), G_MENU_MODEL (exports));
  g_menu_append (menu, _ ("_Copy What the Panes Show"), "win.copy");
  g_object_unref (exports);

  return G_MENU_MODEL (menu);
}

void
dip_window_add_export (DipWindow *self)
{
  static const GActionEntry entries[] = { { "export", export_cb, "s" },
                                          { "export-to", export_to_cb, "(ss)" },
                                          { "copy", copy_cb } };
  g_autoptr (GMenuModel) menu = make_menu ();

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_menu_append_section (self->export_section, NULL, menu);
  g_signal_connect_object (self->shown, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
}
