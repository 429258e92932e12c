#include "app/cli/verbs.h"

#include "app/cli/compare-column.h"
#include "app/cli/network.h"
#include "app/cli/progress.h"
#include "app/compare/comparison.h"
#include "model/pair/png.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

#include <math.h>
#include <string.h>

/* What a reference has if nothing is said, or as many as the network was trained with. */
#define REFERENCE_STEPS 1000

#define N_PRECISIONS (DIP_PRECISION_FP16 + 1)

/* One call of the verb. */
typedef struct
{
  DipCli *cli;
  DipCompareOptions options;
  DipCompareColumn *reference; /* or NULL */
  GPtrArray *columns;          /* of DipCompareColumn, as many as settings */
  DipDevice *device;           /* NULL while there is nothing to make */
  DipDenoiser *denoisers[N_PRECISIONS];
  DipComparison *comparison;
  DipProgress *progress;
  char *footer;
  guint64 n_done; /* evaluations of single pictures */
  guint n_made;   /* pairs */
  guint n_kept;
} Comparing;

static void
comparing_clear (Comparing *self)
{
  for (guint i = 0; i < N_PRECISIONS; i++)
    g_clear_pointer (&self->denoisers[i], dip_denoiser_free);
  g_clear_pointer (&self->device, dip_device_unref);
  g_clear_pointer (&self->reference, dip_compare_column_free);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->comparison, dip_comparison_free);
  g_clear_pointer (&self->progress, dip_progress_free);
  g_free (self->footer);
  dip_compare_options_clear (&self->options);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Comparing, comparing_clear)

/* Preparing ------------------------------------------------------------------- */

static gboolean
prepare_columns (Comparing *self, GError **error)
{
  const DipCompareOptions *options = &self->options;
  DipCheckpoint *checkpoint = NULL;

  self->columns =
      g_ptr_array_new_with_free_func ((GDestroyNotify) dip_compare_column_free);
  for (guint i = 0; i < options->settings->len; i++)
    {
      DipCompareColumn *column = dip_compare_column_new (
          self->cli, options, g_ptr_array_index (options->settings, i), 0, checkpoint,
          error);

      if (column == NULL)
        return FALSE;
      g_ptr_array_add (self->columns, column);
      checkpoint = column->plan.checkpoint;
    }

  return TRUE;
}

static gboolean
prepare_reference (Comparing *self, GError **error)
{
  const DipCompareColumn *first = g_ptr_array_index (self->columns, 0);
  gint64 n_steps = self->options.reference;

  if (n_steps < 0)
    n_steps = MIN (REFERENCE_STEPS, first->plan.scheduler->num_train_timesteps);
  if (n_steps == 0)
    return TRUE;

  self->reference = dip_compare_column_new (self->cli, &self->options, NULL, n_steps,
                                            first->plan.checkpoint, error);
  if (self->reference == NULL && error != NULL && (*error)->domain != DIP_CLI_ERROR)
    g_prefix_error (error, "--reference: ");

  return self->reference != NULL;
}

static void
make_footer (Comparing *self)
{
  const DipCompareColumn *first = g_ptr_array_index (self->columns, 0);
  const json_t *settings = first->plan.settings;
  const char *name = json_string_value (json_object_get (settings, "checkpoint"));
  const char *sha256 =
      json_string_value (json_object_get (settings, "checkpoint_sha256"));

  self->footer = g_strdup_printf (
      "Synthetic: made by a network, not pictures of a patient. %s, checkpoint %s "
      "(sha256 %.12s).",
      json_string_value (json_object_get (settings, "generator")), name, sha256);
}

/* How large the grid will be is known before anything is made. */
static gboolean
prepare_comparison (Comparing *self, GError **error)
{
  const DipCompareColumn *first = g_ptr_array_index (self->columns, 0);
  const DipDenoiserShape *shape = &first->plan.shape;
  guint height = self->options.cell;
  guint width = MAX (1, rint ((double) height * shape->width / shape->height));
  g_autofree char *label = NULL;

  self->comparison =
      dip_comparison_new (self->options.settings, self->options.seeds, first->plan.third);
  dip_comparison_set_view_size (self->comparison, width, height);
  dip_comparison_set_views (self->comparison, self->options.views);
  if (self->reference != NULL)
    {
      label = g_strdup_printf ("reference\nddim, %" G_GINT64_FORMAT " steps",
                               self->reference->options.steps);
      dip_comparison_set_reference_label (self->comparison, label);
    }
  make_footer (self);

  dip_comparison_measure_grid (self->comparison, self->footer, &width, &height);
  if (width <= DIP_GRID_MAX_SIDE && height <= DIP_GRID_MAX_SIDE &&
      (guint64) width * height <= DIP_GRID_MAX_PIXELS)
    return TRUE;

  return dip_cli_usage_error (
      self->cli, error,
      "the grid would be a picture of %u x %u pixels, wanted at most %d on a side and %d "
      "million: fewer seeds or settings, or a smaller --cell",
      width, height, DIP_GRID_MAX_SIDE, DIP_GRID_MAX_PIXELS / 1000000);
}

/* Making ----------------------------------------------------------------------- */

static guint
get_n_columns (Comparing *self)
{
  return self->columns->len + (self->reference != NULL ? 1 : 0);
}

/* The reference first: the longest, and all else is held against it. */
static DipCompareColumn *
get_column (Comparing *self, guint i)
{
  if (self->reference != NULL)
    return i == 0 ? self->reference : g_ptr_array_index (self->columns, i - 1);

  return g_ptr_array_index (self->columns, i);
}

static DipDenoiser *
get_denoiser (Comparing *self, DipCompareColumn *column, GError **error)
{
  DipPrecision precision = column->cli.precision;

  if (self->device == NULL)
    self->device = dip_cli_open_device (self->cli, error);
  if (self->device != NULL && self->denoisers[precision] == NULL)
    self->denoisers[precision] =
        dip_sample_plan_open_denoiser (&column->plan, self->device, error);

  return self->device != NULL ? self->denoisers[precision] : NULL;
}

/* Pairs that are denoised together. */
typedef struct
{
  Comparing *comparing;
  DipCompareColumn *column;
  guint64 seed;
  guint n_images;
} Batch;

static gboolean
stepped (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Batch *batch = user_data;
  g_autofree char *detail =
      g_strdup_printf ("%s %" G_GINT64_FORMAT ", seed %" G_GUINT64_FORMAT ", step %u/%u",
                       batch->column->options.scheduler, batch->column->options.steps,
                       batch->seed, frame->step, frame->n_steps);

  batch->comparing->n_done += frame->n_images;
  dip_progress_set (batch->comparing->progress, batch->comparing->n_done, detail);

  return TRUE;
}

static gboolean
sample_batch (Batch *batch, GError **error)
{
  DipCompareColumn *column = batch->column;
  const DipDenoiserShape *shape = &column->plan.shape;
  gsize n_values = (gsize) shape->in_channels * shape->height * shape->width;
  g_autofree gint64 *labels = g_new (gint64, batch->n_images);
  DipSampleSettings settings = { .n_images = batch->n_images, .seed = batch->seed };
  DipDenoiser *denoiser = get_denoiser (batch->comparing, column, error);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (DipSampleState) state = NULL;
  DipSolver *solver;
  double seconds;

  if (denoiser == NULL)
    return FALSE;
  solver = dip_sample_plan_make_solver (&column->plan, error);
  if (solver == NULL)
    return FALSE;

  for (guint i = 0; i < batch->n_images; i++)
    labels[i] = column->options.class_label;
  if (shape->needs_class_labels)
    settings.class_labels = labels;
  state = dip_sample_state_new (solver, shape, &settings, error);
  if (state == NULL || !dip_sample_state_run (state, denoiser, stepped, batch,
                                              column->cli.cancellable, error))
    return FALSE;

  seconds = (g_get_monotonic_time () - start) / 1e6 / batch->n_images;
  for (guint i = 0; i < batch->n_images; i++)
    if (!dip_compare_column_save (column, batch->seed + i,
                                  dip_sample_state_get_x_t (state) + i * n_values,
                                  seconds, denoiser, error))
      return FALSE;
  batch->comparing->n_made += batch->n_images;

  return TRUE;
}

/* All seeds of a column that are not there yet; those in a row go together. */
static gboolean
sample_column (Comparing *self, DipCompareColumn *column, GError **error)
{
  const GArray *seeds = self->options.seeds;
  guint row = 0;

  while (row < seeds->len)
    {
      Batch batch = { self, column, g_array_index (seeds, guint64, row), 0 };

      while (row < seeds->len && batch.n_images < column->plan.shape.max_batch &&
             g_array_index (seeds, guint64, row) == batch.seed + batch.n_images &&
             !dip_compare_column_has (column, batch.seed + batch.n_images))
        {
          batch.n_images++;
          row++;
        }
      if (batch.n_images == 0)
        {
          self->n_kept++;
          self->n_done += column->plan.n_evaluations;
          row++;
        }
      else if (!sample_batch (&batch, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
sample_all (Comparing *self, GError **error)
{
  guint64 n_total = 0;

  for (guint i = 0; i < get_n_columns (self); i++)
    n_total +=
        (guint64) get_column (self, i)->plan.n_evaluations * self->options.seeds->len;
  self->progress = dip_progress_new (self->cli, "Comparing", n_total);

  for (guint i = 0; i < get_n_columns (self); i++)
    if (!dip_compare_column_open (get_column (self, i), error) ||
        !sample_column (self, get_column (self, i), error) ||
        !dip_compare_column_open (get_column (self, i), error))
      return FALSE;
  dip_progress_hide (self->progress);

  return TRUE;
}

/* Measuring --------------------------------------------------------------------- */

static gboolean
take_pair (Comparing *self, guint row, int column_index, GError **error)
{
  DipCompareColumn *column = column_index < 0
                                 ? self->reference
                                 : g_ptr_array_index (self->columns, column_index);
  guint64 seed = g_array_index (self->options.seeds, guint64, row);
  const json_t *line = NULL;
  g_autoptr (DipPair) pair = dip_compare_column_load (column, seed, &line, error);
  DipCompareMade made = { .pair = pair, .n_evaluations = column->plan.n_evaluations };

  if (pair == NULL)
    return FALSE;
  made.seconds = json_number_value (json_object_get (line, "seconds"));
  made.files = json_object_get (line, "files");
  if (column_index < 0)
    dip_comparison_set_reference (self->comparison, row, &made);
  else
    dip_comparison_set_cell (self->comparison, row, column_index, &made);

  return TRUE;
}

static gboolean
measure_all (Comparing *self, GError **error)
{
  for (guint row = 0; row < self->options.seeds->len; row++)
    {
      if (self->reference != NULL && !take_pair (self, row, -1, error))
        return FALSE;
      for (guint column = 0; column < self->columns->len; column++)
        if (g_cancellable_set_error_if_cancelled (self->cli->cancellable, error) ||
            !take_pair (self, row, column, error))
          return FALSE;
    }

  return TRUE;
}

/* Writing ----------------------------------------------------------------------- */

static json_t *
make_report (Comparing *self)
{
  const DipCompareColumn *first = g_ptr_array_index (self->columns, 0);
  const char *const shared[] = {
    "synthetic",         "generator",     "version", "checkpoint",
    "checkpoint_sha256", "third_channel", "width",   "height"
  };
  json_t *object = json_object ();
  json_t *settings = json_array ();

  for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
    json_object_set (object, shared[i],
                     json_object_get (first->plan.settings, shared[i]));
  if (self->reference != NULL)
    dip_json_set_take (object, "reference",
                       dip_compare_column_to_json (self->reference, "reference"));
  for (guint i = 0; i < self->columns->len; i++)
    {
      const DipCompareSetting *setting = g_ptr_array_index (self->options.settings, i);

      json_array_append_new (
          settings, dip_compare_column_to_json (g_ptr_array_index (self->columns, i),
                                                setting->name));
    }
  dip_json_set_take (object, "settings", settings);

  return object;
}

static gboolean
save (Comparing *self, const char *name, GBytes *bytes, GPtrArray *paths, GError **error)
{
  char *path = g_build_filename (self->options.folder, name, NULL);

  g_ptr_array_add (paths, path);

  return bytes != NULL && dip_save_bytes (path, bytes, error);
}

static gboolean
save_canvas (Comparing *self,
             const char *name,
             DipCanvas *canvas,
             const json_t *settings,
             GPtrArray *paths,
             GError **error)
{
  g_autoptr (DipCanvas) owned = canvas;
  json_t *provenance = json_object ();
  g_autofree char *stem = g_strndup (name, strcspn (name, "."));
  g_autofree char *text = NULL;
  DipPngNotes notes = { .source = DIP_DIGITAL_SOURCE_TRAINED };
  g_autoptr (GBytes) bytes = NULL;

  if (owned == NULL)
    {
      json_decref (provenance);
      return FALSE;
    }

  dip_json_set_string (provenance, "picture", stem);
  json_object_update (provenance, (json_t *) settings);
  notes.diptych = text = dip_json_dump_line (provenance);
  json_decref (provenance);
  bytes = dip_png_encode_canvas (owned, &notes, name, error);

  return save (self, name, bytes, paths, error);
}

static gboolean
save_curves (Comparing *self, const json_t *settings, GPtrArray *paths, GError **error)
{
  DipComparison *comparison = self->comparison;
  g_autoptr (GBytes) svg = NULL;
  g_autoptr (GBytes) csv = NULL;
  char *text;

  if (self->reference == NULL)
    return TRUE;

  svg = dip_comparison_make_curves_svg (comparison, self->footer);
  text = dip_comparison_make_curves_csv (comparison);
  csv = g_bytes_new_take (text, strlen (text));

  return save_canvas (self, "curves.png",
                      dip_comparison_draw_curves (comparison, self->footer), settings,
                      paths, error) &&
         save (self, "curves.svg", svg, paths, error) &&
         save (self, "curves.csv", csv, paths, error);
}

/* The pictures say what they are of; times are in the JSON alone, so that they come out
 * the same however often they are made.
 */
static gboolean
save_all (Comparing *self, json_t *report, GPtrArray *paths, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) json = NULL;
  json_t *seeds = json_array ();
  json_t *settings;
  gboolean is_saved;

  for (guint i = 0; i < self->options.seeds->len; i++)
    json_array_append_new (
        seeds, json_integer (g_array_index (self->options.seeds, guint64, i)));
  dip_json_set_take (report, "seeds", seeds);
  settings = json_deep_copy (report);
  dip_comparison_add_to_json (self->comparison, report);
  text = json_dumps (report, JSON_INDENT (1) | JSON_REAL_PRECISION (9));
  json = g_bytes_new (text, strlen (text));

  is_saved =
      save_canvas (self, "grid.png",
                   dip_comparison_draw_grid (self->comparison, self->footer, error),
                   settings, paths, error) &&
      save_curves (self, settings, paths, error) &&
      save (self, "compare.json", json, paths, error);
  json_decref (settings);

  return is_saved;
}

static void
print_result (Comparing *self, const GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++)
    dip_cli_print ("%s\n", (const char *) g_ptr_array_index (paths, i));

  if (self->n_kept > 0)
    dip_cli_note (self->cli, "%u of %u pairs were there already", self->n_kept,
                  self->n_kept + self->n_made);
  for (guint i = 0; i < self->columns->len; i++)
    {
      g_autofree char *text = dip_comparison_describe_column (self->comparison, i);

      dip_cli_note (self->cli, "%s", text);
    }
}

gboolean
dip_verb_compare (DipCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Comparing) self = { .cli = cli };
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  json_t *report;
  gboolean is_saved;

  if (!dip_compare_options_parse (&self.options, cli, argc, argv, error) ||
      !prepare_columns (&self, error) || !prepare_reference (&self, error) ||
      !prepare_comparison (&self, error) ||
      !dip_cli_make_folder (self.options.folder, error) || !sample_all (&self, error) ||
      !measure_all (&self, error))
    return FALSE;

  report = make_report (&self);
  is_saved = save_all (&self, report, paths, error);
  if (is_saved && cli->json)
    dip_cli_print_json (json_incref (report));
  else if (is_saved)
    print_result (&self, paths);
  json_decref (report);

  return is_saved && dip_cli_flush (error);
}
