#include <glib/gi18n.h>

#include "app/part-dialog.h"
#include "app/window-private.h"
#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/demo.h"
#include "model/pair/png.h"
#include "model/pair/resize.h"
#include "model/storage/json.h"

/* What a dialog is about, until it is answered. */
typedef struct
{
  DipPair *pair;
  DipThird third;
  json_t *facts; /* of the file */
} Given;

static void
given_free (gpointer data)
{
  Given *self = data;

  dip_pair_free (self->pair);
  json_decref (self->facts);
  g_free (self);
}

static DipPair *
copy_pair (const DipPair *pair)
{
  DipPair *copy = g_new0 (DipPair, 1);

  copy->cc = dip_picture_copy (pair->cc);
  copy->mlo = pair->mlo != NULL ? dip_picture_copy (pair->mlo) : NULL;
  copy->third = pair->third != NULL ? dip_picture_copy (pair->third) : NULL;

  return copy;
}

/* 1 but for the known channel, and a third one that is always zero. */
static float *
make_known_mask (const DipPair *pair, guint known, DipThird third)
{
  const gsize n = (gsize) pair->cc->width * pair->cc->height;
  float *mask = g_new (float, 3 * n);

  for (gsize i = 0; i < 3 * n; i++)
    mask[i] = i / n == known || (i / n == 2 && third == DIP_THIRD_ZERO) ? 0.0f : 1.0f;

  return mask;
}

static void
complete_answered_cb (DipPartDialog *dialog, DipWindow *self)
{
  Given *given = g_object_get_data (G_OBJECT (dialog), "given");
  const guint known = dip_part_dialog_get_choice (dialog);
  json_t *facts = json_object (), *object = json_copy (given->facts);

  dip_json_set_string (object, "view", known == DIP_VIEW_POSITION_CC ? "cc" : "mlo");
  dip_json_set_take (facts, "known", object);
  dip_window_generate_part (self, dialog, given->pair, given->third,
                            make_known_mask (given->pair, known, given->third), facts);
}

static DipPartDialog *
present_complete (DipWindow *self, Given *given, guint known, const char *description)
{
  const char *const choices[] = { "CC", "MLO", NULL };
  GtkWidget *dialog =
      dip_part_dialog_new (GTK_WINDOW (self), _ ("Complete a Missing View"), description,
                           choices, dip_window_get_seed (self));

  g_object_set_data_full (G_OBJECT (dialog), "given", given, given_free);
  dip_part_dialog_set_choice (DIP_PART_DIALOG (dialog), known);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (complete_answered_cb), self,
                           0);
  gtk_window_present (GTK_WINDOW (dialog));

  return DIP_PART_DIALOG (dialog);
}

/* The view of the pane that the keys work on stays. */
static void
complete_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  const DipPair *pair = dip_shown_get_pair (self->shown);
  DipTake *take = dip_shown_get_take (self->shown);
  DipPane *pane = dip_pair_view_get_current_pane (dip_window_get_pair_view (self));
  const guint known = dip_pane_get_role (pane) == DIP_PANE_MLO ? 1 : 0;
  Given *given;

  if (pair == NULL || take == NULL || pair->mlo == NULL)
    return;
  given = g_new0 (Given, 1);
  given->pair = copy_pair (pair);
  given->third = dip_take_get_third (take);
  given->facts = json_object ();
  dip_window_note_part (given->facts, take);
  present_complete (self, given, known,
                    _ ("One view of the pair that is shown stays as it is; the other one "
                       "is generated to go with it."));
}

/* A grey file -------------------------------------------------------------------------- */

typedef struct
{
  char *path;
  char *checkpoint; /* NULL: the demo */
} Loading;

static void
loading_free (gpointer data)
{
  Loading *self = data;

  g_free (self->path);
  g_free (self->checkpoint);
  g_free (self);
}

/* The picture in the network's frame, both views of it: either may stay. */
static Given *
load_given (const Loading *self, GError **error)
{
  g_autofree char *checkpoint_path =
      self->checkpoint != NULL ? g_strdup (self->checkpoint) : dip_demo_find ();
  g_autoptr (DipPng) png = dip_png_load (self->path, error);
  g_autoptr (DipCheckpoint) checkpoint =
      png != NULL ? dip_checkpoint_open (checkpoint_path, error) : NULL;
  g_autoptr (DipPicture) grey = NULL;
  g_autoptr (DipPicture) view = NULL;
  const DipUnetConfig *config;
  g_autofree char *name = g_path_get_basename (self->path);
  Given *given;

  if (checkpoint == NULL)
    return NULL;
  config = dip_checkpoint_get_config (checkpoint);
  grey = dip_png_to_grey (png);
  view = config->sample_width > 0
             ? dip_picture_fit (grey, config->sample_width, config->sample_height)
             : dip_picture_copy (grey);

  given = g_new0 (Given, 1);
  given->third = DIP_THIRD_ABSDIFF;
  dip_third_from_name (dip_checkpoint_get_third_channel (checkpoint), &given->third);
  given->pair = dip_pair_new_from_views (view, view, given->third);
  given->facts = json_object ();
  dip_json_set_string (given->facts, "file", name);
  dip_json_set_int (given->facts, "width", grey->width);
  dip_json_set_int (given->facts, "height", grey->height);

  return given;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  Given *given = load_given (data, &error);

  if (given != NULL)
    g_task_return_pointer (task, given, given_free);
  else
    g_task_return_error (task, error);
}

static void
given_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipWindow *self = DIP_WINDOW (source);
  g_autoptr (GError) error = NULL;
  Given *given = g_task_propagate_pointer (G_TASK (result), &error);

  if (given == NULL)
    {
      dip_window_tell (self, GTK_MESSAGE_ERROR, error->message, NULL, NULL);
      return;
    }
  present_complete (self, given, DIP_VIEW_POSITION_CC,
                    _ ("A grey picture is one view, with the chest wall at the left. It "
                       "is brought to the network’s size, stays, and the other view is "
                       "generated to go with it."));
}

void
dip_window_complete_file (DipWindow *self, const char *path)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, given_loaded_cb, NULL);
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);
  Loading *loading = g_new0 (Loading, 1);

  loading->path = g_strdup (path);
  loading->checkpoint = g_strdup (settings->checkpoint);
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load_in_thread);
}

static void
file_chosen_cb (GtkNativeDialog *dialog, int response, DipWindow *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT
                               ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))
                               : NULL;

  if (file != NULL && g_file_peek_path (file) != NULL)
    dip_window_complete_file (self, g_file_peek_path (file));
  g_object_unref (dialog);
}

static void
complete_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Open One View"), GTK_WINDOW (user_data),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("PNG pictures"));
  gtk_file_filter_add_mime_type (filter, "image/png");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (file_chosen_cb), user_data, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
dip_window_add_complete (DipWindow *self)
{
  static const GActionEntry entries[] = { { "complete", complete_cb },
                                          { "complete-file", complete_file_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
}
