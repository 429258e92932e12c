#pragma once

#include <adwaita.h>

#include "app/runs/run-settings.h"

G_BEGIN_DECLS

#define DIP_TYPE_BEGIN_DIALOG (dip_begin_dialog_get_type ())

G_DECLARE_FINAL_TYPE (DipBeginDialog, dip_begin_dialog, DIP, BEGIN_DIALOG, AdwWindow)

/* Asks how much of a picture is to be left (SDEdit, Meng et al. 2022): its strength, the
 * share of the steps that is taken, and from which step on that is.
 *
 * ::answered  dip_begin_dialog_get_strength() and dip_begin_dialog_make_settings() are what
 *             is wanted; then it closes
 */

/* @settings: of the sidebar, their scheduler_json the configuration that it would run with */
GtkWidget *dip_begin_dialog_new (GtkWindow *parent, const DipRunSettings *settings);

/* Without an origin; the caller frees. */
DipRunSettings *dip_begin_dialog_make_settings (DipBeginDialog *self);
double dip_begin_dialog_get_strength (DipBeginDialog *self);
void dip_begin_dialog_set_strength (DipBeginDialog *self, double strength);

/* What it says that this comes to; and as its button does, where that can be done. */
const char *dip_begin_dialog_get_outcome (DipBeginDialog *self);
void dip_begin_dialog_answer (DipBeginDialog *self);

G_END_DECLS
