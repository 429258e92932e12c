#include "app/view/branch-tree-private.h"

#include <glib/gi18n.h>

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
  DipLane *lane = data;

  g_free (lane->label);
  g_free (lane->spoken);
  g_free (lane->places);
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
  dip_branch_tree_draw (self, cr);
  cairo_destroy (cr);
}

/* Hands ------------------------------------------------------------------------------ */

static int
lane_at (DipBranchTree *self, double y)
{
  const int lane = (int) (y / DIP_BRANCH_ROW);

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
  GdkRectangle place = { (int) x, (int) dip_branch_tree_y_of (lane), 1, 1 };

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
  self->lanes = g_array_new (FALSE, TRUE, sizeof (DipLane));
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

      gtk_widget_set_size_request (box, -1, DIP_BRANCH_ROW);
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
      DipLane lane = { .label = g_strdup (lanes[i].label),
                       .spoken = g_strdup (lanes[i].spoken),
                       .parent = lanes[i].parent,
                       .n_shared = lanes[i].n_shared,
                       .n_kept = MIN (lanes[i].n_kept, lanes[i].n_steps),
                       .n_steps = MAX (lanes[i].n_steps, 1),
                       .places = g_memdup2 (lanes[i].places,
                                            lanes[i].n_steps * sizeof (double)) };
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
