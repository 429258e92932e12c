#include "model/sampler/sample.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"
#include "model/sampler/random.h"
#include "model/sampler/toy.h"
#include "model/storage/save.h"
#include "tests/sampler/golden.h"

#define N_STEPS 10

static const DipDenoiserShape shape = { .in_channels = 3,
                                        .out_channels = 3,
                                        .height = 5,
                                        .width = 7,
                                        .max_batch = 2 };

/* 3 x 5 x 7 */
#define IMAGE_SIZE 105

static DipSolver *
make_solver (const char *class_name, double eta)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("{}", 2);
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, "s.json", NULL);
  g_autoptr (DipSchedulerConfig) config =
      dip_scheduler_config_parse (json, class_name, NULL);
  const DipSolverSettings settings = { .n_steps = N_STEPS, .eta = eta };
  DipSolver *solver = dip_solver_new (config, &settings, NULL);

  g_assert_nonnull (solver);

  return solver;
}

/* The toy B with a fault at one call of predict(). */
typedef struct
{
  DipDenoiser parent_instance;
  DipDenoiser *toy;
  guint n_calls;
  guint bad_call; /* from 1; 0 for none */
  enum
  {
    FAULT_LOST,
    FAULT_CANCEL,
    FAULT_NAN,
    FAULT_INFINITY,
    FAULT_FLAT,
  } fault;
} FaultyDenoiser;

static gboolean
faulty_predict (DipDenoiser *denoiser,
                const float *x_t,
                guint batch,
                const double *timesteps,
                const gint64 *class_labels,
                float *output,
                GCancellable *cancellable,
                GError **error)
{
  FaultyDenoiser *self = (FaultyDenoiser *) denoiser;
  gsize n = batch * IMAGE_SIZE;

  if (!dip_denoiser_predict (self->toy, x_t, batch, timesteps, class_labels, output,
                             cancellable, error))
    return FALSE;

  for (gsize i = 0; class_labels != NULL && i < n; i++)
    output[i] += 0.01f * class_labels[i / IMAGE_SIZE];

  if (++self->n_calls != self->bad_call)
    return TRUE;

  switch (self->fault)
    {
    case FAULT_LOST:
      g_set_error (error, DIP_DENOISER_ERROR, DIP_DENOISER_ERROR_DEVICE_LOST, "lost");
      return FALSE;

    case FAULT_CANCEL:
      g_cancellable_cancel (cancellable);
      return !g_cancellable_set_error_if_cancelled (cancellable, error);

    /* The last pixel of the second channel of the last image. */
    case FAULT_NAN:
      output[n - 36] = NAN;
      return TRUE;

    case FAULT_INFINITY:
      output[n - 36] = -INFINITY;
      return TRUE;

    case FAULT_FLAT:
      for (gsize i = n - IMAGE_SIZE; i < n; i++)
        output[i] = 0.25f;
      return TRUE;
    }

  g_assert_not_reached ();
}

static void
faulty_free (DipDenoiser *denoiser)
{
  dip_denoiser_free (((FaultyDenoiser *) denoiser)->toy);
  g_free (denoiser);
}

static const DipDenoiserClass faulty_class = { .predict = faulty_predict,
                                               .free = faulty_free };

static DipDenoiser *
make_denoiser (guint max_batch, guint bad_call, guint fault)
{
  FaultyDenoiser *self = g_new0 (FaultyDenoiser, 1);
  DipDenoiserShape own = shape;

  own.max_batch = max_batch;
  self->toy = dip_toy_new (DIP_TOY_B, DIP_PREDICTION_EPSILON, &own);
  self->bad_call = bad_call;
  self->fault = fault;
  dip_denoiser_init (&self->parent_instance, &faulty_class, &own, "faulty");

  return &self->parent_instance;
}

static DipSampleState *
make_state (const char *class_name, double eta, guint64 seed, guint n_images)
{
  const DipSampleSettings settings = { .n_images = n_images, .seed = seed };
  g_autoptr (GError) error = NULL;
  DipSampleState *state =
      dip_sample_state_new (make_solver (class_name, eta), &shape, &settings, &error);

  g_assert_no_error (error);

  return state;
}

static void
run_to_end (DipSampleState *state, guint max_batch)
{
  g_autoptr (DipDenoiser) denoiser = make_denoiser (max_batch, 0, 0);
  g_autoptr (GError) error = NULL;

  dip_sample_state_run (state, denoiser, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dip_sample_state_get_step (state), ==, N_STEPS);
}

/* Picture i of seed s is picture 0 of seed s + i, whatever is evaluated together. */
static void
test_batch (void)
{
  const guint64 seed = g_test_rand_int ();
  g_autoptr (DipSampleState) together = make_state ("ddpm", 0.0, seed, 5);

  run_to_end (together, 2);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (DipSampleState) alone = make_state ("ddpm", 0.0, seed + i, 1);

      run_to_end (alone, 1);
      golden_assert_same ("picture", dip_sample_state_get_x_t (together) + i * IMAGE_SIZE,
                          dip_sample_state_get_x_t (alone), IMAGE_SIZE);
    }
}

/* A device lost in the second of three batches of any step: a new one ends in the same
 * pictures to the last bit.
 */
static void
test_lost_device (void)
{
  g_autoptr (DipSampleState) whole = make_state ("ddim", 1.0, 42, 5);

  run_to_end (whole, 2);
  for (guint step = 0; step < N_STEPS; step++)
    {
      g_autoptr (DipSampleState) state = make_state ("ddim", 1.0, 42, 5);
      g_autoptr (DipDenoiser) denoiser = make_denoiser (2, 3 * step + 2, FAULT_LOST);
      g_autoptr (GError) error = NULL;

      g_assert_false (dip_sample_state_run (state, denoiser, NULL, NULL, NULL, &error));
      g_assert_error (error, DIP_DENOISER_ERROR, DIP_DENOISER_ERROR_DEVICE_LOST);
      g_assert_cmpuint (dip_sample_state_get_step (state), ==, step);

      run_to_end (state, 5);
      golden_assert_same ("resumed", dip_sample_state_get_x_t (state),
                          dip_sample_state_get_x_t (whole), 5 * IMAGE_SIZE);
    }
}

static void
test_cancel (void)
{
  g_autoptr (DipSampleState) state = make_state ("ddpm", 0.0, 1, 1);
  g_autoptr (DipDenoiser) denoiser = make_denoiser (1, 4, FAULT_CANCEL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (
      dip_sample_state_run (state, denoiser, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (dip_sample_state_get_step (state), ==, 3);
}

/* Never a black picture as success. */
static void
test_bad_output (void)
{
  static const struct
  {
    guint fault;
    const char *wanted;
  } cases[] = {
    { FAULT_NAN,
      "step 2 of 10 (timestep 800), image 2: the network gave NaN in channel 1 at row 4, "
      "column 6" },
    { FAULT_INFINITY,
      "step 2 of 10 (timestep 800), image 2: the network gave infinity in channel 1 at "
      "row 4, column 6" },
    { FAULT_FLAT,
      "step 2 of 10 (timestep 800), image 2: the network gave the same value everywhere "
      "(0.25 in channel 0)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DipSampleState) state = make_state ("ddpm", 0.0, 1, 3);
      g_autoptr (DipDenoiser) denoiser = make_denoiser (2, 4, cases[i].fault);
      g_autoptr (GError) error = NULL;

      g_assert_false (dip_sample_state_run (state, denoiser, NULL, NULL, NULL, &error));
      g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_OUTPUT);
      g_assert_cmpstr (error->message, ==, cases[i].wanted);
    }
}

/* A network that drives every pixel into the clip: the finished picture is black. */
static gboolean
dark_predict (DipDenoiser *denoiser,
              const float *x_t,
              guint batch,
              const double *timesteps,
              const gint64 *class_labels,
              float *output,
              GCancellable *cancellable,
              GError **error)
{
  for (gsize i = 0; i < batch * IMAGE_SIZE; i++)
    output[i] = x_t[i] + 1e6f + 100.0f * i;

  return TRUE;
}

static void
dark_free (DipDenoiser *denoiser)
{
  g_free (denoiser);
}

static void
test_black_picture (void)
{
  static const DipDenoiserClass dark_class = { .predict = dark_predict, .free = dark_free };
  g_autoptr (DipDenoiser) denoiser = g_new0 (DipDenoiser, 1);
  g_autoptr (DipSampleState) state = make_state ("ddpm", 0.0, 1, 1);
  g_autoptr (GError) error = NULL;

  dip_denoiser_init (denoiser, &dark_class, &shape, "dark");
  g_assert_false (dip_sample_state_run (state, denoiser, NULL, NULL, NULL, &error));
  g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_OUTPUT);
  g_assert_cmpstr (error->message, ==,
                   "step 10 of 10 (timestep 0), image 0: the solver made the same value "
                   "everywhere (-1 in channel 0)");
}

/* Each picture keeps its own label. */
static void
test_class_labels (void)
{
  static const gint64 labels[] = { 4, 8, 0, 15, 2 };
  DipSampleSettings settings = { .n_images = 5, .seed = 1, .class_labels = labels };
  g_autoptr (DipSampleState) together =
      dip_sample_state_new (make_solver ("ddpm", 0.0), &shape, &settings, NULL);

  run_to_end (together, 2);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (DipSampleState) alone = NULL;

      settings =
          (DipSampleSettings){ .n_images = 1, .seed = 1 + i, .class_labels = &labels[i] };
      alone = dip_sample_state_new (make_solver ("ddpm", 0.0), &shape, &settings, NULL);
      run_to_end (alone, 1);
      golden_assert_same ("picture", dip_sample_state_get_x_t (together) + i * IMAGE_SIZE,
                          dip_sample_state_get_x_t (alone), IMAGE_SIZE);
    }
}

/* Noise as given gives the picture of the generator that it was drawn from. */
static void
test_given_noise (void)
{
  g_autoptr (DipSampleState) drawn = make_state ("ddim", 0.5, 9, 2);
  g_autoptr (DipSampleState) given = NULL;
  g_autofree float *noise = g_new (float, (N_STEPS + 1) * 2 * IMAGE_SIZE);
  DipSampleSettings settings = { .n_images = 2 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      DipRandom random;

      dip_random_init (&random, 9 + i);
      for (guint k = 0; k <= N_STEPS; k++)
        dip_random_randn (&random, noise + (2 * k + i) * IMAGE_SIZE, IMAGE_SIZE);
    }

  settings.initial_noise = noise;
  settings.step_noise = noise + 2 * IMAGE_SIZE;
  settings.n_step_noises = N_STEPS;
  given = dip_sample_state_new (make_solver ("ddim", 0.5), &shape, &settings, &error);
  g_assert_no_error (error);

  run_to_end (drawn, 2);
  run_to_end (given, 2);
  golden_assert_same ("given", dip_sample_state_get_x_t (given),
                      dip_sample_state_get_x_t (drawn), 2 * IMAGE_SIZE);
}

static void
test_refusals (void)
{
  static const float noise[N_STEPS * IMAGE_SIZE];
  static const struct
  {
    DipSampleSettings settings;
    guint out_channels;
    gboolean needs_class_labels;
    const char *wanted;
  } cases[] = {
    { { 1, .initial_noise = noise },
      3,
      FALSE,
      "step_noise: wanted 9 tensors for 10 steps, found 0" },
    { { 1, .initial_noise = noise, .step_noise = noise, .n_step_noises = 8 },
      3,
      FALSE,
      "step_noise: wanted 9 tensors for 10 steps, found 8" },
    { { 1, .step_noise = noise, .n_step_noises = 9 }, 3, FALSE, "initial_noise" },
    { { 1 }, 6, FALSE, "s.json: a fixed variance wants a network with 3 output" },
    { { 1 }, 3, TRUE, "class label" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DipDenoiserShape own = shape;
      g_autoptr (DipSampleState) state = NULL;
      g_autoptr (GError) error = NULL;

      own.out_channels = cases[i].out_channels;
      own.needs_class_labels = cases[i].needs_class_labels;
      state = dip_sample_state_new (make_solver ("ddpm", 0.0), &own, &cases[i].settings,
                                    &error);
      g_assert_null (state);
      g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, cases[i].wanted));
    }
}

/* 2^16 pictures of 2^40 values: an error, not an abort. */
static void
test_too_large (void)
{
  const DipDenoiserShape huge = { 1, 1, 1 << 20, 1 << 20, 1, FALSE };
  const DipSampleSettings settings = { .n_images = 1 << 16 };
  g_autoptr (GError) error = NULL;

  g_assert_null (
      dip_sample_state_new (make_solver ("ddpm", 0.0), &huge, &settings, &error));
  g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS);
}

typedef struct
{
  guint n_frames;
  float last[IMAGE_SIZE];
} Watch;

static gboolean
watch_frame (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Watch *self = user_data;

  g_assert_cmpuint (frame->step, ==, ++self->n_frames);
  g_assert_cmpuint (frame->n_steps, ==, N_STEPS);
  g_assert_cmpfloat (frame->timestep, ==, 1000 - 100.0 * frame->step);
  g_assert_cmpuint (frame->n_images * frame->channels * frame->height * frame->width, ==,
                    IMAGE_SIZE);
  memcpy (self->last, frame->x_t, sizeof self->last);

  if (self->n_frames == 4)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
      return FALSE;
    }

  return TRUE;
}

/* A caller that fails stops the run after a whole step. */
static void
test_frames (void)
{
  g_autoptr (DipSampleState) state = make_state ("ddpm", 0.0, 1, 1);
  g_autoptr (DipSampleState) whole = make_state ("ddpm", 0.0, 1, 1);
  g_autoptr (DipDenoiser) denoiser = make_denoiser (1, 0, 0);
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };

  g_assert_false (
      dip_sample_state_run (state, denoiser, watch_frame, &watch, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_cmpuint (dip_sample_state_get_step (state), ==, 4);

  dip_sample_state_run (state, denoiser, watch_frame, &watch, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (watch.n_frames, ==, N_STEPS);

  run_to_end (whole, 1);
  golden_assert_same ("last frame", watch.last, dip_sample_state_get_x_t (whole),
                      IMAGE_SIZE);
}

/* The noise of a stored case, drawn as the loop draws it: one generator for each of
 * n_generators, seeds from @seed; each fills its share of (B, C, H, W).
 */
static void
check_stored_noise (const char *name, guint64 seed, guint n_generators)
{
  g_autofree char *folder = g_build_filename ("sampling", name, NULL);
  g_autoptr (DipTensorFile) file = golden_tensors (folder, "goldens");
  gsize size, n_values;
  g_autofree float *initial = golden_floats (file, "initial_noise", &size);
  g_autofree float *steps = golden_floats (file, "step_noise", &n_values);
  g_autofree float *got = g_new (float, size + n_values);
  gsize share = size / n_generators;

  for (guint i = 0; i < n_generators; i++)
    {
      DipRandom random;

      dip_random_init (&random, seed + i);
      for (gsize k = i * share; k < size + n_values; k += size)
        dip_random_randn (&random, got + k, share);
    }

  golden_assert_same (name, got, initial, size);
  golden_assert_same (name, got + size, steps, n_values);
}

/* What the pipelines drew.  A list of generators is what a batch is here; with one
 * generator for all, the second picture depends on the batch, so that such a result is
 * only repeated by giving its noise (--noise).
 */
static void
test_stored_noise (void)
{
  check_stored_noise ("c3_ddpm_10", 42, 1);
  check_stored_noise ("c3_ddpm_4_batch2_two_generators", 3, 2);
  check_stored_noise ("c3_ddpm_4_batch2_one_generator", 3, 1);
}

/* 50 tensors, by their hashes. */
static void
test_hashed_noise (void)
{
  g_autoptr (DipJson) json = golden_json ("sampling/c1_ddpm_50", "case");
  json_t *root = dip_json_get_root (json);
  json_t *hashes = json_object_get (root, "step_noise_sha256_of_float32_bytes");
  g_autoptr (DipTensorFile) file = golden_tensors ("sampling/c1_ddpm_50", "goldens");
  gsize n;
  g_autofree float *initial = golden_floats (file, "initial_noise", &n);
  g_autofree float *noise = g_new (float, n);
  DipRandom random;

  g_assert_cmpuint (json_array_size (hashes), ==, 49);
  dip_random_init (&random, json_integer_value (json_object_get (root, "seed")));
  dip_random_randn (&random, noise, n);
  golden_assert_same ("initial noise", noise, initial, n);

  for (gsize i = 0; i < json_array_size (hashes); i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *hash = NULL;

      dip_random_randn (&random, noise, n);
      bytes = g_bytes_new (noise, n * sizeof *noise);
      hash = dip_sha256_bytes (bytes);
      g_assert_cmpstr (hash, ==, json_string_value (json_array_get (hashes, i)));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sample/batch", test_batch);
  g_test_add_func ("/sample/class-labels", test_class_labels);
  g_test_add_func ("/sample/lost-device", test_lost_device);
  g_test_add_func ("/sample/cancel", test_cancel);
  g_test_add_func ("/sample/bad-output", test_bad_output);
  g_test_add_func ("/sample/black-picture", test_black_picture);
  g_test_add_func ("/sample/given-noise", test_given_noise);
  g_test_add_func ("/sample/refusals", test_refusals);
  g_test_add_func ("/sample/too-large", test_too_large);
  g_test_add_func ("/sample/frames", test_frames);
  g_test_add_func ("/sample/stored-noise", test_stored_noise);
  g_test_add_func ("/sample/hashed-noise", test_hashed_noise);

  return g_test_run ();
}
