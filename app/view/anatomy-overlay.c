#include "app/view/anatomy-overlay-private.h"

#include <string.h>

#define LARGE (2 * 1000 * 1000) /* pixels; to outline them takes longer than a frame */

enum
{
  PROP_VISIBLE = 1,
  PROP_HATCHED,
  PROP_OPACITY,
  PROP_NEEDED,
  N_PROPS
};

enum
{
  DRAGGED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
implement_overlay (DipOverlayInterface *iface)
{
  iface->draw = dip_anatomy_overlay_draw;
  dip_anatomy_overlay_implement_handles (iface);
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DipAnatomyOverlay,
                               dip_anatomy_overlay,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DIP_TYPE_OVERLAY,
                                                      implement_overlay))

static void
clear_views (DipAnatomyOverlay *self)
{
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      g_clear_pointer (&self->views[i], dip_found_view_free);
      g_clear_pointer (&self->contours[i], dip_contours_free);
      g_clear_pointer (&self->found[i], dip_mask_free);
    }
}

static void
dip_anatomy_overlay_finalize (GObject *object)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (object);

  clear_views (self);
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    dip_mask_edits_free (self->edits[i]);

  G_OBJECT_CLASS (dip_anatomy_overlay_parent_class)->finalize (object);
}

static void
dip_anatomy_overlay_get_property (GObject *object,
                                  guint id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (object);

  switch (id)
    {
    case PROP_VISIBLE:
      g_value_set_boolean (value, self->visible);
      break;
    case PROP_HATCHED:
      g_value_set_boolean (value, self->hatched);
      break;
    case PROP_OPACITY:
      g_value_set_double (value, self->opacity);
      break;
    case PROP_NEEDED:
      g_value_set_boolean (value, self->visible || self->needs != 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
dip_anatomy_overlay_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (object);

  switch (id)
    {
    case PROP_VISIBLE:
      self->visible = g_value_get_boolean (value);
      break;
    case PROP_HATCHED:
      self->hatched = g_value_get_boolean (value);
      break;
    case PROP_OPACITY:
      self->opacity = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
  if (id == PROP_VISIBLE)
    g_object_notify_by_pspec (object, props[PROP_NEEDED]);
  dip_overlay_changed (DIP_OVERLAY (self));
}

static void
dip_anatomy_overlay_class_init (DipAnatomyOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = dip_anatomy_overlay_finalize;
  object_class->get_property = dip_anatomy_overlay_get_property;
  object_class->set_property = dip_anatomy_overlay_set_property;
  props[PROP_VISIBLE] = g_param_spec_boolean ("visible", NULL, NULL, FALSE, flags);
  props[PROP_HATCHED] = g_param_spec_boolean ("hatched", NULL, NULL, FALSE, flags);
  props[PROP_OPACITY] = g_param_spec_double ("opacity", NULL, NULL, 0, 1, 0.18, flags);
  props[PROP_NEEDED] = g_param_spec_boolean ("needed", NULL, NULL, FALSE,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                 G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[DRAGGED] = g_signal_new ("dragged", DIP_TYPE_ANATOMY_OVERLAY, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
dip_anatomy_overlay_init (DipAnatomyOverlay *self)
{
  self->opacity = 0.18;
}

DipAnatomyOverlay *
dip_anatomy_overlay_new (void)
{
  return g_object_new (DIP_TYPE_ANATOMY_OVERLAY, NULL);
}

void
dip_anatomy_overlay_take_views (DipAnatomyOverlay *self,
                                DipFoundView *cc,
                                DipFoundView *mlo,
                                double spacing_mm)
{
  DipFoundView *const views[] = { cc, mlo };

  clear_views (self);
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    if (views[i] != NULL)
      {
        self->views[i] = views[i];
        self->found[i] = dip_mask_copy (views[i]->breast->mask);
        if (self->edits[i] != NULL)
          dip_mask_edits_apply (self->edits[i], views[i]->breast->mask);
        self->contours[i] = dip_contours_new (views[i]->breast->mask, TRUE);
      }
  self->spacing_mm = spacing_mm;
  dip_overlay_changed (DIP_OVERLAY (self));
}

void
dip_anatomy_overlay_edit (DipAnatomyOverlay *self,
                          DipViewPosition view,
                          const DipMaskEdits *edits,
                          guint first,
                          gboolean is_rough)
{
  DipFoundView *found = self->views[view];
  DipMask *mask;

  if (!is_rough)
    {
      g_clear_pointer (&self->edits[view], dip_mask_edits_free);
      self->edits[view] = dip_mask_edits_copy (edits);
    }
  if (found == NULL)
    return;

  mask = found->breast->mask;
  if (first == 0)
    memcpy (mask->values, self->found[view]->values, (gsize) mask->width * mask->height);
  dip_mask_edits_apply_from (edits, first, mask);
  if (!is_rough || (gsize) mask->width * mask->height <= LARGE)
    {
      g_clear_pointer (&self->contours[view], dip_contours_free);
      self->contours[view] = dip_contours_new (mask, TRUE);
    }
  dip_overlay_changed (DIP_OVERLAY (self));
}

DipMaskEdits *
dip_anatomy_overlay_copy_edits (DipAnatomyOverlay *self, DipViewPosition view)
{
  return self->edits[view] != NULL ? dip_mask_edits_copy (self->edits[view]) : NULL;
}

DipFoundView *
dip_anatomy_overlay_get_view (DipAnatomyOverlay *self, DipViewPosition view)
{
  return self->views[view];
}

gboolean
dip_anatomy_overlay_is_dragging (DipAnatomyOverlay *self)
{
  return self->is_dragging;
}

int
dip_anatomy_overlay_find_view (DipAnatomyOverlay *self, const DipOverlayPlace *place)
{
  const int view = place->role == DIP_PANE_CC    ? DIP_VIEW_POSITION_CC
                   : place->role == DIP_PANE_MLO ? DIP_VIEW_POSITION_MLO
                                                 : -1;

  if (!self->visible || place->pair != 0 || view < 0 || self->views[view] == NULL ||
      self->views[view]->picture->width != place->width ||
      self->views[view]->picture->height != place->height)
    return -1;

  return view;
}

void
dip_anatomy_overlay_dragged (DipAnatomyOverlay *self, int view)
{
  g_signal_emit (self, signals[DRAGGED], 0, view);
}

double
dip_anatomy_overlay_get_spacing (DipAnatomyOverlay *self)
{
  return self->spacing_mm;
}

void
dip_anatomy_overlay_set_need (DipAnatomyOverlay *self,
                              DipAnatomyNeed need,
                              gboolean is_needed)
{
  const guint needs = is_needed ? self->needs | need : self->needs & ~(guint) need;

  if (needs == self->needs)
    return;

  self->needs = needs;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NEEDED]);
}

void
dip_anatomy_overlay_set_registered (DipAnatomyOverlay *self,
                                    const DipSimilarity *similarity)
{
  if (similarity == NULL && !self->is_registered)
    return;

  self->is_registered = similarity != NULL;
  if (similarity != NULL)
    self->similarity = *similarity;
  dip_overlay_changed (DIP_OVERLAY (self));
}
