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
      g_clear_pointer (&self->found[i], dip_breast_free);
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
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    dip_landmarks_init (&self->by_hand[i], (DipViewPosition) i, DIP_CHEST_LEFT);
}

DipAnatomyOverlay *
dip_anatomy_overlay_new (void)
{
  return g_object_new (DIP_TYPE_ANATOMY_OVERLAY, NULL);
}

static gboolean
is_at_once (const DipFoundView *view)
{
  return (gsize) view->picture->width * view->picture->height <= DIP_ANATOMY_AT_ONCE;
}

/* What was found, with all that was done by hand over it. */
static void
correct (DipAnatomyOverlay *self, guint view)
{
  DipBreast *breast = self->views[view]->breast;
  const DipMaskEdits *edits = self->edits[view];

  memcpy (breast->mask->values, self->found[view]->mask->values,
          (gsize) breast->mask->width * breast->mask->height);
  breast->landmarks = self->found[view]->landmarks;
  if (edits != NULL)
    dip_mask_edits_apply (edits, breast->mask);
  dip_landmarks_keep_by_hand (&breast->landmarks, &self->by_hand[view]);
  if (edits != NULL && dip_mask_edits_get_count (edits) > 0 &&
      is_at_once (self->views[view]))
    dip_breast_find_landmarks (breast, self->views[view]->picture,
                               self->found[view]->mask);
}

static void
draw_contours (DipAnatomyOverlay *self, guint view)
{
  g_clear_pointer (&self->contours[view], dip_contours_free);
  self->contours[view] = dip_contours_new (self->views[view]->breast->mask, TRUE);
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
        self->found[i] = dip_breast_copy (views[i]->breast);
        correct (self, i);
        draw_contours (self, i);
      }
  self->spacing_mm = spacing_mm;
  dip_overlay_changed (DIP_OVERLAY (self));
}

/* Within a stroke: the mask alone, stamp by stamp. */
static void
edit_roughly (DipAnatomyOverlay *self,
              DipViewPosition view,
              const DipMaskEdits *edits,
              guint first)
{
  DipMask *mask = self->views[view]->breast->mask;
  const gsize n = (gsize) mask->width * mask->height;

  if (first == 0)
    memcpy (mask->values, self->found[view]->mask->values, n);
  dip_mask_edits_apply_from (edits, first, mask);
  if (n <= LARGE)
    draw_contours (self, view);
}

void
dip_anatomy_overlay_edit (DipAnatomyOverlay *self,
                          DipViewPosition view,
                          const DipMaskEdits *edits,
                          guint first,
                          gboolean is_rough)
{
  if (!is_rough)
    {
      g_clear_pointer (&self->edits[view], dip_mask_edits_free);
      self->edits[view] = dip_mask_edits_copy (edits);
    }
  if (self->views[view] == NULL)
    return;

  if (is_rough)
    edit_roughly (self, view, edits, first);
  else
    {
      correct (self, view);
      draw_contours (self, view);
    }
  dip_overlay_changed (DIP_OVERLAY (self));
}

void
dip_anatomy_overlay_set_by_hand (DipAnatomyOverlay *self,
                                 DipViewPosition view,
                                 const DipLandmarks *by_hand)
{
  DipLandmarks *kept = &self->by_hand[view];
  const gboolean had = dip_landmarks_has_by_hand (kept);

  dip_landmarks_init (kept, view, DIP_CHEST_LEFT);
  if (by_hand != NULL)
    dip_landmarks_keep_by_hand (kept, by_hand);
  if (self->views[view] == NULL || !(had || dip_landmarks_has_by_hand (kept)))
    return;

  correct (self, view);
  dip_overlay_changed (DIP_OVERLAY (self));
}

const DipLandmarks *
dip_anatomy_overlay_get_by_hand (DipAnatomyOverlay *self, DipViewPosition view)
{
  return &self->by_hand[view];
}

void
dip_anatomy_overlay_take_landmarks (DipAnatomyOverlay *self,
                                    DipViewPosition view,
                                    const DipLandmarks *landmarks)
{
  g_return_if_fail (self->views[view] != NULL);

  self->views[view]->breast->landmarks = *landmarks;
  dip_overlay_changed (DIP_OVERLAY (self));
}

gboolean
dip_anatomy_overlay_is_large (DipAnatomyOverlay *self)
{
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    if (self->views[i] != NULL && !is_at_once (self->views[i]))
      return TRUE;

  return FALSE;
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
  dip_landmarks_keep_by_hand (&self->by_hand[view],
                              &self->views[view]->breast->landmarks);
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
