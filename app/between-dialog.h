#pragma once

#include <adwaita.h>

#include "app/runs/run-settings.h"

G_BEGIN_DECLS

#define DIP_TYPE_BETWEEN_DIALOG (dip_between_dialog_get_type ())

G_DECLARE_FINAL_TYPE (DipBetweenDialog,
                      dip_between_dialog,
                      DIP,
                      BETWEEN_DIALOG,
                      AdwWindow)

/* Asks for two seeds and how many pairs to make from the one to the other, their noise along
 * the great circle (slerp).
 *
 * ::answered  dip_between_dialog_make_settings() is what is wanted; then it closes
 */

/* @settings: of the sidebar */
GtkWidget *dip_between_dialog_new (GtkWindow *parent, const DipRunSettings *settings);

/* With their origin; the caller frees. */
DipRunSettings *dip_between_dialog_make_settings (DipBetweenDialog *self);

/* Sets the numbers; and as its button does. */
void
dip_between_dialog_set (DipBetweenDialog *self, guint64 from, guint64 to, guint n_pairs);
void dip_between_dialog_answer (DipBetweenDialog *self);

G_END_DECLS
