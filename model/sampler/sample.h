#pragma once

#include "model/sampler/denoiser.h"
#include "model/sampler/guide.h"
#include "model/sampler/solver.h"
#include "model/sampler/walk.h"

G_BEGIN_DECLS

/* A few pictures on their way from noise, between two evaluations of the network.
 *
 * Everything that decides the result is in here and on the host: the pictures, the
 * solver with what it remembers, the generators.  So when an evaluation fails (a lost
 * device, Ctrl+C), running the same state again, on the same denoiser or on another,
 * goes on from the last whole step and ends in the same pictures to the last bit as if
 * nothing had happened (given denoisers that answer alike).
 *
 * The pictures are made side by side but do not touch: each has a generator of its own.
 * One thread at a time.
 */
typedef struct _DipSampleState DipSampleState;

/* What there was after a step, to go on from.  Images are NCHW float32. */
typedef struct
{
  const float *x_t;    /* (B, C, H, W) */
  const float *memory; /* (B, n_history, C, H, W), dip_solver_get_memory(); or NULL:
                        * the solver begins anew */
  guint n_done;        /* entries of the walk */
  guint n_draws;       /* tensors that each generator gave, x_T too */
} DipSampleStart;

/* Images are NCHW float32; what is pointed to must outlive the state. */
typedef struct
{
  guint n_images; /* B, at least 1 */

  /* Image i draws from torch.Generator("cpu").manual_seed(seed + i): first x_T, then
   * one tensor for each step that needs one, each of shape (1, C, H, W).  This is what
   * diffusers draws for a list of generators.
   */
  guint64 seed;

  /* Instead of the generators, or NULL.  step_noise holds n_step_noises of these, in
   * the order of drawing, at least as many as dip_solver_get_n_noises().  A solver that
   * draws noise must be given both or neither.
   */
  const float *initial_noise; /* (B, C, H, W) */
  const float *step_noise;    /* (n_step_noises, B, C, H, W) */
  guint n_step_noises;

  /* Instead of both, where n_images weights are given: image i draws from the seeds
   * @seed and @seed_to and takes the spherical mean, weights[i] of the way.
   */
  const double *weights;
  guint64 seed_to;

  DipWalk walk;                /* 0: from the first evaluation straight to the last */
  DipGuide guide;              /* 0: none */
  const DipSampleStart *start; /* NULL: from the beginning of the walk */

  const gint64 *class_labels; /* (B), or NULL */

  /* Let a network or a picture of one value pass: a formula may well give one. */
  gboolean allows_flat;
} DipSampleSettings;

/* What there is to see after a step; borrowed, valid during the call. */
typedef struct
{
  guint step; /* from 1: entries of the walk done */
  guint n_steps;
  double timestep; /* that this step began at */
  guint n_images;
  guint channels;
  guint height;
  guint width;
  const float *x_t;     /* (B, C, H, W), after the step */
  const float *pred_x0; /* (B, C, H, W), predicted in the step */

  /* What else it takes to go on from here. */
  guint n_draws;
  guint n_history;
  const float *memory; /* (B, n_history, C, H, W), or NULL for none */
} DipSampleFrame;

/* Called after each step on the thread that runs.  FALSE with @error set ends the run;
 * the step counts as done.
 */
typedef gboolean (*DipSampleFunc) (const DipSampleFrame *frame,
                                   gpointer user_data,
                                   GError **error);

/* Draws x_T, or takes up the start.  Takes over @solver, also on failure.  @shape is that of the denoiser to
 * come.  Fails with DIP_SAMPLER_ERROR_SETTINGS if network, scheduler and given noise do
 * not fit each other, or the pictures do not fit into memory.
 */
DipSampleState *dip_sample_state_new (DipSolver *solver,
                                      const DipDenoiserShape *shape,
                                      const DipSampleSettings *settings,
                                      GError **error);
void dip_sample_state_free (DipSampleState *self);

DipSolver *dip_sample_state_get_solver (DipSampleState *self);

/* Entries of the walk done, and all of them: evaluations in order, borrowed. */
guint dip_sample_state_get_step (DipSampleState *self);
const guint *dip_sample_state_get_walk (DipSampleState *self, guint *n_steps);

/* (B, C, H, W): x_t now, the finished pictures after the last step.  Borrowed. */
const float *dip_sample_state_get_x_t (DipSampleState *self);

/* Takes all steps that are left.  Blocks.  @denoiser must have the shape that the state
 * was made for, except max_batch: images are evaluated max_batch at a time.
 *
 * Fails with G_IO_ERROR_CANCELLED, with an error of the denoiser, with one of
 * @stepped, or with DIP_SAMPLER_ERROR_OUTPUT, naming step, image and channel, when the
 * network's output or the sample has a NaN or an infinity in it, when the network gives
 * the same value for every pixel above timestep 0, or when the finished picture is of
 * one value (unless allows_flat).  The state is then as after the last whole step, except that one in which
 * the solver itself made no picture is of no more use.
 */
gboolean dip_sample_state_run (DipSampleState *self,
                               DipDenoiser *denoiser,
                               DipSampleFunc stepped,
                               gpointer user_data,
                               GCancellable *cancellable,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipSampleState, dip_sample_state_free)

G_END_DECLS
