#pragma once

#include "model/sampler/solver.h"

G_BEGIN_DECLS

/* The order in which a run makes the solver's evaluations: from where it begins straight
 * to the end, or, to bring generated parts into harmony with given ones, again and again
 * some steps back and forward (Lugmayr et al. 2022, RePaint, algorithm 1 and appendix B).
 */
typedef struct
{
  guint begin; /* evaluation, one of dip_solver_can_begin() */

  /* After every jump_length steps go back by as many, so that each stretch is gone through
   * n_repeats times.  0 or 1 repeats, or a jump_length of 0: straight.
   */
  guint jump_length;
  guint n_repeats;
} DipWalk;

/* The evaluations in order, freed with g_free(); where one does not follow the one before,
 * x_t is noised back to it.  Fails with DIP_SAMPLER_ERROR_SETTINGS where the solver cannot
 * begin at begin, or walk would be longer than DIP_WALK_MAX.
 */
guint *dip_walk_list (const DipWalk *self,
                      DipSolver *solver,
                      guint *n_evaluations,
                      GError **error);

#define DIP_WALK_MAX 10000000

/* The evaluation at which the solver has begun anew for entry @at of @evaluations: the
 * last that did not follow the one before it.
 */
guint dip_walk_find_begin (const guint *evaluations, guint at);

G_END_DECLS
