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
} DipSchedulerKind;

#define DIP_N_SCHEDULERS (DIP_SCHEDULER_DDIM + 1)

typedef enum
{
  DIP_BETA_SCHEDULE_LINEAR,
  DIP_BETA_SCHEDULE_SCALED_LINEAR,
  DIP_BETA_SCHEDULE_SQUAREDCOS_CAP_V2,
  DIP_BETA_SCHEDULE_SIGMOID, /* DDPM alone knows this one and the next */
  DIP_BETA_SCHEDULE_LAPLACE,
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
  int variance_type;   /* DipVarianceType */

  gboolean clip_sample; /* clamp the predicted x_0 to +- clip_sample_range */
  double clip_sample_range;
  gboolean thresholding; /* instead: dynamic thresholding (Saharia et al. 2022) */
  double dynamic_thresholding_ratio;
  double sample_max_value;

  int timestep_spacing; /* DipTimestepSpacing */
  int steps_offset;
  gboolean set_alpha_to_one;

  /* Private. */
  gatomicrefcount n_refs;
  char *name;    /* what messages call the file */
  json_t *extra; /* keys of the file that the class does not take */
} DipSchedulerConfig;

#define DIP_SCHEDULER_MAX_TIMESTEPS 1000000

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

/* The same for a file that has been read; @json may be freed afterwards. */
DipSchedulerConfig *
dip_scheduler_config_parse (DipJson *json, const char *class_name, GError **error);

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
