#include "app/mask-keeper.h"

#include <glib/gi18n.h>

#include "app/mask-store.h"

struct _DipMaskKeeper
{
  GObject parent_instance;

  DipShown *shown;
  DipInspector *inspector;    /* borrowed: the window's */
  DipAnatomyOverlay *overlay; /* the inspector's */
  DipBrushLayer *layer;
  char *library;

  DipTake *take; /* the one that set and layer are of, or NULL */
  guint step;    /* of it, from 1; 0: its end */
  DipMaskSet *set;
  DipMaskRecipe automatic;               /* the inspector's, before a mask was in force */
  guint n_applied[DIP_N_VIEW_POSITIONS]; /* stamps that the overlay has */
  gboolean is_filling;                   /* the layer is being set, not painted */
};

enum
{
  CHANGED,
  FAILED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipMaskKeeper, dip_mask_keeper, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static DipNamedMask *
get_mask (DipMaskKeeper *self)
{
  const int shown = dip_mask_set_get_shown (self->set);

  return shown >= 0 ? dip_mask_set_get (self->set, (guint) shown) : NULL;
}

gboolean
dip_mask_keeper_is_possible (DipMaskKeeper *self)
{
  return self->take != NULL && dip_take_is_complete (self->take) &&
         dip_shown_get_n_frames (self->shown) > 0;
}

static guint
find_step (DipMaskKeeper *self)
{
  const guint step = dip_shown_get_position (self->shown) + 1;

  return step < dip_shown_get_n_frames (self->shown) ? step : 0;
}

static void
save (DipMaskKeeper *self)
{
  g_autoptr (GError) error = NULL;

  if (self->take != NULL &&
      !dip_mask_store_save (self->take, self->step, self->library, self->set, &error))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

/* The overlay's strokes are the layer's, its landmarks by hand the mask's; none where none
 * are possible. */
static void
lay_over (DipMaskKeeper *self)
{
  const gboolean is_possible = dip_mask_keeper_is_possible (self);
  const DipNamedMask *mask = is_possible ? get_mask (self) : NULL;
  g_autoptr (DipMaskEdits) none = dip_mask_edits_new ();

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      const DipMaskEdits *edits =
          is_possible ? dip_brush_layer_get_edits (self->layer, (DipViewPosition) i)
                      : none;

      dip_anatomy_overlay_set_by_hand (self->overlay, (DipViewPosition) i,
                                       mask != NULL ? &mask->by_hand[i] : NULL);
      dip_anatomy_overlay_edit (self->overlay, (DipViewPosition) i, edits, 0, FALSE);
      self->n_applied[i] = dip_mask_edits_get_count (edits);
    }
}

/* Everything as the mask in force says. */
static void
put_in_force (DipMaskKeeper *self)
{
  const DipNamedMask *mask = dip_mask_keeper_is_possible (self) ? get_mask (self) : NULL;

  self->is_filling = TRUE;
  dip_brush_layer_set_edits (self->layer,
                             mask != NULL ? mask->edits[DIP_VIEW_POSITION_CC] : NULL,
                             mask != NULL ? mask->edits[DIP_VIEW_POSITION_MLO] : NULL);
  self->is_filling = FALSE;
  dip_brush_layer_set_active (self->layer, dip_mask_keeper_is_possible (self));
  lay_over (self);
  dip_inspector_set_mask_note (self->inspector,
                               mask != NULL ? dip_named_mask_describe (mask) : NULL);
  dip_inspector_set_recipe (self->inspector,
                            mask != NULL ? &mask->recipe : &self->automatic);
  dip_inspector_measure (self->inspector);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
load (DipMaskKeeper *self)
{
  g_autoptr (GError) error = NULL;
  DipMaskSet *set = NULL;

  if (self->take != NULL && dip_take_is_complete (self->take))
    set = dip_mask_store_load (self->take, self->step, self->library, &error);
  if (error != NULL)
    g_signal_emit (self, signals[FAILED], 0, error->message);
  dip_mask_set_free (self->set);
  self->set = set != NULL ? set : dip_mask_set_new ();
}

/* Landmarks dragged on a step that keeps nothing end with it. */
static void
forget_by_hand (DipMaskKeeper *self)
{
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    dip_anatomy_overlay_set_by_hand (self->overlay, (DipViewPosition) i, NULL);
}

/* Another pair, or another of its steps.  From one step without masks to another, which is
 * what scrubbing does, nothing has to be put in force. */
static void
shown_changed_cb (DipMaskKeeper *self)
{
  const gboolean had_masks = dip_mask_set_get_count (self->set) > 0;
  const gboolean was_active = dip_brush_layer_get_active (self->layer);
  gboolean is_other = g_set_object (&self->take, dip_shown_get_take (self->shown));
  const guint step = find_step (self);
  const gboolean is_possible = dip_mask_keeper_is_possible (self);

  if (!is_possible)
    forget_by_hand (self);
  is_other |= step != self->step || was_active != is_possible;
  if (!is_other)
    return;

  self->step = step;
  load (self);
  if (had_masks || was_active != is_possible || dip_mask_set_get_count (self->set) > 0)
    put_in_force (self);
  else
    forget_by_hand (self);
}

/* By hand ---------------------------------------------------------------------------- */

/* Before something is changed by hand: a mask to change. */
static void
began_cb (DipMaskKeeper *self)
{
  const DipPair *pair = dip_shown_get_pair (self->shown);
  const int shown = dip_mask_set_get_shown (self->set);
  g_autofree char *name = NULL;

  if (pair == NULL)
    return;
  if (shown < 0)
    {
      name = dip_mask_set_make_name (self->set, _ ("Mask"));
      dip_mask_set_set_shown (
          self->set, (int) dip_mask_set_add (
                         self->set, dip_named_mask_new (
                                        name, dip_inspector_get_recipe (self->inspector),
                                        pair->cc->width, pair->cc->height)));
    }
  else if (!dip_mask_set_is_newest (self->set, (guint) shown))
    dip_mask_set_set_shown (self->set,
                            (int) dip_mask_set_add_version (self->set, (guint) shown));
  else
    return;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
layer_changed_cb (DipMaskKeeper *self, int view)
{
  const gboolean is_drawing = dip_brush_layer_get_drawing (self->layer) == view;
  const DipMaskEdits *edits =
      dip_brush_layer_get_edits (self->layer, (DipViewPosition) view);

  if (self->is_filling)
    return;
  dip_anatomy_overlay_edit (self->overlay, (DipViewPosition) view, edits,
                            is_drawing ? self->n_applied[view] : 0, is_drawing);
  self->n_applied[view] = dip_mask_edits_get_count (edits);
}

/* A stroke taken back may leave the automatic mask with a mask that has no strokes: it is
 * kept, since the stroke can be put back. */
static void
stroked_cb (DipMaskKeeper *self, int view)
{
  DipNamedMask *mask = get_mask (self);

  if (mask == NULL)
    return;

  lay_over (self);
  dip_named_mask_set_edits (
      mask, dip_brush_layer_get_edits (self->layer, DIP_VIEW_POSITION_CC),
      dip_brush_layer_get_edits (self->layer, DIP_VIEW_POSITION_MLO));
  dip_inspector_set_mask_note (self->inspector, dip_named_mask_describe (mask));
  dip_inspector_measure_dragged (self->inspector);
  save (self);
}

/* A landmark was let go. */
static void
dragged_cb (DipMaskKeeper *self, int view)
{
  DipNamedMask *mask;

  if (!dip_mask_keeper_is_possible (self))
    return;

  began_cb (self);
  mask = get_mask (self);
  if (mask == NULL)
    return;
  dip_named_mask_set_by_hand (
      mask, (DipViewPosition) view,
      dip_anatomy_overlay_get_by_hand (self->overlay, (DipViewPosition) view));
  dip_inspector_set_mask_note (self->inspector, dip_named_mask_describe (mask));
  save (self);
}

/* Another algorithm was chosen: of the automatic masks, or of the mask in force. */
static void
measured_cb (DipMaskKeeper *self)
{
  const DipMaskRecipe *recipe = dip_inspector_get_recipe (self->inspector);
  DipNamedMask *mask = dip_mask_keeper_is_possible (self) ? get_mask (self) : NULL;

  if (mask == NULL)
    {
      self->automatic = *recipe;
      return;
    }
  if (dip_mask_recipe_equal (recipe, &mask->recipe))
    return;
  if (!dip_mask_set_is_newest (self->set, (guint) dip_mask_set_get_shown (self->set)))
    {
      dip_mask_set_set_shown (self->set,
                              (int) dip_mask_set_add_version (
                                  self->set, (guint) dip_mask_set_get_shown (self->set)));
      mask = get_mask (self);
    }
  mask->recipe = *recipe;
  dip_inspector_set_mask_note (self->inspector, dip_named_mask_describe (mask));
  save (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The object ------------------------------------------------------------------------ */

static void
dip_mask_keeper_finalize (GObject *object)
{
  DipMaskKeeper *self = DIP_MASK_KEEPER (object);

  dip_mask_set_free (self->set);
  g_clear_object (&self->take);
  g_clear_object (&self->layer);
  g_clear_object (&self->overlay);
  g_clear_object (&self->shown);
  g_free (self->library);

  G_OBJECT_CLASS (dip_mask_keeper_parent_class)->finalize (object);
}

static void
dip_mask_keeper_class_init (DipMaskKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_mask_keeper_finalize;
  signals[CHANGED] = g_signal_new ("changed", DIP_TYPE_MASK_KEEPER, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", DIP_TYPE_MASK_KEEPER, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
dip_mask_keeper_init (DipMaskKeeper *self)
{
  self->set = dip_mask_set_new ();
  dip_mask_recipe_init (&self->automatic, DIP_MASK_BACKGROUND);
}

static void
listen (DipMaskKeeper *self, gpointer object, const char *signal, GCallback callback)
{
  g_signal_connect_object (object, signal, callback, self, G_CONNECT_SWAPPED);
}

DipMaskKeeper *
dip_mask_keeper_new (DipShown *shown,
                     DipInspector *inspector,
                     DipBrushLayer *layer,
                     const char *library)
{
  DipMaskKeeper *self = g_object_new (DIP_TYPE_MASK_KEEPER, NULL);

  self->shown = g_object_ref (shown);
  self->inspector = inspector;
  self->overlay = g_object_ref (dip_inspector_get_overlay (inspector));
  self->layer = g_object_ref (layer);
  self->library = g_strdup (library);
  self->automatic = *dip_inspector_get_recipe (inspector);
  listen (self, shown, "changed", G_CALLBACK (shown_changed_cb));
  listen (self, layer, "began", G_CALLBACK (began_cb));
  listen (self, layer, "changed", G_CALLBACK (layer_changed_cb));
  listen (self, layer, "stroked", G_CALLBACK (stroked_cb));
  listen (self, self->overlay, "dragged", G_CALLBACK (dragged_cb));
  listen (self, inspector, "measured", G_CALLBACK (measured_cb));
  dip_brush_layer_set_active (layer, FALSE);

  return self;
}

const DipMaskSet *
dip_mask_keeper_get_set (DipMaskKeeper *self)
{
  return self->set;
}

void
dip_mask_keeper_show (DipMaskKeeper *self, int index)
{
  if (index >= (int) dip_mask_set_get_count (self->set) ||
      index == dip_mask_set_get_shown (self->set))
    return;

  dip_mask_set_set_shown (self->set, index);
  put_in_force (self);
  save (self);
}

void
dip_mask_keeper_add (DipMaskKeeper *self)
{
  if (!dip_mask_keeper_is_possible (self))
    return;

  dip_mask_set_set_shown (self->set, -1);
  began_cb (self);
  put_in_force (self);
  save (self);
}

void
dip_mask_keeper_add_version (DipMaskKeeper *self)
{
  const int shown = dip_mask_set_get_shown (self->set);

  if (shown < 0 || !dip_mask_keeper_is_possible (self))
    return;

  dip_mask_set_set_shown (self->set,
                          (int) dip_mask_set_add_version (self->set, (guint) shown));
  put_in_force (self);
  save (self);
}

gboolean
dip_mask_keeper_rename (DipMaskKeeper *self, const char *name)
{
  const int shown = dip_mask_set_get_shown (self->set);

  if (shown < 0 || !dip_mask_set_rename (self->set, (guint) shown, name))
    return FALSE;

  dip_inspector_set_mask_note (self->inspector,
                               dip_named_mask_describe (get_mask (self)));
  save (self);
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

void
dip_mask_keeper_remove (DipMaskKeeper *self)
{
  const int shown = dip_mask_set_get_shown (self->set);

  if (shown < 0)
    return;

  dip_mask_set_remove (self->set, (guint) shown);
  put_in_force (self);
  save (self);
}

gboolean
dip_mask_keeper_export (DipMaskKeeper *self, const char *path, GError **error)
{
  const DipMask *masks[DIP_N_VIEW_POSITIONS] = { NULL };

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      const DipFoundView *view =
          dip_anatomy_overlay_get_view (self->overlay, (DipViewPosition) i);

      masks[i] = view != NULL ? view->breast->mask : NULL;
    }

  return dip_mask_store_export (self->set, masks,
                                dip_inspector_get_recipe (self->inspector), path, error);
}
