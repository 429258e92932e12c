#pragma once

#include <adwaita.h>

#include "app/runs/run-settings.h"

G_BEGIN_DECLS

#define DIP_TYPE_OPTIONS_ROW (dip_options_row_get_type ())

G_DECLARE_FINAL_TYPE (DipOptionsRow, dip_options_row, DIP, OPTIONS_ROW, AdwExpanderRow)

/* Options of the solver as KEY=VALUE, checked as they are typed against the scheduler that
 * is chosen, with the values in effect below: a click takes one over to be changed.
 * ::chosen when there are other valid ones.
 */

/* Of which scheduler: as dip_run_scheduler_load() takes it.  @settings' own options are not
 * looked at.
 */
void dip_options_row_set_scheduler (DipOptionsRow *self,
                                    const DipRunSettings *settings,
                                    const char *path);

/* "KEY=VALUE KEY=VALUE", or NULL.  What is not valid is shown in red and not used. */
void dip_options_row_set_options (DipOptionsRow *self, const char *options);
const char *dip_options_row_get_options (DipOptionsRow *self);

G_END_DECLS
