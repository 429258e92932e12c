#include "app/view/pair-view-private.h"

enum
{
  TAKEN,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipPairView, dip_pair_view, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

/* Differences fill their map: all of [-1, 1] is dim, and residuals are small. */
void
dip_pair_view_reset_map_levels (DipPairView *self)
{
  const gboolean is_signed =
      dip_display_get_third_pane (self->display) == DIP_THIRD_PANE_SIGNED;

  dip_levels_set_window (self->map_levels, is_signed ? 0.5 : 0.125,
                         is_signed ? 0.8 : 0.25);
}

static void
third_pane_changed_cb (DipPairView *self)
{
  dip_pair_view_release_pictures (self);
  dip_pair_view_reset_map_levels (self);
  for (guint i = 0; i < 2; i++)
    dip_pair_view_derive (self, &self->slots[i]);
  dip_pair_view_update_panes (self);
}

/* Panes that come apart keep what they show; those that are linked follow the current. */
static void
linked_changed_cb (DipPairView *self)
{
  const gboolean is_linked = dip_display_get_linked (self->display);
  DipViewport *now = dip_pane_get_viewport (self->current);
  double centre_x, centre_y;

  if (is_linked && now != self->viewport)
    {
      g_object_get (now, "centre-x", &centre_x, "centre-y", &centre_y, NULL);
      dip_viewport_look_at (self->viewport, dip_viewport_get_zoom (now), centre_x,
                            centre_y);
      dip_viewport_set_fit (self->viewport, dip_viewport_get_fit (now));
    }
  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      {
        g_autoptr (DipViewport) viewport = is_linked ? g_object_ref (self->viewport)
                                                     : dip_viewport_copy (self->viewport);

        dip_pane_set_viewport (self->panes[i][r], viewport);
      }
}

static gboolean
flicker_cb (gpointer user_data)
{
  DipPairView *self = user_data;

  self->is_second_shown = !self->is_second_shown;
  for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
    {
      dip_pair_view_update_blend (self, self->panes[0][r]);
      dip_pair_view_update_texts (self, 0, (DipPaneRole) r);
    }

  return G_SOURCE_CONTINUE;
}

/* Only while there is something to see. */
static void
update_flicker (DipPairView *self)
{
  const double rate = dip_display_get_flicker_rate (self->display);

  g_clear_handle_id (&self->flicker_id, g_source_remove);
  self->is_second_shown = FALSE;
  if (dip_display_get_layout (self->display) == DIP_LAYOUT_FLICKER &&
      gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->flicker_id = g_timeout_add ((guint) (1000.0 / rate), flicker_cb, self);
}

static void
display_changed_cb (DipPairView *self, GParamSpec *pspec)
{
  const char *name = pspec->name;

  if (g_str_equal (name, "third-pane"))
    third_pane_changed_cb (self);
  else if (g_str_equal (name, "linked"))
    linked_changed_cb (self);
  else if (g_str_equal (name, "registration"))
    dip_pair_view_register (self);
  else
    dip_pair_view_update_panes (self);
  if (g_str_equal (name, "layout") || g_str_equal (name, "flicker-rate"))
    {
      update_flicker (self);
      dip_pair_view_update_panes (self);
    }
}

static void
wiped_cb (DipPairView *self, double at)
{
  dip_display_set_wipe (self->display, at);
}

static void
maximise_cb (DipPairView *self, DipPane *pane)
{
  const gboolean is_maximised = dip_display_get_maximised (self->display) >= 0;

  dip_display_set_maximised (self->display,
                             is_maximised ? -1 : (int) dip_pane_get_role (pane));
}

static void
focus_cb (DipPane *pane)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (pane), DIP_TYPE_PAIR_VIEW);

  if (view != NULL)
    DIP_PAIR_VIEW (view)->current = pane;
}

static DipPane *
make_pane (DipPairView *self, guint index, DipPaneRole role)
{
  DipPane *pane = DIP_PANE (dip_pane_new (role));
  GtkEventController *focus = gtk_event_controller_focus_new ();

  dip_pane_set_viewport (pane, self->viewport);
  dip_pane_set_levels (pane, self->levels);
  dip_pane_set_pair_index (pane, index);
  g_signal_connect_object (pane, "wiped", G_CALLBACK (wiped_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pane, "maximise", G_CALLBACK (maximise_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (focus_cb), pane);
  gtk_widget_add_controller (GTK_WIDGET (pane), focus);

  return pane;
}

static GtkWidget *
make_paned (GtkWidget *start, GtkWidget *end)
{
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);

  gtk_paned_set_start_child (GTK_PANED (paned), start);
  gtk_paned_set_end_child (GTK_PANED (paned), end);
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (paned), FALSE);

  return paned;
}

/* The second pair's pane below the first's: one divider moves both. */
static GtkWidget *
make_column (DipPairView *self, DipPaneRole role)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  gtk_box_set_homogeneous (GTK_BOX (column), TRUE);
  for (guint i = 0; i < 2; i++)
    {
      self->panes[i][role] = make_pane (self, i, role);
      gtk_widget_set_vexpand (GTK_WIDGET (self->panes[i][role]), TRUE);
      gtk_box_append (GTK_BOX (column), GTK_WIDGET (self->panes[i][role]));
    }

  return column;
}

static void
build (DipPairView *self)
{
  for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
    self->columns[r] = make_column (self, (DipPaneRole) r);
  self->views = make_paned (self->columns[DIP_PANE_CC], self->columns[DIP_PANE_MLO]);
  self->all = make_paned (self->views, self->columns[DIP_PANE_THIRD]);
  gtk_widget_set_parent (self->all, GTK_WIDGET (self));
  self->current = self->panes[0][DIP_PANE_CC];
}

static void
dip_pair_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (dip_pair_view_parent_class)->map (widget);
  update_flicker (DIP_PAIR_VIEW (widget));
}

static void
dip_pair_view_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (dip_pair_view_parent_class)->unmap (widget);
  g_clear_handle_id (&DIP_PAIR_VIEW (widget)->flicker_id, g_source_remove);
}

static gboolean
dip_pair_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (DIP_PAIR_VIEW (widget)->current));
}

static void
dip_pair_view_dispose (GObject *object)
{
  DipPairView *self = DIP_PAIR_VIEW (object);

  g_clear_handle_id (&self->flicker_id, g_source_remove);
  if (self->all != NULL)
    {
      dip_pair_view_release_pictures (self);
      dip_pair_view_remove_actions (self);
      g_signal_handlers_disconnect_by_data (self->display, self);
    }
  memset (self->panes, 0, sizeof self->panes);
  self->current = NULL;
  g_clear_pointer (&self->all, gtk_widget_unparent);
  for (guint i = 0; i < 2; i++)
    {
      dip_pair_view_drop_pair (self, &self->slots[i]);
      g_clear_pointer (&self->slots[i].derived, dip_picture_free);
      g_clear_pointer (&self->slots[i].registered, dip_picture_free);
      g_clear_pointer (&self->slots[i].note, g_free);
    }
  for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
    g_clear_pointer (&self->differences[r], dip_picture_free);
  g_clear_object (&self->actions);
  g_clear_object (&self->display);
  g_clear_object (&self->toolbox);
  g_clear_object (&self->viewport);
  g_clear_object (&self->levels);
  g_clear_object (&self->map_levels);
  g_clear_object (&self->difference_levels);

  G_OBJECT_CLASS (dip_pair_view_parent_class)->dispose (object);
}

static void
dip_pair_view_class_init (DipPairViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dip_pair_view_dispose;
  widget_class->map = dip_pair_view_map;
  widget_class->unmap = dip_pair_view_unmap;
  widget_class->grab_focus = dip_pair_view_grab_focus;
  signals[TAKEN] = g_signal_new ("taken", DIP_TYPE_PAIR_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "pairview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
dip_pair_view_init (DipPairView *self)
{
  self->display = dip_display_new ();
  self->toolbox = dip_toolbox_new ();
  self->viewport = dip_viewport_new ();
  self->levels = dip_levels_new ();
  self->map_levels = dip_levels_new ();
  self->difference_levels = dip_levels_new ();
  dip_levels_set_window (self->difference_levels, 0.5, 0.8);
  build (self);
  g_signal_connect_swapped (self->display, "notify", G_CALLBACK (display_changed_cb),
                            self);
  dip_pair_view_make_actions (self);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  dip_pair_view_add_shortcuts (self, GTK_WIDGET (self));
  dip_pair_view_update_panes (self);
}

GtkWidget *
dip_pair_view_new (void)
{
  return g_object_new (DIP_TYPE_PAIR_VIEW, NULL);
}

static void
take_info (DipPairSlot *slot, const DipPairInfo *info)
{
  g_autofree char *note = info != NULL ? g_strdup (info->note) : NULL;

  slot->info = info != NULL ? *info : (DipPairInfo){ 0 };
  g_free (slot->note);
  slot->note = g_steal_pointer (&note);
  slot->info.note = slot->note;
}

static void
update_automatic (DipPairView *self)
{
  const DipPicture *pictures[4] = { NULL };

  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < 2; r++)
      pictures[2 * i + r] = dip_pair_slot_get_picture (&self->slots[i], (DipPaneRole) r);
  dip_levels_set_automatic (self->levels, pictures, G_N_ELEMENTS (pictures));
}

void
dip_pair_view_take_pair (DipPairView *self,
                         guint index,
                         DipPair *pair,
                         const DipPairInfo *info)
{
  DipPairSlot *slot;

  g_return_if_fail (DIP_IS_PAIR_VIEW (self));
  g_return_if_fail (index < 2);

  slot = &self->slots[index];
  dip_pair_view_release_pictures (self);
  dip_pair_view_drop_pair (self, slot);
  slot->pair = pair;
  take_info (slot, info);
  if (index == 0)
    dip_pair_view_register (self);
  dip_pair_view_derive (self, slot);
  update_automatic (self);
  dip_pair_view_update_panes (self);
  g_signal_emit (self, signals[TAKEN], 0);
}

const DipPair *
dip_pair_view_get_pair (DipPairView *self, guint index)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);
  g_return_val_if_fail (index < 2, NULL);

  return self->slots[index].pair;
}

const DipPicture *
dip_pair_view_get_picture (DipPairView *self, guint index, DipPaneRole role)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);
  g_return_val_if_fail (index < 2, NULL);

  return dip_pair_slot_get_picture (&self->slots[index], role);
}

double
dip_pair_view_get_spacing (DipPairView *self, guint index)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), 0.0);
  g_return_val_if_fail (index < 2, 0.0);

  return self->slots[index].info.spacing_mm;
}

DipDisplay *
dip_pair_view_get_display (DipPairView *self)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);

  return self->display;
}

DipToolbox *
dip_pair_view_get_toolbox (DipPairView *self)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);

  return self->toolbox;
}

DipViewport *
dip_pair_view_get_viewport (DipPairView *self)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);

  return self->viewport;
}

DipLevels *
dip_pair_view_get_levels (DipPairView *self)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);

  return self->levels;
}

DipLevels *
dip_pair_view_get_map_levels (DipPairView *self)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);

  return self->map_levels;
}

DipPane *
dip_pair_view_get_pane (DipPairView *self, guint index, DipPaneRole role)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);
  g_return_val_if_fail (index < 2 && role < DIP_N_PANE_ROLES, NULL);

  return self->panes[index][role];
}

DipPane *
dip_pair_view_get_current_pane (DipPairView *self)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);

  return self->current;
}

void
dip_pair_view_add_overlay (DipPairView *self, DipOverlay *overlay)
{
  g_return_if_fail (DIP_IS_PAIR_VIEW (self));

  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      dip_pane_add_overlay (self->panes[i][r], overlay);
}

void
dip_pair_view_remove_overlay (DipPairView *self, DipOverlay *overlay)
{
  g_return_if_fail (DIP_IS_PAIR_VIEW (self));

  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      dip_pane_remove_overlay (self->panes[i][r], overlay);
}

GActionGroup *
dip_pair_view_get_actions (DipPairView *self)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

static void
draw_pane (DipPairView *self, DipPane *pane, cairo_t *cr, double scale)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (pane));
  const int height = gtk_widget_get_height (GTK_WIDGET (pane));
  double x, y;

  if (!gtk_widget_get_child_visible (GTK_WIDGET (pane)) ||
      !gtk_widget_get_mapped (GTK_WIDGET (pane)) || width <= 0 || height <= 0 ||
      !gtk_widget_translate_coordinates (GTK_WIDGET (pane), GTK_WIDGET (self), 0, 0, &x,
                                         &y))
    return;

  cairo_save (cr);
  cairo_translate (cr, x, y);
  dip_pane_draw (pane, cr, width, height, scale);
  cairo_restore (cr);
}

void
dip_pair_view_draw (DipPairView *self,
                    cairo_t *cr,
                    double scale,
                    double *width,
                    double *height)
{
  g_return_if_fail (DIP_IS_PAIR_VIEW (self));

  *width = gtk_widget_get_width (GTK_WIDGET (self));
  *height = gtk_widget_get_height (GTK_WIDGET (self));
  if (cr == NULL)
    return;

  cairo_set_source_rgb (cr, 0.08, 0.08, 0.08);
  cairo_paint (cr);
  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      draw_pane (self, self->panes[i][r], cr, scale);
}
