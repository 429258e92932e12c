#include "app/view/branch-tree.h"

#include <glib/gi18n.h>

#include "app/view/timeline-private.h"

#define ROW 26      /* logical pixels */
#define LINE 18.0   /* of a row's height, where its line is */
#define CORNER 6.0  /* radius where a lane parts */
#define LETTER 24.0 /* where A and B are */
#define SPACE 5.0   /* least between two steps that are drawn */

typedef struct
{
  char *label;
  char *spoken;
  int parent;
  guint n_shared;
  guint n_kept;
  guint n_steps;
  double *places;
} Lane;

struct _DipBranchTree
{
  GtkWidget parent_instance;

  DipTimeline *timeline;
  GArray *lanes; /* of Lane */
  int shown;
  int other;
  guint position;
  guint other_position;

  GtkWidget *list;
  GtkWidget *menu;
  GSimpleActionGroup *actions;
  guint menu_lane;
};

enum
{
  CHOSEN,
  COMPARED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipBranchTree, dip_branch_tree, GTK_TYPE_WIDGET)

static void
lane_clear (gpointer data)
{
  Lane *lane = data;

  g_free (lane->label);
  g_free (lane->spoken);
  g_free (lane->places);
}

static Lane *
get_lane (DipBranchTree *self, guint index)
{
  return &g_array_index (self->lanes, Lane, index);
}

/* Drawing ---------------------------------------------------------------------------- */

static double
x_of (DipBranchTree *self, const Lane *lane, guint step)
{
  return dip_timeline_x_of (self->timeline, lane->places[MIN (step, lane->n_steps - 1)],
                            gtk_widget_get_width (GTK_WIDGET (self)));
}

static double
y_of (guint index)
{
  return index * ROW + LINE;
}

/* The lane's colour: the shown one and the other stand out, told apart by letters too. */
static void
set_colour (DipBranchTree *self, cairo_t *cr, guint index, double alpha)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA colour;

  gtk_style_context_get_color (context, &colour);
  if ((int) index == self->shown)
    dip_timeline_get_curve_colour (self->timeline, 0, &colour);
  else if ((int) index == self->other)
    dip_timeline_get_curve_colour (self->timeline, 1, &colour);
  else
    alpha *= 0.6;
  cairo_set_source_rgba (cr, (double) colour.red, (double) colour.green,
                         (double) colour.blue, alpha);
}

static void
draw_text (DipBranchTree *self,
           cairo_t *cr,
           const char *text,
           double x,
           double y,
           gboolean is_bold)
{
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  g_autoptr (PangoFontDescription) font =
      pango_font_description_copy (pango_context_get_font_description (
          gtk_widget_get_pango_context (GTK_WIDGET (self))));
  int width, height;
  const double end = gtk_widget_get_width (GTK_WIDGET (self)) - 8.0;

  pango_font_description_set_absolute_size (font, 11.0 * PANGO_SCALE);
  if (is_bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, MAX (round (MIN (x, end - width)), 4.0), round (y - height));
  pango_cairo_show_layout (cr, layout);
}

/* Down from the parent's last shared step, and round the corner. */
static double
draw_parting (DipBranchTree *self, cairo_t *cr, guint index)
{
  const Lane *lane = get_lane (self, index);
  const Lane *parent = get_lane (self, (guint) lane->parent);
  const double x = x_of (self, parent, lane->n_shared - 1);
  const double y = y_of (index), top = y_of ((guint) lane->parent);

  cairo_new_path (cr);
  cairo_arc (cr, x, top, 4.0, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_move_to (cr, x, top);
  cairo_line_to (cr, x, y - CORNER);
  cairo_arc_negative (cr, x + CORNER, y - CORNER, CORNER, G_PI, G_PI / 2.0);
  cairo_stroke (cr);

  return x + CORNER;
}

static void
draw_line (cairo_t *cr, double from, double to, double y)
{
  if (to <= from)
    return;
  cairo_move_to (cr, from, y);
  cairo_line_to (cr, to, y);
  cairo_stroke (cr);
}

/* A point for each step of its own, where there is room. */
static void
draw_steps (DipBranchTree *self, cairo_t *cr, const Lane *lane, double y)
{
  double last = -SPACE;

  for (guint i = lane->n_shared; i < lane->n_kept; i++)
    {
      const double x = x_of (self, lane, i);

      if (x - last < SPACE && i + 1 < lane->n_kept)
        continue;
      cairo_new_path (cr);
      cairo_arc (cr, x, y, i + 1 == lane->n_steps ? 4.0 : 2.0, 0, 2 * G_PI);
      cairo_fill (cr);
      last = x;
    }
}

static void
draw_lane (DipBranchTree *self, cairo_t *cr, guint index)
{
  const Lane *lane = get_lane (self, index);
  const gboolean is_lit = (int) index == self->shown || (int) index == self->other;
  const double y = y_of (index);
  double start = x_of (self, lane, 0);

  cairo_set_line_width (cr, is_lit ? 2.0 : 1.5);
  set_colour (self, cr, index, 1.0);
  if (lane->parent >= 0 && lane->n_shared > 0)
    start = draw_parting (self, cr, index);
  if (lane->n_kept > 0)
    draw_line (cr, start, x_of (self, lane, lane->n_kept - 1), y);
  draw_steps (self, cr, lane, y);
  set_colour (self, cr, index, 0.35);
  draw_line (cr, lane->n_kept > 0 ? x_of (self, lane, lane->n_kept - 1) : start,
             x_of (self, lane, lane->n_steps - 1), y);
  set_colour (self, cr, index, 1.0);
  draw_text (self, cr, lane->label, start + (lane->parent >= 0 ? 4.0 : -4.0), y - 3.0,
             (int) index == self->shown);
  if (is_lit && self->other >= 0)
    draw_text (self, cr, (int) index == self->shown ? "A" : "B", LETTER, y + 6.0, TRUE);
}

/* Where on its lane each of the two is. */
static void
draw_place (DipBranchTree *self, cairo_t *cr, int index, guint step)
{
  const Lane *lane = index >= 0 ? get_lane (self, (guint) index) : NULL;
  double x, y;

  if (lane == NULL)
    return;
  /* What a branch shares lies on its parent's lane. */
  while (step < lane->n_shared && lane->parent >= 0)
    {
      index = lane->parent;
      lane = get_lane (self, (guint) index);
    }
  x = x_of (self, lane, step);
  y = y_of ((guint) index);
  cairo_set_line_width (cr, 2.0);
  cairo_new_path (cr);
  cairo_arc (cr, x, y, 6.0, 0, 2 * G_PI);
  cairo_stroke (cr);
}

static void
draw (DipBranchTree *self, cairo_t *cr)
{
  for (guint i = 0; i < self->lanes->len; i++)
    draw_lane (self, cr, i);
  if (self->shown >= 0)
    set_colour (self, cr, (guint) self->shown, 1.0);
  draw_place (self, cr, self->shown, self->position);
  if (self->other >= 0)
    set_colour (self, cr, (guint) self->other, 1.0);
  draw_place (self, cr, self->other, self->other_position);
}

static void
dip_branch_tree_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  DipBranchTree *self = DIP_BRANCH_TREE (widget);
  graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget),
                                             gtk_widget_get_height (widget));
  cairo_t *cr;

  GTK_WIDGET_CLASS (dip_branch_tree_parent_class)->snapshot (widget, snapshot);
  cr = gtk_snapshot_append_cairo (snapshot, &area);
  draw (self, cr);
  cairo_destroy (cr);
}

/* Hands ------------------------------------------------------------------------------ */

static int
lane_at (DipBranchTree *self, double y)
{
  const int lane = (int) (y / ROW);

  return lane >= 0 && lane < (int) self->lanes->len ? lane : -1;
}

static void
activated_cb (DipBranchTree *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[CHOSEN], 0, (guint) gtk_list_box_row_get_index (row));
}

/* Of a row that has the focus; FALSE if none has. */
static gboolean
find_focus (DipBranchTree *self, guint *lane)
{
  for (*lane = 0; *lane < self->lanes->len; (*lane)++)
    if (gtk_widget_has_focus (dip_branch_tree_get_row (self, *lane)))
      return TRUE;

  return FALSE;
}

static gboolean
compare_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  DipBranchTree *self = user_data;
  guint lane;

  if (!find_focus (self, &lane))
    return FALSE;
  g_signal_emit (self, signals[COMPARED], 0, lane);

  return TRUE;
}

static void
click_cb (DipBranchTree *self, int n_press, double x, double y, GtkGesture *click)
{
  const int lane = lane_at (self, y);
  const GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (click));

  if (lane < 0 || (state & GDK_CONTROL_MASK) == 0)
    return;
  gtk_gesture_set_state (click, GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[COMPARED], 0, (guint) lane);
}

static void
popup (DipBranchTree *self, guint lane, double x)
{
  GdkRectangle place = { (int) x, (int) y_of (lane), 1, 1 };

  self->menu_lane = lane;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &place);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
right_click_cb (DipBranchTree *self, int n_press, double x, double y)
{
  const int lane = lane_at (self, y);

  if (lane >= 0)
    popup (self, (guint) lane, x);
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  DipBranchTree *self = user_data;
  guint lane;

  if (!find_focus (self, &lane))
    return FALSE;
  popup (self, lane, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0);

  return TRUE;
}

static void
show_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipBranchTree *self = user_data;

  g_signal_emit (self, signals[CHOSEN], 0, self->menu_lane);
}

static void
compare_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipBranchTree *self = user_data;

  g_signal_emit (self, signals[COMPARED], 0, self->menu_lane);
}

static void
add_menu (DipBranchTree *self)
{
  static const GActionEntry entries[] = { { "show", show_cb },
                                          { "compare", compare_cb } };
  g_autoptr (GMenu) menu = g_menu_new ();

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "branch",
                                  G_ACTION_GROUP (self->actions));
  g_menu_append (menu, _ ("Show"), "branch.show");
  g_menu_append (menu, _ ("Compare with the One Shown"), "branch.compare");
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
}

static void
add_hands (DipBranchTree *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *right = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click),
                                              GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (right), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (click_cb), self);
  g_signal_connect_swapped (right, "pressed", G_CALLBACK (right_click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (right));

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("c"),
                        gtk_callback_action_new (compare_key_cb, self, NULL)));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (menu_key_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* The object -------------------------------------------------------------------------- */

static void
dip_branch_tree_dispose (GObject *object)
{
  DipBranchTree *self = DIP_BRANCH_TREE (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (dip_branch_tree_parent_class)->dispose (object);
}

static void
dip_branch_tree_finalize (GObject *object)
{
  g_array_unref (DIP_BRANCH_TREE (object)->lanes);

  G_OBJECT_CLASS (dip_branch_tree_parent_class)->finalize (object);
}

static void
dip_branch_tree_class_init (DipBranchTreeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dip_branch_tree_dispose;
  G_OBJECT_CLASS (klass)->finalize = dip_branch_tree_finalize;
  widget_class->snapshot = dip_branch_tree_snapshot;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "branchtree");

  signals[CHOSEN] = g_signal_new ("chosen", DIP_TYPE_BRANCH_TREE, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[COMPARED] = g_signal_new ("compared", DIP_TYPE_BRANCH_TREE, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
dip_branch_tree_init (DipBranchTree *self)
{
  self->lanes = g_array_new (FALSE, TRUE, sizeof (Lane));
  g_array_set_clear_func (self->lanes, lane_clear);
  self->shown = -1;
  self->other = -1;
  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "dip-branches");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Branches"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  add_hands (self);
  add_menu (self);
}

GtkWidget *
dip_branch_tree_new (DipTimeline *timeline)
{
  DipBranchTree *self = g_object_new (DIP_TYPE_BRANCH_TREE, NULL);

  self->timeline = timeline;

  return GTK_WIDGET (self);
}

static void
set_n_rows (DipBranchTree *self, guint n_rows)
{
  GtkListBox *list = GTK_LIST_BOX (self->list);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, (int) n_rows)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
  while (gtk_list_box_get_row_at_index (list, (int) n_rows - 1) == NULL && n_rows > 0)
    {
      GtkWidget *added = gtk_list_box_row_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

      gtk_widget_set_size_request (box, -1, ROW);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (added), box);
      gtk_list_box_append (list, added);
    }
}

void
dip_branch_tree_set_lanes (DipBranchTree *self, const DipBranchLane *lanes, guint n_lanes)
{
  g_return_if_fail (DIP_IS_BRANCH_TREE (self));

  self->shown = MIN (self->shown, (int) n_lanes - 1);
  self->other = MIN (self->other, (int) n_lanes - 1);
  g_array_set_size (self->lanes, 0);
  set_n_rows (self, n_lanes);
  for (guint i = 0; i < n_lanes; i++)
    {
      Lane lane = { .label = g_strdup (lanes[i].label),
                    .spoken = g_strdup (lanes[i].spoken),
                    .parent = lanes[i].parent,
                    .n_shared = lanes[i].n_shared,
                    .n_kept = MIN (lanes[i].n_kept, lanes[i].n_steps),
                    .n_steps = MAX (lanes[i].n_steps, 1),
                    .places =
                        g_memdup2 (lanes[i].places, lanes[i].n_steps * sizeof (double)) };
      GtkWidget *row = dip_branch_tree_get_row (self, i);

      g_array_append_val (self->lanes, lane);
      gtk_widget_set_tooltip_text (row, lane.spoken);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      lane.spoken, -1);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dip_branch_tree_set_shown (DipBranchTree *self,
                           int shown,
                           guint position,
                           int other,
                           guint other_position)
{
  g_return_if_fail (DIP_IS_BRANCH_TREE (self));
  g_return_if_fail (shown < (int) self->lanes->len && other < (int) self->lanes->len);

  if (self->shown != shown)
    gtk_list_box_select_row (
        GTK_LIST_BOX (self->list),
        gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), shown));
  self->shown = shown;
  self->position = position;
  self->other = other;
  self->other_position = other_position;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GtkWidget *
dip_branch_tree_get_row (DipBranchTree *self, guint lane)
{
  g_return_val_if_fail (DIP_IS_BRANCH_TREE (self), NULL);

  return (GtkWidget *) gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list),
                                                      (int) lane);
}
