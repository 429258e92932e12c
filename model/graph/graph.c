#include "model/graph/graph.h"

typedef struct
{
  char *name;
  DipValueId value;
} Record;

struct _DipGraph
{
  gatomicrefcount ref_count;
  GPtrArray *nodes;   /* of DipNode */
  GPtrArray *values;  /* of DipValue, as long as nodes */
  GPtrArray *weights; /* of DipWeight */
  GArray *records;    /* of Record */
  DipValueId inputs[DIP_N_GRAPH_INPUTS];
  DipValueId output;
  gpointer owner;
  GDestroyNotify free_owner;
  DipGraphDataFunc hold; /* both or neither */
  DipGraphDataFunc release;
};

static const char *const op_names[] = {
  "input",      "time_proj",  "fourier_proj", "embedding",   "linear", "conv2d",
  "group_norm", "activation", "add",          "scale_shift", "concat", "upsample",
  "avg_pool",   "attention",  "affine",       "divide",
};

G_STATIC_ASSERT (G_N_ELEMENTS (op_names) == DIP_N_OPS);

static const char *const activation_names[] = { "none", "silu", "gelu", "mish", "relu" };

static const char *const input_names[] = { "sample", "timesteps", "class_labels" };

G_STATIC_ASSERT (G_N_ELEMENTS (input_names) == DIP_N_GRAPH_INPUTS);

G_DEFINE_QUARK (dip - graph - error - quark, dip_graph_error)

static void
free_node (gpointer data)
{
  DipNode *node = data;

  g_free (node->name);
  g_free (node);
}

static void
free_value (gpointer data)
{
  DipValue *value = data;

  g_free (value->name);
  g_free (value);
}

static void
free_weight (gpointer data)
{
  DipWeight *weight = data;

  g_free (weight->name);
  g_free (weight);
}

static void
clear_record (gpointer data)
{
  Record *record = data;

  g_clear_pointer (&record->name, g_free);
}

DipGraph *
dip_graph_new (void)
{
  DipGraph *self = g_new0 (DipGraph, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->nodes = g_ptr_array_new_with_free_func (free_node);
  self->values = g_ptr_array_new_with_free_func (free_value);
  self->weights = g_ptr_array_new_with_free_func (free_weight);
  self->records = g_array_new (FALSE, FALSE, sizeof (Record));
  g_array_set_clear_func (self->records, clear_record);
  self->output = DIP_NO_VALUE;

  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    self->inputs[i] = DIP_NO_VALUE;

  return self;
}

DipGraph *
dip_graph_ref (DipGraph *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
dip_graph_unref (DipGraph *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->nodes);
  g_ptr_array_unref (self->values);
  g_ptr_array_unref (self->weights);
  g_array_unref (self->records);
  if (self->free_owner != NULL)
    self->free_owner (self->owner);
  g_free (self);
}

void
dip_graph_set_owner (DipGraph *self, gpointer owner, GDestroyNotify free_owner)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->owner == NULL);

  self->owner = owner;
  self->free_owner = free_owner;
}

void
dip_graph_set_keeper (DipGraph *self, DipGraphDataFunc hold, DipGraphDataFunc release)
{
  g_return_if_fail (self != NULL && self->owner != NULL);
  g_return_if_fail (hold != NULL && release != NULL);

  self->hold = hold;
  self->release = release;
}

void
dip_graph_hold_data (const DipGraph *self, const float *data)
{
  if (self->hold != NULL && data != NULL)
    self->hold (self->owner, data);
}

void
dip_graph_release_data (const DipGraph *self, const float *data)
{
  if (self->release != NULL && data != NULL)
    self->release (self->owner, data);
}

void
dip_node_hold_data (const DipNode *self, const DipGraph *graph, gboolean is_held)
{
  const DipWeightId ids[] = { self->weight, self->bias };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    if (ids[i] != DIP_NO_WEIGHT && is_held)
      dip_graph_hold_data (graph, dip_graph_get_weight (graph, ids[i])->data);
    else if (ids[i] != DIP_NO_WEIGHT)
      dip_graph_release_data (graph, dip_graph_get_weight (graph, ids[i])->data);
}

static DipValueId
append_node (DipGraph *self, const DipNode *node, const DipShape *shape)
{
  DipNode *copy = g_memdup2 (node, sizeof *node);
  DipValue *value = g_new0 (DipValue, 1);

  copy->name = g_strdup (node->name);
  copy->output = self->values->len;
  value->name = g_strdup (node->name);
  value->shape = *shape;
  g_ptr_array_add (self->nodes, copy);
  g_ptr_array_add (self->values, value);

  return copy->output;
}

DipValueId
dip_graph_add_input (DipGraph *self, DipGraphInput input, const DipShape *shape)
{
  DipNode node;

  g_return_val_if_fail (self != NULL && shape != NULL, DIP_NO_VALUE);
  g_return_val_if_fail (input < DIP_N_GRAPH_INPUTS, DIP_NO_VALUE);
  g_return_val_if_fail (self->inputs[input] == DIP_NO_VALUE, DIP_NO_VALUE);
  g_return_val_if_fail (dip_shape_get_n_elements (shape) > 0, DIP_NO_VALUE);

  dip_node_init (&node, DIP_OP_INPUT, input_names[input], DIP_NO_VALUE);
  self->inputs[input] = append_node (self, &node, shape);

  return self->inputs[input];
}

DipWeightId
dip_graph_add_weight (DipGraph *self,
                      const char *name,
                      guint n_dims,
                      const gsize *shape,
                      const float *data)
{
  DipWeight *weight;

  g_return_val_if_fail (self != NULL && name != NULL, DIP_NO_WEIGHT);
  g_return_val_if_fail (n_dims >= 1 && n_dims <= G_N_ELEMENTS (weight->shape),
                        DIP_NO_WEIGHT);

  weight = g_new0 (DipWeight, 1);
  weight->name = g_strdup (name);
  weight->n_dims = n_dims;
  for (guint i = 0; i < n_dims; i++)
    weight->shape[i] = shape[i];
  weight->data = data;
  g_ptr_array_add (self->weights, weight);

  return self->weights->len - 1;
}

DipValueId
dip_graph_add_node (DipGraph *self, const DipNode *node)
{
  g_autoptr (GError) error = NULL;
  DipShape shape;

  g_return_val_if_fail (self != NULL && node != NULL, DIP_NO_VALUE);
  g_return_val_if_fail (node->name != NULL && node->op != DIP_OP_INPUT, DIP_NO_VALUE);

  if (!dip_graph_infer_shape (self, node, &shape, &error))
    g_error ("%s", error->message);

  return append_node (self, node, &shape);
}

void
dip_node_init (DipNode *self, DipOp op, const char *name, DipValueId x)
{
  *self = (DipNode){
    .op = op,
    .name = (char *) name,
    .output = DIP_NO_VALUE,
    .x = x,
    .y = DIP_NO_VALUE,
    .z = DIP_NO_VALUE,
    .channel_bias = DIP_NO_VALUE,
    .residual = DIP_NO_VALUE,
    .weight = DIP_NO_WEIGHT,
    .bias = DIP_NO_WEIGHT,
    .attributes = { .scale = 1.0 },
  };
}

void
dip_graph_name_value (DipGraph *self, DipValueId value, const char *name)
{
  Record record = { .value = value };

  g_return_if_fail (self != NULL && name != NULL);
  g_return_if_fail (value < self->values->len);

  record.name = g_strdup (name);
  g_array_append_val (self->records, record);
}

void
dip_graph_set_output (DipGraph *self, DipValueId value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (value < self->values->len);

  self->output = value;
}

guint
dip_graph_get_n_nodes (const DipGraph *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->nodes->len;
}

const DipNode *
dip_graph_get_node (const DipGraph *self, guint i)
{
  g_return_val_if_fail (self != NULL && i < self->nodes->len, NULL);

  return g_ptr_array_index (self->nodes, i);
}

guint
dip_graph_get_n_values (const DipGraph *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->values->len;
}

const DipValue *
dip_graph_get_value (const DipGraph *self, DipValueId id)
{
  g_return_val_if_fail (self != NULL && id < self->values->len, NULL);

  return g_ptr_array_index (self->values, id);
}

guint
dip_graph_get_n_weights (const DipGraph *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->weights->len;
}

const DipWeight *
dip_graph_get_weight (const DipGraph *self, DipWeightId id)
{
  g_return_val_if_fail (self != NULL && id < self->weights->len, NULL);

  return g_ptr_array_index (self->weights, id);
}

DipValueId
dip_graph_get_input (const DipGraph *self, DipGraphInput input)
{
  g_return_val_if_fail (self != NULL && input < DIP_N_GRAPH_INPUTS, DIP_NO_VALUE);

  return self->inputs[input];
}

DipValueId
dip_graph_get_output (const DipGraph *self)
{
  g_return_val_if_fail (self != NULL, DIP_NO_VALUE);

  return self->output;
}

const char *
dip_graph_get_record (const DipGraph *self, guint i, DipValueId *value)
{
  const Record *record;

  g_return_val_if_fail (self != NULL, NULL);

  if (i >= self->records->len)
    return NULL;

  record = &g_array_index (self->records, Record, i);
  if (value != NULL)
    *value = record->value;

  return record->name;
}

guint
dip_node_get_inputs (const DipNode *self, DipValueId inputs[5])
{
  const DipValueId all[] = { self->x, self->y, self->z, self->channel_bias,
                             self->residual };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != DIP_NO_VALUE)
      inputs[n++] = all[i];

  return n;
}

gboolean
dip_node_reads (const DipNode *self, DipValueId value)
{
  DipValueId inputs[5];
  guint n = dip_node_get_inputs (self, inputs);

  for (guint i = 0; i < n; i++)
    if (inputs[i] == value)
      return TRUE;

  return FALSE;
}

gsize
dip_weight_get_n_elements (const DipWeight *self)
{
  gsize n = 1;

  for (guint i = 0; i < self->n_dims; i++)
    n *= self->shape[i];

  return n;
}

gsize
dip_shape_get_n_elements (const DipShape *self)
{
  return (gsize) self->batch * self->channels * self->height * self->width;
}

gboolean
dip_shape_equal (const DipShape *a, const DipShape *b)
{
  return a->batch == b->batch && a->channels == b->channels && a->height == b->height &&
         a->width == b->width;
}

const char *
dip_op_get_name (DipOp op)
{
  g_return_val_if_fail (op < DIP_N_OPS, NULL);

  return op_names[op];
}

const char *
dip_activation_get_name (DipActivation activation)
{
  g_return_val_if_fail (activation < G_N_ELEMENTS (activation_names), NULL);

  return activation_names[activation];
}
