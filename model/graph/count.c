#include "model/graph/count.h"

#define FLOPS_ACTIVATION 4
#define FLOPS_GROUP_NORM 8
#define FLOPS_SOFTMAX 5

static const DipShape *
get_shape (const DipGraph *graph, DipValueId value)
{
  return &dip_graph_get_value (graph, value)->shape;
}

/* Multiply-adds behind each element of the output. */
static guint64
count_macs_per_element (const DipGraph *graph, const DipNode *node)
{
  const DipShape *x;

  switch (node->op)
    {
    case DIP_OP_LINEAR:
      return dip_graph_get_weight (graph, node->weight)->shape[1];
    case DIP_OP_CONV2D:
      return (guint64) dip_graph_get_weight (graph, node->weight)->shape[1] *
             node->attributes.kernel * node->attributes.kernel;
    case DIP_OP_ATTENTION:
      x = get_shape (graph, node->x);
      return 2 * (guint64) x->height * x->width;
    default:
      return 0;
    }
}

static guint
count_flops_per_element (const DipNode *node)
{
  const DipAttributes *a = &node->attributes;
  guint n = a->activation != DIP_ACTIVATION_NONE ? FLOPS_ACTIVATION : 0;

  n += (node->bias != DIP_NO_WEIGHT && node->op != DIP_OP_GROUP_NORM) ? 1 : 0;
  n += node->channel_bias != DIP_NO_VALUE ? 1 : 0;
  n += node->residual != DIP_NO_VALUE ? 1 : 0;
  n += a->scale != 1.0 ? 1 : 0;

  switch (node->op)
    {
    case DIP_OP_TIME_PROJ:
    case DIP_OP_FOURIER_PROJ:
      return n + FLOPS_ACTIVATION;
    case DIP_OP_GROUP_NORM:
      return n + FLOPS_GROUP_NORM;
    case DIP_OP_SCALE_SHIFT:
      return n + 3;
    case DIP_OP_AVG_POOL:
      return n + 4;
    case DIP_OP_ADD:
    case DIP_OP_DIVIDE:
      return n + 1;
    case DIP_OP_AFFINE:
      return n + (a->offset != 0.0 ? 1 : 0);
    default:
      return n;
    }
}

static guint64
count_scores (const DipGraph *graph, const DipNode *node)
{
  const DipShape *x;

  if (node->op != DIP_OP_ATTENTION)
    return 0;

  x = get_shape (graph, node->x);
  return (guint64) x->batch * node->attributes.n_heads * x->height * x->width *
         x->height * x->width;
}

static guint64
count_weight_elements (const DipGraph *graph, DipWeightId weight)
{
  if (weight == DIP_NO_WEIGHT)
    return 0;

  return dip_weight_get_n_elements (dip_graph_get_weight (graph, weight));
}

static guint64
count_bytes (const DipGraph *graph, const DipNode *node)
{
  DipValueId inputs[5];
  guint n_inputs = dip_node_get_inputs (node, inputs);
  guint64 n = dip_shape_get_n_elements (get_shape (graph, node->output));

  for (guint i = 0; i < n_inputs; i++)
    n += dip_shape_get_n_elements (get_shape (graph, inputs[i]));

  /* Of an embedding's table only the rows that are asked for. */
  if (node->op == DIP_OP_EMBEDDING)
    n += dip_shape_get_n_elements (get_shape (graph, node->output));
  else
    n += count_weight_elements (graph, node->weight);
  n += count_weight_elements (graph, node->bias);

  return n * sizeof (float);
}

void
dip_graph_count_node (const DipGraph *graph, const DipNode *node, DipCount *count)
{
  guint64 n_elements;

  g_return_if_fail (graph != NULL && node != NULL && count != NULL);

  *count = (DipCount){ 0 };
  if (node->op == DIP_OP_INPUT)
    return;

  n_elements = dip_shape_get_n_elements (get_shape (graph, node->output));
  count->n_macs = n_elements * count_macs_per_element (graph, node);
  count->n_flops = 2 * count->n_macs + n_elements * count_flops_per_element (node) +
                   FLOPS_SOFTMAX * count_scores (graph, node);
  count->n_bytes = count_bytes (graph, node);
}

void
dip_graph_count (const DipGraph *graph, DipCount *count)
{
  g_return_if_fail (graph != NULL && count != NULL);

  *count = (DipCount){ 0 };
  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      DipCount one;

      dip_graph_count_node (graph, dip_graph_get_node (graph, i), &one);
      count->n_macs += one.n_macs;
      count->n_flops += one.n_flops;
      count->n_bytes += one.n_bytes;
    }
}

guint64
dip_graph_count_parameters (const DipGraph *graph)
{
  guint64 n = 0;

  g_return_val_if_fail (graph != NULL, 0);

  for (guint i = 0; i < dip_graph_get_n_weights (graph); i++)
    n += count_weight_elements (graph, i);

  return n;
}
