#include "model/sampler/sample.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"
#include "model/sampler/fork.h"
#include "model/sampler/noise-source.h"
#include "model/sampler/run.h"
#include "model/sampler/toy.h"
#include "tests/sampler/golden.h"

#define N_STEPS 10
#define N_IMAGES 2

static const DipDenoiserShape shape = { .in_channels = 3,
                                        .out_channels = 3,
                                        .height = 5,
                                        .width = 7,
                                        .max_batch = 2 };

/* 3 x 5 x 7 */
#define IMAGE_SIZE 105
#define N_VALUES (N_IMAGES * IMAGE_SIZE)

static DipSolver *
make_solver (DipSchedulerKind kind, const char *text, guint n_steps)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, "s.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipSchedulerConfig) config =
      dip_scheduler_config_parse (json, dip_scheduler_kind_get_class_name (kind), &error);
  const DipSolverSettings settings = {
    .n_steps = n_steps,
    .eta = kind == DIP_SCHEDULER_DDIM ? 0.5 : 0.0,
    .churn = kind == DIP_SCHEDULER_EULER ? 0.7 : 0.0,
  };
  DipSolver *solver;

  g_assert_no_error (error);
  solver = dip_solver_new (config, &settings, &error);
  g_assert_no_error (error);
  if (dip_solver_get_n_evaluations (solver) > 0)
    dip_solver_start (solver, 1, 3, 3, 35, &error);
  g_assert_no_error (error);

  return solver;
}

static gboolean
keep_frame (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, dip_frame_new (frame));
  return TRUE;
}

/* The frames of a run. */
static GPtrArray *
run (DipSolver *solver, const DipSampleSettings *settings)
{
  g_autoptr (DipDenoiser) toy = dip_toy_new (DIP_TOY_B, DIP_PREDICTION_EPSILON, &shape);
  GPtrArray *frames = g_ptr_array_new_with_free_func ((GDestroyNotify) dip_frame_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipSampleState) state =
      dip_sample_state_new (solver, &shape, settings, &error);

  g_assert_no_error (error);
  dip_sample_state_run (state, toy, keep_frame, frames, NULL, &error);
  g_assert_no_error (error);

  return frames;
}

static const float *
last_x_t (GPtrArray *frames)
{
  return ((DipFrame *) g_ptr_array_index (frames, frames->len - 1))->x_t;
}

static void
fill_picture (float *picture)
{
  for (guint i = 0; i < N_VALUES; i++)
    picture[i] = 0.8f * sinf (i * 0.37f);
}

/* The first channel is given. */
static void
fill_mask (float *mask)
{
  for (guint i = 0; i < IMAGE_SIZE; i++)
    mask[i] = i >= 35;
}

/* Goes on from each step of a run: the rest must come out the same, to the last bit. */
static void
check_forks (DipSchedulerKind kind, const char *config, DipSampleSettings settings)
{
  g_autoptr (GPtrArray) whole = run (make_solver (kind, config, N_STEPS), &settings);

  for (guint k = 0; k + 1 < whole->len; k++)
    {
      const DipFrame *at = g_ptr_array_index (whole, k);
      const DipSampleStart start = {
        .x_t = at->x_t, .memory = at->memory, .n_done = at->step, .n_draws = at->n_draws
      };
      DipSampleSettings again = settings;
      g_autoptr (GPtrArray) rest = NULL;

      again.start = &start;
      rest = run (make_solver (kind, config, N_STEPS), &again);
      g_assert_cmpuint (rest->len, ==, whole->len - k - 1);
      for (guint i = 0; i < rest->len; i++)
        {
          const DipFrame *found = g_ptr_array_index (rest, i);
          const DipFrame *wanted = g_ptr_array_index (whole, k + 1 + i);

          g_assert_cmpuint (found->step, ==, wanted->step);
          g_assert_cmpfloat (found->timestep, ==, wanted->timestep);
          g_assert_cmpuint (found->n_draws, ==, wanted->n_draws);
          g_assert_cmpmem (found->x_t, N_VALUES * sizeof (float), wanted->x_t,
                           N_VALUES * sizeof (float));
          g_assert_cmpmem (found->pred_x0, N_VALUES * sizeof (float), wanted->pred_x0,
                           N_VALUES * sizeof (float));
        }
    }
}

static void
test_unchanged (gconstpointer data)
{
  DipSchedulerKind kind = GPOINTER_TO_UINT (data);

  check_forks (kind, "{}", (DipSampleSettings){ .n_images = N_IMAGES, .seed = 5 });
}

/* The same through jumps, a known channel and a beginning in the middle. */
static void
test_guided (gconstpointer data)
{
  DipSchedulerKind kind = GPOINTER_TO_UINT (data);
  g_autoptr (DipSolver) solver = make_solver (kind, "{}", N_STEPS);
  g_autofree float *picture = g_new (float, N_VALUES);
  g_autofree float *mask = g_new (float, IMAGE_SIZE);
  DipSampleSettings settings = {
    .n_images = N_IMAGES,
    .seed = 5,
    .walk = { .jump_length = 2, .n_repeats = 3 },
    .guide = { .picture = picture, .mask = mask, .begins_from_picture = TRUE },
  };
  g_autoptr (GPtrArray) frames = NULL;

  settings.walk.begin = dip_find_strength_evaluation (solver, 0.8);
  if (!dip_solver_can_begin (solver, settings.walk.begin))
    {
      g_test_skip ("begins at its first evaluation only");
      return;
    }

  fill_picture (picture);
  fill_mask (mask);
  check_forks (kind, "{}", settings);

  /* The given channel comes back as it was given. */
  frames = run (make_solver (kind, "{}", N_STEPS), &settings);
  for (guint image = 0; image < N_IMAGES; image++)
    for (guint i = 0; i < 35; i++)
      g_assert_cmpfloat (last_x_t (frames)[image * IMAGE_SIZE + i], ==,
                         picture[image * IMAGE_SIZE + i]);
  g_assert_cmpfloat (last_x_t (frames)[40], !=, picture[40]);
}

/* A walk of 6 steps, going back by 2 once where 2 and 0 are left, as RePaint's
 * get_schedule_jump() with t_T 6, jump_length 2 and jump_n_sample 2.
 */
static void
test_walk (void)
{
  static const guint wanted[] = { 0, 1, 2, 3, 2, 3, 4, 5, 4, 5 };
  g_autoptr (DipSolver) solver = make_solver (DIP_SCHEDULER_DDIM, "{}", 6);
  const DipWalk walk = { .jump_length = 2, .n_repeats = 2 };
  guint n;
  g_autofree guint *found = dip_walk_list (&walk, solver, &n, NULL);

  g_assert_cmpmem (found, n * sizeof (guint), wanted, sizeof wanted);
  g_assert_cmpuint (dip_walk_find_begin (found, 3), ==, 0);
  g_assert_cmpuint (dip_walk_find_begin (found, 4), ==, 2);
  g_assert_cmpuint (dip_walk_find_begin (found, 9), ==, 4);
}

/* Heun's jumps begin at whole steps. */
static void
test_walk_of_pairs (void)
{
  static const guint wanted[] = { 2, 3, 4, 5, 4, 5, 6, 6 };
  g_autoptr (DipSolver) solver = make_solver (DIP_SCHEDULER_HEUN, "{}", 4);
  const DipWalk walk = { .begin = 2, .jump_length = 1, .n_repeats = 2 };
  guint n;
  g_autofree guint *found = dip_walk_list (&walk, solver, &n, NULL);

  g_assert_cmpmem (found, n * sizeof (guint), wanted, sizeof wanted);
}

/* As diffusers' img2img counts: max (n - int (n s), 0). */
static void
test_strength (void)
{
  static const struct
  {
    DipSchedulerKind kind;
    double strength;
    guint evaluation;
  } cases[] = {
    { DIP_SCHEDULER_DDIM, 1.0, 0 },   { DIP_SCHEDULER_DDIM, 0.75, 3 },
    { DIP_SCHEDULER_DDIM, 0.1, 9 },   { DIP_SCHEDULER_DDIM, 0.05, 10 },
    { DIP_SCHEDULER_HEUN, 0.75, 6 },  { DIP_SCHEDULER_HEUN, 0.1, 18 },
    { DIP_SCHEDULER_HEUN, 0.05, 19 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DipSolver) solver = make_solver (cases[i].kind, "{}", N_STEPS);

      g_assert_cmpuint (dip_find_strength_evaluation (solver, cases[i].strength), ==,
                        cases[i].evaluation);
    }
}

/* A point x_t = p x_0 + q n, seen by each other solver at its nearest level, is that
 * solver's own mix of the same x_0 and n.
 */
static void
test_convert (void)
{
  const float x_0[] = { -0.9f, 0.0f, 0.4f };
  const float n[] = { 0.3f, -1.2f, 2.0f };

  for (guint from = 0; from < DIP_N_SCHEDULERS; from++)
    for (guint to = 0; to < DIP_N_SCHEDULERS; to++)
      {
        g_autoptr (DipSolver) a = make_solver (from, "{}", N_STEPS);
        g_autoptr (DipSolver) b = make_solver (to, "{}", 25);
        guint at = 4;
        guint to_at;
        float p, q, x_t[3];

        dip_solver_get_mix (a, at, &p, &q);
        for (guint i = 0; i < 3; i++)
          x_t[i] = p * x_0[i] + q * n[i];
        to_at = dip_find_nearest_evaluation (a, at, b);
        g_assert_true (dip_solver_can_begin (b, to_at));
        dip_convert_x_t (a, at, b, to_at, x_t, x_0, x_t, 3);
        dip_solver_get_mix (b, to_at, &p, &q);
        for (guint i = 0; i < 3; i++)
          g_assert_cmpfloat_with_epsilon (x_t[i], p * x_0[i] + q * n[i],
                                          2e-6 * (1.0f + p + q));
      }
}

/* What comes back to a level has its variance. */
static void
test_noise_back (void)
{
  const guint n = 100000;
  g_autoptr (DipSolver) solver = make_solver (DIP_SCHEDULER_DDIM, "{}", N_STEPS);
  g_autoptr (DipNoiseSource) source = dip_noise_source_new (2, n, 3);
  g_autofree float *noise = g_new (float, 2 * n);
  float p, q;
  double squares = 0.0;

  dip_noise_source_draw (source, noise);
  dip_solver_get_mix (solver, 7, &p, &q);
  for (guint i = 0; i < n; i++)
    noise[i] = p * 0.5f + q * noise[i];
  dip_noise_back (solver, 7, 4, noise + n, noise, n);
  dip_solver_get_mix (solver, 4, &p, &q);
  for (guint i = 0; i < n; i++)
    squares += pow (noise[i] - p * 0.5, 2);

  /* The mean of n squares of a normal number: spread q^2 sqrt (2 / n), of which 5. */
  g_assert_cmpfloat_with_epsilon (squares / n, q * q, 5 * q * q * sqrt (2.0 / n));
}

/* Weights of the way between two noises, against numpy in float64. */
static void
test_slerp_golden (void)
{
  g_autoptr (DipTensorFile) file = golden_tensors ("begin-own", "slerp");
  g_autofree float *a = golden_floats (file, "a", NULL);
  g_autofree float *b = golden_floats (file, "b", NULL);
  g_autofree float *wanted = golden_floats (file, "result", NULL);
  const double weights[] = { 0.0, 0.125, 1.0 / 3, 0.5, 0.9, 1.0 };
  float result[IMAGE_SIZE];

  for (guint k = 0; k < G_N_ELEMENTS (weights); k++)
    {
      dip_slerp (a, b, weights[k], result, IMAGE_SIZE);
      g_assert_cmpfloat (golden_distance (result, wanted + k * IMAGE_SIZE, IMAGE_SIZE),
                         <=, 1e-6);
    }
}

static void
test_slerp (void)
{
  const float a[] = { 1.0f, 0.0f };
  const float b[] = { 0.0f, 1.0f };
  float result[2];
  const double ends[] = { 0.0, 1.0 };
  g_autoptr (DipNoiseSource) between =
      dip_noise_source_new_between (2, IMAGE_SIZE, 7, 9, ends);
  float drawn[N_VALUES], wanted[IMAGE_SIZE];

  dip_slerp (a, b, 1.0 / 3, result, 2);
  g_assert_cmpfloat_with_epsilon (result[0], sqrt (3) / 2, 1e-7);
  g_assert_cmpfloat_with_epsilon (result[1], 0.5, 1e-7);

  dip_noise_source_draw (between, drawn);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (DipNoiseSource) one = dip_noise_source_new (1, IMAGE_SIZE, 7 + 2 * i);

      dip_noise_source_draw (one, wanted);
      g_assert_cmpmem (drawn + i * IMAGE_SIZE, sizeof wanted, wanted, sizeof wanted);
    }
}

static void
test_cannot_begin (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipSolver) solver = make_solver (DIP_SCHEDULER_HEUN, "{}", N_STEPS);
  const DipWalk walk = { .begin = 3 };
  guint n;

  g_assert_null (dip_walk_list (&walk, solver, &n, &error));
  g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "HeunDiscreteScheduler"));
}

static void
add_for_each_kind (const char *path, GTestDataFunc function)
{
  for (guint kind = 0; kind < DIP_N_SCHEDULERS; kind++)
    {
      g_autofree char *name =
          g_strdup_printf ("%s/%s", path, dip_scheduler_kind_get_short_name (kind));

      g_test_add_data_func (name, GUINT_TO_POINTER (kind), function);
    }
}

/* The same solver goes on with what it remembers, another one at its nearest level. */
static void
test_plan (void)
{
  g_autoptr (DipSolver) own = make_solver (DIP_SCHEDULER_DPM_MULTISTEP, "{}", N_STEPS);
  g_autoptr (DipSolver) same = make_solver (DIP_SCHEDULER_DPM_MULTISTEP, "{}", N_STEPS);
  g_autoptr (DipSolver) other = make_solver (DIP_SCHEDULER_DDIM, "{}", 2 * N_STEPS);
  const guint n_history = dip_solver_get_n_history (own);
  const DipWalk walk = { 0 };
  g_autoptr (GError) error = NULL;
  DipForkPlan plan;

  g_assert_true (dip_fork_plan (own, &walk, 4, n_history, same, NULL, &plan, &error));
  g_assert_true (plan.is_unchanged);
  g_assert_cmpuint (plan.n_done, ==, 4);
  g_assert_cmpuint (plan.n_steps, ==, N_STEPS);

  g_assert_true (dip_fork_plan (own, &walk, 4, n_history, same, &walk, &plan, &error));
  g_assert_false (plan.is_unchanged);
  g_assert_cmpuint (plan.walk.begin, ==, 4);

  g_assert_true (dip_fork_plan (own, &walk, 4, n_history, other, NULL, &plan, &error));
  g_assert_false (plan.is_unchanged);
  g_assert_cmpuint (plan.n_done, ==, 0);
  g_assert_cmpuint (plan.walk.begin, ==, dip_find_nearest_evaluation (own, 4, other));
  g_assert_cmpuint (plan.n_steps, ==, 2 * N_STEPS - plan.walk.begin);

  g_assert_false (
      dip_fork_plan (own, &walk, N_STEPS, n_history, same, NULL, &plan, &error));
  g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_kind ("/fork/unchanged", test_unchanged);
  add_for_each_kind ("/fork/guided", test_guided);
  g_test_add_func ("/walk/straight-and-back", test_walk);
  g_test_add_func ("/walk/of-pairs", test_walk_of_pairs);
  g_test_add_func ("/guide/strength", test_strength);
  g_test_add_func ("/guide/convert", test_convert);
  g_test_add_func ("/guide/noise-back", test_noise_back);
  g_test_add_func ("/guide/slerp", test_slerp);
  g_test_add_func ("/guide/slerp-golden", test_slerp_golden);
  g_test_add_func ("/guide/cannot-begin", test_cannot_begin);

  g_test_add_func ("/fork/plan", test_plan);

  return g_test_run ();
}
