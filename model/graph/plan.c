#include "model/graph/plan.h"

/* The first and the last node of a life, and where it is spent. */
typedef struct
{
  gsize size;  /* as the reader gave it */
  gsize space; /* rounded up to the alignment */
  gsize offset;
  guint first;
  guint last;
} Place;

struct _DipPlan
{
  guint n_values;
  Place *places; /* by value */
  gsize alignment;
  gsize max_range; /* a multiple of the alignment, or G_MAXSIZE */
  gsize arena_size;
  gsize lower_bound;
};

static gsize
round_up (gsize n, gsize step)
{
  return (n + step - 1) / step * step;
}

static gsize
get_nchw_size (const DipGraph *graph, DipValueId value, gpointer user_data)
{
  return dip_shape_get_n_elements (&dip_graph_get_value (graph, value)->shape) *
         sizeof (float);
}

static void
measure_lives (DipPlan *self, const DipGraph *graph, gboolean keep_all)
{
  guint end = self->n_values - 1;

  for (guint i = 0; i < self->n_values; i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);
      DipValueId inputs[5];
      guint n_inputs = dip_node_get_inputs (node, inputs);

      self->places[i].first = node->op == DIP_OP_INPUT ? 0 : i;
      self->places[i].last = keep_all ? end : i;
      for (guint k = 0; k < n_inputs; k++)
        self->places[inputs[k]].last = MAX (self->places[inputs[k]].last, i);
    }

  if (dip_graph_get_output (graph) != DIP_NO_VALUE)
    self->places[dip_graph_get_output (graph)].last = end;
}

static gsize
measure_lower_bound (const DipPlan *self)
{
  gsize most = 0;

  for (guint node = 0; node < self->n_values; node++)
    {
      gsize sum = 0;

      for (guint i = 0; i < self->n_values; i++)
        if (self->places[i].first <= node && node <= self->places[i].last)
          sum += self->places[i].space;
      most = MAX (most, sum);
    }

  return most;
}

/* The first offset from @start on at which @space bytes cross no range. */
static gsize
fit (const DipPlan *self, gsize start, gsize space)
{
  gsize room = self->max_range - start % self->max_range;

  if (room == self->max_range || space <= room)
    return start;

  return start + room;
}

static gboolean
is_meeting (const Place *a, const Place *b)
{
  return a->first <= b->last && b->first <= a->last;
}

/* Puts @place into the smallest gap between those of @placed (sorted by offset)
 * that it meets, or behind them.
 */
static void
place_value (const DipPlan *self, Place *place, GPtrArray *placed)
{
  gsize end = 0; /* of what was met so far */
  gsize best = G_MAXSIZE, best_gap = G_MAXSIZE;

  for (guint i = 0; i < placed->len; i++)
    {
      const Place *other = g_ptr_array_index (placed, i);
      gsize offset = fit (self, end, place->space);

      if (!is_meeting (place, other))
        continue;

      if (offset + place->space <= other->offset && other->offset - end < best_gap)
        {
          best = offset;
          best_gap = other->offset - end;
        }
      end = MAX (end, other->offset + other->space);
    }

  place->offset = best != G_MAXSIZE ? best : fit (self, end, place->space);
}

static void
insert_by_offset (GPtrArray *placed, Place *place)
{
  guint i = placed->len;

  while (i > 0 && ((Place *) g_ptr_array_index (placed, i - 1))->offset > place->offset)
    i--;

  g_ptr_array_insert (placed, i, place);
}

static gint
compare_space (gconstpointer a, gconstpointer b)
{
  const Place *pa = *(Place *const *) a, *pb = *(Place *const *) b;

  if (pa->space != pb->space)
    return pa->space > pb->space ? -1 : 1;

  return pa->first < pb->first ? -1 : pa->first > pb->first;
}

static gint
compare_area (gconstpointer a, gconstpointer b)
{
  const Place *pa = *(Place *const *) a, *pb = *(Place *const *) b;
  double area_a = (double) pa->space * (pa->last - pa->first + 1);
  double area_b = (double) pb->space * (pb->last - pb->first + 1);

  if (area_a != area_b)
    return area_a > area_b ? -1 : 1;

  return compare_space (a, b);
}

/* Places all values in the order of @compare and returns the arena's size. */
static gsize
place_all (DipPlan *self, GCompareFunc compare)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GPtrArray) placed = g_ptr_array_new ();
  gsize end = 0;

  for (guint i = 0; i < self->n_values; i++)
    if (self->places[i].space > 0)
      g_ptr_array_add (order, &self->places[i]);
  g_ptr_array_sort (order, compare);

  for (guint i = 0; i < order->len; i++)
    {
      Place *place = g_ptr_array_index (order, i);

      place_value (self, place, placed);
      insert_by_offset (placed, place);
      end = MAX (end, place->offset + place->space);
    }

  return end;
}

DipPlan *
dip_plan_new (const DipGraph *graph,
              DipValueSizeFunc size,
              gpointer user_data,
              gsize alignment,
              gsize max_range,
              gboolean keep_all)
{
  DipPlan *self;
  gsize by_area;

  g_return_val_if_fail (graph != NULL && alignment > 0, NULL);
  g_return_val_if_fail (max_range == 0 || max_range >= alignment, NULL);

  self = g_new0 (DipPlan, 1);
  self->n_values = dip_graph_get_n_values (graph);
  self->places = g_new0 (Place, self->n_values);
  self->alignment = alignment;
  self->max_range = max_range == 0 ? G_MAXSIZE : max_range / alignment * alignment;
  if (size == NULL)
    size = get_nchw_size;

  for (guint i = 0; i < self->n_values; i++)
    {
      self->places[i].size = size (graph, i, user_data);
      self->places[i].space = round_up (self->places[i].size, alignment);
    }

  measure_lives (self, graph, keep_all);
  self->lower_bound = measure_lower_bound (self);

  /* Neither order is always the better one. */
  by_area = place_all (self, compare_area);
  self->arena_size = place_all (self, compare_space);
  if (by_area < self->arena_size)
    self->arena_size = place_all (self, compare_area);

  return self;
}

void
dip_plan_free (DipPlan *self)
{
  if (self == NULL)
    return;

  g_free (self->places);
  g_free (self);
}

gsize
dip_plan_get_offset (const DipPlan *self, DipValueId value)
{
  g_return_val_if_fail (self != NULL && value < self->n_values, 0);

  return self->places[value].offset;
}

gsize
dip_plan_get_size (const DipPlan *self, DipValueId value)
{
  g_return_val_if_fail (self != NULL && value < self->n_values, 0);

  return self->places[value].size;
}

gsize
dip_plan_get_arena_size (const DipPlan *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->arena_size;
}

gsize
dip_plan_get_lower_bound (const DipPlan *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->lower_bound;
}

void
dip_plan_get_life (const DipPlan *self, DipValueId value, guint *first, guint *last)
{
  g_return_if_fail (self != NULL && value < self->n_values);

  if (first != NULL)
    *first = self->places[value].first;
  if (last != NULL)
    *last = self->places[value].last;
}
