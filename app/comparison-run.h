#pragma once

#include "app/compare/comparison.h"
#include "app/runs/queue.h"

G_BEGIN_DECLS

#define DIP_TYPE_COMPARISON_RUN (dip_comparison_run_get_type ())

G_DECLARE_FINAL_TYPE (DipComparisonRun, dip_comparison_run, DIP, COMPARISON_RUN, GObject)

/* A comparison (app/compare/) that the window's queue makes: a job for each setting, the
 * reference first, of as many pairs as there are seeds.  Main thread.
 *
 * ::made (row, column)  a pair is there; column -1: of the reference
 * ::over                nothing more will come
 */

typedef struct
{
  GPtrArray *settings; /* of DipCompareSetting; borrowed */
  guint64 first_seed;
  guint n_seeds;     /* counted up from there */
  guint n_reference; /* DDIM steps that pairs are held against; 0: none */
} DipComparisonPlan;

/* Adds the jobs to @queue.  @base: checkpoint, device, precision, batch. */
DipComparisonRun *dip_comparison_run_new (DipQueue *queue,
                                          const DipComparisonPlan *plan,
                                          const DipRunSettings *base);

/* Takes what waits out of the queue and stops what is under way. */
void dip_comparison_run_stop (DipComparisonRun *self);
gboolean dip_comparison_run_is_over (DipComparisonRun *self);

/* Pairs there are, and there will be, the reference's too. */
void
dip_comparison_run_get_progress (DipComparisonRun *self, guint *n_made, guint *n_pairs);

guint64 dip_comparison_run_get_first_seed (DipComparisonRun *self);
guint dip_comparison_run_get_n_rows (DipComparisonRun *self);
guint dip_comparison_run_get_n_columns (DipComparisonRun *self);

/* "ddim\n20 steps", of a column; -1: the reference, NULL where there is none. */
const char *dip_comparison_run_get_label (DipComparisonRun *self, int column);

/* The finished pair, borrowed; NULL while there is none. */
DipTake *dip_comparison_run_get_take (DipComparisonRun *self, guint row, int column);

/* How far it is from the reference: RMSE in steps of 8 bits; NaN where that is not known. */
double dip_comparison_run_get_rmse (DipComparisonRun *self, guint row, guint column);

/* Writes grid.png, compare.json, and with a reference curves.png into @folder; what is not
 * made yet is left out.  Fails with G_IO_ERROR where nothing is made, or the grid would be
 * too large, and with DIP_STORAGE_ERROR.
 */
gboolean
dip_comparison_run_export (DipComparisonRun *self, const char *folder, GError **error);

G_END_DECLS
