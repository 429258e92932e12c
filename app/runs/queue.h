#pragma once

#include "app/runs/generation.h"
#include "app/runs/job.h"

G_BEGIN_DECLS

/* What is to be generated, one job after the other, and what is under way.  All of it
 * on the main thread, and none of it blocks.
 */

#define DIP_TYPE_QUEUE (dip_queue_get_type ())

G_DECLARE_FINAL_TYPE (DipQueue, dip_queue, DIP, QUEUE, GObject)

/* A GListModel of DipJob: the one that runs first, then those that wait, in their order.
 * A job that is over leaves it.
 *
 * ::started (DipTake)         a pair is under way; for each pair of a batch, in order
 * ::finished (DipTake)        it is complete and saved (dip_take_get_path())
 * ::unsaved (DipTake)         it is complete and could not be saved; it is kept
 * ::over (DipJob, GError)     the job's end; the error is NULL, G_IO_ERROR_CANCELLED for
 *                             one that was stopped, or why it failed
 * ::changed                   anything that the getters below say
 */

/* @save (any thread) keeps finished pairs; NULL: they are not kept. */
DipQueue *
dip_queue_new (DipFilmStore *store, DipGenerationSaveFunc save, gpointer user_data);

/* Adds a job at the end, and starts it if nothing runs and the queue was not halted.
 * @settings are copied.  Borrowed.
 */
DipJob *dip_queue_append (DipQueue *self, const DipRunSettings *settings);

/* Adds a job before all that wait, and goes on with it if nothing runs. */
DipJob *dip_queue_generate (DipQueue *self, const DipRunSettings *settings);

/* The same, but the job pauses after its first step. */
DipJob *dip_queue_generate_step (DipQueue *self, const DipRunSettings *settings);

/* Goes on with what waits, after a stop. */
void dip_queue_go_on (DipQueue *self);

/* Of jobs that wait; others are left alone.  @position counts the model's items. */
void dip_queue_remove (DipQueue *self, DipJob *job);
void dip_queue_move (DipQueue *self, DipJob *job, guint position);
void dip_queue_clear (DipQueue *self);

/* The job under way.  Nothing happens if there is none. */
void dip_queue_pause (DipQueue *self);
void dip_queue_resume (DipQueue *self);
void dip_queue_step (DipQueue *self);

/* Within a step; what waits then waits on.  The pairs under way are lost but for their
 * films.
 */
void dip_queue_stop (DipQueue *self);

/* The same, but goes on with the next job. */
void dip_queue_skip (DipQueue *self);

/* Whether to stop when the pairs under way are finished. */
void dip_queue_set_stops_after (DipQueue *self, gboolean stops_after);
gboolean dip_queue_get_stops_after (DipQueue *self);

gboolean dip_queue_is_busy (DipQueue *self);
DipJob *dip_queue_get_current (DipQueue *self);

/* Of the run under way; DIP_RUN_OVER if there is none. */
DipRunState dip_queue_get_run_state (DipQueue *self);

/* Whether the run is paused or will be after the step under way. */
gboolean dip_queue_is_pausing (DipQueue *self);

/* Why it paused by itself (a full disk, a lost device), or NULL; resuming tries again. */
const GError *dip_queue_get_problem (DipQueue *self);

/* Where it runs, NULL before that is known. */
const char *dip_queue_get_device (DipQueue *self);

/* How often the run lost its device and went on, there or on another. */
guint dip_queue_get_n_recoveries (DipQueue *self);

/* The pairs under way; DipTake; NULL if none is. */
GPtrArray *dip_queue_get_takes (DipQueue *self);

typedef struct
{
  guint step; /* done, of n_steps; 0 before the first */
  guint n_steps;
  double timestep;         /* of that step */
  double seconds_per_step; /* 0 where not yet known; pauses are not counted */
  double seconds_left;     /* of the whole job */
} DipQueueProgress;

void dip_queue_get_progress (DipQueue *self, DipQueueProgress *progress);

/* Ends everything and waits for the sampling thread (a step at most), with the main
 * loop running: for the end of the program.
 */
void dip_queue_shut_down (DipQueue *self);

/* Lets go of the network of the last run, if none is under way. */
void dip_queue_free_network (DipQueue *self);

G_END_DECLS
