#pragma once

#include "app/cli/cli.h"
#include "model/sampler/solver.h"

G_BEGIN_DECLS

/* Options of a solver that few want, for every verb that makes one.  All zeros: nothing
 * said.
 */
typedef struct
{
  double churn_min;
  double churn_max;
  double churn_noise;
  gint64 lms_order;
} DipSolverExtras;

/* Lines of a GOptionEntry table. */
#define DIP_SOLVER_EXTRAS_ENTRIES(extras)                                                \
  { "churn-min",                                                                         \
    0,                                                                                   \
    0,                                                                                   \
    G_OPTION_ARG_DOUBLE,                                                                 \
    &(extras)->churn_min,                                                                \
    "Churn only at sigmas from this (0)",                                                \
    "X" },                                                                               \
      { "churn-max",                                                                     \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_DOUBLE,                                                             \
        &(extras)->churn_max,                                                            \
        "and up to this (0: without end)",                                               \
        "X" },                                                                           \
      { "churn-noise",                                                                   \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_DOUBLE,                                                             \
        &(extras)->churn_noise,                                                          \
        "with its noise multiplied by this (0: not)",                                    \
        "X" },                                                                           \
  {                                                                                      \
    "lms-order", 0, 0, G_OPTION_ARG_INT64, &(extras)->lms_order,                         \
        "Highest order of lms, 1 to 4 (0: 4)", "N"                                       \
  }

gboolean
dip_solver_extras_check (const DipSolverExtras *self, DipCli *cli, GError **error);

void dip_solver_extras_apply (const DipSolverExtras *self, DipSolverSettings *settings);

G_END_DECLS
