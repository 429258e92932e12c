#pragma once

#include <adwaita.h>

#include "app/runs/run-settings.h"

G_BEGIN_DECLS

#define DIP_TYPE_PART_DIALOG (dip_part_dialog_get_type ())

G_DECLARE_FINAL_TYPE (DipPartDialog, dip_part_dialog, DIP, PART_DIALOG, AdwWindow)

/* Asks how the open part of a picture is generated beside the part that stays: how many
 * pairs, their first seed, and how far and how often the run goes back (DipWalk).  The
 * numbers are remembered.
 *
 * ::answered  dip_part_dialog_apply() puts them into settings; then it closes
 */

/* @choices: what stays, for a row of choices, NULL-terminated, or NULL; @seed: the first. */
GtkWidget *dip_part_dialog_new (GtkWindow *parent,
                                const char *title,
                                const char *description,
                                const char *const *choices,
                                guint64 seed);

guint dip_part_dialog_get_choice (DipPartDialog *self);
void dip_part_dialog_set_choice (DipPartDialog *self, guint choice);

/* Count and seed into @settings; where to go back into the two others. */
void dip_part_dialog_apply (DipPartDialog *self,
                            DipRunSettings *settings,
                            guint *jump_length,
                            guint *n_repeats);

/* As its button does. */
void dip_part_dialog_answer (DipPartDialog *self);

G_END_DECLS
