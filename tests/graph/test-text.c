#include "model/graph/count.h"
#include "model/graph/dump.h"
#include "model/graph/passes.h"

#include "networks.h"

/* A small network whose every figure can be counted by hand. */
static DipGraph *
build (void)
{
  DipGraph *graph = dip_graph_new ();
  const gsize conv[] = { 8, 3, 3, 3 }, linear[] = { 8, 4 }, bias[] = { 8 },
              table[] = { 10, 4 };
  DipValueId x =
      dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &(DipShape){ 2, 3, 6, 4 });
  DipValueId t = dip_graph_add_input (graph, DIP_GRAPH_INPUT_CLASS_LABELS,
                                      &(DipShape){ 2, 1, 1, 1 });
  DipNode node;

  dip_node_init (&node, DIP_OP_CONV2D, "conv_in", x);
  node.attributes.kernel = 3;
  node.attributes.stride = node.attributes.pad_before = node.attributes.pad_after = 1;
  node.weight = dip_graph_add_weight (graph, "conv_in.weight", 4, conv, NULL);
  node.bias = dip_graph_add_weight (graph, "conv_in.bias", 1, bias, NULL);
  x = dip_graph_add_node (graph, &node);

  dip_node_init (&node, DIP_OP_EMBEDDING, "class_embedding", t);
  node.weight = dip_graph_add_weight (graph, "class_embedding.weight", 2, table, NULL);
  t = dip_graph_add_node (graph, &node);

  dip_node_init (&node, DIP_OP_LINEAR, "proj", t);
  node.weight = dip_graph_add_weight (graph, "proj.weight", 2, linear, NULL);
  t = dip_graph_add_node (graph, &node);

  dip_node_init (&node, DIP_OP_ADD, "sum", x);
  node.y = t;
  node.attributes.scale = 0.5;
  x = dip_graph_add_node (graph, &node);

  dip_node_init (&node, DIP_OP_GROUP_NORM, "norm", x);
  node.attributes.n_groups = 2;
  node.attributes.eps = 1e-6;
  node.bias = 1;
  x = dip_graph_add_node (graph, &node);
  dip_graph_name_value (graph, x, "down_blocks.0");

  dip_node_init (&node, DIP_OP_ACTIVATION, "act", x);
  node.attributes.activation = DIP_ACTIVATION_SILU;
  x = dip_graph_add_node (graph, &node);

  dip_node_init (&node, DIP_OP_ATTENTION, "attention", x);
  node.y = node.z = x;
  node.attributes.n_heads = 2;
  dip_graph_set_output (graph, dip_graph_add_node (graph, &node));

  return graph;
}

static const char expected_text[] =
    "%0 input sample: 2 x 3 x 6 x 4\n"
    "%1 input class_labels: 2 x 1 x 1 x 1\n"
    "%2 conv2d conv_in: %0 -> 2 x 8 x 6 x 4 kernel 3 stride 1 pad 1 1 "
    "'conv_in.weight' (8, 3, 3, 3) 'conv_in.bias' (8) MMAC 0.010368\n"
    "%3 embedding class_embedding: %1 -> 2 x 4 x 1 x 1 'class_embedding.weight' (10, 4)\n"
    "%4 linear proj: %3 -> 2 x 8 x 1 x 1 'proj.weight' (8, 4) MMAC 6.4e-05\n"
    "%5 add sum: %2 %4 -> 2 x 8 x 6 x 4 scale 0.5\n"
    "%6 group_norm norm: %5 -> 2 x 8 x 6 x 4 groups 2 eps 1e-06 'conv_in.bias' (8)\n"
    "%7 activation act: %6 -> 2 x 8 x 6 x 4 silu\n"
    "%8 attention attention: %7 %7 %7 -> 2 x 8 x 6 x 4 heads 2 MMAC 0.018432\n"
    "record down_blocks.0: %6\n"
    "output: %8\n";

/* The text is for people, but a tool that compares two dumps must see a change
 * only where there is one.
 */
static void
test_text (void)
{
  g_autoptr (DipGraph) graph = build ();
  g_autofree char *text = dip_graph_to_text (graph);
  g_autofree char *head = g_strndup (text, sizeof expected_text - 1);

  g_assert_cmpstr (head, ==, expected_text);
  g_assert_cmpstr (text + sizeof expected_text - 1, ==,
                   "9 nodes, 296 parameters, MMAC 0.028864\n");
}

static void
test_text_of_a_folded_graph (void)
{
  g_autoptr (DipGraph) graph = build ();
  g_autoptr (DipGraph) folded = dip_graph_fuse (graph, FALSE);
  g_autofree char *text = dip_graph_to_text (folded);

  g_assert_nonnull (strstr (text, "%4 conv2d sum: %0 + channels of %3 -> 2 x 8 x 6 x 4 "
                                  "kernel 3 stride 1 pad 1 1 scale 0.5 "));
  g_assert_nonnull (strstr (text, "%5 group_norm act: %4 -> 2 x 8 x 6 x 4 "
                                  "groups 2 eps 1e-06 silu "));
  g_assert_null (strstr (text, "record"));
}

static void
assert_count (const DipGraph *graph,
              guint node,
              guint64 n_macs,
              guint64 n_flops,
              guint64 n_bytes)
{
  DipCount count;

  dip_graph_count_node (graph, dip_graph_get_node (graph, node), &count);
  g_assert_cmpuint (count.n_macs, ==, n_macs);
  g_assert_cmpuint (count.n_flops, ==, n_flops);
  g_assert_cmpuint (count.n_bytes, ==, n_bytes);
}

/* 2 * 8 * 24 = 384 elements in a picture, 2 * 3 * 24 = 144 in the input. */
static void
test_counts_by_hand (void)
{
  g_autoptr (DipGraph) graph = build ();

  assert_count (graph, 0, 0, 0, 0);
  assert_count (graph, 2, 384 * 27, 384 * (2 * 27 + 1), 4 * (144 + 216 + 8 + 384));
  assert_count (graph, 3, 0, 0, 4 * (2 + 8 + 8)); /* two rows of the table */
  assert_count (graph, 4, 16 * 4, 2 * 16 * 4, 4 * (8 + 32 + 16));
  assert_count (graph, 5, 0, 384 * 2, 4 * (384 + 16 + 384));
  assert_count (graph, 6, 0, 384 * 8, 4 * (384 + 8 + 384));
  assert_count (graph, 7, 0, 384 * 4, 4 * (384 + 384));
  assert_count (graph, 8, 384 * 2 * 24, 2 * 384 * 2 * 24 + 5 * 2 * 2 * 24 * 24,
                4 * (4 * 384));
  g_assert_cmpuint (dip_graph_count_parameters (graph), ==, 216 + 8 + 40 + 32);
}

/* A folded network does the same work and moves fewer bytes. */
static void
test_counts_of_a_folded_graph (gconstpointer data)
{
  g_autoptr (DipGraph) graph = unet_new (data, NULL);
  g_autoptr (DipGraph) folded = dip_graph_fuse (graph, FALSE);
  DipCount before, after;

  dip_graph_count (graph, &before);
  dip_graph_count (folded, &after);
  g_assert_cmpuint (after.n_macs, ==, before.n_macs);
  g_assert_cmpuint (after.n_bytes, <, before.n_bytes);

  /* The shared activation of the time embedding is counted once. */
  g_assert_cmpuint (after.n_flops, <=, before.n_flops);
  g_assert_cmpuint (after.n_flops, >, before.n_flops - before.n_flops / 100);
  g_assert_cmpuint (dip_graph_count_parameters (folded), ==,
                    dip_graph_count_parameters (graph));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dump/text", test_text);
  g_test_add_func ("/dump/folded", test_text_of_a_folded_graph);
  g_test_add_func ("/count/by-hand", test_counts_by_hand);
  for (guint i = 0; i < n_unet_specs; i++)
    {
      g_autofree char *path = g_strconcat ("/count/folded/", unet_specs[i].path, NULL);

      g_test_add_data_func (path, &unet_specs[i], test_counts_of_a_folded_graph);
    }

  return g_test_run ();
}
