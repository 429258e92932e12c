#include "model/graph/draft-private.h"

DipDraft *
dip_draft_new (DipGraph *graph, gboolean keep_records)
{
  DipDraft *self = g_new0 (DipDraft, 1);
  DipValueId value = dip_graph_get_output (graph);

  self->graph = dip_graph_ref (graph);
  self->n_nodes = dip_graph_get_n_nodes (graph);
  self->nodes = g_new (DipNode, self->n_nodes);
  self->is_gone = g_new0 (gboolean, self->n_nodes);
  self->is_kept = g_new0 (gboolean, self->n_nodes);
  self->same = g_new (DipValueId, self->n_nodes);

  for (guint i = 0; i < self->n_nodes; i++)
    {
      self->nodes[i] = *dip_graph_get_node (graph, i);
      self->same[i] = i;
    }

  if (value != DIP_NO_VALUE)
    self->is_kept[value] = TRUE;
  for (guint i = 0; keep_records && dip_graph_get_record (graph, i, &value) != NULL; i++)
    self->is_kept[value] = TRUE;

  return self;
}

void
dip_draft_free (DipDraft *self)
{
  if (self == NULL)
    return;

  dip_graph_unref (self->graph);
  g_free (self->nodes);
  g_free (self->is_gone);
  g_free (self->is_kept);
  g_free (self->same);
  g_free (self);
}

gboolean
dip_draft_can_fold (const DipDraft *self,
                    DipValueId value,
                    gboolean (*test) (const DipNode *reader, DipValueId value))
{
  guint n_readers = 0;

  if (self->is_kept[value])
    return FALSE;

  for (guint i = value + 1; i < self->n_nodes; i++)
    {
      if (self->is_gone[i] || !dip_node_reads (&self->nodes[i], value))
        continue;
      if (!test (&self->nodes[i], value))
        return FALSE;
      n_readers++;
    }

  return n_readers > 0;
}

DipNode *
dip_draft_get_sole_reader (DipDraft *self, DipValueId value)
{
  DipNode *reader = NULL;

  if (self->is_kept[value])
    return NULL;

  for (guint i = value + 1; i < self->n_nodes; i++)
    {
      if (self->is_gone[i] || !dip_node_reads (&self->nodes[i], value))
        continue;
      if (reader != NULL)
        return NULL;
      reader = &self->nodes[i];
    }

  return reader;
}

void
dip_draft_replace (DipDraft *self, DipNode *last, const DipNode *folded, DipValueId first)
{
  DipNode node = *folded;

  node.name = last->name;
  node.output = last->output;
  *last = node;
  self->is_gone[first] = TRUE;
}

static DipValueId
map (const DipValueId *new_ids, DipValueId value)
{
  return value == DIP_NO_VALUE ? DIP_NO_VALUE : new_ids[value];
}

static DipValueId
add_input (const DipDraft *self, DipGraph *graph, DipValueId value)
{
  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    if (dip_graph_get_input (self->graph, i) == value)
      return dip_graph_add_input (graph, i,
                                  &dip_graph_get_value (self->graph, value)->shape);

  g_return_val_if_reached (DIP_NO_VALUE);
}

static DipValueId
add_node (const DipDraft *self, DipGraph *graph, guint i, const DipValueId *new_ids)
{
  DipNode node = self->nodes[i];

  if (node.op == DIP_OP_INPUT)
    return add_input (self, graph, i);

  node.x = map (new_ids, node.x);
  node.y = map (new_ids, node.y);
  node.z = map (new_ids, node.z);
  node.channel_bias = map (new_ids, node.channel_bias);
  node.residual = map (new_ids, node.residual);

  return dip_graph_add_node (graph, &node);
}

static void
copy_weights (const DipDraft *self, DipGraph *graph)
{
  for (guint i = 0; i < dip_graph_get_n_weights (self->graph); i++)
    {
      const DipWeight *weight = dip_graph_get_weight (self->graph, i);

      dip_graph_add_weight (graph, weight->name, weight->n_dims, weight->shape,
                            weight->data);
    }
}

DipGraph *
dip_draft_finish (DipDraft *self)
{
  DipGraph *graph = dip_graph_new ();
  g_autofree DipValueId *new_ids = g_new (DipValueId, self->n_nodes);
  DipValueId value;
  const char *name;

  dip_graph_set_owner (graph, dip_graph_ref (self->graph),
                       (GDestroyNotify) dip_graph_unref);
  dip_graph_set_keeper (graph, (DipGraphDataFunc) dip_graph_hold_data,
                        (DipGraphDataFunc) dip_graph_release_data);
  copy_weights (self, graph);

  for (guint i = 0; i < self->n_nodes; i++)
    new_ids[i] = self->is_gone[i] ? DIP_NO_VALUE : add_node (self, graph, i, new_ids);

  for (guint i = 0; (name = dip_graph_get_record (self->graph, i, &value)) != NULL; i++)
    if (!self->is_gone[self->same[value]])
      dip_graph_name_value (graph, new_ids[self->same[value]], name);

  value = dip_graph_get_output (self->graph);
  if (value != DIP_NO_VALUE)
    dip_graph_set_output (graph, new_ids[self->same[value]]);

  return graph;
}
