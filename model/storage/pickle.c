#include "model/storage/pickle.h"

#include "model/storage/error.h"
#include "model/storage/pickle-private.h"

#include <string.h>

/* A GArray that grows holds its old and its new block at once: three times what it
 * contains, at most. */
#define GROWTH 3

static const char *const kind_names[] = {
  [DIP_PICKLE_NONE] = "None",         [DIP_PICKLE_BOOL] = "a truth value",
  [DIP_PICKLE_INT] = "an integer",    [DIP_PICKLE_LONG] = "a big integer",
  [DIP_PICKLE_FLOAT] = "a number",    [DIP_PICKLE_STRING] = "a string",
  [DIP_PICKLE_TUPLE] = "a tuple",     [DIP_PICKLE_LIST] = "a list",
  [DIP_PICKLE_DICT] = "a dict",       [DIP_PICKLE_GLOBAL] = "a class or a function",
  [DIP_PICKLE_STORAGE] = "a storage", [DIP_PICKLE_TENSOR] = "a tensor",
};

gboolean
dip_pickle_fail (DipPickle *self, const char *what, GError **error)
{
  dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->file->path,
                         "its pickle is damaged: %s before byte %" G_GSIZE_FORMAT, what,
                         self->position);
  return FALSE;
}

const guchar *
dip_pickle_take (DipPickle *self, gsize n_bytes, GError **error)
{
  const guchar *start = self->bytes + self->position;

  if (n_bytes > self->n_bytes - self->position)
    {
      dip_pickle_fail (self, "it ends in the middle of something", error);
      return NULL;
    }

  self->position += n_bytes;
  return start;
}

gboolean
dip_pickle_push (DipPickle *self, DipPickleRef ref, GError **error)
{
  if (!dip_tensor_file_charge (self->file, GROWTH * sizeof ref, "its pickle", error))
    return FALSE;

  g_array_append_val (self->stack, ref);
  return TRUE;
}

gboolean
dip_pickle_push_value (DipPickle *self, DipPickleValue value, GError **error)
{
  if (!dip_tensor_file_charge (self->file, GROWTH * sizeof value, "its pickle", error))
    return FALSE;

  g_array_append_val (self->values, value);
  return dip_pickle_push (self, self->values->len - 1, error);
}

gboolean
dip_pickle_add_item (DipPickle *self,
                     DipPickleRef owner,
                     DipPickleRef key,
                     DipPickleRef item,
                     GError **error)
{
  DipPickleValue *value = &g_array_index (self->values, DipPickleValue, owner);
  DipPickleItem entry = { key, item, 0 };
  guint32 position = self->items->len;

  if (!dip_tensor_file_charge (self->file, GROWTH * sizeof entry, "its pickle", error))
    return FALSE;

  g_array_append_val (self->items, entry);
  if (value->n_items > 0)
    g_array_index (self->items, DipPickleItem, value->items.last).next = position;
  else
    value->items.first = position;

  value->items.last = position;
  value->n_items++;
  return TRUE;
}

guint32
dip_pickle_get_floor (DipPickle *self)
{
  guint32 n_marks = self->marks->len;

  return n_marks > 0 ? g_array_index (self->marks, guint32, n_marks - 1) : 0;
}

gboolean
dip_pickle_pop (DipPickle *self, DipPickleRef *ref, GError **error)
{
  if (self->stack->len <= dip_pickle_get_floor (self))
    return dip_pickle_fail (self, "it takes more from its stack than there is", error);

  *ref = g_array_index (self->stack, DipPickleRef, self->stack->len - 1);
  g_array_set_size (self->stack, self->stack->len - 1);
  return TRUE;
}

static DipPickle *
pickle_new (DipTensorFile *file, const guchar *bytes, gsize n_bytes)
{
  DipPickle *self = g_new0 (DipPickle, 1);

  self->file = file;
  self->bytes = bytes;
  self->n_bytes = n_bytes;
  self->values = g_array_new (FALSE, FALSE, sizeof (DipPickleValue));
  self->items = g_array_new (FALSE, TRUE, sizeof (DipPickleItem));
  self->stack = g_array_new (FALSE, FALSE, sizeof (DipPickleRef));
  self->marks = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->memo = g_hash_table_new (NULL, NULL);
  g_array_set_size (self->items, 1);
  return self;
}

DipPickle *
dip_pickle_read (DipTensorFile *file,
                 const guchar *bytes,
                 gsize n_bytes,
                 gsize *n_used,
                 GError **error)
{
  g_autoptr (DipPickle) self = pickle_new (file, bytes, n_bytes);

  while (!self->is_stopped)
    {
      const guchar *operation = dip_pickle_take (self, 1, error);

      if (operation == NULL || !dip_pickle_step (self, *operation, error))
        return NULL;
    }

  if (self->stack->len != 1 || self->marks->len != 0)
    {
      dip_pickle_fail (self, "it stops without leaving one value", error);
      return NULL;
    }

  if (n_used != NULL)
    *n_used = self->position;
  return g_steal_pointer (&self);
}

void
dip_pickle_free (DipPickle *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->values);
  g_array_unref (self->items);
  g_array_unref (self->stack);
  g_array_unref (self->marks);
  g_hash_table_unref (self->memo);
  g_free (self);
}

DipPickleRef
dip_pickle_get_root (DipPickle *self)
{
  return g_array_index (self->stack, DipPickleRef, 0);
}

const DipPickleValue *
dip_pickle_get (DipPickle *self, DipPickleRef ref)
{
  return &g_array_index (self->values, DipPickleValue, ref);
}

/* These are made in one go, so their items are neighbours. */
const DipPickleValue *
dip_pickle_get_item (DipPickle *self, const DipPickleValue *value, guint index)
{
  guint32 position = value->items.first + index;

  g_assert (index < value->n_items);
  return dip_pickle_get (self,
                         g_array_index (self->items, DipPickleItem, position).value);
}

const DipPickleItem *
dip_pickle_first (DipPickle *self, const DipPickleValue *value)
{
  if (value->n_items == 0)
    return NULL;

  return &g_array_index (self->items, DipPickleItem, value->items.first);
}

const DipPickleItem *
dip_pickle_next (DipPickle *self, const DipPickleItem *item)
{
  return item->next != 0 ? &g_array_index (self->items, DipPickleItem, item->next) : NULL;
}

gboolean
dip_pickle_is_string (const DipPickleValue *value, const char *text)
{
  return value->kind == DIP_PICKLE_STRING && value->n_items == strlen (text) &&
         memcmp (value->text, text, value->n_items) == 0;
}

const DipPickleValue *
dip_pickle_lookup (DipPickle *self, const DipPickleValue *dict, const char *key)
{
  const DipPickleValue *found = NULL;

  for (const DipPickleItem *item = dip_pickle_first (self, dict); item != NULL;
       item = dip_pickle_next (self, item))
    if (dip_pickle_is_string (dip_pickle_get (self, item->key), key))
      found = dip_pickle_get (self, item->value);

  return found;
}

const char *
dip_pickle_describe (const DipPickleValue *value)
{
  return kind_names[value->kind];
}
