#include "app/view/pane-private.h"

#include <math.h>

enum
{
  PROP_0,
  PROP_ROLE,
  PROP_VIEWPORT,
  PROP_LEVELS,
  PROP_COLOUR_MAP,
  PROP_MIRRORED,
  PROP_CROSSHAIR,
  PROP_ANNOTATIONS,
  PROP_SYNTHETIC,
  N_PROPS
};

enum
{
  MAXIMISE,
  WIPED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipPane, dip_pane, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* The texture is made anew only if what decides its pixels has changed. */
static void
update_texture (DipPane *self, const DipPaneRecipe *recipe)
{
  const gsize stride = (gsize) recipe->width * sizeof (guint32);
  guint32 *pixels;
  g_autoptr (GBytes) bytes = NULL;

  if (self->texture != NULL && memcmp (recipe, &self->recipe, sizeof *recipe) == 0)
    return;

  pixels = g_malloc (stride * (gsize) recipe->height);
  dip_pane_compose (self, recipe,
                    &(DipCanvas){ pixels, (guint) recipe->width, (guint) recipe->height,
                                  (guint) recipe->width });
  bytes = g_bytes_new_take (pixels, stride * (gsize) recipe->height);
  g_clear_object (&self->texture);
  self->texture = gdk_memory_texture_new (recipe->width, recipe->height,
                                          GDK_MEMORY_DEFAULT, bytes, stride);
  self->recipe = *recipe;
}

/* Which pane the keys work on: seen by who uses keys, as the toolkit has it. */
static void
snapshot_focus (GtkWidget *widget, GtkSnapshot *snapshot)
{
  const float width = (float) gtk_widget_get_width (widget);
  const float height = (float) gtk_widget_get_height (widget);
  const GdkRGBA blue = { 0.38f, 0.63f, 0.92f, 1.0f };
  GskRoundedRect outline;

  if (!gtk_widget_has_visible_focus (widget))
    return;

  gsk_rounded_rect_init_from_rect (&outline,
                                   &GRAPHENE_RECT_INIT (1, 1, width - 2, height - 2), 0);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 2, 2, 2, 2 },
                              (GdkRGBA[4]){ blue, blue, blue, blue });
}

static void
dip_pane_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  DipPane *self = DIP_PANE (widget);
  const int width = gtk_widget_get_width (widget);
  const int height = gtk_widget_get_height (widget);
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  DipPaneRecipe recipe;
  cairo_t *cr;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 0, 0, 0, 1 }, &bounds);
  if (self->pictures[0] == NULL || width == 0 || height == 0)
    {
      snapshot_focus (widget, snapshot);
      return;
    }

  dip_pane_make_recipe (self, width, height, gtk_widget_get_scale_factor (widget),
                        &recipe);
  update_texture (self, &recipe);
  gtk_snapshot_push_clip (snapshot, &bounds);
  gtk_snapshot_append_texture (snapshot, self->texture, &bounds);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  if (dip_pane_has_overlays (self))
    dip_pane_draw_overlays (self, cr, width, height, FALSE);
  dip_pane_draw_annotations (self, cr, width, height);
  cairo_destroy (cr);
  gtk_snapshot_pop (snapshot);
  snapshot_focus (widget, snapshot);
}

static void
dip_pane_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  *minimum = 120;
  *natural = 360;
}

static void
dip_pane_dispose (GObject *object)
{
  DipPane *self = DIP_PANE (object);

  while (self->overlays->len > 0)
    dip_pane_remove_overlay (self, self->overlays->pdata[0]);
  g_clear_object (&self->dragged);
  g_clear_object (&self->chosen);
  if (self->viewport != NULL)
    g_signal_handlers_disconnect_by_data (self->viewport, self);
  if (self->levels != NULL)
    g_signal_handlers_disconnect_by_data (self->levels, self);
  g_clear_object (&self->viewport);
  g_clear_object (&self->levels);
  g_clear_object (&self->texture);
  self->pictures[0] = self->pictures[1] = NULL;

  G_OBJECT_CLASS (dip_pane_parent_class)->dispose (object);
}

static void
dip_pane_finalize (GObject *object)
{
  DipPane *self = DIP_PANE (object);

  for (guint i = 0; i < 2; i++)
    dip_picture_free (self->reduced[i]);
  g_ptr_array_unref (self->overlays);
  g_free (self->marker);
  g_free (self->title);
  g_free (self->caption);

  G_OBJECT_CLASS (dip_pane_parent_class)->finalize (object);
}

static void
dip_pane_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  DipPane *self = DIP_PANE (object);

  switch (prop_id)
    {
    case PROP_ROLE:
      g_value_set_enum (value, self->role);
      break;
    case PROP_VIEWPORT:
      g_value_set_object (value, self->viewport);
      break;
    case PROP_LEVELS:
      g_value_set_object (value, self->levels);
      break;
    case PROP_COLOUR_MAP:
      g_value_set_enum (value, self->colour_map);
      break;
    case PROP_MIRRORED:
      g_value_set_boolean (value, self->mirrored);
      break;
    case PROP_CROSSHAIR:
      g_value_set_boolean (value, self->crosshair);
      break;
    case PROP_ANNOTATIONS:
      g_value_set_boolean (value, self->annotations);
      break;
    case PROP_SYNTHETIC:
      g_value_set_boolean (value, self->synthetic);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_pane_set_property (GObject *object,
                       guint prop_id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  DipPane *self = DIP_PANE (object);

  switch (prop_id)
    {
    case PROP_ROLE:
      self->role = (DipPaneRole) g_value_get_enum (value);
      break;
    case PROP_VIEWPORT:
      dip_pane_set_viewport (self, g_value_get_object (value));
      break;
    case PROP_LEVELS:
      dip_pane_set_levels (self, g_value_get_object (value));
      break;
    case PROP_COLOUR_MAP:
      dip_pane_set_colour_map (self, (DipColourMap) g_value_get_enum (value));
      break;
    case PROP_MIRRORED:
      dip_pane_set_mirrored (self, g_value_get_boolean (value));
      break;
    case PROP_CROSSHAIR:
      dip_pane_set_crosshair (self, g_value_get_boolean (value));
      break;
    case PROP_ANNOTATIONS:
      dip_pane_set_annotations (self, g_value_get_boolean (value));
      break;
    case PROP_SYNTHETIC:
      dip_pane_set_synthetic (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
install_properties (GObjectClass *object_class)
{
  properties[PROP_ROLE] = g_param_spec_enum (
      "role", NULL, NULL, DIP_TYPE_PANE_ROLE, DIP_PANE_CC,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_VIEWPORT] =
      g_param_spec_object ("viewport", NULL, NULL, DIP_TYPE_VIEWPORT, FLAGS);
  properties[PROP_LEVELS] =
      g_param_spec_object ("levels", NULL, NULL, DIP_TYPE_LEVELS, FLAGS);
  properties[PROP_COLOUR_MAP] = g_param_spec_enum (
      "colour-map", NULL, NULL, DIP_TYPE_COLOUR_MAP, DIP_COLOUR_MAP_GREY, FLAGS);
  properties[PROP_MIRRORED] = g_param_spec_boolean ("mirrored", NULL, NULL, FALSE, FLAGS);
  properties[PROP_CROSSHAIR] =
      g_param_spec_boolean ("crosshair", NULL, NULL, FALSE, FLAGS);
  properties[PROP_ANNOTATIONS] =
      g_param_spec_boolean ("annotations", NULL, NULL, TRUE, FLAGS);
  properties[PROP_SYNTHETIC] =
      g_param_spec_boolean ("synthetic", NULL, NULL, FALSE, FLAGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
dip_pane_class_init (DipPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dip_pane_dispose;
  object_class->finalize = dip_pane_finalize;
  object_class->get_property = dip_pane_get_property;
  object_class->set_property = dip_pane_set_property;
  install_properties (object_class);

  signals[MAXIMISE] = g_signal_new ("maximise", DIP_TYPE_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
  signals[WIPED] = g_signal_new ("wiped", DIP_TYPE_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);

  widget_class->snapshot = dip_pane_snapshot;
  widget_class->measure = dip_pane_measure;
  gtk_widget_class_set_css_name (widget_class, "pane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
dip_pane_init (DipPane *self)
{
  g_autoptr (DipViewport) viewport = dip_viewport_new ();
  g_autoptr (DipLevels) levels = dip_levels_new ();

  self->overlays = g_ptr_array_new_with_free_func (g_object_unref);
  self->annotations = TRUE;
  self->reduction = 1;
  dip_pane_set_viewport (self, viewport);
  dip_pane_set_levels (self, levels);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "state-flags-changed", G_CALLBACK (gtk_widget_queue_draw),
                    NULL);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  dip_pane_add_controllers (self);
}

GtkWidget *
dip_pane_new (DipPaneRole role)
{
  return g_object_new (DIP_TYPE_PANE, "role", role, NULL);
}

DipPaneRole
dip_pane_get_role (DipPane *self)
{
  g_return_val_if_fail (DIP_IS_PANE (self), DIP_PANE_CC);

  return self->role;
}

DipViewport *
dip_pane_get_viewport (DipPane *self)
{
  g_return_val_if_fail (DIP_IS_PANE (self), NULL);

  return self->viewport;
}

/* Exchanges an object whose ::changed redraws the pane; FALSE if it is the same. */
static gboolean
exchange (DipPane *self, gpointer *field, gpointer object)
{
  if (*field == object)
    return FALSE;

  if (*field != NULL)
    g_signal_handlers_disconnect_by_data (*field, self);
  g_set_object ((GObject **) field, object);
  g_signal_connect_swapped (object, "changed", G_CALLBACK (gtk_widget_queue_draw), self);
  gtk_widget_queue_draw (GTK_WIDGET (self));

  return TRUE;
}

void
dip_pane_set_viewport (DipPane *self, DipViewport *viewport)
{
  g_return_if_fail (DIP_IS_PANE (self));
  g_return_if_fail (DIP_IS_VIEWPORT (viewport));

  if (exchange (self, (gpointer *) &self->viewport, viewport))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEWPORT]);
}

DipLevels *
dip_pane_get_levels (DipPane *self)
{
  g_return_val_if_fail (DIP_IS_PANE (self), NULL);

  return self->levels;
}

void
dip_pane_set_levels (DipPane *self, DipLevels *levels)
{
  g_return_if_fail (DIP_IS_PANE (self));
  g_return_if_fail (DIP_IS_LEVELS (levels));

  if (exchange (self, (gpointer *) &self->levels, levels))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEVELS]);
}

void
dip_pane_set_colour_map (DipPane *self, DipColourMap map)
{
  g_return_if_fail (DIP_IS_PANE (self));

  if (self->colour_map == map)
    return;

  self->colour_map = map;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLOUR_MAP]);
}

static void
set_boolean (DipPane *self, gboolean *field, gboolean value, guint prop_id)
{
  if (!*field == !value)
    return;

  *field = !!value;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

void
dip_pane_set_mirrored (DipPane *self, gboolean mirrored)
{
  g_return_if_fail (DIP_IS_PANE (self));

  set_boolean (self, &self->mirrored, mirrored, PROP_MIRRORED);
}

void
dip_pane_set_crosshair (DipPane *self, gboolean crosshair)
{
  g_return_if_fail (DIP_IS_PANE (self));

  set_boolean (self, &self->crosshair, crosshair, PROP_CROSSHAIR);
}

void
dip_pane_set_annotations (DipPane *self, gboolean annotations)
{
  g_return_if_fail (DIP_IS_PANE (self));

  set_boolean (self, &self->annotations, annotations, PROP_ANNOTATIONS);
}

void
dip_pane_set_synthetic (DipPane *self, gboolean synthetic)
{
  g_return_if_fail (DIP_IS_PANE (self));

  set_boolean (self, &self->synthetic, synthetic, PROP_SYNTHETIC);
}

void
dip_pane_set_pictures (DipPane *self, const DipPicture *first, const DipPicture *second)
{
  g_return_if_fail (DIP_IS_PANE (self));
  g_return_if_fail (first != NULL || second == NULL);

  self->pictures[0] = first;
  self->pictures[1] = second;
  self->serial++;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dip_pane_set_blend (DipPane *self, DipBlend blend, double at)
{
  g_return_if_fail (DIP_IS_PANE (self));

  if (self->blend == blend && self->blend_at == at)
    return;

  self->blend = blend;
  self->blend_at = at;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
set_text (char **field, const char *text)
{
  if (g_strcmp0 (*field, text) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (text);

  return TRUE;
}

void
dip_pane_set_texts (DipPane *self,
                    const char *marker,
                    const char *title,
                    const char *caption)
{
  gboolean is_changed;
  g_autofree char *label = NULL;

  g_return_if_fail (DIP_IS_PANE (self));

  is_changed = set_text (&self->marker, marker);
  is_changed |= set_text (&self->title, title);
  is_changed |= set_text (&self->caption, caption);
  if (!is_changed)
    return;

  label =
      g_strdup_printf ("%s %s", marker != NULL ? marker : "", title != NULL ? title : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  caption != NULL ? caption : "", -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dip_pane_set_legend (DipPane *self, double scale, double shift)
{
  g_return_if_fail (DIP_IS_PANE (self));

  self->legend_scale = scale;
  self->legend_shift = shift;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dip_pane_set_pair_index (DipPane *self, guint pair)
{
  g_return_if_fail (DIP_IS_PANE (self));

  self->pair = pair;
}

void
dip_pane_add_overlay (DipPane *self, DipOverlay *overlay)
{
  g_return_if_fail (DIP_IS_PANE (self));
  g_return_if_fail (DIP_IS_OVERLAY (overlay));

  g_ptr_array_add (self->overlays, g_object_ref (overlay));
  g_signal_connect_swapped (overlay, "changed", G_CALLBACK (gtk_widget_queue_draw), self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dip_pane_remove_overlay (DipPane *self, DipOverlay *overlay)
{
  g_return_if_fail (DIP_IS_PANE (self));

  g_signal_handlers_disconnect_by_data (overlay, self);
  g_ptr_array_remove (self->overlays, overlay);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
dip_pane_get_placement (DipPane *self, DipPlacement *placement)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const int width = gtk_widget_get_width (widget);
  const int height = gtk_widget_get_height (widget);

  g_return_val_if_fail (DIP_IS_PANE (self), FALSE);

  if (self->pictures[0] == NULL || width <= 0 || height <= 0)
    return FALSE;

  *placement = dip_viewport_place (self->viewport, width, height,
                                   self->pictures[0]->width, self->pictures[0]->height,
                                   self->mirrored, gtk_widget_get_scale_factor (widget));
  return TRUE;
}

/* Looks with a zoom at what keeps the picture's place (px, py) at the pane's (x, y). */
static void
look_with (DipPane *self,
           const DipPlacement *place,
           double zoom,
           double px,
           double py,
           double x,
           double y)
{
  const double sign_x = place->scale_x < 0.0 ? -1.0 : 1.0;
  const double sign_y = place->scale_y < 0.0 ? -1.0 : 1.0;
  const double middle_x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  const double middle_y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;

  zoom = CLAMP (zoom, DIP_VIEWPORT_MIN_ZOOM, DIP_VIEWPORT_MAX_ZOOM);
  dip_viewport_look_at (self->viewport, zoom, px + sign_x * (middle_x - x) / zoom,
                        py + sign_y * (middle_y - y) / zoom);
}

void
dip_pane_zoom_at (DipPane *self, double factor, double x, double y)
{
  DipPlacement place;
  double px, py;

  g_return_if_fail (DIP_IS_PANE (self));
  g_return_if_fail (factor > 0.0);

  if (!dip_pane_get_placement (self, &place))
    return;
  dip_placement_to_picture (&place, x, y, &px, &py);
  look_with (self, &place, fabs (place.scale_x) * factor, px, py, x, y);
}

void
dip_pane_zoom_here (DipPane *self, double factor)
{
  GtkWidget *widget = GTK_WIDGET (self);

  g_return_if_fail (DIP_IS_PANE (self));

  if (self->is_pointed_at)
    dip_pane_zoom_at (self, factor, self->pointer_x, self->pointer_y);
  else
    dip_pane_zoom_at (self, factor, gtk_widget_get_width (widget) / 2.0,
                      gtk_widget_get_height (widget) / 2.0);
}

gboolean
dip_pane_is_pointed_at (DipPane *self)
{
  g_return_val_if_fail (DIP_IS_PANE (self), FALSE);

  return self->is_pointed_at;
}

void
dip_pane_pan (DipPane *self, double dx, double dy)
{
  const double x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  const double y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
  DipPlacement place;
  double px, py;

  g_return_if_fail (DIP_IS_PANE (self));

  if (!dip_pane_get_placement (self, &place))
    return;
  dip_placement_to_picture (&place, x, y, &px, &py);
  look_with (self, &place, fabs (place.scale_x), px, py, x + dx, y + dy);
}

void
dip_pane_zoom_one_to_one (DipPane *self)
{
  const double x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  const double y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
  DipPlacement place;
  double px, py;

  g_return_if_fail (DIP_IS_PANE (self));

  if (!dip_pane_get_placement (self, &place))
    return;
  dip_placement_to_picture (&place, x, y, &px, &py);
  look_with (self, &place, 1.0 / gtk_widget_get_scale_factor (GTK_WIDGET (self)), px, py,
             x, y);
}
