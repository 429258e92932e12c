#include "render/device-notes.h"
#include "render/executor.h"
#include "render/op-conv.h"
#include "render/op-table.h"
#include "render/weights.h"
#include "tests/render/device-test.h"

#include <string.h>

/* Convolutions by every tile there is: the same result to the last bit, so that what
 * is tuned can be anything.  DIPTYCH_KERNELS may name a family of another style.
 */
static DipDevice *device;
static const DipFamily *family = &dip_family_generic;
static DipOpStyle style = DIP_OP_FLOAT;

static void
run (DipGraph *graph, const float *const *inputs, float *output)
{
  g_autoptr (DipWeights) weights = dip_weights_new (device, family);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipExecutor) executor =
      dip_executor_new (device, graph, weights, DIP_EXECUTOR_UNTUNED, NULL, &error);

  g_assert_no_error (error);
  dip_executor_run (executor, inputs, output, NULL, &error);
  g_assert_no_error (error);
}

static const DipNode *
get_last (const DipGraph *graph)
{
  return dip_graph_get_node (graph, dip_graph_get_n_nodes (graph) - 1);
}

static void
test_equal (gconstpointer data)
{
  g_autoptr (GRand) random = dip_test_rand_new ();
  g_autoptr (DipGraph) graph = dip_op_case_build (data, random);
  const DipShape *shape =
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape;
  gsize n = dip_shape_get_n_elements (shape);
  g_autofree float *wanted = g_new (float, n);
  g_autofree float *found = g_new (float, n);
  g_autofree char *key = dip_op_conv_make_tile_key (graph, get_last (graph), style);
  DipConvTile tiles[DIP_MAX_CONV_TILES];
  float *inputs[DIP_N_GRAPH_INPUTS];
  guint n_tiles;

  if (device == NULL)
    {
      g_test_skip ("no Vulkan device");
      return;
    }

  dip_op_case_fill (graph, random, inputs);
  n_tiles = dip_op_conv_list_tiles (dip_device_get_info (device), style, tiles);
  g_assert_cmpuint (n_tiles, >, 1);
  for (guint i = 0; i < n_tiles; i++)
    {
      g_autofree char *name = dip_op_conv_format_tile (&tiles[i]);
      DipConvTile chosen;

      dip_device_notes_try (device, DIP_CONV_TILES, key, name);
      dip_op_conv_choose_tile (device, graph, get_last (graph), style, &chosen);
      g_assert_cmpmem (&chosen, sizeof chosen, &tiles[i], sizeof chosen);
      run (graph, (const float *const *) inputs, i == 0 ? wanted : found);
      if (i > 0 && memcmp (wanted, found, n * sizeof *wanted) != 0)
        g_test_fail_printf ("tile %s computes otherwise than the first", name);
    }
  for (guint k = 0; k < DIP_N_GRAPH_INPUTS; k++)
    g_free (inputs[k]);
}

/* Tuning notes one of them, and is not done twice. */
static void
test_tuned (gconstpointer data)
{
  g_autoptr (GRand) random = dip_test_rand_new ();
  g_autoptr (DipGraph) graph = dip_op_case_build (data, random);
  g_autofree char *key = dip_op_conv_make_tile_key (graph, get_last (graph), style);
  g_autofree char *noted = NULL;
  DipConvTile tiles[DIP_MAX_CONV_TILES];
  g_autoptr (GError) error = NULL;
  gboolean is_one = FALSE;
  guint n_tiles;

  if (device == NULL)
    return;

  dip_op_conv_tune (device, family, style, graph, NULL, &error);
  g_assert_no_error (error);
  noted = dip_device_notes_get (device, DIP_CONV_TILES, key);
  g_assert_nonnull (noted);
  n_tiles = dip_op_conv_list_tiles (dip_device_get_info (device), style, tiles);
  for (guint i = 0; i < n_tiles; i++)
    {
      g_autofree char *name = dip_op_conv_format_tile (&tiles[i]);

      is_one |= g_str_equal (name, noted);
    }
  g_assert_true (is_one);

  dip_device_notes_try (device, DIP_CONV_TILES, key, "mine");
  dip_op_conv_tune (device, family, style, graph, NULL, &error);
  g_assert_no_error (error);
  g_free (noted);
  noted = dip_device_notes_get (device, DIP_CONV_TILES, key);
  g_assert_cmpstr (noted, ==, "mine");
}

static void
choose_style (void)
{
  const char *wanted = g_getenv ("DIPTYCH_KERNELS");

  if (wanted == NULL)
    return;
  family = dip_family_find (wanted);
  g_assert_nonnull (family);
  if (family == &dip_family_generic_fp16)
    style = DIP_OP_HALF;
  if (family == &dip_family_generic_matrix)
    style = DIP_OP_MATRIX;
}

int
main (int argc, char *argv[])
{
  static const char *const names[] = { "conv/everything", "conv/3x3-deep",
                                       "conv/stride-2-odd", "conv/1x1-two-inputs" };
  g_autofree char *cache = NULL;
  const DipOpCase *cases;
  guint n_cases;
  int status;

  g_test_init (&argc, &argv, NULL);
  cache = g_dir_make_tmp ("diptych-test-XXXXXX", NULL);
  if (g_getenv ("XDG_CACHE_HOME") != NULL) /* the driver may keep what it compiled */
    g_setenv ("MESA_SHADER_CACHE_DIR", g_getenv ("XDG_CACHE_HOME"), TRUE);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_setenv ("DIPTYCH_TUNE", "1", TRUE);
  choose_style ();

  device = dip_test_open_device ();
  cases = dip_op_table_get (&n_cases);
  for (guint i = 0; i < n_cases; i++)
    for (guint k = 0; k < G_N_ELEMENTS (names); k++)
      if (g_str_equal (cases[i].name, names[k]))
        {
          g_autofree char *path = g_strconcat ("/tiles/", names[k], NULL);

          g_test_add_data_func (path, &cases[i], test_equal);
          if (k == 2)
            g_test_add_data_func ("/tiles/tuned", &cases[i], test_tuned);
        }

  status = g_test_run ();
  dip_device_unref (device);

  return status;
}
