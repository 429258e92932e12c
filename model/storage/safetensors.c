#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/json-private.h"
#include "model/storage/tensor-file-private.h"

#include <string.h>

/* The format's own limit. */
#define MAX_HEADER_BYTES 100000000

/* What jansson allocates for a value, its key and its place in a table, at most. */
#define BYTES_PER_VALUE 160

#define LENGTH_BYTES 8

/* Bytes a tensor covers in the data behind the header. */
typedef struct
{
  guint64 begin;
  guint64 end;
} Span;

static gboolean
fail_tensor (DipTensorFile *self,
             const char *name,
             const char *wanted,
             const json_t *value,
             GError **error)
{
  g_autofree char *found = dip_json_describe (value);

  dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                         "tensor '%.100s': %s, found %s", name, wanted, found);
  return FALSE;
}

static gboolean
read_dtype (DipTensorFile *self,
            const char *name,
            const json_t *value,
            DipTensor *tensor,
            GError **error)
{
  if (!json_is_string (value))
    return fail_tensor (self, name, "'dtype' must be a string", value, error);
  if (!dip_dtype_from_name (json_string_value (value), &tensor->dtype))
    return fail_tensor (self, name, "'dtype' must be a known element type", value, error);

  return TRUE;
}

static gboolean
read_shape (DipTensorFile *self,
            const char *name,
            const json_t *value,
            DipTensor *tensor,
            GError **error)
{
  if (!json_is_array (value))
    return fail_tensor (self, name, "'shape' must be a list", value, error);

  if (json_array_size (value) > DIP_TENSOR_MAX_DIMS)
    return fail_tensor (self, name, "'shape' must have at most 8 sizes", value, error);

  tensor->n_dims = json_array_size (value);
  for (guint i = 0; i < tensor->n_dims; i++)
    {
      const json_t *size = json_array_get (value, i);

      if (!json_is_integer (size) || json_integer_value (size) < 0)
        return fail_tensor (self, name, "'shape' must hold sizes of at least 0", size,
                            error);
      tensor->shape[i] = json_integer_value (size);
    }

  if (dip_tensor_measure (tensor))
    return TRUE;

  dip_storage_set_error (
      error, DIP_STORAGE_ERROR_FORMAT, self->path,
      "tensor '%.100s': its shape has more elements than memory can hold", name);
  return FALSE;
}

static gboolean
read_span (DipTensorFile *self,
           const char *name,
           const json_t *value,
           gsize n_data_bytes,
           Span *span,
           GError **error)
{
  const json_t *begin = json_array_get (value, 0);
  const json_t *end = json_array_get (value, 1);

  if (json_array_size (value) != 2 || !json_is_integer (begin) || !json_is_integer (end))
    return fail_tensor (self, name, "'data_offsets' must be two integers", value, error);

  if (json_integer_value (begin) < 0 ||
      json_integer_value (end) < json_integer_value (begin) ||
      (guint64) json_integer_value (end) > n_data_bytes)
    {
      dip_storage_set_error (
          error, DIP_STORAGE_ERROR_FORMAT, self->path,
          "tensor '%.100s': its bytes %" JSON_INTEGER_FORMAT " to %" JSON_INTEGER_FORMAT
          " are not a part of the %" G_GSIZE_FORMAT " bytes of data: damaged or cut off",
          name, json_integer_value (begin), json_integer_value (end), n_data_bytes);
      return FALSE;
    }

  span->begin = json_integer_value (begin);
  span->end = json_integer_value (end);
  return TRUE;
}

static gboolean
read_tensor (DipTensorFile *self,
             const char *name,
             const json_t *value,
             const guchar *data,
             Span *span,
             GError **error)
{
  gsize n_data_bytes = self->bytes + self->n_bytes - data;
  DipTensor tensor = { 0 };

  if (!json_is_object (value))
    return fail_tensor (self, name, "must be described by an object", value, error);

  if (!read_dtype (self, name, json_object_get (value, "dtype"), &tensor, error) ||
      !read_shape (self, name, json_object_get (value, "shape"), &tensor, error) ||
      !read_span (self, name, json_object_get (value, "data_offsets"), n_data_bytes, span,
                  error))
    return FALSE;

  if (span->end - span->begin != tensor.n_bytes)
    {
      g_autofree char *shape = dip_tensor_dup_shape_text (&tensor);

      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                             "tensor '%.100s': %s of %s takes %" G_GSIZE_FORMAT
                             " bytes, the header gives it %" G_GUINT64_FORMAT,
                             name, dip_dtype_get_name (tensor.dtype), shape,
                             tensor.n_bytes, span->end - span->begin);
      return FALSE;
    }

  tensor.data = data + span->begin;
  return dip_tensor_file_add (self, &tensor, name, strlen (name), error);
}

static gboolean
read_metadata (DipTensorFile *self, const json_t *value, GError **error)
{
  const char *key;
  json_t *text;

  if (!json_is_object (value))
    return fail_tensor (self, "__metadata__", "must be an object", value, error);

  json_object_foreach ((json_t *) value, key, text)
  {
    if (!json_is_string (text))
      return fail_tensor (self, "__metadata__", "must hold strings", text, error);
    g_hash_table_insert (self->metadata, g_strdup (key),
                         g_strdup (json_string_value (text)));
  }

  return TRUE;
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const Span *left = a;
  const Span *right = b;

  if (left->begin != right->begin)
    return left->begin < right->begin ? -1 : 1;
  return (left->end > right->end) - (left->end < right->end);
}

/* The tensors cover the data exactly: no hole, no overlap, nothing behind. */
static gboolean
check_spans (DipTensorFile *self, GArray *spans, gsize n_data_bytes, GError **error)
{
  guint64 covered = 0;

  g_array_sort (spans, compare_spans);
  for (guint i = 0; i < spans->len; i++)
    {
      const Span *span = &g_array_index (spans, Span, i);

      if (span->begin != covered)
        {
          dip_storage_set_error (
              error, DIP_STORAGE_ERROR_FORMAT, self->path,
              "tensors must follow each other, but after byte %" G_GUINT64_FORMAT
              " of the data the next begins at %" G_GUINT64_FORMAT,
              covered, span->begin);
          return FALSE;
        }
      covered = span->end;
    }

  if (covered == n_data_bytes)
    return TRUE;

  dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                         "the tensors take %" G_GUINT64_FORMAT
                         " bytes, the file has %" G_GSIZE_FORMAT " bytes of data",
                         covered, n_data_bytes);
  return FALSE;
}

static gboolean
read_entries (DipTensorFile *self, json_t *header, const guchar *data, GError **error)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (Span));
  const char *name;
  json_t *value;

  json_object_foreach (header, name, value)
  {
    Span span;

    if (strcmp (name, "__metadata__") == 0)
      {
        if (!read_metadata (self, value, error))
          return FALSE;
        continue;
      }

    if (!read_tensor (self, name, value, data, &span, error))
      return FALSE;
    g_array_append_val (spans, span);
  }

  return check_spans (self, spans, self->bytes + self->n_bytes - data, error);
}

/* The header's length, checked against the limit and the file; FALSE with @error set. */
static gboolean
read_length (DipTensorFile *self, gsize *n_header_bytes, GError **error)
{
  guint64 length;

  memcpy (&length, self->bytes, sizeof length);
  length = GUINT64_FROM_LE (length);

  if (length > MAX_HEADER_BYTES || length > self->n_bytes - LENGTH_BYTES)
    {
      gboolean is_over = length > MAX_HEADER_BYTES;

      dip_storage_set_error (
          error, DIP_STORAGE_ERROR_FORMAT, self->path,
          "the header should have %" G_GUINT64_FORMAT " bytes, %s %" G_GSIZE_FORMAT "%s",
          length, is_over ? "the limit is" : "the file has only",
          is_over ? (gsize) MAX_HEADER_BYTES : self->n_bytes - LENGTH_BYTES,
          is_over ? "" : ": damaged or cut off");
      return FALSE;
    }

  *n_header_bytes = length;
  return TRUE;
}

gboolean
dip_safetensors_load (DipTensorFile *self, GError **error)
{
  const char *text = (const char *) self->bytes + LENGTH_BYTES;
  DipJsonLimits limits = { MAX_HEADER_BYTES, DIP_JSON_MAX_STRING, 8,
                           self->memory_left / BYTES_PER_VALUE };
  gsize n_header_bytes;
  json_t *header;
  gboolean done;

  if (!read_length (self, &n_header_bytes, error))
    return FALSE;

  if (n_header_bytes == 0 || text[0] != '{')
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                             "its safetensors header does not begin with '{'");
      return FALSE;
    }

  header = dip_json_parse (text, n_header_bytes, &limits, self->path,
                           "its safetensors header", error);
  if (header == NULL)
    return FALSE;

  done = read_entries (self, header, self->bytes + LENGTH_BYTES + n_header_bytes, error);
  json_decref (header);
  return done;
}
