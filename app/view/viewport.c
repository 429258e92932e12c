#include "app/view/viewport.h"

#include <math.h>

struct _DipViewport
{
  GObject parent_instance;

  double zoom;
  double centre_x, centre_y;
  gboolean fit;
  gboolean flip_h, flip_v;
  gboolean smooth;
  gboolean cursor;
  double cursor_x, cursor_y;
};

enum
{
  PROP_0,
  PROP_ZOOM,
  PROP_CENTRE_X,
  PROP_CENTRE_Y,
  PROP_FIT,
  PROP_FLIP_H,
  PROP_FLIP_V,
  PROP_SMOOTH,
  PROP_CURSOR,
  PROP_CURSOR_X,
  PROP_CURSOR_Y,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipViewport, dip_viewport, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* Setters of one field; TRUE if it changed. */
static gboolean
update_double (DipViewport *self, double *field, double value, guint prop_id)
{
  if (*field == value)
    return FALSE;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);

  return TRUE;
}

static gboolean
update_boolean (DipViewport *self, gboolean *field, gboolean value, guint prop_id)
{
  if (!*field == !value)
    return FALSE;

  *field = !!value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);

  return TRUE;
}

static void
emit_changed (DipViewport *self, gboolean is_changed)
{
  if (is_changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
dip_viewport_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  DipViewport *self = DIP_VIEWPORT (object);

  switch (prop_id)
    {
    case PROP_ZOOM:
      g_value_set_double (value, self->zoom);
      break;
    case PROP_CENTRE_X:
      g_value_set_double (value, self->centre_x);
      break;
    case PROP_CENTRE_Y:
      g_value_set_double (value, self->centre_y);
      break;
    case PROP_FIT:
      g_value_set_boolean (value, self->fit);
      break;
    case PROP_FLIP_H:
      g_value_set_boolean (value, self->flip_h);
      break;
    case PROP_FLIP_V:
      g_value_set_boolean (value, self->flip_v);
      break;
    case PROP_SMOOTH:
      g_value_set_boolean (value, self->smooth);
      break;
    case PROP_CURSOR:
      g_value_set_boolean (value, self->cursor);
      break;
    case PROP_CURSOR_X:
      g_value_set_double (value, self->cursor_x);
      break;
    case PROP_CURSOR_Y:
      g_value_set_double (value, self->cursor_y);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_viewport_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  DipViewport *self = DIP_VIEWPORT (object);

  switch (prop_id)
    {
    case PROP_ZOOM:
      dip_viewport_look_at (self, g_value_get_double (value), self->centre_x,
                            self->centre_y);
      break;
    case PROP_CENTRE_X:
      emit_changed (self, update_double (self, &self->centre_x,
                                         g_value_get_double (value), prop_id));
      break;
    case PROP_CENTRE_Y:
      emit_changed (self, update_double (self, &self->centre_y,
                                         g_value_get_double (value), prop_id));
      break;
    case PROP_FIT:
      dip_viewport_set_fit (self, g_value_get_boolean (value));
      break;
    case PROP_FLIP_H:
      dip_viewport_set_flip (self, g_value_get_boolean (value), self->flip_v);
      break;
    case PROP_FLIP_V:
      dip_viewport_set_flip (self, self->flip_h, g_value_get_boolean (value));
      break;
    case PROP_SMOOTH:
      dip_viewport_set_smooth (self, g_value_get_boolean (value));
      break;
    case PROP_CURSOR:
      emit_changed (self, update_boolean (self, &self->cursor,
                                          g_value_get_boolean (value), prop_id));
      break;
    case PROP_CURSOR_X:
      emit_changed (self, update_double (self, &self->cursor_x,
                                         g_value_get_double (value), prop_id));
      break;
    case PROP_CURSOR_Y:
      emit_changed (self, update_double (self, &self->cursor_y,
                                         g_value_get_double (value), prop_id));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
dip_viewport_class_init (DipViewportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = dip_viewport_get_property;
  object_class->set_property = dip_viewport_set_property;

  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, DIP_VIEWPORT_MIN_ZOOM,
                                               DIP_VIEWPORT_MAX_ZOOM, 1.0, FLAGS);
  properties[PROP_CENTRE_X] =
      g_param_spec_double ("centre-x", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.0, FLAGS);
  properties[PROP_CENTRE_Y] =
      g_param_spec_double ("centre-y", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.0, FLAGS);
  properties[PROP_FIT] = g_param_spec_boolean ("fit", NULL, NULL, TRUE, FLAGS);
  properties[PROP_FLIP_H] = g_param_spec_boolean ("flip-h", NULL, NULL, FALSE, FLAGS);
  properties[PROP_FLIP_V] = g_param_spec_boolean ("flip-v", NULL, NULL, FALSE, FLAGS);
  properties[PROP_SMOOTH] = g_param_spec_boolean ("smooth", NULL, NULL, TRUE, FLAGS);
  properties[PROP_CURSOR] = g_param_spec_boolean ("cursor", NULL, NULL, FALSE, FLAGS);
  properties[PROP_CURSOR_X] =
      g_param_spec_double ("cursor-x", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.0, FLAGS);
  properties[PROP_CURSOR_Y] =
      g_param_spec_double ("cursor-y", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.0, FLAGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", DIP_TYPE_VIEWPORT, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_viewport_init (DipViewport *self)
{
  self->zoom = 1.0;
  self->fit = TRUE;
  self->smooth = TRUE;
}

DipViewport *
dip_viewport_new (void)
{
  return g_object_new (DIP_TYPE_VIEWPORT, NULL);
}

DipViewport *
dip_viewport_copy (DipViewport *self)
{
  DipViewport *copy;

  g_return_val_if_fail (DIP_IS_VIEWPORT (self), NULL);

  copy = dip_viewport_new ();
  copy->zoom = self->zoom;
  copy->centre_x = self->centre_x;
  copy->centre_y = self->centre_y;
  copy->fit = self->fit;
  copy->flip_h = self->flip_h;
  copy->flip_v = self->flip_v;
  copy->smooth = self->smooth;
  copy->cursor = self->cursor;
  copy->cursor_x = self->cursor_x;
  copy->cursor_y = self->cursor_y;

  return copy;
}

double
dip_viewport_get_zoom (DipViewport *self)
{
  g_return_val_if_fail (DIP_IS_VIEWPORT (self), 1.0);

  return self->zoom;
}

gboolean
dip_viewport_get_fit (DipViewport *self)
{
  g_return_val_if_fail (DIP_IS_VIEWPORT (self), TRUE);

  return self->fit;
}

gboolean
dip_viewport_get_smooth (DipViewport *self)
{
  g_return_val_if_fail (DIP_IS_VIEWPORT (self), TRUE);

  return self->smooth;
}

void
dip_viewport_set_fit (DipViewport *self, gboolean fit)
{
  g_return_if_fail (DIP_IS_VIEWPORT (self));

  emit_changed (self, update_boolean (self, &self->fit, fit, PROP_FIT));
}

void
dip_viewport_look_at (DipViewport *self, double zoom, double centre_x, double centre_y)
{
  gboolean is_changed;

  g_return_if_fail (DIP_IS_VIEWPORT (self));

  zoom = CLAMP (zoom, DIP_VIEWPORT_MIN_ZOOM, DIP_VIEWPORT_MAX_ZOOM);
  is_changed = update_double (self, &self->zoom, zoom, PROP_ZOOM);
  is_changed |= update_double (self, &self->centre_x, centre_x, PROP_CENTRE_X);
  is_changed |= update_double (self, &self->centre_y, centre_y, PROP_CENTRE_Y);
  is_changed |= update_boolean (self, &self->fit, FALSE, PROP_FIT);
  emit_changed (self, is_changed);
}

void
dip_viewport_set_flip (DipViewport *self, gboolean flip_h, gboolean flip_v)
{
  gboolean is_changed;

  g_return_if_fail (DIP_IS_VIEWPORT (self));

  is_changed = update_boolean (self, &self->flip_h, flip_h, PROP_FLIP_H);
  is_changed |= update_boolean (self, &self->flip_v, flip_v, PROP_FLIP_V);
  emit_changed (self, is_changed);
}

void
dip_viewport_set_smooth (DipViewport *self, gboolean smooth)
{
  g_return_if_fail (DIP_IS_VIEWPORT (self));

  emit_changed (self, update_boolean (self, &self->smooth, smooth, PROP_SMOOTH));
}

void
dip_viewport_set_cursor (DipViewport *self, double x, double y)
{
  gboolean is_changed;

  g_return_if_fail (DIP_IS_VIEWPORT (self));

  is_changed = update_double (self, &self->cursor_x, x, PROP_CURSOR_X);
  is_changed |= update_double (self, &self->cursor_y, y, PROP_CURSOR_Y);
  is_changed |= update_boolean (self, &self->cursor, TRUE, PROP_CURSOR);
  emit_changed (self, is_changed);
}

void
dip_viewport_clear_cursor (DipViewport *self)
{
  g_return_if_fail (DIP_IS_VIEWPORT (self));

  emit_changed (self, update_boolean (self, &self->cursor, FALSE, PROP_CURSOR));
}

gboolean
dip_viewport_get_cursor (DipViewport *self, double *x, double *y)
{
  g_return_val_if_fail (DIP_IS_VIEWPORT (self), FALSE);

  *x = self->cursor_x;
  *y = self->cursor_y;

  return self->cursor;
}

/* One axis. */
static void
place_axis (double size,
            double zoom,
            double centre,
            gboolean is_flipped,
            double scale_factor,
            double *scale,
            double *offset)
{
  *scale = is_flipped ? -zoom : zoom;
  *offset = rint ((size / 2.0 - *scale * centre) * scale_factor) / scale_factor;
}

DipPlacement
dip_viewport_place (DipViewport *self,
                    double width,
                    double height,
                    guint picture_width,
                    guint picture_height,
                    gboolean is_mirrored,
                    double scale_factor)
{
  DipPlacement place;
  double zoom = self->zoom, centre_x = self->centre_x, centre_y = self->centre_y;

  if (self->fit)
    {
      zoom = MIN (width / picture_width, height / picture_height);
      zoom = MAX (zoom, DIP_VIEWPORT_MIN_ZOOM);
      centre_x = picture_width / 2.0;
      centre_y = picture_height / 2.0;
    }
  place_axis (width, zoom, centre_x, !self->flip_h != !is_mirrored, scale_factor,
              &place.scale_x, &place.offset_x);
  place_axis (height, zoom, centre_y, self->flip_v, scale_factor, &place.scale_y,
              &place.offset_y);

  return place;
}
