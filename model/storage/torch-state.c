#include "model/storage/torch-state.h"

#include "model/storage/error.h"

#include <string.h>

/* All that is kept of a tensor and its storage while reading, and afterwards. */
#define BYTES_PER_TENSOR 1024

#define MAX_KEY_BYTES 32

/* A named view that was found in the dict. */
typedef struct
{
  const DipPickleValue *name;
  const DipPickleValue *tensor;
  DipTorchStorage *storage;
} View;

struct _DipTorchState
{
  DipTensorFile *file; /* borrowed */
  DipPickle *pickle;   /* borrowed */
  GArray *views;
  GPtrArray *storages;
  GHashTable *index; /* key → DipTorchStorage, both borrowed */
};

static void
free_storage (gpointer data)
{
  DipTorchStorage *storage = data;

  g_free (storage->key);
  g_free (storage);
}

void
dip_torch_state_free (DipTorchState *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->views);
  g_hash_table_unref (self->index);
  g_ptr_array_unref (self->storages);
  g_free (self);
}

static gboolean
fail (DipTorchState *self, const DipPickleValue *name, const char *what, GError **error)
{
  dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->file->path,
                         "tensor '%.*s': %s", (int) MIN (name->n_items, 100), name->text,
                         what);
  return FALSE;
}

/* A key becomes a part of a name inside the archive: nothing but digits. */
static char *
dup_key (const DipPickleValue *value)
{
  for (guint32 i = 0; i < value->n_items; i++)
    if (!g_ascii_isdigit (value->text[i]))
      return NULL;

  if (value->n_items == 0 || value->n_items > MAX_KEY_BYTES)
    return NULL;

  return g_strndup (value->text, value->n_items);
}

/* The storage @value refers to, made at its first use. */
static DipTorchStorage *
get_storage (DipTorchState *self,
             const DipPickleValue *name,
             const DipPickleValue *value,
             GError **error)
{
  g_autofree char *key = dup_key (dip_pickle_get_item (self->pickle, value, 2));
  gint64 n_elements = dip_pickle_get_item (self->pickle, value, 4)->integer;
  DipTorchStorage *storage;
  gsize n_bytes;

  if (key == NULL || n_elements < 0 ||
      !g_size_checked_mul (&n_bytes, n_elements, dip_dtype_get_size (value->dtype)))
    {
      fail (self, name, "its storage has an impossible key or size", error);
      return NULL;
    }

  if (value->n_items == 6 &&
      dip_pickle_get_item (self->pickle, value, 5)->kind != DIP_PICKLE_NONE)
    {
      fail (self, name, "its storage is a view of another one, which is not read", error);
      return NULL;
    }

  storage = dip_torch_state_lookup (self, key);
  if (storage != NULL &&
      (storage->dtype != value->dtype || storage->n_elements != (gsize) n_elements))
    {
      fail (self, name, "its storage is of another type or size elsewhere", error);
      return NULL;
    }
  if (storage != NULL)
    return storage;

  storage = g_new0 (DipTorchStorage, 1);
  storage->key = g_steal_pointer (&key);
  storage->dtype = value->dtype;
  storage->n_elements = n_elements;
  storage->n_bytes = n_bytes;
  g_ptr_array_add (self->storages, storage);
  g_hash_table_insert (self->index, storage->key, storage);
  return storage;
}

static gboolean
add_view (DipTorchState *self, const DipPickleItem *item, GError **error)
{
  View view = { dip_pickle_get (self->pickle, item->key),
                dip_pickle_get (self->pickle, item->value), NULL };
  const DipPickleValue *storage;

  if (view.name->kind != DIP_PICKLE_STRING)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->file->path,
                             "its state dict has %s as a name, wanted a string",
                             dip_pickle_describe (view.name));
      return FALSE;
    }

  if (view.tensor->kind != DIP_PICKLE_TENSOR)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->file->path,
                             "'%.*s' in its state dict is %s, wanted a tensor",
                             (int) MIN (view.name->n_items, 100), view.name->text,
                             dip_pickle_describe (view.tensor));
      return FALSE;
    }

  if (!dip_tensor_file_charge (self->file, BYTES_PER_TENSOR, "its list of tensors",
                               error))
    return FALSE;

  storage = dip_pickle_get_item (self->pickle, view.tensor, 0);
  view.storage = get_storage (self, view.name, storage, error);
  if (view.storage == NULL)
    return FALSE;

  g_array_append_val (self->views, view);
  return TRUE;
}

/* Checkpoints of training programs keep the weights one level down. */
static const DipPickleValue *
find_dict (DipPickle *pickle)
{
  const DipPickleValue *root = dip_pickle_get (pickle, dip_pickle_get_root (pickle));
  const DipPickleValue *inner;

  if (root->kind != DIP_PICKLE_DICT)
    return root;

  inner = dip_pickle_lookup (pickle, root, "state_dict");
  return inner != NULL && inner->kind == DIP_PICKLE_DICT ? inner : root;
}

DipTorchState *
dip_torch_state_new (DipTensorFile *file, DipPickle *pickle, GError **error)
{
  g_autoptr (DipTorchState) self = g_new0 (DipTorchState, 1);
  const DipPickleValue *dict = find_dict (pickle);

  self->file = file;
  self->pickle = pickle;
  self->views = g_array_new (FALSE, FALSE, sizeof (View));
  self->storages = g_ptr_array_new_with_free_func (free_storage);
  self->index = g_hash_table_new (g_str_hash, g_str_equal);

  if (dict->kind != DIP_PICKLE_DICT)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, file->path,
                             "its pickle is %s, wanted a state dict",
                             dip_pickle_describe (dict));
      return NULL;
    }

  for (const DipPickleItem *item = dip_pickle_first (pickle, dict); item != NULL;
       item = dip_pickle_next (pickle, item))
    if (!add_view (self, item, error))
      return NULL;

  return g_steal_pointer (&self);
}

GPtrArray *
dip_torch_state_get_storages (DipTorchState *self)
{
  return self->storages;
}

DipTorchStorage *
dip_torch_state_lookup (DipTorchState *self, const char *key)
{
  return g_hash_table_lookup (self->index, key);
}

/* @value is a tuple of @n_dims integers of at least 0. */
static gboolean
read_sizes (DipPickle *pickle, const DipPickleValue *value, guint n_dims, gint64 *sizes)
{
  if (value->kind != DIP_PICKLE_TUPLE || value->n_items != n_dims)
    return FALSE;

  for (guint i = 0; i < n_dims; i++)
    {
      const DipPickleValue *size = dip_pickle_get_item (pickle, value, i);

      if (size->kind != DIP_PICKLE_INT || size->integer < 0)
        return FALSE;
      sizes[i] = size->integer;
    }

  return TRUE;
}

/* Whether all of the view lies inside the storage. */
static gboolean
fits_storage (const DipTensor *tensor,
              guint64 offset,
              const gint64 *strides,
              gsize n_storage_elements)
{
  guint64 last = offset;

  if (tensor->n_elements == 0)
    return offset <= n_storage_elements;

  for (guint i = 0; i < tensor->n_dims; i++)
    {
      guint64 reach;

      if (!g_uint64_checked_mul (&reach, tensor->shape[i] - 1, strides[i]) ||
          !g_uint64_checked_add (&last, last, reach))
        return FALSE;
    }

  return last < n_storage_elements;
}

static gboolean
is_contiguous (const DipTensor *tensor, const gint64 *strides)
{
  gint64 wanted = 1;

  for (guint i = tensor->n_dims; i > 0; i--)
    {
      if (tensor->shape[i - 1] != 1 && strides[i - 1] != wanted)
        return FALSE;
      wanted *= tensor->shape[i - 1];
    }

  return TRUE;
}

/* Row-major copy of a strided view whose first element is at @source. */
static void
copy_view (const DipTensor *tensor,
           const guchar *source,
           const gint64 *strides,
           guchar *target)
{
  gsize width = dip_dtype_get_size (tensor->dtype);
  gint64 position[DIP_TENSOR_MAX_DIMS] = { 0 };

  for (gsize n = 0; n < tensor->n_elements; n++)
    {
      gsize element = 0;

      for (guint i = 0; i < tensor->n_dims; i++)
        element += position[i] * strides[i];
      memcpy (target + n * width, source + element * width, width);

      for (guint i = tensor->n_dims; i > 0 && ++position[i - 1] == tensor->shape[i - 1];
           i--)
        position[i - 1] = 0;
    }
}

/* Shape, strides and offset of @view, checked against its storage. */
static gboolean
read_view (DipTorchState *self,
           const View *view,
           DipTensor *tensor,
           gint64 *strides,
           gint64 *offset,
           GError **error)
{
  const DipPickleValue *start = dip_pickle_get_item (self->pickle, view->tensor, 1);
  const DipPickleValue *shape = dip_pickle_get_item (self->pickle, view->tensor, 2);
  const DipPickleValue *steps = dip_pickle_get_item (self->pickle, view->tensor, 3);

  tensor->dtype = view->storage->dtype;
  tensor->n_dims = MIN (shape->n_items, DIP_TENSOR_MAX_DIMS + 1);

  if (tensor->n_dims > DIP_TENSOR_MAX_DIMS)
    return fail (self, view->name, "it has more than 8 dimensions", error);

  if (!read_sizes (self->pickle, shape, tensor->n_dims, tensor->shape) ||
      !read_sizes (self->pickle, steps, tensor->n_dims, strides) ||
      start->kind != DIP_PICKLE_INT || start->integer < 0)
    return fail (
        self, view->name,
        "its sizes, strides and offset must be integers of at least 0, one size and "
        "one stride a dimension",
        error);

  if (!dip_tensor_measure (tensor) ||
      !fits_storage (tensor, start->integer, strides, view->storage->n_elements))
    return fail (self, view->name, "it reaches past the end of its storage", error);

  *offset = start->integer;
  return TRUE;
}

static gboolean
add_tensor (DipTorchState *self, const View *view, GError **error)
{
  gsize width = dip_dtype_get_size (view->storage->dtype);
  gint64 strides[DIP_TENSOR_MAX_DIMS] = { 0 };
  DipTensor tensor = { 0 };
  const guchar *source;
  guchar *copy;
  gint64 offset;

  if (!read_view (self, view, &tensor, strides, &offset, error))
    return FALSE;

  source = view->storage->data + offset * width;
  if (tensor.n_elements == 0 || is_contiguous (&tensor, strides))
    {
      tensor.data = source;
      return dip_tensor_file_add (self->file, &tensor, view->name->text,
                                  view->name->n_items, error);
    }

  copy = dip_tensor_file_alloc (self->file, tensor.n_bytes, "a strided tensor", error);
  if (copy == NULL)
    return FALSE;

  copy_view (&tensor, source, strides, copy);
  tensor.data = copy;
  return dip_tensor_file_add (self->file, &tensor, view->name->text, view->name->n_items,
                              error);
}

gboolean
dip_torch_state_finish (DipTorchState *self, GError **error)
{
  for (guint i = 0; i < self->views->len; i++)
    if (!add_tensor (self, &g_array_index (self->views, View, i), error))
      return FALSE;

  return TRUE;
}
