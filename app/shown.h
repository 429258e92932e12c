#pragma once

#include "app/runs/match.h"

G_BEGIN_DECLS

#define DIP_TYPE_SHOWN (dip_shown_get_type ())

G_DECLARE_FINAL_TYPE (DipShown, dip_shown, DIP, SHOWN, GObject)

/* What the window shows now: one step of one pair, and perhaps a second pair beside it.
 * Panes, timeline, inspector, overlays and export all look here and nowhere else.
 * Main thread.
 *
 * Properties:
 *   take      DipTake or NULL
 *   other     DipTake or NULL: a second pair to compare with, of the same size
 *   match     DipMatch: which of its frames; the last at first
 *   position  uint: the frame, from 0
 *   live      boolean: position follows the newest frame
 *   pred-x0   boolean: the predicted pair instead of x_t
 *
 * ::changed  the pictures are other ones (new frame, take, position, kind)
 * ::grew     the take has more frames, whether the pictures changed or not; also when
 *            there is another take: what is drawn over the steps draws again
 */
DipShown *dip_shown_new (void);

/* Shows the newest frame of @take and follows it; NULL: nothing. */
void dip_shown_set_take (DipShown *self, DipTake *take);
DipTake *dip_shown_get_take (DipShown *self);

void dip_shown_set_other (DipShown *self, DipTake *other);
DipTake *dip_shown_get_other (DipShown *self);

void dip_shown_set_match (DipShown *self, DipMatch match);
DipMatch dip_shown_get_match (DipShown *self);

/* The other's frame that is shown; 0 where none is. */
guint dip_shown_get_other_position (DipShown *self);

/* Shows @take at its frame for the one that is shown, and compares to @other (or NULL): for
 * takes of one tree.
 */
void dip_shown_change_to (DipShown *self, DipTake *take, DipTake *other);

/* Setting a position ends live unless it is the last frame; clamped. */
void dip_shown_set_position (DipShown *self, guint position);
guint dip_shown_get_position (DipShown *self);
void dip_shown_set_live (DipShown *self, gboolean live);
gboolean dip_shown_get_live (DipShown *self);

void dip_shown_set_pred_x0 (DipShown *self, gboolean pred_x0);
gboolean dip_shown_get_pred_x0 (DipShown *self);

guint dip_shown_get_n_frames (DipShown *self);

/* Borrowed until ::changed; NULL where nothing is shown (no take, no frame yet, a frame
 * that cannot be read).
 */
DipFrame *dip_shown_get_frame (DipShown *self);
const DipPair *dip_shown_get_pair (DipShown *self);
const DipPair *dip_shown_get_other_pair (DipShown *self);

G_END_DECLS
