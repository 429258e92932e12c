#include "model/sampler/solver.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"
#include "model/sampler/sample.h"
#include "model/sampler/toy.h"
#include "tests/sampler/golden.h"

/* Limits of the reference data, relative to max (1, |wanted|): float32 against float64
 * spreads by 3.2e-6 in a step and 4.2e-6 in a trajectory, and 3.6e-5 in x_0.
 */
#define STEP_LIMIT 1e-5
#define TRAJECTORY_LIMIT 2e-5
#define ADDED_UP_LIMIT 1e-4 /* large terms that cancel: sums, second differences */
#define X0_LIMIT 1e-4

/* One stored case. */
typedef struct
{
  DipSchedulerConfig *config;
  DipSolverSettings settings;
  DipTensorFile *tensors;
  json_t *root;
  DipJson *json;
  DipDenoiserShape shape;
  guint n_images;
  gsize size;        /* of all images */
  gsize output_size; /* of the network's output for them */
  float *x_init;
  float *model_output;
  float *prev_sample;
  float *pred_x0; /* NULL where diffusers tells none */
  float *scaled;  /* likewise, where the network is shown x_t */
  float *sigmas;  /* likewise */
  float *noise;   /* NULL if none is drawn */
  double *timesteps;
  guint n_evaluations;
} Case;

static int
get_int (json_t *object, const char *key)
{
  return json_integer_value (json_object_get (object, key));
}

static void
read_shape (Case *self)
{
  json_t *shape = json_object_get (self->root, "shape");
  gboolean is_six = json_is_true (json_object_get (self->root, "six_channel_model"));

  self->n_images = json_integer_value (json_array_get (shape, 0));
  self->shape.in_channels = json_integer_value (json_array_get (shape, 1));
  self->shape.out_channels = self->shape.in_channels * (is_six ? 2 : 1);
  self->shape.height = json_integer_value (json_array_get (shape, 2));
  self->shape.width = json_integer_value (json_array_get (shape, 3));
  self->shape.max_batch = 1;
  self->size = (gsize) self->n_images * self->shape.in_channels * self->shape.height *
               self->shape.width;
  self->output_size = self->size * (is_six ? 2 : 1);
}

/* NULL if there is no such tensor. */
static float *
read_optional (Case *self, const char *name)
{
  if (dip_tensor_file_lookup (self->tensors, name) == NULL)
    return NULL;

  return golden_floats (self->tensors, name, NULL);
}

static void
read_timesteps (Case *self)
{
  const DipTensor *tensor = dip_tensor_file_lookup (self->tensors, "timesteps");
  g_autofree float *fractions = NULL;

  self->n_evaluations = tensor->n_elements;
  self->timesteps = g_new (double, self->n_evaluations);
  if (tensor->dtype != DIP_DTYPE_I64)
    fractions = golden_floats (self->tensors, "timesteps", NULL);
  for (guint i = 0; i < self->n_evaluations; i++)
    self->timesteps[i] =
        fractions != NULL ? fractions[i] : golden_int (self->tensors, "timesteps", i);
}

/* @path: "schedulers/NAME" */
static void
read_case (Case *self, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  json_t *arguments;
  g_autoptr (DipJson) stored = NULL;
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->json = golden_json (folder, name);
  self->root = dip_json_get_root (self->json);
  self->tensors = golden_tensors (folder, name);
  g_assert_true (dip_json_get_object (self->json, "scheduler_config", &stored, NULL));
  self->config = dip_scheduler_config_parse (stored, NULL, &error);
  g_assert_no_error (error);

  arguments = json_object_get (self->root, "step_arguments");
  self->settings.n_steps = get_int (self->root, "num_inference_steps");
  self->settings.eta = json_number_value (json_object_get (arguments, "eta"));
  self->settings.churn = json_number_value (json_object_get (arguments, "s_churn"));
  self->settings.use_clipped_model_output =
      json_is_true (json_object_get (arguments, "use_clipped_model_output"));

  read_shape (self);
  self->x_init = golden_floats (self->tensors, "x_init", NULL);
  self->model_output = golden_floats (self->tensors, "model_output", NULL);
  self->prev_sample = golden_floats (self->tensors, "prev_sample", NULL);
  self->pred_x0 = read_optional (self, "pred_original_sample");
  self->scaled = read_optional (self, "scaled_model_input");
  self->sigmas = read_optional (self, "sigmas");
  self->noise = read_optional (self, "noise");
  read_timesteps (self);
}

static void
clear_case (Case *self)
{
  g_free (self->x_init);
  g_free (self->model_output);
  g_free (self->prev_sample);
  g_free (self->pred_x0);
  g_free (self->scaled);
  g_free (self->sigmas);
  g_free (self->noise);
  g_free (self->timesteps);
  dip_scheduler_config_unref (self->config);
  dip_tensor_file_unref (self->tensors);
  dip_json_free (self->json);
}

static DipSolver *
make_solver (Case *self)
{
  g_autoptr (GError) error = NULL;
  DipSolver *solver = dip_solver_new (self->config, &self->settings, &error);

  g_assert_no_error (error);

  return solver;
}

static void
check_plan (Case *self, DipSolver *solver)
{
  json_t *noisy = json_object_get (self->root, "noise_used_at_step");
  guint n_noises = 0;

  double init_sigma =
      json_number_value (json_object_get (self->root, "init_noise_sigma"));

  g_assert_cmpuint (dip_solver_get_n_evaluations (solver), ==, self->n_evaluations);
  g_assert_cmpfloat_with_epsilon (dip_solver_get_init_noise_sigma (solver), init_sigma,
                                  1e-6 * init_sigma);
  for (guint i = 0; i < self->n_evaluations; i++)
    {
      double t = self->timesteps[i];

      g_assert_cmpfloat_with_epsilon (dip_solver_get_timestep (solver, i), t,
                                      1e-6 * MAX (1.0, t));
      if (self->sigmas != NULL)
        g_assert_cmpfloat_with_epsilon (dip_solver_get_sigma (solver, i), self->sigmas[i],
                                        1e-6 * self->sigmas[i]);
      if (dip_solver_needs_noise (solver, i))
        g_assert_cmpint (json_integer_value (json_array_get (noisy, n_noises++)), ==, i);
    }
  g_assert_cmpuint (n_noises, ==, json_array_size (noisy));
  g_assert_cmpuint (n_noises, ==, dip_solver_get_n_noises (solver));
}

/* UniPC goes on from the x_t that it corrected, which is not stored: fed with stored
 * outputs it adds up the errors of all steps before.  Over the predicted noise they grow;
 * diffusers in float64 is 4.7e-5 from its own float32 there.
 */
static double
step_limit (const Case *self)
{
  const DipSchedulerConfig *config = self->config;
  gboolean adds_up = config->kind == DIP_SCHEDULER_UNIPC && !config->predict_x0;
  gboolean bends = config->kind == DIP_SCHEDULER_DPM_SINGLESTEP &&
                   config->solver_order == 3 &&
                   config->solver_type == DIP_SOLVER_TYPE_HEUN;

  return adds_up || bends ? ADDED_UP_LIMIT : STEP_LIMIT;
}

/* Each step from the stored state with the stored network output. */
static void
test_open_loop (gconstpointer user_data)
{
  Case c;
  g_autoptr (DipSolver) solver = NULL;
  g_autofree float *x_first = NULL;
  g_autofree float *x_prev = NULL;
  g_autofree float *pred_x0 = NULL;
  double worst = 0.0, worst_x0 = 0.0;
  guint n_noises = 0;

  read_case (&c, user_data);
  solver = make_solver (&c);
  check_plan (&c, solver);
  x_prev = g_new (float, c.size);
  pred_x0 = g_new (float, c.size);

  g_assert_true (dip_solver_start (solver, c.n_images, c.shape.in_channels,
                                   c.shape.out_channels,
                                   (gsize) c.shape.height * c.shape.width, NULL));
  x_first = g_new (float, c.size);
  for (gsize i = 0; i < c.size; i++)
    x_first[i] = c.x_init[i] * dip_solver_get_init_noise_sigma (solver);

  for (guint i = 0; i < c.n_evaluations; i++)
    {
      const float *x_t = i == 0 ? x_first : c.prev_sample + (i - 1) * c.size;
      const float *input = dip_solver_scale_model_input (solver, i, x_t);
      const float *noise = NULL;

      g_assert_true ((input != x_t) == (c.scaled != NULL));
      if (c.scaled != NULL)
        worst = MAX (worst, golden_distance (input, c.scaled + i * c.size, c.size));

      if (dip_solver_needs_noise (solver, i))
        noise = c.noise + n_noises++ * c.size;
      dip_solver_step (solver, i, c.model_output + i * c.output_size, x_t, noise, x_prev,
                       pred_x0);
      worst = MAX (worst, golden_distance (x_prev, c.prev_sample + i * c.size, c.size));
      if (c.pred_x0 != NULL)
        worst_x0 =
            MAX (worst_x0, golden_distance (pred_x0, c.pred_x0 + i * c.size, c.size));
    }

  g_test_message ("step %.2g, x0 %.2g", worst, worst_x0);
  g_assert_cmpfloat (worst, <=, step_limit (&c));
  g_assert_cmpfloat (worst_x0, <=, X0_LIMIT);
  clear_case (&c);
}

typedef struct
{
  Case *c;
  double worst;
  double worst_x0;
} Comparison;

static gboolean
compare_frame (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Comparison *self = user_data;
  gsize offset = (frame->step - 1) * self->c->size;
  double distance =
      golden_distance (frame->x_t, self->c->prev_sample + offset, self->c->size);

  self->worst = MAX (self->worst, distance);
  if (self->c->pred_x0 != NULL)
    self->worst_x0 =
        MAX (self->worst_x0,
             golden_distance (frame->pred_x0, self->c->pred_x0 + offset, self->c->size));

  return TRUE;
}

/* The whole loop on the toy model, from the first noise to the last picture. */
static void
test_closed_loop (gconstpointer user_data)
{
  Case c;
  Comparison comparison = { &c };
  g_autoptr (DipDenoiser) toy = NULL;
  g_autoptr (DipSampleState) state = NULL;
  g_autoptr (GError) error = NULL;
  DipSampleSettings settings = { 0 };
  const char *model;

  read_case (&c, user_data);
  model = json_string_value (json_object_get (c.root, "model"));
  toy = dip_toy_new (g_str_equal (model, "A") ? DIP_TOY_A : DIP_TOY_B,
                     c.config->prediction_type, &c.shape);
  settings.n_images = c.n_images;
  settings.allows_flat = TRUE;
  settings.initial_noise = c.x_init;
  settings.step_noise = c.noise;
  settings.n_step_noises =
      json_array_size (json_object_get (c.root, "noise_used_at_step"));

  state = dip_sample_state_new (make_solver (&c), &c.shape, &settings, &error);
  g_assert_no_error (error);
  g_assert_true (
      dip_sample_state_run (state, toy, compare_frame, &comparison, NULL, &error));
  g_assert_no_error (error);

  g_test_message ("trajectory %.2g, x0 %.2g", comparison.worst, comparison.worst_x0);
  g_assert_cmpfloat (comparison.worst, <=, TRAJECTORY_LIMIT);
  g_assert_cmpfloat (comparison.worst_x0, <=, X0_LIMIT);
  clear_case (&c);
}

static DipSchedulerConfig *
parse (const char *text, const char *class_name)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, "s.json", &error);
  DipSchedulerConfig *config;

  g_assert_no_error (error);
  config = dip_scheduler_config_parse (json, class_name, &error);
  g_assert_no_error (error);

  return config;
}

static double
get_noise_factor (const char *variance_type, guint evaluation)
{
  g_autofree char *text = g_strdup_printf ("{\"variance_type\": \"%s\"}", variance_type);
  g_autoptr (DipSchedulerConfig) config = parse (text, "ddpm");
  const DipSolverSettings settings = { .n_steps = 10 };
  g_autoptr (DipSolver) solver = dip_solver_new (config, &settings, NULL);
  const guint name = 4;

  g_assert_cmpstr (dip_solver_get_coefficient_names (solver)[name], ==, "noise_coeff");

  return dip_solver_get_coefficient (solver, evaluation, name);
}

/* The logarithm in these names is of the variance; the noise is the same. */
static void
test_log_variances (void)
{
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpfloat_with_epsilon (get_noise_factor ("fixed_small", i),
                                      get_noise_factor ("fixed_small_log", i), 1e-6);
      g_assert_cmpfloat_with_epsilon (get_noise_factor ("fixed_large", i),
                                      get_noise_factor ("fixed_large_log", i), 1e-6);
      if (i < 9)
        g_assert_cmpfloat (get_noise_factor ("fixed_large", i), >,
                           get_noise_factor ("fixed_small", i));
    }
}

/* A learned variance is its network's second half: the square root of that. */
static void
test_learned (void)
{
  g_autoptr (DipSchedulerConfig) config =
      parse ("{\"variance_type\": \"learned\", \"clip_sample\": false}", "ddpm");
  const DipSolverSettings settings = { .n_steps = 10 };
  g_autoptr (DipSolver) solver = dip_solver_new (config, &settings, NULL);
  const float output[] = { 0.1f, -0.2f, 0.25f, 4.0f }; /* (2, 2 pixels) */
  const float x_t[] = { 0.5f, -0.5f };
  const float noise[] = { 1.0f, -1.0f };
  const float no_noise[] = { 0.0f, 0.0f };
  float noisy[2], plain[2], pred_x0[2];

  g_assert_true (dip_solver_start (solver, 1, 1, 2, 2, NULL));
  dip_solver_step (solver, 0, output, x_t, noise, noisy, pred_x0);
  dip_solver_step (solver, 0, output, x_t, no_noise, plain, pred_x0);
  g_assert_cmpfloat_with_epsilon (noisy[0] - plain[0], 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (noisy[1] - plain[1], -2.0, 1e-6);
}

/* Which networks a scheduler can use, by their output channels for 3 input channels. */
static void
test_channels (void)
{
  static const struct
  {
    const char *class_name;
    const char *variance_type;
    guint out_channels;
    gboolean is_fit;
  } cases[] = {
    { "ddpm", "fixed_small", 3, TRUE },    { "ddpm", "fixed_small", 6, FALSE },
    { "ddpm", "learned_range", 6, TRUE },  { "ddpm", "learned_range", 3, FALSE },
    { "ddpm", "learned", 6, TRUE },        { "ddpm", "learned", 3, FALSE },
    { "ddim", "learned_range", 6, TRUE },  { "ddim", "learned_range", 3, TRUE },
    { "ddim", "learned_range", 4, FALSE },
  };
  const DipSolverSettings settings = { .n_steps = 2 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"variance_type\": \"%s\"}", cases[i].variance_type);
      g_autoptr (DipSchedulerConfig) config = parse (text, cases[i].class_name);
      g_autoptr (DipSolver) solver = dip_solver_new (config, &settings, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (dip_solver_start (solver, 1, 3, cases[i].out_channels, 4, &error) ==
                     cases[i].is_fit);
      if (!cases[i].is_fit)
        g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS);
    }
}

static void
test_settings (void)
{
  static const struct
  {
    const char *class_name;
    DipSolverSettings settings;
  } cases[] = {
    { "ddim", { .n_steps = 0 } },
    { "ddim", { .n_steps = 1001 } },
    { "ddim", { .n_steps = 10, .eta = -0.1 } },
    { "ddim", { .n_steps = 10, .eta = 1.1 } },
    { "ddim", { .n_steps = 10, .eta = NAN } },
    { "ddpm", { .n_steps = 10, .eta = 0.5 } },
    { "ddim", { .n_steps = 10, .churn = 1.0 } },
    { "euler", { .n_steps = 10, .churn = -1.0 } },
    { "euler", { .n_steps = 10, .churn = NAN } },
    { "euler", { .n_steps = 10, .eta = 0.5 } },
    { "pndm", { .n_steps = 3 } },
    { "heun", { .n_steps = 1001 } },
    { "unipc", { .n_steps = 1000 } },
    { "dpmsolver", { .n_steps = 0 } },
    { "dpmsolver", { .n_steps = 1000 } }, /* two at timestep 500 */
    { "ddpm", { .n_steps = 10, .use_clipped_model_output = TRUE } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DipSchedulerConfig) config = parse ("{}", cases[i].class_name);
      g_autoptr (GError) error = NULL;

      g_assert_null (dip_solver_new (config, &cases[i].settings, &error));
      g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS);
    }
}

/* Pure noise: an epsilon says nothing about x_0 there. */
static void
test_pure_noise (void)
{
  static const struct
  {
    const char *rest;
    gboolean is_fit;
  } cases[] = {
    { "\"prediction_type\": \"epsilon\", \"clip_sample\": false", FALSE },
    { "\"prediction_type\": \"epsilon\", \"thresholding\": true", FALSE },
    { "\"prediction_type\": \"epsilon\"", TRUE },
    { "\"prediction_type\": \"sample\", \"clip_sample\": false", TRUE },
    { "\"prediction_type\": \"v_prediction\", \"clip_sample\": false", TRUE },
  };
  const DipSolverSettings settings = { .n_steps = 5 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"rescale_betas_zero_snr\": true, "
                                               "\"timestep_spacing\": \"trailing\", %s}",
                                               cases[i].rest);
      g_autoptr (DipSchedulerConfig) config = parse (text, "ddim");
      g_autoptr (GError) error = NULL;
      g_autoptr (DipSolver) solver = dip_solver_new (config, &settings, &error);

      g_assert_true ((solver != NULL) == cases[i].is_fit);
      if (!cases[i].is_fit)
        g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS);
    }
}

/* The library's cases, and those made with it for what they leave out. */
static void
add_goldens (const char *folder)
{
  g_autoptr (DipJson) index = golden_json (folder, "index");
  json_t *names = json_object_get (dip_json_get_root (index), "cases");

  for (gsize i = 0; i < json_array_size (names); i++)
    {
      const char *name = json_string_value (json_array_get (names, i));
      char *path = g_build_filename (folder, name, NULL);
      g_autofree char *open_path = g_strconcat ("/solver/open-loop/", path, NULL);
      g_autofree char *closed_path = g_strconcat ("/solver/closed-loop/", path, NULL);

      g_test_add_data_func (open_path, path, test_open_loop);
      g_test_add_data_func_full (closed_path, path, test_closed_loop, g_free);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_goldens ("schedulers");
  add_goldens ("schedulers-own");
  g_test_add_func ("/solver/log-variances", test_log_variances);
  g_test_add_func ("/solver/learned", test_learned);
  g_test_add_func ("/solver/channels", test_channels);
  g_test_add_func ("/solver/settings", test_settings);
  g_test_add_func ("/solver/pure-noise", test_pure_noise);

  return g_test_run ();
}
