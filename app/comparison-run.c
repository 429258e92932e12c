#include "app/comparison-run.h"

#include <math.h>
#include <string.h>

#include "model/pair/distance.h"
#include "model/pair/png.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

#define VIEW_HEIGHT 192 /* pixels of one view in the exported grid */

struct _DipComparisonRun
{
  GObject parent_instance;

  DipQueue *queue;
  GPtrArray *settings; /* of DipCompareSetting */
  GArray *seeds;       /* of guint64 */
  guint n_reference;
  char *reference_label;

  GPtrArray *jobs;  /* of DipJob; the reference's, if there is one, first */
  GPtrArray *takes; /* (jobs, seeds) of DipTake or NULL */
  guint n_made;
  guint n_over;

  DipComparison *comparison; /* from the first pair on */
};

enum
{
  MADE,
  OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipComparisonRun, dip_comparison_run, G_TYPE_OBJECT)

/* The index of a column's job; -1 is the reference. */
static guint
job_of (DipComparisonRun *self, int column)
{
  return column + (self->n_reference > 0 ? 1 : 0);
}

/* What is made --------------------------------------------------------------------- */

static void
begin (DipComparisonRun *self, DipTake *take)
{
  g_autoptr (DipFrame) frame = dip_take_get_frame (take, 0, NULL);
  const guint width = frame != NULL && frame->height > 0
                          ? MAX (1, VIEW_HEIGHT * frame->width / frame->height)
                          : VIEW_HEIGHT;

  self->comparison =
      dip_comparison_new (self->settings, self->seeds, dip_take_get_third (take));
  dip_comparison_set_view_size (self->comparison, width, VIEW_HEIGHT);
  dip_comparison_set_views (self->comparison, DIP_GRID_CC | DIP_GRID_MLO);
  dip_comparison_set_reference_label (self->comparison, self->reference_label);
}

/* The film goes; its last picture and what it says of itself stay. */
static DipTake *
keep_still (DipTake *take, const DipFrame *last, const DipPair *pair)
{
  json_t *provenance = json_incref ((json_t *) dip_take_get_provenance (take));
  DipTake *still;

  if (last->channels == 3)
    still = dip_take_new_still (last->x_t, last->width, last->height,
                                dip_take_get_third (take), provenance);
  else
    still = dip_take_new_from_pair (pair, dip_take_get_third (take), provenance);
  if (dip_take_get_path (take) != NULL)
    dip_take_set_path (still, dip_take_get_path (take));

  return still;
}

static void
take_in (DipComparisonRun *self, DipTake *take, guint row, int column)
{
  const guint n_frames = dip_take_get_n_frames (take);
  g_autoptr (DipFrame) last = dip_take_get_frame (take, n_frames - 1, NULL);
  g_autoptr (DipPair) pair = last != NULL ? dip_take_make_pair (take, last, FALSE) : NULL;
  DipCompareMade made = { .pair = pair, .n_evaluations = n_frames, .seconds = NAN };

  if (pair == NULL)
    return;
  if (self->comparison == NULL)
    begin (self, take);
  if (column < 0)
    dip_comparison_set_reference (self->comparison, row, &made);
  else
    dip_comparison_set_cell (self->comparison, row, column, &made);
  self->takes->pdata[job_of (self, column) * self->seeds->len + row] =
      keep_still (take, last, pair);
  self->n_made++;
  g_signal_emit (self, signals[MADE], 0, row, column);
}

static void
finished_cb (DipComparisonRun *self, DipTake *take)
{
  DipJob *job = dip_queue_get_current (self->queue);
  const guint64 first = g_array_index (self->seeds, guint64, 0);
  const guint64 seed = dip_take_get_seed (take);
  guint index;

  if (job == NULL || !g_ptr_array_find (self->jobs, job, &index) || seed < first ||
      seed - first >= self->seeds->len)
    return;
  take_in (self, take, seed - first, (int) index - (self->n_reference > 0 ? 1 : 0));
}

static void
over_cb (DipComparisonRun *self, DipJob *job)
{
  if (!g_ptr_array_find (self->jobs, job, NULL))
    return;
  self->n_over++;
  if (dip_comparison_run_is_over (self))
    g_signal_emit (self, signals[OVER], 0);
}

/* The object -------------------------------------------------------------------------- */

static void
clear_take (gpointer take)
{
  g_clear_object (&take);
}

static void
dip_comparison_run_finalize (GObject *object)
{
  DipComparisonRun *self = DIP_COMPARISON_RUN (object);

  g_clear_object (&self->queue);
  g_ptr_array_unref (self->settings);
  g_array_unref (self->seeds);
  g_ptr_array_unref (self->jobs);
  g_ptr_array_unref (self->takes);
  g_free (self->reference_label);
  g_clear_pointer (&self->comparison, dip_comparison_free);

  G_OBJECT_CLASS (dip_comparison_run_parent_class)->finalize (object);
}

static void
dip_comparison_run_class_init (DipComparisonRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_comparison_run_finalize;
  signals[MADE] =
      g_signal_new ("made", DIP_TYPE_COMPARISON_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_INT);
  signals[OVER] = g_signal_new ("over", DIP_TYPE_COMPARISON_RUN, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_comparison_run_init (DipComparisonRun *self)
{
  self->seeds = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->takes = g_ptr_array_new_with_free_func (clear_take);
}

static void
add_job (DipComparisonRun *self,
         const DipRunSettings *base,
         const char *scheduler,
         const DipSolverSettings *solver,
         const char *precision)
{
  g_autoptr (DipRunSettings) settings = dip_run_settings_copy (base);

  g_clear_pointer (&settings->scheduler_json, g_free);
  g_clear_pointer (&settings->origin, dip_origin_unref);
  g_free (settings->scheduler);
  settings->scheduler = g_strdup (scheduler);
  settings->n_steps = solver->n_steps;
  settings->eta = solver->eta;
  settings->churn = solver->churn;
  settings->seed = g_array_index (self->seeds, guint64, 0);
  settings->count = self->seeds->len;
  if (precision != NULL)
    {
      g_free (settings->precision);
      settings->precision = g_strdup (precision);
    }
  g_ptr_array_add (self->jobs, g_object_ref (dip_queue_append (self->queue, settings)));
}

DipComparisonRun *
dip_comparison_run_new (DipQueue *queue,
                        const DipComparisonPlan *plan,
                        const DipRunSettings *base)
{
  DipComparisonRun *self = g_object_new (DIP_TYPE_COMPARISON_RUN, NULL);
  const DipSolverSettings reference = { .n_steps = plan->n_reference };

  self->queue = g_object_ref (queue);
  self->settings = g_ptr_array_ref (plan->settings);
  self->n_reference = plan->n_reference;
  for (guint i = 0; i < plan->n_seeds; i++)
    {
      const guint64 seed = plan->first_seed + i;

      g_array_append_val (self->seeds, seed);
    }
  g_signal_connect_object (queue, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "unsaved", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "over", G_CALLBACK (over_cb), self, G_CONNECT_SWAPPED);

  if (plan->n_reference > 0)
    {
      self->reference_label =
          g_strdup_printf ("reference\nddim, %u steps", plan->n_reference);
      add_job (self, base, "ddim", &reference, NULL);
    }
  for (guint i = 0; i < plan->settings->len; i++)
    {
      const DipCompareSetting *setting = g_ptr_array_index (plan->settings, i);

      add_job (self, base, dip_scheduler_kind_get_short_name (setting->kind),
               &setting->solver, setting->precision);
    }
  g_ptr_array_set_size (self->takes, self->jobs->len * self->seeds->len);

  return self;
}

void
dip_comparison_run_stop (DipComparisonRun *self)
{
  DipJob *current = dip_queue_get_current (self->queue);

  for (guint i = 0; i < self->jobs->len; i++)
    {
      DipJob *job = g_ptr_array_index (self->jobs, i);

      if (dip_job_get_state (job) != DIP_JOB_WAITING)
        continue;
      dip_queue_remove (self->queue, job);
      self->n_over++;
    }
  if (current != NULL && g_ptr_array_find (self->jobs, current, NULL))
    dip_queue_skip (self->queue);
  else if (dip_comparison_run_is_over (self))
    g_signal_emit (self, signals[OVER], 0);
}

gboolean
dip_comparison_run_is_over (DipComparisonRun *self)
{
  return self->n_over >= self->jobs->len;
}

void
dip_comparison_run_get_progress (DipComparisonRun *self, guint *n_made, guint *n_pairs)
{
  *n_made = self->n_made;
  *n_pairs = self->takes->len;
}

guint64
dip_comparison_run_get_first_seed (DipComparisonRun *self)
{
  return g_array_index (self->seeds, guint64, 0);
}

guint
dip_comparison_run_get_n_rows (DipComparisonRun *self)
{
  return self->seeds->len;
}

guint
dip_comparison_run_get_n_columns (DipComparisonRun *self)
{
  return self->settings->len;
}

const char *
dip_comparison_run_get_label (DipComparisonRun *self, int column)
{
  const DipCompareSetting *setting;

  if (column < 0)
    return self->reference_label;
  setting = g_ptr_array_index (self->settings, column);

  return setting->label;
}

DipTake *
dip_comparison_run_get_take (DipComparisonRun *self, guint row, int column)
{
  if (column < 0 && self->n_reference == 0)
    return NULL;

  return self->takes->pdata[job_of (self, column) * self->seeds->len + row];
}

double
dip_comparison_run_get_rmse (DipComparisonRun *self, guint row, guint column)
{
  DipTake *take = dip_comparison_run_get_take (self, row, (int) column);
  DipTake *reference = dip_comparison_run_get_take (self, row, -1);
  g_autoptr (DipFrame) a = take != NULL ? dip_take_get_frame (take, 0, NULL) : NULL;
  g_autoptr (DipFrame) b =
      reference != NULL ? dip_take_get_frame (reference, 0, NULL) : NULL;
  g_autoptr (DipPair) first = NULL;
  g_autoptr (DipPair) second = NULL;

  if (a == NULL || b == NULL)
    return NAN;
  first = dip_take_make_pair (take, a, FALSE);
  second = dip_take_make_pair (reference, b, FALSE);

  return dip_pair_measure_rmse (first, second);
}

/* Files ------------------------------------------------------------------------------ */

static const json_t *
find_provenance (DipComparisonRun *self, guint job)
{
  for (guint row = 0; row < self->seeds->len; row++)
    {
      DipTake *take = self->takes->pdata[job * self->seeds->len + row];

      if (take != NULL)
        return dip_take_get_provenance (take);
    }

  return NULL;
}

static json_t *
pick (const json_t *provenance, const char *const *keys, guint n_keys)
{
  json_t *object = json_object ();

  for (guint i = 0; i < n_keys; i++)
    if (json_object_get (provenance, keys[i]) != NULL)
      json_object_set (object, keys[i], json_object_get (provenance, keys[i]));

  return object;
}

static json_t *
describe_job (DipComparisonRun *self, guint job, const char *name)
{
  static const char *const keys[] = {
    "scheduler", "scheduler_config", "steps",  "eta",
    "churn",     "precision",        "device", "kernels"
  };
  json_t *object = pick (find_provenance (self, job), keys, G_N_ELEMENTS (keys));

  dip_json_set_string (object, "name", name);

  return object;
}

static json_t *
make_report (DipComparisonRun *self)
{
  static const char *const keys[] = {
    "synthetic",         "generator",     "version", "checkpoint",
    "checkpoint_sha256", "third_channel", "width",   "height"
  };
  const json_t *any = NULL;
  json_t *settings = json_array ();
  json_t *report;

  for (guint i = 0; i < self->jobs->len && any == NULL; i++)
    any = find_provenance (self, i);
  report = pick (any, keys, G_N_ELEMENTS (keys));
  if (self->n_reference > 0)
    dip_json_set_take (report, "reference", describe_job (self, 0, "reference"));
  for (guint i = 0; i < self->settings->len; i++)
    {
      const DipCompareSetting *setting = g_ptr_array_index (self->settings, i);

      json_array_append_new (settings,
                             describe_job (self, job_of (self, i), setting->name));
    }
  dip_json_set_take (report, "settings", settings);

  return report;
}

static char *
make_footer (const json_t *report)
{
  return g_strdup_printf (
      "Synthetic: made by a network, not pictures of a patient. %s, checkpoint %s "
      "(sha256 %.12s).",
      json_string_value (json_object_get (report, "generator")),
      json_string_value (json_object_get (report, "checkpoint")),
      json_string_value (json_object_get (report, "checkpoint_sha256")));
}

/* Takes @canvas over; NULL: @error is set. */
static gboolean
save_canvas (DipCanvas *canvas,
             const char *folder,
             const char *name,
             const json_t *report,
             GError **error)
{
  g_autoptr (DipCanvas) owned = canvas;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = dip_json_dump_line (report);
  DipPngNotes notes = { .diptych = text, .source = DIP_DIGITAL_SOURCE_TRAINED };
  g_autoptr (GBytes) bytes = NULL;

  if (owned == NULL)
    return FALSE;
  bytes = dip_png_encode_canvas (owned, &notes, path, error);

  return bytes != NULL && dip_save_bytes (path, bytes, error);
}

static gboolean
save_report (DipComparisonRun *self, const char *folder, json_t *report, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "compare.json", NULL);
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  dip_comparison_add_to_json (self->comparison, report);
  text = json_dumps (report, JSON_INDENT (1) | JSON_REAL_PRECISION (9));
  bytes = g_bytes_new_with_free_func (text, strlen (text), free, text);

  return dip_save_bytes (path, bytes, error);
}

gboolean
dip_comparison_run_export (DipComparisonRun *self, const char *folder, GError **error)
{
  g_autofree char *footer = NULL;
  json_t *report;
  gboolean is_done;

  if (self->comparison == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "no pair of the comparison is made yet");
      return FALSE;
    }

  report = make_report (self);
  footer = make_footer (report);
  is_done = save_canvas (dip_comparison_draw_grid (self->comparison, footer, error),
                         folder, "grid.png", report, error) &&
            (self->n_reference == 0 ||
             save_canvas (dip_comparison_draw_curves (self->comparison, footer), folder,
                          "curves.png", report, error)) &&
            save_report (self, folder, report, error);
  json_decref (report);

  return is_done;
}
