#include "app/cli/verbs.h"

#include "app/cli/progress.h"
#include "app/files/manifest.h"
#include "app/files/pair-files.h"
#include "model/pair/statistics.h"
#include "model/phantom/phantom.h"
#include "model/storage/json.h"

typedef struct
{
  char *folder;
  gint64 count;
  gint64 seed;
  gint64 size;
  char *third_name;
  char *format;

  DipThird third;
  DipPairFormats formats;
} PhantomOptions;

static void
phantom_options_clear (PhantomOptions *self)
{
  g_free (self->folder);
  g_free (self->third_name);
  g_free (self->format);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhantomOptions, phantom_options_clear)

/* One pair under way.  Made and measured on a worker's thread, written in
 * order on the caller's.
 */
typedef struct
{
  const PhantomOptions *options;
  guint64 seed;
  DipPair *pair;
  DipPairStatistics statistics;
  json_t *truth;
} Job;

static void
job_clear (Job *self)
{
  g_clear_pointer (&self->pair, dip_pair_free);
  g_clear_pointer (&self->truth, json_decref);
}

static void
make_pair (gpointer data, gpointer user_data)
{
  Job *job = data;
  const PhantomOptions *options = job->options;
  g_autoptr (DipPhantom) phantom = dip_phantom_new (job->seed, options->size);

  job->pair = dip_pair_new_from_views (
      dip_phantom_get_picture (phantom, DIP_PROJECTION_CC),
      dip_phantom_get_picture (phantom, DIP_PROJECTION_MLO), options->third);
  job->truth = dip_phantom_truth_to_json (phantom);
  dip_pair_measure (job->pair, options->third, &job->statistics);
}

static json_t *
make_provenance (const Job *job)
{
  json_t *object = json_object ();

  dip_json_set_int (object, "seed", job->seed);
  dip_json_set_bool (object, "synthetic", TRUE);
  dip_json_set_string (object, "generator", "Diptych " DIPTYCH_VERSION " phantom");
  dip_json_set_string (object, "version", DIPTYCH_VERSION);
  dip_json_set_string (object, "third_channel", dip_third_get_name (job->options->third));
  dip_json_set_int (object, "width", job->options->size);
  dip_json_set_int (object, "height", job->options->size);

  return object;
}

/* The pair's files, then its line; a line that is there already is not said
 * twice.
 */
static gboolean
save (DipCli *cli, Job *job, DipManifest *truths, GError **error)
{
  const PhantomOptions *options = job->options;
  json_t *provenance = make_provenance (job);
  DipPairOutput output = { .seed = job->seed,
                           .pair = job->pair,
                           .n_channels = 3,
                           .source = DIP_DIGITAL_SOURCE_ALGORITHMIC,
                           .provenance = provenance };
  json_t *files = dip_pair_save (options->folder, options->formats, &output, error);
  const json_t *file;
  size_t i;

  json_decref (provenance);
  if (files == NULL)
    return FALSE;

  json_array_foreach (files, i, file)
  {
    const char *name = json_string_value (json_object_get (file, "name"));
    g_autofree char *path = g_build_filename (options->folder, name, NULL);

    if (!cli->json)
      dip_cli_print ("%s\n", path);
  }
  dip_json_set_take (job->truth, "files", files);

  return json_equal (dip_manifest_lookup (truths, job->seed), job->truth) ||
         dip_manifest_append (truths, job->truth, error);
}

static gboolean
make_all (DipCli *cli,
          const PhantomOptions *options,
          DipManifest *truths,
          DipPairSummary *summary,
          GError **error)
{
  guint n_threads = g_get_num_processors ();
  guint n_together = 2 * n_threads;
  g_autofree Job *jobs = g_new0 (Job, n_together);
  g_autoptr (DipProgress) progress = dip_progress_new (cli, "Phantoms", options->count);
  gboolean is_good = TRUE;

  for (gint64 first = 0; first < options->count && is_good; first += n_together)
    {
      guint n = MIN (n_together, options->count - first);
      GThreadPool *pool = g_thread_pool_new (make_pair, NULL, n_threads, FALSE, NULL);

      for (guint i = 0; i < n; i++)
        {
          jobs[i] = (Job){ .options = options, .seed = options->seed + first + i };
          g_thread_pool_push (pool, &jobs[i], NULL);
        }
      g_thread_pool_free (pool, FALSE, TRUE);

      dip_progress_hide (progress);
      for (guint i = 0; i < n; i++)
        {
          dip_pair_summary_add (summary, &jobs[i].statistics);
          is_good = is_good &&
                    !g_cancellable_set_error_if_cancelled (cli->cancellable, error) &&
                    save (cli, &jobs[i], truths, error);
          job_clear (&jobs[i]);
        }
      dip_progress_set (progress, first + n, NULL);
    }

  return is_good;
}

static gboolean
check (DipCli *cli, PhantomOptions *options, GError **error)
{
  g_autoptr (GError) wrong = NULL;

  if (options->folder == NULL)
    return dip_cli_usage_error (cli, error, "wants -o DIR");
  if (!dip_cli_check_range (cli, "--count", options->count, 1, 1000000, error) ||
      !dip_cli_check_range (cli, "--seed", options->seed, 0, G_MAXINT64 - 1000000,
                            error) ||
      !dip_cli_check_range (cli, "--size", options->size, DIP_PHANTOM_MIN_SIZE,
                            DIP_PHANTOM_MAX_SIZE, error))
    return FALSE;
  if (options->third_name != NULL &&
      !dip_third_from_name (options->third_name, &options->third))
    return dip_cli_usage_error (cli, error,
                                "--third wants absdiff, sum or zero, found '%s'",
                                options->third_name);

  options->formats =
      dip_pair_formats_parse (options->format != NULL ? options->format : "png", &wrong);
  if (options->formats == 0)
    return dip_cli_usage_error (cli, error, "%s", wrong->message);
  if (options->formats & DIP_PAIR_SAFETENSORS)
    return dip_cli_usage_error (cli, error, "--format wants png or png16, found '%s'",
                                options->format);

  return TRUE;
}

static void
print_result (DipCli *cli, const PhantomOptions *options, DipPairSummary *summary)
{
  g_autofree char *text = NULL;
  json_t *object;

  if (!cli->json)
    {
      text = dip_pair_summary_to_text (summary);
      dip_cli_note (cli, "%s", text);
      return;
    }

  object = json_object ();
  dip_json_set_string (object, "folder", options->folder);
  dip_json_set_int (object, "count", options->count);
  dip_json_set_take (object, "summary", dip_pair_summary_to_json (summary));
  dip_cli_print_json (object);
}

gboolean
dip_verb_phantom (DipCli *cli, int argc, char **argv, GError **error)
{
  g_auto (PhantomOptions) options = { .count = 1, .seed = 42, .size = 256 };
  GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.folder,
      "Where the pairs go; made if it is not there", "DIR" },
    { "count", 0, 0, G_OPTION_ARG_INT64, &options.count, "How many (1)", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed,
      "The first one's seed (42); the next count up", "N" },
    { "size", 0, 0, G_OPTION_ARG_INT64, &options.size, "Pixels along a side (256)", "S" },
    { "third", 0, 0, G_OPTION_ARG_STRING, &options.third_name,
      "The third channel: absdiff (default), sum or zero", "ENCODING" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
      "png, png16 or both separated by a comma (png)", "LIST" },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "",
    .max_args = 0,
    .summary =
        "Makes pairs of a computed breast: one 3-D volume, compressed and projected by\n"
        "X-ray attenuation into CC and MLO.  The truth about each (masks, pectoral "
        "line,\n"
        "nipple, lesions, thickness, density) goes to truth.jsonl, a line a pair.",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_autoptr (DipManifest) truths = NULL;
  g_autoptr (DipPairSummary) summary = NULL;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error) ||
      !check (cli, &options, error) || !dip_cli_make_folder (options.folder, error))
    return FALSE;

  truths = dip_manifest_open (options.folder, "truth.jsonl", error);
  summary = dip_pair_summary_new ();
  if (truths == NULL || !make_all (cli, &options, truths, summary, error))
    return FALSE;

  print_result (cli, &options, summary);
  return TRUE;
}
