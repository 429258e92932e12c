#include "model/sampler/film.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "model/sampler/trajectory.h"
#include "model/storage/error.h"

struct _DipFilmStore
{
  char *folder;

  GMutex mutex; /* of all below */
  guint64 max_memory;
  guint64 in_memory;
  guint64 on_disk;
};

typedef struct
{
  double timestep;
  DipFrame *frame; /* NULL: on the disk */
  goffset offset;  /* there: x_t, pred_x0, then the memory */
  guint n_draws;
  guint n_history; /* pictures of memory */
} Slot;

struct _DipFilm
{
  DipFilmStore *store;
  guint channels;
  guint height;
  guint width;
  gsize n_bytes; /* of one picture: 4 C H W */

  DipFilm *parent; /* of the frames before the slots, or NULL */
  guint n_shared;  /* of them */
  guint n_foreign; /* of them, which a file leaves out */

  GMutex mutex; /* of all below */
  guint n_steps;
  GArray *slots; /* of Slot, behind the shared frames */
  int file;      /* -1 before it is needed */
  goffset end;
};

G_DEFINE_BOXED_TYPE (DipFilm, dip_film, dip_film_ref, dip_film_unref)

/* The store ----------------------------------------------------------------- */

DipFilmStore *
dip_film_store_new (guint64 max_memory, const char *folder)
{
  DipFilmStore *self = g_atomic_rc_box_new0 (DipFilmStore);

  g_mutex_init (&self->mutex);
  self->max_memory = max_memory;
  self->folder = folder != NULL
                     ? g_strdup (folder)
                     : g_build_filename (g_get_user_cache_dir (), "diptych", NULL);

  return self;
}

DipFilmStore *
dip_film_store_ref (DipFilmStore *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
store_clear (gpointer data)
{
  DipFilmStore *self = data;

  g_mutex_clear (&self->mutex);
  g_free (self->folder);
}

void
dip_film_store_unref (DipFilmStore *self)
{
  g_atomic_rc_box_release_full (self, store_clear);
}

void
dip_film_store_set_max_memory (DipFilmStore *self, guint64 max_memory)
{
  g_mutex_lock (&self->mutex);
  self->max_memory = max_memory;
  g_mutex_unlock (&self->mutex);
}

void
dip_film_store_get_used (DipFilmStore *self, guint64 *in_memory, guint64 *on_disk)
{
  g_mutex_lock (&self->mutex);
  if (in_memory != NULL)
    *in_memory = self->in_memory;
  if (on_disk != NULL)
    *on_disk = self->on_disk;
  g_mutex_unlock (&self->mutex);
}

/* Whether there is room for @n_bytes more, which then count as taken. */
static gboolean
take_memory (DipFilmStore *self, guint64 n_bytes)
{
  gboolean has_room;

  g_mutex_lock (&self->mutex);
  has_room = self->in_memory + n_bytes <= self->max_memory;
  if (has_room)
    self->in_memory += n_bytes;
  g_mutex_unlock (&self->mutex);

  return has_room;
}

static void
count (DipFilmStore *self, gint64 in_memory, gint64 on_disk)
{
  g_mutex_lock (&self->mutex);
  self->in_memory += in_memory;
  self->on_disk += on_disk;
  g_mutex_unlock (&self->mutex);
}

/* The film ------------------------------------------------------------------- */

DipFilm *
dip_film_new (DipFilmStore *store, guint channels, guint height, guint width)
{
  DipFilm *self = g_atomic_rc_box_new0 (DipFilm);

  g_mutex_init (&self->mutex);
  self->store = dip_film_store_ref (store);
  self->channels = channels;
  self->height = height;
  self->width = width;
  self->n_bytes = sizeof (float) * channels * height * width;
  self->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  self->file = -1;

  return self;
}

DipFilm *
dip_film_new_branch (DipFilm *parent, guint n_shared, guint n_steps, guint n_foreign)
{
  DipFilm *self;

  g_return_val_if_fail (n_shared <= dip_film_get_n_frames (parent), NULL);

  self = dip_film_new (parent->store, parent->channels, parent->height, parent->width);
  self->parent = dip_film_ref (parent);
  self->n_shared = n_shared;
  self->n_foreign = n_foreign;
  self->n_steps = n_steps;

  return self;
}

DipFilm *
dip_film_ref (DipFilm *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
film_clear (gpointer data)
{
  DipFilm *self = data;
  gint64 in_memory = 0;

  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = &g_array_index (self->slots, Slot, i);

      if (slot->frame != NULL)
        in_memory += (2 + slot->n_history) * self->n_bytes;
      g_clear_pointer (&slot->frame, dip_frame_unref);
    }
  count (self->store, -in_memory, -self->end);
  if (self->file >= 0)
    close (self->file);
  g_array_unref (self->slots);
  g_clear_pointer (&self->parent, dip_film_unref);
  dip_film_store_unref (self->store);
  g_mutex_clear (&self->mutex);
}

void
dip_film_unref (DipFilm *self)
{
  g_atomic_rc_box_release_full (self, film_clear);
}

static gboolean
open_file (DipFilm *self, GError **error)
{
  const char *folder = self->store->folder;
  g_autofree char *name = g_build_filename (folder, ".film-XXXXXX", NULL);

  if (self->file >= 0)
    return TRUE;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    self->file = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);
  if (self->file < 0)
    {
      dip_storage_set_error_errno (error, folder, errno,
                                   "cannot make a temporary file for the film");
      return FALSE;
    }
  g_unlink (name);

  return TRUE;
}

static gboolean
write_picture (DipFilm *self, const float *values, goffset offset, GError **error)
{
  const char *bytes = (const char *) values;
  gsize n_left = self->n_bytes;

  while (n_left > 0)
    {
      gssize n = pwrite (self->file, bytes, n_left, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          dip_storage_set_error_errno (error, self->store->folder, n < 0 ? errno : ENOSPC,
                                       "cannot keep the film");
          return FALSE;
        }
      bytes += n;
      offset += n;
      n_left -= n;
    }

  return TRUE;
}

static gboolean
read_picture (DipFilm *self, float *values, goffset offset, GError **error)
{
  char *bytes = (char *) values;
  gsize n_left = self->n_bytes;

  while (n_left > 0)
    {
      gssize n = pread (self->file, bytes, n_left, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          dip_storage_set_error_errno (error, self->store->folder, n < 0 ? errno : EIO,
                                       "cannot read the film");
          return FALSE;
        }
      bytes += n;
      offset += n;
      n_left -= n;
    }

  return TRUE;
}

static DipSampleFrame
pick_picture (DipFilm *self, const DipSampleFrame *frame, guint image)
{
  DipSampleFrame one = *frame;

  one.n_images = 1;
  one.x_t += image * self->n_bytes / sizeof (float);
  one.pred_x0 += image * self->n_bytes / sizeof (float);
  if (one.memory != NULL)
    one.memory += image * one.n_history * self->n_bytes / sizeof (float);

  return one;
}

static gboolean
add_to_disk (DipFilm *self, const DipSampleFrame *one, Slot *slot, GError **error)
{
  goffset end = self->end + 2 * self->n_bytes;

  slot->offset = self->end;
  if (!open_file (self, error) || !write_picture (self, one->x_t, self->end, error) ||
      !write_picture (self, one->pred_x0, self->end + self->n_bytes, error))
    return FALSE;
  for (guint i = 0; i < one->n_history; i++, end += self->n_bytes)
    if (!write_picture (self, one->memory + i * self->n_bytes / sizeof (float), end,
                        error))
      return FALSE;

  count (self->store, 0, end - self->end);
  self->end = end;

  return TRUE;
}

gboolean
dip_film_add (DipFilm *self, const DipSampleFrame *frame, guint image, GError **error)
{
  DipSampleFrame one = pick_picture (self, frame, image);
  Slot slot = { .timestep = frame->timestep,
                .n_draws = frame->n_draws,
                .n_history = frame->n_history };
  gboolean is_kept = TRUE;

  g_return_val_if_fail (frame->channels == self->channels, FALSE);
  g_return_val_if_fail (frame->height == self->height && frame->width == self->width,
                        FALSE);
  g_return_val_if_fail (image < frame->n_images, FALSE);

  g_mutex_lock (&self->mutex);
  if (take_memory (self->store, (2 + frame->n_history) * self->n_bytes))
    slot.frame = dip_frame_new (&one);
  else
    is_kept = add_to_disk (self, &one, &slot, error);
  if (is_kept)
    g_array_append_val (self->slots, slot);
  self->n_steps = frame->n_steps;
  g_mutex_unlock (&self->mutex);

  return is_kept;
}

guint
dip_film_get_n_frames (DipFilm *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_shared + self->slots->len;
  g_mutex_unlock (&self->mutex);

  return n;
}

guint
dip_film_get_n_steps (DipFilm *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_steps;
  g_mutex_unlock (&self->mutex);

  return n;
}

static Slot
get_slot (DipFilm *self, guint index)
{
  Slot slot;

  if (index < self->n_shared)
    return get_slot (self->parent, index);

  g_mutex_lock (&self->mutex);
  g_assert (index - self->n_shared < self->slots->len);
  slot = g_array_index (self->slots, Slot, index - self->n_shared);
  g_mutex_unlock (&self->mutex);

  return slot;
}

double
dip_film_get_timestep (DipFilm *self, guint index)
{
  return get_slot (self, index).timestep;
}

DipFrame *
dip_film_get_frame (DipFilm *self, guint index, GError **error)
{
  Slot slot = get_slot (self, index);
  gsize n_values = self->n_bytes / sizeof (float);
  g_autofree float *x_t = NULL;
  g_autofree float *pred_x0 = NULL;
  g_autofree float *memory = NULL;
  DipSampleFrame frame = { .step = index + 1,
                           .n_steps = dip_film_get_n_steps (self),
                           .timestep = slot.timestep,
                           .n_images = 1,
                           .channels = self->channels,
                           .height = self->height,
                           .width = self->width,
                           .n_draws = slot.n_draws,
                           .n_history = slot.n_history };

  if (index < self->n_shared)
    return dip_film_get_frame (self->parent, index, error);
  if (slot.frame != NULL)
    return dip_frame_ref (slot.frame);

  x_t = g_new (float, n_values);
  pred_x0 = g_new (float, n_values);
  if (!read_picture (self, x_t, slot.offset, error) ||
      !read_picture (self, pred_x0, slot.offset + self->n_bytes, error))
    return NULL;
  frame.x_t = x_t;
  frame.pred_x0 = pred_x0;
  if (slot.n_history > 0)
    memory = g_new (float, slot.n_history *n_values);
  for (guint i = 0; i < slot.n_history; i++)
    if (!read_picture (self, memory + i * n_values, slot.offset + (2 + i) * self->n_bytes,
                       error))
      return NULL;
  frame.memory = memory;

  return dip_frame_new (&frame);
}

gboolean
dip_film_save (DipFilm *self, const char *provenance, const char *path, GError **error)
{
  guint n_frames = dip_film_get_n_frames (self);
  DipDenoiserShape shape = { .in_channels = self->channels,
                             .height = self->height,
                             .width = self->width };
  g_autoptr (DipTrajectory) trajectory = NULL;

  g_return_val_if_fail (n_frames > self->n_foreign, FALSE);

  trajectory =
      dip_trajectory_new (path, 0, n_frames - self->n_foreign, 1, 1, &shape, error);
  if (trajectory == NULL)
    return FALSE;
  dip_trajectory_set_provenance (trajectory, provenance);
  for (guint i = self->n_foreign; i < n_frames; i++)
    {
      g_autoptr (DipFrame) kept = dip_film_get_frame (self, i, error);
      DipSampleFrame frame;

      if (kept == NULL)
        return FALSE;
      frame = (DipSampleFrame){ .step = i + 1 - self->n_foreign,
                                .n_steps = n_frames - self->n_foreign,
                                .timestep = kept->timestep,
                                .n_images = 1,
                                .channels = kept->channels,
                                .height = kept->height,
                                .width = kept->width,
                                .x_t = kept->x_t,
                                .pred_x0 = kept->pred_x0,
                                .n_draws = kept->n_draws,
                                .n_history = kept->n_history,
                                .memory = kept->memory };
      if (!dip_trajectory_add (trajectory, &frame, 0, error))
        return FALSE;
    }

  return dip_trajectory_save (trajectory, error);
}
