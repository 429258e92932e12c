#include "model/sampler/trajectory-file.h"

#include <string.h>

#include "model/storage/error.h"
#include "model/storage/tensor-file.h"

struct _DipTrajectoryFile
{
  DipTensorFile *file;
  DipJson *settings;
  guint n_kept; /* K */
  guint n_images;
  guint n_history;
  DipDenoiserShape shape;
  gint64 *steps; /* (K) */
  gint64 *draws; /* (K) */
  const DipTensor *x_t;
  const DipTensor *pred_x0;
  const DipTensor *memory; /* or NULL */
};

/* Rows are along the first dimension. */
static float *
read_row (const DipTensor *tensor, gsize row, GError **error)
{
  DipTensor one = *tensor;

  one.n_dims = tensor->n_dims - 1;
  memmove (one.shape, tensor->shape + 1, one.n_dims * sizeof one.shape[0]);
  one.n_elements = tensor->n_elements / tensor->shape[0];
  one.n_bytes = tensor->n_bytes / tensor->shape[0];
  one.data = (const char *) tensor->data + row * one.n_bytes;

  return dip_tensor_dup_float32 (&one, error);
}

static gboolean
fail (DipTrajectoryFile *self, const char *name, const char *wanted, GError **error)
{
  const DipTensor *found = dip_tensor_file_lookup (self->file, name);
  g_autofree char *text = found != NULL ? dip_tensor_dup_shape_text (found) : NULL;

  dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE,
                         dip_tensor_file_get_path (self->file),
                         "no trajectory to go on from: wants a tensor '%s' %s, found %s",
                         name, wanted, text != NULL ? text : "none");

  return FALSE;
}

static gboolean
read_numbers (DipTrajectoryFile *self, const char *name, gint64 **numbers, GError **error)
{
  const DipTensor *tensor = dip_tensor_file_lookup (self->file, name);

  if (tensor == NULL || tensor->dtype != DIP_DTYPE_I64 || tensor->n_dims != 1 ||
      tensor->shape[0] != self->n_kept)
    return fail (self, name, "[K] of whole numbers", error);

  *numbers = g_memdup2 (tensor->data, tensor->n_bytes);
  for (guint k = 0; k < self->n_kept; k++)
    if ((*numbers)[k] < 1 || (*numbers)[k] > G_MAXINT32 ||
        (k > 0 && (*numbers)[k] < (*numbers)[k - 1]))
      return fail (self, name, "[K] of rising numbers from 1", error);

  return TRUE;
}

static gboolean
read_shape (DipTrajectoryFile *self, GError **error)
{
  const DipTensor *x_t = dip_tensor_file_lookup (self->file, "x_t");
  const DipTensor *pred_x0 = dip_tensor_file_lookup (self->file, "pred_x0");
  const DipTensor *memory = dip_tensor_file_lookup (self->file, "memory");

  if (x_t == NULL || x_t->n_dims != 5 || x_t->dtype != DIP_DTYPE_F32 ||
      x_t->n_elements == 0)
    return fail (self, "x_t", "[K, B, C, H, W]", error);
  if (pred_x0 == NULL || pred_x0->n_dims != 5 || pred_x0->dtype != DIP_DTYPE_F32 ||
      memcmp (pred_x0->shape, x_t->shape, sizeof x_t->shape) != 0)
    return fail (self, "pred_x0", "like x_t", error);
  if (memory != NULL &&
      (memory->n_dims != 6 || memory->dtype != DIP_DTYPE_F32 ||
       memcmp (memory->shape, x_t->shape, 2 * sizeof x_t->shape[0]) != 0 ||
       memcmp (memory->shape + 3, x_t->shape + 2, 3 * sizeof x_t->shape[0]) != 0 ||
       memory->n_elements == 0))
    return fail (self, "memory", "[K, B, n_history, C, H, W]", error);

  self->x_t = x_t;
  self->pred_x0 = pred_x0;
  self->memory = memory;
  self->n_kept = x_t->shape[0];
  self->n_images = x_t->shape[1];
  self->n_history = memory != NULL ? memory->shape[2] : 0;
  self->shape = (DipDenoiserShape){ .in_channels = x_t->shape[2],
                                    .height = x_t->shape[3],
                                    .width = x_t->shape[4],
                                    .max_batch = 1 };

  return TRUE;
}

static gboolean
read_settings (DipTrajectoryFile *self, GError **error)
{
  const char *path = dip_tensor_file_get_path (self->file);
  const char *text =
      g_hash_table_lookup (dip_tensor_file_get_metadata (self->file), "diptych");
  g_autofree char *name = g_strdup_printf ("%s, its settings", path);
  g_autoptr (GBytes) bytes = NULL;

  if (text == NULL)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, path,
                             "does not say how it was made: only a trajectory that "
                             "this version of Diptych kept can be gone on from");
      return FALSE;
    }

  bytes = g_bytes_new (text, strlen (text));
  self->settings = dip_json_load_bytes (bytes, name, error);

  return self->settings != NULL;
}

DipTrajectoryFile *
dip_trajectory_file_open (const char *path, GError **error)
{
  g_autoptr (DipTrajectoryFile) self = g_new0 (DipTrajectoryFile, 1);

  self->file = dip_tensor_file_open (path, error);
  if (self->file == NULL || !read_shape (self, error) || !read_settings (self, error) ||
      !read_numbers (self, "steps", &self->steps, error) ||
      !read_numbers (self, "draws", &self->draws, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
dip_trajectory_file_free (DipTrajectoryFile *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->file, dip_tensor_file_unref);
  g_clear_pointer (&self->settings, dip_json_free);
  g_free (self->steps);
  g_free (self->draws);
  g_free (self);
}

const char *
dip_trajectory_file_get_path (DipTrajectoryFile *self)
{
  return dip_tensor_file_get_path (self->file);
}

DipJson *
dip_trajectory_file_get_settings (DipTrajectoryFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->settings;
}

void
dip_trajectory_file_get_shape (DipTrajectoryFile *self,
                               guint *n_images,
                               DipDenoiserShape *shape)
{
  g_return_if_fail (self != NULL);

  *n_images = self->n_images;
  *shape = self->shape;
}

const char *
dip_trajectory_file_get_sha256 (DipTrajectoryFile *self)
{
  return dip_tensor_file_get_sha256 (self->file);
}

guint
dip_trajectory_file_get_last_step (DipTrajectoryFile *self)
{
  return self->steps[self->n_kept - 1];
}

/* "5, 10, 15 ... 50" */
static char *
list_steps (DipTrajectoryFile *self)
{
  GString *text = g_string_new (NULL);

  for (guint k = 0; k < MIN (self->n_kept, 3); k++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, k > 0 ? ", " : "",
                            self->steps[k]);
  if (self->n_kept > 3)
    g_string_append_printf (text, " ... %" G_GINT64_FORMAT,
                            self->steps[self->n_kept - 1]);

  return g_string_free (text, FALSE);
}

static gboolean
read_guide (DipTrajectoryFile *self, DipTrajectoryStep *read, GError **error)
{
  const DipTensor *given = dip_tensor_file_lookup (self->file, "given");
  const DipTensor *mask = dip_tensor_file_lookup (self->file, "mask");

  if (given == NULL && mask == NULL)
    return TRUE;
  if (given == NULL || given->n_dims != 4 ||
      memcmp (given->shape, self->x_t->shape + 1, 4 * sizeof given->shape[0]) != 0)
    return fail (self, "given", "[B, C, H, W]", error);
  if (mask == NULL || mask->n_dims != 3 ||
      memcmp (mask->shape, self->x_t->shape + 2, 3 * sizeof mask->shape[0]) != 0)
    return fail (self, "mask", "[C, H, W]", error);

  read->given = dip_tensor_dup_float32 (given, error);
  read->mask = read->given != NULL ? dip_tensor_dup_float32 (mask, error) : NULL;

  return read->mask != NULL;
}

gboolean
dip_trajectory_file_read (DipTrajectoryFile *self,
                          guint step,
                          DipTrajectoryStep *read,
                          GError **error)
{
  g_autofree char *kept = NULL;
  guint k = 0;

  g_return_val_if_fail (self != NULL && read != NULL, FALSE);

  while (k < self->n_kept && self->steps[k] != step)
    k++;
  if (k == self->n_kept)
    {
      kept = list_steps (self);
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE,
                             dip_tensor_file_get_path (self->file),
                             "step %u was not kept, only %s", step, kept);
      return FALSE;
    }

  read->step = step;
  read->n_images = self->n_images;
  read->n_history = self->n_history;
  read->n_draws = self->draws[k];
  read->x_t = read_row (self->x_t, k, error);
  if (read->x_t == NULL)
    return FALSE;
  read->pred_x0 = read_row (self->pred_x0, k, error);
  if (read->pred_x0 == NULL)
    return FALSE;
  if (self->memory != NULL)
    {
      read->memory = read_row (self->memory, k, error);
      if (read->memory == NULL)
        return FALSE;
    }

  return read_guide (self, read, error);
}

void
dip_trajectory_step_clear (DipTrajectoryStep *self)
{
  g_clear_pointer (&self->x_t, g_free);
  g_clear_pointer (&self->pred_x0, g_free);
  g_clear_pointer (&self->memory, g_free);
  g_clear_pointer (&self->given, g_free);
  g_clear_pointer (&self->mask, g_free);
}
