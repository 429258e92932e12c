#include "app/cli/verbs.h"

#include "app/cli/cli.h"
#include "app/cli/sample-options.h"
#include "model/checkpoint/checkpoint-layout.h"
#include "model/sampler/toy.h"
#include "model/storage/json.h"
#include "model/storage/safetensors-write.h"
#include "model/storage/tensor-file.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char *scheduler;
  char **scheduler_options;
  gint64 steps;
  double eta;
  double churn;
  DipSolverExtras extras;
  gint64 begin;
  char *toy;
  char *noise;
  char *output;
} ScheduleOptions;

static void
schedule_options_clear (ScheduleOptions *self)
{
  g_free (self->scheduler);
  g_strfreev (self->scheduler_options);
  g_free (self->toy);
  g_free (self->noise);
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScheduleOptions, schedule_options_clear)

/* @path is a scheduler_config.json or a checkpoint's folder. */
static DipSchedulerConfig *
load_config (const char *path, const ScheduleOptions *options, GError **error)
{
  const char *const *more = (const char *const *) options->scheduler_options;
  g_autoptr (DipCheckpointLayout) layout = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return dip_scheduler_config_load_with (path, path, options->scheduler, more, error);

  layout = dip_checkpoint_layout_find (path, error);
  if (layout == NULL)
    return NULL;
  if (layout->scheduler == NULL)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: has no scheduler_config.json", path);
      return NULL;
    }

  return dip_scheduler_config_load_with (layout->scheduler, layout->scheduler,
                                         options->scheduler, more, error);
}

/* The table ---------------------------------------------------------------- */

static json_t *
make_row (DipSolver *solver, guint evaluation)
{
  const char *const *names = dip_solver_get_coefficient_names (solver);
  json_t *row = json_object ();

  dip_json_set_double (row, "timestep", dip_solver_get_timestep (solver, evaluation));
  dip_json_set_double (row, "alpha_cumprod",
                       dip_solver_get_alpha_cumprod (solver, evaluation));
  dip_json_set_double (row, "sigma", dip_solver_get_sigma (solver, evaluation));
  dip_json_set_bool (row, "adds_noise", dip_solver_needs_noise (solver, evaluation));
  for (guint i = 0; names[i] != NULL; i++)
    dip_json_set_double (row, names[i],
                         dip_solver_get_coefficient (solver, evaluation, i));

  return row;
}

static void
print_json (DipSolver *solver)
{
  DipSchedulerConfig *config = dip_solver_get_config (solver);
  json_t *object = json_object ();
  json_t *timesteps = json_array ();
  json_t *rows = json_array ();

  for (guint i = 0; i < dip_solver_get_n_evaluations (solver); i++)
    {
      json_array_append_new (timesteps, json_real (dip_solver_get_timestep (solver, i)));
      json_array_append_new (rows, make_row (solver, i));
    }
  dip_json_set_string (object, "scheduler",
                       dip_scheduler_kind_get_class_name (config->kind));
  dip_json_set_take (object, "config", dip_scheduler_config_to_json (config));
  dip_json_set_double (object, "init_noise_sigma",
                       dip_solver_get_init_noise_sigma (solver));
  dip_json_set_take (object, "timesteps", timesteps);
  dip_json_set_take (object, "steps", rows);
  dip_cli_print_json (object);
}

static int
get_column_width (const char *name)
{
  return MAX (13, (int) strlen (name));
}

static void
print_text (DipSolver *solver)
{
  const char *const *names = dip_solver_get_coefficient_names (solver);

  dip_cli_print ("%5s %9s %13s %13s", "step", "timestep", "alpha_cumprod", "sigma");
  for (guint i = 0; names[i] != NULL; i++)
    dip_cli_print (" %*s", get_column_width (names[i]), names[i]);
  dip_cli_print ("\n");

  for (guint i = 0; i < dip_solver_get_n_evaluations (solver); i++)
    {
      dip_cli_print ("%5u %9g %13.7g %13.7g", i + 1, dip_solver_get_timestep (solver, i),
                     dip_solver_get_alpha_cumprod (solver, i),
                     dip_solver_get_sigma (solver, i));
      for (guint j = 0; names[j] != NULL; j++)
        dip_cli_print (" %*.7g", get_column_width (names[j]),
                       dip_solver_get_coefficient (solver, i, j));
      dip_cli_print ("\n");
    }
}

/* The toy models ----------------------------------------------------------- */

/* x_t after each step, one after the other. */
typedef struct
{
  GByteArray *x_t;
  GArray *timesteps; /* of double */
} Film;

static gboolean
keep_frame (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Film *film = user_data;
  gsize n = (gsize) frame->n_images * frame->channels * frame->height * frame->width;

  g_byte_array_append (film->x_t, (const guint8 *) frame->x_t, n * sizeof (float));
  g_array_append_val (film->timesteps, frame->timestep);

  return TRUE;
}

/* The size of the pictures is that of the noise in the file. */
static gboolean
read_shape (const char *path, DipDenoiserShape *shape, guint *n_images, GError **error)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, error);
  const DipTensor *noise;

  if (file == NULL)
    return FALSE;

  noise = dip_tensor_file_lookup (file, "initial_noise");
  if (noise == NULL || noise->n_dims != 4 || noise->n_elements == 0 ||
      noise->n_elements > G_MAXINT32)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: wants a tensor initial_noise [B, C, H, W], found %s", path,
                   noise == NULL ? "none" : "another shape");
      return FALSE;
    }

  *n_images = noise->shape[0];
  shape->in_channels = noise->shape[1];
  shape->height = noise->shape[2];
  shape->width = noise->shape[3];
  return TRUE;
}

/* I64 as long as they are whole, else F32, as diffusers has them. */
static void
add_timesteps (DipSafetensorsWriter *writer, const double *timesteps, gint64 n)
{
  g_autofree gint64 *whole = g_new (gint64, n);
  g_autofree float *fractions = g_new (float, n);
  g_autoptr (GBytes) bytes = NULL;
  gboolean is_whole = TRUE;

  for (gint64 i = 0; i < n; i++)
    {
      whole[i] = timesteps[i];
      fractions[i] = timesteps[i];
      is_whole = is_whole && whole[i] == timesteps[i];
    }

  if (!is_whole)
    {
      dip_safetensors_writer_add_float32 (writer, "timesteps", 1, &n, fractions);
      return;
    }

  bytes = g_bytes_new (whole, n * sizeof (gint64));
  dip_safetensors_writer_add (writer, "timesteps", DIP_DTYPE_I64, 1, &n, bytes);
}

static gboolean
save_film (const Film *film,
           guint n_images,
           const DipDenoiserShape *shape,
           const char *path,
           GError **error)
{
  g_autoptr (DipSafetensorsWriter) writer = dip_safetensors_writer_new ();
  gint64 n_steps = film->timesteps->len;
  gint64 dims[5] = { n_steps, n_images, shape->in_channels, shape->height, shape->width };

  add_timesteps (writer, (const double *) film->timesteps->data, n_steps);
  dip_safetensors_writer_add_float32 (writer, "x_t", 5, dims, (float *) film->x_t->data);

  return dip_safetensors_writer_save (writer, path, error);
}

/* The tensor `picture` beside the noise, of its shape. */
static float *
load_picture (const char *path,
              guint n_images,
              const DipDenoiserShape *shape,
              GError **error)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, error);
  const DipTensor *picture;

  if (file == NULL)
    return NULL;

  picture = dip_tensor_file_lookup (file, "picture");
  if (picture != NULL && picture->n_dims == 4 && picture->shape[0] == n_images &&
      picture->shape[1] == shape->in_channels && picture->shape[2] == shape->height &&
      picture->shape[3] == shape->width)
    return dip_tensor_dup_float32 (picture, error);

  g_set_error (
      error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
      "%s: --begin wants a tensor picture of the shape of initial_noise, found %s", path,
      picture == NULL ? "none" : "another shape");

  return NULL;
}

static gboolean
run_toy (DipCli *cli, DipSolver *solver, const ScheduleOptions *options, GError **error)
{
  DipSchedulerConfig *config = dip_solver_get_config (solver);
  DipDenoiserShape shape = { .max_batch = 1 };
  g_auto (DipSampleNoise) noise = { 0 };
  g_autoptr (DipSampleState) state = NULL;
  g_autoptr (DipDenoiser) denoiser = NULL;
  g_autofree float *picture = NULL;
  g_autoptr (GByteArray) x_t = g_byte_array_new ();
  g_autoptr (GArray) timesteps = g_array_new (FALSE, FALSE, sizeof (double));
  Film film = { x_t, timesteps };
  DipSampleSettings settings = { .allows_flat = TRUE };

  if (!read_shape (options->noise, &shape, &settings.n_images, error))
    {
      dip_solver_free (solver);
      return FALSE;
    }
  shape.max_batch = settings.n_images;
  shape.out_channels =
      shape.in_channels * (dip_scheduler_config_wants_variance (config) ? 2 : 1);
  if (!dip_sample_noise_load (&noise, options->noise, settings.n_images, &shape, error))
    {
      dip_solver_free (solver);
      return FALSE;
    }
  settings.initial_noise = noise.initial_noise;
  settings.step_noise = noise.step_noise;
  settings.n_step_noises = noise.n_step_noises;
  if (options->begin >= 0)
    {
      picture = load_picture (options->noise, settings.n_images, &shape, error);
      if (picture == NULL)
        {
          dip_solver_free (solver);
          return FALSE;
        }
      settings.walk.begin = options->begin;
      settings.guide = (DipGuide){ .picture = picture, .begins_from_picture = TRUE };
    }

  denoiser = dip_toy_new (g_str_equal (options->toy, "A") ? DIP_TOY_A : DIP_TOY_B,
                          config->prediction_type, &shape);
  state = dip_sample_state_new (solver, &shape, &settings, error);
  if (state == NULL ||
      !dip_sample_state_run (state, denoiser, keep_frame, &film, cli->cancellable, error))
    return FALSE;

  return save_film (&film, settings.n_images, &shape, options->output, error);
}

static gboolean
check (DipCli *cli, const ScheduleOptions *options, GError **error)
{
  gboolean is_toy = options->toy != NULL;

  if (!dip_cli_check_range (cli, "--steps", options->steps, 1, 1000000, error) ||
      !dip_cli_check_range (cli, "--begin", options->begin, -1, 1000000, error) ||
      !dip_solver_extras_check (&options->extras, cli, error))
    return FALSE;
  if (options->begin >= 0 && !is_toy)
    return dip_cli_usage_error (cli, error, "--begin wants --toy");
  if (!(options->churn >= 0 && isfinite (options->churn)))
    return dip_cli_usage_error (cli, error, "--churn wants a number from 0, found %g",
                                options->churn);
  if (!(options->eta >= 0 && options->eta <= 1))
    return dip_cli_usage_error (cli, error, "--eta wants a number from 0 to 1, found %g",
                                options->eta);
  if (is_toy && !g_str_equal (options->toy, "A") && !g_str_equal (options->toy, "B"))
    return dip_cli_usage_error (cli, error, "--toy wants A or B, found '%s'",
                                options->toy);
  if (is_toy != (options->noise != NULL) || is_toy != (options->output != NULL))
    return dip_cli_usage_error (cli, error, "--toy, --noise FILE and -o OUT go together");

  return TRUE;
}

gboolean
dip_verb_schedule (DipCli *cli, int argc, char **argv, GError **error)
{
  g_auto (ScheduleOptions) options = { .steps = 50, .begin = -1 };
  GOptionEntry entries[] = {
    { "scheduler", 0, 0, G_OPTION_ARG_STRING, &options.scheduler,
      "Another scheduler over the same training configuration (euler, unipc ...)",
      "NAME" },
    { "scheduler-option", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.scheduler_options,
      "Another value for a key of its configuration; may be given again", "KEY=VALUE" },
    { "steps", 0, 0, G_OPTION_ARG_INT64, &options.steps, "Denoising steps (50)", "N" },
    { "eta", 0, 0, G_OPTION_ARG_DOUBLE, &options.eta,
      "Noise that DDIM adds: 0 (default) none, 1 as much as DDPM", "X" },
    { "churn", 0, 0, G_OPTION_ARG_DOUBLE, &options.churn,
      "Noise that Euler adds and takes away again (0)", "X" },
    DIP_SOLVER_EXTRAS_ENTRIES (&options.extras),
    { "toy", 0, 0, G_OPTION_ARG_STRING, &options.toy,
      "Run the solver on an analytic toy model instead of printing", "A|B" },
    { "noise", 0, 0, G_OPTION_ARG_FILENAME, &options.noise,
      "Safetensors with initial_noise and step_noise, for --toy", "FILE" },
    { "begin", 0, 0, G_OPTION_ARG_INT64, &options.begin,
      "Begin --toy at this evaluation, from 0, with the file's tensor picture noised",
      "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "Where --toy writes timesteps and x_t", "OUT" },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "CONFIG",
    .min_args = 1,
    .max_args = 1,
    .summary = "Prints the timesteps and the coefficients of each step.  CONFIG is a\n"
               "scheduler_config.json or a checkpoint.",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_autoptr (DipSchedulerConfig) config = NULL;
  DipSolverSettings settings = { 0 };
  DipSolver *solver;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error) ||
      !check (cli, &options, error))
    return FALSE;

  config = load_config (args[0], &options, error);
  if (config == NULL)
    return FALSE;
  settings.n_steps = options.steps;
  settings.eta = options.eta;
  settings.churn = options.churn;
  dip_solver_extras_apply (&options.extras, &settings);
  solver = dip_solver_new (config, &settings, error);
  if (solver == NULL)
    return FALSE;

  if (options.toy != NULL)
    {
      if (!run_toy (cli, solver, &options, error))
        return FALSE;
      dip_cli_print ("%s\n", options.output);
      return TRUE;
    }

  if (cli->json)
    print_json (solver);
  else
    print_text (solver);
  dip_solver_free (solver);

  return TRUE;
}
