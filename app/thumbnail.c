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

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (DipPng) png = dip_png_load (data, NULL);

  g_task_return_pointer (task,
                         png != NULL ? compose (png->channels, png->n_channels) : NULL,
                         (GDestroyNotify) g_bytes_unref);
}

/* The list may have given the picture to another entry meanwhile. */
static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipLibraryEntry *entry = DIP_LIBRARY_ENTRY (source);
  g_autoptr (GtkPicture) picture = user_data;
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);
  GdkTexture *texture;

  if (bytes == NULL)
    return;
  texture = make_texture (bytes);
  g_object_set_data_full (source, KEY, texture, g_object_unref);
  if (g_object_get_data (G_OBJECT (picture), KEY) == entry)
    gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
}

void
dip_thumbnail_show (GtkPicture *picture, DipLibraryEntry *entry)
{
  GdkTexture *texture = g_object_get_data (G_OBJECT (entry), KEY);
  g_autoptr (GTask) task = NULL;

  g_object_set_data (G_OBJECT (picture), KEY, entry);
  gtk_picture_set_paintable (picture, texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  if (texture != NULL)
    return;

  task = g_task_new (entry, NULL, loaded_cb, g_object_ref (picture));
  g_task_set_task_data (task, g_strdup (dip_library_entry_get_path (entry)), g_free);
  g_task_run_in_thread (task, load_in_thread);
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
