#include "model/storage/error.h"
#include "model/storage/pickle-private.h"

#include <string.h>

/* Longest module or global name. */
#define MAX_NAME_BYTES 128

typedef enum
{
  CALL_NONE, /* a storage type */
  CALL_ORDERED_DICT,
  CALL_REBUILD_TENSOR,
  CALL_REBUILD_PARAMETER,
} Call;

/* The closed list. */
static const struct
{
  const char *module;
  const char *name;
  Call call;
  DipDType dtype;
} globals[] = {
  { "collections", "OrderedDict", CALL_ORDERED_DICT },
  { "torch._utils", "_rebuild_tensor_v2", CALL_REBUILD_TENSOR },
  { "torch._utils", "_rebuild_parameter", CALL_REBUILD_PARAMETER },
  { "torch", "DoubleStorage", CALL_NONE, DIP_DTYPE_F64 },
  { "torch", "FloatStorage", CALL_NONE, DIP_DTYPE_F32 },
  { "torch", "HalfStorage", CALL_NONE, DIP_DTYPE_F16 },
  { "torch", "BFloat16Storage", CALL_NONE, DIP_DTYPE_BF16 },
  { "torch", "LongStorage", CALL_NONE, DIP_DTYPE_I64 },
  { "torch", "IntStorage", CALL_NONE, DIP_DTYPE_I32 },
  { "torch", "ShortStorage", CALL_NONE, DIP_DTYPE_I16 },
  { "torch", "CharStorage", CALL_NONE, DIP_DTYPE_I8 },
  { "torch", "ByteStorage", CALL_NONE, DIP_DTYPE_U8 },
  { "torch", "BoolStorage", CALL_NONE, DIP_DTYPE_BOOL },
};

static const DipPickleValue *
get_top (DipPickle *self)
{
  DipPickleRef ref = g_array_index (self->stack, DipPickleRef, self->stack->len - 1);

  return dip_pickle_get (self, ref);
}

static gboolean
pop_kind (DipPickle *self,
          DipPickleKind kind,
          const char *what,
          DipPickleRef *ref,
          GError **error)
{
  if (!dip_pickle_pop (self, ref, error))
    return FALSE;

  return dip_pickle_get (self, *ref)->kind == kind || dip_pickle_fail (self, what, error);
}

/* One line of text, without its line feed. */
static gboolean
take_line (DipPickle *self, const char **line, gsize *n_bytes, GError **error)
{
  const guchar *start = self->bytes + self->position;
  gsize n_left = MIN (self->n_bytes - self->position, MAX_NAME_BYTES);
  const guchar *feed = memchr (start, '\n', n_left);

  if (feed == NULL)
    return dip_pickle_fail (self, "a global name does not end", error);

  *line = (const char *) start;
  *n_bytes = feed - start;
  self->position += *n_bytes + 1;
  return TRUE;
}

gboolean
dip_pickle_op_global (DipPickle *self, GError **error)
{
  g_autofree char *module = NULL;
  g_autofree char *name = NULL;
  const char *line;
  gsize n_bytes;

  if (!take_line (self, &line, &n_bytes, error))
    return FALSE;
  module = g_strndup (line, n_bytes);
  if (!take_line (self, &line, &n_bytes, error))
    return FALSE;
  name = g_strndup (line, n_bytes);

  for (guint i = 0; i < G_N_ELEMENTS (globals); i++)
    if (strcmp (module, globals[i].module) == 0 && strcmp (name, globals[i].name) == 0)
      return dip_pickle_push_value (
          self, (DipPickleValue){ .kind = DIP_PICKLE_GLOBAL, .global = i }, error);

  dip_storage_set_error (
      error, DIP_STORAGE_ERROR_UNSUPPORTED, self->file->path,
      "its pickle asks for '%s.%s', which no state dict of plain tensors "
      "needs; nothing was executed",
      module, name);
  return FALSE;
}

/* A tensor or a storage is its argument tuple under another kind. */
static gboolean
push_as (DipPickle *self,
         DipPickleRef tuple,
         DipPickleKind kind,
         DipDType dtype,
         GError **error)
{
  DipPickleValue value = *dip_pickle_get (self, tuple);

  value.kind = kind;
  value.dtype = dtype;
  return dip_pickle_push_value (self, value, error);
}

static gboolean
call_rebuild_tensor (DipPickle *self, DipPickleRef args, GError **error)
{
  const DipPickleValue *tuple = dip_pickle_get (self, args);

  if (tuple->n_items < 6 || tuple->n_items > 7 ||
      dip_pickle_get_item (self, tuple, 0)->kind != DIP_PICKLE_STORAGE)
    return dip_pickle_fail (self, "_rebuild_tensor_v2 is not given a storage and a view",
                            error);

  return push_as (self, args, DIP_PICKLE_TENSOR, 0, error);
}

static gboolean
call_rebuild_parameter (DipPickle *self, DipPickleRef args, GError **error)
{
  const DipPickleValue *tuple = dip_pickle_get (self, args);

  if (tuple->n_items != 3 ||
      dip_pickle_get_item (self, tuple, 0)->kind != DIP_PICKLE_TENSOR)
    return dip_pickle_fail (self, "_rebuild_parameter is not given a tensor", error);

  return dip_pickle_push_value (self, *dip_pickle_get_item (self, tuple, 0), error);
}

gboolean
dip_pickle_op_reduce (DipPickle *self, GError **error)
{
  DipPickleRef args;
  DipPickleRef callable;

  if (!pop_kind (self, DIP_PICKLE_TUPLE, "it calls with what is no tuple", &args,
                 error) ||
      !pop_kind (self, DIP_PICKLE_GLOBAL, "it calls what is no name", &callable, error))
    return FALSE;

  switch (globals[dip_pickle_get (self, callable)->global].call)
    {
    case CALL_ORDERED_DICT:
      if (dip_pickle_get (self, args)->n_items != 0)
        return dip_pickle_fail (self, "OrderedDict is given something", error);
      return dip_pickle_push_value (self, (DipPickleValue){ .kind = DIP_PICKLE_DICT },
                                    error);
    case CALL_REBUILD_TENSOR:
      return call_rebuild_tensor (self, args, error);
    case CALL_REBUILD_PARAMETER:
      return call_rebuild_parameter (self, args, error);
    case CALL_NONE:
      break;
    }

  return dip_pickle_fail (self, "it calls a storage type", error);
}

/* The attributes of a dict: the version numbers of the modules.  Of no use here. */
gboolean
dip_pickle_op_build (DipPickle *self, GError **error)
{
  DipPickleRef state;

  if (!pop_kind (self, DIP_PICKLE_DICT, "it sets attributes from no dict", &state, error))
    return FALSE;
  if (self->stack->len == 0 || get_top (self)->kind != DIP_PICKLE_DICT)
    return dip_pickle_fail (self, "it sets attributes of what is no dict", error);

  return TRUE;
}

/* ("storage", type, key, location, element count[, view]) */
static gboolean
is_storage (DipPickle *self, const DipPickleValue *tuple)
{
  const DipPickleValue *type;

  if (tuple->n_items < 5 || tuple->n_items > 6)
    return FALSE;

  type = dip_pickle_get_item (self, tuple, 1);
  return dip_pickle_is_string (dip_pickle_get_item (self, tuple, 0), "storage") &&
         type->kind == DIP_PICKLE_GLOBAL && globals[type->global].call == CALL_NONE &&
         dip_pickle_get_item (self, tuple, 2)->kind == DIP_PICKLE_STRING &&
         dip_pickle_get_item (self, tuple, 4)->kind == DIP_PICKLE_INT;
}

gboolean
dip_pickle_op_binpersid (DipPickle *self, GError **error)
{
  const char *wrong = "a persistent object is no storage";
  DipPickleRef ref;
  const DipPickleValue *tuple;

  if (!pop_kind (self, DIP_PICKLE_TUPLE, wrong, &ref, error))
    return FALSE;

  tuple = dip_pickle_get (self, ref);
  if (!is_storage (self, tuple))
    return dip_pickle_fail (self, wrong, error);

  return push_as (self, ref, DIP_PICKLE_STORAGE,
                  globals[dip_pickle_get_item (self, tuple, 1)->global].dtype, error);
}
