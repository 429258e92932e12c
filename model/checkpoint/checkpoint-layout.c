#include "model/checkpoint/checkpoint-layout.h"

#include "model/checkpoint/error.h"
#include "model/checkpoint/checkpoint-layout-private.h"
#include "model/storage/json.h"

#include <string.h>

/* Pipelines that are a UNet2DModel and a scheduler and nothing else. */
static const char *const pipelines[] = {
  "DDPMPipeline",       "DDIMPipeline",     "PNDMPipeline",
  "ScoreSdeVePipeline", "KarrasVePipeline", "RePaintPipeline",
};

const char *
dip_checkpoint_layout_kind_get_name (DipCheckpointLayoutKind kind)
{
  static const char *const names[] = { "pipeline", "flat", "unet" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (names), NULL);

  return names[kind];
}

void
dip_checkpoint_layout_free (DipCheckpointLayout *self)
{
  if (self == NULL)
    return;

  g_free (self->root);
  g_free (self->model_index);
  g_free (self->config);
  g_free (self->scheduler);
  g_free (self->diptych);
  g_free (self->index);
  g_free (self->variant);
  g_clear_pointer (&self->weights, g_ptr_array_unref);
  g_free (self);
}

static char *
find_only_snapshot (const char *snapshots)
{
  g_autoptr (GDir) dir = g_dir_open (snapshots, 0, NULL);
  g_autofree char *name = dir == NULL ? NULL : g_strdup (g_dir_read_name (dir));

  if (name == NULL || g_dir_read_name (dir) != NULL)
    return NULL;

  return g_build_filename (snapshots, name, NULL);
}

/* The snapshot that a cache folder stands for; any other folder is its own root. */
static char *
resolve_cache (const char *path, GError **error)
{
  g_autofree char *snapshots = g_build_filename (path, "snapshots", NULL);
  g_autofree char *ref = g_build_filename (path, "refs", "main", NULL);
  g_autofree char *commit = NULL;
  char *snapshot;

  if (!g_file_test (snapshots, G_FILE_TEST_IS_DIR))
    return g_strdup (path);

  if (g_file_get_contents (ref, &commit, NULL, NULL) &&
      dip_checkpoint_layout_is_plain_name (g_strstrip (commit)))
    return g_build_filename (snapshots, commit, NULL);

  snapshot = find_only_snapshot (snapshots);
  if (snapshot == NULL)
    dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_NOT_FOUND, path,
                              "a cache folder without refs/main; give one of the folders "
                              "in snapshots/");
  return snapshot;
}

static gboolean
check_pipeline_class (DipJson *json, GError **error)
{
  const char *name = NULL;

  if (!dip_json_require (json, "_class_name", error) ||
      !dip_json_get_string (json, "_class_name", &name, error))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (pipelines); i++)
    if (g_str_equal (name, pipelines[i]))
      return TRUE;

  dip_checkpoint_set_error (
      error, DIP_CHECKPOINT_ERROR_UNSUPPORTED, dip_json_get_name (json),
      "a '%s' is not what Diptych runs: unconditional pipelines of a "
      "UNet2DModel and a scheduler, as DDPMPipeline and DDIMPipeline",
      name);
  return FALSE;
}

static gboolean
check_component_names (DipJson *json, GError **error)
{
  const char *key;
  json_t *value;

  json_object_foreach (dip_json_get_root (json), key, value)
  {
    if (dip_checkpoint_layout_is_plain_name (key))
      continue;
    dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_CONFIG,
                              dip_json_get_name (json),
                              "component '%s' is a path, not a name", key);
    return FALSE;
  }

  return TRUE;
}

/* "unet": ["diffusers", "UNet2DModel"]. */
static gboolean
check_unet_class (DipJson *json, GError **error)
{
  g_autofree const char **names = NULL;
  gsize n_names = 0;

  if (!dip_json_require (json, "unet", error) ||
      !dip_json_get_strings (json, "unet", &names, &n_names, error))
    return FALSE;
  if (n_names != 2)
    return dip_json_fail (json, "unet", "[library, class]", error);
  if (g_str_equal (names[1], "UNet2DModel"))
    return TRUE;

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_UNSUPPORTED,
                            dip_json_get_name (json),
                            "the unet is a '%s'; Diptych runs UNet2DModel", names[1]);
  return FALSE;
}

static gboolean
check_model_index (const char *path, GError **error)
{
  g_autoptr (DipJson) json = dip_json_load_file (path, NULL, error);

  return json != NULL && check_pipeline_class (json, error) &&
         check_component_names (json, error) && check_unet_class (json, error);
}

static void
set_not_found_error (GError **error, const char *path)
{
  g_autofree char *unet = g_build_filename (path, "unet", NULL);
  const char *what = "no checkpoint: neither unet/config.json nor config.json is here";

  if (!dip_checkpoint_layout_is_there (path))
    what = "no such folder";
  else if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    what = "not a folder; a checkpoint is one";
  else if (g_file_test (unet, G_FILE_TEST_IS_DIR))
    what = "the checkpoint has no unet/config.json";

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_NOT_FOUND, path, "%s", what);
}

/* Finds config.json, and by where it is the kind and the folder of the weights. */
static char *
find_config (DipCheckpointLayout *self, GError **error)
{
  g_autofree char *unet = g_build_filename (self->root, "unet", NULL);

  self->config = dip_checkpoint_layout_find_file (unet, "config.json");
  if (self->config != NULL)
    {
      g_autofree char *folder = g_build_filename (self->root, "scheduler", NULL);

      self->kind = DIP_CHECKPOINT_LAYOUT_PIPELINE;
      self->scheduler = dip_checkpoint_layout_find_file (folder, "scheduler_config.json");
      return g_steal_pointer (&unet);
    }

  self->config = dip_checkpoint_layout_find_file (self->root, "config.json");
  self->scheduler = dip_checkpoint_layout_find_file (self->root, "scheduler_config.json");
  self->kind = self->scheduler != NULL || self->model_index != NULL
                   ? DIP_CHECKPOINT_LAYOUT_FLAT
                   : DIP_CHECKPOINT_LAYOUT_UNET;
  if (self->config != NULL)
    return g_strdup (self->root);

  set_not_found_error (error, self->root);
  return NULL;
}

DipCheckpointLayout *
dip_checkpoint_layout_find (const char *path, GError **error)
{
  g_autoptr (DipCheckpointLayout) self = g_new0 (DipCheckpointLayout, 1);
  g_autofree char *folder = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self->weights = g_ptr_array_new_with_free_func (g_free);
  self->root = resolve_cache (path, error);
  if (self->root == NULL)
    return NULL;

  self->model_index = dip_checkpoint_layout_find_file (self->root, "model_index.json");
  self->diptych = dip_checkpoint_layout_find_file (self->root, "diptych.json");
  if (self->model_index != NULL && !check_model_index (self->model_index, error))
    return NULL;

  folder = find_config (self, error);
  if (folder == NULL || !dip_checkpoint_layout_find_weights (self, folder, error))
    return NULL;

  return g_steal_pointer (&self);
}
