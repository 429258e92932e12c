#pragma once

#include "model/sampler/solver.h"
#include "model/storage/json.h"

G_BEGIN_DECLS

/* Those settings of a solver that few runs have: churn_min, churn_max, churn_noise and
 * lms_order, in a run's JSON only where they were said.
 */
void dip_solver_settings_note_extras (const DipSolverSettings *self, json_t *object);

/* What is not there is left alone. */
gboolean
dip_solver_settings_read_extras (DipSolverSettings *self, DipJson *json, GError **error);

/* Whether two solvers of the same configuration take the same steps. */
gboolean dip_solver_settings_are_equal (const DipSolverSettings *self,
                                        const DipSolverSettings *other);

G_END_DECLS
