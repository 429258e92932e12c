#pragma once

#include "model/sampler/schedule.h"
#include "model/sampler/solver.h"

G_BEGIN_DECLS

/* What a solver-*.c fills in, and what it may use.  To add one: a kind in
 * scheduler-config.h with its keys and defaults, a file with a class, a line in the
 * table of solver.c.
 */
typedef struct
{
  gsize instance_size;                  /* DipSolver is its first member */
  const char *const *coefficient_names; /* NULL-terminated */
  gboolean takes_eta;                   /* and use_clipped_model_output */
  gboolean takes_churn;
  gboolean takes_lms_order;
  guint n_history; /* pictures to remember for each image */

  /* Plans: sets timesteps, needs_noise, n_evaluations, init_noise_sigma if not 1, and
   * whatever its steps will multiply by.
   */
  gboolean (*plan) (DipSolver *self, GError **error);
  double (*get_coefficient) (DipSolver *self, guint evaluation, guint name);

  /* Allocates and clears history for the images of dip_solver_start(); may be NULL. */
  gboolean (*start) (DipSolver *self, GError **error);

  /* Writes the rescaled @x_t to scaled_input; NULL for a solver that shows x_t. */
  void (*scale_model_input) (DipSolver *self, guint evaluation, const float *x_t);

  /* dip_solver_step() for one image, the @image'th; all pointers are to its values. */
  void (*step) (DipSolver *self,
                guint evaluation,
                guint image,
                const float *model_output,
                const float *x_t,
                const float *noise,
                float *x_prev,
                float *pred_x0);

  /* Whether a run may begin at an evaluation, with nothing remembered: where a step
   * begins.  NULL: at each.  The plan looks at dip_solver_count_evaluations() for how much it
   * may look back on.
   */
  gboolean (*can_begin) (DipSolver *self, guint evaluation);

  /* Frees what the subclass holds; may be NULL. */
  void (*clear) (DipSolver *self);
} DipSolverClass;

struct _DipSolver
{
  const DipSolverClass *klass;
  DipSchedulerConfig *config;
  DipSolverSettings settings;
  DipSchedule *schedule;

  /* The plan. */
  guint n_evaluations;
  double *timesteps;     /* (n_evaluations) */
  float *sigmas;         /* (n_evaluations + 1), or NULL for solvers over a_t */
  gboolean *needs_noise; /* (n_evaluations) */
  float init_noise_sigma;
  guint first_evaluation; /* that the run begins at */

  /* What dip_solver_start() was told; 0 before. */
  guint n_images;
  guint channels;
  guint out_channels;
  gsize n_pixels;
  float *scaled_input; /* (n_images, channels, n_pixels); NULL if never scaled */
  float *history;      /* (n_images, n_history, channels, n_pixels): all that a step
                        * looks back on is in here, so that it can be kept */
  float *magnitudes;   /* an image's values, for thresholding; or NULL */
};

extern const DipSolverClass dip_solver_ddpm_class;
extern const DipSolverClass dip_solver_ddim_class;
extern const DipSolverClass dip_solver_dpm_multistep_class;
extern const DipSolverClass dip_solver_dpm_singlestep_class;
extern const DipSolverClass dip_solver_euler_class;
extern const DipSolverClass dip_solver_euler_ancestral_class;
extern const DipSolverClass dip_solver_heun_class;
extern const DipSolverClass dip_solver_unipc_class;
extern const DipSolverClass dip_solver_pndm_class;
extern const DipSolverClass dip_solver_deis_class;
extern const DipSolverClass dip_solver_lms_class;
extern const DipSolverClass dip_solver_kdpm2_class;
extern const DipSolverClass dip_solver_kdpm2_ancestral_class;
extern const DipSolverClass dip_solver_ddim_inverse_class;
extern const DipSolverClass dip_solver_lcm_class;

/* Plans one evaluation at each of dip_schedule_dup_timesteps(), none with noise. */
gboolean dip_solver_plan_spaced (DipSolver *self, GError **error);

/* Which classes of diffusers space and round alike. */
typedef enum
{
  DIP_SIGMAS_EULER, /* every timestep counts, also between the training timesteps */
  DIP_SIGMAS_KDPM2, /* the same, and those of chosen sigmas stay doubles */
  DIP_SIGMAS_DPM,   /* multistep: whole timesteps, the last of n + 1 not visited */
  DIP_SIGMAS_UNIPC, /* the same, rounded differently */
  DIP_SIGMAS_DPM_SINGLESTEP, /* rounded as UniPC, ends as multistep DPM */
} DipSigmaFamily;

/* Plans one evaluation at each sigma that the configuration's spacing gives, none with
 * noise: sets timesteps and sigmas.
 */
gboolean dip_solver_plan_sigmas (DipSolver *self, DipSigmaFamily family, GError **error);

/* The timesteps, not always whole, that @sigmas (n) lie at: @timesteps (n). */
void dip_solver_find_sigma_timesteps (DipSolver *self,
                                      const float *sigmas,
                                      guint n,
                                      double *timesteps);

/* The first sigma, as the Euler family scales x_T. */
float dip_solver_find_init_noise_sigma (DipSolver *self);

/* A scale_model_input(): x_t / sqrt (sigma^2 + 1), which has variance 1. */
void dip_solver_scale_by_sigma (DipSolver *self, guint evaluation, const float *x_t);

/* A sigma as variance-preserving solvers see it: x_t = alpha x_0 + noise n. */
typedef struct
{
  float alpha;
  float noise;
  float lambda; /* log (alpha / noise); infinite at sigma 0 */
} DipNoiseLevel;

DipNoiseLevel dip_noise_level (float sigma);

/* A step of DPM-Solver (Lu et al. 2022a, 2022b) is a sum: of x_t, of a prediction D0, of
 * its first and second differences D1 and D2, and of noise.
 */
typedef struct
{
  float x;
  float d0;
  float d1;
  float d2;
  float noise;
} DipDpmFactors;

/* From one noise level to the next, by algorithm_type.  @is_integral: D1 is weighed by its
 * exact integral, as order 3 and solver_type "heun" have it, not by half of D0's.
 */
DipDpmFactors dip_dpm_find_factors (const DipSchedulerConfig *config,
                                    DipNoiseLevel from,
                                    DipNoiseLevel to,
                                    gboolean is_integral);

/* Whether the algorithm is one of the sde- ones; whether it works on the predicted noise. */
gboolean dip_dpm_adds_noise (const DipSchedulerConfig *config);
gboolean dip_dpm_predicts_noise (const DipSchedulerConfig *config);

/* The prediction that the algorithm works on, of one image asked at @level: x_0, which
 * @pred_x0 gets in any case, or the noise that would lead there.
 */
void dip_dpm_convert_output (DipSolver *solver,
                             DipNoiseLevel level,
                             const float *model_output,
                             const float *x_t,
                             float *pred_x0,
                             float *converted);

/* The @slot'th picture that the solver remembers of an image. */
float *dip_solver_get_history (DipSolver *self, guint image, guint slot);

/* How many evaluations there are from where the run began to @evaluation, with it: those
 * that a multistep solver may look back on.  Where the run begins later, as many as if it
 * had begun at 0.
 */
guint dip_solver_count_evaluations (DipSolver *self, guint evaluation);

/* The number of values of one image of x_t. */
gsize dip_solver_get_image_size (DipSolver *self);

/* The x_0 that the network predicts for one image, by prediction_type, then thresholded
 * or clipped.
 *
 * @sqrt_alpha, @sqrt_beta: square roots of a_t and 1 - a_t
 * @model_output: one image's output, of which the first @channels count
 * @x_t, @pred_x0: one image
 */
void dip_solver_predict_x0 (DipSolver *self,
                            float sqrt_alpha,
                            float sqrt_beta,
                            const float *model_output,
                            const float *x_t,
                            float *pred_x0);

/* The same for x_t = x_0 + sigma n, clipped but not thresholded.
 *
 * @sigma: that the network was asked at
 * @sigma_hat: that of @x_t, if noise was added since
 */
void dip_solver_predict_x0_sigma (DipSolver *self,
                                  float sigma,
                                  float sigma_hat,
                                  const float *model_output,
                                  const float *x_t,
                                  float *pred_x0);

/* The noise that the network predicts for one image, by prediction_type; or that
 * @pred_x0 of dip_solver_predict_x0() leaves, if that is not NULL.
 */
void dip_solver_predict_noise (DipSolver *self,
                               float sqrt_alpha,
                               float sqrt_beta,
                               const float *model_output,
                               const float *x_t,
                               const float *pred_x0,
                               float *noise);

G_END_DECLS
