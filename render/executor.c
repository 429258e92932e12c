#include "render/executor.h"
#include "render/executor-private.h"

#include "model/graph/count.h"

#include <malloc.h>

DipRange
dip_executor_get_range (DipExecutor *self, DipValueId value)
{
  const DipShape *shape = &dip_graph_get_value (self->graph, value)->shape;
  gsize offset = dip_plan_get_offset (self->layout.plan, value);

  return (DipRange){
    g_ptr_array_index (self->blocks, offset / self->layout.block_bytes),
    offset % self->layout.block_bytes,
    self->layout.family->value_size (shape),
  };
}

static gboolean
allocate_arena (DipExecutor *self, GError **error)
{
  gsize n_bytes = MAX (dip_plan_get_arena_size (self->layout.plan), DIP_ALIGNMENT);

  for (gsize begin = 0; begin < n_bytes; begin += self->layout.block_bytes)
    {
      DipBuffer *block = dip_buffer_new (self->device, DIP_BUFFER_DEVICE,
                                         MIN (self->layout.block_bytes, n_bytes - begin),
                                         "activations", error);

      if (block == NULL)
        return FALSE;
      g_ptr_array_add (self->blocks, block);
    }

  return TRUE;
}

static gboolean
allocate (DipExecutor *self, GError **error)
{
  DipProgramLayout *layout = &self->layout;

  if (!allocate_arena (self, error))
    return FALSE;
  if (layout->n_scratch > 0)
    {
      self->scratch = dip_buffer_new (self->device, DIP_BUFFER_DEVICE, layout->n_scratch,
                                      "scratch", error);
      if (self->scratch == NULL)
        return FALSE;
    }
  self->up = dip_buffer_new (self->device, DIP_BUFFER_UPLOAD,
                             MAX (layout->n_up, DIP_ALIGNMENT), "inputs", error);
  if (self->up == NULL)
    return FALSE;
  self->down = dip_buffer_new (self->device, DIP_BUFFER_READBACK, layout->n_down,
                               "the output", error);

  return self->down != NULL;
}

static DipRange
get_range_or_none (DipExecutor *self, DipValueId value)
{
  return value == DIP_NO_VALUE ? (DipRange){ 0 } : dip_executor_get_range (self, value);
}

static DipRange
get_up_range (DipExecutor *self, DipValueId value)
{
  const DipShape *shape = &dip_graph_get_value (self->graph, value)->shape;

  return (DipRange){ self->up, self->up_offsets[value],
                     self->layout.family->value_size (shape) };
}

static void
record_node (DipExecutor *self, guint i)
{
  const DipNode *node = dip_graph_get_node (self->graph, i);
  DipNodeSite site = {
    .graph = self->graph,
    .node = node,
    .output = dip_executor_get_range (self, node->output),
    .x = get_range_or_none (self, node->x),
    .y = get_range_or_none (self, node->y),
    .z = get_range_or_none (self, node->z),
    .channel_bias = get_range_or_none (self, node->channel_bias),
    .residual = get_range_or_none (self, node->residual),
  };
  DipCount count;

  dip_weights_get_packs (self->weights, self->graph, node, site.packs);
  if (self->scratch != NULL)
    site.scratch = (DipRange){ self->scratch, 0, self->scratch->n_bytes };
  dip_graph_count_node (self->graph, node, &count);
  dip_recorder_begin_node (self->recorder, i, count.n_flops);
  self->layout.family->record (self->recorder, &site);
}

/* What the host makes is copied where its life in the arena begins: before,
 * the bytes may be another value's.
 */
static void
record_host_value (DipExecutor *self, DipValueId value)
{
  DipRange from = get_up_range (self, value);
  DipRange to = dip_executor_get_range (self, value);

  dip_recorder_copy (self->recorder, &from, &to);
}

static void
record_all (DipExecutor *self)
{
  guint n = dip_graph_get_n_nodes (self->graph);
  DipRange output = dip_executor_get_range (self, dip_graph_get_output (self->graph));
  DipRange down = { self->down, 0, self->down->n_bytes };

  for (guint i = 0; i < n; i++)
    if (dip_graph_get_node (self->graph, i)->op == DIP_OP_INPUT &&
        self->layout.is_placed[i])
      record_host_value (self, dip_graph_get_node (self->graph, i)->output);
  for (guint i = 0; i < n; i++)
    {
      const DipNode *node = dip_graph_get_node (self->graph, i);

      if (!dip_executor_gives (node))
        record_node (self, i);
      else if (node->op != DIP_OP_INPUT && self->layout.is_placed[i])
        record_host_value (self, node->output);
    }
  dip_recorder_copy (self->recorder, &output, &down);
}

typedef struct
{
  DipRecorder *survey;
  GCancellable *cancellable;
} Compilation;

/* Returns the error, if there is one. */
static gpointer
compile_cb (gpointer data)
{
  const Compilation *self = data;
  GError *error = NULL;

  dip_recorder_compile (self->survey, self->cancellable, &error);

  return error;
}

/* Compiles, on all processors, what the recording then finds, while the weights are
 * packed and uploaded.
 */
static gboolean
load_and_compile (DipExecutor *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (DipRecorder) survey = NULL;
  g_autoptr (GError) fault = NULL;
  Compilation compilation;
  gboolean is_loaded;
  GThread *thread;

  if (!dip_weights_reserve (self->weights, self->graph, error))
    return FALSE;

  self->recorder = survey = dip_recorder_new_survey (self->device);
  record_all (self);
  self->recorder = NULL;
  compilation = (Compilation){ survey, cancellable };
  thread = g_thread_new ("compile", compile_cb, &compilation);
  is_loaded = dip_weights_load (self->weights, self->graph, cancellable, error);
  fault = g_thread_join (thread);
  if (!is_loaded || fault == NULL)
    return is_loaded;

  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}

static gboolean
record (DipExecutor *self, GError **error)
{
  const DipDeviceInfo *info = dip_device_get_info (self->device);

  self->recorder =
      dip_recorder_new (self->device, self->layout.family->estimate_rate (info),
                        (self->flags & DIP_EXECUTOR_TIMING) != 0);
  record_all (self);

  return dip_recorder_finish (self->recorder, error);
}

/* A host node needs its inputs on the host. */
static gboolean
check_host_nodes (const DipGraph *graph, GError **error)
{
  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);

      if (node->op == DIP_OP_INPUT || !dip_family_is_on_host (node->op))
        continue;
      if (dip_graph_get_node (graph, node->x)->op == DIP_OP_INPUT)
        continue;
      g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_FAILED,
                   "%s: its input is not an input of the network", node->name);
      return FALSE;
    }

  return TRUE;
}

static void
place_host_values (DipExecutor *self)
{
  guint n = dip_graph_get_n_nodes (self->graph);
  gsize offset = 0;

  self->up_offsets = g_new0 (gsize, n);
  self->host = g_new0 (float *, n);
  for (guint i = 0; i < n; i++)
    {
      const DipNode *node = dip_graph_get_node (self->graph, i);
      const DipShape *shape = &dip_graph_get_value (self->graph, node->output)->shape;

      if (!dip_executor_gives (node) || !self->layout.is_placed[i])
        continue;
      self->up_offsets[node->output] = offset;
      offset += self->layout.family->value_size (shape);
      if (node->op != DIP_OP_INPUT)
        self->host[node->output] = g_new0 (float, dip_shape_get_n_elements (shape));
    }
}

/* Gives back what compiling left free between blocks that stay: whoever compiled keeps an
 * arena of it for each thread.
 */
static void
trim_heap (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

DipExecutor *
dip_executor_new (DipDevice *device,
                  DipGraph *graph,
                  DipWeights *weights,
                  DipExecutorFlags flags,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (DipExecutor) self = g_new0 (DipExecutor, 1);
  const DipDeviceInfo *info = dip_device_get_info (device);
  const DipFamily *family;

  g_return_val_if_fail (dip_graph_get_output (graph) != DIP_NO_VALUE, NULL);

  self->device = dip_device_ref (device);
  self->graph = dip_graph_ref (graph);
  self->flags = flags;
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) dip_buffer_free);
  family = weights != NULL ? dip_weights_get_family (weights) : dip_family_choose (info);
  if (!check_host_nodes (graph, error) ||
      !dip_program_layout_init (&self->layout, family, info, graph,
                                (flags & DIP_EXECUTOR_KEEP_ALL) != 0, error))
    return NULL;

  self->weights =
      weights != NULL ? dip_weights_ref (weights) : dip_weights_new (device, family);
  dip_executor_hold_host_data (self, TRUE);
  if (family->most_macs_on_host > 0 && !(flags & DIP_EXECUTOR_KEEP_ALL))
    {
      self->seconds = g_new0 (double, dip_graph_get_n_nodes (graph));
      return g_steal_pointer (&self);
    }
  self->conditions = dip_conditions_new (
      device, graph, self->weights,
      dip_graph_get_value (graph, dip_graph_get_output (graph))->shape.batch);
  g_return_val_if_fail (self->conditions == NULL || !(flags & DIP_EXECUTOR_KEEP_ALL),
                        NULL);
  place_host_values (self);
  if (family->tune != NULL && !(flags & DIP_EXECUTOR_UNTUNED) &&
      !family->tune (device, graph, cancellable, error))
    return NULL;
  if (!allocate (self, error) || !load_and_compile (self, cancellable, error) ||
      !record (self, error))
    return NULL;
  trim_heap ();

  return g_steal_pointer (&self);
}

void
dip_executor_free (DipExecutor *self)
{
  if (self == NULL)
    return;

  dip_executor_hold_host_data (self, FALSE);
  dip_recorder_free (self->recorder);
  dip_conditions_free (self->conditions);
  g_free (self->seconds);
  dip_transfer_free (self->transfer);
  g_ptr_array_unref (self->blocks);
  dip_buffer_free (self->scratch);
  dip_buffer_free (self->up);
  dip_buffer_free (self->down);
  dip_weights_unref (self->weights);
  dip_program_layout_clear (&self->layout);
  for (guint i = 0; self->host != NULL && i < dip_graph_get_n_values (self->graph); i++)
    g_free (self->host[i]);
  g_free (self->host);
  g_free (self->up_offsets);
  dip_graph_unref (self->graph);
  dip_device_unref (self->device);
  g_free (self);
}

gboolean
dip_executor_run (DipExecutor *self,
                  const float *const inputs[DIP_N_GRAPH_INPUTS],
                  float *output,
                  GCancellable *cancellable,
                  GError **error)
{
  DipValueId value = dip_graph_get_output (self->graph);

  if (self->recorder == NULL)
    return dip_executor_run_on_host (self, inputs, output, cancellable, error);

  if (!dip_executor_prepare (self, inputs, cancellable, error) ||
      !dip_recorder_run (self->recorder, cancellable, error))
    return FALSE;
  if (!self->has_run)
    trim_heap (); /* some drivers compile at the first dispatch */
  self->has_run = TRUE;

  self->layout.family->unpack_value (&dip_graph_get_value (self->graph, value)->shape,
                                     self->down->map, output);

  return TRUE;
}

DipGraph *
dip_executor_get_graph (DipExecutor *self)
{
  return self->graph;
}

DipDevice *
dip_executor_get_device (DipExecutor *self)
{
  return self->device;
}

const char *
dip_executor_get_kernels (DipExecutor *self)
{
  return self->layout.family->name;
}
