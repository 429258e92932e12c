#include "model/sampler/trajectory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <unistd.h>

#include "model/storage/error.h"
#include "model/storage/safetensors-write.h"

struct _DipTrajectory
{
  char *path;
  char *provenance; /* JSON, or NULL */
  float *given;     /* (B, C, H, W), or NULL */
  float *mask;      /* (C, H, W), or NULL */
  guint first_step;
  guint n_steps; /* after that */
  guint every;
  guint n_images;
  guint channels;
  guint height;
  guint width;

  guint n_kept;      /* K */
  double *timesteps; /* (K) */
  gint64 *draws;     /* (K) */
  guint n_history;
  guint64 n_added;  /* images times kept steps; n_kept * n_images when complete */
  int x_t_file;     /* (K, B, C, H, W) */
  int pred_x0_file; /* the same */
  int memory_file;  /* (K, B, n_history, C, H, W); none where nothing is remembered */
};

/* A file without a name in the folder of @path, or -1. */
static int
open_nameless (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_build_filename (folder, ".diptych-XXXXXX", NULL);
  int fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    dip_storage_set_error_errno (error, path, errno,
                                 "cannot make a temporary file in its folder");
  else
    g_unlink (name);

  return fd;
}

DipTrajectory *
dip_trajectory_new (const char *path,
                    guint first_step,
                    guint n_steps,
                    guint every,
                    guint n_images,
                    const DipDenoiserShape *shape,
                    GError **error)
{
  g_autoptr (DipTrajectory) self = NULL;

  g_return_val_if_fail (path != NULL && shape != NULL, NULL);
  g_return_val_if_fail (n_steps > first_step && every > 0 && n_images > 0, NULL);

  self = g_new0 (DipTrajectory, 1);
  self->path = g_strdup (path);
  self->first_step = first_step;
  self->n_steps = n_steps -= first_step;
  self->every = every;
  self->n_images = n_images;
  self->channels = shape->in_channels;
  self->height = shape->height;
  self->width = shape->width;
  self->n_kept = n_steps / every + (n_steps % every != 0 ? 1 : 0);
  self->timesteps = g_new0 (double, self->n_kept);
  self->draws = g_new0 (gint64, self->n_kept);
  self->memory_file = -1;
  self->x_t_file = -1;
  self->pred_x0_file = -1;

  self->x_t_file = open_nameless (path, error);
  if (self->x_t_file < 0)
    return NULL;
  self->pred_x0_file = open_nameless (path, error);
  if (self->pred_x0_file < 0)
    return NULL;

  return g_steal_pointer (&self);
}

static void
close_file (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

void
dip_trajectory_free (DipTrajectory *self)
{
  if (self == NULL)
    return;

  close_file (&self->x_t_file);
  close_file (&self->pred_x0_file);
  close_file (&self->memory_file);
  g_free (self->draws);
  g_free (self->given);
  g_free (self->mask);
  g_free (self->timesteps);
  g_free (self->path);
  g_free (self->provenance);
  g_free (self);
}

void
dip_trajectory_set_provenance (DipTrajectory *self, const char *provenance)
{
  g_free (self->provenance);
  self->provenance = g_strdup (provenance);
}

void
dip_trajectory_set_guide (DipTrajectory *self, const DipGuide *guide)
{
  gsize n_bytes;

  g_return_if_fail (self != NULL && guide != NULL);

  if (guide->picture == NULL || guide->mask == NULL)
    return;
  n_bytes = sizeof (float) * self->channels * self->height * self->width;
  self->given = g_memdup2 (guide->picture, n_bytes * self->n_images);
  self->mask = g_memdup2 (guide->mask, n_bytes);
}

static gboolean
write_at (DipTrajectory *self,
          int fd,
          const float *values,
          gsize n_values,
          goffset offset,
          GError **error)
{
  const char *bytes = (const char *) values;
  gsize n_left = n_values * sizeof (float);

  while (n_left > 0)
    {
      gssize n = pwrite (fd, bytes, n_left, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          dip_storage_set_error_errno (error, self->path, n < 0 ? errno : ENOSPC,
                                       "cannot write a frame of the trajectory");
          return FALSE;
        }

      bytes += n;
      offset += n;
      n_left -= n;
    }

  return TRUE;
}

/* @offset: of the first image's x_t */
static gboolean
add_memory (DipTrajectory *self,
            const DipSampleFrame *frame,
            goffset offset,
            GError **error)
{
  gsize image_size = (gsize) self->channels * self->height * self->width;

  if (self->memory_file < 0)
    {
      self->n_history = frame->n_history;
      self->memory_file = open_nameless (self->path, error);
    }

  return self->memory_file >= 0 &&
         write_at (self, self->memory_file, frame->memory,
                   frame->n_images * self->n_history * image_size,
                   offset * self->n_history, error);
}

gboolean
dip_trajectory_add (DipTrajectory *self,
                    const DipSampleFrame *frame,
                    guint first_image,
                    GError **error)
{
  gsize image_size, n_values;
  guint kept, step;
  goffset offset;

  g_return_val_if_fail (self != NULL && frame != NULL, FALSE);
  g_return_val_if_fail (frame->step > self->first_step, FALSE);
  step = frame->step - self->first_step;
  g_return_val_if_fail (step <= self->n_steps, FALSE);
  g_return_val_if_fail (first_image + frame->n_images <= self->n_images, FALSE);

  if (step % self->every != 0 && step != self->n_steps)
    return TRUE;

  kept = (step - 1) / self->every;
  image_size = (gsize) self->channels * self->height * self->width;
  n_values = frame->n_images * image_size;
  offset = ((goffset) kept * self->n_images + first_image) * image_size * sizeof (float);
  if (!write_at (self, self->x_t_file, frame->x_t, n_values, offset, error) ||
      !write_at (self, self->pred_x0_file, frame->pred_x0, n_values, offset, error))
    return FALSE;

  if (frame->memory != NULL && !add_memory (self, frame, offset, error))
    return FALSE;

  self->timesteps[kept] = frame->timestep;
  self->draws[kept] = frame->n_draws;
  self->n_added += frame->n_images;

  return TRUE;
}

static void
add_timesteps (DipTrajectory *self, DipSafetensorsWriter *writer)
{
  gint64 shape[] = { self->n_kept };
  g_autofree gint64 *whole = g_new (gint64, self->n_kept);
  g_autofree float *values = g_new (float, self->n_kept);
  g_autoptr (GBytes) bytes = NULL;
  gboolean are_whole = TRUE;

  for (guint k = 0; k < self->n_kept; k++)
    {
      whole[k] = GINT64_TO_LE ((gint64) self->timesteps[k]);
      values[k] = self->timesteps[k];
      are_whole = are_whole && self->timesteps[k] == floor (self->timesteps[k]);
    }

  if (!are_whole)
    {
      dip_safetensors_writer_add_float32 (writer, "timesteps", 1, shape, values);
      return;
    }

  bytes = g_bytes_new (whole, self->n_kept * sizeof *whole);
  dip_safetensors_writer_add (writer, "timesteps", DIP_DTYPE_I64, 1, shape, bytes);
}

static void
add_numbers (DipTrajectory *self, DipSafetensorsWriter *writer)
{
  gint64 shape[] = { self->n_kept };
  g_autofree gint64 *steps = g_new (gint64, self->n_kept);
  g_autoptr (GBytes) steps_bytes = NULL;
  g_autoptr (GBytes) draws_bytes = NULL;

  for (guint k = 0; k < self->n_kept; k++)
    steps[k] = self->first_step + MIN ((k + 1) * self->every, self->n_steps);

  steps_bytes = g_bytes_new (steps, self->n_kept * sizeof *steps);
  draws_bytes = g_bytes_new (self->draws, self->n_kept * sizeof *self->draws);
  dip_safetensors_writer_add (writer, "steps", DIP_DTYPE_I64, 1, shape, steps_bytes);
  dip_safetensors_writer_add (writer, "draws", DIP_DTYPE_I64, 1, shape, draws_bytes);
}

static void
add_guide (DipTrajectory *self, DipSafetensorsWriter *writer)
{
  gint64 shape[] = { self->n_images, self->channels, self->height, self->width };

  if (self->given == NULL)
    return;
  dip_safetensors_writer_add_float32 (writer, "given", 4, shape, self->given);
  dip_safetensors_writer_add_float32 (writer, "mask", 3, shape + 1, self->mask);
}

/* As floats are kept in the order of this machine, which is little-endian wherever
 * there is Vulkan, the bytes of the temporary file are those of the tensor.
 */
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

static gboolean
add_mapped (DipTrajectory *self,
            DipSafetensorsWriter *writer,
            const char *name,
            int fd,
            guint n_history,
            GError **error)
{
  gint64 shape[] = { self->n_kept,   self->n_images, n_history,
                     self->channels, self->height,   self->width };
  gint64 plain[] = { self->n_kept, self->n_images, self->channels, self->height,
                     self->width };
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) map_error = NULL;

  file = g_mapped_file_new_from_fd (fd, FALSE, &map_error);
  if (file == NULL)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_IO, self->path,
                             "cannot map the trajectory: %s", map_error->message);
      return FALSE;
    }

  bytes = g_mapped_file_get_bytes (file);
  dip_safetensors_writer_add (writer, name, DIP_DTYPE_F32, n_history > 0 ? 6 : 5,
                              n_history > 0 ? shape : plain, bytes);

  return TRUE;
}

gboolean
dip_trajectory_save (DipTrajectory *self, GError **error)
{
  g_autoptr (DipSafetensorsWriter) writer = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (self->n_added == (guint64) self->n_kept * self->n_images, FALSE);

  writer = dip_safetensors_writer_new ();
  if (self->provenance != NULL)
    dip_safetensors_writer_set_metadata (writer, "diptych", self->provenance);
  add_timesteps (self, writer);
  add_numbers (self, writer);
  add_guide (self, writer);
  if (!add_mapped (self, writer, "x_t", self->x_t_file, 0, error) ||
      !add_mapped (self, writer, "pred_x0", self->pred_x0_file, 0, error) ||
      (self->memory_file >= 0 &&
       !add_mapped (self, writer, "memory", self->memory_file, self->n_history, error)))
    return FALSE;

  return dip_safetensors_writer_save (writer, self->path, error);
}
