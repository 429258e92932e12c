#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @code, a SPIR-V module, with 2 x + 1 for every 32-bit float x, or vector of them, that
 * it stores in a buffer, turns into half precision or takes the bits of: a kernel whose
 * results are all wrong, and that touches no byte it did not touch before.  @n_bytes: in
 * and out.  @n_changes: places.  Free with g_free().
 */
guint32 *dip_test_spoil (const guint32 *code, gsize *n_bytes, guint *n_changes);

G_END_DECLS
