#include "app/view/levels.h"

#include <glib/gi18n.h>

/* Values are counted in so many bins for the automatic window. */
#define N_BINS 1024

#define AIR 0.02 /* of the brightest; not brighter: no tissue */

struct _DipLevels
{
  GObject parent_instance;

  double centre;
  double width;
  gboolean invert;
  guint preset;
  double automatic_low, automatic_high;
  double brightest; /* of the pictures now shown */
};

enum
{
  PROP_0,
  PROP_CENTRE,
  PROP_WIDTH,
  PROP_INVERT,
  PROP_PRESET,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipLevels, dip_levels, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static const struct
{
  const char *name;
  double low, high;
} presets[DIP_LEVELS_N_PRESETS] = {
  { N_ ("Full range"), 0.0, 1.0 },     { N_ ("Breast"), 0.1, 0.9 },
  { N_ ("Dense tissue"), 0.45, 0.95 }, { N_ ("Skin and fat"), 0.0, 0.4 },
  { N_ ("Automatic"), 0.0, 1.0 },
};

/* TRUE if something changed; notifies. */
static gboolean
apply (DipLevels *self, double centre, double width, guint preset)
{
  gboolean is_changed = FALSE;

  centre = CLAMP (centre, 0.0, 1.0);
  width = CLAMP (width, DIP_LEVELS_MIN_WIDTH, DIP_LEVELS_MAX_WIDTH);
  if (self->centre != centre)
    {
      self->centre = centre;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CENTRE]);
      is_changed = TRUE;
    }
  if (self->width != width)
    {
      self->width = width;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
      is_changed = TRUE;
    }
  if (self->preset != preset)
    {
      self->preset = preset;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESET]);
      is_changed = TRUE;
    }
  if (is_changed)
    g_signal_emit (self, signals[CHANGED], 0);

  return is_changed;
}

static void
dip_levels_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  DipLevels *self = DIP_LEVELS (object);

  switch (prop_id)
    {
    case PROP_CENTRE:
      g_value_set_double (value, self->centre);
      break;
    case PROP_WIDTH:
      g_value_set_double (value, self->width);
      break;
    case PROP_INVERT:
      g_value_set_boolean (value, self->invert);
      break;
    case PROP_PRESET:
      g_value_set_uint (value, self->preset);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_levels_set_property (GObject *object,
                         guint prop_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  DipLevels *self = DIP_LEVELS (object);

  switch (prop_id)
    {
    case PROP_CENTRE:
      dip_levels_set_window (self, g_value_get_double (value), self->width);
      break;
    case PROP_WIDTH:
      dip_levels_set_window (self, self->centre, g_value_get_double (value));
      break;
    case PROP_INVERT:
      dip_levels_set_invert (self, g_value_get_boolean (value));
      break;
    case PROP_PRESET:
      dip_levels_set_preset (self, g_value_get_uint (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
dip_levels_class_init (DipLevelsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = dip_levels_get_property;
  object_class->set_property = dip_levels_set_property;

  properties[PROP_CENTRE] =
      g_param_spec_double ("centre", NULL, NULL, 0.0, 1.0, 0.5, FLAGS);
  properties[PROP_WIDTH] = g_param_spec_double ("width", NULL, NULL, DIP_LEVELS_MIN_WIDTH,
                                                DIP_LEVELS_MAX_WIDTH, 1.0, FLAGS);
  properties[PROP_INVERT] = g_param_spec_boolean ("invert", NULL, NULL, FALSE, FLAGS);
  properties[PROP_PRESET] =
      g_param_spec_uint ("preset", NULL, NULL, 0, DIP_LEVELS_N_PRESETS, 1, FLAGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", DIP_TYPE_LEVELS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_levels_init (DipLevels *self)
{
  self->centre = 0.5;
  self->width = 1.0;
  self->preset = DIP_LEVELS_PRESET_FULL;
  self->automatic_high = 1.0;
}

DipLevels *
dip_levels_new (void)
{
  return g_object_new (DIP_TYPE_LEVELS, NULL);
}

double
dip_levels_get_centre (DipLevels *self)
{
  g_return_val_if_fail (DIP_IS_LEVELS (self), 0.5);

  return self->centre;
}

double
dip_levels_get_width (DipLevels *self)
{
  g_return_val_if_fail (DIP_IS_LEVELS (self), 1.0);

  return self->width;
}

gboolean
dip_levels_get_invert (DipLevels *self)
{
  g_return_val_if_fail (DIP_IS_LEVELS (self), FALSE);

  return self->invert;
}

void
dip_levels_set_window (DipLevels *self, double centre, double width)
{
  g_return_if_fail (DIP_IS_LEVELS (self));

  if (centre != self->centre || width != self->width)
    apply (self, centre, width, 0);
}

void
dip_levels_set_invert (DipLevels *self, gboolean invert)
{
  g_return_if_fail (DIP_IS_LEVELS (self));

  if (!invert == !self->invert)
    return;

  self->invert = !!invert;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVERT]);
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
dip_levels_get_preset_name (guint preset)
{
  g_return_val_if_fail (preset >= 1 && preset <= DIP_LEVELS_N_PRESETS, NULL);

  return _ (presets[preset - 1].name);
}

guint
dip_levels_get_preset (DipLevels *self)
{
  g_return_val_if_fail (DIP_IS_LEVELS (self), 0);

  return self->preset;
}

void
dip_levels_set_preset (DipLevels *self, guint preset)
{
  double low, high;

  g_return_if_fail (DIP_IS_LEVELS (self));
  g_return_if_fail (preset <= DIP_LEVELS_N_PRESETS);

  if (preset == 0)
    return;

  low = preset == DIP_LEVELS_PRESET_AUTOMATIC ? self->automatic_low
                                              : presets[preset - 1].low;
  high = preset == DIP_LEVELS_PRESET_AUTOMATIC ? self->automatic_high
                                               : presets[preset - 1].high;
  apply (self, (low + high) / 2.0, high - low, preset);
}

/* At most 1; 0 of no pictures. */
static float
find_brightest (const DipPicture *const *pictures, guint n_pictures)
{
  float most = 0.0f;

  for (guint p = 0; p < n_pictures; p++)
    for (gsize i = 0;
         pictures[p] != NULL && i < (gsize) pictures[p]->width * pictures[p]->height; i++)
      most = MAX (most, pictures[p]->values[i]);

  return MIN (most, 1.0f);
}

/* The upper edge of the bin in which so many values have been counted. */
static double
find_quantile (const gsize counts[N_BINS], gsize n)
{
  gsize n_so_far = 0;
  guint i = 0;

  while (i < N_BINS - 1 && (n_so_far += counts[i]) < n)
    i++;

  return (i + 1.0) / N_BINS;
}

void
dip_levels_set_automatic (DipLevels *self,
                          const DipPicture *const *pictures,
                          guint n_pictures)
{
  const float most = find_brightest (pictures, n_pictures);
  const float air = (float) AIR * most;
  gsize counts[N_BINS] = { 0 }, n = 0;

  g_return_if_fail (DIP_IS_LEVELS (self));

  for (guint p = 0; p < n_pictures; p++)
    for (gsize i = 0;
         pictures[p] != NULL && i < (gsize) pictures[p]->width * pictures[p]->height; i++)
      if (pictures[p]->values[i] > air)
        {
          counts[(guint) (MIN (pictures[p]->values[i] / most, 1.0f) * (N_BINS - 1))]++;
          n++;
        }

  self->brightest = (double) most;
  self->automatic_low =
      n > 0 ? self->brightest * (find_quantile (counts, n / 100) - 1.0 / N_BINS) : 0.0;
  self->automatic_high =
      n > 0 ? self->brightest * find_quantile (counts, n - n / 200) : 1.0;
  if (self->preset == DIP_LEVELS_PRESET_AUTOMATIC)
    dip_levels_set_preset (self, DIP_LEVELS_PRESET_AUTOMATIC);
}

double
dip_levels_get_brightest (DipLevels *self)
{
  g_return_val_if_fail (DIP_IS_LEVELS (self), 0.0);

  return self->brightest;
}
