#pragma once

#include "model/sampler/scheduler-config.h"

G_BEGIN_DECLS

/* How to get from noise to a picture: which timesteps to ask the network about, and
 * what to make of each answer.
 *
 * A solver counts evaluations of the network, from 0.  Most take one evaluation a
 * step; one that takes several lists the timestep of each, as diffusers does.
 *
 * The arithmetic is float32 in the order of diffusers' scheduler of the same name.  No
 * thread of its own; one thread at a time.
 */
typedef struct _DipSolver DipSolver;

typedef struct
{
  guint n_steps; /* 1 to num_train_timesteps */

  /* DDIM: how much of DDPM's noise to add (Song et al. 2021, equation 16), 0 to 1.
   * Others must be given 0.
   */
  double eta;

  /* DDIM: work the noise out anew from the clipped x_0. */
  gboolean use_clipped_model_output;

  /* Euler: how much noise to add and take away again over all steps, s_churn (Karras et
   * al. 2022, algorithm 2), 0 or more.  Others must be given 0.
   */
  double churn;

  /* With churn: only at sigmas from s_tmin to s_tmax (0: without end), and times s_noise
   * (0: 1).
   */
  double churn_min;
  double churn_max;
  double churn_noise;

  /* LMS: the highest order, 1 to 4; 0: 4.  Others must be given 0. */
  guint lms_order;
} DipSolverSettings;

/* Makes the solver of the configuration's class.  A reference to @config is taken.
 * Fails with DIP_SAMPLER_ERROR_SETTINGS where the settings do not fit the scheduler.
 */
DipSolver *dip_solver_new (DipSchedulerConfig *config,
                           const DipSolverSettings *settings,
                           GError **error);
void dip_solver_free (DipSolver *self);

DipSchedulerConfig *dip_solver_get_config (DipSolver *self);
const DipSolverSettings *dip_solver_get_settings (DipSolver *self);

/* The plan. */

guint dip_solver_get_n_evaluations (DipSolver *self);

/* What the network is told at an evaluation; falling, whole for DDPM and DDIM. */
double dip_solver_get_timestep (DipSolver *self, guint evaluation);

/* a_t there: the share of the picture in x_t's variance. */
double dip_solver_get_alpha_cumprod (DipSolver *self, guint evaluation);

/* sqrt ((1 - a_t) / a_t) there: noise per picture; infinite where a_t is 0. */
double dip_solver_get_sigma (DipSolver *self, guint evaluation);

/* Whether the step after this evaluation adds noise, and in all evaluations together
 * how many do.
 */
gboolean dip_solver_needs_noise (DipSolver *self, guint evaluation);
guint dip_solver_get_n_noises (DipSolver *self);

/* The factors of each step, for people: a NULL-terminated list of names, and the value
 * of the name'th; NaN where the network decides.
 */
const char *const *dip_solver_get_coefficient_names (DipSolver *self);
double dip_solver_get_coefficient (DipSolver *self, guint evaluation, guint name);

/* Sampling.  Images are NCHW float32. */

/* What standard normal noise is multiplied by to make the first x_t. */
float dip_solver_get_init_noise_sigma (DipSolver *self);

/* Forgets all earlier steps and prepares for @n_images of @channels x @n_pixels
 * (height x width) and a network that gives @out_channels.  Fails with
 * DIP_SAMPLER_ERROR_SETTINGS if the scheduler cannot use that many.
 */
gboolean dip_solver_start (DipSolver *self,
                           guint n_images,
                           guint channels,
                           guint out_channels,
                           gsize n_pixels,
                           GError **error);

/* What the network is shown for @x_t at this evaluation: @x_t itself, or a rescaled copy
 * that stays valid until the next call.
 */
const float *
dip_solver_scale_model_input (DipSolver *self, guint evaluation, const float *x_t);

/* Where a run may begin, with nothing remembered: at 0, and for most solvers wherever a
 * step begins.
 */
gboolean dip_solver_can_begin (DipSolver *self, guint evaluation);

/* Whether there is anywhere but 0. */
gboolean dip_solver_can_begin_later (DipSolver *self);

/* Forgets all steps and begins at @evaluation instead of 0, as diffusers'
 * set_begin_index() does: multistep solvers start at first order there.  Call after
 * dip_solver_start(), as often as wanted.  Fails with DIP_SAMPLER_ERROR_SETTINGS where
 * dip_solver_can_begin() is FALSE.
 */
gboolean dip_solver_begin_at (DipSolver *self, guint evaluation, GError **error);

/* x_t = picture x_0 + noise n before an evaluation, in the solver's own scale (diffusers'
 * add_noise()); n_evaluations for the end, which is the picture alone.
 */
void dip_solver_get_mix (DipSolver *self, guint evaluation, float *picture, float *noise);

/* What the solver remembers, to go on from later: (n_images, n_history, channels,
 * n_pixels), borrowed, changed by every step.  NULL where it remembers nothing.
 */
guint dip_solver_get_n_history (DipSolver *self);
const float *dip_solver_get_memory (DipSolver *self);

/* Goes on where a solver of the same configuration, settings and beginning had this
 * memory.
 */
void dip_solver_set_memory (DipSolver *self, const float *memory);

/* Takes the network's answer; evaluations are given in order, each once,
 * from the one that was begun at.
 *
 * @model_output  (n_images, out_channels, n_pixels)
 * @x_t           (n_images, channels, n_pixels), before scaling
 * @noise         the same, standard normal; NULL where dip_solver_needs_noise() is FALSE
 * @x_prev        the same, written: the next x_t; may be @x_t
 * @pred_x0       the same, written: the picture this evaluation predicts, after clipping
 */
void dip_solver_step (DipSolver *self,
                      guint evaluation,
                      const float *model_output,
                      const float *x_t,
                      const float *noise,
                      float *x_prev,
                      float *pred_x0);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipSolver, dip_solver_free)

G_END_DECLS
