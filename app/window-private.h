#pragma once

#include "app/branches.h"
#include "app/inspector.h"
#include "app/completions.h"
#include "app/library-strip.h"
#include "app/mask-keeper.h"
#include "app/part-dialog.h"
#include "app/run-status.h"
#include "app/runs/take-tree.h"
#include "app/scrubber.h"
#include "app/settings-page.h"
#include "app/view/anatomy-overlay.h"
#include "app/view/brush.h"
#include "app/window.h"

G_BEGIN_DECLS

struct _DipWindow
{
  AdwApplicationWindow parent_instance;

  DipQueue *queue;
  DipLibrary *library;
  DipShown *shown;
  GPtrArray *films; /* of DipTakeTree, the last ones that have a film, newest first */

  /* What went wrong (window-errors.c). */
  GPtrArray *unsaved;     /* of DipTake, finished and in no file */
  DipRunSettings *failed; /* of the run that failed, or NULL */
  GError *problem;        /* the last one told of the run under way, or NULL */
  guint n_recoveries;
  gboolean asks_to_close;
  gboolean may_lose; /* somebody said so */

  AdwToast *toast; /* the newest that is seen or waits; weak */
  gint64 toast_time; /* when it was added, µs */
  gboolean toast_has_button;

  GPtrArray *deleted; /* of DipLibraryEntry, by the last deletion, for undo */

  DipLibraryStrip *strip;
  DipSettingsPage *settings_page;
  DipRunStatus *status;
  GtkWidget *stage;
  DipTake *strip_take; /* the last strip, or NULL */
  DipJob *strip_job;   /* that it is of; weak */
  DipScrubber *scrubber;
  DipBranches *branches;
  DipInspector *inspector;
  DipBrush *brush;
  DipMaskKeeper *masks;
  DipCompletions *completions;
  DipTake *original;          /* what the last inpainted pair was made of, or NULL */
  DipTake *marked;            /* the pair that the region is of; only compared */
  GtkMenuButton *mask_button; /* which of them is in force */
  GMenu *mask_choices;        /* of the button's menu */
  GtkWidget *takes_box;       /* from film to film (window-takes.c) */
  GtkLabel *takes_label;

  /* Template children. */
  GMenu *begin_section;
  GMenu *export_section;
  AdwWindowTitle *title;
  GtkToggleButton *pause_button;
  GtkMenuButton *menu_button;
  GtkBox *view_tools;
  GtkRevealer *bar_revealer;
  GtkInfoBar *bar;
  GtkLabel *bar_label;
  GtkButton *bar_button;
  AdwToastOverlay *toasts;
  AdwFlap *flap;
  GtkStack *pages;
  GtkStackSwitcher *page_switcher;
  GtkStack *stack;
  AdwStatusPage *waiting_page;
  GtkBox *start_box;
  GtkBox *stage_box;
  GtkBox *timeline_box;
  GtkRevealer *library_revealer;
  GtkBox *status_box;
};

/* Actions of the run (window-run.c), of files (window-open.c), of the rest. */
void dip_window_add_run_actions (DipWindow *self);
void dip_window_update_run_actions (DipWindow *self);
void dip_window_add_open_actions (DipWindow *self);

/* Says so in the toast whose button would have done it, while that is seen. */
void dip_window_toast_undone (DipWindow *self);

/* The start page, the pictures, or a word on what is waited for (window-run.c). */
void dip_window_update_page (DipWindow *self);

/* What failed, in words, and what can be done about it: window-errors.c. */
void dip_window_add_errors (DipWindow *self);
void dip_window_tell_error (DipWindow *self, const GError *error);

/* From film to film: window-takes.c. */
void dip_window_add_takes (DipWindow *self);
void dip_window_update_takes (DipWindow *self);

/* The strip of finished pairs and its actions (window-library.c). */
void dip_window_add_library (DipWindow *self);

/* win.export, win.copy and their menu (window-export.c). */
void dip_window_add_export (DipWindow *self);

/* Moving over the steps (window-film.c), and the panes' menu (window-view.c). */
void dip_window_add_film (DipWindow *self);
void dip_window_add_view (DipWindow *self);

/* Forks, their tree and their comparison (window-branches.c).  dip_window_keep_film() puts
 * a take with a film among those that are kept; dip_window_find_tree() gives the tree
 * of one, borrowed, or NULL.
 */
void dip_window_add_branches (DipWindow *self);
void dip_window_keep_film (DipWindow *self, DipTake *take);
DipTakeTree *dip_window_find_tree (DipWindow *self, DipTake *take);

/* Runs that begin from the pair shown, or lie between two seeds (window-begin.c); those are
 * shown as a strip, which each joins when it is finished.
 */
void dip_window_add_begin (DipWindow *self);
gboolean dip_window_is_of_strip (DipWindow *self, DipTake *take);
gboolean dip_window_has_strip (DipWindow *self);

/* A grid of seeds and settings (window-compare.c). */
void dip_window_add_comparison (DipWindow *self);

/* Masks, landmarks and figures: win.anatomy (window-inspect.c). */
void dip_window_add_inspector (DipWindow *self);

/* Profiles, registration, probe and measures: win.profiles, win.measure-delete,
 * win.measures-clear (window-tools.c). */
void dip_window_add_tools (DipWindow *self, DipAnatomyOverlay *anatomy);

/* The brush (window-brush.c), and what it corrects: masks (window-masks.c). */
void dip_window_add_brush (DipWindow *self);
void dip_window_add_masks (DipWindow *self);

/* Inpainting a region (window-parts.c), and what completing has in common with it: the
 * sidebar's settings for a run that generates the open part of @pair, as the dialog says;
 * takes @mask (3, height, width) and @facts over. */
void dip_window_add_parts (DipWindow *self);
void dip_window_generate_part (DipWindow *self,
                               DipPartDialog *dialog,
                               const DipPair *pair,
                               DipThird third,
                               float *mask,
                               json_t *facts);

/* File and seed of what stays, for provenance; the seed to begin with. */
void dip_window_note_part (json_t *object, DipTake *take);
guint64 dip_window_get_seed (DipWindow *self);

/* Completing a missing view (window-complete.c); a grey picture at @path is one view, and a
 * dialog asks which. */
void dip_window_add_complete (DipWindow *self);
void dip_window_complete_file (DipWindow *self, const char *path);

/* Dropping files anywhere. */
void dip_window_add_drop_target (DipWindow *self);

/* Enables or disables win.NAME. */
void dip_window_enable (DipWindow *self, const char *name, gboolean enabled);

G_END_DECLS
