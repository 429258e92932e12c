#include "tests/tools/procedural.h"

#include <math.h>
#include <string.h>

static guint64
hash_name (const char *name)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (const char *p = name; *p != '\0'; p++)
    hash = (hash ^ (guchar) *p) * G_GUINT64_CONSTANT (0x100000001b3);

  return hash;
}

/* -1 to just under 1, exact in float32. */
static double
draw (guint64 start, guint64 i)
{
  guint64 x = start + (i + 1) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  guint64 z = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);

  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  z ^= z >> 31;

  return ((double) (z >> 48) - 32768) / 32768;
}

static gint64
count (guint n_dims, const gint64 *shape)
{
  gint64 n = 1;

  for (guint i = 0; i < n_dims; i++)
    n *= shape[i];

  return n;
}

/* value = offset + scale r. */
static void
get_range (const char *name,
           guint n_dims,
           const gint64 *shape,
           double *offset,
           double *scale)
{
  *offset = 0;
  if (g_str_equal (name, "sample"))
    *scale = 2;
  else if (n_dims >= 2)
    *scale = ldexp (1, -((int) g_bit_storage (count (n_dims - 1, shape + 1)) - 2) / 2);
  else
    {
      *scale = 0.25;
      *offset = g_str_has_suffix (name, ".weight") ? 1 : 0;
    }
}

void
procedural_fill (guint64 seed,
                 const char *name,
                 guint n_dims,
                 const gint64 *shape,
                 float *values)
{
  guint64 start = hash_name (name) ^ seed;
  gint64 n = count (n_dims, shape);
  double offset, scale;

  get_range (name, n_dims, shape, &offset, &scale);
  for (gint64 i = 0; i < n; i++)
    values[i] = (float) (offset + scale * draw (start, i));
}

static void
free_tensor (gpointer data)
{
  ProceduralTensor *tensor = data;

  g_free (tensor->name);
  g_bytes_unref (tensor->data);
  g_free (tensor);
}

void
procedural_case_free (ProceduralCase *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->info, dip_json_free);
  g_clear_pointer (&self->tensors, g_ptr_array_unref);
  g_free (self);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const ProceduralTensor *const *first = a;
  const ProceduralTensor *const *second = b;

  return strcmp ((*first)->name, (*second)->name);
}

static void
add_tensor (ProceduralCase *self, const char *name, json_t *dims)
{
  ProceduralTensor *tensor = g_new0 (ProceduralTensor, 1);
  gsize n_bytes;
  float *values;

  tensor->name = g_strdup (name);
  tensor->n_dims = json_array_size (dims);
  g_assert_cmpuint (tensor->n_dims, <=, G_N_ELEMENTS (tensor->shape));
  for (guint i = 0; i < tensor->n_dims; i++)
    tensor->shape[i] = json_integer_value (json_array_get (dims, i));

  n_bytes = count (tensor->n_dims, tensor->shape) * sizeof *values;
  values = g_malloc (n_bytes);
  procedural_fill (self->seed, name, tensor->n_dims, tensor->shape, values);
  tensor->data = g_bytes_new_take (values, n_bytes);
  g_ptr_array_add (self->tensors, tensor);
}

static gboolean
check_sha256 (ProceduralCase *self, GError **error)
{
  static const char key[] =
      "sha256_of_all_tensors_as_little_endian_float32_in_sorted_name_order";
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *wanted = "";

  if (!dip_json_get_string (self->info, key, &wanted, error))
    return FALSE;

  for (guint i = 0; i < self->tensors->len; i++)
    {
      ProceduralTensor *tensor = self->tensors->pdata[i];
      gsize n_bytes;
      const guchar *data = g_bytes_get_data (tensor->data, &n_bytes);

      g_checksum_update (checksum, data, n_bytes);
    }

  if (g_str_equal (g_checksum_get_string (checksum), wanted))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the weights' sha-256 is %s, not %s",
               g_checksum_get_string (checksum), wanted);
  return FALSE;
}

ProceduralCase *
procedural_case_load (const char *folder, GError **error)
{
  g_autoptr (ProceduralCase) self = g_new0 (ProceduralCase, 1);
  g_autofree char *info_path = g_build_filename (folder, "case.json", NULL);
  g_autofree char *list_path = g_build_filename (folder, "tensors.json", NULL);
  g_autoptr (DipJson) list = NULL;
  const char *seed = "";
  const char *name;
  json_t *dims;

  self->tensors = g_ptr_array_new_with_free_func (free_tensor);
  self->info = dip_json_load_file (info_path, NULL, error);
  if (self->info == NULL || !dip_json_get_string (self->info, "seed_hex", &seed, error))
    return NULL;
  list = dip_json_load_file (list_path, NULL, error);
  if (list == NULL)
    return NULL;

  self->seed = g_ascii_strtoull (seed, NULL, 16);
  json_object_foreach (dip_json_get_root (list), name, dims)
      add_tensor (self, name, dims);
  g_ptr_array_sort (self->tensors, compare_names);

  return check_sha256 (self, error) ? g_steal_pointer (&self) : NULL;
}

const float *
procedural_case_lookup (ProceduralCase *self, const char *name)
{
  for (guint i = 0; i < self->tensors->len; i++)
    {
      ProceduralTensor *tensor = self->tensors->pdata[i];

      if (g_str_equal (tensor->name, name))
        return g_bytes_get_data (tensor->data, NULL);
    }

  return NULL;
}
