#include "app/thumbnail.h"

#include <string.h>

#include "model/pair/png.h"
#include "model/pair/resize.h"

#define KEY "dip-thumbnail"

/* Twice as many pixels as logical ones, for screens of scale 2. */
#define SIDE (2 * DIP_THUMBNAIL_SIDE)

/* CC left and MLO right, black between where they are not square. */
static GBytes *
compose (DipPicture *const *views, guint n_views)
{
  gsize n_bytes = 3 * 2 * SIDE * SIDE;
  guint8 *pixels = g_malloc0 (n_bytes);

  for (guint view = 0; view < MIN (n_views, 2); view++)
    {
      g_autoptr (DipPicture) small = dip_picture_resize (views[view], SIDE, SIDE);

      for (guint y = 0; y < SIDE; y++)
        for (guint x = 0; x < SIDE; x++)
          memset (pixels + 3 * ((gsize) y * 2 * SIDE + view * SIDE + x),
                  dip_value_to_8_bits (small->values[y * SIDE + x]), 3);
    }

  return g_bytes_new_take (pixels, n_bytes);
}

static GdkTexture *
make_texture (GBytes *bytes)
{
  return gdk_memory_texture_new (2 * SIDE, SIDE, GDK_MEMORY_R8G8B8, bytes, 6 * SIDE);
}

/* What is known of an entry's thumbnail; of the entry, by KEY.  The pictures that show a
 * texture own it: it goes with the last of them.
 */
typedef struct
{
  GWeakRef texture;
  GPtrArray *waiting;    /* of GtkPicture */
  GCancellable *loading; /* or NULL */
} Thumbnail;

static void
thumbnail_free (gpointer data)
{
  Thumbnail *self = data;

  g_weak_ref_clear (&self->texture);
  g_ptr_array_unref (self->waiting);
  g_clear_object (&self->loading);
  g_free (self);
}

static Thumbnail *
get_thumbnail (gpointer entry)
{
  Thumbnail *self = g_object_get_data (entry, KEY);

  if (self == NULL)
    {
      self = g_new0 (Thumbnail, 1);
      g_weak_ref_init (&self->texture, NULL);
      self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
      g_object_set_data_full (entry, KEY, self, thumbnail_free);
    }

  return self;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (DipPng) png = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  png = dip_png_load (data, NULL);
  g_task_return_pointer (task,
                         png != NULL ? compose (png->channels, png->n_channels) : NULL,
                         (GDestroyNotify) g_bytes_unref);
}

/* Another may have been begun since, after all pictures went and one came back. */
static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Thumbnail *self = get_thumbnail (source);
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GdkTexture) texture = NULL;

  if (self->loading != g_task_get_cancellable (G_TASK (result)))
    return;
  g_clear_object (&self->loading);
  if (bytes != NULL)
    {
      texture = make_texture (bytes);
      g_weak_ref_set (&self->texture, texture);
      for (guint i = 0; i < self->waiting->len; i++)
        gtk_picture_set_paintable (g_ptr_array_index (self->waiting, i),
                                   GDK_PAINTABLE (texture));
    }
  g_ptr_array_set_size (self->waiting, 0);
}

static void
load (Thumbnail *self, DipLibraryEntry *entry)
{
  g_autoptr (GTask) task = NULL;

  self->loading = g_cancellable_new ();
  task = g_task_new (entry, self->loading, loaded_cb, NULL);
  g_task_set_task_data (task, g_strdup (dip_library_entry_get_path (entry)), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

/* A list that is scrolled fast asks for thousands that nobody will see. */
static void
stop_waiting (GtkPicture *picture)
{
  DipLibraryEntry *entry = g_object_get_data (G_OBJECT (picture), KEY);
  Thumbnail *self = entry != NULL ? get_thumbnail (entry) : NULL;

  if (self == NULL || !g_ptr_array_remove (self->waiting, picture) ||
      self->waiting->len > 0)
    return;
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

void
dip_thumbnail_show (GtkPicture *picture, DipLibraryEntry *entry)
{
  Thumbnail *self = entry != NULL ? get_thumbnail (entry) : NULL;
  g_autoptr (GdkTexture) texture = NULL;

  stop_waiting (picture);
  if (self == NULL)
    {
      g_object_set_data (G_OBJECT (picture), KEY, NULL);
      gtk_picture_set_paintable (picture, NULL);
      return;
    }

  texture = g_weak_ref_get (&self->texture);
  g_object_set_data_full (G_OBJECT (picture), KEY, g_object_ref (entry), g_object_unref);
  gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
  if (texture != NULL)
    return;
  g_ptr_array_add (self->waiting, g_object_ref (picture));
  if (self->loading == NULL)
    load (self, entry);
}

void
dip_thumbnail_show_take (GtkPicture *picture, DipTake *take)
{
  g_autoptr (DipFrame) frame =
      dip_take_get_frame (take, dip_take_get_n_frames (take) - 1, NULL);
  g_autoptr (DipPair) pair = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  if (frame == NULL)
    return;
  pair = dip_take_make_pair (take, frame, FALSE);
  bytes = compose ((DipPicture *[]){ pair->cc, pair->mlo }, pair->mlo != NULL ? 2 : 1);
  texture = make_texture (bytes);
  gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
}
