#include "app/view/toolbox.h"

#include <glib/gi18n.h>

const DipToolInfo dip_tool_infos[] = {
  { DIP_TOOL_NONE, "none", N_ ("Move and zoom"), "dip-hand-symbolic", "g" },
  { DIP_TOOL_BRUSH, "brush", N_ ("Correct the breast mask"), "dip-brush-symbolic", "p" },
  { DIP_TOOL_REGION, "region", N_ ("Mark a region to generate again"),
    "dip-region-symbolic", "r" },
  { DIP_TOOL_PROBE, "probe", N_ ("Find a place in the other view"), "dip-probe-symbolic",
    "q" },
  { DIP_TOOL_DISTANCE, "distance", N_ ("Measure a distance"), "dip-distance-symbolic",
    "z" },
  { DIP_TOOL_ANGLE, "angle", N_ ("Measure an angle"), "dip-angle-symbolic", "<Shift>z" },
  { DIP_TOOL_AREA, "area", N_ ("Measure an area"), "dip-area-symbolic", "w" },
  { DIP_TOOL_PROFILE, "profile", N_ ("Profile along a line"), "dip-profile-symbolic",
    "<Shift>w" },
};

const guint dip_n_tool_infos = G_N_ELEMENTS (dip_tool_infos);

struct _DipToolbox
{
  GObject parent_instance;

  DipTool tool;
  gboolean is_offered[DIP_N_TOOLS];
  GtkWidget *options[DIP_N_TOOLS]; /* or NULL */
};

enum
{
  PROP_TOOL = 1,
  N_PROPS
};

enum
{
  OFFERED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipToolbox, dip_toolbox, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
dip_toolbox_dispose (GObject *object)
{
  DipToolbox *self = DIP_TOOLBOX (object);

  for (guint i = 0; i < DIP_N_TOOLS; i++)
    g_clear_object (&self->options[i]);

  G_OBJECT_CLASS (dip_toolbox_parent_class)->dispose (object);
}

static void
dip_toolbox_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  g_value_set_enum (value, DIP_TOOLBOX (object)->tool);
}

static void
dip_toolbox_set_property (GObject *object,
                          guint prop_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  dip_toolbox_set_tool (DIP_TOOLBOX (object), (DipTool) g_value_get_enum (value));
}

static void
dip_toolbox_class_init (DipToolboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dip_toolbox_dispose;
  object_class->get_property = dip_toolbox_get_property;
  object_class->set_property = dip_toolbox_set_property;
  properties[PROP_TOOL] = g_param_spec_enum (
      "tool", NULL, NULL, DIP_TYPE_TOOL, DIP_TOOL_NONE,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[OFFERED] = g_signal_new ("offered", DIP_TYPE_TOOLBOX, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_toolbox_init (DipToolbox *self)
{
  self->is_offered[DIP_TOOL_NONE] = TRUE;
}

DipToolbox *
dip_toolbox_new (void)
{
  return g_object_new (DIP_TYPE_TOOLBOX, NULL);
}

void
dip_toolbox_offer (DipToolbox *self, DipTool tool, GtkWidget *options)
{
  g_return_if_fail (DIP_IS_TOOLBOX (self));
  g_return_if_fail (tool < DIP_N_TOOLS);

  self->is_offered[tool] = TRUE;
  if (options != NULL)
    g_object_ref_sink (options);
  g_clear_object (&self->options[tool]);
  self->options[tool] = options;
  g_signal_emit (self, signals[OFFERED], 0);
}

gboolean
dip_toolbox_has (DipToolbox *self, DipTool tool)
{
  g_return_val_if_fail (DIP_IS_TOOLBOX (self), FALSE);
  g_return_val_if_fail (tool < DIP_N_TOOLS, FALSE);

  return self->is_offered[tool];
}

GtkWidget *
dip_toolbox_get_options (DipToolbox *self, DipTool tool)
{
  g_return_val_if_fail (DIP_IS_TOOLBOX (self), NULL);
  g_return_val_if_fail (tool < DIP_N_TOOLS, NULL);

  return self->options[tool];
}

DipTool
dip_toolbox_get_tool (DipToolbox *self)
{
  g_return_val_if_fail (DIP_IS_TOOLBOX (self), DIP_TOOL_NONE);

  return self->tool;
}

void
dip_toolbox_set_tool (DipToolbox *self, DipTool tool)
{
  g_return_if_fail (DIP_IS_TOOLBOX (self));
  g_return_if_fail (tool < DIP_N_TOOLS);

  if (tool == self->tool || !self->is_offered[tool])
    return;

  self->tool = tool;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOOL]);
}

void
dip_toolbox_toggle_tool (DipToolbox *self, DipTool tool)
{
  g_return_if_fail (DIP_IS_TOOLBOX (self));

  dip_toolbox_set_tool (self, tool == self->tool ? DIP_TOOL_NONE : tool);
}
