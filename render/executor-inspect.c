#include "render/executor-private.h"

#include <string.h>

static gboolean
ensure_transfer (DipExecutor *self, GError **error)
{
  if (self->transfer == NULL)
    self->transfer = dip_transfer_new (self->device, error);

  return self->transfer != NULL;
}

gboolean
dip_executor_repeat (DipExecutor *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self->recorder != NULL, FALSE);

  return dip_recorder_run (self->recorder, cancellable, error);
}

gboolean
dip_executor_read_value (DipExecutor *self, DipValueId value, float *nchw, GError **error)
{
  DipRange range = dip_executor_get_range (self, value);
  g_autofree guint8 *bytes = NULL;

  g_return_val_if_fail (self->flags & DIP_EXECUTOR_KEEP_ALL, FALSE);

  bytes = g_malloc (range.n_bytes);
  if (!ensure_transfer (self, error) ||
      !dip_transfer_download (self->transfer, &range, bytes, error))
    return FALSE;
  self->layout.family->unpack_value (&dip_graph_get_value (self->graph, value)->shape,
                                     bytes, nchw);

  return TRUE;
}

gboolean
dip_executor_paint (DipExecutor *self, guint32 pattern, GError **error)
{
  if (!ensure_transfer (self, error))
    return FALSE;

  for (guint i = 0; i < self->blocks->len; i++)
    {
      DipBuffer *block = g_ptr_array_index (self->blocks, i);

      if (!dip_transfer_fill (self->transfer, &(DipRange){ block, 0, block->n_bytes },
                              pattern, error))
        return FALSE;
    }
  if (self->scratch == NULL)
    return TRUE;

  return dip_transfer_fill (self->transfer,
                            &(DipRange){ self->scratch, 0, self->scratch->n_bytes },
                            pattern, error);
}

/* Of the value's padding, which its family leaves alone, and its guard. */
static gsize
count_stray_words (DipExecutor *self,
                   DipValueId value,
                   const guint32 *words,
                   gsize n_words,
                   guint32 pattern)
{
  const DipFamily *family = self->layout.family;
  const DipShape *shape = &dip_graph_get_value (self->graph, value)->shape;
  gsize n_value = family->value_size (shape) / sizeof *words;
  gboolean is_packed =
      dip_family_is_on_host (dip_graph_get_node (self->graph, value)->op);
  gsize n_stray = 0;

  for (gsize i = 0; i < n_words; i++)
    {
      gboolean is_spare = i >= n_value || (!is_packed && family->is_padding != NULL &&
                                           family->is_padding (shape, i));

      n_stray += is_spare && words[i] != pattern;
    }

  return n_stray;
}

gboolean
dip_executor_count_stray (DipExecutor *self,
                          guint32 pattern,
                          gsize *n_bytes,
                          GError **error)
{
  g_return_val_if_fail (self->flags & DIP_EXECUTOR_KEEP_ALL, FALSE);

  *n_bytes = 0;
  if (!ensure_transfer (self, error))
    return FALSE;
  for (guint i = 0; i < dip_graph_get_n_values (self->graph); i++)
    {
      DipRange range = dip_executor_get_range (self, i);
      g_autofree guint32 *words = NULL;

      range.n_bytes += DIP_GUARD_BYTES;
      words = g_malloc (range.n_bytes);
      if (!dip_transfer_download (self->transfer, &range, words, error))
        return FALSE;
      *n_bytes +=
          sizeof *words *
          count_stray_words (self, i, words, range.n_bytes / sizeof *words, pattern);
    }

  return TRUE;
}

gboolean
dip_executor_get_seconds (DipExecutor *self, double *seconds)
{
  if (self->recorder == NULL)
    {
      memcpy (seconds, self->seconds,
              dip_graph_get_n_nodes (self->graph) * sizeof *seconds);
      return TRUE;
    }

  return dip_recorder_get_seconds (self->recorder, seconds,
                                   dip_graph_get_n_nodes (self->graph));
}

void
dip_executor_get_memory (DipExecutor *self, DipExecutorMemory *memory)
{
  const DipProgramLayout *layout = &self->layout;

  if (self->recorder == NULL)
    {
      *memory = (DipExecutorMemory){ 0 };
      return;
    }
  *memory = (DipExecutorMemory){ .arena = dip_plan_get_arena_size (layout->plan),
                                 .weights = layout->n_weights,
                                 .scratch = layout->n_scratch,
                                 .staging = layout->n_up + layout->n_down };
  memory->planned = memory->arena + memory->weights + memory->scratch + memory->staging;
  memory->allocated = dip_weights_get_allocated (self->weights) + self->up->n_allocated +
                      self->down->n_allocated;
  if (self->scratch != NULL)
    memory->allocated += self->scratch->n_allocated;
  for (guint i = 0; i < self->blocks->len; i++)
    memory->allocated += ((DipBuffer *) g_ptr_array_index (self->blocks, i))->n_allocated;
}

guint
dip_executor_get_n_dispatches (DipExecutor *self)
{
  return self->recorder != NULL ? dip_recorder_get_n_dispatches (self->recorder) : 0;
}
