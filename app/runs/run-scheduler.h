#pragma once

#include "app/runs/run-settings.h"
#include "model/sampler/scheduler-config.h"

G_BEGIN_DECLS

/* The scheduler's configuration that @settings come to: the checkpoint's file at @path (NULL
 * where it has none), or the JSON that the settings have in its place, as another class and
 * with other options where they say so.  @name is what messages call the checkpoint.
 */
DipSchedulerConfig *dip_run_scheduler_load (const DipRunSettings *settings,
                                            const char *path,
                                            const char *name,
                                            GError **error);

G_END_DECLS
