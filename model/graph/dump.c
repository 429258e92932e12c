#include "model/graph/dump.h"

#include "model/graph/count.h"

static void
append_double (GString *text, const char *label, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, " %s %s", label,
                          g_ascii_formatd (digits, sizeof digits, "%g", value));
}

static void
append_shape (GString *text, const DipShape *shape)
{
  g_string_append_printf (text, "%u x %u x %u x %u", shape->batch, shape->channels,
                          shape->height, shape->width);
}

static void
append_input (GString *text, const char *label, DipValueId value)
{
  if (value != DIP_NO_VALUE)
    g_string_append_printf (text, " %s%%%u", label, value);
}

/* Attributes of the ops that have several, then those any folded node has. */
static void
append_attributes (GString *text, const DipNode *node)
{
  const DipAttributes *a = &node->attributes;

  if (node->op == DIP_OP_CONV2D)
    g_string_append_printf (text, " kernel %u stride %u pad %u %u", a->kernel, a->stride,
                            a->pad_before, a->pad_after);
  if (node->op == DIP_OP_GROUP_NORM)
    {
      g_string_append_printf (text, " groups %u", a->n_groups);
      append_double (text, "eps", a->eps);
    }
  if (node->op == DIP_OP_ATTENTION)
    g_string_append_printf (text, " heads %u", a->n_heads);
  if (node->op == DIP_OP_TIME_PROJ)
    append_double (text, "freq_shift", a->freq_shift);
  if (a->flip_sin_to_cos)
    g_string_append (text, " cos-sin");
  if (a->take_log)
    g_string_append (text, " log");
  if (node->is_upsampling)
    g_string_append (text, " upsampling");
  if (a->scale != 1.0)
    append_double (text, "scale", a->scale);
  if (a->offset != 0.0)
    append_double (text, "offset", a->offset);
  if (a->activation != DIP_ACTIVATION_NONE)
    g_string_append_printf (text, " %s", dip_activation_get_name (a->activation));
}

static void
append_weight (GString *text, const DipGraph *graph, DipWeightId id)
{
  const DipWeight *weight;

  if (id == DIP_NO_WEIGHT)
    return;

  weight = dip_graph_get_weight (graph, id);
  g_string_append_printf (text, " '%s' (", weight->name);
  for (guint i = 0; i < weight->n_dims; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i == 0 ? "" : ", ",
                            weight->shape[i]);
  g_string_append_c (text, ')');
}

static void
append_node (GString *text, const DipGraph *graph, guint i)
{
  const DipNode *node = dip_graph_get_node (graph, i);
  DipCount count;

  g_string_append_printf (text, "%%%u %s %s:", i, dip_op_get_name (node->op), node->name);
  append_input (text, "", node->x);
  append_input (text, "", node->y);
  append_input (text, "", node->z);
  append_input (text, "+ channels of ", node->channel_bias);
  append_input (text, "+ ", node->residual);
  g_string_append (text, node->x != DIP_NO_VALUE ? " -> " : " ");
  append_shape (text, &dip_graph_get_value (graph, i)->shape);
  append_attributes (text, node);
  append_weight (text, graph, node->weight);
  append_weight (text, graph, node->bias);

  dip_graph_count_node (graph, node, &count);
  if (count.n_macs > 0)
    append_double (text, "MMAC", count.n_macs / 1e6);
  g_string_append_c (text, '\n');
}

char *
dip_graph_to_text (const DipGraph *graph)
{
  g_autoptr (GString) text = g_string_new (NULL);
  DipCount count;
  DipValueId value;
  const char *name;

  g_return_val_if_fail (graph != NULL, NULL);

  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    append_node (text, graph, i);

  for (guint i = 0; (name = dip_graph_get_record (graph, i, &value)) != NULL; i++)
    g_string_append_printf (text, "record %s: %%%u\n", name, value);

  if (dip_graph_get_output (graph) != DIP_NO_VALUE)
    g_string_append_printf (text, "output: %%%u\n", dip_graph_get_output (graph));

  dip_graph_count (graph, &count);
  g_string_append_printf (text, "%u nodes, %" G_GUINT64_FORMAT " parameters,",
                          dip_graph_get_n_nodes (graph),
                          dip_graph_count_parameters (graph));
  append_double (text, "MMAC", count.n_macs / 1e6);
  g_string_append_c (text, '\n');

  return g_string_free (g_steal_pointer (&text), FALSE);
}
