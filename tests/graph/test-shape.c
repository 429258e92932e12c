#include "model/graph/graph.h"

/* A node with up to three inputs and a weight, and the shape it makes or the
 * reason why it makes none.
 */
typedef struct
{
  const char *path;
  DipOp op;
  DipShape inputs[3]; /* batch 0: absent */
  guint n_weight_dims;
  gsize weight[4];
  gsize bias; /* elements; 0: none */
  DipAttributes attributes;
  DipShape expected;  /* batch 0: refused */
  const char *reason; /* a part of it */
} Case;

#define CONV(k, s, before, after)                                                        \
  {                                                                                      \
    .kernel = k, .stride = s, .pad_before = before, .pad_after = after, .scale = 1.0     \
  }

static const Case cases[] = {
  { "conv/3x3",
    DIP_OP_CONV2D,
    { { 2, 4, 5, 7 } },
    4,
    { 6, 4, 3, 3 },
    6,
    CONV (3, 1, 1, 1),
    { 2, 6, 5, 7 } },
  { "conv/stride-2-odd",
    DIP_OP_CONV2D,
    { { 1, 4, 5, 7 } },
    4,
    { 4, 4, 3, 3 },
    4,
    CONV (3, 2, 1, 1),
    { 1, 4, 3, 4 } },
  { "conv/stride-2-pad-after",
    DIP_OP_CONV2D,
    { { 1, 4, 8, 7 } },
    4,
    { 4, 4, 3, 3 },
    4,
    CONV (3, 2, 0, 1),
    { 1, 4, 4, 3 } },
  { "conv/two-inputs",
    DIP_OP_CONV2D,
    { { 1, 4, 2, 2 }, { 1, 3, 2, 2 } },
    2,
    { 5, 7 },
    0,
    CONV (1, 1, 0, 0),
    { 1, 5, 2, 2 } },
  { "conv/channels",
    DIP_OP_CONV2D,
    { { 1, 5, 8, 8 } },
    4,
    { 4, 4, 3, 3 },
    4,
    CONV (3, 1, 1, 1),
    .reason = "5 features come in, 'w' takes 4" },
  { "conv/kernel-of-5",
    DIP_OP_CONV2D,
    { { 1, 4, 8, 8 } },
    4,
    { 4, 4, 5, 5 },
    4,
    CONV (5, 1, 2, 2),
    .reason = "kernel of 5" },
  { "conv/another-kernel",
    DIP_OP_CONV2D,
    { { 1, 4, 8, 8 } },
    4,
    { 4, 4, 1, 1 },
    4,
    CONV (3, 1, 1, 1),
    .reason = "'w' is not 3 x 3" },
  { "conv/two-axes-for-3x3",
    DIP_OP_CONV2D,
    { { 1, 4, 8, 8 } },
    2,
    { 4, 4 },
    4,
    CONV (3, 1, 1, 1),
    .reason = "2 dimensions" },
  { "conv/stride-3",
    DIP_OP_CONV2D,
    { { 1, 4, 8, 8 } },
    4,
    { 4, 4, 3, 3 },
    4,
    CONV (3, 3, 1, 1),
    .reason = "stride of 3" },
  { "conv/smaller-than-kernel",
    DIP_OP_CONV2D,
    { { 1, 4, 1, 9 } },
    4,
    { 4, 4, 3, 3 },
    4,
    CONV (3, 2, 0, 1),
    .reason = "smaller than the kernel" },
  { "conv/bias",
    DIP_OP_CONV2D,
    { { 1, 4, 8, 8 } },
    4,
    { 6, 4, 3, 3 },
    4,
    CONV (3, 1, 1, 1),
    .reason = "'b' has 4 elements" },
  { "conv/no-weight",
    DIP_OP_CONV2D,
    { { 1, 4, 8, 8 } },
    .attributes = CONV (3, 1, 1, 1),
    .reason = "no weight" },
  { "conv/too-large",
    DIP_OP_CONV2D,
    { { 64, 1, 8192, 4096 } },
    4,
    { 1, 1, 1, 1 },
    0,
    CONV (1, 1, 0, 0),
    .reason = "beyond 2^31" },
  { "linear",
    DIP_OP_LINEAR,
    { { 3, 8, 1, 1 } },
    2,
    { 5, 8 },
    5,
    .expected = { 3, 5, 1, 1 } },
  { "linear/picture",
    DIP_OP_LINEAR,
    { { 3, 8, 2, 1 } },
    2,
    { 5, 8 },
    5,
    .reason = "picture of 1 x 2" },
  { "linear/features",
    DIP_OP_LINEAR,
    { { 3, 7, 1, 1 } },
    2,
    { 5, 8 },
    5,
    .reason = "7 features come in" },
  { "group-norm",
    DIP_OP_GROUP_NORM,
    { { 1, 6, 4, 4 } },
    1,
    { 6 },
    6,
    { .n_groups = 3 },
    { 1, 6, 4, 4 } },
  { "group-norm/two-inputs",
    DIP_OP_GROUP_NORM,
    { { 1, 6, 4, 4 }, { 1, 2, 4, 4 } },
    1,
    { 8 },
    0,
    { .n_groups = 4 },
    { 1, 8, 4, 4 } },
  { "group-norm/groups",
    DIP_OP_GROUP_NORM,
    { { 1, 6, 4, 4 } },
    1,
    { 6 },
    6,
    { .n_groups = 4 },
    .reason = "6 channels do not make 4 groups" },
  { "group-norm/no-groups",
    DIP_OP_GROUP_NORM,
    { { 1, 6, 4, 4 } },
    1,
    { 6 },
    6,
    .reason = "0 groups" },
  { "group-norm/weight",
    DIP_OP_GROUP_NORM,
    { { 1, 6, 4, 4 } },
    1,
    { 7 },
    0,
    { .n_groups = 3 },
    .reason = "'w' has 7" },
  { "attention",
    DIP_OP_ATTENTION,
    { { 1, 6, 4, 5 }, { 1, 6, 4, 5 }, { 1, 6, 4, 5 } },
    .attributes = { .n_heads = 2 },
    .expected = { 1, 6, 4, 5 } },
  { "attention/heads",
    DIP_OP_ATTENTION,
    { { 1, 6, 4, 5 }, { 1, 6, 4, 5 }, { 1, 6, 4, 5 } },
    .attributes = { .n_heads = 4 },
    .reason = "6 channels do not make 4 heads" },
  { "attention/no-value",
    DIP_OP_ATTENTION,
    { { 1, 6, 4, 5 }, { 1, 6, 4, 5 } },
    .attributes = { .n_heads = 2 },
    .reason = "no third input" },
  { "attention/keys",
    DIP_OP_ATTENTION,
    { { 1, 6, 4, 5 }, { 1, 4, 4, 5 }, { 1, 6, 4, 5 } },
    .attributes = { .n_heads = 2 },
    .reason = "6, 4 and 6 channels" },
  { "add/broadcast",
    DIP_OP_ADD,
    { { 2, 6, 4, 5 }, { 2, 6, 1, 1 } },
    .expected = { 2, 6, 4, 5 } },
  { "add/one-for-the-batch",
    DIP_OP_ADD,
    { { 2, 6, 4, 5 }, { 1, 6, 1, 1 } },
    .reason = "6 x 4 x 5 and 6 x 1 x 1" },
  { "add/size",
    DIP_OP_ADD,
    { { 2, 6, 4, 5 }, { 2, 6, 4, 4 } },
    .reason = "6 x 4 x 5 and 6 x 4 x 4" },
  { "add/alone", DIP_OP_ADD, { { 2, 6, 4, 5 } }, .reason = "no second input" },
  { "scale-shift",
    DIP_OP_SCALE_SHIFT,
    { { 2, 6, 4, 5 }, { 2, 12, 1, 1 } },
    .expected = { 2, 6, 4, 5 } },
  { "scale-shift/half",
    DIP_OP_SCALE_SHIFT,
    { { 2, 6, 4, 5 }, { 2, 6, 1, 1 } },
    .reason = "6 channels take 6 scales" },
  { "concat",
    DIP_OP_CONCAT,
    { { 2, 6, 4, 5 }, { 2, 1, 4, 5 } },
    .expected = { 2, 7, 4, 5 } },
  { "concat/size",
    DIP_OP_CONCAT,
    { { 2, 6, 4, 5 }, { 2, 6, 4, 6 } },
    .reason = "5 x 4 and 6 x 4" },
  { "upsample", DIP_OP_UPSAMPLE, { { 2, 6, 4, 5 } }, .expected = { 2, 6, 8, 10 } },
  { "upsample/too-large",
    DIP_OP_UPSAMPLE,
    { { 1, 32, 8192, 4096 } },
    .reason = "beyond 2^31" },
  { "avg-pool", DIP_OP_AVG_POOL, { { 2, 6, 4, 5 } }, .expected = { 2, 6, 2, 2 } },
  { "avg-pool/one-row",
    DIP_OP_AVG_POOL,
    { { 2, 6, 1, 5 } },
    .reason = "cannot be halved" },
  { "activation/second-input",
    DIP_OP_ACTIVATION,
    { { 2, 6, 1, 5 }, { 2, 6, 1, 5 } },
    .reason = "a second input" },
  { "time-proj",
    DIP_OP_TIME_PROJ,
    { { 3, 1, 1, 1 } },
    .attributes = { .dim = 9 },
    .expected = { 3, 9, 1, 1 } },
  { "time-proj/picture",
    DIP_OP_TIME_PROJ,
    { { 3, 2, 1, 1 } },
    .attributes = { .dim = 9 },
    .reason = "one number for each image" },
  { "time-proj/no-frequencies",
    DIP_OP_TIME_PROJ,
    { { 3, 1, 1, 1 } },
    .attributes = { .dim = 2, .freq_shift = 1.0 },
    .reason = "leaves no frequencies" },
  { "fourier-proj",
    DIP_OP_FOURIER_PROJ,
    { { 3, 1, 1, 1 } },
    1,
    { 8 },
    .expected = { 3, 16, 1, 1 } },
  { "embedding",
    DIP_OP_EMBEDDING,
    { { 3, 1, 1, 1 } },
    2,
    { 10, 8 },
    .expected = { 3, 8, 1, 1 } },
  { "embedding/table",
    DIP_OP_EMBEDDING,
    { { 3, 1, 1, 1 } },
    1,
    { 10 },
    .reason = "not a table" },
  { "divide",
    DIP_OP_DIVIDE,
    { { 3, 2, 4, 4 }, { 3, 1, 1, 1 } },
    .expected = { 3, 2, 4, 4 } },
  { "divide/batch",
    DIP_OP_DIVIDE,
    { { 3, 2, 4, 4 }, { 1, 1, 1, 1 } },
    .reason = "a batch of 3 by one of 1" },
};

static void
add_inputs (const Case *c, DipGraph *graph, DipNode *node)
{
  DipValueId *ids[] = { &node->x, &node->y, &node->z };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    if (c->inputs[i].batch > 0)
      *ids[i] = dip_graph_add_input (graph, i, &c->inputs[i]);
}

static void
test_shape (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (DipGraph) graph = dip_graph_new ();
  g_autoptr (GError) error = NULL;
  DipShape shape;
  DipNode node;

  dip_node_init (&node, c->op, "mid_block.layer", DIP_NO_VALUE);
  node.attributes = c->attributes;
  add_inputs (c, graph, &node);
  if (c->n_weight_dims > 0)
    node.weight = dip_graph_add_weight (graph, "w", c->n_weight_dims, c->weight, NULL);
  if (c->bias > 0)
    node.bias = dip_graph_add_weight (graph, "b", 1, &c->bias, NULL);

  if (c->reason == NULL)
    {
      g_assert_true (dip_graph_infer_shape (graph, &node, &shape, &error));
      g_assert_no_error (error);
      g_assert_true (dip_shape_equal (&shape, &c->expected));
      return;
    }

  g_assert_false (dip_graph_infer_shape (graph, &node, &shape, &error));
  g_assert_error (error, DIP_GRAPH_ERROR, DIP_GRAPH_ERROR_SHAPE);
  g_assert_true (g_str_has_prefix (error->message, "mid_block.layer ("));
  if (strstr (error->message, c->reason) == NULL)
    g_test_fail_printf ("'%s' does not say '%s'", error->message, c->reason);
}

/* A folded convolution refuses what does not fit its output. */
static void
test_conv_additions (void)
{
  g_autoptr (DipGraph) graph = dip_graph_new ();
  const gsize weight[] = { 6, 4 };
  DipShape shape;
  DipNode node;
  DipValueId bias, residual;

  dip_node_init (
      &node, DIP_OP_CONV2D, "conv",
      dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &(DipShape){ 2, 4, 3, 5 }));
  node.attributes.kernel = node.attributes.stride = 1;
  node.is_upsampling = TRUE;
  node.weight = dip_graph_add_weight (graph, "w", 2, weight, NULL);
  bias =
      dip_graph_add_input (graph, DIP_GRAPH_INPUT_TIMESTEPS, &(DipShape){ 2, 6, 1, 1 });
  residual = dip_graph_add_input (graph, DIP_GRAPH_INPUT_CLASS_LABELS,
                                  &(DipShape){ 2, 6, 6, 10 });

  node.channel_bias = bias;
  node.residual = residual;
  g_assert_true (dip_graph_infer_shape (graph, &node, &shape, NULL));
  g_assert_true (dip_shape_equal (&shape, &(DipShape){ 2, 6, 6, 10 }));

  node.channel_bias = residual;
  g_assert_false (dip_graph_infer_shape (graph, &node, &shape, NULL));

  node.channel_bias = DIP_NO_VALUE;
  node.residual = bias;
  g_assert_false (dip_graph_infer_shape (graph, &node, &shape, NULL));

  node.residual = residual;
  node.is_upsampling = FALSE;
  g_assert_false (dip_graph_infer_shape (graph, &node, &shape, NULL));

  node.residual = 17;
  g_assert_false (dip_graph_infer_shape (graph, &node, &shape, NULL));
}

static void
test_builders_fault_is_fatal (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (DipGraph) graph = dip_graph_new ();
      DipNode node;

      dip_node_init (
          &node, DIP_OP_AVG_POOL, "pool",
          dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &(DipShape){ 1, 1, 1, 1 }));
      dip_graph_add_node (graph, &node);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*pool (avg_pool)*");
}

/* Everything that was put in comes out, and copies do not depend on what they
 * were made from.
 */
static void
test_what_is_added_can_be_read (void)
{
  g_autoptr (DipGraph) graph = dip_graph_new ();
  const DipShape shape = { 1, 2, 3, 4 };
  gsize weight_shape[] = { 5, 2, 1, 1 };
  const float data[10] = { 0 };
  char name[] = "conv_in";
  DipValueId input = dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &shape);
  DipValueId value, recorded;
  DipNode node;

  dip_node_init (&node, DIP_OP_CONV2D, name, input);
  node.attributes.kernel = node.attributes.stride = 1;
  node.weight = dip_graph_add_weight (graph, name, 4, weight_shape, data);
  value = dip_graph_add_node (graph, &node);
  dip_graph_name_value (graph, value, name);
  dip_graph_name_value (graph, value, "down_blocks.0");
  dip_graph_set_output (graph, value);
  name[0] = '?';
  weight_shape[0] = 0;

  g_assert_cmpuint (dip_graph_get_n_nodes (graph), ==, 2);
  g_assert_cmpuint (dip_graph_get_n_values (graph), ==, 2);
  g_assert_cmpuint (dip_graph_get_n_weights (graph), ==, 1);
  g_assert_cmpstr (dip_graph_get_value (graph, input)->name, ==, "sample");
  g_assert_cmpint (dip_graph_get_node (graph, input)->op, ==, DIP_OP_INPUT);
  g_assert_cmpstr (dip_graph_get_node (graph, value)->name, ==, "conv_in");
  g_assert_cmpuint (dip_graph_get_node (graph, value)->output, ==, value);
  g_assert_cmpstr (dip_graph_get_weight (graph, 0)->name, ==, "conv_in");
  g_assert_cmpuint (dip_weight_get_n_elements (dip_graph_get_weight (graph, 0)), ==, 10);
  g_assert_true (dip_graph_get_weight (graph, 0)->data == data);
  g_assert_cmpuint (dip_graph_get_input (graph, DIP_GRAPH_INPUT_SAMPLE), ==, input);
  g_assert_cmpuint (dip_graph_get_input (graph, DIP_GRAPH_INPUT_TIMESTEPS), ==,
                    DIP_NO_VALUE);
  g_assert_cmpuint (dip_graph_get_output (graph), ==, value);
  g_assert_cmpstr (dip_graph_get_record (graph, 0, NULL), ==, "conv_in");
  g_assert_cmpstr (dip_graph_get_record (graph, 1, &recorded), ==, "down_blocks.0");
  g_assert_cmpuint (recorded, ==, value);
  g_assert_null (dip_graph_get_record (graph, 2, NULL));
}

static void
count_free (gpointer data)
{
  guint *n_freed = data;

  (*n_freed)++;
}

static void
test_owner_goes_with_the_last_reference (void)
{
  DipGraph *graph = dip_graph_new ();
  guint n_freed = 0;

  dip_graph_set_owner (graph, &n_freed, count_free);
  dip_graph_ref (graph);
  dip_graph_unref (graph);
  g_assert_cmpuint (n_freed, ==, 0);
  dip_graph_unref (graph);
  g_assert_cmpuint (n_freed, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/shape/", cases[i].path, NULL);

      g_test_add_data_func (path, &cases[i], test_shape);
    }
  g_test_add_func ("/shape/conv-additions", test_conv_additions);
  g_test_add_func ("/graph/builders-fault-is-fatal", test_builders_fault_is_fatal);
  g_test_add_func ("/graph/what-is-added-can-be-read", test_what_is_added_can_be_read);
  g_test_add_func ("/graph/owner-goes-with-the-last-reference",
                   test_owner_goes_with_the_last_reference);

  return g_test_run ();
}
