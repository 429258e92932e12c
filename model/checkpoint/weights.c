#include "model/checkpoint/weights.h"

#include "model/checkpoint/error.h"
#include "model/checkpoint/values.h"
#include "model/checkpoint/weight-names.h"
#include "model/checkpoint/weights-private.h"

#include <math.h>
#include <string.h>

struct _DipUnetWeights
{
  gatomicrefcount ref_count;
  char *source;        /* the one file, or the folder of the shards */
  GPtrArray *files;    /* of DipTensorFile */
  GHashTable *tensors; /* today's name (owned) → const DipTensor */
  GHashTable *values;  /* today's name (borrowed from tensors) → const float */
  GPtrArray *used;     /* of const char: today's names, in the order of use */
  GPtrArray *ignored;  /* of const char, NULL-terminated */
  DipValues *store;    /* of the values */
  char *dtypes;
  guint64 n_parameters; /* elements of the used tensors */
  GMutex mutex;         /* guards sha256 */
  char *sha256;
};

DipUnetWeights *
dip_unet_weights_ref (DipUnetWeights *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
dip_unet_weights_unref (DipUnetWeights *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->used);
  g_ptr_array_unref (self->ignored);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->tensors);
  dip_values_free (self->store);
  g_ptr_array_unref (self->files);
  g_free (self->dtypes);
  g_free (self->source);
  g_free (self->sha256);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static DipUnetWeights *
new_weights (void)
{
  DipUnetWeights *self = g_new0 (DipUnetWeights, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) dip_tensor_file_unref);
  self->tensors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->values = g_hash_table_new (g_str_hash, g_str_equal);
  self->used = g_ptr_array_new ();
  self->ignored = g_ptr_array_new ();
  g_mutex_init (&self->mutex);

  return self;
}

static gboolean
add_tensor (DipUnetWeights *self, const DipTensor *tensor, GError **error)
{
  char *name = dip_weight_name_modernize (tensor->name);
  const DipTensor *other = g_hash_table_lookup (self->tensors, name);

  if (other == NULL)
    {
      g_hash_table_insert (self->tensors, name, (gpointer) tensor);
      return TRUE;
    }

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_WEIGHTS, tensor->path,
                            "tensor '%s' is also in %s as '%s'", tensor->name,
                            other->path, other->name);
  g_free (name);
  return FALSE;
}

static gboolean
add_file (DipUnetWeights *self, const char *path, GError **error)
{
  DipTensorFile *file = dip_tensor_file_open (path, error);

  if (file == NULL)
    return FALSE;

  g_ptr_array_add (self->files, file);
  for (guint i = 0; i < dip_tensor_file_get_n_tensors (file); i++)
    if (!add_tensor (self, dip_tensor_file_get (file, i), error))
      return FALSE;

  return TRUE;
}

/* What lies in the files and no weight of the network has asked for. */
static void
list_ignored (DipUnetWeights *self)
{
  g_autoptr (GHashTable) used = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->used->len; i++)
    g_hash_table_add (used, self->used->pdata[i]);

  for (guint i = 0; i < self->files->len; i++)
    {
      DipTensorFile *file = self->files->pdata[i];

      for (guint j = 0; j < dip_tensor_file_get_n_tensors (file); j++)
        {
          const char *name = dip_tensor_file_get (file, j)->name;
          g_autofree char *modern = dip_weight_name_modernize (name);

          if (!g_hash_table_contains (used, modern))
            g_ptr_array_add (self->ignored, (gpointer) name);
        }
    }
  g_ptr_array_add (self->ignored, NULL);
}

/* Exponent bits all set: NaN and the infinities.  Branch-free, so that it runs at the
 * speed of memory. */
static gboolean
is_all_finite (const float *values, gsize n)
{
  guint n_bad = 0;

  for (gsize i = 0; i < n; i++)
    {
      guint32 bits;

      memcpy (&bits, &values[i], sizeof bits);
      n_bad |= (bits & 0x7f800000u) == 0x7f800000u;
    }

  return n_bad == 0;
}

static gboolean
check_finite (const DipTensor *tensor, const float *values, GError **error)
{
  if (is_all_finite (values, tensor->n_elements))
    return TRUE;

  for (gsize i = 0; i < tensor->n_elements; i++)
    if (!isfinite (values[i]))
      {
        dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_WEIGHTS, tensor->path,
                                  "tensor '%s' is damaged: element %" G_GSIZE_FORMAT
                                  " is %g",
                                  tensor->name, i, values[i]);
        break;
      }

  return FALSE;
}

static gboolean
make_store (DipUnetWeights *self, GError **error)
{
  gsize n_floats = 0;

  for (guint i = 0; i < self->used->len; i++)
    {
      const DipTensor *tensor = g_hash_table_lookup (self->tensors, self->used->pdata[i]);

      self->n_parameters += tensor->n_elements;
      n_floats += dip_values_count_room (tensor);
    }

  self->store = dip_values_new (n_floats);
  if (self->store != NULL)
    return TRUE;

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_WEIGHTS, self->source,
                            "no memory for %" G_GSIZE_FORMAT " weights in float32",
                            n_floats);
  return FALSE;
}

static DipTensorFile *
find_file (DipUnetWeights *self, const DipTensor *tensor)
{
  for (guint i = 0; i < self->files->len; i++)
    if (dip_tensor_file_get_path (self->files->pdata[i]) == tensor->path)
      return self->files->pdata[i];

  g_return_val_if_reached (NULL);
}

/* Makes every used tensor a float32 array, which is looked at and let go. */
static gboolean
bind_values (DipUnetWeights *self, GError **error)
{
  for (guint i = 0; i < self->used->len; i++)
    {
      const char *name = self->used->pdata[i];
      const DipTensor *tensor = g_hash_table_lookup (self->tensors, name);
      const float *values =
          dip_values_add (self->store, find_file (self, tensor), tensor, error);
      gboolean is_finite;

      if (values == NULL)
        return FALSE;
      dip_values_hold (self->store, values);
      is_finite = check_finite (tensor, values, error);
      dip_values_release (self->store, values);
      if (!is_finite)
        return FALSE;
      g_hash_table_insert (self->values, (gpointer) name, (gpointer) values);
    }

  return TRUE;
}

/* "F16, F32": each dtype of the used tensors once, in the order of DipDType. */
static char *
describe_dtypes (DipUnetWeights *self)
{
  gboolean is_used[DIP_N_DTYPES] = { FALSE };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->used->len; i++)
    {
      const DipTensor *tensor = g_hash_table_lookup (self->tensors, self->used->pdata[i]);

      is_used[tensor->dtype] = TRUE;
    }

  for (guint i = 0; i < DIP_N_DTYPES; i++)
    if (is_used[i])
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              dip_dtype_get_name (i));

  return g_string_free (text, FALSE);
}

DipUnetWeights *
dip_unet_weights_open (const DipUnetConfig *config, GPtrArray *paths, GError **error)
{
  g_autoptr (DipUnetWeights) self = new_weights ();

  g_return_val_if_fail (config != NULL && paths != NULL && paths->len > 0, NULL);

  self->source =
      paths->len == 1 ? g_strdup (paths->pdata[0]) : g_path_get_dirname (paths->pdata[0]);
  for (guint i = 0; i < paths->len; i++)
    if (!add_file (self, paths->pdata[i], error))
      return NULL;

  if (!dip_unet_weights_check (self->tensors, self->source, config, self->used, error) ||
      !make_store (self, error) || !bind_values (self, error))
    return NULL;

  list_ignored (self);
  self->dtypes = describe_dtypes (self);
  return g_steal_pointer (&self);
}

const float *
dip_unet_weights_lookup (const char *name,
                         guint n_dims,
                         const gsize *shape,
                         gpointer user_data)
{
  DipUnetWeights *self = user_data;

  return g_hash_table_lookup (self->values, name);
}

void
dip_unet_weights_hold (DipUnetWeights *self, const float *values)
{
  dip_values_hold (self->store, values);
}

void
dip_unet_weights_release (DipUnetWeights *self, const float *values)
{
  dip_values_release (self->store, values);
}

guint
dip_unet_weights_get_n_files (DipUnetWeights *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->files->len;
}

DipTensorFile *
dip_unet_weights_get_file (DipUnetWeights *self, guint i)
{
  g_return_val_if_fail (self != NULL && i < self->files->len, NULL);

  return self->files->pdata[i];
}

guint64
dip_unet_weights_get_n_parameters (DipUnetWeights *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_parameters;
}

const char *const *
dip_unet_weights_get_ignored (DipUnetWeights *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->ignored->pdata;
}

const char *
dip_unet_weights_get_dtypes (DipUnetWeights *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->dtypes;
}

static gboolean
hash_file (GChecksum *checksum, const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GBytes) bytes = NULL;
  const guchar *data;
  gsize n_bytes;

  if (file == NULL)
    return FALSE;

  bytes = g_mapped_file_get_bytes (file);
  data = g_bytes_get_data (bytes, &n_bytes);
  g_checksum_update (checksum, data, n_bytes);
  return TRUE;
}

static char *
hash_files (DipUnetWeights *self, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < self->files->len; i++)
    if (!hash_file (checksum, dip_tensor_file_get_path (self->files->pdata[i]), error))
      return NULL;

  return g_strdup (g_checksum_get_string (checksum));
}

const char *
dip_unet_weights_get_sha256 (DipUnetWeights *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->files->len == 1)
    return dip_tensor_file_get_sha256 (self->files->pdata[0]);

  locker = g_mutex_locker_new (&self->mutex);
  if (self->sha256 == NULL)
    self->sha256 = hash_files (self, error);

  return self->sha256;
}
