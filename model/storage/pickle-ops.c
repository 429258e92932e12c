#include "model/storage/error.h"
#include "model/storage/pickle-private.h"

#include <string.h>

/* Longest string. */
#define MAX_STRING_BYTES (1 << 20)

/* What a hash table takes for an entry while it grows. */
#define MEMO_ENTRY_BYTES 64

static gboolean
take_u32 (DipPickle *self, guint32 *number, GError **error)
{
  const guchar *bytes = dip_pickle_take (self, sizeof *number, error);

  if (bytes == NULL)
    return FALSE;

  memcpy (number, bytes, sizeof *number);
  *number = GUINT32_FROM_LE (*number);
  return TRUE;
}

static gboolean
take_u8 (DipPickle *self, guint32 *number, GError **error)
{
  const guchar *byte = dip_pickle_take (self, 1, error);

  if (byte == NULL)
    return FALSE;

  *number = *byte;
  return TRUE;
}

static gboolean
push_int (DipPickle *self, gint64 number, GError **error)
{
  return dip_pickle_push_value (
      self, (DipPickleValue){ .kind = DIP_PICKLE_INT, .integer = number }, error);
}

static gboolean
push_kind (DipPickle *self, DipPickleKind kind, GError **error)
{
  return dip_pickle_push_value (self, (DipPickleValue){ .kind = kind }, error);
}

static gboolean
op_proto (DipPickle *self, GError **error)
{
  guint32 protocol;

  if (!take_u8 (self, &protocol, error))
    return FALSE;
  if (protocol == 2)
    return TRUE;

  dip_storage_set_error (
      error, DIP_STORAGE_ERROR_UNSUPPORTED, self->file->path,
      "its pickle is of protocol %u, wanted 2, which torch.save writes", protocol);
  return FALSE;
}

static gboolean
op_stop (DipPickle *self, GError **error)
{
  self->is_stopped = TRUE;
  return TRUE;
}

static gboolean
op_none (DipPickle *self, GError **error)
{
  return push_kind (self, DIP_PICKLE_NONE, error);
}

static gboolean
op_true (DipPickle *self, GError **error)
{
  return dip_pickle_push_value (
      self, (DipPickleValue){ .kind = DIP_PICKLE_BOOL, .integer = 1 }, error);
}

static gboolean
op_false (DipPickle *self, GError **error)
{
  return push_kind (self, DIP_PICKLE_BOOL, error);
}

static gboolean
op_binint (DipPickle *self, GError **error)
{
  guint32 number;

  return take_u32 (self, &number, error) && push_int (self, (gint32) number, error);
}

static gboolean
op_binint1 (DipPickle *self, GError **error)
{
  guint32 number;

  return take_u8 (self, &number, error) && push_int (self, number, error);
}

static gboolean
op_binint2 (DipPickle *self, GError **error)
{
  const guchar *bytes = dip_pickle_take (self, 2, error);

  return bytes != NULL && push_int (self, bytes[0] | bytes[1] << 8, error);
}

/* Two's complement, least byte first, of any length. */
static gboolean
op_long1 (DipPickle *self, GError **error)
{
  const guchar *bytes;
  guint64 number = 0;
  guint32 n_bytes;

  if (!take_u8 (self, &n_bytes, error))
    return FALSE;

  bytes = dip_pickle_take (self, n_bytes, error);
  if (bytes == NULL)
    return FALSE;

  if (n_bytes > 8)
    return dip_pickle_push_value (self,
                                  (DipPickleValue){ .kind = DIP_PICKLE_LONG,
                                                    .n_items = n_bytes,
                                                    .text = (const char *) bytes },
                                  error);

  if (n_bytes > 0 && (bytes[n_bytes - 1] & 0x80) != 0)
    number = ~(guint64) 0;
  for (guint32 i = n_bytes; i > 0; i--)
    number = number << 8 | bytes[i - 1];

  return push_int (self, (gint64) number, error);
}

static gboolean
op_binfloat (DipPickle *self, GError **error)
{
  return dip_pickle_take (self, 8, error) != NULL &&
         push_kind (self, DIP_PICKLE_FLOAT, error);
}

static gboolean
op_binunicode (DipPickle *self, GError **error)
{
  guint32 n_bytes;
  const char *text;

  if (!take_u32 (self, &n_bytes, error))
    return FALSE;

  text = (const char *) dip_pickle_take (self, n_bytes, error);
  if (text == NULL)
    return FALSE;
  if (n_bytes > MAX_STRING_BYTES)
    return dip_pickle_fail (self, "it has a string of more than 1 MiB", error);
  if (!g_utf8_validate_len (text, n_bytes, NULL))
    return dip_pickle_fail (self, "it has a string that is not UTF-8", error);

  return dip_pickle_push_value (
      self,
      (DipPickleValue){ .kind = DIP_PICKLE_STRING, .n_items = n_bytes, .text = text },
      error);
}

static gboolean
op_empty_tuple (DipPickle *self, GError **error)
{
  return push_kind (self, DIP_PICKLE_TUPLE, error);
}

static gboolean
op_empty_list (DipPickle *self, GError **error)
{
  return push_kind (self, DIP_PICKLE_LIST, error);
}

static gboolean
op_empty_dict (DipPickle *self, GError **error)
{
  return push_kind (self, DIP_PICKLE_DICT, error);
}

static gboolean
op_mark (DipPickle *self, GError **error)
{
  guint32 height = self->stack->len;

  if (!dip_tensor_file_charge (self->file, 3 * sizeof height, "its pickle", error))
    return FALSE;

  g_array_append_val (self->marks, height);
  return TRUE;
}

/* The height of the stack at the last MARK, which is taken away. */
static gboolean
pop_mark (DipPickle *self, guint32 *height, GError **error)
{
  if (self->marks->len == 0)
    return dip_pickle_fail (self, "a MARK is missing", error);

  *height = g_array_index (self->marks, guint32, self->marks->len - 1);
  g_array_set_size (self->marks, self->marks->len - 1);
  return TRUE;
}

/* Replaces what is above @height by one tuple of it. */
static gboolean
make_tuple (DipPickle *self, guint32 height, GError **error)
{
  guint32 n_items = self->stack->len - height;
  DipPickleRef tuple;

  if (!push_kind (self, DIP_PICKLE_TUPLE, error))
    return FALSE;

  tuple = self->values->len - 1;
  for (guint32 i = 0; i < n_items; i++)
    {
      DipPickleRef item = g_array_index (self->stack, DipPickleRef, height + i);

      if (!dip_pickle_add_item (self, tuple, 0, item, error))
        return FALSE;
    }

  g_array_set_size (self->stack, height);
  return dip_pickle_push (self, tuple, error);
}

static gboolean
op_tuple (DipPickle *self, GError **error)
{
  guint32 height = 0;

  return pop_mark (self, &height, error) && make_tuple (self, height, error);
}

static gboolean
make_short_tuple (DipPickle *self, guint32 n_items, GError **error)
{
  if (self->stack->len - dip_pickle_get_floor (self) < n_items)
    return dip_pickle_fail (self, "it takes more from its stack than there is", error);

  return make_tuple (self, self->stack->len - n_items, error);
}

static gboolean
op_tuple1 (DipPickle *self, GError **error)
{
  return make_short_tuple (self, 1, error);
}

static gboolean
op_tuple2 (DipPickle *self, GError **error)
{
  return make_short_tuple (self, 2, error);
}

static gboolean
op_tuple3 (DipPickle *self, GError **error)
{
  return make_short_tuple (self, 3, error);
}

/* Moves what is above @height into the list or dict below it. */
static gboolean
add_items (DipPickle *self, DipPickleKind kind, guint32 height, GError **error)
{
  guint32 floor = dip_pickle_get_floor (self);
  guint32 width = kind == DIP_PICKLE_DICT ? 2 : 1;
  guint32 n_refs = self->stack->len - height;
  DipPickleRef owner;

  if (height <= floor || n_refs % width != 0)
    return dip_pickle_fail (self, "it adds nothing whole to a list or dict", error);

  owner = g_array_index (self->stack, DipPickleRef, height - 1);
  if (dip_pickle_get (self, owner)->kind != kind)
    return dip_pickle_fail (self, "it adds to what is no list or dict", error);

  for (guint32 i = 0; i < n_refs; i += width)
    {
      const DipPickleRef *refs = &g_array_index (self->stack, DipPickleRef, height + i);

      if (!dip_pickle_add_item (self, owner, width == 2 ? refs[0] : 0, refs[width - 1],
                                error))
        return FALSE;
    }

  g_array_set_size (self->stack, height);
  return TRUE;
}

static gboolean
add_one (DipPickle *self, DipPickleKind kind, guint32 width, GError **error)
{
  if (self->stack->len < width)
    return dip_pickle_fail (self, "it takes more from its stack than there is", error);

  return add_items (self, kind, self->stack->len - width, error);
}

static gboolean
op_append (DipPickle *self, GError **error)
{
  return add_one (self, DIP_PICKLE_LIST, 1, error);
}

static gboolean
op_setitem (DipPickle *self, GError **error)
{
  return add_one (self, DIP_PICKLE_DICT, 2, error);
}

static gboolean
op_appends (DipPickle *self, GError **error)
{
  guint32 height = 0;

  return pop_mark (self, &height, error) &&
         add_items (self, DIP_PICKLE_LIST, height, error);
}

static gboolean
op_setitems (DipPickle *self, GError **error)
{
  guint32 height = 0;

  return pop_mark (self, &height, error) &&
         add_items (self, DIP_PICKLE_DICT, height, error);
}

static gboolean
memo_put (DipPickle *self, guint32 number, GError **error)
{
  DipPickleRef ref;

  if (!dip_pickle_pop (self, &ref, error) || !dip_pickle_push (self, ref, error) ||
      !dip_tensor_file_charge (self->file, MEMO_ENTRY_BYTES, "its pickle", error))
    return FALSE;

  g_hash_table_insert (self->memo, GUINT_TO_POINTER (number), GUINT_TO_POINTER (ref));
  return TRUE;
}

static gboolean
memo_get (DipPickle *self, guint32 number, GError **error)
{
  gpointer ref;

  if (!g_hash_table_lookup_extended (self->memo, GUINT_TO_POINTER (number), NULL, &ref))
    return dip_pickle_fail (self, "it asks for a memo entry that was never stored",
                            error);

  return dip_pickle_push (self, GPOINTER_TO_UINT (ref), error);
}

static gboolean
op_binput (DipPickle *self, GError **error)
{
  guint32 number;

  return take_u8 (self, &number, error) && memo_put (self, number, error);
}

static gboolean
op_long_binput (DipPickle *self, GError **error)
{
  guint32 number;

  return take_u32 (self, &number, error) && memo_put (self, number, error);
}

static gboolean
op_binget (DipPickle *self, GError **error)
{
  guint32 number;

  return take_u8 (self, &number, error) && memo_get (self, number, error);
}

static gboolean
op_long_binget (DipPickle *self, GError **error)
{
  guint32 number;

  return take_u32 (self, &number, error) && memo_get (self, number, error);
}

/* By Python's pickletools. */
static gboolean (*const operations[256]) (DipPickle *self, GError **error) = {
  ['('] = op_mark,
  [')'] = op_empty_tuple,
  ['.'] = op_stop,
  ['G'] = op_binfloat,
  ['J'] = op_binint,
  ['K'] = op_binint1,
  ['M'] = op_binint2,
  ['N'] = op_none,
  ['Q'] = dip_pickle_op_binpersid,
  ['R'] = dip_pickle_op_reduce,
  ['X'] = op_binunicode,
  [']'] = op_empty_list,
  ['a'] = op_append,
  ['b'] = dip_pickle_op_build,
  ['c'] = dip_pickle_op_global,
  ['e'] = op_appends,
  ['h'] = op_binget,
  ['j'] = op_long_binget,
  ['q'] = op_binput,
  ['r'] = op_long_binput,
  ['s'] = op_setitem,
  ['t'] = op_tuple,
  ['u'] = op_setitems,
  ['}'] = op_empty_dict,
  [0x80] = op_proto,
  [0x85] = op_tuple1,
  [0x86] = op_tuple2,
  [0x87] = op_tuple3,
  [0x88] = op_true,
  [0x89] = op_false,
  [0x8a] = op_long1,
};

gboolean
dip_pickle_step (DipPickle *self, guchar operation, GError **error)
{
  if (operations[operation] != NULL)
    return operations[operation](self, error);

  dip_storage_set_error (error, DIP_STORAGE_ERROR_UNSUPPORTED, self->file->path,
                         "its pickle uses operation 0x%02x, which no state dict of plain "
                         "tensors needs; nothing was executed",
                         operation);
  return FALSE;
}
