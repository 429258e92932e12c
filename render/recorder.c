#include "render/recorder.h"
#include "render/device-private.h"
#include "render/recorder-private.h"

/* Work in one submission.  More wakes watchdogs and delays Stop; less costs a
 * submission (30 us) more often.
 */
#define SECONDS_A_SUBMISSION 0.02

/* What a dispatch costs at least. */
#define SECONDS_A_DISPATCH 2e-5

VkCommandBuffer
dip_recorder_get_open (DipRecorder *self)
{
  return DIP_GET (commands, VkCommandBuffer, self->commands->len - 1);
}

gboolean
dip_recorder_check (DipRecorder *self, VkResult result, const char *what)
{
  return self->error == NULL && dip_render_check (result, what, &self->error);
}

static gboolean
records (DipRecorder *self)
{
  return self->error == NULL && self->survey == NULL;
}

static void
put_barrier (DipRecorder *self)
{
  VkMemoryBarrier barrier = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT |
                     VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
  };
  VkPipelineStageFlags stages =
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;

  vkCmdPipelineBarrier (dip_recorder_get_open (self), stages, stages, 0, 1, &barrier, 0,
                        NULL, 0, NULL);
  g_array_set_size (self->touches, 0);
  self->n_barriers++;
}

/* What the device wrote last becomes visible to the host. */
static void
put_host_barrier (DipRecorder *self)
{
  VkMemoryBarrier barrier = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_HOST_READ_BIT,
  };

  vkCmdPipelineBarrier (dip_recorder_get_open (self), VK_PIPELINE_STAGE_TRANSFER_BIT,
                        VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &barrier, 0, NULL, 0, NULL);
}

static void
close_commands (DipRecorder *self)
{
  if (!self->is_open)
    return;

  self->is_open = FALSE;
  dip_recorder_check (self, vkEndCommandBuffer (dip_recorder_get_open (self)),
                      "vkEndCommandBuffer");
}

/* Later submissions wait for earlier ones by the barrier each begins with. */
static void
open_commands (DipRecorder *self)
{
  VkCommandBufferAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = self->pool,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };
  VkCommandBufferBeginInfo begin = { .sType =
                                         VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO };
  VkCommandBuffer commands;

  if (self->error != NULL ||
      !dip_recorder_check (
          self, vkAllocateCommandBuffers (self->device->handle, &info, &commands),
          "vkAllocateCommandBuffers"))
    return;
  g_array_append_val (self->commands, commands);
  if (!dip_recorder_check (self, vkBeginCommandBuffer (commands, &begin),
                           "vkBeginCommandBuffer"))
    return;

  self->is_open = TRUE;
  self->seconds = 0.0;
  put_barrier (self);
}

/* Starts another submission if this one is full. */
static void
make_room (DipRecorder *self, double seconds)
{
  if (self->seconds > 0.0 && self->seconds + seconds > SECONDS_A_SUBMISSION)
    {
      close_commands (self);
      open_commands (self);
    }
  self->seconds += seconds;
}

static gboolean
meets (const DipTouch *a, const DipTouch *b)
{
  return a->buffer == b->buffer && a->begin < b->end && b->begin < a->end &&
         ((a->access | b->access) & DIP_ACCESS_WRITE);
}

/* A barrier if the operands meet what is in flight; then they are in flight. */
static void
touch (DipRecorder *self, const DipOperand *operands, guint n_operands)
{
  guint n_before = self->touches->len;
  gboolean needs_barrier = FALSE;

  for (guint i = 0; i < n_operands; i++)
    {
      const DipRange *range = &operands[i].range;
      DipTouch mine;

      if (range->buffer == NULL)
        continue;
      mine = (DipTouch){ range->buffer->handle, range->offset,
                         range->offset + range->n_bytes, operands[i].access };
      for (guint j = 0; j < n_before && !needs_barrier; j++)
        needs_barrier = meets (&mine, &DIP_GET (touches, DipTouch, j));
      g_array_append_val (self->touches, mine);
    }
  if (!needs_barrier)
    return;

  put_barrier (self);
  touch (self, operands, n_operands);
}

static void
write_timestamp (DipRecorder *self)
{
  guint i = self->n_queries++;
  VkQueryPool pool;

  if (i % DIP_QUERIES_A_POOL == 0)
    {
      VkQueryPoolCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
        .queryType = VK_QUERY_TYPE_TIMESTAMP,
        .queryCount = DIP_QUERIES_A_POOL,
      };

      if (!dip_recorder_check (
              self, vkCreateQueryPool (self->device->handle, &info, NULL, &pool),
              "vkCreateQueryPool"))
        return;
      g_array_append_val (self->query_pools, pool);
      vkCmdResetQueryPool (dip_recorder_get_open (self), pool, 0, DIP_QUERIES_A_POOL);
    }
  pool = DIP_GET (query_pools, VkQueryPool, self->query_pools->len - 1);
  vkCmdWriteTimestamp (dip_recorder_get_open (self), VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
                       pool, i % DIP_QUERIES_A_POOL);
}

static void
end_span (DipRecorder *self)
{
  if (!self->has_span || self->error != NULL)
    return;

  put_barrier (self);
  write_timestamp (self);
  self->has_span = FALSE;
}

static gboolean
create_objects (DipRecorder *self)
{
  VkDevice device = self->device->handle;
  VkCommandPoolCreateInfo pool = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .queueFamilyIndex = self->device->queue_family,
  };
  VkFenceCreateInfo fence = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO };

  for (guint i = 0; i < DIP_N_IN_FLIGHT; i++)
    if (!dip_recorder_check (self, vkCreateFence (device, &fence, NULL, &self->fences[i]),
                             "vkCreateFence"))
      return FALSE;

  return dip_recorder_check (self, vkCreateCommandPool (device, &pool, NULL, &self->pool),
                             "vkCreateCommandPool");
}

static DipRecorder *
allocate (DipDevice *device)
{
  DipRecorder *self = g_new0 (DipRecorder, 1);

  self->device = dip_device_ref (device);
  self->commands = g_array_new (FALSE, FALSE, sizeof (VkCommandBuffer));
  self->touches = g_array_new (FALSE, FALSE, sizeof (DipTouch));
  self->descriptor_pools = g_array_new (FALSE, FALSE, sizeof (VkDescriptorPool));
  self->query_pools = g_array_new (FALSE, FALSE, sizeof (VkQueryPool));
  self->spans = g_array_new (FALSE, FALSE, sizeof (DipSpan));

  return self;
}

DipRecorder *
dip_recorder_new_survey (DipDevice *device)
{
  DipRecorder *self = allocate (device);

  self->survey = g_array_new (FALSE, FALSE, sizeof (DipKernelVariant));

  return self;
}

DipRecorder *
dip_recorder_new (DipDevice *device, double flops_per_second, gboolean has_timing)
{
  DipRecorder *self = allocate (device);

  self->flops_per_second = flops_per_second;
  self->has_timing = has_timing && device->info.has_timestamps;
  if (create_objects (self))
    open_commands (self);

  return self;
}

void
dip_recorder_free (DipRecorder *self)
{
  VkDevice device;

  if (self == NULL)
    return;

  device = self->device->handle;
  for (guint i = 0; i < self->descriptor_pools->len; i++)
    vkDestroyDescriptorPool (device, DIP_GET (descriptor_pools, VkDescriptorPool, i),
                             NULL);
  for (guint i = 0; i < self->query_pools->len; i++)
    vkDestroyQueryPool (device, DIP_GET (query_pools, VkQueryPool, i), NULL);
  for (guint i = 0; i < DIP_N_IN_FLIGHT; i++)
    vkDestroyFence (device, self->fences[i], NULL);
  vkDestroyCommandPool (device, self->pool, NULL);
  g_array_unref (self->commands);
  g_array_unref (self->touches);
  g_array_unref (self->descriptor_pools);
  g_array_unref (self->query_pools);
  g_array_unref (self->spans);
  g_clear_pointer (&self->survey, g_array_unref);
  g_clear_error (&self->error);
  dip_device_unref (self->device);
  g_free (self);
}

void
dip_recorder_begin_node (DipRecorder *self, guint node, double n_flops)
{
  DipSpan span = { node, 0 };

  if (!records (self))
    return;

  end_span (self);
  self->node_seconds = n_flops / self->flops_per_second;
  if (!self->has_timing)
    return;

  put_barrier (self);
  span.first = self->n_queries;
  write_timestamp (self);
  g_array_append_val (self->spans, span);
  self->has_span = TRUE;
}

void
dip_recorder_dispatch (DipRecorder *self, const DipDispatch *dispatch)
{
  const DipKernel *kernel = dispatch->kernel;
  const DipPipeline *pipeline;

  g_assert (dispatch->n_operands >= kernel->n_bindings);
  for (guint i = 0; i < 3; i++)
    g_assert (dispatch->groups[i] <= 65535);
  if (!dip_recorder_check_ranges (self, dispatch))
    return;
  if (self->survey != NULL)
    dip_recorder_note (self, dispatch);
  if (!records (self))
    return;

  pipeline = dip_device_get_pipeline (self->device, kernel, dispatch->constants,
                                      dispatch->n_constants, &self->error);
  if (pipeline == NULL)
    return;
  make_room (self, SECONDS_A_DISPATCH + dispatch->share * self->node_seconds);
  if (self->error != NULL)
    return;

  touch (self, dispatch->operands, dispatch->n_operands);
  vkCmdBindPipeline (dip_recorder_get_open (self), VK_PIPELINE_BIND_POINT_COMPUTE,
                     pipeline->handle);
  if (kernel->n_bindings > 0)
    dip_recorder_bind (self, pipeline, dispatch->operands);
  vkCmdPushConstants (dip_recorder_get_open (self), pipeline->layout,
                      VK_SHADER_STAGE_COMPUTE_BIT, 0, kernel->n_push_bytes,
                      dispatch->push);
  vkCmdDispatch (dip_recorder_get_open (self), dispatch->groups[0], dispatch->groups[1],
                 dispatch->groups[2]);
  self->n_dispatches++;
}

void
dip_recorder_copy (DipRecorder *self, const DipRange *from, const DipRange *to)
{
  gsize n_bytes = MIN (from->n_bytes, to->n_bytes);
  VkBufferCopy region = { from->offset, to->offset, n_bytes };
  DipOperand operands[] = {
    { { from->buffer, from->offset, n_bytes }, DIP_ACCESS_READ },
    { { to->buffer, to->offset, n_bytes }, DIP_ACCESS_WRITE },
  };

  if (!records (self))
    return;

  make_room (self, SECONDS_A_DISPATCH);
  if (self->error != NULL)
    return;
  touch (self, operands, G_N_ELEMENTS (operands));
  vkCmdCopyBuffer (dip_recorder_get_open (self), from->buffer->handle, to->buffer->handle,
                   1, &region);
}

void
dip_recorder_fill (DipRecorder *self, const DipRange *range, guint32 pattern)
{
  DipOperand operand = { *range, DIP_ACCESS_WRITE };

  if (!records (self))
    return;

  make_room (self, SECONDS_A_DISPATCH);
  if (self->error != NULL)
    return;
  touch (self, &operand, 1);
  vkCmdFillBuffer (dip_recorder_get_open (self), range->buffer->handle, range->offset,
                   range->n_bytes, pattern);
}

void
dip_recorder_fail (DipRecorder *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
}

DipDevice *
dip_recorder_get_device (DipRecorder *self)
{
  return self->device;
}

void
dip_recorder_set_style (DipRecorder *self, guint style)
{
  self->style = style;
}

guint
dip_recorder_get_style (DipRecorder *self)
{
  return self->style;
}

gboolean
dip_recorder_finish (DipRecorder *self, GError **error)
{
  if (self->error == NULL)
    {
      end_span (self);
      put_host_barrier (self);
    }
  close_commands (self);
  if (self->error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}
