#include "tests/checkpoint/golden.h"

#include "model/checkpoint/records.h"
#include "model/graph/reference.h"

#include <math.h>
#include <string.h>

char *
golden_path (const char *first, ...)
{
  g_autofree char *rest = NULL;
  va_list args;

  va_start (args, first);
  rest = g_build_filename_valist (first, &args);
  va_end (args);

  return g_build_filename (g_getenv ("DIPTYCH_TEST_DATA"), rest, NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
golden_list (const char *folder, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix))
      g_ptr_array_add (names, g_strdup (name));

  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/* Largest difference over the rms of @wanted; infinite where a value is not finite. */
static double
get_error (const float *found, const float *wanted, gsize n)
{
  double worst = 0;
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    {
      double difference = fabs ((double) found[i] - wanted[i]);

      worst = isfinite (difference) ? MAX (worst, difference) : INFINITY;
      sum += (double) wanted[i] * wanted[i];
    }

  return worst / sqrt (sum / MAX (n, 1));
}

static void
compare (const char *name, const float *found, const DipTensor *wanted, double limit)
{
  g_autoptr (GError) error = NULL;
  g_autofree float *values = dip_tensor_dup_float32 (wanted, &error);
  double worst;

  g_assert_no_error (error);
  worst = get_error (found, values, wanted->n_elements);
  g_test_message ("%s: %.2g of rms", name, worst);
  if (!(worst <= limit))
    g_test_fail_printf ("%s, %s: off by %.3g of rms, limit %.3g", wanted->path, name,
                        worst, limit);
}

typedef struct
{
  DipTensorFile *golden;
  GHashTable *compared; /* of the golden's names */
} Activations;

static void
compare_record (const char *name,
                const DipShape *shape,
                const float *value,
                const DipTensor *wanted)
{
  g_autofree float *found = g_new (float, dip_shape_get_n_elements (shape));
  gint64 dims[4];
  guint n_dims = dip_record_get_shape (name, shape, dims);

  g_assert_cmpuint (n_dims, ==, wanted->n_dims);
  for (guint i = 0; i < n_dims; i++)
    g_assert_cmpint (dims[i], ==, wanted->shape[i]);

  dip_record_copy (name, shape, value, found);
  compare (name, found, wanted, GOLDEN_ACTIVATION_LIMIT);
}

static void
compare_node (const DipGraph *graph, guint node, const float *value, gpointer user_data)
{
  Activations *activations = user_data;
  DipValueId output = dip_graph_get_node (graph, node)->output;
  DipValueId recorded;
  const char *name;

  for (guint i = 0; (name = dip_graph_get_record (graph, i, &recorded)) != NULL; i++)
    {
      g_autofree char *key = g_strconcat ("act.", name, NULL);
      const DipTensor *wanted;

      if (recorded != output)
        continue;
      wanted = dip_tensor_file_lookup (activations->golden, key);
      if (wanted == NULL)
        continue;
      compare_record (name, &dip_graph_get_value (graph, output)->shape, value, wanted);
      g_hash_table_add (activations->compared, (gpointer) wanted->name);
    }
}

static void
assert_all_compared (const Activations *activations)
{
  for (guint i = 0; i < dip_tensor_file_get_n_tensors (activations->golden); i++)
    {
      const DipTensor *tensor = dip_tensor_file_get (activations->golden, i);

      if (g_str_has_prefix (tensor->name, "act.") &&
          !g_hash_table_contains (activations->compared, tensor->name))
        g_test_fail_printf ("%s: '%s' has no record point", tensor->path, tensor->name);
    }
}

/* The golden's tensor as the graph's input wants it: a single value serves the whole
 * batch.  NULL where the network has no such input. */
static float *
read_input (const DipGraph *graph,
            DipGraphInput input,
            DipTensorFile *golden,
            const char *name)
{
  DipValueId id = dip_graph_get_input (graph, input);
  const DipTensor *tensor = dip_tensor_file_lookup (golden, name);
  g_autofree float *stored = NULL;
  float *values;
  gsize n;

  if (id == DIP_NO_VALUE)
    return NULL;

  g_assert_nonnull (tensor);
  n = dip_shape_get_n_elements (&dip_graph_get_value (graph, id)->shape);
  stored = dip_tensor_dup_float32 (tensor, NULL);
  g_assert_true (tensor->n_elements == n || tensor->n_elements == 1);

  values = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    values[i] = stored[tensor->n_elements == 1 ? 0 : i];
  return values;
}

void
golden_check (const DipGraph *graph, DipTensorFile *golden, const float *sample)
{
  g_autoptr (GError) error = NULL;
  const DipShape *shape =
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape;
  const DipTensor *wanted = dip_tensor_file_lookup (golden, "output");
  g_autofree float *output = g_new (float, dip_shape_get_n_elements (shape));
  g_autofree float *own =
      sample != NULL ? NULL
                     : read_input (graph, DIP_GRAPH_INPUT_SAMPLE, golden, "sample");
  g_autofree float *timesteps =
      read_input (graph, DIP_GRAPH_INPUT_TIMESTEPS, golden, "timesteps");
  g_autofree float *labels =
      read_input (graph, DIP_GRAPH_INPUT_CLASS_LABELS, golden, "class_labels");
  const float *inputs[DIP_N_GRAPH_INPUTS] = { sample != NULL ? sample : own, timesteps,
                                              labels };
  g_autoptr (GHashTable) compared = g_hash_table_new (g_str_hash, g_str_equal);
  Activations activations = { .golden = golden, .compared = compared };

  dip_reference_run (graph, inputs, output, compare_node, &activations, NULL, &error);
  g_assert_no_error (error);

  g_assert_nonnull (wanted);
  g_assert_cmpuint (wanted->n_elements, ==, dip_shape_get_n_elements (shape));
  compare ("output", output, wanted, GOLDEN_OUTPUT_LIMIT);
  assert_all_compared (&activations);
}
