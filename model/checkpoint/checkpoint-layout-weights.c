#include "model/checkpoint/checkpoint-layout-private.h"

#include "model/checkpoint/error.h"
#include "model/storage/json.h"

#include <string.h>

#define STEM "diffusion_pytorch_model"

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

gboolean
dip_checkpoint_layout_is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS) ||
         g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

gboolean
dip_checkpoint_layout_is_plain_name (const char *name)
{
  return *name != '\0' && strpbrk (name, "/\\") == NULL && !g_str_equal (name, ".") &&
         !g_str_equal (name, "..");
}

char *
dip_checkpoint_layout_find_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return dip_checkpoint_layout_is_there (path) ? g_steal_pointer (&path) : NULL;
}

/* Adds the shard @name once. */
static gboolean
add_shard (DipCheckpointLayout *self, const char *folder, json_t *name, GError **error)
{
  const char *shard = json_string_value (name);
  g_autofree char *path = NULL;

  if (shard == NULL || !dip_checkpoint_layout_is_plain_name (shard) ||
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
find_shards (DipCheckpointLayout *self, const char *folder, GError **error)
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
use_weights (DipCheckpointLayout *self,
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
find_variant_weights (DipCheckpointLayout *self, const char *folder, GError **error)
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

gboolean
dip_checkpoint_layout_find_weights (DipCheckpointLayout *self,
                                    const char *folder,
                                    GError **error)
{
  for (guint form = 0; form < G_N_ELEMENTS (forms); form++)
    {
      g_autofree char *name = g_strconcat (STEM, forms[form].suffix, NULL);
      g_autofree char *path = dip_checkpoint_layout_find_file (folder, name);

      if (path != NULL)
        return use_weights (self, folder, name, form, error);
    }

  return find_variant_weights (self, folder, error);
}
