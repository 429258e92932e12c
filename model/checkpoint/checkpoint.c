#include "model/checkpoint/checkpoint.h"

#include "model/checkpoint/diptych-json.h"
#include "model/checkpoint/error.h"
#include "model/checkpoint/unet-builder.h"
#include "model/checkpoint/weights.h"
#include "model/storage/json.h"

struct _DipCheckpoint
{
  gatomicrefcount ref_count;
  char *path;
  DipCheckpointLayout *layout;
  DipUnetConfig config;
  DipDiptychJson diptych;
  GBytes *scheduler_json;
  DipUnetWeights *weights;
};

DipCheckpoint *
dip_checkpoint_ref (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
dip_checkpoint_unref (DipCheckpoint *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->path);
  dip_checkpoint_layout_free (self->layout);
  dip_diptych_json_clear (&self->diptych);
  g_clear_pointer (&self->scheduler_json, g_bytes_unref);
  dip_unet_weights_unref (self->weights);
  g_free (self);
}

/* The bytes of scheduler_config.json, which must at least be a JSON object. */
static gboolean
read_scheduler (DipCheckpoint *self, GError **error)
{
  const char *path = self->layout->scheduler;
  g_autoptr (DipJson) json = NULL;
  char *text = NULL;
  gsize n_bytes = 0;

  if (path == NULL)
    return TRUE;

  json = dip_json_load_file (path, NULL, error);
  if (json == NULL || !g_file_get_contents (path, &text, &n_bytes, error))
    return FALSE;

  self->scheduler_json = g_bytes_new_take (text, n_bytes);
  return TRUE;
}

DipCheckpoint *
dip_checkpoint_open (const char *path, GError **error)
{
  g_autoptr (DipCheckpoint) self = g_new0 (DipCheckpoint, 1);

  g_return_val_if_fail (path != NULL, NULL);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->layout = dip_checkpoint_layout_find (path, error);
  if (self->layout == NULL ||
      !dip_unet_config_load (&self->config, self->layout->config, error) ||
      !read_scheduler (self, error))
    return NULL;

  if (self->layout->diptych != NULL &&
      !dip_diptych_json_load (&self->diptych, self->layout->diptych, error))
    return NULL;

  self->weights = dip_unet_weights_open (&self->config, self->layout->weights, error);
  if (self->weights == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

const char *
dip_checkpoint_get_path (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->path;
}

const DipCheckpointLayout *
dip_checkpoint_get_layout (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->layout;
}

const DipUnetConfig *
dip_checkpoint_get_config (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->config;
}

const char *
dip_checkpoint_get_scheduler_path (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->layout->scheduler;
}

GBytes *
dip_checkpoint_get_scheduler_json (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->scheduler_json;
}

const char *
dip_checkpoint_get_third_channel (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->diptych.third_channel;
}

double
dip_checkpoint_get_pixel_spacing_mm (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->diptych.pixel_spacing_mm;
}

const char *
dip_checkpoint_get_trained_on (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->diptych.trained_on;
}

guint
dip_checkpoint_get_n_weight_files (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return dip_unet_weights_get_n_files (self->weights);
}

DipTensorFile *
dip_checkpoint_get_weight_file (DipCheckpoint *self, guint i)
{
  g_return_val_if_fail (self != NULL, NULL);

  return dip_unet_weights_get_file (self->weights, i);
}

guint64
dip_checkpoint_get_n_parameters (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return dip_unet_weights_get_n_parameters (self->weights);
}

const char *const *
dip_checkpoint_get_ignored_tensors (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return dip_unet_weights_get_ignored (self->weights);
}

const char *
dip_checkpoint_get_dtypes (DipCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return dip_unet_weights_get_dtypes (self->weights);
}

const char *
dip_checkpoint_get_sha256 (DipCheckpoint *self, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  return dip_unet_weights_get_sha256 (self->weights, error);
}

DipGraph *
dip_checkpoint_build_graph (DipCheckpoint *self,
                            guint batch,
                            guint height,
                            guint width,
                            GError **error)
{
  DipGraph *graph;

  g_return_val_if_fail (self != NULL, NULL);

  if (height == 0)
    height = self->config.sample_height;
  if (width == 0)
    width = self->config.sample_width;
  if (height == 0 || width == 0)
    {
      dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_SIZE, self->layout->config,
                                "no sample_size; give a picture size");
      return NULL;
    }

  graph = dip_unet_build_graph (&self->config, batch, height, width,
                                dip_unet_weights_lookup, self->weights, error);
  if (graph == NULL)
    {
      g_prefix_error (error, "%s: ", self->path);
      return NULL;
    }

  dip_graph_set_owner (graph, dip_unet_weights_ref (self->weights),
                       (GDestroyNotify) dip_unet_weights_unref);
  dip_graph_set_keeper (graph, (DipGraphDataFunc) dip_unet_weights_hold,
                        (DipGraphDataFunc) dip_unet_weights_release);
  return graph;
}
