#pragma once

#include <adwaita.h>

#include "app/application.h"
#include "app/shown.h"
#include "app/view/pair-view.h"

G_BEGIN_DECLS

#define DIP_TYPE_WINDOW (dip_window_get_type ())

G_DECLARE_FINAL_TYPE (DipWindow, dip_window, DIP, WINDOW, AdwApplicationWindow)

/* The window: a start page, then the pictures with their timeline, the library's strip
 * and the status line; the sidebar with its pages on the left.
 *
 * How to plug something in:
 *   - a page of the sidebar: dip_window_add_page();
 *   - what is shown now, to listen to: dip_window_get_shown() (app/shown.h);
 *   - something drawn on the pictures: dip_window_get_pair_view();
 *   - a curve over the steps: a line in app/runs/curves.c;
 *   - an action: g_action_map_add_action_entries() on the window ("win.…", it is a
 *     GActionMap), and its line in app/commands.c, from which key and shortcuts window
 *     follow;
 *   - settings of the next run: dip_window_get_settings(), dip_window_enqueue();
 *   - something to say: dip_window_toast() for what happened, dip_window_tell() for
 *     what needs attention.
 *
 * Actions of its own are listed in app/commands.c.
 */
DipWindow *dip_window_new (DipApplication *application);

DipApplication *dip_window_get_application (DipWindow *self);
DipShown *dip_window_get_shown (DipWindow *self);
DipQueue *dip_window_get_queue (DipWindow *self);

/* The panes: overlays are added there (app/view/overlay.h). */
DipPairView *dip_window_get_pair_view (DipWindow *self);

/* A page of the sidebar behind those that are there.  @name is for code ("inspect"),
 * @title for people.
 */
void dip_window_add_page (DipWindow *self,
                          const char *name,
                          const char *title,
                          GtkWidget *page);
void dip_window_show_page (DipWindow *self, const char *name);

/* A widget at the right of the header bar, before the menu. */
void dip_window_add_view_tool (DipWindow *self, GtkWidget *tool);

/* The sidebar's settings; the caller frees.  Setting them shows them there. */
DipRunSettings *dip_window_get_settings (DipWindow *self);
void dip_window_set_settings (DipWindow *self, const DipRunSettings *settings);

/* Runs @settings next and shows the pair. */
void dip_window_generate (DipWindow *self, const DipRunSettings *settings);

/* Generates with the demo checkpoint, whatever the sidebar says of checkpoints. */
void dip_window_try_demo (DipWindow *self);

/* Shows @take and leaves the start page. */
void dip_window_show_take (DipWindow *self, DipTake *take);

/* Opens what the files are: a checkpoint's folder, a picture of a pair (whose settings
 * are restored if Diptych made it), or two grey pictures, CC and MLO.
 */
void dip_window_open (DipWindow *self, GFile **files, guint n_files);

/* The checkpoint of the next runs; NULL: the demo. */
void dip_window_set_checkpoint (DipWindow *self, const char *path);

/* A short remark that goes away by itself.  @action may be NULL, else it gets a button
 * with @button's text (detailed action name).
 */
void dip_window_toast (DipWindow *self, const char *text);
void dip_window_toast_with_button (DipWindow *self,
                                   const char *text,
                                   const char *button,
                                   const char *action,
                                   GVariant *target);

/* A bar that stays until it is closed: @text, and a button for @action unless NULL. */
void dip_window_tell (DipWindow *self,
                      GtkMessageType type,
                      const char *text,
                      const char *button,
                      const char *action);
void dip_window_untell (DipWindow *self);

/* Whether closing it would lose a run under way or a pair that could not be saved: then
 * gtk_window_close() asks first.
 */
gboolean dip_window_would_lose (DipWindow *self);

G_END_DECLS
