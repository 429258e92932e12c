#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Parts of the dialogs that ask for a run's numbers. */

/* Makes @window modal over @parent, with Cancel, its title, and @answer, which is its
 * default and runs ::clicked; Escape closes it.  Returns that button, borrowed; @content is
 * put below.
 */
GtkWidget *dip_dialog_set_up (AdwWindow *window,
                              GtkWindow *parent,
                              const char *title,
                              const char *answer,
                              GtkWidget *content);

/* What the rows stand in: *@group gets them, below @description. */
GtkWidget *dip_dialog_new_content (const char *description, GtkWidget **group);

/* A row with a number; returns the spin button, borrowed.  @subtitle may be NULL. */
GtkSpinButton *dip_dialog_add_number (AdwPreferencesGroup *group,
                                      const char *title,
                                      const char *subtitle,
                                      double low,
                                      double high,
                                      double step,
                                      guint digits,
                                      double value);

/* A label for what the numbers come to, below the rows. */
GtkWidget *dip_dialog_add_outcome (GtkBox *content);

G_END_DECLS
