#include "app/cli/verbs.h"

#include <math.h>

#include "app/cli/network.h"
#include "app/cli/progress.h"
#include "app/cli/sample-extras.h"
#include "app/cli/sample-plan.h"
#include "app/files/manifest.h"
#include "model/pair/statistics.h"
#include "model/sampler/fork.h"
#include "model/sampler/trajectory.h"
#include "model/storage/json.h"
#include "render/gpu-denoiser.h"

/* One call of the verb. */
typedef struct
{
  DipCli *cli;
  DipSampleOptions options;
  DipSamplePlan plan;
  DipManifest *manifest;
  DipDenoiser *denoiser;
  DipTrajectory *trajectory;
  DipProgress *progress;
  DipPairSummary *summary;
  DipSampleExtras *extras;
  double known_error; /* the largest of all pairs, in [0, 1] */
  json_t *lines;      /* of this call, for --json */

  /* The pairs under way. */
  guint64 seed; /* of the first of them */
  guint n_images;
  guint n_done; /* pairs finished or skipped before */
} Sampling;

static void
sampling_clear (Sampling *self)
{
  g_clear_pointer (&self->denoiser, dip_denoiser_free);
  dip_sample_plan_clear (&self->plan);
  dip_sample_options_clear (&self->options);
  g_clear_pointer (&self->manifest, dip_manifest_free);
  g_clear_pointer (&self->trajectory, dip_trajectory_free);
  g_clear_pointer (&self->progress, dip_progress_free);
  g_clear_pointer (&self->summary, dip_pair_summary_free);
  g_clear_pointer (&self->extras, dip_sample_extras_free);
  json_decref (self->lines);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sampling, sampling_clear)

/* Resuming ----------------------------------------------------------------- */

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
  if (!dip_sample_plan_made (&self->plan, line, dip_manifest_get_path (self->manifest),
                             error))
    return FALSE;

  wanted =
      dip_pair_list_files (self->options.formats, self->plan.shape.in_channels, seed);
  *finished = dip_manifest_is_intact (self->manifest, line, (const char *const *) wanted);

  return TRUE;
}

/* Sampling ----------------------------------------------------------------- */

static gboolean
open_denoiser (Sampling *self, GError **error)
{
  g_autoptr (DipDevice) device = dip_cli_open_device (self->cli, error);

  if (device == NULL)
    return FALSE;
  self->denoiser = dip_sample_plan_open_denoiser (&self->plan, device, error);

  return self->denoiser != NULL;
}

static gboolean
stepped (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Sampling *self = user_data;
  guint first_step = self->plan.first_step;
  guint64 n_done = (guint64) self->n_done * (frame->n_steps - first_step) +
                   (frame->step - first_step) * frame->n_images;
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

/* Makes the third channel fit a given part, and notes what is told of such a pair. */
static void
finish_pair (Sampling *self, guint64 seed, float *values, json_t *provenance)
{
  const DipSampleEdit *edit = &self->plan.edit;
  const DipDenoiserShape *shape = &self->plan.shape;
  guint pair = seed - self->options.first_seed;
  double residual = dip_sample_edit_finish (edit, shape, self->plan.third, values);
  double max_error, rms_error;
  json_t *object;

  if (edit->weights != NULL)
    dip_json_set_double (provenance, "weight", edit->weights[pair]);
  if (!isnan (residual))
    dip_json_set_double (provenance, "third_residual", residual);
  if (edit->known == G_MAXUINT)
    return;

  dip_sample_edit_measure_known (edit, shape, pair, values, &max_error, &rms_error);
  self->known_error = MAX (self->known_error, max_error);
  object = json_object ();
  dip_json_set_double (object, "max", max_error);
  dip_json_set_double (object, "rms", rms_error);
  dip_json_set_take (provenance, "known_error", object);
}

/* Those between two seeds have no seed of their own. */
static char *
make_stem (Sampling *self, guint64 seed)
{
  if (self->plan.edit.weights == NULL)
    return NULL;

  return g_strdup_printf ("pair-%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "-%03u",
                          self->options.first_seed, self->options.seed_to,
                          (guint) (seed - self->options.first_seed));
}

static gboolean
save_pair (Sampling *self,
           guint64 seed,
           const float *sample,
           double seconds,
           GError **error)
{
  gsize n_values = (gsize) self->plan.shape.in_channels * self->plan.shape.height *
                   self->plan.shape.width;
  g_autofree float *values = g_memdup2 (sample, n_values * sizeof (float));
  g_autofree char *stem = make_stem (self, seed);
  json_t *provenance = dip_sample_plan_make_provenance (
      &self->plan, stem != NULL ? self->options.first_seed : seed,
      dip_denoiser_get_device_name (self->denoiser),
      dip_gpu_denoiser_get_kernels (self->denoiser));
  g_autoptr (DipPair) pair = NULL;
  DipPairOutput output = { .seed = seed,
                           .stem = stem,
                           .sample = values,
                           .n_channels = self->plan.shape.in_channels,
                           .source = DIP_DIGITAL_SOURCE_TRAINED,
                           .provenance = provenance };
  DipPairStatistics statistics;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  json_t *files;

  finish_pair (self, seed, values, provenance);
  pair = dip_pair_new_from_network (values, self->plan.shape.in_channels,
                                    self->plan.shape.width, self->plan.shape.height,
                                    self->plan.third);
  output.pair = pair;
  files = dip_pair_save (self->options.folder, self->options.formats, &output, error);
  if (files == NULL)
    {
      json_decref (provenance);
      return FALSE;
    }

  dip_pair_measure (pair, self->plan.third, &statistics);
  dip_pair_summary_add (self->summary, &statistics);
  dip_sample_extras_add (self->extras, pair);
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
  gsize n_values = (gsize) self->plan.shape.in_channels * self->plan.shape.height *
                   self->plan.shape.width;
  g_autofree gint64 *labels = g_new (gint64, self->n_images);
  DipSampleSettings settings = { .n_images = self->n_images,
                                 .seed = self->seed,
                                 .initial_noise = self->plan.noise.initial_noise,
                                 .step_noise = self->plan.noise.step_noise,
                                 .n_step_noises = self->plan.noise.n_step_noises };
  gint64 start = g_get_monotonic_time ();
  g_autoptr (DipSampleState) state = NULL;
  DipSolver *solver = dip_sample_plan_make_solver (&self->plan, error);
  guint first_pair = self->seed - self->options.first_seed;
  DipSampleStart begin;
  double seconds;

  if (solver == NULL)
    return FALSE;

  for (guint i = 0; i < self->n_images; i++)
    labels[i] = self->options.class_label;
  if (self->plan.shape.needs_class_labels)
    settings.class_labels = labels;
  dip_sample_edit_apply (&self->plan.edit, first_pair, &self->plan.shape, &settings,
                         &begin);
  if (settings.weights != NULL)
    settings.seed = self->options.first_seed;

  state = dip_sample_state_new (solver, &self->plan.shape, &settings, error);
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
  guint together = self->plan.noise.initial_noise != NULL ? self->options.n_pairs
                                                          : self->plan.shape.max_batch;
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

/* All that --fork asks a trajectory for. */
static void
describe_trajectory (Sampling *self)
{
  const DipWalk *walk = &self->plan.edit.walk;
  json_t *settings = json_object ();
  g_autofree char *text = NULL;

  dip_json_set_int (settings, "seed", self->options.first_seed);
  json_object_update (settings, self->plan.settings);
  dip_fork_note_walk (settings, walk);
  text = dip_json_dump_line (settings);
  json_decref (settings);

  dip_trajectory_set_provenance (self->trajectory, text);
  dip_trajectory_set_guide (self->trajectory, &self->plan.edit.guide);
}

/* mean.png and its like. */
static gboolean
save_extras (Sampling *self, json_t *object, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  json_t *list;

  if (!dip_sample_extras_save (self->extras, names, error))
    return FALSE;

  list = json_array ();
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (self->options.folder, name, NULL);

      json_array_append_new (list, json_string (name));
      if (!self->cli->json)
        dip_cli_print ("%s\n", path);
    }
  if (names->len > 0)
    json_object_set (object, "together", list);
  json_decref (list);

  return TRUE;
}

/* Whether what was given has come back. */
static void
print_known (Sampling *self, json_t *object)
{
  if (self->plan.edit.known == G_MAXUINT ||
      dip_pair_summary_get_count (self->summary) == 0)
    return;

  dip_json_set_double (object, "known_max_error", self->known_error);
  if (!self->cli->json)
    dip_cli_print ("The known %s came back within %.3g/255.\n",
                   self->plan.edit.known == 0 ? "CC" : "MLO", 255.0 * self->known_error);
}

static gboolean
print_result (Sampling *self, GError **error)
{
  g_autofree char *text = NULL;
  json_t *object = json_object ();

  if (!save_extras (self, object, error))
    {
      json_decref (object);
      return FALSE;
    }
  print_known (self, object);

  if (!self->cli->json)
    {
      json_decref (object);
      if (dip_pair_summary_get_count (self->summary) == 0)
        return TRUE;
      text = dip_pair_summary_to_text (self->summary);
      dip_cli_note (self->cli, "%s", text);
      return dip_cli_flush (error);
    }

  dip_json_set_string (object, "folder", self->options.folder);
  json_object_set (object, "pairs", self->lines);
  dip_json_set_take (object, "summary", dip_pair_summary_to_json (self->summary));
  dip_cli_print_json (object);
  return TRUE;
}

gboolean
dip_verb_sample (DipCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Sampling) self = { .cli = cli };

  if (!dip_sample_options_parse (&self.options, cli, argc, argv, error) ||
      !dip_sample_plan_prepare (&self.plan, cli, &self.options, error) ||
      !dip_cli_make_folder (self.options.folder, error))
    return FALSE;

  self.lines = json_array ();
  self.summary = dip_pair_summary_new ();
  self.extras = dip_sample_extras_new (&self.plan);
  self.manifest = dip_manifest_open (self.options.folder, "manifest.jsonl", error);
  if (self.manifest == NULL || !open_denoiser (&self, error))
    return FALSE;

  if (self.options.trajectory != NULL)
    {
      self.trajectory = dip_trajectory_new (
          self.options.trajectory, self.plan.first_step, self.plan.n_evaluations,
          self.options.every, self.options.n_pairs, &self.plan.shape, error);
      if (self.trajectory == NULL)
        return FALSE;
      describe_trajectory (&self);
    }

  self.progress = dip_progress_new (cli, "Sampling",
                                    (guint64) self.options.n_pairs *
                                        (self.plan.n_evaluations - self.plan.first_step));
  if (!sample_all (&self, error))
    return FALSE;
  dip_progress_hide (self.progress);
  if (self.trajectory != NULL && !dip_trajectory_save (self.trajectory, error))
    return FALSE;

  return print_result (&self, error);
}
