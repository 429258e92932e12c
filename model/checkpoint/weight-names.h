#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name diffusers uses today for the tensor that a file calls @name: attention
 * layers' `query`, `key`, `value`, `proj_attn` (before diffusers 0.17) are `to_q`,
 * `to_k`, `to_v`, `to_out.0`.  Other names come back as they are.  Freed with g_free(). */
char *dip_weight_name_modernize (const char *name);

G_END_DECLS
