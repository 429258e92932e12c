#include "render/op.h"

#include "model/storage/half.h"

#include <string.h>

/* Where row @o, input channel @i, tap @tap of a weight goes. */
typedef struct
{
  guint n_out;
  guint n_in;
  guint n_taps;
  guint out_padded;
  guint in_padded;
  guint n_x; /* input channels of the first input; the second's begin at a whole step */
} Layout;

static Layout
get_layout (const DipGraph *graph, const DipNode *node)
{
  const DipWeight *weight = dip_graph_get_weight (graph, node->weight);
  Layout layout = {
    .n_out = weight->shape[0],
    .n_in = weight->n_dims > 1 ? weight->shape[1] : 1,
    .n_taps = weight->n_dims == 4 ? weight->shape[2] * weight->shape[3] : 1,
    .out_padded = dip_op_pad_channels (weight->shape[0]),
  };
  guint n_y = 0;

  layout.n_x = layout.n_in;
  if (node->y != DIP_NO_VALUE)
    {
      n_y = dip_graph_get_value (graph, node->y)->shape.channels;
      layout.n_x = layout.n_in - n_y;
    }
  layout.in_padded = dip_op_pad_channels (layout.n_x) + dip_op_pad_channels (n_y);

  return layout;
}

static gboolean
has_matrix (const DipNode *node)
{
  return node->op == DIP_OP_CONV2D || node->op == DIP_OP_LINEAR;
}

/* Two inputs of other sizes pad otherwise. */
static const char *
get_format (const DipNode *node, const Layout *layout, DipOpStyle style)
{
  g_autofree char *format = NULL;

  format = g_strdup_printf ("%s %s, %u",
                            node->op == DIP_OP_CONV2D ? "(taps, in, out)" : "(out, in)",
                            dip_op_is_half (style) ? "half" : "float",
                            layout->n_x % DIP_CHANNEL_STEP != 0 ? layout->n_x : 0);

  return g_intern_string (format);
}

guint
dip_op_list_packs (const DipGraph *graph,
                   const DipNode *node,
                   DipOpStyle style,
                   DipPack *packs)
{
  const DipWeightId vectors[] = { has_matrix (node) ? DIP_NO_WEIGHT : node->weight,
                                  node->bias };
  guint n = 0;

  if (node->weight != DIP_NO_WEIGHT && has_matrix (node))
    {
      Layout layout = get_layout (graph, node);

      packs[n++] =
          (DipPack){ node->weight, get_format (node, &layout, style),
                     (gsize) layout.n_taps * layout.in_padded * layout.out_padded *
                         (dip_op_is_half (style) ? 2 : sizeof (float)) };
    }
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    if (vectors[i] != DIP_NO_WEIGHT)
      {
        gsize n_channels = dip_graph_get_weight (graph, vectors[i])->shape[0];

        packs[n++] = (DipPack){ vectors[i], "padded vector",
                                dip_op_pad_channels (n_channels) * sizeof (float) };
      }

  return n;
}

static void
put (gpointer bytes, gsize at, float value, DipOpStyle style)
{
  if (dip_op_is_half (style))
    ((guint16 *) bytes)[at] = dip_f16_from_float (value);
  else
    ((float *) bytes)[at] = value;
}

static void
fill_matrix (const DipGraph *graph, const DipNode *node, DipOpStyle style, gpointer bytes)
{
  Layout l = get_layout (graph, node);
  const float *from = dip_graph_get_weight (graph, node->weight)->data;
  guint y_shift = dip_op_pad_channels (l.n_x) - l.n_x;

  for (gsize o = 0; o < l.n_out; o++)
    for (gsize i = 0; i < l.n_in; i++)
      for (gsize tap = 0; tap < l.n_taps; tap++)
        {
          gsize k = i < l.n_x ? i : i + y_shift;
          gsize at = node->op == DIP_OP_CONV2D
                         ? (tap * l.in_padded + k) * l.out_padded + o
                         : o * l.in_padded + k;

          put (bytes, at, from[(o * l.n_in + i) * l.n_taps + tap], style);
        }
}

void
dip_op_fill_pack (const DipGraph *graph,
                  const DipNode *node,
                  guint i,
                  DipOpStyle style,
                  gpointer bytes)
{
  DipPack packs[DIP_MAX_PACKS];
  const DipWeight *weight;

  dip_op_list_packs (graph, node, style, packs);
  memset (bytes, 0, packs[i].n_bytes);
  weight = dip_graph_get_weight (graph, packs[i].weight);
  if (has_matrix (node) && packs[i].weight == node->weight)
    fill_matrix (graph, node, style, bytes);
  else
    memcpy (bytes, weight->data, weight->shape[0] * sizeof (float));
}
