#include "model/graph/passes.h"
#include "model/graph/reference.h"

#include "networks.h"

#include <math.h>

typedef DipGraph *(*Pass) (DipGraph *graph, gboolean keep_records);

static const Pass passes[] = { dip_pass_share, dip_pass_fold_norm, dip_pass_fold_conv,
                               dip_graph_fuse };

/* A graph's output and the values that have a record name, by that name. */
typedef struct
{
  gsize n_elements;
  float *output;
  GHashTable *records; /* of GBytes */
} Result;

static void
clear_result (Result *self)
{
  g_clear_pointer (&self->output, g_free);
  g_clear_pointer (&self->records, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, clear_result)

static void
keep_record (const DipGraph *graph, guint node, const float *value, gpointer user_data)
{
  Result *result = user_data;
  DipValueId recorded;
  const char *name;
  gsize n = dip_shape_get_n_elements (&dip_graph_get_value (graph, node)->shape);

  for (guint i = 0; (name = dip_graph_get_record (graph, i, &recorded)) != NULL; i++)
    if (recorded == node)
      g_hash_table_insert (result->records, g_strdup (name),
                           g_bytes_new (value, n * sizeof *value));
}

static void
run (DipGraph *graph, float *inputs[DIP_N_GRAPH_INPUTS], Result *result)
{
  g_autoptr (GError) error = NULL;
  DipValueId output = dip_graph_get_output (graph);

  result->n_elements =
      dip_shape_get_n_elements (&dip_graph_get_value (graph, output)->shape);
  result->output = g_new (float, result->n_elements);
  result->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) g_bytes_unref);
  g_assert_true (dip_reference_run (graph, (const float *const *) inputs, result->output,
                                    keep_record, result, NULL, &error));
  g_assert_no_error (error);
}

/* Folding skips roundings to float32 between nodes (6e-8 each), which norms
 * over a few nearly equal numbers make up to ten times larger each; anything
 * folded wrongly is off by a thousand times more than this.
 */
#define MAX_ERROR 1e-4 /* of the rms */

static void
assert_close (const float *a, const float *b, gsize n, const char *what)
{
  double sum = 0.0, worst = 0.0;

  for (gsize i = 0; i < n; i++)
    {
      sum += (double) b[i] * b[i];
      worst = MAX (worst, fabs ((double) a[i] - b[i]));
    }

  if (!(worst <= MAX_ERROR * sqrt (sum / n)))
    g_error ("%s: off by %g of rms %g", what, worst, sqrt (sum / n));
}

static void
assert_same_result (const Result *now, const Result *before, gboolean keeps_records)
{
  GHashTableIter iter;
  gpointer name, bytes;

  g_assert_cmpuint (now->n_elements, ==, before->n_elements);
  assert_close (now->output, before->output, now->n_elements, "output");

  if (keeps_records)
    g_assert_cmpuint (g_hash_table_size (now->records), ==,
                      g_hash_table_size (before->records));

  g_hash_table_iter_init (&iter, now->records);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    {
      GBytes *expected = g_hash_table_lookup (before->records, name);

      g_assert_nonnull (expected);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, g_bytes_get_size (expected));
      assert_close (g_bytes_get_data (bytes, NULL), g_bytes_get_data (expected, NULL),
                    g_bytes_get_size (bytes) / sizeof (float), name);
    }
}

/* Kernels need not step by two over a picture they double. */
static void
assert_upsampling_is_plain (DipGraph *graph)
{
  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);

      g_assert_true (!node->is_upsampling || node->attributes.stride == 1);
    }
}

/* Runs every pass over @graph, which must change nothing but the node count.
 * Takes over @graph.
 */
static void
check_all_passes (DipGraph *graph, GRand *rand)
{
  g_auto (Result) before = { 0 };
  float *inputs[DIP_N_GRAPH_INPUTS];

  fill_inputs (graph, rand, inputs);
  run (graph, inputs, &before);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (passes); i++)
    {
      gboolean keeps_records = i % 2;
      g_autoptr (DipGraph) folded = passes[i / 2](graph, keeps_records);
      g_auto (Result) now = { 0 };

      g_assert_cmpuint (dip_graph_get_n_nodes (folded), <=,
                        dip_graph_get_n_nodes (graph));
      assert_upsampling_is_plain (folded);
      run (folded, inputs, &now);
      assert_same_result (&now, &before, keeps_records);
    }

  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    g_free (inputs[i]);
  dip_graph_unref (graph);
}

static void
test_random_graphs (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < 150; i++)
    check_all_passes (random_graph_new (g_rand_int_range (rand, 1, 16), rand), rand);
}

static guint
count_op (DipGraph *graph, DipOp op)
{
  guint n = 0;

  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    n += dip_graph_get_node (graph, i)->op == op;

  return n;
}

static void
test_unet_computes_the_same (gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  check_all_passes (unet_new (data, rand), rand);
}

/* What is left when everything that can be folded is. */
static void
test_unet_is_folded (gconstpointer data)
{
  const UnetSpec *spec = data;
  g_autoptr (DipGraph) graph = unet_new (spec, NULL);
  g_autoptr (DipGraph) folded = dip_graph_fuse (graph, FALSE);
  guint n_resnets = (2 * spec->n_layers + 1) * spec->n_levels + 2 +
                    (spec->has_resnet_sampling ? 2 * (spec->n_levels - 1) : 0);
  guint n_pools = spec->has_resnet_sampling ? 2 * (spec->n_levels - 1) : 0;

  g_assert_cmpuint (count_op (folded, DIP_OP_CONCAT), ==, 0);
  g_assert_cmpuint (count_op (folded, DIP_OP_ADD), ==, 0);
  g_assert_cmpuint (count_op (folded, DIP_OP_AVG_POOL), ==, n_pools);

  /* An upsampled residual without a shortcut has no convolution to go into. */
  g_assert_cmpuint (count_op (folded, DIP_OP_UPSAMPLE), ==, n_pools / 2);

  /* A scale and shift stands between norm and activation. */
  g_assert_cmpuint (count_op (folded, DIP_OP_ACTIVATION), ==,
                    spec->has_scale_shift ? n_resnets : 0);
  g_assert_cmpuint (count_op (folded, DIP_OP_SCALE_SHIFT), ==,
                    spec->has_scale_shift ? n_resnets : 0);

  for (DipOp op = DIP_OP_TIME_PROJ; op < DIP_N_OPS; op++)
    if (op == DIP_OP_CONV2D || op == DIP_OP_GROUP_NORM || op == DIP_OP_LINEAR ||
        op == DIP_OP_ATTENTION || op == DIP_OP_TIME_PROJ)
      g_assert_cmpuint (count_op (folded, op), ==, count_op (graph, op));
}

static const DipNode *
find_node (DipGraph *graph, const char *name)
{
  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    if (g_str_equal (dip_graph_get_node (graph, i)->name, name))
      return dip_graph_get_node (graph, i);

  g_error ("no node '%s'", name);
}

/* The value before the last activation has a record name, so it must stay when
 * records are wanted and may go when they are not.
 */
static void
test_a_record_holds_its_value (void)
{
  g_autoptr (DipGraph) graph = unet_new (&unet_specs[0], NULL);
  g_autoptr (DipGraph) folded = dip_graph_fuse (graph, FALSE);
  g_autoptr (DipGraph) recorded = dip_graph_fuse (graph, TRUE);

  g_assert_cmpint (find_node (folded, "conv_act")->op, ==, DIP_OP_GROUP_NORM);
  g_assert_cmpint (find_node (recorded, "conv_act")->op, ==, DIP_OP_ACTIVATION);
  g_assert_cmpint (find_node (recorded, "conv_norm_out")->op, ==, DIP_OP_GROUP_NORM);
  g_assert_cmpuint (dip_graph_get_n_nodes (recorded), ==,
                    dip_graph_get_n_nodes (folded) + 1);
}

/* Of a resnet's two last convolutions the 3x3 takes the shortcut in, though the
 * builder made the shortcut after it.
 */
static void
test_shortcut_becomes_a_residual (void)
{
  g_autoptr (DipGraph) graph = unet_new (&unet_specs[0], NULL);
  g_autoptr (DipGraph) folded = dip_graph_fuse (graph, FALSE);
  const DipNode *shortcut = find_node (folded, "conv_shortcut");
  guint n_readers = 0;

  for (guint i = 0; i < dip_graph_get_n_nodes (folded); i++)
    {
      const DipNode *node = dip_graph_get_node (folded, i);

      if (!dip_node_reads (node, shortcut->output))
        continue;
      g_assert_cmpint (node->op, ==, DIP_OP_CONV2D);
      g_assert_cmpuint (node->attributes.kernel, ==, 3);
      g_assert_cmpuint (node->residual, ==, shortcut->output);
      n_readers++;
    }

  g_assert_cmpuint (n_readers, ==, 1);
}

/* The result keeps the weights of the graph it came from alive. */
static void
test_result_outlives_its_source (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  DipGraph *graph = unet_new (&unet_specs[0], rand);
  g_autoptr (DipGraph) folded = dip_graph_fuse (graph, FALSE);
  const float *data = dip_graph_get_weight (folded, 0)->data;

  g_assert_true (data == dip_graph_get_weight (graph, 0)->data);
  dip_graph_unref (graph);
  g_assert_cmpfloat (fabsf (data[0]), <=, 2.0f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/passes/random-graphs", test_random_graphs);
  for (guint i = 0; i < n_unet_specs; i++)
    {
      g_autofree char *same = g_strconcat ("/passes/same/", unet_specs[i].path, NULL);
      g_autofree char *folded = g_strconcat ("/passes/folded/", unet_specs[i].path, NULL);

      g_test_add_data_func (same, &unet_specs[i], test_unet_computes_the_same);
      g_test_add_data_func (folded, &unet_specs[i], test_unet_is_folded);
    }
  g_test_add_func ("/passes/a-record-holds-its-value", test_a_record_holds_its_value);
  g_test_add_func ("/passes/shortcut-becomes-a-residual",
                   test_shortcut_becomes_a_residual);
  g_test_add_func ("/passes/result-outlives-its-source", test_result_outlives_its_source);

  return g_test_run ();
}
