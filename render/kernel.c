#include "render/kernel.h"
#include "render/device-private.h"

#include <string.h>

/* Everything a pipeline depends on, in a string. */
static char *
make_key (const DipKernel *kernel, const guint32 *constants, guint n_constants)
{
  g_autoptr (GString) key = g_string_new (NULL);

  g_string_printf (key, "%s %p", kernel->name, (const void *) kernel->code);
  for (guint i = 0; i < n_constants; i++)
    g_string_append_printf (key, " %x", constants[i]);

  return g_string_free (g_steal_pointer (&key), FALSE);
}

static void
free_pipeline (DipDevice *device, DipPipeline *pipeline)
{
  vkDestroyPipeline (device->handle, pipeline->handle, NULL);
  vkDestroyPipelineLayout (device->handle, pipeline->layout, NULL);
  vkDestroyDescriptorSetLayout (device->handle, pipeline->set_layout, NULL);
  g_free (pipeline);
}

static gboolean
create_layouts (DipDevice *device, DipPipeline *pipeline, GError **error)
{
  const DipKernel *kernel = pipeline->kernel;
  VkDescriptorSetLayoutBinding bindings[DIP_MAX_BINDINGS];
  VkDescriptorSetLayoutCreateInfo set = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
    .bindingCount = kernel->n_bindings,
    .pBindings = bindings,
  };
  VkPushConstantRange push = { VK_SHADER_STAGE_COMPUTE_BIT, 0, kernel->n_push_bytes };
  VkPipelineLayoutCreateInfo layout = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
    .setLayoutCount = kernel->n_bindings > 0 ? 1 : 0,
    .pSetLayouts = &pipeline->set_layout,
    .pushConstantRangeCount = 1,
    .pPushConstantRanges = &push,
  };

  for (guint i = 0; i < kernel->n_bindings; i++)
    bindings[i] =
        (VkDescriptorSetLayoutBinding){ .binding = i,
                                        .descriptorType =
                                            VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                        .descriptorCount = 1,
                                        .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT };
  if (kernel->n_bindings > 0 &&
      !dip_render_check (
          vkCreateDescriptorSetLayout (device->handle, &set, NULL, &pipeline->set_layout),
          "vkCreateDescriptorSetLayout", error))
    return FALSE;

  return dip_render_check (
      vkCreatePipelineLayout (device->handle, &layout, NULL, &pipeline->layout),
      "vkCreatePipelineLayout", error);
}

static gboolean
create_pipeline (DipDevice *device,
                 DipPipeline *pipeline,
                 VkShaderModule module,
                 const guint32 *constants,
                 guint n_constants,
                 GError **error)
{
  VkSpecializationMapEntry entries[DIP_MAX_CONSTANTS];
  VkSpecializationInfo specialization = {
    .mapEntryCount = n_constants,
    .pMapEntries = entries,
    .dataSize = n_constants * sizeof *constants,
    .pData = constants,
  };
  VkPipelineShaderStageRequiredSubgroupSizeCreateInfoEXT subgroups = {
    .sType =
        VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO_EXT,
    .requiredSubgroupSize = device->info.subgroup_size,
  };
  VkComputePipelineCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
    .stage = { .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
               .stage = VK_SHADER_STAGE_COMPUTE_BIT,
               .module = module,
               .pName = "main",
               .pSpecializationInfo = &specialization },
    .layout = pipeline->layout,
  };

  if (pipeline->kernel->has_full_subgroups)
    {
      info.stage.flags = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT_EXT;
      info.stage.pNext = &subgroups;
    }
  for (guint i = 0; i < n_constants; i++)
    entries[i] =
        (VkSpecializationMapEntry){ i, i * sizeof *constants, sizeof *constants };

  return dip_render_check (vkCreateComputePipelines (device->handle, device->cache, 1,
                                                     &info, NULL, &pipeline->handle),
                           pipeline->kernel->name, error);
}

static gboolean
build (DipDevice *device,
       DipPipeline *pipeline,
       const guint32 *constants,
       guint n_constants,
       GError **error)
{
  VkShaderModuleCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
    .codeSize = pipeline->kernel->n_code_bytes,
    .pCode = pipeline->kernel->code,
  };
  VkShaderModule module;
  gboolean is_built;

  if (!create_layouts (device, pipeline, error) ||
      !dip_render_check (vkCreateShaderModule (device->handle, &info, NULL, &module),
                         pipeline->kernel->name, error))
    return FALSE;
  is_built = create_pipeline (device, pipeline, module, constants, n_constants, error);
  vkDestroyShaderModule (device->handle, module, NULL);

  return is_built;
}

const DipPipeline *
dip_device_get_pipeline (DipDevice *self,
                         const DipKernel *kernel,
                         const guint32 *constants,
                         guint n_constants,
                         GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->pipeline_lock);
  g_autofree char *key = make_key (kernel, constants, n_constants);
  DipPipeline *pipeline = g_hash_table_lookup (self->pipelines, key);

  g_return_val_if_fail (kernel->n_bindings <= DIP_MAX_BINDINGS, NULL);
  g_return_val_if_fail (n_constants <= DIP_MAX_CONSTANTS, NULL);
  g_return_val_if_fail (kernel->n_push_bytes > 0 && kernel->n_push_bytes <= 128, NULL);

  if (pipeline != NULL)
    return pipeline;

  pipeline = g_new0 (DipPipeline, 1);
  pipeline->kernel = kernel;
  if (!build (self, pipeline, constants, n_constants, error))
    {
      free_pipeline (self, pipeline);
      return NULL;
    }
  g_hash_table_insert (self->pipelines, g_steal_pointer (&key), pipeline);
  self->has_new_pipelines = TRUE;

  return pipeline;
}

void
dip_device_drop_pipelines (DipDevice *self)
{
  GHashTableIter iter;
  gpointer key, pipeline;

  g_hash_table_iter_init (&iter, self->pipelines);
  while (g_hash_table_iter_next (&iter, &key, &pipeline))
    {
      free_pipeline (self, pipeline);
      g_free (key);
    }
  g_clear_pointer (&self->pipelines, g_hash_table_unref);
  vkDestroyPipelineCache (self->handle, self->cache, NULL);
}
