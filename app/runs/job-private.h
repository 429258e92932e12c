#pragma once

#include "app/runs/job.h"

G_BEGIN_DECLS

/* What the queue does to its jobs. */

/* @settings are copied; their count and batch become what can be run. */
DipJob *dip_job_new (const DipRunSettings *settings);
void dip_job_set_state (DipJob *self, DipJobState state);
void dip_job_count_made (DipJob *self, guint n_more);

G_END_DECLS
