#pragma once

#include "app/runs/run-settings.h"
#include "app/window.h"

G_BEGIN_DECLS

/* Asks which one thing of @settings to change, and to what, and generates with that: seed,
 * scheduler, steps, eta, churn, precision or size.  @settings are copied.
 */
void dip_change_dialog_present (DipWindow *window, const DipRunSettings *settings);

G_END_DECLS
