#include "app/view/measures.h"

#include <math.h>

struct _DipMeasures
{
  GObject parent_instance;

  DipPairView *view; /* weak */
  GPtrArray *now;    /* of DipMeasure */
  GPtrArray *undo;   /* of such arrays, the newest last */
  GPtrArray *redo;
  int selected;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipMeasures, dip_measures, G_TYPE_OBJECT)

static gpointer
copy_measure (gconstpointer measure, gpointer data)
{
  return dip_measure_copy (measure);
}

static GPtrArray *
copy_list (GPtrArray *list)
{
  GPtrArray *copy = g_ptr_array_copy (list, (GCopyFunc) copy_measure, NULL);

  g_ptr_array_set_free_func (copy, (GDestroyNotify) dip_measure_free);

  return copy;
}

static void
emit_changed (DipMeasures *self)
{
  self->selected = MIN (self->selected, (int) self->now->len - 1);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
dip_measures_dispose (GObject *object)
{
  DipMeasures *self = DIP_MEASURES (object);

  g_clear_weak_pointer (&self->view);
  g_clear_pointer (&self->now, g_ptr_array_unref);
  g_clear_pointer (&self->undo, g_ptr_array_unref);
  g_clear_pointer (&self->redo, g_ptr_array_unref);

  G_OBJECT_CLASS (dip_measures_parent_class)->dispose (object);
}

static void
dip_measures_class_init (DipMeasuresClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_measures_dispose;
  signals[CHANGED] = g_signal_new ("changed", DIP_TYPE_MEASURES, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_measures_init (DipMeasures *self)
{
  self->now = g_ptr_array_new_with_free_func ((GDestroyNotify) dip_measure_free);
  self->undo = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->redo = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->selected = -1;
}

DipMeasures *
dip_measures_new (DipPairView *view)
{
  DipMeasures *self = g_object_new (DIP_TYPE_MEASURES, NULL);

  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (view, "taken", G_CALLBACK (emit_changed), self,
                           G_CONNECT_SWAPPED);

  return self;
}

guint
dip_measures_get_count (DipMeasures *self)
{
  g_return_val_if_fail (DIP_IS_MEASURES (self), 0);

  return self->now->len;
}

const DipMeasure *
dip_measures_get (DipMeasures *self, guint index)
{
  g_return_val_if_fail (DIP_IS_MEASURES (self), NULL);
  g_return_val_if_fail (index < self->now->len, NULL);

  return self->now->pdata[index];
}

const DipPicture *
dip_measures_get_picture (DipMeasures *self, guint index)
{
  const DipMeasure *measure = dip_measures_get (self, index);
  const DipPicture *picture;

  if (measure == NULL || self->view == NULL)
    return NULL;

  picture = dip_pair_view_get_picture (self->view, 0, (DipPaneRole) measure->channel);
  if (picture == NULL || (measure->width > 0 && (measure->width != picture->width ||
                                                 measure->height != picture->height)))
    return NULL;

  return picture;
}

void
dip_measures_begin (DipMeasures *self)
{
  g_return_if_fail (DIP_IS_MEASURES (self));

  g_ptr_array_add (self->undo, copy_list (self->now));
  g_ptr_array_set_size (self->redo, 0);
}

void
dip_measures_add (DipMeasures *self, DipMeasure *measure)
{
  g_return_if_fail (DIP_IS_MEASURES (self));

  dip_measures_begin (self);
  g_ptr_array_add (self->now, measure);
  self->selected = (int) self->now->len - 1;
  emit_changed (self);
}

void
dip_measures_remove (DipMeasures *self, guint index)
{
  g_return_if_fail (DIP_IS_MEASURES (self));
  g_return_if_fail (index < self->now->len);

  dip_measures_begin (self);
  g_ptr_array_remove_index (self->now, index);
  emit_changed (self);
}

void
dip_measures_clear (DipMeasures *self)
{
  g_return_if_fail (DIP_IS_MEASURES (self));

  if (self->now->len == 0)
    return;

  dip_measures_begin (self);
  g_ptr_array_set_size (self->now, 0);
  emit_changed (self);
}

void
dip_measures_move_point (DipMeasures *self, guint index, guint point, DipPoint at)
{
  g_return_if_fail (DIP_IS_MEASURES (self));
  g_return_if_fail (index < self->now->len);

  dip_measure_set_point (self->now->pdata[index], point, at);
  emit_changed (self);
}

/* The newest of @from becomes what is; what was goes to @to unless that is NULL. */
static gboolean
step (DipMeasures *self, GPtrArray *from, GPtrArray *to)
{
  if (from->len == 0)
    return FALSE;

  if (to != NULL)
    g_ptr_array_add (to, g_steal_pointer (&self->now));
  g_clear_pointer (&self->now, g_ptr_array_unref);
  self->now = g_ptr_array_steal_index (from, from->len - 1);
  emit_changed (self);

  return TRUE;
}

void
dip_measures_revert (DipMeasures *self)
{
  g_return_if_fail (DIP_IS_MEASURES (self));

  step (self, self->undo, NULL);
}

gboolean
dip_measures_undo (DipMeasures *self)
{
  g_return_val_if_fail (DIP_IS_MEASURES (self), FALSE);

  return step (self, self->undo, self->redo);
}

gboolean
dip_measures_redo (DipMeasures *self)
{
  g_return_val_if_fail (DIP_IS_MEASURES (self), FALSE);

  return step (self, self->redo, self->undo);
}

int
dip_measures_get_selected (DipMeasures *self)
{
  g_return_val_if_fail (DIP_IS_MEASURES (self), -1);

  return self->selected;
}

void
dip_measures_select (DipMeasures *self, int index)
{
  g_return_if_fail (DIP_IS_MEASURES (self));
  g_return_if_fail (index < (int) self->now->len);

  if (self->selected == index)
    return;

  self->selected = index;
  emit_changed (self);
}

char *
dip_measures_describe (DipMeasures *self, guint index)
{
  const DipMeasure *measure = dip_measures_get (self, index);

  return dip_measure_describe (
      measure, dip_measures_get_picture (self, index),
      self->view != NULL ? dip_pair_view_get_spacing (self->view, 0) : 0.0);
}

json_t *
dip_measures_to_json (DipMeasures *self)
{
  const double spacing =
      self->view != NULL ? dip_pair_view_get_spacing (self->view, 0) : 0.0;
  json_t *array = json_array ();

  for (guint i = 0; i < self->now->len; i++)
    json_array_append_new (array, dip_measure_to_json (self->now->pdata[i],
                                                       dip_measures_get_picture (self, i),
                                                       spacing));

  return array;
}
