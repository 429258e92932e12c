#pragma once

#include "model/storage/pickle.h"

G_BEGIN_DECLS

struct _DipPickle
{
  DipTensorFile *file; /* borrowed, while reading */
  const guchar *bytes;
  gsize n_bytes;
  gsize position;
  gboolean is_stopped;

  GArray *values;   /* DipPickleValue */
  GArray *items;    /* DipPickleItem; [0] is unused, so that 0 is no item */
  GArray *stack;    /* DipPickleRef */
  GArray *marks;    /* guint32: height of the stack at each open MARK */
  GHashTable *memo; /* number → DipPickleRef */
};

/* Sets a FORMAT error at the position of the pickle; FALSE. */
gboolean dip_pickle_fail (DipPickle *self, const char *what, GError **error);

/* Where the next @n_bytes are, and steps over them; NULL with @error set at the end. */
const guchar *dip_pickle_take (DipPickle *self, gsize n_bytes, GError **error);

/* Charged growth of the tables. */
gboolean dip_pickle_push (DipPickle *self, DipPickleRef ref, GError **error);
gboolean dip_pickle_push_value (DipPickle *self, DipPickleValue value, GError **error);
gboolean dip_pickle_add_item (DipPickle *self,
                              DipPickleRef owner,
                              DipPickleRef key,
                              DipPickleRef item,
                              GError **error);

/* Takes the top of the stack, but nothing from below the last MARK. */
gboolean dip_pickle_pop (DipPickle *self, DipPickleRef *ref, GError **error);

/* The height of the stack at the last MARK, 0 without one. */
guint32 dip_pickle_get_floor (DipPickle *self);

/* The operations that name, call or refer to something (pickle-calls.c). */
gboolean dip_pickle_op_global (DipPickle *self, GError **error);
gboolean dip_pickle_op_reduce (DipPickle *self, GError **error);
gboolean dip_pickle_op_build (DipPickle *self, GError **error);
gboolean dip_pickle_op_binpersid (DipPickle *self, GError **error);

/* Executes one operation (pickle-ops.c). */
gboolean dip_pickle_step (DipPickle *self, guchar operation, GError **error);

G_END_DECLS
