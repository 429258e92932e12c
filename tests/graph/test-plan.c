#include "model/graph/plan.h"

#include "networks.h"

/* How the values are laid out in one test. */
typedef struct
{
  gsize alignment;
  gsize max_range;
  gboolean keeps_all;
} Layout;

static const Layout layouts[] = {
  { 1, 0, FALSE },     { 256, 0, FALSE },  { 64, 0, TRUE },
  { 64, 8192, FALSE }, { 4, 5003, FALSE }, /* not a multiple of the alignment */
};

static gboolean
is_meeting (const DipPlan *plan, DipValueId a, DipValueId b)
{
  guint first_a, last_a, first_b, last_b;

  dip_plan_get_life (plan, a, &first_a, &last_a);
  dip_plan_get_life (plan, b, &first_b, &last_b);
  return first_a <= last_b && first_b <= last_a;
}

static void
check_range (const DipPlan *plan, DipValueId value, const Layout *layout)
{
  gsize offset = dip_plan_get_offset (plan, value);
  gsize size = dip_plan_get_size (plan, value);
  gsize range = layout->max_range / layout->alignment * layout->alignment;

  g_assert_cmpuint (offset % layout->alignment, ==, 0);
  g_assert_cmpuint (offset + size, <=, dip_plan_get_arena_size (plan));

  if (range == 0)
    return;
  if (size <= range)
    g_assert_cmpuint (offset / range, ==, (offset + size - 1) / range);
  else
    g_assert_cmpuint (offset % range, ==, 0);
}

/* Lives are found again from the graph alone. */
static void
check_life (const DipPlan *plan,
            const DipGraph *graph,
            DipValueId value,
            gboolean keeps_all)
{
  guint n = dip_graph_get_n_nodes (graph);
  guint first, last, expected = value;

  for (guint i = value; i < n; i++)
    if (dip_node_reads (dip_graph_get_node (graph, i), value))
      expected = i;
  if (keeps_all || dip_graph_get_output (graph) == value)
    expected = n - 1;

  dip_plan_get_life (plan, value, &first, &last);
  g_assert_cmpuint (last, ==, expected);
  g_assert_cmpuint (first, ==,
                    dip_graph_get_node (graph, value)->op == DIP_OP_INPUT ? 0 : value);
}

static void
check_plan (const DipPlan *plan, const DipGraph *graph, const Layout *layout)
{
  guint n = dip_graph_get_n_values (graph);

  g_assert_cmpuint (dip_plan_get_arena_size (plan), >=, dip_plan_get_lower_bound (plan));

  for (guint a = 0; a < n; a++)
    {
      gsize start = dip_plan_get_offset (plan, a),
            end = start + dip_plan_get_size (plan, a);

      check_range (plan, a, layout);
      check_life (plan, graph, a, layout->keeps_all);

      for (guint b = 0; b < a; b++)
        if (is_meeting (plan, a, b))
          g_assert_true (end <= dip_plan_get_offset (plan, b) ||
                         dip_plan_get_offset (plan, b) + dip_plan_get_size (plan, b) <=
                             start);
    }
}

static void
test_no_two_live_values_overlap (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < 100; i++)
    {
      const Layout *layout = &layouts[i % G_N_ELEMENTS (layouts)];
      g_autoptr (DipGraph) graph =
          random_graph_new (g_rand_int_range (rand, 1, 40), rand);
      g_autoptr (DipPlan) plan = dip_plan_new (graph, NULL, NULL, layout->alignment,
                                               layout->max_range, layout->keeps_all);

      check_plan (plan, graph, layout);
    }
}

static void
test_unet (gconstpointer data)
{
  g_autoptr (DipGraph) graph = unet_new (data, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      const Layout *layout = &layouts[i];
      g_autoptr (DipPlan) plan = dip_plan_new (graph, NULL, NULL, layout->alignment,
                                               layout->max_range, layout->keeps_all);

      check_plan (plan, graph, layout);
      if (layout->max_range == 0)
        g_assert_cmpuint (dip_plan_get_arena_size (plan), <=,
                          dip_plan_get_lower_bound (plan) * 5 / 4);
      g_test_message ("alignment %zu, range %zu: arena %zu, at least %zu",
                      layout->alignment, layout->max_range,
                      dip_plan_get_arena_size (plan), dip_plan_get_lower_bound (plan));
    }
}

static gsize
get_odd_size (const DipGraph *graph, DipValueId value, gpointer user_data)
{
  guint *n_asked = user_data;

  (*n_asked)++;
  return dip_graph_get_node (graph, value)->op == DIP_OP_INPUT ? 0 : 100 + value;
}

static void
test_sizes_are_the_readers (void)
{
  g_autoptr (DipGraph) graph = unet_new (&unet_specs[0], NULL);
  guint n_asked = 0;
  g_autoptr (DipPlan) plan = dip_plan_new (graph, get_odd_size, &n_asked, 16, 0, TRUE);
  gsize sum = 0;

  g_assert_cmpuint (n_asked, ==, dip_graph_get_n_values (graph));
  check_plan (plan, graph, &(Layout){ 16, 0, TRUE });

  for (guint i = 0; i < n_asked; i++)
    {
      gboolean is_input = dip_graph_get_node (graph, i)->op == DIP_OP_INPUT;

      g_assert_cmpuint (dip_plan_get_size (plan, i), ==, is_input ? 0 : 100 + i);
      sum += is_input ? 0 : (100 + i + 15) / 16 * 16;
    }

  /* Nothing is shared, so the arena is all values side by side. */
  g_assert_cmpuint (dip_plan_get_arena_size (plan), ==, sum);
  g_assert_cmpuint (dip_plan_get_lower_bound (plan), ==, sum);
}

/* Four values in a row, of which two live at a time. */
static void
test_chain_by_hand (void)
{
  g_autoptr (DipGraph) graph = dip_graph_new ();
  g_autoptr (DipPlan) plan = NULL;
  DipValueId value =
      dip_graph_add_input (graph, DIP_GRAPH_INPUT_SAMPLE, &(DipShape){ 1, 1, 1, 10 });
  DipNode node;

  for (guint i = 0; i < 3; i++)
    {
      dip_node_init (&node, DIP_OP_AFFINE, "affine", value);
      value = dip_graph_add_node (graph, &node);
    }
  dip_graph_set_output (graph, value);

  plan = dip_plan_new (graph, NULL, NULL, 1, 0, FALSE);
  g_assert_cmpuint (dip_plan_get_lower_bound (plan), ==, 80);
  g_assert_cmpuint (dip_plan_get_arena_size (plan), ==, 80);
  g_assert_cmpuint (dip_plan_get_offset (plan, 0), ==, dip_plan_get_offset (plan, 2));
  g_assert_cmpuint (dip_plan_get_offset (plan, 1), ==, dip_plan_get_offset (plan, 3));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plan/chain-by-hand", test_chain_by_hand);
  g_test_add_func ("/plan/no-two-live-values-overlap", test_no_two_live_values_overlap);
  g_test_add_func ("/plan/sizes-are-the-readers", test_sizes_are_the_readers);
  for (guint i = 0; i < n_unet_specs; i++)
    {
      g_autofree char *path = g_strconcat ("/plan/unet/", unet_specs[i].path, NULL);

      g_test_add_data_func (path, &unet_specs[i], test_unet);
    }

  return g_test_run ();
}
