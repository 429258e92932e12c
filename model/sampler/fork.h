#pragma once

#include "model/sampler/denoiser.h"
#include "model/sampler/guide.h"
#include "model/sampler/walk.h"
#include "model/storage/json.h"

G_BEGIN_DECLS

/* Going on from a step of a run that is over, or under way: unchanged, with all that its
 * solver remembered, or from the nearest noise level of another solver.
 */
typedef struct
{
  gboolean is_unchanged;
  DipWalk walk;   /* of the run that goes on */
  guint n_done;   /* entries of that walk done; 0 where it begins anew */
  guint n_steps;  /* entries of that walk */
  guint position; /* the own solver's evaluation that x_t stands before */
} DipForkPlan;

/* @own:       the solver that the run had, started
 * @own_walk:  its walk
 * @step:      steps of that walk done, at least 1
 * @n_history: pictures of memory that were kept with the step
 * @solver:    the one to go on with, started
 * @edited:    the walk to go on with where something else is asked for (a mask, other
 *             jumps; its begin does not count), which cannot be unchanged; NULL: own_walk
 *
 * Fails with DIP_SAMPLER_ERROR_SETTINGS where the step is the last, after which nothing
 * is left to do, or the solver cannot begin in the middle.
 */
gboolean dip_fork_plan (DipSolver *own,
                        const DipWalk *own_walk,
                        guint step,
                        guint n_history,
                        DipSolver *solver,
                        const DipWalk *edited,
                        DipForkPlan *plan,
                        GError **error);

/* The solver that settings (what dip_trajectory_set_provenance() was told: scheduler_config,
 * steps, eta, churn and the extras of
 * solver-settings.h, walk) speak of, started for pictures of @shape, and its walk.
 */
DipSolver *dip_fork_read_solver (DipJson *settings,
                                 const DipDenoiserShape *shape,
                                 DipWalk *walk,
                                 GError **error);

/* The scheduler of such settings, as another class where @class_name is not NULL; @more as
 * "KEY=VALUE", or NULL.
 */
DipSchedulerConfig *dip_fork_read_scheduler (DipJson *settings,
                                             const char *class_name,
                                             const char *const *more,
                                             GError **error);

/* Sets "walk" as dip_fork_read_solver() reads it. */
void dip_fork_note_walk (json_t *settings, const DipWalk *walk);

G_END_DECLS
