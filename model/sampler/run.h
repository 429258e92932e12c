#pragma once

#include <gio/gio.h>

#include "model/sampler/sample.h"

G_BEGIN_DECLS

/* One step of a run, kept: a copy that outlives the step.  Reference counted,
 * immutable, any thread.  Images are NCHW float32 in [-1, 1] (x_t beyond it).
 */
typedef struct
{
  guint step; /* from 1 */
  guint n_steps;
  double timestep;
  guint n_images;
  guint channels;
  guint height;
  guint width;
  float *x_t;     /* (B, C, H, W), after the step */
  float *pred_x0; /* (B, C, H, W), predicted in the step */

  /* What else it takes to go on from here (DipSampleStart). */
  guint n_draws;
  guint n_history;
  float *memory; /* (B, n_history, C, H, W), or NULL */
} DipFrame;

#define DIP_TYPE_FRAME (dip_frame_get_type ())

GType dip_frame_get_type (void);
DipFrame *dip_frame_new (const DipSampleFrame *frame);
DipFrame *dip_frame_ref (DipFrame *self);
void dip_frame_unref (DipFrame *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipFrame, dip_frame_unref)

#define DIP_TYPE_RUN (dip_run_get_type ())

G_DECLARE_FINAL_TYPE (DipRun, dip_run, DIP, RUN, GObject)

/* One sampling run, seen from the main thread.
 *
 * The work happens on a thread of its own, which gives way to the others
 * (model/sampler/priority.h).  #DipRun:frame and #DipRun:state change on the main
 * thread only, and only to the newest step: a slow window drops frames, it never
 * falls behind.  The last frame arrives before the callback does.  Who wants every
 * step, on the sampling thread, sets a hook.
 */

typedef enum
{
  DIP_RUN_NEW,
  DIP_RUN_PREPARING,
  DIP_RUN_RUNNING,
  DIP_RUN_PAUSED, /* between two steps, until resumed, stepped or cancelled */
  DIP_RUN_OVER,
} DipRunState;

/* Makes what the run needs; called once, on the sampling thread, since loading
 * a network and compiling its kernels take seconds.  Both results belong to the
 * run.
 */
typedef gboolean (*DipRunPrepareFunc) (gpointer user_data,
                                       DipSampleState **state,
                                       DipDenoiser **denoiser,
                                       GCancellable *cancellable,
                                       GError **error);

/* @free_user_data may be NULL; it is called when the run is freed. */
DipRun *dip_run_new (DipRunPrepareFunc prepare,
                     gpointer user_data,
                     GDestroyNotify free_user_data);

/* The newest step, or NULL before the first.  Borrowed. */
DipFrame *dip_run_get_frame (DipRun *self);

/* Hooks, on the sampling thread; set before the start, with the user data of
 * dip_run_new().  Each may be NULL.
 *
 * An evaluation that fails (a lost device, memory that ran out) does not end the run either:
 * it pauses with dip_run_get_problem(), and evaluates again when it is resumed.
 *
 * @stepped is called after every step, before the frame is shown.  If it fails, the run
 * does not end: it pauses with the error in dip_run_get_problem(), and calls @stepped
 * again with the same step when it is resumed.  @went_on is called when the next step
 * begins, be it after a pause.  @finished is called after the last step, and its failure
 * is the run's.
 */
typedef gboolean (*DipRunFinishFunc) (DipSampleState *state,
                                      DipDenoiser *denoiser,
                                      gpointer user_data,
                                      GError **error);

void dip_run_set_hooks (DipRun *self,
                        DipSampleFunc stepped,
                        void (*went_on) (gpointer user_data),
                        DipRunFinishFunc finished);

DipRunState dip_run_get_state (DipRun *self);

/* Why it paused by itself, or NULL; ::notify::state when there is another.  Borrowed, valid
 * until it goes on.
 */
const GError *dip_run_get_problem (DipRun *self);

/* After the step under way, and before the first if it has not begun. */
void dip_run_pause (DipRun *self);
void dip_run_resume (DipRun *self);

/* One step (solvers of several evaluations: one of these), then pauses again. */
void dip_run_step (DipRun *self);

/* Whether it is paused or will be after the step under way. */
gboolean dip_run_is_pausing (DipRun *self);

/* Once only.  Ends with G_IO_ERROR_CANCELLED within a step of a cancellation. */
void dip_run_start_async (DipRun *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean dip_run_start_finish (DipRun *self, GAsyncResult *result, GError **error);

G_END_DECLS
