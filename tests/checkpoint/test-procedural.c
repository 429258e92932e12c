/* The architectures of published checkpoints, whose weights follow from a formula. */
#include "tests/checkpoint/golden.h"
#include "tests/tools/procedural.h"

#include "model/checkpoint/unet-builder.h"
#include "model/graph/count.h"

static void
load_config (DipUnetConfig *config, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = golden_path ("procedural", name, "unet", "config.json", NULL);

  dip_unet_config_load (config, path, &error);
  g_assert_no_error (error);
}

/* google/ddpm-celebahq-256: the figures are those published for it and measured with
 * torch's profiler. */
static void
test_counts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipGraph) graph = NULL;
  DipUnetConfig config;
  DipCount count;

  load_config (&config, "p2_celebahq_full");
  graph = dip_unet_build_graph (&config, 1, 256, 256, NULL, NULL, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (dip_graph_count_parameters (graph), ==, 113673219);
  dip_graph_count (graph, &count);
  g_assert_cmpfloat_with_epsilon (count.n_macs / 1e9, 248.5, 0.3);
}

/* The names and shapes the builders ask for are those diffusers gives the network. */
static const float *
check_weight (const char *name, guint n_dims, const gsize *shape, gpointer user_data)
{
  json_t *dims = json_object_get (user_data, name);

  g_test_message ("%s", name);
  g_assert_nonnull (dims);
  g_assert_cmpuint (json_array_size (dims), ==, n_dims);
  for (guint i = 0; i < n_dims; i++)
    g_assert_cmpuint (json_integer_value (json_array_get (dims, i)), ==, shape[i]);

  json_object_del (user_data, name);
  return NULL;
}

static void
test_names (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = golden_path ("procedural", data, "tensors.json", NULL);
  g_autoptr (DipJson) list = dip_json_load_file (path, NULL, &error);
  g_autoptr (DipGraph) graph = NULL;
  DipUnetConfig config;
  json_t *left;

  g_assert_no_error (error);
  load_config (&config, data);
  left = json_copy (dip_json_get_root (list));
  graph = dip_unet_build_graph (&config, 1, 64, 64, check_weight, left, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (json_object_size (left), ==, 0);
  json_decref (left);
}

static const float *
look_up (const char *name, guint n_dims, const gsize *shape, gpointer user_data)
{
  return procedural_case_lookup (user_data, name);
}

static void
check_golden (ProceduralCase *procedural,
              const DipUnetConfig *config,
              const char *path,
              const gint64 shape[4])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipTensorFile) golden = dip_tensor_file_open (path, &error);
  g_autofree float *sample = g_new (float, shape[0] * shape[1] * shape[2] * shape[3]);
  g_autoptr (DipGraph) graph = NULL;

  g_assert_no_error (error);
  graph = dip_unet_build_graph (config, shape[0], shape[2], shape[3], look_up, procedural,
                                &error);
  g_assert_no_error (error);

  procedural_fill (procedural->seed, "sample", 4, shape, sample);
  golden_check (graph, golden, sample);
}

/* The smallest of the procedural networks: 4.8 million parameters. */
static void
test_small_celebahq (void)
{
  static const char name[] = "p1_celebahq_32_to_96";
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = golden_path ("procedural", name, NULL);
  g_autofree char *single =
      golden_path ("procedural", name, "goldens_64x64.safetensors", NULL);
  g_autofree char *batch =
      golden_path ("procedural", name, "goldens_batch2_32x32.safetensors", NULL);
  g_autoptr (ProceduralCase) procedural = procedural_case_load (folder, &error);
  DipUnetConfig config;

  g_assert_no_error (error);
  load_config (&config, name);
  check_golden (procedural, &config, batch, (gint64[]){ 2, 3, 32, 32 });
  check_golden (procedural, &config, single, (gint64[]){ 1, 3, 64, 64 });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/checkpoint/procedural/counts", test_counts);
  g_test_add_data_func ("/checkpoint/procedural/names/celebahq", "p2_celebahq_full",
                        test_names);
  g_test_add_data_func ("/checkpoint/procedural/names/cifar10", "p3_cifar10_full",
                        test_names);
  g_test_add_data_func ("/checkpoint/procedural/names/tutorial", "p4_tutorial_full",
                        test_names);
  g_test_add_func ("/checkpoint/procedural/small-celebahq", test_small_celebahq);

  return g_test_run ();
}
