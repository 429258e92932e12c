#include "render/conditions.h"

#include "model/graph/reference.h"
#include "render/family.h"
#include "render/weights.h"

#include <string.h>

/* Images that are computed together. */
#define N_TOGETHER 16

#define MOST_BYTES (64u << 20)

struct _DipConditions
{
  DipDevice *device;
  DipGraph *graph;
  DipWeights *weights;
  gboolean *is_made; /* by value: dip_conditions_makes() */
  gsize *places;     /* by value: where it begins in a row, of those that are read */
  guint n_labels;    /* numbers of an image's class label */
  gsize n_key;
  gsize n_row;

  guint n_most;
  guint n_rows;
  guint n_room;
  float *keys; /* (n_room, n_key): timestep, then label */
  float *rows; /* (n_room, n_row) */

  DipGraph *parts[2];    /* the conditions, of one image and of N_TOGETHER; or NULL */
  DipValueId *part_ids;  /* by value of the graph: that of a part */
  DipExecutor *executor; /* of the larger part, or NULL */
};

gboolean
dip_conditions_makes (const DipGraph *graph, DipValueId value)
{
  if (!dip_graph_get_node (graph, value)->is_condition)
    return FALSE;
  if (dip_graph_get_output (graph) == value)
    return TRUE;

  for (guint i = value + 1; i < dip_graph_get_n_nodes (graph); i++)
    if (!dip_graph_get_node (graph, i)->is_condition &&
        dip_node_reads (dip_graph_get_node (graph, i), value))
      return TRUE;

  return FALSE;
}

static gsize
count_channels (const DipGraph *graph, DipValueId value)
{
  const DipShape *shape = &dip_graph_get_value (graph, value)->shape;

  return dip_shape_get_n_elements (shape) / shape->batch;
}

DipConditions *
dip_conditions_new (DipDevice *device, DipGraph *graph, DipWeights *weights, guint batch)
{
  guint n = dip_graph_get_n_values (graph);
  DipValueId labels = dip_graph_get_input (graph, DIP_GRAPH_INPUT_CLASS_LABELS);
  g_autoptr (DipConditions) self = g_new0 (DipConditions, 1);

  self->device = dip_device_ref (device);
  self->graph = dip_graph_ref (graph);
  self->weights = dip_weights_ref (weights);
  self->is_made = g_new0 (gboolean, n);
  self->places = g_new0 (gsize, n);
  self->part_ids = g_new0 (DipValueId, n);
  for (guint i = 0; i < n; i++)
    if (dip_conditions_makes (graph, i))
      {
        self->is_made[i] = TRUE;
        self->places[i] = self->n_row;
        self->n_row += count_channels (graph, i);
      }
  if (self->n_row == 0)
    return NULL;

  self->n_labels = labels != DIP_NO_VALUE ? count_channels (graph, labels) : 0;
  self->n_key = 1 + self->n_labels;
  self->n_most = MAX (MOST_BYTES / (self->n_row * sizeof (float)), batch);

  return g_steal_pointer (&self);
}

void
dip_conditions_free (DipConditions *self)
{
  if (self == NULL)
    return;

  dip_executor_free (self->executor);
  g_clear_pointer (&self->parts[0], dip_graph_unref);
  g_clear_pointer (&self->parts[1], dip_graph_unref);
  g_free (self->part_ids);
  g_free (self->keys);
  g_free (self->rows);
  g_free (self->is_made);
  g_free (self->places);
  dip_weights_unref (self->weights);
  dip_graph_unref (self->graph);
  dip_device_unref (self->device);
  g_free (self);
}

/* The conditions alone --------------------------------------------------- */

static DipWeightId
copy_weight (DipConditions *self, DipGraph *part, DipWeightId id)
{
  const DipWeight *weight;

  if (id == DIP_NO_WEIGHT)
    return DIP_NO_WEIGHT;
  weight = dip_graph_get_weight (self->graph, id);

  return dip_graph_add_weight (part, weight->name, weight->n_dims, weight->shape,
                               weight->data);
}

static DipValueId
map (DipConditions *self, DipValueId value)
{
  return value == DIP_NO_VALUE ? DIP_NO_VALUE : self->part_ids[value];
}

static DipValueId
copy_node (DipConditions *self, DipGraph *part, const DipNode *node)
{
  DipNode copy = *node;

  copy.is_condition = FALSE;
  copy.x = map (self, node->x);
  copy.y = map (self, node->y);
  copy.z = map (self, node->z);
  copy.channel_bias = map (self, node->channel_bias);
  copy.residual = map (self, node->residual);
  copy.weight = copy_weight (self, part, node->weight);
  copy.bias = copy_weight (self, part, node->bias);

  return dip_graph_add_node (part, &copy);
}

/* The weights' data stays the graph's, which is asked for it only while rows are made. */
static DipGraph *
build_part (DipConditions *self, guint batch)
{
  DipGraph *part = dip_graph_new ();

  dip_graph_set_owner (part, dip_graph_ref (self->graph),
                       (GDestroyNotify) dip_graph_unref);
  dip_graph_set_keeper (part, (DipGraphDataFunc) dip_graph_hold_data,
                        (DipGraphDataFunc) dip_graph_release_data);
  for (guint k = DIP_GRAPH_INPUT_TIMESTEPS; k < DIP_N_GRAPH_INPUTS; k++)
    {
      DipValueId input = dip_graph_get_input (self->graph, k);
      DipShape shape;

      if (input == DIP_NO_VALUE)
        continue;
      shape = dip_graph_get_value (self->graph, input)->shape;
      shape.batch = batch;
      self->part_ids[input] = dip_graph_add_input (part, k, &shape);
    }
  for (guint i = 0; i < dip_graph_get_n_nodes (self->graph); i++)
    if (dip_graph_get_node (self->graph, i)->is_condition)
      {
        self->part_ids[i] = copy_node (self, part, dip_graph_get_node (self->graph, i));
        dip_graph_set_output (part, self->part_ids[i]);
      }

  return part;
}

static DipGraph *
get_part (DipConditions *self, gboolean is_large)
{
  if (self->parts[is_large] == NULL)
    self->parts[is_large] = build_part (self, is_large ? N_TOGETHER : 1);

  return self->parts[is_large];
}

/* Rows ------------------------------------------------------------------- */

static gboolean
is_image (DipConditions *self, const float *key, const float *const *inputs, guint image)
{
  const float *labels = inputs[DIP_GRAPH_INPUT_CLASS_LABELS];

  return memcmp (key, &inputs[DIP_GRAPH_INPUT_TIMESTEPS][image], sizeof *key) == 0 &&
         (self->n_labels == 0 || memcmp (key + 1, labels + image * self->n_labels,
                                         self->n_labels * sizeof *key) == 0);
}

/* The row of an image, or G_MAXUINT. */
static guint
find_row (DipConditions *self, const float *const *inputs, guint image)
{
  for (guint i = 0; i < self->n_rows; i++)
    if (is_image (self, self->keys + i * self->n_key, inputs, image))
      return i;

  return G_MAXUINT;
}

static void
add_key (DipConditions *self, const float *const *inputs, guint image)
{
  float *key = self->keys + self->n_rows * self->n_key;

  key[0] = inputs[DIP_GRAPH_INPUT_TIMESTEPS][image];
  if (self->n_labels > 0)
    memcpy (key + 1, inputs[DIP_GRAPH_INPUT_CLASS_LABELS] + image * self->n_labels,
            self->n_labels * sizeof *key);
  self->n_rows++;
}

/* A batch of the part whose first images have the rows from @first on. */
typedef struct
{
  DipConditions *self;
  guint first;
  guint n;
} Filling;

static void
copy_value (const Filling *filling, DipValueId value, const float *values)
{
  DipConditions *self = filling->self;
  gsize n = count_channels (self->graph, value);

  for (guint i = 0; i < filling->n; i++)
    memcpy (self->rows + (filling->first + i) * self->n_row + self->places[value],
            values + i * n, n * sizeof *values);
}

static void
note_node_cb (const DipGraph *part, guint node, const float *values, gpointer user_data)
{
  const Filling *filling = user_data;
  DipConditions *self = filling->self;

  for (guint i = 0; i < dip_graph_get_n_values (self->graph); i++)
    if (self->is_made[i] && self->part_ids[i] == node)
      copy_value (filling, i, values);
}

static gboolean
read_back (const Filling *filling, DipExecutor *executor, GError **error)
{
  DipConditions *self = filling->self;

  for (guint i = 0; i < dip_graph_get_n_values (self->graph); i++)
    if (self->is_made[i])
      {
        g_autofree float *values =
            g_new (float, N_TOGETHER *count_channels (self->graph, i));

        if (!dip_executor_read_value (executor, self->part_ids[i], values, error))
          return FALSE;
        copy_value (filling, i, values);
      }

  return TRUE;
}

static gboolean
compute (const Filling *filling,
         DipGraph *part,
         const float *const *inputs,
         GCancellable *cancellable,
         GError **error)
{
  DipConditions *self = filling->self;
  DipShape shape = dip_graph_get_value (part, dip_graph_get_output (part))->shape;
  g_autofree float *output = g_new (float, dip_shape_get_n_elements (&shape));

  if (dip_weights_get_family (self->weights)->has_conditions_on_host)
    return dip_reference_run (part, inputs, output, note_node_cb, (gpointer) filling,
                              cancellable, error);

  if (self->executor == NULL)
    self->executor = dip_executor_new (self->device, part, self->weights,
                                       DIP_EXECUTOR_KEEP_ALL, cancellable, error);

  return self->executor != NULL &&
         dip_executor_run (self->executor, inputs, output, cancellable, error) &&
         read_back (filling, self->executor, error);
}

/* Rows @first to @first + @n - 1, whose keys are there; what is left of the batch gets
 * the first key.
 */
static gboolean
fill_rows (DipConditions *self,
           guint first,
           guint n,
           GCancellable *cancellable,
           GError **error)
{
  gboolean is_large =
      n > 1 || !dip_weights_get_family (self->weights)->has_conditions_on_host;
  guint batch = is_large ? N_TOGETHER : 1;
  g_autofree float *times = g_new (float, batch);
  g_autofree float *labels = g_new0 (float, batch *MAX (self->n_labels, 1));
  const float *inputs[DIP_N_GRAPH_INPUTS] = {
    [DIP_GRAPH_INPUT_TIMESTEPS] = times,
    [DIP_GRAPH_INPUT_CLASS_LABELS] = labels,
  };
  Filling filling = { self, first, n };

  for (guint i = 0; i < batch; i++)
    {
      const float *key = self->keys + (first + (i < n ? i : 0)) * self->n_key;

      times[i] = key[0];
      memcpy (labels + i * self->n_labels, key + 1, self->n_labels * sizeof *key);
    }

  return compute (&filling, get_part (self, is_large), inputs, cancellable, error);
}

/* Room for @n rows more; forgets those there are where the table would be too large. */
static void
make_room (DipConditions *self, guint n)
{
  if (self->n_rows + n > self->n_most)
    self->n_rows = 0;
  if (self->n_rows + n <= self->n_room)
    return;

  self->n_room = self->n_rows + n;
  self->keys = g_renew (float, self->keys, self->n_room * self->n_key);
  self->rows = g_renew (float, self->rows, self->n_room * self->n_row);
}

gboolean
dip_conditions_prepare (DipConditions *self,
                        const float *const inputs[DIP_N_GRAPH_INPUTS],
                        guint n,
                        GCancellable *cancellable,
                        GError **error)
{
  guint n_missing = 0;
  guint n_before;

  for (guint i = 0; i < n; i++)
    n_missing += find_row (self, inputs, i) == G_MAXUINT;
  if (n_missing == 0)
    return TRUE;

  n = MIN (n, self->n_most);
  make_room (self, n);
  n_before = self->n_rows;
  for (guint i = 0; i < n; i++)
    if (find_row (self, inputs, i) == G_MAXUINT)
      add_key (self, inputs, i);

  for (guint i = n_before; i < self->n_rows; i += N_TOGETHER)
    if (!fill_rows (self, i, MIN (N_TOGETHER, self->n_rows - i), cancellable, error))
      {
        self->n_rows = n_before;
        return FALSE;
      }

  return TRUE;
}

void
dip_conditions_read (DipConditions *self,
                     const float *const inputs[DIP_N_GRAPH_INPUTS],
                     guint image,
                     DipValueId value,
                     float *to)
{
  guint row = find_row (self, inputs, image);

  g_return_if_fail (row != G_MAXUINT);

  memcpy (to, self->rows + row * self->n_row + self->places[value],
          count_channels (self->graph, value) * sizeof *to);
}
