#pragma once

#include <adwaita.h>

#include "app/comparison-run.h"

G_BEGIN_DECLS

#define DIP_TYPE_COMPARE_DIALOG (dip_compare_dialog_get_type ())

G_DECLARE_FINAL_TYPE (DipCompareDialog,
                      dip_compare_dialog,
                      DIP,
                      COMPARE_DIALOG,
                      AdwWindow)

/* Asks which settings to hold against each other over which seeds.
 *
 * ::answered  dip_compare_dialog_make_plan() is what is wanted; then it closes
 */
GtkWidget *dip_compare_dialog_new (GtkWindow *parent, const DipRunSettings *settings);

/* FALSE where the settings cannot be read; plan->settings is owned then. */
gboolean dip_compare_dialog_make_plan (DipCompareDialog *self, DipComparisonPlan *plan);

/* Sets "ddim:10,20 euler:20", seeds and the reference's steps; says what that comes to; and
 * as its button does.
 */
void dip_compare_dialog_set (DipCompareDialog *self,
                             const char *settings,
                             guint64 first_seed,
                             guint n_seeds,
                             guint n_reference);
const char *dip_compare_dialog_get_outcome (DipCompareDialog *self);
void dip_compare_dialog_answer (DipCompareDialog *self);

G_END_DECLS
