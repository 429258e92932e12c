#include "model/graph/reference.h"

#include "op-cases.h"

#include <math.h>

#define PAINT 12345.0f
#define TAIL 16

static float *
new_painted (gsize n)
{
  float *values = g_new (float, n + TAIL);

  for (gsize i = 0; i < n + TAIL; i++)
    values[i] = PAINT;

  return values;
}

static void
check (const OpCase *c, const float *values)
{
  /* Rounding to float32 is 6e-8; the rest is room for another libm. */
  for (gsize i = 0; i < c->n_expected; i++)
    if (!(fabs (values[i] - c->expected[i]) <= 1e-6 * MAX (1.0, fabs (c->expected[i]))))
      {
        g_test_fail_printf ("element %" G_GSIZE_FORMAT ": %.9g, expected %.9g", i,
                            values[i], c->expected[i]);
        return;
      }

  for (gsize i = 0; i < TAIL; i++)
    g_assert_cmpfloat (values[c->n_expected + i], ==, PAINT);
}

static void
test_op (gconstpointer data)
{
  const OpCase *c = data;
  const float *inputs[DIP_N_GRAPH_INPUTS];
  g_autoptr (DipGraph) graph = op_case_build (c, inputs);
  g_autoptr (GError) error = NULL;
  DipValueId output = dip_graph_get_output (graph);
  g_autofree float *by_node = new_painted (c->n_expected);
  g_autofree float *by_run = new_painted (c->n_expected);

  g_assert_cmpuint (
      dip_shape_get_n_elements (&dip_graph_get_value (graph, output)->shape), ==,
      c->n_expected);

  dip_reference_run_node (graph, dip_graph_get_node (graph, output), inputs, by_node);
  check (c, by_node);

  g_assert_true (dip_reference_run (graph, inputs, by_run, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  check (c, by_run);
}

static void
test_label_without_a_row (void)
{
  const float labels[] = { 5.0f, -1.0f, 0.5f, NAN };
  const gsize shape[] = { 5, 3 };
  const float table[15] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      g_autoptr (DipGraph) graph = dip_graph_new ();
      g_autoptr (GError) error = NULL;
      const float *inputs[DIP_N_GRAPH_INPUTS] = { NULL, NULL, &labels[i] };
      float output[3];
      DipNode node;

      dip_node_init (&node, DIP_OP_EMBEDDING, "class_embedding",
                     dip_graph_add_input (graph, DIP_GRAPH_INPUT_CLASS_LABELS,
                                          &(DipShape){ 1, 1, 1, 1 }));
      node.weight =
          dip_graph_add_weight (graph, "class_embedding.weight", 2, shape, table);
      dip_graph_set_output (graph, dip_graph_add_node (graph, &node));

      g_assert_false (
          dip_reference_run (graph, inputs, output, NULL, NULL, NULL, &error));
      g_assert_error (error, DIP_GRAPH_ERROR, DIP_GRAPH_ERROR_INPUT);
      g_assert_nonnull (strstr (error->message, "class_embedding"));
    }
}

/* x - 1 five times, so that a value read twice outlives another's end. */
static DipGraph *
build_chain (void)
{
  DipGraph *graph = dip_graph_new ();
  DipValueId first =
      dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &(DipShape){ 1, 1, 1, 2 });
  DipValueId value = first;
  DipNode node;

  for (guint i = 0; i < 5; i++)
    {
      dip_node_init (&node, DIP_OP_AFFINE, "minus", value);
      node.attributes.offset = -1.0;
      value = dip_graph_add_node (graph, &node);
    }

  dip_node_init (&node, DIP_OP_ADD, "sum", value);
  node.y = first;
  dip_graph_set_output (graph, dip_graph_add_node (graph, &node));
  return graph;
}

static void
note_value (const DipGraph *graph, guint node, const float *value, gpointer user_data)
{
  float *first_elements = user_data;

  first_elements[node] = value[0];
}

static void
test_every_node_is_shown (void)
{
  g_autoptr (DipGraph) graph = build_chain ();
  g_autoptr (GError) error = NULL;
  const float sample[] = { 10.0f, 20.0f };
  const float *inputs[DIP_N_GRAPH_INPUTS] = { sample };
  const float expected[] = { 10, 9, 8, 7, 6, 5, 15 };
  float seen[G_N_ELEMENTS (expected)] = { 0 };
  float output[2];

  g_assert_true (
      dip_reference_run (graph, inputs, output, note_value, seen, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (seen, sizeof seen, expected, sizeof expected);
  g_assert_cmpfloat (output[0], ==, 15.0f);
  g_assert_cmpfloat (output[1], ==, 35.0f);
}

static void
cancel (const DipGraph *graph, guint node, const float *value, gpointer user_data)
{
  if (node == 3)
    g_cancellable_cancel (user_data);
  g_assert_cmpuint (node, <=, 3);
}

static void
test_cancelled_between_nodes (void)
{
  g_autoptr (DipGraph) graph = build_chain ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  const float sample[] = { 10.0f, 20.0f };
  const float *inputs[DIP_N_GRAPH_INPUTS] = { sample };
  float output[2];

  g_assert_false (dip_reference_run (graph, inputs, output, cancel, cancellable,
                                     cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A convolution large enough for several threads and several strips of rows,
 * element by element as the formula says it.
 */
static void
test_large_conv (void)
{
  enum
  {
    N_IN = 9,
    N_OUT = 7,
    SIZE = 61
  };
  g_autoptr (DipGraph) graph = dip_graph_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  const DipShape shape = { 1, N_IN, SIZE, SIZE };
  const gsize weight_shape[] = { N_OUT, N_IN, 3, 3 };
  g_autofree float *x = g_new (float, N_IN *SIZE *SIZE);
  g_autofree float *w = g_new (float, N_OUT *N_IN * 9);
  g_autofree float *output = g_new (float, N_OUT *SIZE *SIZE);
  const float *inputs[] = { x };
  DipNode node;

  for (gsize i = 0; i < N_IN * SIZE * SIZE; i++)
    x[i] = g_rand_double_range (rand, -1.0, 1.0);
  for (gsize i = 0; i < N_OUT * N_IN * 9; i++)
    w[i] = g_rand_double_range (rand, -1.0, 1.0);

  dip_node_init (&node, DIP_OP_CONV2D, "conv",
                 dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &shape));
  node.weight = dip_graph_add_weight (graph, "conv.weight", 4, weight_shape, w);
  node.attributes.kernel = 3;
  node.attributes.stride = 1;
  node.attributes.pad_before = node.attributes.pad_after = 1;
  node.output = dip_graph_add_node (graph, &node);
  dip_reference_run_node (graph, &node, inputs, output);

  for (int o = 0; o < N_OUT; o++)
    for (int p = 0; p < SIZE * SIZE; p++)
      {
        double sum = 0.0;

        for (int i = 0; i < N_IN; i++)
          for (int k = 0; k < 9; k++)
            {
              int row = p / SIZE + k / 3 - 1, column = p % SIZE + k % 3 - 1;

              if (row >= 0 && row < SIZE && column >= 0 && column < SIZE)
                sum += (double) x[(i * SIZE + row) * SIZE + column] *
                       w[(o * N_IN + i) * 9 + k];
            }

        g_assert_cmpfloat_with_epsilon (output[o * SIZE * SIZE + p], sum, 1e-6);
      }
}

/* More queries than one part holds, against the formula. */
static void
test_large_attention (void)
{
  enum
  {
    N_CHANNELS = 6,
    HEAD_SIZE = 3,
    WIDTH = 39
  };
  g_autoptr (DipGraph) graph = dip_graph_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  const DipShape shape = { 1, N_CHANNELS, 1, WIDTH };
  float in[3][N_CHANNELS * WIDTH], output[N_CHANNELS * WIDTH];
  const float *inputs[] = { in[0], in[1], in[2] };
  DipNode node;

  for (int i = 0; i < 3 * N_CHANNELS * WIDTH; i++)
    in[i / (N_CHANNELS * WIDTH)][i % (N_CHANNELS * WIDTH)] =
        g_rand_double_range (rand, -2.0, 2.0);

  dip_node_init (&node, DIP_OP_ATTENTION, "attention",
                 dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &shape));
  node.y = dip_graph_add_input (graph, DIP_GRAPH_INPUT_TIMESTEPS, &shape);
  node.z = dip_graph_add_input (graph, DIP_GRAPH_INPUT_CLASS_LABELS, &shape);
  node.attributes.n_heads = N_CHANNELS / HEAD_SIZE;
  node.output = dip_graph_add_node (graph, &node);
  dip_reference_run_node (graph, &node, inputs, output);

  for (int c = 0; c < N_CHANNELS; c++)
    for (int i = 0; i < WIDTH; i++)
      {
        double weight = 0.0, sum = 0.0;

        for (int j = 0; j < WIDTH; j++)
          {
            double score = 0.0;

            for (int d = c / HEAD_SIZE * HEAD_SIZE; d < (c / HEAD_SIZE + 1) * HEAD_SIZE;
                 d++)
              score += (double) in[0][d * WIDTH + i] * in[1][d * WIDTH + j];
            score = exp (score / sqrt (HEAD_SIZE));
            weight += score;
            sum += score * in[2][c * WIDTH + j];
          }

        g_assert_cmpfloat_with_epsilon (output[c * WIDTH + i], sum / weight, 1e-6);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < n_op_cases; i++)
    g_test_add_data_func (op_cases[i].path, &op_cases[i], test_op);
  g_test_add_func ("/reference/conv/large", test_large_conv);
  g_test_add_func ("/reference/attention/large", test_large_attention);
  g_test_add_func ("/reference/label-without-a-row", test_label_without_a_row);
  g_test_add_func ("/reference/every-node-is-shown", test_every_node_is_shown);
  g_test_add_func ("/reference/cancelled-between-nodes", test_cancelled_between_nodes);

  return g_test_run ();
}
