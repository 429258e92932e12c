#pragma once

#include "app/window.h"

G_BEGIN_DECLS

/* A folder of this test's own for data and configuration, before anything else; removed by
 * drop_home().
 */
void make_home (void);
void drop_home (void);

/* The program in this process, without a session's one instance. */
DipApplication *start_application (void);

/* Its window, presented; the same each time. */
DipWindow *get_test_window (DipApplication *application);

/* Settings of a quick run: tests/data/unet/NAME/pipeline. */
DipRunSettings *make_quick_settings (const char *name, guint n_steps);

typedef gboolean (*IsWaiting) (DipWindow *window);

/* Iterates the main loop until @is_waiting says no; fails after two minutes. */
void wait_while (IsWaiting is_waiting, DipWindow *window);
gboolean is_busy (DipWindow *window);

/* @widget or what lies in it, of @type, whose text holds @text; NULL: none. */
GtkWidget *find_widget (GtkWidget *widget, GType type, const char *text);

/* Runs "win.NAME". */
void activate (DipWindow *window, const char *name);
gboolean is_enabled (DipWindow *window, const char *name);

G_END_DECLS
