/* Every network of golden/unet, through the whole road from folder to reference
 * executor: output and all stored activations. */
#include "tests/checkpoint/golden.h"

#include "model/checkpoint/checkpoint.h"

static void
check_file (DipCheckpoint *checkpoint, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipTensorFile) golden = dip_tensor_file_open (path, &error);
  g_autoptr (DipGraph) graph = NULL;
  const DipTensor *sample;

  g_assert_no_error (error);
  sample = dip_tensor_file_lookup (golden, "sample");
  graph = dip_checkpoint_build_graph (checkpoint, sample->shape[0], sample->shape[2],
                                      sample->shape[3], &error);
  g_assert_no_error (error);

  golden_check (graph, golden, NULL);
}

static void
test_case (gconstpointer data)
{
  const char *name = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = golden_path ("unet", name, NULL);
  g_autofree char *pipeline = g_build_filename (folder, "pipeline", NULL);
  g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (pipeline, &error);
  g_auto (GStrv) files = golden_list (folder, "goldens_");

  g_assert_no_error (error);
  g_assert_nonnull (files[0]);
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i], NULL);

      check_file (checkpoint, path);
    }
}

/* The graph outlives the checkpoint it was built from. */
static void
test_graph_keeps_weights (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = golden_path ("unet", "c5_fp16", NULL);
  g_autofree char *pipeline = g_build_filename (folder, "pipeline", NULL);
  g_autofree char *path = g_build_filename (folder, "goldens_native.safetensors", NULL);
  g_autoptr (DipTensorFile) golden = dip_tensor_file_open (path, &error);
  DipCheckpoint *checkpoint = dip_checkpoint_open (pipeline, &error);
  g_autoptr (DipGraph) graph = NULL;

  g_assert_no_error (error);
  graph = dip_checkpoint_build_graph (checkpoint, 1, 0, 0, &error);
  dip_checkpoint_unref (checkpoint);
  g_assert_no_error (error);

  golden_check (graph, golden, NULL);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_auto (GStrv) names = NULL;

  g_test_init (&argc, &argv, NULL);

  folder = golden_path ("unet", NULL);
  names = golden_list (folder, "");
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/checkpoint/unet/", names[i], NULL);

      g_test_add_data_func (path, names[i], test_case);
    }
  g_test_add_func ("/checkpoint/graph-keeps-weights", test_graph_keeps_weights);

  return g_test_run ();
}
