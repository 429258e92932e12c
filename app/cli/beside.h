#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Another program that runs steps in turn with ours, so that a busy machine is busy
 * for both.  It is a shell command that writes a line when it is ready, then, for each
 * line it reads, runs a step and writes a line.
 */
typedef struct _DipBeside DipBeside;

/* Starts it and waits until it is ready. */
DipBeside *dip_beside_new (const char *command, GError **error);
void dip_beside_free (DipBeside *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipBeside, dip_beside_free)

/* One step of it. */
gboolean dip_beside_time (DipBeside *self, double *seconds, GError **error);

G_END_DECLS
