#include "app/cli/verbs.h"

#include "app/cli/manifest.h"
#include "app/cli/network.h"
#include "app/cli/progress.h"
#include "app/cli/sample-options.h"
#include "model/pair/statistics.h"
#include "model/sampler/trajectory.h"
#include "model/storage/json.h"
#include "render/gpu-denoiser.h"

/* One call of the verb. */
typedef struct
{
  DipCli *cli;
  DipSampleOptions options;
  DipCheckpoint *checkpoint;
  DipSchedulerConfig *scheduler;
  DipManifest *manifest;
  DipDenoiser *denoiser;
  DipDenoiserShape shape;
  DipSampleNoise noise;
  DipTrajectory *trajectory;
  DipProgress *progress;
  DipPairSummary *summary;
  DipThird third;
  json_t *settings; /* provenance but for the seed */
  json_t *lines;    /* of this call, for --json */

  /* The pairs under way. */
  guint64 seed; /* of the first of them */
  guint n_images;
  guint n_done; /* pairs finished or skipped before */
} Sampling;

static void
sampling_clear (Sampling *self)
{
  dip_sample_options_clear (&self->options);
  g_clear_pointer (&self->denoiser, dip_denoiser_free);
  g_clear_pointer (&self->checkpoint, dip_checkpoint_unref);
  g_clear_pointer (&self->scheduler, dip_scheduler_config_unref);
  g_clear_pointer (&self->manifest, dip_manifest_free);
  g_clear_pointer (&self->trajectory, dip_trajectory_free);
  g_clear_pointer (&self->progress, dip_progress_free);
  g_clear_pointer (&self->summary, dip_pair_summary_free);
  dip_sample_noise_clear (&self->noise);
  json_decref (self->settings);
  json_decref (self->lines);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sampling, sampling_clear)

/* What must be right before anything is built ----------------------------- */

static gboolean
load_scheduler (Sampling *self, GError **error)
{
  const char *path = dip_checkpoint_get_scheduler_path (self->checkpoint);

  if (path == NULL)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: has no scheduler_config.json, so it is not known how the network "
                   "was trained",
                   dip_checkpoint_get_path (self->checkpoint));
      return FALSE;
    }

  self->scheduler =
      dip_scheduler_config_load (path, path, self->options.scheduler, error);

  return self->scheduler != NULL;
}

static gboolean
check_channels (Sampling *self, GError **error)
{
  const DipUnetConfig *config = dip_checkpoint_get_config (self->checkpoint);

  if (config->in_channels >= 1 && config->in_channels <= 3)
    return TRUE;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "%s: in_channels is %u, and pairs have 3 (CC, MLO, third), 2 (CC, MLO) or "
               "1",
               dip_checkpoint_get_path (self->checkpoint), config->in_channels);
  return FALSE;
}

static DipSolver *
make_solver (Sampling *self, GError **error)
{
  DipSolverSettings settings = { .n_steps = self->options.steps,
                                 .eta = self->options.eta };

  return dip_solver_new (self->scheduler, &settings, error);
}

static gboolean
check_class_label (Sampling *self, GError **error)
{
  const DipUnetConfig *config = dip_checkpoint_get_config (self->checkpoint);
  gint64 label = self->options.class_label;

  if (config->class_embedding == DIP_UNET_CLASS_NONE)
    return label < 0 || dip_cli_usage_error (self->cli, error,
                                             "--class-label: the network has no classes");
  if (config->class_embedding == DIP_UNET_CLASS_IDENTITY)
    return dip_cli_usage_error (self->cli, error,
                                "the network wants a class vector, which sample cannot "
                                "give (forward can)");
  if (label < 0)
    return dip_cli_usage_error (self->cli, error,
                                "--class-label is needed: the network has classes");
  if (config->class_embedding == DIP_UNET_CLASS_IDS)
    return dip_cli_check_range (self->cli, "--class-label", label, 0,
                                config->num_class_embeds - 1, error);

  return TRUE;
}

static void
choose_third (Sampling *self)
{
  const char *said = dip_checkpoint_get_third_channel (self->checkpoint);

  if (said != NULL && self->options.third != NULL &&
      !g_str_equal (said, self->options.third))
    dip_cli_note (self->cli, "The checkpoint's third channel is '%s': --third %s ignored",
                  said, self->options.third);
  self->third = DIP_THIRD_ABSDIFF;
  dip_third_from_name (said != NULL ? said : self->options.third, &self->third);
}

/* Refuses what can be refused without a device and before the weights move. */
static gboolean
prepare (Sampling *self, GError **error)
{
  const DipUnetConfig *config;
  g_autoptr (DipSolver) solver = NULL;
  g_autoptr (DipGraph) graph = NULL;

  self->checkpoint = dip_cli_open_checkpoint (self->options.checkpoint_path, error);
  if (self->checkpoint == NULL || !load_scheduler (self, error) ||
      !check_channels (self, error) || !check_class_label (self, error))
    return FALSE;

  config = dip_checkpoint_get_config (self->checkpoint);
  self->shape.in_channels = config->in_channels;
  self->shape.out_channels = config->out_channels;
  self->shape.max_batch = MIN (self->options.batch, self->options.n_pairs);
  self->shape.max_batch = MAX (self->shape.max_batch, 1);
  self->shape.needs_class_labels = config->class_embedding != DIP_UNET_CLASS_NONE;
  if (!dip_cli_get_size (self->cli, self->checkpoint, self->options.size,
                         &self->shape.width, &self->shape.height, error))
    return FALSE;

  solver = make_solver (self, error);
  if (solver == NULL ||
      !dip_solver_start (solver, 1, self->shape.in_channels, self->shape.out_channels,
                         (gsize) self->shape.height * self->shape.width, error))
    return FALSE;
  graph = dip_checkpoint_build_graph (self->checkpoint, 1, self->shape.height,
                                      self->shape.width, error);
  if (graph == NULL)
    return FALSE;
  if (self->options.noise != NULL &&
      !dip_sample_noise_load (&self->noise, self->options.noise, self->options.n_pairs,
                              &self->shape, error))
    return FALSE;

  choose_third (self);
  return TRUE;
}

/* Provenance --------------------------------------------------------------- */

static gboolean
make_settings (Sampling *self, GError **error)
{
  const char *sha256 = dip_checkpoint_get_sha256 (self->checkpoint, error);
  double spacing = dip_checkpoint_get_pixel_spacing_mm (self->checkpoint);
  g_autofree char *name = NULL;
  json_t *object;

  if (sha256 == NULL)
    return FALSE;

  name = g_path_get_basename (dip_checkpoint_get_path (self->checkpoint));
  object = self->settings = json_object ();
  dip_json_set_bool (object, "synthetic", TRUE);
  dip_json_set_string (object, "generator", "Diptych " DIPTYCH_VERSION);
  dip_json_set_string (object, "version", DIPTYCH_VERSION);
  dip_json_set_string (object, "checkpoint", name);
  dip_json_set_string (object, "checkpoint_sha256", sha256);
  dip_json_set_string (object, "third_channel", dip_third_get_name (self->third));
  if (spacing > 0)
    dip_json_set_double (object, "pixel_spacing_mm", spacing);
  dip_json_set_string (object, "scheduler",
                       dip_scheduler_kind_get_class_name (self->scheduler->kind));
  dip_json_set_take (object, "scheduler_config",
                     dip_scheduler_config_to_json (self->scheduler));
  dip_json_set_int (object, "steps", self->options.steps);
  dip_json_set_double (object, "eta", self->options.eta);
  dip_json_set_int (object, "width", self->shape.width);
  dip_json_set_int (object, "height", self->shape.height);
  if (self->shape.needs_class_labels)
    dip_json_set_int (object, "class_label", self->options.class_label);
  if (self->noise.sha256 != NULL)
    dip_json_set_string (object, "noise_sha256", self->noise.sha256);
  dip_json_set_string (object, "precision", "fp32");

  return TRUE;
}

/* What one picture carries.  Nothing in it changes from run to run (no time,
 * no batch size), so that a resumed run gives the same bytes.
 */
static json_t *
make_provenance (Sampling *self, guint64 seed)
{
  json_t *object = json_object ();

  dip_json_set_int (object, "seed", seed);
  json_object_update (object, self->settings);
  dip_json_set_string (object, "device", dip_denoiser_get_device_name (self->denoiser));

  return object;
}

/* Resuming ----------------------------------------------------------------- */

/* TRUE if @line was made with this call's settings. */
static gboolean
was_made_alike (Sampling *self, const json_t *line, GError **error)
{
  const char *key;
  json_t *wanted;

  json_object_foreach (self->settings, key, wanted)
  {
    const json_t *found = json_object_get (line, key);
    g_autofree char *was = NULL;
    g_autofree char *now = NULL;

    if (g_str_equal (key, "generator") || g_str_equal (key, "version") ||
        g_str_equal (key, "checkpoint") || json_equal (wanted, found))
      continue;
    was = found != NULL ? json_dumps (found, JSON_COMPACT | JSON_ENCODE_ANY)
                        : g_strdup ("nothing");
    now = json_dumps (wanted, JSON_COMPACT | JSON_ENCODE_ANY);
    g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                 "%s: seed %" JSON_INTEGER_FORMAT " was made with %s %s, and now it is "
                 "%s: resume with the same settings, or choose another folder",
                 dip_manifest_get_path (self->manifest),
                 json_integer_value (json_object_get (line, "seed")), key, was, now);
    return FALSE;
  }

  return TRUE;
}

/* Whether @seed is already there, whole. */
static gboolean
is_finished (Sampling *self, guint64 seed, gboolean *finished, GError **error)
{
  g_auto (GStrv) wanted = NULL;
  json_t *line;

  *finished = FALSE;
  if (!self->options.is_resuming)
    return TRUE;
  line = dip_manifest_lookup (self->manifest, seed);
  if (line == NULL)
    return TRUE;
  if (!was_made_alike (self, line, error))
    return FALSE;

  wanted = dip_pair_list_files (self->options.formats, self->shape.in_channels, seed);
  *finished = dip_manifest_is_intact (self->manifest, line, (const char *const *) wanted);

  return TRUE;
}

/* Sampling ----------------------------------------------------------------- */

static DipGraph *
build_graph (guint batch, gpointer user_data, GError **error)
{
  Sampling *self = user_data;

  return dip_checkpoint_build_graph (self->checkpoint, batch, self->shape.height,
                                     self->shape.width, error);
}

static gboolean
open_denoiser (Sampling *self, GError **error)
{
  g_autoptr (DipDevice) device = dip_cli_open_device (self->cli, error);

  if (device == NULL)
    return FALSE;

  self->denoiser = dip_gpu_denoiser_new (device, &self->shape, build_graph, self, NULL,
                                         self->cli->cancellable, error);

  return self->denoiser != NULL;
}

static gboolean
stepped (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Sampling *self = user_data;
  guint64 n_done =
      (guint64) self->n_done * frame->n_steps + frame->step * frame->n_images;
  g_autofree char *detail = g_strdup_printf ("seed %" G_GUINT64_FORMAT ", step %u/%u",
                                             self->seed, frame->step, frame->n_steps);

  dip_progress_set (self->progress, n_done, detail);
  if (self->trajectory == NULL)
    return TRUE;

  return dip_trajectory_add (self->trajectory, frame,
                             self->seed - self->options.first_seed, error);
}

static void
print_files (Sampling *self, const json_t *line)
{
  const json_t *file;
  size_t i;

  dip_progress_hide (self->progress);
  if (self->cli->json)
    return;

  json_array_foreach (json_object_get (line, "files"), i, file)
  {
    const char *name = json_string_value (json_object_get (file, "name"));
    g_autofree char *path = g_build_filename (self->options.folder, name, NULL);

    dip_cli_print ("%s\n", path);
  }
}

static gboolean
save_pair (Sampling *self,
           guint64 seed,
           const float *values,
           double seconds,
           GError **error)
{
  json_t *provenance = make_provenance (self, seed);
  g_autoptr (DipPair) pair =
      dip_pair_new_from_network (values, self->shape.in_channels, self->shape.width,
                                 self->shape.height, self->third);
  DipPairOutput output = { .seed = seed,
                           .pair = pair,
                           .sample = values,
                           .n_channels = self->shape.in_channels,
                           .source = DIP_DIGITAL_SOURCE_TRAINED,
                           .provenance = provenance };
  DipPairStatistics statistics;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  json_t *files;

  files = dip_pair_save (self->options.folder, self->options.formats, &output, error);
  if (files == NULL)
    {
      json_decref (provenance);
      return FALSE;
    }

  dip_pair_measure (pair, self->third, &statistics);
  dip_pair_summary_add (self->summary, &statistics);
  dip_json_set_take (provenance, "files", files);
  dip_json_set_string (provenance, "time", time);
  dip_json_set_double (provenance, "seconds", seconds);
  json_array_append_new (self->lines, provenance);
  if (!dip_manifest_append (self->manifest, provenance, error))
    return FALSE;

  print_files (self, provenance);
  return dip_cli_flush (error);
}

/* Denoises n_images pairs from self->seed on, side by side. */
static gboolean
sample_together (Sampling *self, GError **error)
{
  gsize n_values =
      (gsize) self->shape.in_channels * self->shape.height * self->shape.width;
  g_autofree gint64 *labels = g_new (gint64, self->n_images);
  DipSampleSettings settings = { .n_images = self->n_images,
                                 .seed = self->seed,
                                 .initial_noise = self->noise.initial_noise,
                                 .step_noise = self->noise.step_noise,
                                 .n_step_noises = self->noise.n_step_noises };
  gint64 start = g_get_monotonic_time ();
  g_autoptr (DipSampleState) state = NULL;
  DipSolver *solver = make_solver (self, error);
  double seconds;

  if (solver == NULL)
    return FALSE;

  for (guint i = 0; i < self->n_images; i++)
    labels[i] = self->options.class_label;
  if (self->shape.needs_class_labels)
    settings.class_labels = labels;

  state = dip_sample_state_new (solver, &self->shape, &settings, error);
  if (state == NULL || !dip_sample_state_run (state, self->denoiser, stepped, self,
                                              self->cli->cancellable, error))
    return FALSE;

  seconds = (g_get_monotonic_time () - start) / 1e6 / self->n_images;
  for (guint i = 0; i < self->n_images; i++)
    if (!save_pair (self, self->seed + i, dip_sample_state_get_x_t (state) + i * n_values,
                    seconds, error))
      return FALSE;

  self->n_done += self->n_images;
  return TRUE;
}

/* The next pairs to make from @seed on: as many in a row as fit one batch and
 * are not finished yet.  All at once where the noise is given, since the file
 * holds all images.
 */
static gboolean
sample_all (Sampling *self, GError **error)
{
  guint64 end = self->options.first_seed + self->options.n_pairs;
  guint together =
      self->noise.initial_noise != NULL ? self->options.n_pairs : self->shape.max_batch;
  guint64 seed = self->options.first_seed;

  while (seed < end)
    {
      gboolean finished = FALSE;

      self->seed = seed;
      self->n_images = 0;
      while (seed < end && self->n_images < together && !finished)
        {
          if (!is_finished (self, seed, &finished, error))
            return FALSE;
          if (finished)
            self->n_done++;
          else
            self->n_images++;
          seed++;
        }
      if (self->n_images > 0 && !sample_together (self, error))
        return FALSE;
    }

  return TRUE;
}

static void
print_result (Sampling *self)
{
  g_autofree char *text = NULL;
  json_t *object;

  if (!self->cli->json)
    {
      if (dip_pair_summary_get_count (self->summary) == 0)
        return;
      text = dip_pair_summary_to_text (self->summary);
      dip_cli_note (self->cli, "%s", text);
      return;
    }

  object = json_object ();
  dip_json_set_string (object, "folder", self->options.folder);
  json_object_set (object, "pairs", self->lines);
  dip_json_set_take (object, "summary", dip_pair_summary_to_json (self->summary));
  dip_cli_print_json (object);
}

gboolean
dip_verb_sample (DipCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Sampling) self = { .cli = cli };

  if (!dip_sample_options_parse (&self.options, cli, argc, argv, error) ||
      !prepare (&self, error) || !make_settings (&self, error) ||
      !dip_cli_make_folder (self.options.folder, error))
    return FALSE;

  self.lines = json_array ();
  self.summary = dip_pair_summary_new ();
  self.manifest = dip_manifest_open (self.options.folder, "manifest.jsonl", error);
  if (self.manifest == NULL || !open_denoiser (&self, error))
    return FALSE;

  if (self.options.trajectory != NULL)
    {
      self.trajectory = dip_trajectory_new (self.options.trajectory, self.options.steps,
                                            self.options.every, self.options.n_pairs,
                                            &self.shape, error);
      if (self.trajectory == NULL)
        return FALSE;
    }

  self.progress = dip_progress_new (cli, "Sampling",
                                    (guint64) self.options.n_pairs * self.options.steps);
  if (!sample_all (&self, error))
    return FALSE;
  dip_progress_hide (self.progress);
  if (self.trajectory != NULL && !dip_trajectory_save (self.trajectory, error))
    return FALSE;

  print_result (&self);
  return TRUE;
}
