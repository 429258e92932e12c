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

static DipPipeline *
make_pipeline (DipDevice *device,
               const DipKernel *kernel,
               const guint32 *constants,
               guint n_constants,
               GError **error)
{
  DipPipeline *pipeline = g_new0 (DipPipeline, 1);
  gint64 start = g_get_monotonic_time ();
  gboolean is_built;

  pipeline->kernel = kernel;
  is_built = build (device, pipeline, constants, n_constants, error);
  pipeline->seconds = (g_get_monotonic_time () - start) / 1e6;
  if (is_built)
    return pipeline;

  free_pipeline (device, pipeline);
  return NULL;
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

  pipeline = make_pipeline (self, kernel, constants, n_constants, error);
  if (pipeline == NULL)
    return NULL;
  g_hash_table_insert (self->pipelines, g_steal_pointer (&key), pipeline);
  self->has_new_pipelines = TRUE;

  return pipeline;
}

/* A pipeline that a thread makes. */
typedef struct
{
  const DipKernelVariant *variant;
  char *key;
  DipPipeline *pipeline;
  GError *error;
} Job;

static void
run_job (gpointer data, gpointer device)
{
  Job *job = data;

  job->pipeline = make_pipeline (device, job->variant->kernel, job->variant->constants,
                                 job->variant->n_constants, &job->error);
}

static void
free_job (Job *job)
{
  g_free (job->key);
  g_clear_error (&job->error);
  g_free (job);
}

/* Those that are not there yet, each once. */
static GPtrArray *
list_jobs (DipDevice *self, const DipKernelVariant *variants, guint n_variants)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->pipeline_lock);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) free_job);

  for (guint i = 0; i < n_variants; i++)
    {
      const DipKernelVariant *variant = &variants[i];
      g_autofree char *key =
          make_key (variant->kernel, variant->constants, variant->n_constants);
      Job *job;

      if (g_hash_table_contains (self->pipelines, key) ||
          g_hash_table_contains (seen, key))
        continue;
      job = g_new0 (Job, 1);
      job->variant = variant;
      job->key = g_steal_pointer (&key);
      g_hash_table_add (seen, job->key);
      g_ptr_array_add (jobs, job);
    }

  return jobs;
}

/* Keeps what @job made, unless somebody else made it meanwhile.  Locked. */
static void
keep_pipeline (DipDevice *self, Job *job)
{
  if (job->pipeline == NULL)
    return;
  if (g_hash_table_contains (self->pipelines, job->key))
    {
      free_pipeline (self, job->pipeline);
      return;
    }

  g_hash_table_insert (self->pipelines, g_steal_pointer (&job->key), job->pipeline);
  self->has_new_pipelines = TRUE;
}

gboolean
dip_device_make_pipelines (DipDevice *self,
                           const DipKernelVariant *variants,
                           guint n_variants,
                           GError **error)
{
  g_autoptr (GPtrArray) jobs = list_jobs (self, variants, n_variants);
  g_autoptr (GMutexLocker) locker = NULL;
  GError *first = NULL;
  GThreadPool *threads =
      g_thread_pool_new (run_job, self, g_get_num_processors (), FALSE, NULL);

  for (guint i = 0; i < jobs->len; i++)
    g_thread_pool_push (threads, g_ptr_array_index (jobs, i), NULL);
  g_thread_pool_free (threads, FALSE, TRUE);

  locker = g_mutex_locker_new (&self->pipeline_lock);
  for (guint i = 0; i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);

      keep_pipeline (self, job);
      if (job->error != NULL && first == NULL)
        first = g_steal_pointer (&job->error);
    }
  if (first == NULL)
    return TRUE;

  g_propagate_error (error, first);
  return FALSE;
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
