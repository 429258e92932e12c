#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Opens the checkpoint at @path on a thread, so that one that cannot be run is refused
 * when it is chosen, with the reason, and not at the first run.
 */
void dip_check_checkpoint_async (const char *path,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/* How many parameters it has, and its folder; 0 with @error set where it is refused. */
double dip_check_checkpoint_finish (GAsyncResult *result, char **path, GError **error);

G_END_DECLS
