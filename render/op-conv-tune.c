#include "render/device-notes.h"
#include "render/executor.h"
#include "render/op-conv.h"
#include "render/weights.h"

#include <math.h>

/* Runs that are timed, after one that is not. */
#define N_TIMED 3

/* One convolution of the shapes of a node: what it computes is of no interest. */
typedef struct
{
  DipDevice *device;
  DipGraph *graph;
  DipWeights *weights;
} Trial;

static void
clear_trial (Trial *self)
{
  g_clear_pointer (&self->graph, dip_graph_unref);
  g_clear_pointer (&self->weights, dip_weights_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, clear_trial)

/* Two inputs count as one of all channels. */
static void
start_trial (Trial *self,
             DipDevice *device,
             const DipFamily *family,
             const DipGraph *graph,
             const DipNode *of)
{
  DipShape shape = dip_graph_get_value (graph, of->x)->shape;
  const DipShape *out = &dip_graph_get_value (graph, of->output)->shape;
  gsize dims[] = { out->channels, 0, of->attributes.kernel, of->attributes.kernel };
  float *data;
  DipNode node;

  if (of->y != DIP_NO_VALUE)
    shape.channels += dip_graph_get_value (graph, of->y)->shape.channels;
  shape.batch = dip_op_conv_get_trial_batch (out);
  dims[1] = shape.channels;
  data = g_new0 (float, dims[0] * dims[1] * dims[2] * dims[3]);

  self->device = device;
  self->graph = dip_graph_new ();
  dip_graph_set_owner (self->graph, data, g_free);
  dip_node_init (&node, DIP_OP_CONV2D, "trial",
                 dip_graph_add_input (self->graph, DIP_GRAPH_INPUT_SAMPLE, &shape));
  node.attributes = of->attributes;
  node.is_upsampling = of->is_upsampling;
  node.weight = dip_graph_add_weight (self->graph, "trial", 4, dims, data);
  dip_graph_set_output (self->graph, dip_graph_add_node (self->graph, &node));
  self->weights = dip_weights_new (device, family);
}

/* Least seconds of the node with the tile that is noted now; infinite without
 * timestamps.
 */
static gboolean
time_tile (Trial *self, double *least, GCancellable *cancellable, GError **error)
{
  double seconds[2]; /* of the input and the convolution */
  g_autoptr (DipExecutor) executor =
      dip_executor_new (self->device, self->graph, self->weights,
                        DIP_EXECUTOR_TIMING | DIP_EXECUTOR_UNTUNED, cancellable, error);

  *least = INFINITY;
  if (executor == NULL)
    return FALSE;
  for (guint i = 0; i <= N_TIMED; i++)
    {
      if (!dip_executor_repeat (executor, cancellable, error))
        return FALSE;
      if (i > 0 && dip_executor_get_seconds (executor, seconds))
        *least = MIN (*least, seconds[1]);
    }

  return TRUE;
}

static gboolean
tune_node (DipDevice *device,
           const DipFamily *family,
           DipOpStyle style,
           const DipGraph *graph,
           const DipNode *node,
           GCancellable *cancellable,
           GError **error)
{
  g_autofree char *key = dip_op_conv_make_tile_key (graph, node, style);
  g_autofree char *noted = dip_device_notes_get (device, DIP_CONV_TILES, key);
  g_auto (Trial) trial = { 0 };
  DipConvTile tiles[DIP_MAX_CONV_TILES];
  guint n_tiles = dip_op_conv_list_tiles (dip_device_get_info (device), style, tiles);
  double least = INFINITY;
  g_autofree char *best = NULL;

  if (noted != NULL)
    return TRUE;

  start_trial (&trial, device, family, graph, node);
  for (guint i = 0; i < n_tiles; i++)
    {
      g_autofree char *name = dip_op_conv_format_tile (&tiles[i]);
      double seconds;

      dip_device_notes_try (device, DIP_CONV_TILES, key, name);
      if (!time_tile (&trial, &seconds, cancellable, error))
        return FALSE;
      g_debug ("%s: tile %s takes %.3g ms", key, name, seconds * 1e3);
      if (seconds >= least && best != NULL)
        continue;
      least = seconds;
      g_free (best);
      best = g_steal_pointer (&name);
    }
  dip_device_notes_set (device, DIP_CONV_TILES, key, best);

  return TRUE;
}

gboolean
dip_op_conv_tune (DipDevice *device,
                  const DipFamily *family,
                  DipOpStyle style,
                  const DipGraph *graph,
                  GCancellable *cancellable,
                  GError **error)
{
  const DipDeviceInfo *info = dip_device_get_info (device);

  if (!info->has_timestamps ||
      (info->type == DIP_DEVICE_CPU && g_getenv ("DIPTYCH_TUNE") == NULL))
    return TRUE;

  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);

      if (node->op == DIP_OP_CONV2D &&
          !tune_node (device, family, style, graph, node, cancellable, error))
        return FALSE;
    }

  return TRUE;
}
