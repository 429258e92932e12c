#pragma once

#include <adwaita.h>

#include "app/runs/take.h"
#include "app/runs/run-settings.h"

G_BEGIN_DECLS

#define DIP_TYPE_FORK_DIALOG (dip_fork_dialog_get_type ())

G_DECLARE_FINAL_TYPE (DipForkDialog, dip_fork_dialog, DIP, FORK_DIALOG, AdwWindow)

/* Asks how to go on from a step: with which scheduler, steps, seed, and says what that comes
 * to: the same pictures again, or from which step of the other solver.
 *
 * ::answered  dip_fork_dialog_make_settings() is what is wanted; then it closes
 */

/* @settings: those that the steps were made with, whose origin is the fork; copied */
GtkWidget *dip_fork_dialog_new (GtkWindow *parent, const DipRunSettings *settings);

/* The caller frees. */
DipRunSettings *dip_fork_dialog_make_settings (DipForkDialog *self);

/* Sets what is chosen: for tests and for going on without asking. */
void dip_fork_dialog_set (DipForkDialog *self,
                          const char *scheduler,
                          guint n_steps,
                          guint64 seed);

/* What it says that this comes to. */
const char *dip_fork_dialog_get_outcome (DipForkDialog *self);

/* As its button does; nothing where that cannot be done. */
void dip_fork_dialog_answer (DipForkDialog *self);

G_END_DECLS
