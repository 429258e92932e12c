#include "model/sampler/scheduler-keys.h"

#include <math.h>

static const char *const beta_schedules[] = {
  "linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace", "exp", NULL
};

static const char *const prediction_types[] = { "epsilon", "sample", "v_prediction",
                                                NULL };

static const char *const variance_types[] = { "fixed_small", "fixed_small_log",
                                              "fixed_large", "fixed_large_log",
                                              "learned",     "learned_range",
                                              NULL };

static const char *const spacings[] = { "leading", "trailing", "linspace", NULL };

static const char *const final_sigmas[] = { "zero", "sigma_min", NULL };

static const char *const algorithms[] = { "dpmsolver",     "dpmsolver++",
                                          "sde-dpmsolver", "sde-dpmsolver++",
                                          "deis",          NULL };

static const char *const solver_types[] = { "midpoint", "heun",   "bh1",
                                            "bh2",      "logrho", NULL };

static const char *const interpolations[] = { "linear", "log_linear", NULL };

static const char *const timestep_types[] = { "discrete", "continuous", NULL };

static const char *const time_shifts[] = { "exponential", NULL };

#define FIELD(field) G_STRUCT_OFFSET (DipSchedulerConfig, field)

/* A range or ratio of 0 would divide by it or leave nothing of a picture. */
#define SMALLEST 1e-6
#define LARGEST 1e6

static const DipSchedulerKey all_keys[] = {
  { "num_train_timesteps", DIP_KEY_INT, FIELD (num_train_timesteps), 1,
    DIP_SCHEDULER_MAX_TIMESTEPS },
  { "beta_start", DIP_KEY_DOUBLE, FIELD (beta_start), 0, 1 },
  { "beta_end", DIP_KEY_DOUBLE, FIELD (beta_end), 0, 1 },
  { "beta_schedule", DIP_KEY_CHOICE, FIELD (beta_schedule), .choices = beta_schedules },
  { "trained_betas", DIP_KEY_BETAS, 0, 0, 1 },
  { "variance_type", DIP_KEY_CHOICE, FIELD (variance_type), .choices = variance_types },
  { "clip_sample", DIP_KEY_BOOL, FIELD (clip_sample) },
  { "set_alpha_to_one", DIP_KEY_BOOL, FIELD (set_alpha_to_one) },
  { "prediction_type", DIP_KEY_CHOICE, FIELD (prediction_type),
    .choices = prediction_types },
  { "thresholding", DIP_KEY_BOOL, FIELD (thresholding) },
  { "dynamic_thresholding_ratio", DIP_KEY_DOUBLE, FIELD (dynamic_thresholding_ratio), 0,
    1 },
  { "clip_sample_range", DIP_KEY_DOUBLE, FIELD (clip_sample_range), SMALLEST, LARGEST },
  { "sample_max_value", DIP_KEY_DOUBLE, FIELD (sample_max_value), SMALLEST, LARGEST },
  { "timestep_spacing", DIP_KEY_CHOICE, FIELD (timestep_spacing), .choices = spacings },
  { "steps_offset", DIP_KEY_INT, FIELD (steps_offset), 0,
    DIP_SCHEDULER_MAX_TIMESTEPS - 1 },
  { "rescale_betas_zero_snr", DIP_KEY_BOOL, FIELD (rescale_betas_zero_snr) },
  { "solver_order", DIP_KEY_INT, FIELD (solver_order), 1, DIP_SCHEDULER_MAX_ORDER },
  { "algorithm_type", DIP_KEY_CHOICE, FIELD (algorithm_type), .choices = algorithms },
  { "solver_type", DIP_KEY_CHOICE, FIELD (solver_type), .choices = solver_types },
  { "lower_order_final", DIP_KEY_BOOL, FIELD (lower_order_final) },
  { "euler_at_final", DIP_KEY_BOOL, FIELD (euler_at_final) },
  { "use_karras_sigmas", DIP_KEY_BOOL, FIELD (use_karras_sigmas) },
  { "use_exponential_sigmas", DIP_KEY_BOOL, FIELD (use_exponential_sigmas) },
  { "use_lu_lambdas", DIP_KEY_BOOL, FIELD (use_lu_lambdas) },
  { "use_beta_sigmas", DIP_KEY_BOOL, FIELD (use_beta_sigmas) },
  { "use_flow_sigmas", DIP_KEY_FALSE },
  { "use_dynamic_shifting", DIP_KEY_FALSE },
  { "flow_shift", DIP_KEY_DOUBLE, FIELD (flow_shift), -LARGEST, LARGEST },
  { "time_shift_type", DIP_KEY_CHOICE, FIELD (time_shift_type), .choices = time_shifts },
  { "shift_terminal", DIP_KEY_NULL },
  { "solver_p", DIP_KEY_NULL },
  { "final_sigmas_type", DIP_KEY_CHOICE, FIELD (final_sigmas_type),
    .choices = final_sigmas },
  { "lambda_min_clipped", DIP_KEY_OPTIONAL, FIELD (lambda_min_clipped), -LARGEST,
    LARGEST },
  { "sigma_min", DIP_KEY_OPTIONAL, FIELD (sigma_min), SMALLEST, LARGEST },
  { "sigma_max", DIP_KEY_OPTIONAL, FIELD (sigma_max), SMALLEST, LARGEST },
  { "interpolation_type", DIP_KEY_CHOICE, FIELD (interpolation_type),
    .choices = interpolations },
  { "timestep_type", DIP_KEY_CHOICE, FIELD (timestep_type), .choices = timestep_types },
  { "predict_x0", DIP_KEY_BOOL, FIELD (predict_x0) },
  { "disable_corrector", DIP_KEY_STEPS },
  { "skip_prk_steps", DIP_KEY_BOOL, FIELD (skip_prk_steps) },
  { "original_inference_steps", DIP_KEY_INT, FIELD (original_inference_steps), 1,
    DIP_SCHEDULER_MAX_TIMESTEPS },
  { "timestep_scaling", DIP_KEY_DOUBLE, FIELD (timestep_scaling), -LARGEST, LARGEST },
};

#define TRAINING_KEYS                                                                    \
  "num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas"
#define THRESHOLD_KEYS "thresholding", "dynamic_thresholding_ratio"

static const char *const ddpm_keys[] = { TRAINING_KEYS,
                                         "variance_type",
                                         "clip_sample",
                                         "prediction_type",
                                         THRESHOLD_KEYS,
                                         "clip_sample_range",
                                         "sample_max_value",
                                         "timestep_spacing",
                                         "steps_offset",
                                         "rescale_betas_zero_snr",
                                         NULL };

static const char *const ddim_keys[] = { TRAINING_KEYS,
                                         "clip_sample",
                                         "set_alpha_to_one",
                                         "steps_offset",
                                         "prediction_type",
                                         THRESHOLD_KEYS,
                                         "clip_sample_range",
                                         "sample_max_value",
                                         "timestep_spacing",
                                         "rescale_betas_zero_snr",
                                         NULL };

static const char *const dpm_multistep_keys[] = {
  TRAINING_KEYS,          "solver_order",           "prediction_type",
  THRESHOLD_KEYS,         "sample_max_value",       "algorithm_type",
  "solver_type",          "lower_order_final",      "euler_at_final",
  "use_karras_sigmas",    "use_exponential_sigmas", "use_beta_sigmas",
  "use_lu_lambdas",       "use_flow_sigmas",        "flow_shift",
  "final_sigmas_type",    "lambda_min_clipped",     "variance_type",
  "timestep_spacing",     "steps_offset",           "rescale_betas_zero_snr",
  "use_dynamic_shifting", "time_shift_type",        NULL
};

static const char *const euler_keys[] = { TRAINING_KEYS,
                                          "prediction_type",
                                          "interpolation_type",
                                          "use_karras_sigmas",
                                          "use_exponential_sigmas",
                                          "use_beta_sigmas",
                                          "sigma_min",
                                          "sigma_max",
                                          "timestep_spacing",
                                          "timestep_type",
                                          "steps_offset",
                                          "rescale_betas_zero_snr",
                                          "final_sigmas_type",
                                          NULL };

static const char *const euler_ancestral_keys[] = {
  TRAINING_KEYS,  "prediction_type",        "timestep_spacing",
  "steps_offset", "rescale_betas_zero_snr", NULL
};

static const char *const heun_keys[] = { TRAINING_KEYS,       "prediction_type",
                                         "use_karras_sigmas", "use_exponential_sigmas",
                                         "use_beta_sigmas",   "clip_sample",
                                         "clip_sample_range", "timestep_spacing",
                                         "steps_offset",      NULL };

static const char *const unipc_keys[] = { TRAINING_KEYS,
                                          "solver_order",
                                          "prediction_type",
                                          THRESHOLD_KEYS,
                                          "sample_max_value",
                                          "predict_x0",
                                          "solver_type",
                                          "lower_order_final",
                                          "disable_corrector",
                                          "solver_p",
                                          "use_karras_sigmas",
                                          "use_exponential_sigmas",
                                          "use_beta_sigmas",
                                          "use_flow_sigmas",
                                          "flow_shift",
                                          "timestep_spacing",
                                          "steps_offset",
                                          "final_sigmas_type",
                                          "rescale_betas_zero_snr",
                                          "use_dynamic_shifting",
                                          "time_shift_type",
                                          "sigma_min",
                                          "sigma_max",
                                          "shift_terminal",
                                          NULL };

static const char *const pndm_keys[] = { TRAINING_KEYS,
                                         "skip_prk_steps",
                                         "set_alpha_to_one",
                                         "prediction_type",
                                         "timestep_spacing",
                                         "steps_offset",
                                         NULL };

static const char *const deis_keys[] = { TRAINING_KEYS,       "solver_order",
                                         "prediction_type",   THRESHOLD_KEYS,
                                         "sample_max_value",  "algorithm_type",
                                         "solver_type",       "lower_order_final",
                                         "use_karras_sigmas", "use_exponential_sigmas",
                                         "use_beta_sigmas",   "use_flow_sigmas",
                                         "flow_shift",        "timestep_spacing",
                                         "steps_offset",      "use_dynamic_shifting",
                                         "time_shift_type",   NULL };

static const char *const lms_keys[] = {
  TRAINING_KEYS,     "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas",
  "prediction_type", "timestep_spacing",  "steps_offset",           NULL
};

static const char *const dpm_singlestep_keys[] = { TRAINING_KEYS,
                                                   "solver_order",
                                                   "prediction_type",
                                                   THRESHOLD_KEYS,
                                                   "sample_max_value",
                                                   "algorithm_type",
                                                   "solver_type",
                                                   "lower_order_final",
                                                   "use_karras_sigmas",
                                                   "use_exponential_sigmas",
                                                   "use_beta_sigmas",
                                                   "use_flow_sigmas",
                                                   "flow_shift",
                                                   "final_sigmas_type",
                                                   "lambda_min_clipped",
                                                   "variance_type",
                                                   "use_dynamic_shifting",
                                                   "time_shift_type",
                                                   NULL };

static const char *const kdpm2_keys[] = {
  TRAINING_KEYS,     "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas",
  "prediction_type", "timestep_spacing",  "steps_offset",           NULL
};

static const char *const ddim_inverse_keys[] = { TRAINING_KEYS,
                                                 "clip_sample",
                                                 "set_alpha_to_one",
                                                 "steps_offset",
                                                 "prediction_type",
                                                 "clip_sample_range",
                                                 "timestep_spacing",
                                                 "rescale_betas_zero_snr",
                                                 NULL };

static const char *const lcm_keys[] = { TRAINING_KEYS,
                                        "original_inference_steps",
                                        "clip_sample",
                                        "clip_sample_range",
                                        "set_alpha_to_one",
                                        "steps_offset",
                                        "prediction_type",
                                        THRESHOLD_KEYS,
                                        "sample_max_value",
                                        "timestep_spacing",
                                        "timestep_scaling",
                                        "rescale_betas_zero_snr",
                                        NULL };

#define ALL_PREDICTIONS                                                                  \
  (1 << DIP_PREDICTION_EPSILON | 1 << DIP_PREDICTION_SAMPLE | 1 << DIP_PREDICTION_V)
#define NO_SAMPLE (ALL_PREDICTIONS & ~(1 << DIP_PREDICTION_SAMPLE))
#define EVERY_CLASS_BETAS                                                                \
  (1 << DIP_BETA_SCHEDULE_LINEAR | 1 << DIP_BETA_SCHEDULE_SCALED_LINEAR |                \
   1 << DIP_BETA_SCHEDULE_SQUAREDCOS_CAP_V2)

/* What the classes have in common; what a class does not say is 0, FALSE, or the first
 * name of the enum.
 */
#define DEFAULTS_BUT_BETAS                                                               \
  .num_train_timesteps = 1000, .clip_sample_range = 1.0,                                 \
  .dynamic_thresholding_ratio = 0.995, .sample_max_value = 1.0,                          \
  .lambda_min_clipped = NAN, .sigma_min = NAN, .sigma_max = NAN, .flow_shift = 1.0
#define COMMON_DEFAULTS DEFAULTS_BUT_BETAS, .beta_start = 0.0001, .beta_end = 0.02
#define LATENT_DEFAULTS DEFAULTS_BUT_BETAS, .beta_start = 0.00085, .beta_end = 0.012

static const DipSchedulerClass classes[DIP_N_SCHEDULERS] = {
  [DIP_SCHEDULER_DDPM] = { "DDPMScheduler",
                           "ddpm",
                           ddpm_keys,
                           EVERY_CLASS_BETAS | 1 << DIP_BETA_SCHEDULE_SIGMOID |
                               1 << DIP_BETA_SCHEDULE_LAPLACE,
                           ALL_PREDICTIONS,
                           { .kind = DIP_SCHEDULER_DDPM,
                             COMMON_DEFAULTS,
                             .clip_sample = TRUE } },
  [DIP_SCHEDULER_DDIM] = { "DDIMScheduler",
                           "ddim",
                           ddim_keys,
                           EVERY_CLASS_BETAS,
                           ALL_PREDICTIONS,
                           { .kind = DIP_SCHEDULER_DDIM,
                             COMMON_DEFAULTS,
                             .clip_sample = TRUE,
                             .set_alpha_to_one = TRUE } },
  [DIP_SCHEDULER_DPM_MULTISTEP] = { "DPMSolverMultistepScheduler",
                                    "dpmsolver",
                                    dpm_multistep_keys,
                                    EVERY_CLASS_BETAS,
                                    ALL_PREDICTIONS,
                                    { .kind = DIP_SCHEDULER_DPM_MULTISTEP,
                                      COMMON_DEFAULTS,
                                      .timestep_spacing = DIP_SPACING_LINSPACE,
                                      .solver_order = 2,
                                      .algorithm_type = DIP_ALGORITHM_DPM_PP,
                                      .solver_type = DIP_SOLVER_TYPE_MIDPOINT,
                                      .lower_order_final = TRUE,
                                      .variance_type = -1 } },
  [DIP_SCHEDULER_EULER] = { "EulerDiscreteScheduler",
                            "euler",
                            euler_keys,
                            EVERY_CLASS_BETAS,
                            ALL_PREDICTIONS,
                            { .kind = DIP_SCHEDULER_EULER,
                              COMMON_DEFAULTS,
                              .timestep_spacing = DIP_SPACING_LINSPACE } },
  [DIP_SCHEDULER_EULER_ANCESTRAL] = { "EulerAncestralDiscreteScheduler",
                                      "euler-ancestral",
                                      euler_ancestral_keys,
                                      EVERY_CLASS_BETAS,
                                      NO_SAMPLE,
                                      { .kind = DIP_SCHEDULER_EULER_ANCESTRAL,
                                        COMMON_DEFAULTS,
                                        .timestep_spacing = DIP_SPACING_LINSPACE } },
  [DIP_SCHEDULER_HEUN] = { "HeunDiscreteScheduler",
                           "heun",
                           heun_keys,
                           EVERY_CLASS_BETAS | 1 << DIP_BETA_SCHEDULE_EXP,
                           ALL_PREDICTIONS,
                           { .kind = DIP_SCHEDULER_HEUN,
                             LATENT_DEFAULTS,
                             .timestep_spacing = DIP_SPACING_LINSPACE } },
  [DIP_SCHEDULER_UNIPC] = { "UniPCMultistepScheduler",
                            "unipc",
                            unipc_keys,
                            EVERY_CLASS_BETAS,
                            ALL_PREDICTIONS,
                            { .kind = DIP_SCHEDULER_UNIPC,
                              COMMON_DEFAULTS,
                              .timestep_spacing = DIP_SPACING_LINSPACE,
                              .solver_order = 2,
                              .predict_x0 = TRUE,
                              .solver_type = DIP_SOLVER_TYPE_BH2,
                              .lower_order_final = TRUE } },
  [DIP_SCHEDULER_PNDM] = { "PNDMScheduler",
                           "pndm",
                           pndm_keys,
                           EVERY_CLASS_BETAS,
                           NO_SAMPLE,
                           { .kind = DIP_SCHEDULER_PNDM, COMMON_DEFAULTS } },
  [DIP_SCHEDULER_DEIS] = { "DEISMultistepScheduler",
                           "deis",
                           deis_keys,
                           EVERY_CLASS_BETAS,
                           ALL_PREDICTIONS,
                           { .kind = DIP_SCHEDULER_DEIS,
                             COMMON_DEFAULTS,
                             .timestep_spacing = DIP_SPACING_LINSPACE,
                             .final_sigmas_type = DIP_FINAL_SIGMA_MIN,
                             .solver_order = 2,
                             .algorithm_type = DIP_ALGORITHM_DEIS,
                             .solver_type = DIP_SOLVER_TYPE_LOGRHO,
                             .lower_order_final = TRUE } },
  [DIP_SCHEDULER_LMS] = { "LMSDiscreteScheduler",
                          "lms",
                          lms_keys,
                          EVERY_CLASS_BETAS,
                          ALL_PREDICTIONS,
                          { .kind = DIP_SCHEDULER_LMS,
                            COMMON_DEFAULTS,
                            .timestep_spacing = DIP_SPACING_LINSPACE } },
  [DIP_SCHEDULER_DPM_SINGLESTEP] = { "DPMSolverSinglestepScheduler",
                                     "dpmsolver-singlestep",
                                     dpm_singlestep_keys,
                                     EVERY_CLASS_BETAS,
                                     ALL_PREDICTIONS,
                                     { .kind = DIP_SCHEDULER_DPM_SINGLESTEP,
                                       COMMON_DEFAULTS,
                                       .timestep_spacing = DIP_SPACING_LINSPACE,
                                       .solver_order = 2,
                                       .algorithm_type = DIP_ALGORITHM_DPM_PP,
                                       .solver_type = DIP_SOLVER_TYPE_MIDPOINT,
                                       .variance_type = -1 } },
  [DIP_SCHEDULER_KDPM2] = { "KDPM2DiscreteScheduler",
                            "kdpm2",
                            kdpm2_keys,
                            EVERY_CLASS_BETAS,
                            NO_SAMPLE,
                            { .kind = DIP_SCHEDULER_KDPM2,
                              LATENT_DEFAULTS,
                              .timestep_spacing = DIP_SPACING_LINSPACE } },
  [DIP_SCHEDULER_KDPM2_ANCESTRAL] = { "KDPM2AncestralDiscreteScheduler",
                                      "kdpm2-ancestral",
                                      kdpm2_keys,
                                      EVERY_CLASS_BETAS,
                                      NO_SAMPLE,
                                      { .kind = DIP_SCHEDULER_KDPM2_ANCESTRAL,
                                        LATENT_DEFAULTS,
                                        .timestep_spacing = DIP_SPACING_LINSPACE } },
  [DIP_SCHEDULER_DDIM_INVERSE] = { "DDIMInverseScheduler",
                                   "ddim-inverse",
                                   ddim_inverse_keys,
                                   EVERY_CLASS_BETAS,
                                   ALL_PREDICTIONS,
                                   { .kind = DIP_SCHEDULER_DDIM_INVERSE,
                                     COMMON_DEFAULTS,
                                     .clip_sample = TRUE,
                                     .set_alpha_to_one = TRUE } },
  [DIP_SCHEDULER_LCM] = { "LCMScheduler",
                          "lcm",
                          lcm_keys,
                          EVERY_CLASS_BETAS,
                          ALL_PREDICTIONS,
                          { .kind = DIP_SCHEDULER_LCM,
                            LATENT_DEFAULTS,
                            .beta_schedule = DIP_BETA_SCHEDULE_SCALED_LINEAR,
                            .set_alpha_to_one = TRUE,
                            .original_inference_steps = 50,
                            .timestep_scaling = 10.0 } },
};

const DipSchedulerClass *
dip_scheduler_class_get (DipSchedulerKind kind)
{
  g_return_val_if_fail (kind < DIP_N_SCHEDULERS, NULL);

  return &classes[kind];
}

const DipSchedulerKey *
dip_scheduler_key_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_keys); i++)
    if (g_str_equal (all_keys[i].name, name))
      return &all_keys[i];

  g_assert_not_reached ();
}

guint
dip_scheduler_class_get_choices (const DipSchedulerClass *klass,
                                 const DipSchedulerKey *key)
{
  if (key->choices == beta_schedules)
    return klass->beta_schedules;
  if (key->choices == prediction_types)
    return klass->prediction_types;

  return (1u << g_strv_length ((char **) key->choices)) - 1;
}
