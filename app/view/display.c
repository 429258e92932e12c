#include "app/view/display.h"

/* The values live in GValues, so that one setter serves all properties. */
struct _DipDisplay
{
  GObject parent_instance;

  GValue *values; /* by property */
};

enum
{
  PROP_0,
  PROP_LAYOUT,
  PROP_THIRD_PANE,
  PROP_COLOUR_MAP,
  PROP_LATERALITY,
  PROP_MAXIMISED,
  PROP_LINKED,
  PROP_CROSSHAIR,
  PROP_ANNOTATIONS,
  PROP_FLICKER_RATE,
  PROP_WIPE,
  PROP_CELL,
  PROP_REGISTRATION,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (DipDisplay, dip_display, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
dip_display_finalize (GObject *object)
{
  DipDisplay *self = DIP_DISPLAY (object);

  g_free (self->values); /* numbers only: nothing to unset */

  G_OBJECT_CLASS (dip_display_parent_class)->finalize (object);
}

static void
dip_display_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  g_value_copy (&DIP_DISPLAY (object)->values[prop_id], value);
}

static void
dip_display_set_property (GObject *object,
                          guint prop_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  DipDisplay *self = DIP_DISPLAY (object);

  if (g_param_values_cmp (pspec, &self->values[prop_id], value) == 0)
    return;

  g_value_copy (value, &self->values[prop_id]);
  g_object_notify_by_pspec (object, pspec);
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
dip_display_class_init (DipDisplayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = dip_display_finalize;
  object_class->get_property = dip_display_get_property;
  object_class->set_property = dip_display_set_property;

  properties[PROP_LAYOUT] = g_param_spec_enum ("layout", NULL, NULL, DIP_TYPE_LAYOUT,
                                               DIP_LAYOUT_SIDE_BY_SIDE, FLAGS);
  properties[PROP_THIRD_PANE] = g_param_spec_enum (
      "third-pane", NULL, NULL, DIP_TYPE_THIRD_PANE, DIP_THIRD_PANE_GENERATED, FLAGS);
  properties[PROP_COLOUR_MAP] = g_param_spec_enum (
      "colour-map", NULL, NULL, DIP_TYPE_COLOUR_MAP, DIP_COLOUR_MAP_CIVIDIS, FLAGS);
  properties[PROP_LATERALITY] = g_param_spec_enum (
      "laterality", NULL, NULL, DIP_TYPE_LATERALITY, DIP_LATERALITY_LEFT, FLAGS);
  properties[PROP_MAXIMISED] =
      g_param_spec_int ("maximised", NULL, NULL, -1, DIP_PANE_THIRD, -1, FLAGS);
  properties[PROP_LINKED] = g_param_spec_boolean ("linked", NULL, NULL, TRUE, FLAGS);
  properties[PROP_CROSSHAIR] =
      g_param_spec_boolean ("crosshair", NULL, NULL, FALSE, FLAGS);
  properties[PROP_ANNOTATIONS] =
      g_param_spec_boolean ("annotations", NULL, NULL, TRUE, FLAGS);
  properties[PROP_FLICKER_RATE] =
      g_param_spec_double ("flicker-rate", NULL, NULL, 0.5, 10.0, 2.0, FLAGS);
  properties[PROP_WIPE] = g_param_spec_double ("wipe", NULL, NULL, 0.0, 1.0, 0.5, FLAGS);
  properties[PROP_CELL] =
      g_param_spec_double ("cell", NULL, NULL, 8.0, 256.0, 64.0, FLAGS);
  properties[PROP_REGISTRATION] =
      g_param_spec_double ("registration", NULL, NULL, 0.0, 1.0, 0.0, FLAGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
dip_display_init (DipDisplay *self)
{
  self->values = g_new0 (GValue, N_PROPS);
  for (guint i = PROP_0 + 1; i < N_PROPS; i++)
    {
      g_value_init (&self->values[i], properties[i]->value_type);
      g_param_value_set_default (properties[i], &self->values[i]);
    }
}

DipDisplay *
dip_display_new (void)
{
  return g_object_new (DIP_TYPE_DISPLAY, NULL);
}

DipLayout
dip_display_get_layout (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), DIP_LAYOUT_SIDE_BY_SIDE);

  return (DipLayout) g_value_get_enum (&self->values[PROP_LAYOUT]);
}

DipThirdPane
dip_display_get_third_pane (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), DIP_THIRD_PANE_GENERATED);

  return (DipThirdPane) g_value_get_enum (&self->values[PROP_THIRD_PANE]);
}

DipColourMap
dip_display_get_colour_map (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), DIP_COLOUR_MAP_CIVIDIS);

  return (DipColourMap) g_value_get_enum (&self->values[PROP_COLOUR_MAP]);
}

DipLaterality
dip_display_get_laterality (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), DIP_LATERALITY_LEFT);

  return (DipLaterality) g_value_get_enum (&self->values[PROP_LATERALITY]);
}

int
dip_display_get_maximised (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), -1);

  return g_value_get_int (&self->values[PROP_MAXIMISED]);
}

gboolean
dip_display_get_linked (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), TRUE);

  return g_value_get_boolean (&self->values[PROP_LINKED]);
}

gboolean
dip_display_get_crosshair (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), FALSE);

  return g_value_get_boolean (&self->values[PROP_CROSSHAIR]);
}

gboolean
dip_display_get_annotations (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), TRUE);

  return g_value_get_boolean (&self->values[PROP_ANNOTATIONS]);
}

double
dip_display_get_flicker_rate (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), 2.0);

  return g_value_get_double (&self->values[PROP_FLICKER_RATE]);
}

double
dip_display_get_wipe (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), 0.5);

  return g_value_get_double (&self->values[PROP_WIPE]);
}

double
dip_display_get_cell (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), 64.0);

  return g_value_get_double (&self->values[PROP_CELL]);
}

void
dip_display_set_layout (DipDisplay *self, DipLayout layout)
{
  g_return_if_fail (DIP_IS_DISPLAY (self));

  g_object_set (self, "layout", layout, NULL);
}

void
dip_display_set_third_pane (DipDisplay *self, DipThirdPane third_pane)
{
  g_return_if_fail (DIP_IS_DISPLAY (self));

  g_object_set (self, "third-pane", third_pane, NULL);
}

void
dip_display_set_laterality (DipDisplay *self, DipLaterality laterality)
{
  g_return_if_fail (DIP_IS_DISPLAY (self));

  g_object_set (self, "laterality", laterality, NULL);
}

void
dip_display_set_maximised (DipDisplay *self, int role)
{
  g_return_if_fail (DIP_IS_DISPLAY (self));

  g_object_set (self, "maximised", role, NULL);
}

void
dip_display_set_wipe (DipDisplay *self, double wipe)
{
  g_return_if_fail (DIP_IS_DISPLAY (self));

  g_object_set (self, "wipe", wipe, NULL);
}

double
dip_display_get_registration (DipDisplay *self)
{
  g_return_val_if_fail (DIP_IS_DISPLAY (self), 0.0);

  return g_value_get_double (&self->values[PROP_REGISTRATION]);
}

void
dip_display_set_registration (DipDisplay *self, double registration)
{
  g_return_if_fail (DIP_IS_DISPLAY (self));

  g_object_set (self, "registration", registration, NULL);
}
