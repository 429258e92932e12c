#include <gtk/gtk.h>

#include "app/view/branch-tree.h"

static const double root_places[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
static const double branch_places[] = { 0, 1, 2, 3, 4, 6.5, 9 };

static const DipBranchLane lanes[] = {
  { "DDIM · 10 · 42", "DDIM, the first run", -1, 0, 10, 10, root_places },
  { "Euler · 4 · 42", "Euler, branch from step 4", 0, 4, 6, 7, branch_places },
  { "DDIM · 10 · 43", "DDIM, branch from step 7", 0, 7, 10, 10, root_places },
};

typedef struct
{
  GtkWidget *window;
  DipTimeline *timeline;
  DipBranchTree *tree;
  int chosen;
  int compared;
} Fixture;

static void
chosen_cb (Fixture *fixture, guint lane)
{
  fixture->chosen = (int) lane;
}

static void
compared_cb (Fixture *fixture, guint lane)
{
  fixture->compared = (int) lane;
}

static gboolean
timeout_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;

  return G_SOURCE_REMOVE;
}

static void
iterate (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, timeout_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  fixture->window = gtk_window_new ();
  fixture->timeline = DIP_TIMELINE (dip_timeline_new ());
  fixture->tree = DIP_BRANCH_TREE (dip_branch_tree_new (fixture->timeline));
  fixture->chosen = -1;
  fixture->compared = -1;
  g_signal_connect_swapped (fixture->tree, "chosen", G_CALLBACK (chosen_cb), fixture);
  g_signal_connect_swapped (fixture->tree, "compared", G_CALLBACK (compared_cb), fixture);
  dip_timeline_set_steps (fixture->timeline, 10, 10);
  dip_branch_tree_set_lanes (fixture->tree, lanes, G_N_ELEMENTS (lanes));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->timeline));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->tree));
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 300);
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate (100);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

/* What is drawn: pixels of the tree. */
static GBytes *
draw (Fixture *fixture)
{
  GtkWidget *widget = GTK_WIDGET (fixture->tree);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_ARGB32, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  cairo_t *cr = cairo_create (surface);
  GBytes *bytes;

  GTK_WIDGET_GET_CLASS (widget)->snapshot (widget, snapshot);
  node = gtk_snapshot_to_node (snapshot);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface),
                       (gsize) cairo_image_surface_get_stride (surface) *
                           cairo_image_surface_get_height (surface));
  cairo_surface_destroy (surface);

  return bytes;
}

/* Each lane is a row with a name; another number of lanes is another number of rows. */
static void
test_rows (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (lanes); i++)
    {
      GtkWidget *row = dip_branch_tree_get_row (fixture->tree, i);

      g_assert_nonnull (row);
      gtk_test_accessible_assert_property (
          GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, lanes[i].spoken);
    }
  dip_branch_tree_set_shown (fixture->tree, 2, 9, -1, 0);
  dip_branch_tree_set_lanes (fixture->tree, lanes, 2);
  g_assert_null (dip_branch_tree_get_row (fixture->tree, 2));
  g_assert_nonnull (dip_branch_tree_get_row (fixture->tree, 1));
}

/* Return on a row chooses it, C compares it. */
static void
test_chooses (Fixture *fixture, gconstpointer data)
{
  GtkWidget *row = dip_branch_tree_get_row (fixture->tree, 1);

  g_assert_true (gtk_widget_grab_focus (row));
  gtk_widget_activate (row);
  g_assert_cmpint (fixture->chosen, ==, 1);
  g_assert_cmpint (fixture->compared, ==, -1);
  gtk_widget_activate_action (GTK_WIDGET (fixture->tree), "branch.compare", NULL);
  g_assert_cmpint (fixture->compared, ==, 0);
}

/* What is shown, its step and what is compared are seen. */
static void
test_shows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) none = draw (fixture);
  g_autoptr (GBytes) shown = NULL;
  g_autoptr (GBytes) later = NULL;
  g_autoptr (GBytes) both = NULL;

  dip_branch_tree_set_shown (fixture->tree, 0, 5, -1, 0);
  shown = draw (fixture);
  dip_branch_tree_set_shown (fixture->tree, 0, 6, -1, 0);
  later = draw (fixture);
  dip_branch_tree_set_shown (fixture->tree, 0, 6, 1, 5);
  both = draw (fixture);
  g_assert_false (g_bytes_equal (none, shown));
  g_assert_false (g_bytes_equal (shown, later));
  g_assert_false (g_bytes_equal (later, both));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/branch-tree/rows", Fixture, NULL, set_up, test_rows, tear_down);
  g_test_add ("/branch-tree/chooses", Fixture, NULL, set_up, test_chooses, tear_down);
  g_test_add ("/branch-tree/shows", Fixture, NULL, set_up, test_shows, tear_down);

  return g_test_run ();
}
