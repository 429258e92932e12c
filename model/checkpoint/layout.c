#include "model/checkpoint/layout.h"

#include "model/checkpoint/error.h"
#include "model/storage/json.h"

#include <string.h>

#define STEM "diffusion_pytorch_model"

/* Pipelines that are a UNet2DModel and a scheduler and nothing else. */
static const char *const pipelines[] = {
  "DDPMPipeline",       "DDIMPipeline",     "PNDMPipeline",
  "ScoreSdeVePipeline", "KarrasVePipeline", "RePaintPipeline",
};

/* Weight file names in the order of preference; variants go by the same order. */
static const struct
{
  const char *suffix; /* STEM suffix is the plain file's name */
  const char *before; /* STEM before VARIANT after is a variant's */
  const char *after;
  gboolean is_index;
} forms[] = {
  { ".safetensors", ".", ".safetensors", FALSE },
  { ".safetensors.index.json", ".safetensors.index.", ".json", TRUE },
  { ".bin", ".", ".bin", FALSE },
  { ".bin.index.json", ".bin.index.", ".json", TRUE },
};

static const char *const preferred_variants[] = { "fp32", "fp16", "bf16" };

const char *
dip_layout_kind_get_name (DipLayoutKind kind)
{
  static const char *const names[] = { "pipeline", "flat", "unet" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (names), NULL);

  return names[kind];
}

void
dip_layout_free (DipLayout *self)
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

/* A link that leads nowhere counts as there: opening it then says what is wrong. */
static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS) ||
         g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

/* The path of @name in @folder if it is there, else NULL. */
static char *
find_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return is_there (path) ? g_steal_pointer (&path) : NULL;
}

/* One component, which leads nowhere else. */
static gboolean
is_plain_name (const char *name)
{
  return *name != '\0' && strpbrk (name, "/\\") == NULL && !g_str_equal (name, ".") &&
         !g_str_equal (name, "..");
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
      is_plain_name (g_strstrip (commit)))
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
    if (is_plain_name (key))
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

/* Adds the shard @name once. */
static gboolean
add_shard (DipLayout *self, const char *folder, json_t *name, GError **error)
{
  const char *shard = json_string_value (name);
  g_autofree char *path = NULL;

  if (shard == NULL || !is_plain_name (shard) ||
      !(g_str_has_suffix (shard, ".safetensors") || g_str_has_suffix (shard, ".bin")))
    {
      dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_CONFIG, self->index,
                                "shard '%s' is not the plain name of a .safetensors or "
                                ".bin file in the same folder",
                                shard != NULL ? shard : "(not a string)");
      return FALSE;
    }

  path = g_build_filename (folder, shard, NULL);
  if (!g_ptr_array_find_with_equal_func (self->weights, path, g_str_equal, NULL))
    g_ptr_array_add (self->weights, g_steal_pointer (&path));
  return TRUE;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Reads the index's weight_map: tensor names to the shards they are in. */
static gboolean
find_shards (DipLayout *self, const char *folder, GError **error)
{
  g_autoptr (DipJson) json = dip_json_load_file (self->index, NULL, error);
  g_autoptr (DipJson) map = NULL;
  const char *tensor;
  json_t *shard;

  if (json == NULL || !dip_json_require (json, "weight_map", error) ||
      !dip_json_get_object (json, "weight_map", &map, error))
    return FALSE;

  json_object_foreach (dip_json_get_root (map), tensor,
                       shard) if (!add_shard (self, folder, shard, error)) return FALSE;

  if (self->weights->len == 0)
    return dip_json_fail (json, "weight_map", "a map of tensor names to files", error);

  g_ptr_array_sort (self->weights, compare_paths);
  return TRUE;
}

/* How far down the list of preferences a variant's file is: less is better. */
static guint
rank_variant (const char *variant, guint form)
{
  guint rank = 0;

  while (rank < G_N_ELEMENTS (preferred_variants) &&
         !g_str_equal (variant, preferred_variants[rank]))
    rank++;

  return rank * G_N_ELEMENTS (forms) + form;
}

/* The variant in @name if it is a variant's file of form @form. */
static char *
match_variant (const char *name, guint form)
{
  g_autofree char *before = g_strconcat (STEM, forms[form].before, NULL);
  gsize n_before = strlen (before);
  gsize n_after = strlen (forms[form].after);
  gsize n = strlen (name);
  g_autofree char *variant = NULL;

  if (n <= n_before + n_after || !g_str_has_prefix (name, before) ||
      !g_str_has_suffix (name, forms[form].after))
    return NULL;

  variant = g_strndup (name + n_before, n - n_before - n_after);
  if (strchr (variant, '.') != NULL || strstr (variant, "-of-") != NULL) /* a shard */
    return NULL;

  return g_steal_pointer (&variant);
}

typedef struct
{
  char *name; /* of the file */
  char *variant;
  guint form;
} VariantFile;

static void
clear_variant_file (VariantFile *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->variant, g_free);
}

static gboolean
is_better_variant (const char *name,
                   const char *variant,
                   guint form,
                   const VariantFile *best)
{
  guint rank = rank_variant (variant, form);
  guint best_rank;

  if (best->name == NULL)
    return TRUE;

  best_rank = rank_variant (best->variant, best->form);
  return rank < best_rank || (rank == best_rank && strcmp (name, best->name) < 0);
}

static void
consider_variant (VariantFile *best, const char *name)
{
  for (guint form = 0; form < G_N_ELEMENTS (forms); form++)
    {
      g_autofree char *variant = match_variant (name, form);

      if (variant == NULL || !is_better_variant (name, variant, form, best))
        continue;

      clear_variant_file (best);
      best->name = g_strdup (name);
      best->variant = g_steal_pointer (&variant);
      best->form = form;
    }
}

static gboolean
use_weights (DipLayout *self,
             const char *folder,
             const char *name,
             guint form,
             GError **error)
{
  char *path = g_build_filename (folder, name, NULL);

  if (!forms[form].is_index)
    {
      g_ptr_array_add (self->weights, path);
      return TRUE;
    }

  self->index = path;
  return find_shards (self, folder, error);
}

static gboolean
find_variant_weights (DipLayout *self, const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  VariantFile best = { 0 };
  const char *name;
  gboolean is_found;

  if (dir == NULL)
    return FALSE;

  while ((name = g_dir_read_name (dir)) != NULL)
    consider_variant (&best, name);

  if (best.name == NULL)
    {
      dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_NOT_FOUND, folder,
                                "no weights here: no " STEM ".safetensors, no " STEM
                                ".bin, no variant of them");
      return FALSE;
    }

  is_found = use_weights (self, folder, best.name, best.form, error);
  self->variant = g_steal_pointer (&best.variant);
  clear_variant_file (&best);
  return is_found;
}

static gboolean
find_weights (DipLayout *self, const char *folder, GError **error)
{
  for (guint form = 0; form < G_N_ELEMENTS (forms); form++)
    {
      g_autofree char *name = g_strconcat (STEM, forms[form].suffix, NULL);
      g_autofree char *path = find_file (folder, name);

      if (path != NULL)
        return use_weights (self, folder, name, form, error);
    }

  return find_variant_weights (self, folder, error);
}

static void
set_not_found_error (GError **error, const char *path)
{
  g_autofree char *unet = g_build_filename (path, "unet", NULL);
  const char *what = "no checkpoint: neither unet/config.json nor config.json is here";

  if (!is_there (path))
    what = "no such folder";
  else if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    what = "not a folder; a checkpoint is one";
  else if (g_file_test (unet, G_FILE_TEST_IS_DIR))
    what = "the checkpoint has no unet/config.json";

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_NOT_FOUND, path, "%s", what);
}

/* Finds config.json, and by where it is the kind and the folder of the weights. */
static char *
find_config (DipLayout *self, GError **error)
{
  g_autofree char *unet = g_build_filename (self->root, "unet", NULL);

  self->config = find_file (unet, "config.json");
  if (self->config != NULL)
    {
      g_autofree char *folder = g_build_filename (self->root, "scheduler", NULL);

      self->kind = DIP_LAYOUT_PIPELINE;
      self->scheduler = find_file (folder, "scheduler_config.json");
      return g_steal_pointer (&unet);
    }

  self->config = find_file (self->root, "config.json");
  self->scheduler = find_file (self->root, "scheduler_config.json");
  self->kind = self->scheduler != NULL || self->model_index != NULL ? DIP_LAYOUT_FLAT
                                                                    : DIP_LAYOUT_UNET;
  if (self->config != NULL)
    return g_strdup (self->root);

  set_not_found_error (error, self->root);
  return NULL;
}

DipLayout *
dip_layout_find (const char *path, GError **error)
{
  g_autoptr (DipLayout) self = g_new0 (DipLayout, 1);
  g_autofree char *folder = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self->weights = g_ptr_array_new_with_free_func (g_free);
  self->root = resolve_cache (path, error);
  if (self->root == NULL)
    return NULL;

  self->model_index = find_file (self->root, "model_index.json");
  self->diptych = find_file (self->root, "diptych.json");
  if (self->model_index != NULL && !check_model_index (self->model_index, error))
    return NULL;

  folder = find_config (self, error);
  if (folder == NULL || !find_weights (self, folder, error))
    return NULL;

  return g_steal_pointer (&self);
}
