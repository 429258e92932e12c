#include "app/cli/sample-options.h"

#include "app/cli/sample-fork.h"
#include "model/storage/tensor-file.h"

#include <math.h>
#include <string.h>

/* Of a whole number: not given on the command line. */
#define UNSAID G_MININT64

/* "I/N" with 1 <= I <= N: contiguous shares, so that batches stay whole. */
static gboolean
take_share (DipSampleOptions *self, DipCli *cli, GError **error)
{
  g_auto (GStrv) parts = NULL;
  guint64 i = 0, n = 0;
  guint64 first;

  self->first_seed = self->seed;
  self->n_pairs = self->count;
  if (self->shard == NULL)
    return TRUE;

  parts = g_strsplit (self->shard, "/", 3);
  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 1, 1000000, &i, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, 1000000, &n, NULL) || i > n)
    return dip_cli_usage_error (cli, error,
                                "--shard wants I/N, part I of N with I from 1 to N, "
                                "found '%s'",
                                self->shard);

  first = self->count * (i - 1) / n;
  self->first_seed = self->seed + first;
  self->n_pairs = self->count * i / n - first;
  return TRUE;
}

static gboolean
check_numbers (DipSampleOptions *self, DipCli *cli, GError **error)
{
  if (!dip_cli_check_range (cli, "--steps", self->steps, 1, 1000000, error) ||
      !dip_cli_check_range (cli, "--seed", self->seed, 0, G_MAXINT64 - 1000000, error) ||
      !dip_cli_check_range (cli, "--count", self->count, 1, 1000000, error) ||
      !dip_cli_check_range (cli, "--batch", self->batch, 1, 1024, error) ||
      !dip_cli_check_range (cli, "--every", self->every, 1, 1000000, error) ||
      !dip_cli_check_range (cli, "--class-label", self->class_label, -1, G_MAXINT32,
                            error))
    return FALSE;
  if (!dip_solver_extras_check (&self->extras, cli, error))
    return FALSE;
  if (!(self->churn >= 0 && isfinite (self->churn)))
    return dip_cli_usage_error (cli, error, "--churn wants a number from 0, found %g",
                                self->churn);
  if (!(self->eta >= 0 && self->eta <= 1))
    return dip_cli_usage_error (cli, error, "--eta wants a number from 0 to 1, found %g",
                                self->eta);

  return TRUE;
}

static gboolean
check_combinations (DipSampleOptions *self, DipCli *cli, GError **error)
{
  DipThird third;

  if (self->trajectory != NULL && self->is_resuming)
    return dip_cli_usage_error (cli, error,
                                "--trajectory cannot go with --resume: skipped pairs "
                                "have no steps to write");
  if (self->noise != NULL && (self->shard != NULL || self->is_resuming))
    return dip_cli_usage_error (cli, error,
                                "--noise cannot go with %s: its images are those of "
                                "--count",
                                self->shard != NULL ? "--shard" : "--resume");
  if (self->third != NULL && !dip_third_from_name (self->third, &third))
    return dip_cli_usage_error (
        cli, error, "--third wants absdiff, sum or zero, found '%s'", self->third);

  return TRUE;
}

/* Options that mean nothing together. */
static gboolean
check_pairs (DipSampleOptions *self, DipCli *cli, GError **error)
{
  gboolean is_guided = self->known != NULL || self->mask != NULL;
  gboolean is_between = self->interpolate != NULL;
  const struct
  {
    gboolean has_both;
    const char *one;
    const char *other;
  } pairs[] = {
    { self->known != NULL && self->from != NULL, "--known", "--from" },
    { self->known != NULL && self->mask != NULL, "--known", "--mask" },
    { is_between && self->from != NULL, "--interpolate", "--from" },
    { is_between && is_guided, "--interpolate", "--known or --mask" },
    { is_between && self->fork != NULL, "--interpolate", "--fork" },
    { is_between && self->noise != NULL, "--interpolate", "--noise" },
    { is_between && self->seed != UNSAID, "--interpolate", "--seed" },
    { is_between && self->count != UNSAID, "--interpolate", "--count" },
    { is_between && self->is_resuming, "--interpolate", "--resume" },
    { is_between && self->shard != NULL, "--interpolate", "--shard" },
    { self->noise != NULL && is_guided, "--noise", "--known or --mask" },
    { self->noise != NULL && self->fork != NULL, "--noise", "--fork" },
    { self->strength != DIP_NUMBER_UNSAID && self->fork != NULL, "--strength", "--fork" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (pairs[i].has_both)
      return dip_cli_usage_error (cli, error, "%s cannot go with %s", pairs[i].one,
                                  pairs[i].other);

  return TRUE;
}

static gboolean
check_edits (DipSampleOptions *self, DipCli *cli, GError **error)
{
  gboolean is_guided = self->known != NULL || self->mask != NULL;
  gboolean is_repeated = self->jump_length != UNSAID || self->repeats != UNSAID;

  if (!check_pairs (self, cli, error))
    return FALSE;
  if (self->strength != DIP_NUMBER_UNSAID &&
      !(self->strength > 0.0 && self->strength <= 1.0))
    return dip_cli_usage_error (cli, error,
                                "--strength wants a number above 0, up to 1, found %g",
                                self->strength);
  if (self->strength != DIP_NUMBER_UNSAID && self->from == NULL)
    return dip_cli_usage_error (cli, error, "--strength wants --from PAIR");
  if (self->mask != NULL && self->from == NULL && self->fork == NULL)
    return dip_cli_usage_error (cli, error,
                                "--mask wants --from PAIR or --fork TRAJECTORY:STEP, a "
                                "picture to keep where it is black");
  if (self->from != NULL && self->fork != NULL && self->mask == NULL)
    return dip_cli_usage_error (
        cli, error,
        "--fork goes on from a step; --from with it wants --mask, "
        "which says what to keep of the pair");
  if (is_repeated && !is_guided)
    return dip_cli_usage_error (cli, error, "%s wants --known or --mask",
                                self->repeats != UNSAID ? "--repeats" : "--jump-length");

  return (self->jump_length == UNSAID ||
          dip_cli_check_range (cli, "--jump-length", self->jump_length, 1, 1000000,
                               error)) &&
         (self->repeats == UNSAID ||
          dip_cli_check_range (cli, "--repeats", self->repeats, 1, 1000, error));
}

/* "cc:FILE", which join_known() made of the option's two words. */
static gboolean
take_known (DipSampleOptions *self, DipCli *cli, GError **error)
{
  const char *colon = self->known != NULL ? strchr (self->known, ':') : NULL;
  g_autofree char *view = NULL;
  char *path;

  if (self->known == NULL)
    return TRUE;

  view = colon != NULL ? g_strndup (self->known, colon - self->known)
                       : g_strdup (self->known);
  if (colon == NULL || colon[1] == '\0' ||
      !(g_str_equal (view, "cc") || g_str_equal (view, "mlo")))
    return dip_cli_usage_error (
        cli, error, "--known wants cc or mlo, and a file, found '%s'", self->known);

  self->known_channel = g_str_equal (view, "cc") ? 0 : 1;
  path = g_strdup (colon + 1);
  g_free (self->known);
  self->known = path;

  return TRUE;
}

/* "A:B:N" */
static gboolean
take_interpolation (DipSampleOptions *self, DipCli *cli, GError **error)
{
  const guint64 most = G_MAXINT64 - 1000000;
  g_auto (GStrv) parts = NULL;
  guint64 from = 0, n = 0;

  if (self->interpolate == NULL)
    return TRUE;

  parts = g_strsplit (self->interpolate, ":", 4);
  if (g_strv_length (parts) != 3 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 0, most, &from, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 0, most, &self->seed_to, NULL) ||
      !g_ascii_string_to_unsigned (parts[2], 10, 2, 10000, &n, NULL))
    return dip_cli_usage_error (cli, error,
                                "--interpolate wants SEED_A:SEED_B:N, N pairs from 2 to "
                                "10000, found '%s'",
                                self->interpolate);
  self->seed = from;
  self->count = n;

  return TRUE;
}

/* What neither the command line nor a trajectory said. */
static void
take_defaults (DipSampleOptions *self)
{
  self->steps = self->steps == UNSAID ? 50 : self->steps;
  self->seed = self->seed == UNSAID ? 42 : self->seed;
  self->count = self->count == UNSAID ? 1 : self->count;
  self->eta = self->eta == DIP_NUMBER_UNSAID ? 0.0 : self->eta;
  self->churn = self->churn == DIP_NUMBER_UNSAID ? 0.0 : self->churn;
}

static gboolean
check (DipSampleOptions *self, DipCli *cli, GError **error)
{
  g_autoptr (GError) wrong = NULL;

  if (self->folder == NULL)
    return dip_cli_usage_error (cli, error, "wants -o DIR");
  if (!check_edits (self, cli, error) || !take_known (self, cli, error) ||
      !take_interpolation (self, cli, error) ||
      (self->fork != NULL && !dip_sample_fork_open (self, cli, error)))
    return FALSE;
  take_defaults (self);
  if (!check_numbers (self, cli, error) || !check_combinations (self, cli, error))
    return FALSE;

  self->formats =
      dip_pair_formats_parse (self->format != NULL ? self->format : "png", &wrong);
  if (self->formats == 0)
    return dip_cli_usage_error (cli, error, "%s", wrong->message);

  return take_share (self, cli, error);
}

/* GOption takes one word an option: "--known cc FILE" becomes "--known cc:FILE". */
static char **
join_known (int argc, char **argv, int *n_words)
{
  char **words = g_new0 (char *, argc + 1);

  *n_words = 0;
  for (int i = 0; i < argc; i++)
    {
      gboolean is_known = i > 0 && g_str_equal (argv[i - 1], "--known");
      gboolean has_file = strchr (argv[i], ':') != NULL;

      if (is_known && !has_file && i + 1 < argc && argv[i + 1][0] != '-')
        {
          words[(*n_words)++] = g_strdup_printf ("%s:%s", argv[i], argv[i + 1]);
          i++;
        }
      else
        words[(*n_words)++] = g_strdup (argv[i]);
    }

  return words;
}

void
dip_sample_options_init (DipSampleOptions *self)
{
  self->steps = UNSAID;
  self->seed = UNSAID;
  self->count = UNSAID;
  self->eta = DIP_NUMBER_UNSAID;
  self->churn = DIP_NUMBER_UNSAID;
  self->strength = DIP_NUMBER_UNSAID;
  self->jump_length = UNSAID;
  self->repeats = UNSAID;
  self->batch = 1;
  self->every = 1;
  self->class_label = -1;
}

gboolean
dip_sample_options_parse (DipSampleOptions *self,
                          DipCli *cli,
                          int argc,
                          char **argv,
                          GError **error)
{
  GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->folder,
      "Where the pairs go; made if it is not there", "DIR" },
    { "scheduler", 0, 0, G_OPTION_ARG_STRING, &self->scheduler,
      "One of diffusers' schedulers (euler, unipc ...); by default the checkpoint's own",
      "NAME" },
    { "scheduler-option", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->scheduler_options,
      "Another value for a key of its configuration; may be given again", "KEY=VALUE" },
    { "steps", 0, 0, G_OPTION_ARG_INT64, &self->steps, "Denoising steps (50)", "N" },
    { "eta", 0, 0, G_OPTION_ARG_DOUBLE, &self->eta,
      "Noise that DDIM adds: 0 (default) none, 1 as much as DDPM", "X" },
    { "churn", 0, 0, G_OPTION_ARG_DOUBLE, &self->churn,
      "Noise that Euler adds and takes away again (0)", "X" },
    DIP_SOLVER_EXTRAS_ENTRIES (&self->extras),
    { "seed", 0, 0, G_OPTION_ARG_INT64, &self->seed,
      "The first pair's seed (42); the next pairs count up", "N" },
    { "count", 0, 0, G_OPTION_ARG_INT64, &self->count, "How many pairs (1)", "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT64, &self->batch,
      "How many are denoised together (1)", "N" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &self->size,
      "Picture size; by default the checkpoint's own", "WxH" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &self->format,
      "png, png16, safetensors, or several separated by commas (png)", "LIST" },
    { "third", 0, 0, G_OPTION_ARG_STRING, &self->third,
      "Third channel where the checkpoint does not say: absdiff, sum, zero", "ENCODING" },
    { "class-label", 0, 0, G_OPTION_ARG_INT64, &self->class_label,
      "The class, for networks that want one", "N" },
    { "noise", 0, 0, G_OPTION_ARG_FILENAME, &self->noise,
      "Safetensors with initial_noise and step_noise, instead of the generator", "FILE" },
    { "trajectory", 0, 0, G_OPTION_ARG_FILENAME, &self->trajectory,
      "Also write timesteps, x_t and pred_x0 of the steps", "FILE" },
    { "every", 0, 0, G_OPTION_ARG_INT64, &self->every,
      "Keep only every K-th step of the trajectory, and the last", "K" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &self->is_resuming,
      "Skip the seeds that the manifest lists and whose files are intact", NULL },
    { "shard", 0, 0, G_OPTION_ARG_STRING, &self->shard,
      "Only this process's share: part I of N, counted from 1", "I/N" },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &self->from,
      "Begin from this pair with noise instead of from noise alone", "PAIR" },
    { "strength", 0, 0, G_OPTION_ARG_DOUBLE, &self->strength,
      "How much noise: 1 leaves nothing of the pair (0.8; with --mask 1)", "X" },
    { "known", 0, 0, G_OPTION_ARG_FILENAME, &self->known,
      "Keep this view as given and generate the others", "cc|mlo FILE" },
    { "mask", 0, 0, G_OPTION_ARG_FILENAME, &self->mask,
      "Generate where it is white, keep --from where it is black; grey for both views, "
      "or red CC, green MLO",
      "FILE" },
    { "jump-length", 0, 0, G_OPTION_ARG_INT64, &self->jump_length,
      "With --known and --mask: go back by so many steps (5)", "N" },
    { "repeats", 0, 0, G_OPTION_ARG_INT64, &self->repeats,
      "and go through each stretch so often (3)", "N" },
    { "interpolate", 0, 0, G_OPTION_ARG_STRING, &self->interpolate,
      "N pairs between the noise of two seeds, and strip.png", "SEED_A:SEED_B:N" },
    { "fork", 0, 0, G_OPTION_ARG_FILENAME, &self->fork,
      "Go on from a step of a kept trajectory: with its settings, or others",
      "TRAJECTORY:STEP" },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "[CHECKPOINT]",
    .max_args = 1,
    .summary =
        "Generates pairs: pair-SEED.png (red CC, green MLO, blue third channel) and a\n"
        "line in manifest.jsonl for each.  The same seed gives the same picture on\n"
        "every device and at every batch size.  Ctrl+C leaves only whole files;\n"
        "--resume goes on from there.",
    .details =
        "Examples:\n"
        "  diptych-cli sample -o pairs --count 4\n"
        "  diptych-cli sample my-checkpoint -o pairs --scheduler ddpm --steps 1000\n"
        "  diptych-cli sample -o pairs --count 1000 --shard 1/2 --resume\n"
        "  diptych-cli sample -o pairs --trajectory film.safetensors\n"
        "  diptych-cli sample -o other --fork film.safetensors:20 --seed 7\n"
        "  diptych-cli sample -o near --from pairs/pair-42.png --strength 0.5\n"
        "  diptych-cli sample -o open --known cc cc.png --count 8",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_auto (GStrv) words = NULL;
  int n_words;

  dip_sample_options_init (self);
  words = join_known (argc, argv, &n_words);
  if (!dip_cli_parse (cli, &usage, n_words, words, &args, error))
    return FALSE;
  self->checkpoint_path = g_strdup (args[0]);

  return check (self, cli, error);
}

void
dip_sample_options_clear (DipSampleOptions *self)
{
  g_free (self->checkpoint_path);
  g_free (self->folder);
  g_free (self->scheduler);
  g_strfreev (self->scheduler_options);
  g_free (self->size);
  g_free (self->format);
  g_free (self->third);
  g_free (self->noise);
  g_free (self->trajectory);
  g_free (self->shard);
  g_free (self->from);
  g_free (self->known);
  g_free (self->mask);
  g_free (self->interpolate);
  g_free (self->fork);
  g_clear_pointer (&self->trajectory_file, dip_trajectory_file_free);
}

static gboolean
fail_noise (const char *path, const char *wanted, const DipTensor *found, GError **error)
{
  g_autofree char *shape = found != NULL ? dip_tensor_dup_shape_text (found) : NULL;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "%s: wants a tensor %s, found %s", path, wanted,
               shape != NULL ? shape : "none");
  return FALSE;
}

static gboolean
has_shape (const DipTensor *tensor, guint offset, const gint64 shape[4])
{
  for (guint i = 0; i < 4; i++)
    if (tensor->shape[offset + i] != shape[i])
      return FALSE;

  return TRUE;
}

gboolean
dip_sample_noise_load (DipSampleNoise *self,
                       const char *path,
                       guint n_images,
                       const DipDenoiserShape *shape,
                       GError **error)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, error);
  gint64 wanted[4] = { n_images, shape->in_channels, shape->height, shape->width };
  g_autofree char *text = g_strdup_printf (
      "[%u, %u, %u, %u]", n_images, shape->in_channels, shape->height, shape->width);
  g_autofree char *initial_text = g_strdup_printf ("initial_noise %s", text);
  g_autofree char *step_text = g_strdup_printf ("step_noise [n] + %s", text);
  const DipTensor *initial;
  const DipTensor *steps;

  if (file == NULL)
    return FALSE;

  initial = dip_tensor_file_lookup (file, "initial_noise");
  if (initial == NULL || initial->n_dims != 4 || !has_shape (initial, 0, wanted))
    return fail_noise (path, initial_text, initial, error);
  self->initial_noise = dip_tensor_dup_float32 (initial, error);
  if (self->initial_noise == NULL)
    return FALSE;

  steps = dip_tensor_file_lookup (file, "step_noise");
  if (steps != NULL)
    {
      if (steps->n_dims != 5 || !has_shape (steps, 1, wanted))
        return fail_noise (path, step_text, steps, error);
      self->step_noise = dip_tensor_dup_float32 (steps, error);
      if (self->step_noise == NULL)
        return FALSE;
      self->n_step_noises = steps->shape[0];
    }

  self->sha256 = g_strdup (dip_tensor_file_get_sha256 (file));
  return TRUE;
}

void
dip_sample_noise_clear (DipSampleNoise *self)
{
  g_free (self->initial_noise);
  g_free (self->step_noise);
  g_free (self->sha256);
}
