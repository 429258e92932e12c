#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define DIP_TYPE_SCHEDULER_ROW (dip_scheduler_row_get_type ())

G_DECLARE_FINAL_TYPE (DipSchedulerRow, dip_scheduler_row, DIP, SCHEDULER_ROW, AdwComboRow)

/* Which scheduler draws: the checkpoint's own, or one by its class.  ::notify::selected
 * when it changes.
 */

/* @first is what the first row says, NULL: that it is the checkpoint's own. */
GtkWidget *dip_scheduler_row_new (const char *first);

/* A short name (model/sampler/scheduler-config.h), or NULL: the checkpoint's own. */
void dip_scheduler_row_set_scheduler (DipSchedulerRow *self, const char *name);
const char *dip_scheduler_row_get_scheduler (DipSchedulerRow *self);

G_END_DECLS
