#include "model/graph/passes.h"
#include "model/graph/draft-private.h"

static gboolean
is_same_attributes (const DipAttributes *a, const DipAttributes *b)
{
  return a->kernel == b->kernel && a->stride == b->stride &&
         a->pad_before == b->pad_before && a->pad_after == b->pad_after &&
         a->n_groups == b->n_groups && a->eps == b->eps && a->n_heads == b->n_heads &&
         a->activation == b->activation && a->scale == b->scale &&
         a->offset == b->offset && a->dim == b->dim &&
         a->flip_sin_to_cos == b->flip_sin_to_cos && a->freq_shift == b->freq_shift &&
         a->take_log == b->take_log;
}

static gboolean
is_same_node (const DipNode *a, const DipNode *b)
{
  return a->op == b->op && a->op != DIP_OP_INPUT && a->x == b->x && a->y == b->y &&
         a->z == b->z && a->channel_bias == b->channel_bias &&
         a->residual == b->residual && a->is_upsampling == b->is_upsampling &&
         a->weight == b->weight && a->bias == b->bias &&
         is_same_attributes (&a->attributes, &b->attributes);
}

static void
read_same (const DipDraft *draft, DipValueId *value)
{
  if (*value != DIP_NO_VALUE)
    *value = draft->same[*value];
}

DipGraph *
dip_pass_share (DipGraph *graph, gboolean keep_records)
{
  g_autoptr (DipDraft) draft = NULL;

  g_return_val_if_fail (graph != NULL, NULL);

  draft = dip_draft_new (graph, keep_records);

  for (guint i = 0; i < draft->n_nodes; i++)
    {
      DipNode *node = &draft->nodes[i];

      read_same (draft, &node->x);
      read_same (draft, &node->y);
      read_same (draft, &node->z);
      read_same (draft, &node->channel_bias);
      read_same (draft, &node->residual);

      for (guint k = 0; k < i && !draft->is_gone[i]; k++)
        if (!draft->is_gone[k] && is_same_node (&draft->nodes[k], node))
          {
            draft->is_gone[i] = TRUE;
            draft->same[i] = k;
          }
    }

  return dip_draft_finish (draft);
}

/* norm or linear, then an activation that alone reads it */
static void
fold_activation (DipDraft *draft, guint i)
{
  DipNode folded = draft->nodes[i];
  DipNode *reader;

  if (folded.op != DIP_OP_GROUP_NORM && folded.op != DIP_OP_LINEAR)
    return;
  if (folded.attributes.activation != DIP_ACTIVATION_NONE)
    return;

  reader = dip_draft_get_sole_reader (draft, i);
  if (reader == NULL || reader->op != DIP_OP_ACTIVATION)
    return;

  folded.attributes.activation = reader->attributes.activation;
  dip_draft_replace (draft, reader, &folded, i);
}

static gboolean
is_able_to_concatenate (const DipNode *reader, DipValueId value)
{
  return (reader->op == DIP_OP_GROUP_NORM || reader->op == DIP_OP_CONV2D) &&
         reader->x == value && reader->y == DIP_NO_VALUE && reader->residual != value &&
         reader->channel_bias != value;
}

static void
fold_concat (DipDraft *draft, guint i)
{
  const DipNode *concat = &draft->nodes[i];

  if (concat->op != DIP_OP_CONCAT ||
      !dip_draft_can_fold (draft, i, is_able_to_concatenate))
    return;

  for (guint k = i + 1; k < draft->n_nodes; k++)
    if (!draft->is_gone[k] && dip_node_reads (&draft->nodes[k], i))
      {
        draft->nodes[k].x = concat->x;
        draft->nodes[k].y = concat->y;
      }

  draft->is_gone[i] = TRUE;
}

DipGraph *
dip_pass_fold_norm (DipGraph *graph, gboolean keep_records)
{
  g_autoptr (DipDraft) draft = NULL;

  g_return_val_if_fail (graph != NULL, NULL);

  draft = dip_draft_new (graph, keep_records);

  for (guint i = 0; i < draft->n_nodes; i++)
    if (!draft->is_gone[i])
      {
        fold_activation (draft, i);
        fold_concat (draft, i);
      }

  return dip_draft_finish (draft);
}

static gboolean
is_able_to_upsample (const DipNode *reader, DipValueId value)
{
  return reader->op == DIP_OP_CONV2D && reader->x == value && reader->y == DIP_NO_VALUE &&
         reader->attributes.stride == 1 && !reader->is_upsampling &&
         reader->residual != value && reader->channel_bias != value;
}

static void
fold_upsample (DipDraft *draft, guint i)
{
  const DipNode *upsample = &draft->nodes[i];

  if (upsample->op != DIP_OP_UPSAMPLE ||
      !dip_draft_can_fold (draft, i, is_able_to_upsample))
    return;

  for (guint k = i + 1; k < draft->n_nodes; k++)
    if (!draft->is_gone[k] && dip_node_reads (&draft->nodes[k], i))
      {
        draft->nodes[k].x = upsample->x;
        draft->nodes[k].is_upsampling = TRUE;
      }

  draft->is_gone[i] = TRUE;
}

/* The convolution that makes @value if @add may become a part of it: nothing
 * else reads it, and nothing was added that must come after.
 */
static const DipNode *
get_open_conv (DipDraft *draft, const DipNode *add, DipValueId value)
{
  const DipNode *conv = &draft->nodes[value];

  if (conv->op != DIP_OP_CONV2D || conv->residual != DIP_NO_VALUE ||
      conv->attributes.scale != 1.0)
    return NULL;

  return dip_draft_get_sole_reader (draft, value) == add ? conv : NULL;
}

static gboolean
is_broadcasting (const DipDraft *draft, const DipNode *add)
{
  const DipShape *y = &dip_graph_get_value (draft->graph, add->y)->shape;

  return y->height == 1 && y->width == 1;
}

/* conv + time embedding */
static gboolean
fold_channel_bias (DipDraft *draft, DipNode *add)
{
  const DipNode *conv = get_open_conv (draft, add, add->x);
  DipNode folded;

  if (conv == NULL || conv->channel_bias != DIP_NO_VALUE ||
      !is_broadcasting (draft, add) || draft->nodes[add->y].op == DIP_OP_CONV2D)
    return FALSE;

  folded = *conv;
  folded.channel_bias = add->y;
  folded.attributes.scale = add->attributes.scale;
  dip_draft_replace (draft, add, &folded, add->x);
  return TRUE;
}

/* Of two convolutions that are added up the one with the larger kernel takes in
 * the other's output: in a resnet block the shortcut is 1x1.
 */
static void
fold_residual (DipDraft *draft, DipNode *add)
{
  const DipNode *a = get_open_conv (draft, add, add->x);
  const DipNode *b = get_open_conv (draft, add, add->y);
  gboolean takes_y =
      a == NULL || (b != NULL && b->attributes.kernel >= a->attributes.kernel);
  const DipNode *conv = takes_y ? b : a;
  DipNode folded;

  if (conv == NULL || add->x == add->y ||
      !dip_shape_equal (&dip_graph_get_value (draft->graph, add->x)->shape,
                        &dip_graph_get_value (draft->graph, add->y)->shape))
    return;

  folded = *conv;
  folded.residual = takes_y ? add->x : add->y;
  folded.attributes.scale = add->attributes.scale;
  dip_draft_replace (draft, add, &folded, takes_y ? add->y : add->x);
}

DipGraph *
dip_pass_fold_conv (DipGraph *graph, gboolean keep_records)
{
  g_autoptr (DipDraft) draft = NULL;

  g_return_val_if_fail (graph != NULL, NULL);

  draft = dip_draft_new (graph, keep_records);

  for (guint i = 0; i < draft->n_nodes; i++)
    {
      DipNode *node = &draft->nodes[i];

      if (draft->is_gone[i])
        continue;

      fold_upsample (draft, i);
      if (node->op == DIP_OP_ADD && !fold_channel_bias (draft, node))
        fold_residual (draft, node);
    }

  return dip_draft_finish (draft);
}

/* Whether it and all it reads follow from timesteps and labels. */
static gboolean
is_condition (const DipDraft *draft, const DipNode *node)
{
  DipValueId inputs[5];
  guint n = dip_node_get_inputs (node, inputs);

  if (node->op == DIP_OP_INPUT)
    return FALSE;

  for (guint k = 0; k < n; k++)
    if (draft->nodes[inputs[k]].op == DIP_OP_INPUT
            ? inputs[k] == dip_graph_get_input (draft->graph, DIP_GRAPH_INPUT_SAMPLE)
            : !draft->nodes[inputs[k]].is_condition)
      return FALSE;

  return TRUE;
}

DipGraph *
dip_pass_mark_conditions (DipGraph *graph)
{
  g_autoptr (DipDraft) draft = NULL;

  g_return_val_if_fail (graph != NULL, NULL);

  draft = dip_draft_new (graph, FALSE);
  for (guint i = 0; i < draft->n_nodes; i++)
    draft->nodes[i].is_condition = is_condition (draft, &draft->nodes[i]);

  return dip_draft_finish (draft);
}

DipGraph *
dip_graph_fuse (DipGraph *graph, gboolean keep_records)
{
  g_autoptr (DipGraph) shared = NULL;
  g_autoptr (DipGraph) convs = NULL;

  g_return_val_if_fail (graph != NULL, NULL);

  /* Convolutions first: a concatenation that is upsampled has a convolution
   * for a reader only then.
   */
  shared = dip_pass_share (graph, keep_records);
  convs = dip_pass_fold_conv (shared, keep_records);

  return dip_pass_fold_norm (convs, keep_records);
}

DipGraph *
dip_graph_fuse_for_steps (DipGraph *graph)
{
  g_autoptr (DipGraph) fused = dip_graph_fuse (graph, FALSE);

  return dip_pass_mark_conditions (fused);
}
