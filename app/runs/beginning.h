#pragma once

#include "app/runs/network.h"
#include "app/runs/take.h"
#include "model/sampler/fork.h"
#include "model/sampler/sample.h"

G_BEGIN_DECLS

/* What a run begins from (app/runs/origin.h), worked out for its network and solver: the
 * arrays that DipSampleSettings point to.  Zeroed at first.
 */
typedef struct
{
  DipOrigin *origin; /* or NULL: noise alone, and nothing below counts */
  DipWalk walk;

  DipForkPlan plan; /* of a fork */
  DipSampleStart start;
  float *x_t;    /* (B, C, H, W) */
  float *memory; /* (B, n_history, C, H, W), or NULL */

  float *pictures; /* (B, C, H, W) */
  float *mask;     /* (C, H, W), or NULL */
} DipBeginning;

/* Fills @self and what it decides of @sample, whose n_images and seed are set, and notes
 * in @provenance (its "walk", and where it comes from).
 *
 * @first:  number of the run's first pair in its job
 * @third:  the network's encoding
 * @solver: started for the network
 *
 * Fails where the origin does not fit network or solver, with DIP_SAMPLER_ERROR_SETTINGS or
 * G_IO_ERROR_INVALID_ARGUMENT.
 */
gboolean dip_beginning_prepare (DipBeginning *self,
                                DipOrigin *origin,
                                guint first,
                                const DipNetwork *network,
                                DipThird third,
                                DipSolver *solver,
                                DipSampleSettings *sample,
                                json_t *provenance,
                                GError **error);
void dip_beginning_clear (DipBeginning *self);

/* How what stays of the picture came back in @sample, image @image of the batch (C, H, W):
 * {"max": …, "rms": …} of the differences in [0, 1], or NULL where nothing stays.  The caller
 * owns it.
 */
json_t *dip_beginning_measure_kept (const DipBeginning *self,
                                    const float *sample,
                                    guint image,
                                    gsize n_values);

/* How a fork of @origin goes on with @solver (started): unchanged or from where. */
gboolean dip_beginning_plan_fork (const DipOrigin *origin,
                                  DipSolver *solver,
                                  DipForkPlan *plan,
                                  GError **error);

/* The solver that @take's steps were made with, started, and its walk. */
DipSolver *dip_beginning_make_own_solver (DipTake *take, DipWalk *walk, GError **error);

/* A solver as @settings say, whose scheduler_json must be set; to ask for its steps. */
DipSolver *dip_beginning_make_solver (const DipRunSettings *settings, GError **error);

/* A solver for the settings' scheduler over @take's own scheduler, started for its
 * pictures: what a fork of it would be made with.
 */
DipSolver *dip_beginning_make_fork_solver (DipTake *take,
                                           const DipRunSettings *settings,
                                           GError **error);

G_END_DECLS
