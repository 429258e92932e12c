#include "render/device-private.h"
#include "render/recorder-private.h"

static gboolean
wait_for (DipRecorder *self, guint i, GError **error)
{
  VkDevice device = self->device->handle;
  VkFence *fence = &self->fences[i % DIP_N_IN_FLIGHT];

  return dip_render_check (vkWaitForFences (device, 1, fence, VK_TRUE, G_MAXUINT64),
                           "vkWaitForFences", error) &&
         dip_render_check (vkResetFences (device, 1, fence), "vkResetFences", error);
}

static gboolean
run_all (DipRecorder *self, GCancellable *cancellable, GError **error)
{
  guint n = self->commands->len;

  for (guint i = 0; i < n; i++)
    {
      if (i >= DIP_N_IN_FLIGHT && !wait_for (self, i, error))
        return FALSE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !dip_device_submit (self->device, &DIP_GET (commands, VkCommandBuffer, i), 1,
                              self->fences[i % DIP_N_IN_FLIGHT], error))
        return FALSE;
    }
  for (guint i = n - MIN (n, DIP_N_IN_FLIGHT); i < n; i++)
    if (!wait_for (self, i, error))
      return FALSE;

  return TRUE;
}

gboolean
dip_recorder_run (DipRecorder *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self->error == NULL && !self->is_open, FALSE);

  if (run_all (self, cancellable, error))
    return TRUE;

  dip_device_settle (self->device);
  vkResetFences (self->device->handle, DIP_N_IN_FLIGHT, self->fences);
  return FALSE;
}

guint
dip_recorder_get_n_submissions (DipRecorder *self)
{
  return self->commands->len;
}

guint
dip_recorder_get_n_dispatches (DipRecorder *self)
{
  return self->n_dispatches;
}

guint
dip_recorder_get_n_barriers (DipRecorder *self)
{
  return self->n_barriers;
}

static guint64
get_tick (DipRecorder *self, guint query)
{
  guint64 tick = 0;

  vkGetQueryPoolResults (self->device->handle,
                         DIP_GET (query_pools, VkQueryPool, query / DIP_QUERIES_A_POOL),
                         query % DIP_QUERIES_A_POOL, 1, sizeof tick, &tick, sizeof tick,
                         VK_QUERY_RESULT_64_BIT);

  return tick;
}

gboolean
dip_recorder_get_seconds (DipRecorder *self, double *seconds, guint n_nodes)
{
  guint bits = self->device->timestamp_bits;
  guint64 mask = bits >= 64 ? G_MAXUINT64 : (G_GUINT64_CONSTANT (1) << bits) - 1;

  if (!self->has_timing)
    return FALSE;

  for (guint i = 0; i < n_nodes; i++)
    seconds[i] = 0.0;
  for (guint i = 0; i < self->spans->len; i++)
    {
      const DipSpan *span = &DIP_GET (spans, DipSpan, i);
      guint64 n_ticks =
          (get_tick (self, span->first + 1) - get_tick (self, span->first)) & mask;

      g_assert (span->node < n_nodes);
      seconds[span->node] += n_ticks * self->device->timestamp_period * 1e-9;
    }

  return TRUE;
}
