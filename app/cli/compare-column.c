#include "app/cli/compare-column.h"

#include "model/storage/json.h"
#include "model/storage/save.h"
#include "model/storage/tensor-file.h"
#include "render/gpu-denoiser.h"

#include <string.h>

#define MANIFEST "manifest.jsonl"
#define FORMATS (DIP_PAIR_PNG | DIP_PAIR_SAFETENSORS)

/* So much of a SHA-256, in hexadecimal. */
#define N_DIGITS 12

static void
fill_options (DipCompareColumn *self,
              const DipCompareOptions *options,
              const DipCompareSetting *setting,
              guint n_reference)
{
  DipSampleOptions *out = &self->options;

  dip_sample_options_init (out);
  out->checkpoint_path = options->checkpoint_path;
  out->scheduler = (char *) dip_scheduler_kind_get_short_name (
      setting != NULL ? setting->kind : DIP_SCHEDULER_DDIM);
  out->scheduler_options = setting != NULL ? setting->options : NULL;
  out->steps = setting != NULL ? setting->solver.n_steps : n_reference;
  out->eta = setting != NULL ? setting->solver.eta : 0.0;
  out->churn = setting != NULL ? setting->solver.churn : 0.0;
  if (setting != NULL)
    out->extras =
        (DipSolverExtras){ setting->solver.churn_min, setting->solver.churn_max,
                           setting->solver.churn_noise, setting->solver.lms_order };
  out->batch = options->batch;
  out->size = options->size;
  out->third = options->third;
  out->class_label = options->class_label;
  out->first_seed = g_array_index (options->seeds, guint64, 0);
  out->n_pairs = options->seeds->len;
  out->formats = FORMATS;
}

/* Of what decides a picture: not of who made it, nor of where the checkpoint lies. */
static char *
find_digest (const json_t *settings)
{
  json_t *object = json_copy ((json_t *) settings);
  g_autofree char *text = NULL;
  g_autofree char *sha256 = NULL;

  json_object_del (object, "generator");
  json_object_del (object, "version");
  json_object_del (object, "checkpoint");
  text = dip_json_dump_line (object);
  json_decref (object);
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strndup (sha256, N_DIGITS);
}

DipCompareColumn *
dip_compare_column_new (const DipCli *cli,
                        const DipCompareOptions *options,
                        const DipCompareSetting *setting,
                        guint n_reference,
                        DipCheckpoint *checkpoint,
                        GError **error)
{
  g_autoptr (DipCompareColumn) self = g_new0 (DipCompareColumn, 1);
  g_autofree char *stem = NULL;
  g_autofree char *digest = NULL;

  self->cli = *cli;
  if (setting != NULL && setting->precision != NULL)
    dip_precision_from_name (setting->precision, &self->cli.precision);
  fill_options (self, options, setting, n_reference);
  if (checkpoint != NULL)
    self->plan.checkpoint = dip_checkpoint_ref (checkpoint);
  if (!dip_sample_plan_prepare (&self->plan, &self->cli, &self->options, error))
    {
      if (setting != NULL && error != NULL && (*error)->domain != DIP_CLI_ERROR)
        g_prefix_error (error, "%s, %u steps: ", setting->name, setting->solver.n_steps);
      return NULL;
    }

  stem = setting != NULL ? g_strdup (setting->stem)
                         : g_strdup_printf ("reference-ddim-%u", n_reference);
  digest = find_digest (self->plan.settings);
  self->name = g_strdup_printf ("%s-%s", stem, digest);
  self->folder = g_build_filename (options->folder, self->name, NULL);

  return g_steal_pointer (&self);
}

void
dip_compare_column_free (DipCompareColumn *self)
{
  if (self == NULL)
    return;

  dip_sample_plan_clear (&self->plan);
  g_clear_pointer (&self->manifest, dip_manifest_free);
  g_free (self->name);
  g_free (self->folder);
  g_free (self);
}

gboolean
dip_compare_column_open (DipCompareColumn *self, GError **error)
{
  g_clear_pointer (&self->manifest, dip_manifest_free);
  if (!dip_cli_make_folder (self->folder, error))
    return FALSE;
  self->manifest = dip_manifest_open (self->folder, MANIFEST, error);

  return self->manifest != NULL;
}

gboolean
dip_compare_column_has (DipCompareColumn *self, guint64 seed)
{
  json_t *line = dip_manifest_lookup (self->manifest, seed);
  g_auto (GStrv) wanted = NULL;

  /* The name of the folder has only some digits of the digest. */
  if (line == NULL ||
      !dip_sample_plan_made (&self->plan, line, dip_manifest_get_path (self->manifest),
                             NULL))
    return FALSE;

  wanted = dip_pair_list_files (FORMATS, self->plan.shape.in_channels, seed);

  return dip_manifest_is_intact (self->manifest, line, (const char *const *) wanted);
}

gboolean
dip_compare_column_save (DipCompareColumn *self,
                         guint64 seed,
                         const float *sample,
                         double seconds,
                         DipDenoiser *denoiser,
                         GError **error)
{
  const DipDenoiserShape *shape = &self->plan.shape;
  g_autoptr (DipPair) pair = dip_pair_new_from_network (
      sample, shape->in_channels, shape->width, shape->height, self->plan.third);
  json_t *line = dip_sample_plan_make_provenance (
      &self->plan, seed, dip_denoiser_get_device_name (denoiser),
      dip_gpu_denoiser_get_kernels (denoiser));
  DipPairOutput output = { .seed = seed,
                           .pair = pair,
                           .sample = sample,
                           .n_channels = shape->in_channels,
                           .source = DIP_DIGITAL_SOURCE_TRAINED,
                           .provenance = line };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  json_t *files = dip_pair_save (self->folder, FORMATS, &output, error);
  gboolean is_saved = files != NULL;

  if (is_saved)
    {
      dip_json_set_take (line, "files", files);
      dip_json_set_string (line, "time", time);
      dip_json_set_double (line, "seconds", seconds);
      is_saved = dip_manifest_append (self->manifest, line, error);
    }
  json_decref (line);

  return is_saved;
}

static gboolean
check_shape (DipCompareColumn *self,
             const char *path,
             const DipTensor *tensor,
             GError **error)
{
  const DipDenoiserShape *shape = &self->plan.shape;

  if (tensor != NULL && tensor->n_dims == 3 && tensor->shape[0] == shape->in_channels &&
      tensor->shape[1] == shape->height && tensor->shape[2] == shape->width)
    return TRUE;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "%s: wanted a tensor sample [%u, %u, %u]", path, shape->in_channels,
               shape->height, shape->width);

  return FALSE;
}

DipPair *
dip_compare_column_load (DipCompareColumn *self,
                         guint64 seed,
                         const json_t **line,
                         GError **error)
{
  const DipDenoiserShape *shape = &self->plan.shape;
  g_autofree char *name =
      g_strdup_printf ("pair-%" G_GUINT64_FORMAT ".safetensors", seed);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, error);
  g_autofree float *sample = NULL;
  const DipTensor *tensor;

  if (file == NULL)
    return NULL;
  tensor = dip_tensor_file_lookup (file, "sample");
  if (!check_shape (self, path, tensor, error))
    return NULL;
  sample = dip_tensor_dup_float32 (tensor, error);
  if (sample == NULL)
    return NULL;
  *line = dip_manifest_lookup (self->manifest, seed);

  return dip_pair_new_from_network (sample, shape->in_channels, shape->width,
                                    shape->height, self->plan.third);
}

json_t *
dip_compare_column_to_json (const DipCompareColumn *self, const char *name)
{
  json_t *object = json_object ();

  dip_json_set_string (object, "name", name);
  dip_json_set_string (object, "folder", self->name);
  json_object_update (object, self->plan.settings);

  return object;
}
