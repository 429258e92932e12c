#pragma once

#include <glib.h>

#include "model/storage/dtype.h"
#include "model/storage/tensor-file-private.h"

G_BEGIN_DECLS

/* A machine for the few pickle operations of protocol 2 that torch.save() writes for a
 * state dict.  It knows a closed list of global names, calls nothing, and turns the
 * three calls a state dict makes (OrderedDict(), _rebuild_tensor_v2(), _rebuild_parameter())
 * and storage references into values of its own.  Any other operation or name is an
 * error.
 *
 * Values sit in flat tables and refer to each other by index, so neither reading nor
 * freeing recurses, and values that contain themselves do no harm.  The tables are
 * charged to the tensor file's memory. */
typedef struct _DipPickle DipPickle;

typedef enum
{
  DIP_PICKLE_NONE,
  DIP_PICKLE_BOOL,
  DIP_PICKLE_INT,
  DIP_PICKLE_LONG,  /* wider than 64 bits: text holds its bytes, least first */
  DIP_PICKLE_FLOAT, /* its value is not kept */
  DIP_PICKLE_STRING,
  DIP_PICKLE_TUPLE,
  DIP_PICKLE_LIST,
  DIP_PICKLE_DICT,
  DIP_PICKLE_GLOBAL,
  DIP_PICKLE_STORAGE, /* items: "storage", type, key, location, element count, ... */
  DIP_PICKLE_TENSOR,  /* items: storage, offset, sizes, strides, ... */
} DipPickleKind;

typedef guint32 DipPickleRef;

typedef struct
{
  guint8 kind;     /* DipPickleKind */
  guint8 global;   /* GLOBAL: place in the list of allowed names */
  guint8 dtype;    /* STORAGE: DipDType */
  guint32 n_items; /* TUPLE, LIST, DICT, STORAGE, TENSOR; STRING and LONG: bytes */
  union
  {
    gint64 integer;   /* INT; BOOL: 0 or 1 */
    const char *text; /* STRING (UTF-8, not terminated), LONG; in the pickle itself */
    struct
    {
      guint32 first; /* item */
      guint32 last;
    } items;
  };
} DipPickleValue;

typedef struct
{
  DipPickleRef key; /* DICT only */
  DipPickleRef value;
  guint32 next; /* item; the last one's is 0 */
} DipPickleItem;

/* Reads one pickle from the @n_bytes at @bytes, which must outlive it.  *n_used, if not
 * NULL, is how many of them it took.  @file is who pays and whose name is in messages. */
DipPickle *dip_pickle_read (DipTensorFile *file,
                            const guchar *bytes,
                            gsize n_bytes,
                            gsize *n_used,
                            GError **error);
void dip_pickle_free (DipPickle *self);

/* The value the pickle stands for. */
DipPickleRef dip_pickle_get_root (DipPickle *self);

/* Valid as long as the machine. */
const DipPickleValue *dip_pickle_get (DipPickle *self, DipPickleRef ref);

/* Item @index of a TUPLE, STORAGE or TENSOR. */
const DipPickleValue *
dip_pickle_get_item (DipPickle *self, const DipPickleValue *value, guint index);

/* The items of a LIST or DICT: the first, then the one after @item; NULL at the end. */
const DipPickleItem *dip_pickle_first (DipPickle *self, const DipPickleValue *value);
const DipPickleItem *dip_pickle_next (DipPickle *self, const DipPickleItem *item);

/* The value of a DICT under a string, the last one if there are several; NULL if none. */
const DipPickleValue *
dip_pickle_lookup (DipPickle *self, const DipPickleValue *dict, const char *key);

/* Whether @value is a string equal to @text. */
gboolean dip_pickle_is_string (const DipPickleValue *value, const char *text);

/* "a string"; static, for messages. */
const char *dip_pickle_describe (const DipPickleValue *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPickle, dip_pickle_free)

G_END_DECLS
