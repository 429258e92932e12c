#include "app/view/brush-layer.h"

struct _DipBrushLayer
{
  GObject parent_instance;

  DipMaskEdits *edits[DIP_N_VIEW_POSITIONS];
  GByteArray *history; /* the view of each stroke; those taken back stay behind n_done */
  guint n_done;
  int drawing; /* the view of the stroke under way, or -1 */
  gboolean active;
};

enum
{
  PROP_ACTIVE = 1,
  N_PROPS
};

enum
{
  BEGAN,
  CHANGED,
  STROKED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipBrushLayer, dip_brush_layer, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
dip_brush_layer_finalize (GObject *object)
{
  DipBrushLayer *self = DIP_BRUSH_LAYER (object);

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    dip_mask_edits_free (self->edits[i]);
  g_byte_array_unref (self->history);

  G_OBJECT_CLASS (dip_brush_layer_parent_class)->finalize (object);
}

static void
dip_brush_layer_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  g_value_set_boolean (value, DIP_BRUSH_LAYER (object)->active);
}

static void
dip_brush_layer_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  dip_brush_layer_set_active (DIP_BRUSH_LAYER (object), g_value_get_boolean (value));
}

static guint
add_signal (const char *name, guint n_params)
{
  return g_signal_new (name, DIP_TYPE_BRUSH_LAYER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_params, G_TYPE_INT);
}

static void
dip_brush_layer_class_init (DipBrushLayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = dip_brush_layer_finalize;
  object_class->get_property = dip_brush_layer_get_property;
  object_class->set_property = dip_brush_layer_set_property;
  properties[PROP_ACTIVE] = g_param_spec_boolean (
      "active", NULL, NULL, TRUE,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[BEGAN] = add_signal ("began", 0);
  signals[CHANGED] = add_signal ("changed", 1);
  signals[STROKED] = add_signal ("stroked", 1);
}

static void
dip_brush_layer_init (DipBrushLayer *self)
{
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    self->edits[i] = dip_mask_edits_new ();
  self->history = g_byte_array_new ();
  self->drawing = -1;
  self->active = TRUE;
}

DipBrushLayer *
dip_brush_layer_new (void)
{
  return g_object_new (DIP_TYPE_BRUSH_LAYER, NULL);
}

gboolean
dip_brush_layer_get_active (DipBrushLayer *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH_LAYER (self), FALSE);

  return self->active;
}

void
dip_brush_layer_set_active (DipBrushLayer *self, gboolean active)
{
  g_return_if_fail (DIP_IS_BRUSH_LAYER (self));

  if (self->active == !!active)
    return;

  self->active = !!active;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

const DipMaskEdits *
dip_brush_layer_get_edits (DipBrushLayer *self, DipViewPosition view)
{
  g_return_val_if_fail (DIP_IS_BRUSH_LAYER (self), NULL);

  return self->edits[view];
}

gboolean
dip_brush_layer_is_empty (DipBrushLayer *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH_LAYER (self), TRUE);

  return self->n_done == 0;
}

static void
emit (DipBrushLayer *self, guint signal, int view)
{
  g_signal_emit (self, signals[signal], 0, view);
}

/* One entry a stroke. */
static void
add_to_history (DipBrushLayer *self, guint view)
{
  const guint8 entry = (guint8) view;
  guint stroke = G_MAXUINT;

  for (guint i = 0; i < dip_mask_edits_get_count (self->edits[view]); i++)
    {
      const DipBrushStamp *stamp = dip_mask_edits_get (self->edits[view], i);

      if (stamp->stroke != stroke)
        g_byte_array_append (self->history, &entry, 1);
      stroke = stamp->stroke;
    }
}

void
dip_brush_layer_set_edits (DipBrushLayer *self,
                           const DipMaskEdits *cc,
                           const DipMaskEdits *mlo)
{
  const DipMaskEdits *const edits[] = { cc, mlo };

  g_return_if_fail (DIP_IS_BRUSH_LAYER (self));

  self->drawing = -1;
  g_byte_array_set_size (self->history, 0);
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      dip_mask_edits_free (self->edits[i]);
      self->edits[i] =
          edits[i] != NULL ? dip_mask_edits_copy (edits[i]) : dip_mask_edits_new ();
      add_to_history (self, i);
    }
  self->n_done = self->history->len;
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    emit (self, CHANGED, (int) i);
}

void
dip_brush_layer_begin (DipBrushLayer *self,
                       DipViewPosition view,
                       DipPoint at,
                       double radius,
                       gboolean adds)
{
  const guint8 entry = (guint8) view;

  g_return_if_fail (DIP_IS_BRUSH_LAYER (self));

  g_signal_emit (self, signals[BEGAN], 0);
  dip_mask_edits_begin (self->edits[view], at, radius, adds);
  g_byte_array_set_size (self->history, self->n_done);
  g_byte_array_append (self->history, &entry, 1);
  self->n_done++;
  self->drawing = (int) view;
  emit (self, CHANGED, self->drawing);
}

void
dip_brush_layer_draw_to (DipBrushLayer *self, DipPoint to)
{
  g_return_if_fail (DIP_IS_BRUSH_LAYER (self));

  if (self->drawing < 0)
    return;
  dip_mask_edits_draw_to (self->edits[self->drawing], to);
  emit (self, CHANGED, self->drawing);
}

void
dip_brush_layer_end (DipBrushLayer *self)
{
  const int view = self->drawing;

  g_return_if_fail (DIP_IS_BRUSH_LAYER (self));

  self->drawing = -1;
  if (view >= 0)
    emit (self, STROKED, view);
}

void
dip_brush_layer_cancel (DipBrushLayer *self)
{
  const int view = self->drawing;

  g_return_if_fail (DIP_IS_BRUSH_LAYER (self));

  self->drawing = -1;
  if (view < 0)
    return;
  dip_mask_edits_undo (self->edits[view]);
  self->n_done--;
  g_byte_array_set_size (self->history, self->n_done);
  emit (self, CHANGED, view);
}

int
dip_brush_layer_get_drawing (DipBrushLayer *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH_LAYER (self), -1);

  return self->drawing;
}

gboolean
dip_brush_layer_can_undo (DipBrushLayer *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH_LAYER (self), FALSE);

  return self->n_done > 0 && self->drawing < 0;
}

gboolean
dip_brush_layer_can_redo (DipBrushLayer *self)
{
  g_return_val_if_fail (DIP_IS_BRUSH_LAYER (self), FALSE);

  return self->n_done < self->history->len && self->drawing < 0;
}

gboolean
dip_brush_layer_undo (DipBrushLayer *self)
{
  int view;

  if (!dip_brush_layer_can_undo (self))
    return FALSE;

  view = self->history->data[--self->n_done];
  dip_mask_edits_undo (self->edits[view]);
  emit (self, CHANGED, view);
  emit (self, STROKED, view);

  return TRUE;
}

gboolean
dip_brush_layer_redo (DipBrushLayer *self)
{
  int view;

  if (!dip_brush_layer_can_redo (self))
    return FALSE;

  view = self->history->data[self->n_done++];
  dip_mask_edits_redo (self->edits[view]);
  emit (self, CHANGED, view);
  emit (self, STROKED, view);

  return TRUE;
}
