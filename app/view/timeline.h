#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define DIP_TYPE_TIMELINE (dip_timeline_get_type ())

G_DECLARE_FINAL_TYPE (DipTimeline, dip_timeline, DIP, TIMELINE, GtkWidget)

/* The steps of a run: a track to scrub on, a player, bookmarks, and curves over the steps.
 *
 * Steps count from 0; people read them from 1.
 *
 * Properties:
 *   n-steps   uint     steps the run will have; 0: nothing to show
 *   n-kept    uint     steps there are already; the first n-kept can be reached
 *   position  uint     the step that is shown, below n-kept; read and write
 *   live      boolean  position follows the newest step; read and write.  A user who
 *                      goes to the last kept step sets it, who goes elsewhere ends it;
 *                      dip_timeline_set_position() leaves it
 *   playing   boolean  steps forward by itself; read and write
 *   loop      boolean  from the last step on to the first; read and write
 *   speed     double   steps a second, 0.5 … 240; 10 at first
 *
 * Keys, where the focus is in the widget given to dip_timeline_add_shortcuts(): Down, Up
 * next and previous step; Home, End; C play; B bookmark; Page_Down, Page_Up next and
 * previous bookmark; O loop; < > slower, faster.  Actions "timeline.…": next, previous,
 * first, last, play, loop (switches), bookmark, next-bookmark, previous-bookmark,
 * slower, faster.
 */
GtkWidget *dip_timeline_new (void);

/* n-steps and n-kept at once; a position beyond n-kept moves to the last. */
void dip_timeline_set_steps (DipTimeline *self, guint n_steps, guint n_kept);

guint dip_timeline_get_position (DipTimeline *self);
void dip_timeline_set_position (DipTimeline *self, guint position);
gboolean dip_timeline_get_live (DipTimeline *self);
void dip_timeline_set_playing (DipTimeline *self, gboolean playing);
gboolean dip_timeline_get_playing (DipTimeline *self);

/* Where bookmarks are; sorted, borrowed.  Toggling adds or removes one. */
const guint *dip_timeline_get_bookmarks (DipTimeline *self, guint *n_bookmarks);
void dip_timeline_toggle_bookmark (DipTimeline *self, guint position);

/* Forgets bookmarks and curves and stops playing: another run is shown. */
void dip_timeline_clear (DipTimeline *self);

/* The curve @id ("residual"; never translated), made at the first call: @name is its
 * legend, @hint its tooltip, @values one a step from the first, NaN where there is none;
 * copied.  Each curve has a scale of its own, from its least to its greatest value; the
 * axis on the left is that of the curve named last in the legend by a click. */
void dip_timeline_set_curve (DipTimeline *self,
                             const char *id,
                             const char *name,
                             const char *hint,
                             const double *values,
                             guint n_values);
void dip_timeline_remove_curve (DipTimeline *self, const char *id);

/* Whether they are finished pairs instead of steps, and so called. */
void dip_timeline_set_counts_pairs (DipTimeline *self, gboolean counts_pairs);

/* A button or so behind the number of the step. */
void dip_timeline_add_control (DipTimeline *self, GtkWidget *control);

/* What the secondary button and Menu offer on the chart, after the step there is shown. */
void dip_timeline_set_menu (DipTimeline *self, GMenuModel *menu);

GActionGroup *dip_timeline_get_actions (DipTimeline *self);
void dip_timeline_add_shortcuts (DipTimeline *self, GtkWidget *widget);

G_END_DECLS
