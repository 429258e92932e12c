#include "app/view/pair-view.h"
#include "app/view/tool-strip.h"

#define N 32

/* A tool that notes what is done with it while DIP_TOOL_DISTANCE is in hand. */
typedef struct
{
  GObject parent_instance;

  DipToolbox *toolbox;
  guint n_begun, n_ended;
  double from_x, from_y, to_x, to_y;
  double size;
} Tool;

typedef GObjectClass ToolClass;

static void implement_overlay (DipOverlayInterface *iface);
static GType tool_get_type (void);

G_DEFINE_TYPE_WITH_CODE (Tool,
                         tool,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (DIP_TYPE_OVERLAY, implement_overlay))

static int
hit (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  Tool *self = (Tool *) overlay;

  return dip_toolbox_get_tool (self->toolbox) == DIP_TOOL_DISTANCE ? 0 : -1;
}

static void
drag_begin (DipOverlay *overlay,
            const DipOverlayPlace *place,
            int handle,
            double x,
            double y,
            GdkModifierType state)
{
  Tool *self = (Tool *) overlay;

  self->n_begun++;
  self->from_x = x;
  self->from_y = y;
}

static void
drag_end (DipOverlay *overlay,
          const DipOverlayPlace *place,
          int handle,
          double x,
          double y)
{
  Tool *self = (Tool *) overlay;

  self->n_ended++;
  self->to_x = x;
  self->to_y = y;
}

static gboolean
resize (DipOverlay *overlay, const DipOverlayPlace *place, double steps)
{
  Tool *self = (Tool *) overlay;

  if (dip_toolbox_get_tool (self->toolbox) != DIP_TOOL_DISTANCE)
    return FALSE;
  self->size += steps;

  return TRUE;
}

static void
implement_overlay (DipOverlayInterface *iface)
{
  iface->hit = hit;
  iface->drag_begin = drag_begin;
  iface->drag_end = drag_end;
  iface->resize = resize;
}

static void
tool_class_init (ToolClass *klass)
{
}

static void
tool_init (Tool *self)
{
}

typedef struct
{
  GtkWidget *window;
  GtkWidget *strip;
  DipPairView *view;
  DipToolbox *toolbox;
  Tool *tool;
} Fixture;

static void
iterate (void)
{
  for (guint i = 0; i < 10; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_usleep (5000);
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (DipPicture) cc = dip_picture_new (N, N);
  g_autoptr (DipPicture) mlo = dip_picture_new (N, N);

  fixture->window = gtk_window_new ();
  fixture->view = DIP_PAIR_VIEW (dip_pair_view_new ());
  fixture->toolbox = dip_pair_view_get_toolbox (fixture->view);
  fixture->strip = dip_tool_strip_new (fixture->view);
  fixture->tool = g_object_new (tool_get_type (), NULL);
  fixture->tool->toolbox = fixture->toolbox;
  dip_pair_view_add_overlay (fixture->view, DIP_OVERLAY (fixture->tool));
  dip_pair_view_take_pair (fixture->view, 0,
                           dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF), NULL);
  gtk_box_append (GTK_BOX (box), fixture->strip);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->view));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 340);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
  g_object_unref (fixture->tool);
}

static void
activate (Fixture *fixture, const char *name, const char *argument)
{
  GVariant *target = argument != NULL ? g_variant_new_parsed (argument) : NULL;
  g_autofree char *action = g_strconcat ("view.", name, NULL);

  g_assert_true (
      gtk_widget_activate_action_variant (GTK_WIDGET (fixture->view), action, target));
}

static guint
count_children (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n++;

  return n;
}

/* Only what is offered can be taken; the same twice is put down; its options are shown
 * only while it is in hand. */
static void
test_takes (Fixture *fixture, gconstpointer data)
{
  GtkWidget *options = gtk_label_new ("options");
  GtkWidget *box = gtk_widget_get_first_child (fixture->strip);

  activate (fixture, "take-tool", "'distance'");
  g_assert_cmpint (dip_toolbox_get_tool (fixture->toolbox), ==, DIP_TOOL_NONE);
  g_assert_cmpuint (count_children (gtk_widget_get_first_child (box)), ==, 1);

  dip_toolbox_offer (fixture->toolbox, DIP_TOOL_DISTANCE, options);
  g_assert_cmpuint (count_children (gtk_widget_get_first_child (box)), ==, 2);
  g_assert_null (gtk_widget_get_parent (options));
  activate (fixture, "take-tool", "'distance'");
  g_assert_cmpint (dip_toolbox_get_tool (fixture->toolbox), ==, DIP_TOOL_DISTANCE);
  g_assert_true (gtk_widget_is_ancestor (options, fixture->strip));
  activate (fixture, "take-tool", "'distance'");
  g_assert_cmpint (dip_toolbox_get_tool (fixture->toolbox), ==, DIP_TOOL_NONE);
  g_assert_null (gtk_widget_get_parent (options));
  activate (fixture, "tool", "'distance'");
  activate (fixture, "tool", "'distance'");
  g_assert_cmpint (dip_toolbox_get_tool (fixture->toolbox), ==, DIP_TOOL_DISTANCE);
}

/* The keyboard clicks and drags at the crosshair, as seen: on a flipped picture the other
 * way. */
static void
test_by_keyboard (Fixture *fixture, gconstpointer data)
{
  DipViewport *viewport = dip_pair_view_get_viewport (fixture->view);
  double x, y;

  dip_toolbox_offer (fixture->toolbox, DIP_TOOL_DISTANCE, NULL);
  dip_viewport_set_cursor (viewport, 10.5, 12.5);
  activate (fixture, "use", NULL);
  g_assert_cmpuint (fixture->tool->n_begun, ==, 0);

  activate (fixture, "tool", "'distance'");
  activate (fixture, "use", NULL);
  g_assert_cmpuint (fixture->tool->n_begun, ==, 1);
  g_assert_cmpuint (fixture->tool->n_ended, ==, 1);
  g_assert_cmpfloat (fixture->tool->to_x, ==, 10.5);
  activate (fixture, "draw", "(4.0, -2.0)");
  g_assert_cmpfloat (fixture->tool->from_x, ==, 10.5);
  g_assert_cmpfloat (fixture->tool->to_x, ==, 14.5);
  g_assert_cmpfloat (fixture->tool->to_y, ==, 10.5);
  g_assert_true (dip_viewport_get_cursor (viewport, &x, &y));
  g_assert_cmpfloat (x, ==, 14.5);

  dip_viewport_set_flip (viewport, TRUE, FALSE);
  activate (fixture, "draw", "(4.0, -2.0)");
  g_assert_cmpfloat (fixture->tool->to_x, ==, 10.5);
  g_assert_cmpfloat (fixture->tool->to_y, ==, 8.5);
}

/* [ and ] are the tool's, or without one the wipe line's. */
static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  DipDisplay *display = dip_pair_view_get_display (fixture->view);

  dip_toolbox_offer (fixture->toolbox, DIP_TOOL_DISTANCE, NULL);
  activate (fixture, "larger", NULL);
  g_assert_cmpfloat (fixture->tool->size, ==, 0.0);
  g_assert_cmpfloat_with_epsilon (dip_display_get_wipe (display), 0.55, 1e-9);
  activate (fixture, "tool", "'distance'");
  activate (fixture, "larger", NULL);
  activate (fixture, "larger", NULL);
  activate (fixture, "smaller", NULL);
  g_assert_cmpfloat (fixture->tool->size, ==, 1.0);
  g_assert_cmpfloat_with_epsilon (dip_display_get_wipe (display), 0.55, 1e-9);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/tools/takes", test_takes);
  ADD ("/tools/by-keyboard", test_by_keyboard);
  ADD ("/tools/sizes", test_sizes);

  return g_test_run ();
}
