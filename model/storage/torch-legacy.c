#include "model/storage/error.h"
#include "model/storage/tensor-file-private.h"
#include "model/storage/torch-state.h"

#include <string.h>

/* The container torch.save() wrote before version 1.6: five pickles one after the other
 * (magic number, protocol version, system, state dict, storage keys), then for each key
 * an int64 count of elements and the elements. */

#define PROTOCOL_VERSION 1001
#define COUNT_BYTES 8

/* 0x1950a86a20f9469cfc6c, least byte first. */
static const char magic[] = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

static gboolean
fail (DipTensorFile *self, DipStorageError code, const char *what, GError **error)
{
  dip_storage_set_error (error, code, self->path, "%s", what);
  return FALSE;
}

/* Reads the pickle at *position and steps over it. */
static DipPickle *
read_pickle (DipTensorFile *self, gsize *position, GError **error)
{
  gsize n_used;
  DipPickle *pickle = dip_pickle_read (self, self->bytes + *position,
                                       self->n_bytes - *position, &n_used, error);

  if (pickle != NULL)
    *position += n_used;
  return pickle;
}

static gboolean
read_magic (DipTensorFile *self, gsize *position, GError **error)
{
  g_autoptr (DipPickle) pickle = read_pickle (self, position, error);
  const DipPickleValue *root;

  if (pickle == NULL)
    return FALSE;

  root = dip_pickle_get (pickle, dip_pickle_get_root (pickle));
  if (root->kind == DIP_PICKLE_LONG && root->n_items == sizeof magic - 1 &&
      memcmp (root->text, magic, root->n_items) == 0)
    return TRUE;

  return fail (self, DIP_STORAGE_ERROR_UNSUPPORTED,
               "is a Python pickle, but not one that torch.save wrote", error);
}

static gboolean
is_int (const DipPickleValue *value, gint64 wanted)
{
  return value != NULL && value->kind == DIP_PICKLE_INT && value->integer == wanted;
}

static gboolean
read_protocol (DipTensorFile *self, gsize *position, GError **error)
{
  g_autoptr (DipPickle) pickle = read_pickle (self, position, error);

  if (pickle == NULL)
    return FALSE;
  if (is_int (dip_pickle_get (pickle, dip_pickle_get_root (pickle)), PROTOCOL_VERSION))
    return TRUE;

  return fail (self, DIP_STORAGE_ERROR_UNSUPPORTED,
               "its torch container is of another protocol version than 1001", error);
}

static gboolean
read_system (DipTensorFile *self, gsize *position, GError **error)
{
  g_autoptr (DipPickle) pickle = read_pickle (self, position, error);
  const DipPickleValue *root;
  const DipPickleValue *is_little;

  if (pickle == NULL)
    return FALSE;

  root = dip_pickle_get (pickle, dip_pickle_get_root (pickle));
  if (root->kind != DIP_PICKLE_DICT ||
      !is_int (dip_pickle_lookup (pickle, root, "protocol_version"), PROTOCOL_VERSION))
    return fail (self, DIP_STORAGE_ERROR_FORMAT,
                 "its torch container does not say on what system it was written", error);

  is_little = dip_pickle_lookup (pickle, root, "little_endian");
  if (is_little != NULL && is_little->kind == DIP_PICKLE_BOOL && is_little->integer == 1)
    return TRUE;

  return fail (self, DIP_STORAGE_ERROR_UNSUPPORTED,
               "was written on a big-endian machine, wanted little-endian numbers",
               error);
}

/* Count and elements of one storage at *position. */
static gboolean
read_storage (DipTensorFile *self,
              DipTorchStorage *storage,
              gsize *position,
              GError **error)
{
  gint64 count;

  if (self->n_bytes - *position < COUNT_BYTES)
    return fail (self, DIP_STORAGE_ERROR_FORMAT, "is cut off before a storage", error);

  memcpy (&count, self->bytes + *position, COUNT_BYTES);
  count = GINT64_FROM_LE (count);
  *position += COUNT_BYTES;

  if (count < 0 || (gsize) count != storage->n_elements)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                             "storage %s has %" G_GINT64_FORMAT
                             " elements, its pickle says %" G_GSIZE_FORMAT,
                             storage->key, count, storage->n_elements);
      return FALSE;
    }

  if (storage->n_bytes > self->n_bytes - *position)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                             "storage %s should have %" G_GSIZE_FORMAT
                             " bytes, the file has only %" G_GSIZE_FORMAT
                             " left: damaged or cut off",
                             storage->key, storage->n_bytes, self->n_bytes - *position);
      return FALSE;
    }

  storage->data = self->bytes + *position;
  *position += storage->n_bytes;
  return TRUE;
}

/* Every storage that a tensor uses, once, and no other. */
static gboolean
read_storages (DipTensorFile *self,
               DipTorchState *state,
               DipPickle *keys,
               gsize *position,
               GError **error)
{
  const DipPickleValue *list = dip_pickle_get (keys, dip_pickle_get_root (keys));

  if (list->kind != DIP_PICKLE_LIST ||
      list->n_items != dip_torch_state_get_storages (state)->len)
    return fail (self, DIP_STORAGE_ERROR_FORMAT,
                 "its list of storages is not that of its tensors", error);

  for (const DipPickleItem *item = dip_pickle_first (keys, list); item != NULL;
       item = dip_pickle_next (keys, item))
    {
      const DipPickleValue *value = dip_pickle_get (keys, item->value);
      DipTorchStorage *storage = NULL;

      if (value->kind == DIP_PICKLE_STRING)
        {
          g_autofree char *key = g_strndup (value->text, value->n_items);

          storage = dip_torch_state_lookup (state, key);
        }

      if (storage == NULL || storage->data != NULL)
        return fail (self, DIP_STORAGE_ERROR_FORMAT,
                     "its list of storages is not that of its tensors", error);
      if (!read_storage (self, storage, position, error))
        return FALSE;
    }

  if (*position == self->n_bytes)
    return TRUE;

  return fail (self, DIP_STORAGE_ERROR_FORMAT, "has bytes behind its last storage",
               error);
}

gboolean
dip_torch_legacy_load (DipTensorFile *self, GError **error)
{
  g_autoptr (DipPickle) pickle = NULL;
  g_autoptr (DipPickle) keys = NULL;
  g_autoptr (DipTorchState) state = NULL;
  gsize position = 0;

  if (!read_magic (self, &position, error) || !read_protocol (self, &position, error) ||
      !read_system (self, &position, error))
    return FALSE;

  pickle = read_pickle (self, &position, error);
  if (pickle == NULL)
    return FALSE;

  state = dip_torch_state_new (self, pickle, error);
  if (state == NULL)
    return FALSE;

  keys = read_pickle (self, &position, error);
  return keys != NULL && read_storages (self, state, keys, &position, error) &&
         dip_torch_state_finish (state, error);
}
