#pragma once

#include "app/cli/sample-edit.h"

G_BEGIN_DECLS

/* --fork TRAJECTORY:STEP. */

/* Opens the trajectory and takes over from it what the command line leaves open: seed,
 * count, size, class, steps, and if no scheduler is named, eta and churn.
 */
gboolean dip_sample_fork_open (DipSampleOptions *options, DipCli *cli, GError **error);

/* The scheduler that the run of the trajectory had; as another class (NULL: the same),
 * which takes over its training configuration; @more as "KEY=VALUE", or NULL.
 */
DipSchedulerConfig *dip_sample_fork_load_scheduler (const DipSampleOptions *options,
                                                    const char *class_name,
                                                    const char *const *more,
                                                    GError **error);

/* Whether checkpoint and third channel are those of the trajectory. */
gboolean dip_sample_fork_check_checkpoint (const DipSampleOptions *options,
                                           const char *sha256,
                                           GError **error);

/* Fills what the edit needs to go on: unchanged with all that the solver remembered, else
 * from the nearest noise level of the new @solver.
 */
gboolean dip_sample_fork_prepare (DipSampleEdit *edit,
                                  DipCli *cli,
                                  const DipSampleOptions *options,
                                  const DipDenoiserShape *shape,
                                  DipSolver *solver,
                                  json_t *settings,
                                  GError **error);

G_END_DECLS
