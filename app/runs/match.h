#pragma once

#include "app/runs/take.h"

G_BEGIN_DECLS

/* Which frame of one pair is compared with a frame of another. */
typedef enum
{
  DIP_MATCH_END,      /* the last there is */
  DIP_MATCH_STEP,     /* after as many steps */
  DIP_MATCH_TIMESTEP, /* of the noise level that is nearest, the later of two */
} DipMatch;

#define DIP_TYPE_MATCH (dip_match_get_type ())

/* Nicks: "end", "step", "timestep". */
GType dip_match_get_type (void);

/* The frame of @other for frame @position of @take; G_MAXUINT while it has none.  Where one
 * of the two does not know its noise levels, a timestep is matched as a step.
 */
guint dip_match_find (DipTake *take, guint position, DipTake *other, DipMatch match);

#define DIP_TYPE_DIFFERENCE (dip_difference_get_type ())

G_DECLARE_FINAL_TYPE (DipDifference, dip_difference, DIP, DIFFERENCE, GObject)

/* The RMSE (model/pair/distance.h) at every frame of one take, worked out on a thread.  Main thread.
 * ::changed  there are more values, or others.
 */
DipDifference *dip_difference_new (void);

/* What to compare; NULL for nothing.  Called again with the same, it goes on with the
 * frames that have come.
 */
void dip_difference_set (DipDifference *self,
                         DipTake *take,
                         DipTake *other,
                         DipMatch match,
                         gboolean pred_x0);

/* One a frame of the take, as far as it has come; borrowed until ::changed. */
const double *dip_difference_get_values (DipDifference *self, guint *n_values);

/* Whether it has come to the last frame there is. */
gboolean dip_difference_is_done (DipDifference *self);

G_END_DECLS
