#pragma once

#include <jansson.h>

#include "app/runs/curves.h"
#include "app/runs/origin.h"
#include "model/sampler/film.h"

G_BEGIN_DECLS

#define DIP_TYPE_TAKE (dip_take_get_type ())

G_DECLARE_FINAL_TYPE (DipTake, dip_take, DIP, TAKE, GObject)

/* One pair and how it came about: while it is generated, afterwards, or opened from a
 * file.  It has frames, one for each step; one that was opened has a single frame.
 *
 * Made on any thread; everything else on the main thread unless it says otherwise.
 * ::grew is emitted when there is a new frame or a curve has new values, ::saved when it has become a file.
 */

/* A pair under way.  @provenance (app/files/provenance.h) is taken over. */
DipTake *dip_take_new_live (DipFilm *film, DipThird third, json_t *provenance);

/* One that goes on from @origin, a fork: a branch.  Its film shares the frames up to the
 * fork (dip_film_new_branch()), and so its curves begin.
 *
 * @n_foreign: how many of them are not of the run that goes on (where it is unchanged,
 * those that were not of its parent's run)
 */
DipTake *dip_take_new_branch (DipOrigin *origin,
                              DipFilm *film,
                              guint n_foreign,
                              DipThird third,
                              json_t *provenance);

/* A finished pair.  @sample: (3, height, width) in [-1, 1], copied.  @provenance is taken
 * over, NULL for a picture that does not say where it comes from.
 */
DipTake *dip_take_new_still (const float *sample,
                             guint width,
                             guint height,
                             DipThird third,
                             json_t *provenance);

/* The same of three pictures, or of two and a third made by @third. */
DipTake *dip_take_new_from_pair (const DipPair *pair, DipThird third, json_t *provenance);

/* What it is called where it has a name of its own: "cc.png, mlo.png".  NULL: none. */
void dip_take_set_title (DipTake *self, const char *title);
const char *dip_take_get_title (DipTake *self);

/* The seed, or -1. */
gint64 dip_take_get_seed (DipTake *self);

/* Any thread; valid as long as the take, though there may be another one by then. */
const json_t *dip_take_get_provenance (DipTake *self);

/* Sampling thread: the provenance says so too; @value is taken over. */
void dip_take_note (DipTake *self, const char *key, json_t *value);

/* Sampling thread: the run went on elsewhere. */
void dip_take_note_device (DipTake *self, const char *device, const char *kernels);

DipThird dip_take_get_third (DipTake *self);

/* Whether Diptych or a like program made it, so far as is known: the provenance says. */
gboolean dip_take_is_synthetic (DipTake *self);

/* Millimetres from pixel to pixel, 0 where nobody declared them. */
double dip_take_get_pixel_spacing_mm (DipTake *self);

/* Its file in the library, or NULL while it has none. */
const char *dip_take_get_path (DipTake *self);
void dip_take_set_path (DipTake *self, const char *path);

/* What a branch goes on from, and how many frames it shares with that, the first of its
 * own; NULL and 0 for others.
 */
DipTake *dip_take_get_parent (DipTake *self);
guint dip_take_get_n_shared (DipTake *self);
guint dip_take_get_n_foreign (DipTake *self);

/* The timestep that each of @n_steps begins at, as the solver plans them; copied.  Before
 * the take is shown.
 */
void dip_take_set_plan (DipTake *self, const double *timesteps, guint n_steps);

/* How noisy frame @index is: the timestep at which the next step begins, -1 for the end.
 * Also of frames to come; NaN where nothing is known.
 */
double dip_take_get_level (DipTake *self, guint index);

/* A strip's frames are finished pairs, so many in the end (app/runs/strip.h); 0: no strip. */
void dip_take_set_n_pairs (DipTake *self, guint n_pairs);
guint dip_take_get_n_pairs (DipTake *self);

/* NULL for one that was opened. */
DipFilm *dip_take_get_film (DipTake *self);

/* Frames there are and frames there will be; both 1 for one that was opened. */
guint dip_take_get_n_frames (DipTake *self);
guint dip_take_get_n_steps (DipTake *self);

/* Whether its last step is there. */
gboolean dip_take_is_complete (DipTake *self);

/* Frame @index from 0; may read the disk for a millisecond.  NULL with @error set. */
DipFrame *dip_take_get_frame (DipTake *self, guint index, GError **error);

/* The frame as pictures: the predicted x0, or x_t as it is.  Any thread. */
DipPair *
dip_take_make_pair (DipTake *self, const DipFrame *frame, gboolean wants_pred_x0);

/* Makes the pictures of a take without a film ahead, for the next dip_take_make_pair():
 * those of a mammogram of full size take a tenth of a second, which whoever loads it on a
 * thread spends there.  Before another thread knows @self. */
void dip_take_prepare (DipTake *self);

/* The values of curve number @kind (curves.h), one a frame up to the last that was
 * measured, NaN for those between that were not; copied, g_free().  NULL with *n_values 0
 * where there are none.  Any thread, as all that follows.
 */
double *dip_take_get_curve (DipTake *self, guint kind, guint *n_values);

/* Works the curves out for frame @index: takes some milliseconds.  NaN where the frame
 * cannot be read.  One thread at a time (live-figures.h).
 */
void dip_take_measure (DipTake *self, guint index);

/* How many frames have been measured, and the newest or oldest one that has not; FALSE if
 * there is none.
 */
guint dip_take_get_n_measured (DipTake *self);
gboolean dip_take_find_unmeasured (DipTake *self, gboolean newest, guint *index);

/* Main thread: says that there is a new frame or that a curve has new values. */
void dip_take_emit_grew (DipTake *self);

G_END_DECLS
