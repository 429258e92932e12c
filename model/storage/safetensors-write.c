#include "model/storage/safetensors-write.h"

#include "model/storage/json.h"
#include "model/storage/save.h"
#include "model/storage/tensor-file.h"

#include <string.h>

typedef struct
{
  char *name;
  DipDType dtype;
  json_t *shape;
  GBytes *data;
} Entry;

struct _DipSafetensorsWriter
{
  GPtrArray *entries; /* in the order of adding */
  json_t *metadata;   /* NULL if nothing was set */
};

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  json_decref (entry->shape);
  g_bytes_unref (entry->data);
  g_free (entry);
}

DipSafetensorsWriter *
dip_safetensors_writer_new (void)
{
  DipSafetensorsWriter *self = g_new0 (DipSafetensorsWriter, 1);

  self->entries = g_ptr_array_new_with_free_func (free_entry);
  return self;
}

void
dip_safetensors_writer_free (DipSafetensorsWriter *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->entries);
  json_decref (self->metadata);
  g_free (self);
}

void
dip_safetensors_writer_set_metadata (DipSafetensorsWriter *self,
                                     const char *key,
                                     const char *value)
{
  if (self->metadata == NULL)
    self->metadata = json_object ();

  dip_json_set_string (self->metadata, key, value);
}

static gboolean
has_entry (DipSafetensorsWriter *self, const char *name)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      if (strcmp (entry->name, name) == 0)
        return TRUE;
    }

  return FALSE;
}

static gsize
count_bytes (DipDType dtype, guint n_dims, const gint64 *shape)
{
  gsize n_bytes = dip_dtype_get_size (dtype);

  for (guint i = 0; i < n_dims; i++)
    n_bytes *= shape[i];

  return n_bytes;
}

void
dip_safetensors_writer_add (DipSafetensorsWriter *self,
                            const char *name,
                            DipDType dtype,
                            guint n_dims,
                            const gint64 *shape,
                            GBytes *data)
{
  Entry *entry;

  g_return_if_fail (g_utf8_validate (name, -1, NULL) && !has_entry (self, name));
  g_return_if_fail (name[0] != '\0' && strcmp (name, "__metadata__") != 0);
  g_return_if_fail (n_dims <= DIP_TENSOR_MAX_DIMS);
  g_return_if_fail (count_bytes (dtype, n_dims, shape) == g_bytes_get_size (data));

  entry = g_new0 (Entry, 1);
  entry->name = g_strdup (name);
  entry->dtype = dtype;
  entry->shape = json_array ();
  entry->data = g_bytes_ref (data);
  for (guint i = 0; i < n_dims; i++)
    json_array_append_new (entry->shape, json_integer (shape[i]));

  g_ptr_array_add (self->entries, entry);
}

void
dip_safetensors_writer_add_float32 (DipSafetensorsWriter *self,
                                    const char *name,
                                    guint n_dims,
                                    const gint64 *shape,
                                    const float *values)
{
  gsize n_bytes = count_bytes (DIP_DTYPE_F32, n_dims, shape);
  g_autoptr (GBytes) data = g_bytes_new (values, n_bytes);

  dip_safetensors_writer_add (self, name, DIP_DTYPE_F32, n_dims, shape, data);
}

static json_t *
describe_entry (const Entry *entry, gsize begin)
{
  json_t *tensor = json_object ();
  json_t *offsets = json_array ();

  json_array_append_new (offsets, json_integer (begin));
  json_array_append_new (offsets, json_integer (begin + g_bytes_get_size (entry->data)));

  dip_json_set_string (tensor, "dtype", dip_dtype_get_name (entry->dtype));
  dip_json_set_take (tensor, "shape", json_incref (entry->shape));
  dip_json_set_take (tensor, "data_offsets", offsets);
  return tensor;
}

static GBytes *
make_header (const char *text)
{
  gsize n_text = strlen (text);
  gsize n_padded = (n_text + 7) / 8 * 8;
  guint64 length = GUINT64_TO_LE (n_padded);
  guchar *header = g_malloc (sizeof length + n_padded);

  memcpy (header, &length, sizeof length);
  memcpy (header + sizeof length, text, n_text);
  memset (header + sizeof length + n_text, ' ', n_padded - n_text);
  return g_bytes_new_take (header, sizeof length + n_padded);
}

/* The header and every tensor's data, in the order of the file. */
static GPtrArray *
make_chunks (DipSafetensorsWriter *self)
{
  GPtrArray *chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree char *text = NULL;
  json_t *header = json_object ();
  gsize offset = 0;

  g_ptr_array_add (chunks, NULL);
  if (self->metadata != NULL)
    dip_json_set_take (header, "__metadata__", json_incref (self->metadata));

  for (gsize width = 8; width >= 1; width /= 2)
    for (guint i = 0; i < self->entries->len; i++)
      {
        const Entry *entry = g_ptr_array_index (self->entries, i);

        if (dip_dtype_get_size (entry->dtype) != width)
          continue;

        dip_json_set_take (header, entry->name, describe_entry (entry, offset));
        g_ptr_array_add (chunks, g_bytes_ref (entry->data));
        offset += g_bytes_get_size (entry->data);
      }

  text = dip_json_dump_line (header);
  json_decref (header);
  chunks->pdata[0] = make_header (text);
  return chunks;
}

GBytes *
dip_safetensors_writer_to_bytes (DipSafetensorsWriter *self)
{
  g_autoptr (GPtrArray) chunks = make_chunks (self);
  gsize n_total = 0;
  guchar *bytes;
  guchar *end;

  for (guint i = 0; i < chunks->len; i++)
    n_total += g_bytes_get_size (chunks->pdata[i]);

  bytes = end = g_malloc (n_total);
  for (guint i = 0; i < chunks->len; i++)
    {
      gsize n_bytes;
      const guchar *data = g_bytes_get_data (chunks->pdata[i], &n_bytes);

      if (n_bytes > 0)
        memcpy (end, data, n_bytes);
      end += n_bytes;
    }

  return g_bytes_new_take (bytes, n_total);
}

gboolean
dip_safetensors_writer_save (DipSafetensorsWriter *self, const char *path, GError **error)
{
  g_autoptr (GPtrArray) chunks = make_chunks (self);

  return dip_save_chunks (path, (GBytes *const *) chunks->pdata, chunks->len, error);
}
