#include "render/device-features.h"
#include "render/device-private.h"
#include "render/instance.h"

#include <string.h>
#include <unistd.h>

/* What DESIGN's "any vendor" promises to get by with. */
#define LEAST_SHARED_MEMORY 16384
#define LEAST_INVOCATIONS 128
#define LEAST_PUSH_BYTES 128
#define LEAST_BINDINGS 8

static const char *const type_names[] = {
  [DIP_DEVICE_DISCRETE] = "discrete GPU",
  [DIP_DEVICE_INTEGRATED] = "integrated GPU",
  [DIP_DEVICE_VIRTUAL] = "virtual GPU",
  [DIP_DEVICE_OTHER] = "other",
  [DIP_DEVICE_CPU] = "CPU",
};

static DipDeviceType
translate_type (VkPhysicalDeviceType type)
{
  switch (type)
    {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return DIP_DEVICE_DISCRETE;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return DIP_DEVICE_INTEGRATED;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return DIP_DEVICE_VIRTUAL;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return DIP_DEVICE_CPU;
    default:
      return DIP_DEVICE_OTHER;
    }
}

guint32
dip_device_find_queue_family (VkPhysicalDevice physical, guint *timestamp_bits)
{
  g_autofree VkQueueFamilyProperties *families = NULL;
  guint32 n = 0, best = G_MAXUINT32;

  vkGetPhysicalDeviceQueueFamilyProperties (physical, &n, NULL);
  families = g_new0 (VkQueueFamilyProperties, n + 1);
  vkGetPhysicalDeviceQueueFamilyProperties (physical, &n, families);

  for (guint32 i = 0; i < n; i++)
    {
      if (!(families[i].queueFlags & VK_QUEUE_COMPUTE_BIT))
        continue;
      if (best == G_MAXUINT32 || !(families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT))
        best = i;
      if (!(families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT))
        break;
    }
  *timestamp_bits = best == G_MAXUINT32 ? 0 : families[best].timestampValidBits;

  return best;
}

/* Only what Vulkan 1.2 has: an older device would not know the structs. */
static void
describe_driver (VkPhysicalDevice physical, DipDeviceInfo *info)
{
  VkPhysicalDeviceDriverProperties driver = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES
  };
  VkPhysicalDeviceSubgroupProperties subgroup = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES, .pNext = &driver
  };
  VkPhysicalDeviceMaintenance3Properties maintenance = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES,
    .pNext = &subgroup
  };
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &maintenance
  };
  VkPhysicalDeviceVulkan12Features features12 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES
  };
  VkPhysicalDeviceFeatures2 features = { .sType =
                                             VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
                                         .pNext = &features12 };

  vkGetPhysicalDeviceProperties2 (physical, &properties);
  vkGetPhysicalDeviceFeatures2 (physical, &features);
  g_snprintf (info->driver, sizeof info->driver, "%s %s", driver.driverName,
              driver.driverInfo);
  info->max_allocation = maintenance.maxMemoryAllocationSize;
  info->subgroup_size = subgroup.subgroupSize;
  info->has_addresses = features12.bufferDeviceAddress && features.features.shaderInt64;
}

static guint64
count_device_memory (VkPhysicalDevice physical)
{
  VkPhysicalDeviceMemoryProperties memory;
  guint64 n_bytes = 0;

  vkGetPhysicalDeviceMemoryProperties (physical, &memory);
  for (guint i = 0; i < memory.memoryHeapCount; i++)
    if (memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
      n_bytes += memory.memoryHeaps[i].size;

  return n_bytes;
}

static void
find_what_is_missing (const VkPhysicalDeviceProperties *properties,
                      guint32 queue_family,
                      DipDeviceInfo *info)
{
  const VkPhysicalDeviceLimits *limits = &properties->limits;
  gsize size = sizeof info->missing;

  if (properties->apiVersion < VK_API_VERSION_1_2)
    g_snprintf (info->missing, size, "Vulkan 1.2 (it has %u.%u)",
                VK_API_VERSION_MAJOR (properties->apiVersion),
                VK_API_VERSION_MINOR (properties->apiVersion));
  else if (queue_family == G_MAXUINT32)
    g_snprintf (info->missing, size, "a compute queue");
  else if (limits->maxComputeSharedMemorySize < LEAST_SHARED_MEMORY)
    g_snprintf (info->missing, size, "%u bytes of shared memory (it has %u)",
                LEAST_SHARED_MEMORY, limits->maxComputeSharedMemorySize);
  else if (limits->maxComputeWorkGroupInvocations < LEAST_INVOCATIONS)
    g_snprintf (info->missing, size, "%u invocations a workgroup (it has %u)",
                LEAST_INVOCATIONS, limits->maxComputeWorkGroupInvocations);
  else if (limits->maxPushConstantsSize < LEAST_PUSH_BYTES)
    g_snprintf (info->missing, size, "%u bytes of push constants (it has %u)",
                LEAST_PUSH_BYTES, limits->maxPushConstantsSize);
  else if (limits->maxPerStageDescriptorStorageBuffers < LEAST_BINDINGS)
    g_snprintf (info->missing, size, "%u storage buffers a shader (it has %u)",
                LEAST_BINDINGS, limits->maxPerStageDescriptorStorageBuffers);
}

static void
describe (VkPhysicalDevice physical, guint index, DipDeviceInfo *info)
{
  VkPhysicalDeviceProperties properties;
  guint timestamp_bits;
  guint32 queue_family = dip_device_find_queue_family (physical, &timestamp_bits);

  vkGetPhysicalDeviceProperties (physical, &properties);
  info->index = index;
  g_strlcpy (info->name, properties.deviceName, sizeof info->name);
  info->type = translate_type (properties.deviceType);
  info->driver_version = properties.driverVersion;
  info->api_version = properties.apiVersion;
  memcpy (info->uuid, properties.pipelineCacheUUID, sizeof info->uuid);
  info->memory = count_device_memory (physical);
  /* llvmpipe names a heap of 2 GB and takes what the machine has. */
  if (info->type == DIP_DEVICE_CPU)
    info->memory = (guint64) sysconf (_SC_PHYS_PAGES) * sysconf (_SC_PAGESIZE);
  info->max_range = properties.limits.maxStorageBufferRange;
  info->shared_memory = properties.limits.maxComputeSharedMemorySize;
  info->max_invocations = MIN (properties.limits.maxComputeWorkGroupInvocations,
                               properties.limits.maxComputeWorkGroupSize[0]);
  info->has_timestamps = timestamp_bits > 0 && properties.limits.timestampPeriod > 0.0f;
  if (properties.apiVersion >= VK_API_VERSION_1_2)
    {
      describe_driver (physical, info);
      dip_device_features_find (physical, info);
    }
  find_what_is_missing (&properties, queue_family, info);
}

VkPhysicalDevice *
dip_device_list_physical (guint *n_devices, GError **error)
{
  g_autofree VkPhysicalDevice *devices = NULL;
  guint32 n = 0;

  if (!dip_render_check (vkEnumeratePhysicalDevices (dip_instance_get (), &n, NULL),
                         "vkEnumeratePhysicalDevices", error))
    return NULL;

  devices = g_new0 (VkPhysicalDevice, n + 1);
  if (n > 0 &&
      !dip_render_check (vkEnumeratePhysicalDevices (dip_instance_get (), &n, devices),
                         "vkEnumeratePhysicalDevices", error))
    return NULL;
  if (n == 0)
    {
      g_set_error_literal (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_DEVICE,
                           "The Vulkan drivers on this machine have no device");
      return NULL;
    }
  *n_devices = n;

  return g_steal_pointer (&devices);
}

DipDeviceInfo *
dip_device_describe_all (const VkPhysicalDevice *devices, guint n_devices)
{
  DipDeviceInfo *infos = g_new0 (DipDeviceInfo, n_devices);

  for (guint i = 0; i < n_devices; i++)
    describe (devices[i], i, &infos[i]);

  return infos;
}

static gboolean
contains (const char *name, const char *part)
{
  g_autofree char *a = g_utf8_casefold (name, -1);
  g_autofree char *b = g_utf8_casefold (part, -1);

  return strstr (a, b) != NULL;
}

static gboolean
is_selected (const DipDeviceInfo *info, const char *selector)
{
  guint64 index;

  if (g_ascii_string_to_unsigned (selector, 10, 0, G_MAXUINT, &index, NULL))
    return info->index == index;
  if (g_ascii_strcasecmp (selector, "cpu") == 0)
    return info->type == DIP_DEVICE_CPU;

  return contains (info->name, selector);
}

static const DipDeviceInfo *
choose_selected (const DipDeviceInfo *infos,
                 guint n_infos,
                 const char *selector,
                 GError **error)
{
  for (guint i = 0; i < n_infos; i++)
    {
      if (!is_selected (&infos[i], selector))
        continue;
      if (infos[i].missing[0] == '\0')
        return &infos[i];
      g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_UNSUITABLE,
                   "device %u, %s, lacks %s", infos[i].index, infos[i].name,
                   infos[i].missing);
      return NULL;
    }

  g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_DEVICE,
               "no Vulkan device is '%s': there are %u, see 'diptych-cli devices'",
               selector, n_infos);
  return NULL;
}

static const DipDeviceInfo *
choose_best (const DipDeviceInfo *infos, guint n_infos, guint avoid, GError **error)
{
  const DipDeviceInfo *best = NULL;

  for (guint i = 0; i < n_infos; i++)
    if (infos[i].index != avoid && infos[i].missing[0] == '\0' &&
        (best == NULL || infos[i].type < best->type))
      best = &infos[i];
  if (best != NULL)
    return best;

  if (avoid == G_MAXUINT && n_infos > 0)
    g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_UNSUITABLE,
                 "no Vulkan device can be used: device %u, %s, lacks %s", infos[0].index,
                 infos[0].name, infos[0].missing);
  else
    g_set_error_literal (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_DEVICE,
                         "there is no other Vulkan device");
  return NULL;
}

const char *
dip_device_type_get_name (DipDeviceType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (type_names), NULL);

  return type_names[type];
}

DipDeviceInfo *
dip_device_list (guint *n_devices, GError **error)
{
  g_autofree VkPhysicalDevice *devices = NULL;
  DipDeviceInfo *infos = NULL;

  if (!dip_instance_take (error))
    return NULL;
  devices = dip_device_list_physical (n_devices, error);
  if (devices != NULL)
    infos = dip_device_describe_all (devices, *n_devices);
  dip_instance_give_back ();

  return infos;
}

const DipDeviceInfo *
dip_device_choose (const DipDeviceInfo *infos,
                   guint n_infos,
                   const char *selector,
                   guint avoid,
                   GError **error)
{
  if (selector != NULL)
    return choose_selected (infos, n_infos, selector, error);

  return choose_best (infos, n_infos, avoid, error);
}
