#pragma once

#include <gio/gio.h>

#include "app/runs/run-settings.h"

G_BEGIN_DECLS

/* Looks on a thread what scheduler @settings would run with, and gives them back with it as
 * their scheduler_json and scheduler: what a dialog needs to say which step is which.
 */
void dip_load_scheduler_async (const DipRunSettings *settings,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/* The caller frees; errors are those of the checkpoint. */
DipRunSettings *dip_load_scheduler_finish (GAsyncResult *result, GError **error);

G_END_DECLS
