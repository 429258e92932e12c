#pragma once

#include <gio/gio.h>

#include "app/runs/run-settings.h"

G_BEGIN_DECLS

/* One entry of the queue: settings with a count of pairs.  Main thread. */

typedef enum
{
  DIP_JOB_WAITING,
  DIP_JOB_RUNNING,
  DIP_JOB_DONE,
  DIP_JOB_STOPPED,
  DIP_JOB_FAILED,
} DipJobState;

#define DIP_TYPE_JOB (dip_job_get_type ())

G_DECLARE_FINAL_TYPE (DipJob, dip_job, DIP, JOB, GObject)

/* Settings with their count of pairs, made batch by batch.  ::notify::state,
 * ::notify::n-made.
 */
const DipRunSettings *dip_job_get_settings (DipJob *self);
DipJobState dip_job_get_state (DipJob *self);

/* Pairs finished so far. */
guint dip_job_get_n_made (DipJob *self);

G_END_DECLS
