#include "render/device-private.h"
#include "render/recorder-private.h"

#define SETS_A_POOL 256

gboolean
dip_recorder_check_ranges (DipRecorder *self, const DipDispatch *dispatch)
{
  const DipDeviceInfo *info = &self->device->info;

  for (guint i = 0; i < dispatch->kernel->n_bindings; i++)
    {
      gsize n_bytes = dispatch->operands[i].range.n_bytes;

      if (n_bytes <= info->max_range)
        continue;
      dip_recorder_fail (self, g_error_new (DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE,
                                            "%s: %" G_GSIZE_FORMAT
                                            " bytes are to be bound, and "
                                            "%s can bind %" G_GUINT64_FORMAT " at once",
                                            dispatch->kernel->name, n_bytes, info->name,
                                            info->max_range));
      return FALSE;
    }

  return TRUE;
}

/* One set from the last pool, or from a new one. */
static VkDescriptorSet
take_set (DipRecorder *self, VkDescriptorSetLayout layout)
{
  VkDescriptorPoolSize size = { VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                SETS_A_POOL * DIP_MAX_BINDINGS };
  VkDescriptorPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
    .maxSets = SETS_A_POOL,
    .poolSizeCount = 1,
    .pPoolSizes = &size,
  };
  VkDescriptorSetAllocateInfo allocate = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
    .descriptorSetCount = 1,
    .pSetLayouts = &layout,
  };
  VkDescriptorSet set = VK_NULL_HANDLE;

  if (self->n_sets_left == 0)
    {
      VkDescriptorPool pool;

      if (!dip_recorder_check (
              self, vkCreateDescriptorPool (self->device->handle, &info, NULL, &pool),
              "vkCreateDescriptorPool"))
        return VK_NULL_HANDLE;
      g_array_append_val (self->descriptor_pools, pool);
      self->n_sets_left = SETS_A_POOL;
    }
  self->n_sets_left--;
  allocate.descriptorPool =
      DIP_GET (descriptor_pools, VkDescriptorPool, self->descriptor_pools->len - 1);
  if (!dip_recorder_check (
          self, vkAllocateDescriptorSets (self->device->handle, &allocate, &set),
          "vkAllocateDescriptorSets"))
    return VK_NULL_HANDLE;

  return set;
}

/* An absent range still needs a buffer behind its binding: the first
 * operand's stands in, and the kernel does not read it.
 */
void
dip_recorder_bind (DipRecorder *self,
                   const DipPipeline *pipeline,
                   const DipOperand *operands)
{
  VkDescriptorBufferInfo infos[DIP_MAX_BINDINGS];
  VkWriteDescriptorSet writes[DIP_MAX_BINDINGS];
  guint n = pipeline->kernel->n_bindings;
  VkDescriptorSet set = take_set (self, pipeline->set_layout);

  if (set == VK_NULL_HANDLE)
    return;

  for (guint i = 0; i < n; i++)
    {
      const DipRange *range = &operands[i].range;

      if (range->buffer == NULL)
        range = &operands[0].range;
      infos[i] = (VkDescriptorBufferInfo){ range->buffer->handle, range->offset,
                                           range->n_bytes };
      writes[i] =
          (VkWriteDescriptorSet){ .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
                                  .dstSet = set,
                                  .dstBinding = i,
                                  .descriptorCount = 1,
                                  .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                  .pBufferInfo = &infos[i] };
    }
  vkUpdateDescriptorSets (self->device->handle, n, writes, 0, NULL);
  vkCmdBindDescriptorSets (dip_recorder_get_open (self), VK_PIPELINE_BIND_POINT_COMPUTE,
                           pipeline->layout, 0, 1, &set, 0, NULL);
}
