#include "app/view/pair-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

enum
{
  TAKEN,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipPairView, dip_pair_view, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static gboolean
is_blend (DipPairView *self)
{
  return dip_display_get_layout (self->display) >= DIP_LAYOUT_WIPE;
}

static gboolean
has_two (DipPairView *self)
{
  return self->slots[0].pair != NULL && self->slots[1].pair != NULL;
}

/* One pane for CC and MLO of one pair. */
static gboolean
is_single (DipPairView *self)
{
  return is_blend (self) && !has_two (self) && self->slots[0].pair != NULL &&
         self->slots[0].pair->mlo != NULL;
}

static const DipPicture *
picture_of (const DipPairSlot *slot, DipPaneRole role)
{
  if (slot->pair == NULL)
    return NULL;
  if (role == DIP_PANE_CC)
    return slot->pair->cc;
  if (role == DIP_PANE_MLO)
    return slot->pair->mlo;

  return slot->derived != NULL ? slot->derived : slot->pair->third;
}

/* Pictures of two pairs can be blended if they are of one size. */
static const DipPicture *
second_picture (DipPairView *self, guint index, DipPaneRole role)
{
  const DipPicture *first = picture_of (&self->slots[index], role), *second = NULL;

  if (first == NULL || !is_blend (self) || index != 0)
    return NULL;
  if (has_two (self))
    second = picture_of (&self->slots[1], role);
  else if (role == DIP_PANE_CC)
    second = picture_of (&self->slots[0], DIP_PANE_MLO);
  if (second == NULL || second->width != first->width || second->height != first->height)
    return NULL;

  return second;
}

static gboolean
is_pane_shown (DipPairView *self, guint index, DipPaneRole role)
{
  const int maximised = dip_display_get_maximised (self->display);

  if (index == 1 && (!has_two (self) || is_blend (self)))
    return FALSE;
  if (is_single (self))
    return role == DIP_PANE_CC;
  if (maximised >= 0)
    return (int) role == maximised;

  return self->slots[index].pair == NULL ||
         picture_of (&self->slots[index], role) != NULL;
}

static void
update_visibility (DipPairView *self)
{
  for (guint i = 0; i < 2; i++)
    {
      gboolean is_shown[DIP_N_PANE_ROLES];

      for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
        {
          is_shown[r] = is_pane_shown (self, i, (DipPaneRole) r);
          gtk_widget_set_visible (GTK_WIDGET (self->panes[i][r]), is_shown[r]);
        }
      gtk_widget_set_visible (self->inner[i],
                              is_shown[DIP_PANE_CC] || is_shown[DIP_PANE_MLO]);
      gtk_widget_set_visible (self->outer[i], is_shown[DIP_PANE_CC] ||
                                                  is_shown[DIP_PANE_MLO] ||
                                                  is_shown[DIP_PANE_THIRD]);
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (self->current)))
    for (guint r = DIP_N_PANE_ROLES; r > 0; r--)
      if (gtk_widget_get_visible (GTK_WIDGET (self->panes[0][r - 1])))
        self->current = self->panes[0][r - 1];
}

static const char *
third_title (DipPairView *self)
{
  switch (dip_display_get_third_pane (self->display))
    {
    case DIP_THIRD_PANE_RECOMPUTED:
      return _ ("|CC − MLO| recomputed");
    case DIP_THIRD_PANE_SIGNED:
      return _ ("CC − MLO signed");
    case DIP_THIRD_PANE_RESIDUAL:
      return _ ("Residual of the third channel");
    case DIP_THIRD_PANE_GENERATED:
    default:
      return _ ("Third channel");
    }
}

/* "L-CC": the side and view marker of a film. */
static char *
make_marker (DipPairView *self, DipPaneRole role)
{
  const gboolean is_right =
      dip_display_get_laterality (self->display) == DIP_LATERALITY_RIGHT;
  const char *side = is_right ? "R" : "L";

  if (is_single (self))
    return g_strconcat (side, "-CC | ", side, "-MLO", NULL);

  return role == DIP_PANE_THIRD
             ? g_strdup (side)
             : g_strconcat (side, role == DIP_PANE_CC ? "-CC" : "-MLO", NULL);
}

static char *
make_caption (const DipPairSlot *slot)
{
  const DipPairInfo *info = &slot->info;
  g_autoptr (GString) text = g_string_new (info->note);

  if (info->n_steps > 0)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      /* Translators: a step of so many, and the timestep of the noise schedule. */
      g_string_append_printf (text, _ ("Step %u of %u · t %g"), info->step, info->n_steps,
                              info->timestep);
    }
  if (info->spacing_mm > 0.0)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      g_string_append_printf (text, _ ("%.3f mm a pixel"), info->spacing_mm);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
update_texts (DipPairView *self, guint index, DipPaneRole role)
{
  g_autofree char *marker = make_marker (self, role);
  g_autofree char *caption = make_caption (&self->slots[index]);
  g_autofree char *title = NULL;

  if (has_two (self))
    title = g_strdup_printf ("%s%s%s",
                             is_blend (self) ? "A | B"
                             : index == 0    ? "A"
                                             : "B",
                             role == DIP_PANE_THIRD ? " · " : "",
                             role == DIP_PANE_THIRD ? third_title (self) : "");
  else if (role == DIP_PANE_THIRD)
    title = g_strdup (third_title (self));
  dip_pane_set_texts (self->panes[index][role], marker, title, caption);
}

static void
update_blend (DipPairView *self, DipPane *pane)
{
  switch (dip_display_get_layout (self->display))
    {
    case DIP_LAYOUT_WIPE:
      dip_pane_set_blend (pane, DIP_BLEND_WIPE, dip_display_get_wipe (self->display));
      break;
    case DIP_LAYOUT_FLICKER:
      dip_pane_set_blend (
          pane, self->is_second_shown ? DIP_BLEND_SECOND : DIP_BLEND_FIRST, 0.0);
      break;
    case DIP_LAYOUT_CHECKERBOARD:
      dip_pane_set_blend (pane, DIP_BLEND_CHECKERBOARD,
                          dip_display_get_cell (self->display));
      break;
    case DIP_LAYOUT_SIDE_BY_SIDE:
    case DIP_LAYOUT_HANGING:
      dip_pane_set_blend (pane, DIP_BLEND_FIRST, 0.0);
      break;
    }
}

/* Levels, map and legend of a third pane. */
static void
update_third (DipPairView *self, DipPane *pane)
{
  switch (dip_display_get_third_pane (self->display))
    {
    case DIP_THIRD_PANE_SIGNED:
      dip_pane_set_levels (pane, self->map_levels);
      dip_pane_set_colour_map (pane, DIP_COLOUR_MAP_DIVERGING);
      dip_pane_set_legend (pane, 2.0, -1.0);
      break;
    case DIP_THIRD_PANE_RESIDUAL:
      dip_pane_set_levels (pane, self->map_levels);
      dip_pane_set_colour_map (pane, dip_display_get_colour_map (self->display));
      dip_pane_set_legend (pane, 1.0, 0.0);
      break;
    case DIP_THIRD_PANE_GENERATED:
    case DIP_THIRD_PANE_RECOMPUTED:
      dip_pane_set_levels (pane, self->levels);
      dip_pane_set_colour_map (pane, DIP_COLOUR_MAP_GREY);
      dip_pane_set_legend (pane, 0.0, 0.0);
      break;
    }
}

static void
update_pane (DipPairView *self, guint index, DipPaneRole role)
{
  DipPane *pane = self->panes[index][role];
  const gboolean is_right =
      dip_display_get_laterality (self->display) == DIP_LATERALITY_RIGHT;
  const gboolean is_hung =
      dip_display_get_layout (self->display) == DIP_LAYOUT_HANGING && role == DIP_PANE_CC;

  dip_pane_set_mirrored (pane, is_right != is_hung);
  dip_pane_set_crosshair (pane, dip_display_get_crosshair (self->display));
  dip_pane_set_annotations (pane, dip_display_get_annotations (self->display));
  dip_pane_set_synthetic (
      pane, self->slots[index].info.is_synthetic ||
                (is_blend (self) && has_two (self) && self->slots[1].info.is_synthetic));
  if (role == DIP_PANE_THIRD)
    update_third (self, pane);
  dip_pane_set_pictures (pane, picture_of (&self->slots[index], role),
                         second_picture (self, index, role));
  update_blend (self, pane);
  update_texts (self, index, role);
}

static void
update_panes (DipPairView *self)
{
  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      update_pane (self, i, (DipPaneRole) r);
  update_visibility (self);
}

static void
derive (DipPairView *self, DipPairSlot *slot)
{
  const DipPair *pair = slot->pair;

  g_clear_pointer (&slot->derived, dip_picture_free);
  if (pair == NULL || pair->mlo == NULL || pair->third == NULL)
    return;
  switch (dip_display_get_third_pane (self->display))
    {
    case DIP_THIRD_PANE_RECOMPUTED:
      slot->derived = dip_third_make (DIP_THIRD_ABSDIFF, pair->cc, pair->mlo);
      break;
    case DIP_THIRD_PANE_SIGNED:
      slot->derived = dip_signed_difference (pair->cc, pair->mlo);
      break;
    case DIP_THIRD_PANE_RESIDUAL:
      slot->derived = dip_residual_map (slot->info.encoding, pair);
      break;
    case DIP_THIRD_PANE_GENERATED:
      break;
    }
}

/* Panes hold borrowed pictures: they let go before pictures are freed. */
static void
release_pictures (DipPairView *self)
{
  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      if (self->panes[i][r] != NULL)
        dip_pane_set_pictures (self->panes[i][r], NULL, NULL);
}

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
  release_pictures (self);
  dip_pair_view_reset_map_levels (self);
  for (guint i = 0; i < 2; i++)
    derive (self, &self->slots[i]);
  update_panes (self);
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
    update_blend (self, self->panes[0][r]);

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
  else
    update_panes (self);
  if (g_str_equal (name, "layout") || g_str_equal (name, "flicker-rate"))
    {
      update_flicker (self);
      update_panes (self);
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
make_paned (GtkOrientation orientation, GtkWidget *start, GtkWidget *end)
{
  GtkWidget *paned = gtk_paned_new (orientation);

  gtk_paned_set_start_child (GTK_PANED (paned), start);
  gtk_paned_set_end_child (GTK_PANED (paned), end);
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (paned), FALSE);

  return paned;
}

static void
build (DipPairView *self)
{
  for (guint i = 0; i < 2; i++)
    {
      for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
        self->panes[i][r] = make_pane (self, i, (DipPaneRole) r);
      self->inner[i] = make_paned (GTK_ORIENTATION_HORIZONTAL,
                                   GTK_WIDGET (self->panes[i][DIP_PANE_CC]),
                                   GTK_WIDGET (self->panes[i][DIP_PANE_MLO]));
      self->outer[i] = make_paned (GTK_ORIENTATION_HORIZONTAL, self->inner[i],
                                   GTK_WIDGET (self->panes[i][DIP_PANE_THIRD]));
    }
  /* The rows' dividers move together. */
  g_object_bind_property (self->inner[0], "position", self->inner[1], "position",
                          G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (self->outer[0], "position", self->outer[1], "position",
                          G_BINDING_BIDIRECTIONAL);
  self->rows = make_paned (GTK_ORIENTATION_VERTICAL, self->outer[0], self->outer[1]);
  gtk_widget_set_parent (self->rows, GTK_WIDGET (self));
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
  if (self->rows != NULL)
    {
      release_pictures (self);
      dip_pair_view_remove_actions (self);
      g_signal_handlers_disconnect_by_data (self->display, self);
    }
  memset (self->panes, 0, sizeof self->panes);
  self->current = NULL;
  g_clear_pointer (&self->rows, gtk_widget_unparent);
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&self->slots[i].pair, dip_pair_free);
      g_clear_pointer (&self->slots[i].derived, dip_picture_free);
      g_clear_pointer (&self->slots[i].note, g_free);
    }
  g_clear_object (&self->actions);
  g_clear_object (&self->display);
  g_clear_object (&self->viewport);
  g_clear_object (&self->levels);
  g_clear_object (&self->map_levels);

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
  self->viewport = dip_viewport_new ();
  self->levels = dip_levels_new ();
  self->map_levels = dip_levels_new ();
  build (self);
  g_signal_connect_swapped (self->display, "notify", G_CALLBACK (display_changed_cb),
                            self);
  dip_pair_view_make_actions (self);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  dip_pair_view_add_shortcuts (self, GTK_WIDGET (self));
  update_panes (self);
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
      pictures[2 * i + r] = picture_of (&self->slots[i], (DipPaneRole) r);
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
  release_pictures (self);
  g_clear_pointer (&slot->pair, dip_pair_free);
  slot->pair = pair;
  take_info (slot, info);
  derive (self, slot);
  update_automatic (self);
  update_panes (self);
  g_signal_emit (self, signals[TAKEN], 0);
}

const DipPair *
dip_pair_view_get_pair (DipPairView *self, guint index)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);
  g_return_val_if_fail (index < 2, NULL);

  return self->slots[index].pair;
}

DipDisplay *
dip_pair_view_get_display (DipPairView *self)
{
  g_return_val_if_fail (DIP_IS_PAIR_VIEW (self), NULL);

  return self->display;
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
