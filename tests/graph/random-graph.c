#include "networks.h"

#include "layers-private.h"

/* All pictures have these channels and sizes between steps, so that any value
 * can go anywhere.
 */
#define N_CHANNELS 4
#define SIZE 6

static DipValueId
pick (GRand *rand, GArray *values)
{
  return g_array_index (values, DipValueId, g_rand_int_range (rand, 0, values->len));
}

static DipValueId
add_step (Builder *b, GArray *pictures, GArray *vectors)
{
  GRand *rand = b->rand;
  guint kernel = g_rand_boolean (rand) ? 3 : 1;
  double scale = g_rand_boolean (rand) ? 1.0 : 0.75;
  DipValueId x = pick (rand, pictures), y = pick (rand, pictures);

  switch (g_rand_int_range (rand, 0, 11))
    {
    case 0:
      return builder_norm (b, "norm", x, 2);
    case 1:
      return builder_silu (b, "silu", x);
    case 2:
      return builder_add (b, "add", x, y, scale);
    case 3:
      return builder_add (b, "add-vector", x, pick (rand, vectors), scale);
    case 4:
      x = builder_unary (b, DIP_OP_UPSAMPLE, "upsample", x);
      x = builder_conv (b, "conv", x, N_CHANNELS, kernel);
      return builder_unary (b, DIP_OP_AVG_POOL, "pool", x);
    case 5:
      x = builder_binary (b, DIP_OP_CONCAT, "concat", x, y);
      return builder_conv (b, "conv", x, N_CHANNELS, kernel);
    case 6:
      x = builder_binary (b, DIP_OP_CONCAT, "concat", x, y);
      x = builder_silu (b, "silu", builder_norm (b, "norm", x, 2));
      return builder_conv (b, "conv", x, N_CHANNELS, kernel);
    case 7:
      x = builder_unary (b, DIP_OP_UPSAMPLE, "upsample", x);
      return builder_conv_down (b, "down", x, g_rand_boolean (rand));
    case 8:
      x = builder_conv (b, "conv", x, N_CHANNELS, kernel);
      x = builder_add (b, "add-vector", x, pick (rand, vectors), scale);
      return builder_add (b, "add", y, x, scale);
    case 9:
      x = builder_binary (b, DIP_OP_CONCAT, "concat", x, y);
      y = builder_conv (b, "conv", x, 2 * N_CHANNELS, kernel);
      return builder_conv (b, "conv", builder_add (b, "add", x, y, scale), N_CHANNELS, 1);
    default:
      return builder_conv (b, "conv", x, N_CHANNELS, kernel);
    }
}

DipGraph *
random_graph_new (guint n_steps, GRand *rand)
{
  g_autoptr (GArray) pictures = g_array_new (FALSE, FALSE, sizeof (DipValueId));
  g_autoptr (GArray) vectors = g_array_new (FALSE, FALSE, sizeof (DipValueId));
  Builder b;
  DipValueId value;

  builder_start (&b, rand);
  value = dip_graph_add_input (b.graph, DIP_GRAPH_INPUT_SAMPLE,
                               &(DipShape){ 2, N_CHANNELS, SIZE, SIZE });
  g_array_append_val (pictures, value);
  value =
      dip_graph_add_input (b.graph, DIP_GRAPH_INPUT_TIMESTEPS, &(DipShape){ 2, 1, 1, 1 });
  value = builder_linear (&b, "linear", value, N_CHANNELS);
  g_array_append_val (vectors, value);
  value = builder_linear (&b, "linear", builder_silu (&b, "silu", value), N_CHANNELS);
  g_array_append_val (vectors, value);

  for (guint i = 0; i < n_steps; i++)
    {
      value = add_step (&b, pictures, vectors);
      if (g_rand_int_range (rand, 0, 6) == 0)
        {
          g_autofree char *name = g_strdup_printf ("step.%u", i);

          dip_graph_name_value (b.graph, value, name);
        }
      g_array_append_val (pictures, value);

      /* Mostly chains, as folding needs them, with the odd older value. */
      if (pictures->len > 3)
        g_array_remove_index (pictures, 0);
    }

  /* Not always the last value. */
  dip_graph_set_output (b.graph, pick (rand, pictures));
  return b.graph;
}

void
fill_inputs (const DipGraph *graph, GRand *rand, float *inputs[DIP_N_GRAPH_INPUTS])
{
  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    {
      DipValueId value = dip_graph_get_input (graph, i);
      gsize n;

      inputs[i] = NULL;
      if (value == DIP_NO_VALUE)
        continue;

      n = dip_shape_get_n_elements (&dip_graph_get_value (graph, value)->shape);
      inputs[i] = g_new (float, n);
      for (gsize k = 0; k < n; k++)
        inputs[i][k] = g_rand_double_range (rand, -1.0, 1.0);
    }
}
