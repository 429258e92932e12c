#pragma once

#include "model/storage/json.h"

G_BEGIN_DECLS

/* The scheduler_config.json of a diffusers pipeline: what the network was trained
 * for, and how to sample from it.  Key names, defaults and meanings are those of
 * diffusers 0.40.
 */

/* The scheduler classes that there is a solver for. */
typedef enum
{
  DIP_SCHEDULER_DDPM,
  DIP_SCHEDULER_DDIM,
  DIP_SCHEDULER_DPM_MULTISTEP,
  DIP_SCHEDULER_EULER,
  DIP_SCHEDULER_EULER_ANCESTRAL,
  DIP_SCHEDULER_HEUN,
  DIP_SCHEDULER_UNIPC,
  DIP_SCHEDULER_PNDM,
  DIP_SCHEDULER_DEIS,
  DIP_SCHEDULER_LMS,
  DIP_SCHEDULER_DPM_SINGLESTEP,
  DIP_SCHEDULER_KDPM2,
  DIP_SCHEDULER_KDPM2_ANCESTRAL,
  DIP_SCHEDULER_DDIM_INVERSE, /* from a picture to the noise that DDIM makes it of */
  DIP_SCHEDULER_LCM,
  DIP_N_SCHEDULERS,
} DipSchedulerKind;

typedef enum
{
  DIP_BETA_SCHEDULE_LINEAR,
  DIP_BETA_SCHEDULE_SCALED_LINEAR,
  DIP_BETA_SCHEDULE_SQUAREDCOS_CAP_V2,
  DIP_BETA_SCHEDULE_SIGMOID, /* DDPM alone knows this one and the next */
  DIP_BETA_SCHEDULE_LAPLACE,
  DIP_BETA_SCHEDULE_EXP, /* Heun alone */
} DipBetaSchedule;

/* What the network's output is. */
typedef enum
{
  DIP_PREDICTION_EPSILON, /* the noise in x_t */
  DIP_PREDICTION_SAMPLE,  /* x_0 */
  DIP_PREDICTION_V,       /* sqrt(alphas_cumprod) noise - sqrt(1 - alphas_cumprod) x_0 */
} DipPredictionType;

/* The noise that a DDPM step adds. */
typedef enum
{
  DIP_VARIANCE_FIXED_SMALL,
  DIP_VARIANCE_FIXED_SMALL_LOG,
  DIP_VARIANCE_FIXED_LARGE,
  DIP_VARIANCE_FIXED_LARGE_LOG,
  DIP_VARIANCE_LEARNED,
  DIP_VARIANCE_LEARNED_RANGE,
} DipVarianceType;

/* Which of the training timesteps are visited (Lin et al. 2023, table 2). */
typedef enum
{
  DIP_SPACING_LEADING,
  DIP_SPACING_TRAILING,
  DIP_SPACING_LINSPACE,
} DipTimestepSpacing;

/* Which solver of DPM-Solver's family.  Names that mean nothing to the class are read as
 * its own default, as diffusers does when a configuration changes class.
 */
typedef enum
{
  DIP_ALGORITHM_DPM,     /* Lu et al. 2022a, over the predicted noise */
  DIP_ALGORITHM_DPM_PP,  /* Lu et al. 2022b, over the predicted x_0 */
  DIP_ALGORITHM_SDE_DPM, /* with noise */
  DIP_ALGORITHM_SDE_DPM_PP,
  DIP_ALGORITHM_DEIS,
} DipAlgorithmType;

typedef enum
{
  DIP_SOLVER_TYPE_MIDPOINT, /* DPM-Solver */
  DIP_SOLVER_TYPE_HEUN,
  DIP_SOLVER_TYPE_BH1, /* UniPC */
  DIP_SOLVER_TYPE_BH2,
  DIP_SOLVER_TYPE_LOGRHO, /* DEIS */
} DipSolverType;

/* The sigma that the last step ends at. */
typedef enum
{
  DIP_FINAL_SIGMA_ZERO,
  DIP_FINAL_SIGMA_MIN, /* that of training timestep 0 */
} DipFinalSigma;

typedef enum
{
  DIP_INTERPOLATION_LINEAR,     /* sigmas of the visited timesteps */
  DIP_INTERPOLATION_LOG_LINEAR, /* even in log (sigma) */
} DipInterpolation;

typedef enum
{
  DIP_TIMESTEP_DISCRETE,
  DIP_TIMESTEP_CONTINUOUS, /* log (sigma) / 4, where the network predicts v */
} DipTimestepType;

/* Every key has a value; those that the class does not take keep a default that its
 * solver does not look at.  Read-only once loaded.
 */
typedef struct
{
  DipSchedulerKind kind;

  int num_train_timesteps; /* T, 1 to DIP_SCHEDULER_MAX_TIMESTEPS */
  double beta_start;
  double beta_end;
  int beta_schedule;     /* DipBetaSchedule */
  double *trained_betas; /* (n_trained_betas) or NULL; replaces the three above */
  gsize n_trained_betas; /* at least T */
  gboolean rescale_betas_zero_snr;

  int prediction_type; /* DipPredictionType */
  int variance_type;   /* DipVarianceType; -1: null */

  gboolean clip_sample; /* clamp the predicted x_0 to +- clip_sample_range */
  double clip_sample_range;
  gboolean thresholding; /* instead: dynamic thresholding (Saharia et al. 2022) */
  double dynamic_thresholding_ratio;
  double sample_max_value;

  int timestep_spacing; /* DipTimestepSpacing */
  int steps_offset;
  gboolean set_alpha_to_one;

  int solver_order;   /* 1 to DIP_SCHEDULER_MAX_ORDER */
  int algorithm_type; /* DipAlgorithmType */
  int solver_type;    /* DipSolverType */
  gboolean lower_order_final;
  gboolean euler_at_final;
  gboolean use_karras_sigmas; /* at most one of these four */
  gboolean use_exponential_sigmas;
  gboolean use_beta_sigmas;
  gboolean use_lu_lambdas;
  int final_sigmas_type;     /* DipFinalSigma */
  double lambda_min_clipped; /* NaN: none */
  double sigma_min;          /* NaN: the schedule's */
  double sigma_max;
  int interpolation_type; /* DipInterpolation */
  int timestep_type;      /* DipTimestepType */
  double flow_shift;      /* of flow matching, for which there is no solver */
  int time_shift_type;
  gboolean predict_x0;
  gint64 *disable_corrector; /* (n_disable_corrector), steps from 0 */
  gsize n_disable_corrector;
  gboolean skip_prk_steps;
  int original_inference_steps; /* of LCM's distillation, at most T */
  double timestep_scaling;

  /* Private. */
  gatomicrefcount n_refs;
  char *name;    /* what messages call the file */
  json_t *extra; /* keys of the file that the class does not take */
} DipSchedulerConfig;

#define DIP_SCHEDULER_MAX_TIMESTEPS 1000000
#define DIP_SCHEDULER_MAX_ORDER 3

/* Reads the file at @path; messages call it @name (NULL: @path).
 *
 * @class_name chooses the scheduler class, as diffusers' from_config() does when one
 * scheduler is built from another's file: keys that the file has are taken over, keys
 * that it lacks get the defaults of the new class.  NULL for the class that the file
 * names.  "DDIMScheduler" or, shorter, "ddim".
 *
 * Keys that the class does not know are kept and ignored.  Fails with
 * DIP_STORAGE_ERROR naming the file, the key, what it must be, and what it is.
 */
DipSchedulerConfig *dip_scheduler_config_load (const char *path,
                                               const char *name,
                                               const char *class_name,
                                               GError **error);

/* The same with other values for keys of the class: @options are "KEY=VALUE",
 * NULL-terminated, NULL for none; a later one wins.  VALUE is read as JSON (0.5, true, null,
 * [0.1, 0.2]), and where it is none as a string, so that names need no quotes.  Values are
 * checked as those of a file are.
 */
DipSchedulerConfig *dip_scheduler_config_load_with (const char *path,
                                                    const char *name,
                                                    const char *class_name,
                                                    const char *const *options,
                                                    GError **error);

/* The same for a file that has been read; @json may be freed afterwards. */
DipSchedulerConfig *
dip_scheduler_config_parse (DipJson *json, const char *class_name, GError **error);
DipSchedulerConfig *dip_scheduler_config_parse_with (DipJson *json,
                                                     const char *class_name,
                                                     const char *const *options,
                                                     GError **error);

DipSchedulerConfig *dip_scheduler_config_ref (DipSchedulerConfig *self);
void dip_scheduler_config_unref (DipSchedulerConfig *self);

/* What messages call the file. */
const char *dip_scheduler_config_get_name (const DipSchedulerConfig *self);

/* "DDIMScheduler"; static. */
const char *dip_scheduler_kind_get_class_name (DipSchedulerKind kind);

/* "ddim", for people to type; static. */
const char *dip_scheduler_kind_get_short_name (DipSchedulerKind kind);

/* Looks a class up by either name; FALSE if there is no solver for it. */
gboolean dip_scheduler_kind_from_name (const char *name, DipSchedulerKind *kind);

/* Whether the network must give a variance too: 2 C channels for C. */
gboolean dip_scheduler_config_wants_variance (const DipSchedulerConfig *self);

/* The full configuration in effect, defaults included, with `_class_name` first and
 * the file's unknown keys last.  The caller owns the object.
 */
json_t *dip_scheduler_config_to_json (const DipSchedulerConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipSchedulerConfig, dip_scheduler_config_unref)

G_END_DECLS
