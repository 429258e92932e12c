#include "model/storage/tensor-file.h"

#include "model/storage/error.h"
#include "model/storage/tensor-file-private.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a reader may always allocate, however small the file. */
#define MEMORY_FLOOR ((gsize) 16 << 20)

/* Longer tensor names than any network's. */
#define MAX_NAME_BYTES 1024

/* More than any network's; hash collisions stay bearable. */
#define MAX_TENSORS 65536

/* Read, hashed and forgotten at once. */
#define HASHED_BYTES ((gsize) 4 << 20)

#define GIT_LFS "version https://git-lfs.github.com/spec/"

typedef gboolean (*LoadFunc) (DipTensorFile *self, GError **error);

static const struct
{
  const char *name;
  LoadFunc load;
} formats[] = {
  [DIP_TENSOR_FORMAT_SAFETENSORS] = { "safetensors", dip_safetensors_load },
  [DIP_TENSOR_FORMAT_TORCH_ZIP] = { "torch (zip)", dip_torch_zip_load },
  [DIP_TENSOR_FORMAT_TORCH_LEGACY] = { "torch (before 1.6)", dip_torch_legacy_load },
};

static gboolean
begins_with (DipTensorFile *self, const char *magic, gsize n_bytes)
{
  return self->n_bytes >= n_bytes && memcmp (self->bytes, magic, n_bytes) == 0;
}

static gboolean
is_web_page (DipTensorFile *self)
{
  g_autofree char *start =
      g_strndup ((const char *) self->bytes, MIN (self->n_bytes, 512));
  const char *text = g_strchug (start);

  if (g_str_has_prefix (text, "\xef\xbb\xbf"))
    text += 3;

  return g_ascii_strncasecmp (text, "<!doctype", 9) == 0 ||
         g_ascii_strncasecmp (text, "<html", 5) == 0 ||
         g_ascii_strncasecmp (text, "<?xml", 5) == 0;
}

/* The header's length: eight bytes, little-endian. */
static gboolean
looks_like_safetensors (DipTensorFile *self)
{
  static const guchar zeros[4] = { 0 };

  return self->n_bytes > 8 &&
         (self->bytes[8] == '{' || memcmp (self->bytes + 4, zeros, sizeof zeros) == 0);
}

static gboolean
fail_unknown (DipTensorFile *self, GError **error)
{
  const char *what = "is neither a safetensors file nor a PyTorch state dict";

  if (self->n_bytes == 0)
    what = "is empty, wanted a safetensors file or a PyTorch state dict";
  else if (self->n_bytes <= 8)
    what = "is too short for a safetensors file or a PyTorch state dict";
  else if (is_web_page (self))
    what = "is a web page, not a file of weights: download the file itself";
  else if (begins_with (self, GIT_LFS, strlen (GIT_LFS)))
    what = "is a git-lfs pointer, not the weights: run 'git lfs pull' in its folder";

  dip_storage_set_error (error,
                         self->n_bytes <= 8 ? DIP_STORAGE_ERROR_FORMAT
                                            : DIP_STORAGE_ERROR_UNSUPPORTED,
                         self->path, "%s", what);
  return FALSE;
}

/* A header of 640 bytes begins like a pickle, so the brace is asked for first. */
static gboolean
detect_format (DipTensorFile *self, GError **error)
{
  if (looks_like_safetensors (self) && self->bytes[8] == '{')
    self->format = DIP_TENSOR_FORMAT_SAFETENSORS;
  else if (begins_with (self, "PK\x03\x04", 4) || begins_with (self, "PK\x05\x06", 4))
    self->format = DIP_TENSOR_FORMAT_TORCH_ZIP;
  else if (begins_with (self, "\x80", 1))
    self->format = DIP_TENSOR_FORMAT_TORCH_LEGACY;
  else if (looks_like_safetensors (self))
    self->format = DIP_TENSOR_FORMAT_SAFETENSORS;
  else
    return fail_unknown (self, error);

  return TRUE;
}

/* Opening a pipe would block and a folder cannot be mapped. */
static gboolean
map_file (DipTensorFile *self, GError **error)
{
  g_autoptr (GError) cause = NULL;
  struct stat st;

  if (stat (self->path, &st) != 0)
    {
      dip_storage_set_error_errno (error, self->path, errno, "cannot open");
      return FALSE;
    }

  if (!S_ISREG (st.st_mode))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_UNSUPPORTED, self->path,
                             S_ISDIR (st.st_mode)
                                 ? "is a folder, wanted a file of weights"
                                 : "is not a regular file");
      return FALSE;
    }

  self->map = g_mapped_file_new (self->path, FALSE, &cause);
  if (self->map == NULL)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_IO, self->path, "%s",
                             cause->message);
      return FALSE;
    }

  self->n_bytes = g_mapped_file_get_length (self->map);
  self->bytes = (const guchar *) g_mapped_file_get_contents (self->map);
  if (self->bytes == NULL)
    self->bytes = (const guchar *) "";
  self->memory_left = MAX (MEMORY_FLOOR, 2 * self->n_bytes);
  return TRUE;
}

static void
clear_file (gpointer data)
{
  DipTensorFile *self = data;

  g_free (self->path);
  g_clear_pointer (&self->map, g_mapped_file_unref);
  g_array_unref (self->tensors);
  g_hash_table_unref (self->index);
  g_string_chunk_free (self->names);
  g_hash_table_unref (self->metadata);
  g_ptr_array_unref (self->blocks);
  g_free (self->sha256);
  g_mutex_clear (&self->mutex);
}

/* Names borrowed by the index move with nothing: they are in the chunk. */
static DipTensorFile *
file_new (const char *path)
{
  DipTensorFile *self = g_atomic_rc_box_new0 (DipTensorFile);

  self->path = g_strdup (path);
  self->tensors = g_array_new (FALSE, TRUE, sizeof (DipTensor));
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  self->names = g_string_chunk_new (4096);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->mutex);
  return self;
}

DipTensorFile *
dip_tensor_file_open (const char *path, GError **error)
{
  g_autoptr (DipTensorFile) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = file_new (path);
  if (!map_file (self, error) || !detect_format (self, error) ||
      !formats[self->format].load (self, error))
    return NULL;
  dip_tensor_file_forget (self, self->bytes, self->n_bytes);

  return g_steal_pointer (&self);
}

DipTensorFile *
dip_tensor_file_ref (DipTensorFile *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
dip_tensor_file_unref (DipTensorFile *self)
{
  g_atomic_rc_box_release_full (self, clear_file);
}

const char *
dip_tensor_file_get_path (DipTensorFile *self)
{
  return self->path;
}

DipTensorFormat
dip_tensor_file_get_format (DipTensorFile *self)
{
  return self->format;
}

const char *
dip_tensor_format_get_name (DipTensorFormat format)
{
  g_return_val_if_fail (format < G_N_ELEMENTS (formats), "?");

  return formats[format].name;
}

gsize
dip_tensor_file_get_size (DipTensorFile *self)
{
  return self->n_bytes;
}

/* Pages that neighbours share go too: they come back. */
void
dip_tensor_file_forget (DipTensorFile *self, gconstpointer data, gsize n_bytes)
{
  gsize n_page = sysconf (_SC_PAGESIZE);
  gsize begin = (const guchar *) data - self->bytes;
  gsize end;

  if (self->map == NULL || (const guchar *) data < self->bytes || begin >= self->n_bytes)
    return;

  end = begin + MIN (n_bytes, self->n_bytes - begin);
  begin = begin / n_page * n_page;
  if (end > begin && (gsize) self->bytes % n_page == 0)
    madvise ((guchar *) self->bytes + begin, end - begin, MADV_DONTNEED);
}

static char *
hash (DipTensorFile *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (gsize begin = 0; begin < self->n_bytes; begin += HASHED_BYTES)
    {
      gsize n = MIN (HASHED_BYTES, self->n_bytes - begin);

      g_checksum_update (checksum, self->bytes + begin, n);
      dip_tensor_file_forget (self, self->bytes + begin, n);
    }

  return g_strdup (g_checksum_get_string (checksum));
}

const char *
dip_tensor_file_get_sha256 (DipTensorFile *self)
{
  g_mutex_lock (&self->mutex);
  if (self->sha256 == NULL)
    self->sha256 = hash (self);
  g_mutex_unlock (&self->mutex);

  return self->sha256;
}

GHashTable *
dip_tensor_file_get_metadata (DipTensorFile *self)
{
  return self->metadata;
}

guint
dip_tensor_file_get_n_tensors (DipTensorFile *self)
{
  return self->tensors->len;
}

const DipTensor *
dip_tensor_file_get (DipTensorFile *self, guint index)
{
  g_return_val_if_fail (index < self->tensors->len, NULL);

  return &g_array_index (self->tensors, DipTensor, index);
}

const DipTensor *
dip_tensor_file_lookup (DipTensorFile *self, const char *name)
{
  gpointer position;

  if (!g_hash_table_lookup_extended (self->index, name, NULL, &position))
    return NULL;

  return dip_tensor_file_get (self, GPOINTER_TO_UINT (position));
}

gboolean
dip_tensor_file_charge (DipTensorFile *self,
                        gsize n_bytes,
                        const char *what,
                        GError **error)
{
  if (n_bytes <= self->memory_left)
    {
      self->memory_left -= n_bytes;
      return TRUE;
    }

  dip_storage_set_error (error, DIP_STORAGE_ERROR_TOO_LARGE, self->path,
                         "%s takes more memory than a file of %" G_GSIZE_FORMAT
                         " bytes may ask for",
                         what, self->n_bytes);
  return FALSE;
}

gpointer
dip_tensor_file_alloc (DipTensorFile *self,
                       gsize n_bytes,
                       const char *what,
                       GError **error)
{
  gpointer block;

  if (!dip_tensor_file_charge (self, n_bytes, what, error))
    return NULL;

  block = g_try_malloc (MAX (n_bytes, 1));
  if (block != NULL)
    g_ptr_array_add (self->blocks, block);
  else
    dip_storage_set_error (error, DIP_STORAGE_ERROR_TOO_LARGE, self->path,
                           "not enough memory for %" G_GSIZE_FORMAT " bytes of %s",
                           n_bytes, what);

  return block;
}

gboolean
dip_tensor_measure (DipTensor *tensor)
{
  tensor->n_elements = 1;
  for (guint i = 0; i < tensor->n_dims; i++)
    if (tensor->shape[i] < 0 ||
        !g_size_checked_mul (&tensor->n_elements, tensor->n_elements, tensor->shape[i]))
      return FALSE;

  return g_size_checked_mul (&tensor->n_bytes, tensor->n_elements,
                             dip_dtype_get_size (tensor->dtype));
}

gboolean
dip_tensor_file_add (DipTensorFile *self,
                     const DipTensor *tensor,
                     const char *name,
                     gsize n_name_bytes,
                     GError **error)
{
  gboolean is_valid = n_name_bytes > 0 && n_name_bytes <= MAX_NAME_BYTES &&
                      g_utf8_validate_len (name, n_name_bytes, NULL);
  DipTensor copy = *tensor;
  char *own;

  if (!is_valid)
    {
      dip_storage_set_error (
          error, DIP_STORAGE_ERROR_FORMAT, self->path,
          "the name of tensor %u must be 1 to %d bytes of UTF-8, found %s "
          "%" G_GSIZE_FORMAT " bytes",
          self->tensors->len, MAX_NAME_BYTES,
          n_name_bytes <= MAX_NAME_BYTES ? "broken text of" : "one of", n_name_bytes);
      return FALSE;
    }

  if (self->tensors->len >= MAX_TENSORS)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_TOO_LARGE, self->path,
                             "has more than %d tensors", MAX_TENSORS);
      return FALSE;
    }

  own = g_string_chunk_insert_len (self->names, name, n_name_bytes);
  if (g_hash_table_contains (self->index, own))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                             "tensor '%.100s' is there twice", own);
      return FALSE;
    }

  copy.path = self->path;
  copy.name = own;
  g_hash_table_insert (self->index, own, GUINT_TO_POINTER (self->tensors->len));
  g_array_append_val (self->tensors, copy);
  return TRUE;
}

gboolean
dip_tensor_to_float32 (const DipTensor *tensor, float *values, GError **error)
{
  if (!dip_dtype_is_readable (tensor->dtype))
    {
      dip_storage_set_error (
          error, DIP_STORAGE_ERROR_UNSUPPORTED, tensor->path,
          "tensor '%.100s' is %s, wanted floating point of 16, 32 or 64 "
          "bits, or signed integers",
          tensor->name, dip_dtype_get_name (tensor->dtype));
      return FALSE;
    }

  dip_dtype_to_float32 (tensor->dtype, tensor->data, tensor->n_elements, values);
  return TRUE;
}

float *
dip_tensor_dup_float32 (const DipTensor *tensor, GError **error)
{
  g_autofree float *values = g_try_new (float, MAX (tensor->n_elements, 1));

  if (values == NULL)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_TOO_LARGE, tensor->path,
                             "not enough memory for the %" G_GSIZE_FORMAT
                             " values of tensor '%.100s'",
                             tensor->n_elements, tensor->name);
      return NULL;
    }

  return dip_tensor_to_float32 (tensor, values, error) ? g_steal_pointer (&values) : NULL;
}

char *
dip_tensor_dup_shape_text (const DipTensor *tensor)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "",
                            tensor->shape[i]);

  return g_string_free (g_string_append_c (text, ']'), FALSE);
}
