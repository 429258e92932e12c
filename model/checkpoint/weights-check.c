#include "model/checkpoint/weights-private.h"

#include "model/checkpoint/error.h"
#include "model/checkpoint/unet-builder.h"
#include "model/storage/tensor-file.h"

#include <string.h>

/* Missing tensors that a message names. */
#define N_NAMED 3

/* One walk over the network's weights, without values. */
typedef struct
{
  GHashTable *tensors;
  GPtrArray *used;
  GPtrArray *missing; /* of char */
  GError *error;      /* the first fault of a tensor that is there */
} Check;

static char *
make_shape_text (guint n_dims, const gsize *shape)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i > 0 ? ", " : "", shape[i]);

  return g_string_free (g_string_append_c (text, ']'), FALSE);
}

static gboolean
is_shape_equal (const DipTensor *tensor, guint n_dims, const gsize *shape)
{
  if (tensor->n_dims != n_dims)
    return FALSE;

  for (guint i = 0; i < n_dims; i++)
    if ((gsize) tensor->shape[i] != shape[i])
      return FALSE;

  return TRUE;
}

static void
check_tensor (Check *check, const DipTensor *tensor, guint n_dims, const gsize *shape)
{
  g_autofree char *wanted = NULL;
  g_autofree char *found = NULL;

  if (!is_shape_equal (tensor, n_dims, shape))
    {
      wanted = make_shape_text (n_dims, shape);
      found = dip_tensor_dup_shape_text (tensor);
      dip_checkpoint_set_error (&check->error, DIP_CHECKPOINT_ERROR_WEIGHTS, tensor->path,
                                "tensor '%s' has shape %s, the configuration wants %s",
                                tensor->name, found, wanted);
    }
  else if (!dip_dtype_is_readable (tensor->dtype))
    dip_checkpoint_set_error (&check->error, DIP_CHECKPOINT_ERROR_WEIGHTS, tensor->path,
                              "tensor '%s' is %s, wanted F32, F16 or BF16", tensor->name,
                              dip_dtype_get_name (tensor->dtype));
}

/* A DipUnetWeightFunc. */
static const float *
check_weight (const char *name, guint n_dims, const gsize *shape, gpointer user_data)
{
  Check *check = user_data;
  gpointer key, tensor;

  if (check->error != NULL)
    return NULL;

  if (!g_hash_table_lookup_extended (check->tensors, name, &key, &tensor))
    {
      g_ptr_array_add (check->missing, g_strdup (name));
      return NULL;
    }

  g_ptr_array_add (check->used, key);
  check_tensor (check, tensor, n_dims, shape);
  return NULL;
}

/* " (names here begin with 'module.')", where that is why @wanted is missing. */
static char *
explain_missing (const Check *check, const char *wanted)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, check->tensors);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (g_str_has_suffix (name, wanted))
      return g_strdup_printf (" (names here begin with '%.*s')",
                              (int) (strlen (name) - strlen (wanted)), (char *) name);

  return g_strdup ("");
}

static void
set_missing_error (const Check *check, const char *source, GError **error)
{
  GPtrArray *missing = check->missing;
  g_autofree char *reason = explain_missing (check, missing->pdata[0]);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < MIN (missing->len, N_NAMED); i++)
    g_string_append_printf (names, "%s'%s'", i > 0 ? ", " : "",
                            (char *) missing->pdata[i]);
  if (missing->len > N_NAMED)
    g_string_append (names, " ...");

  dip_checkpoint_set_error (
      error, DIP_CHECKPOINT_ERROR_WEIGHTS, source, "%u %s missing: %s%s", missing->len,
      missing->len == 1 ? "tensor is" : "tensors are", names->str, reason);
}

gboolean
dip_unet_weights_check (GHashTable *tensors,
                        const char *source,
                        const DipUnetConfig *config,
                        GPtrArray *used,
                        GError **error)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) size_error = NULL;
  g_autoptr (DipGraph) graph = NULL;
  Check check = { .tensors = tensors, .used = used, .missing = missing };
  guint size = dip_unet_config_get_size_multiple (config);

  /* The smallest picture; its graph is only walked for the weights. */
  graph = dip_unet_build_graph (config, 1, size, size, check_weight, &check, &size_error);

  if (check.error != NULL)
    g_propagate_error (error, check.error);
  else if (missing->len > 0)
    set_missing_error (&check, source, error);
  else if (graph == NULL)
    g_propagate_prefixed_error (error, g_steal_pointer (&size_error), "%s: ", source);
  else
    return TRUE;

  return FALSE;
}
