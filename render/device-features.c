#include "render/device-features.h"
#include "render/instance.h"
#include "render/matrix-private.h"

#include <string.h>

/* The structs that are asked what there is, and say what to turn on. */
typedef struct
{
  VkPhysicalDeviceFeatures2 base;
  VkPhysicalDeviceVulkan11Features v11;
  VkPhysicalDeviceVulkan12Features v12;
  VkPhysicalDeviceSubgroupSizeControlFeaturesEXT size_control;
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix;
} Features;

/* Chained, those of extensions only where the device has them. */
static void
init_features (Features *self, gboolean has_size_control, gboolean has_matrix)
{
  void **end = &self->v12.pNext;

  memset (self, 0, sizeof *self);
  self->base.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  self->base.pNext = &self->v11;
  self->v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES;
  self->v11.pNext = &self->v12;
  self->v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
  self->size_control.sType =
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT;
  self->matrix.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
  if (has_size_control)
    {
      *end = &self->size_control;
      end = &self->size_control.pNext;
    }
  if (has_matrix)
    *end = &self->matrix;
}

static gboolean
has_extension (VkPhysicalDevice physical, const char *name)
{
  g_autofree VkExtensionProperties *list = NULL;
  guint32 n = 0;

  vkEnumerateDeviceExtensionProperties (physical, NULL, &n, NULL);
  list = g_new0 (VkExtensionProperties, n + 1);
  if (vkEnumerateDeviceExtensionProperties (physical, NULL, &n, list) < 0)
    return FALSE;

  for (guint32 i = 0; i < n; i++)
    if (g_str_equal (list[i].extensionName, name))
      return TRUE;

  return FALSE;
}

/* Half precision in, float32 out, one subgroup, and sizes that conv-matrix.comp's tiles
 * are made of.
 */
static gboolean
is_usable (const VkCooperativeMatrixPropertiesKHR *p)
{
  return p->AType == VK_COMPONENT_TYPE_FLOAT16_KHR &&
         p->BType == VK_COMPONENT_TYPE_FLOAT16_KHR &&
         p->CType == VK_COMPONENT_TYPE_FLOAT32_KHR &&
         p->ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR &&
         p->scope == VK_SCOPE_SUBGROUP_KHR && !p->saturatingAccumulation &&
         32 % p->MSize == 0 && 32 % p->NSize == 0 && 32 % p->KSize == 0 &&
         p->NSize % 8 == 0 && p->KSize % 8 == 0;
}

/* The largest product at once. */
static void
find_matrix_size (VkPhysicalDevice physical, guint32 size[3])
{
  PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR get =
      (PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR) vkGetInstanceProcAddr (
          dip_instance_get (), "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
  g_autofree VkCooperativeMatrixPropertiesKHR *list = NULL;
  guint32 n = 0, most = 0;

  if (get == NULL || get (physical, &n, NULL) != VK_SUCCESS)
    return;
  list = g_new0 (VkCooperativeMatrixPropertiesKHR, n + 1);
  for (guint32 i = 0; i < n; i++)
    list[i].sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
  if (get (physical, &n, list) < 0)
    return;

  for (guint32 i = 0; i < n; i++)
    {
      guint32 product = list[i].MSize * list[i].NSize * list[i].KSize;

      if (!is_usable (&list[i]) || product <= most)
        continue;
      most = product;
      size[0] = list[i].MSize;
      size[1] = list[i].NSize;
      size[2] = list[i].KSize;
    }
}

void
dip_device_features_find (VkPhysicalDevice physical, DipDeviceInfo *info)
{
  gboolean has_size_control =
      has_extension (physical, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
  gboolean has_matrix =
      has_extension (physical, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
  Features has;

  init_features (&has, has_size_control, has_matrix);
  vkGetPhysicalDeviceFeatures2 (physical, &has.base);
  info->has_half_storage = has.v11.storageBuffer16BitAccess;
  if (has.v11.storageBuffer16BitAccess && has.v12.shaderFloat16 &&
      has.v12.vulkanMemoryModel && has.size_control.subgroupSizeControl &&
      has.size_control.computeFullSubgroups && has.matrix.cooperativeMatrix)
    find_matrix_size (physical, info->matrix_size);
}

VkResult
dip_device_features_create (VkPhysicalDevice physical,
                            const DipDeviceInfo *info,
                            guint32 queue_family,
                            VkDevice *device)
{
  static const char *const extensions[] = {
    VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME,
    VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME,
  };
  gboolean has_matrix = info->matrix_size[0] > 0;
  float priority = 1.0f;
  VkDeviceQueueCreateInfo queue = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
    .queueFamilyIndex = queue_family,
    .queueCount = 1,
    .pQueuePriorities = &priority,
  };
  VkDeviceCreateInfo create = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
    .queueCreateInfoCount = 1,
    .pQueueCreateInfos = &queue,
    .enabledExtensionCount = has_matrix ? G_N_ELEMENTS (extensions) : 0,
    .ppEnabledExtensionNames = extensions,
  };
  Features has, use;

  init_features (&has, FALSE, FALSE);
  vkGetPhysicalDeviceFeatures2 (physical, &has.base);
  init_features (&use, has_matrix, has_matrix);
  use.base.features.shaderInt64 = has.base.features.shaderInt64;
  use.v11.storageBuffer16BitAccess = has.v11.storageBuffer16BitAccess;
  use.v12.bufferDeviceAddress = has.v12.bufferDeviceAddress;
  use.v12.scalarBlockLayout = has.v12.scalarBlockLayout;
  if (has_matrix)
    {
      use.v12.shaderFloat16 = VK_TRUE;
      use.v12.vulkanMemoryModel = VK_TRUE;
      use.size_control.subgroupSizeControl = VK_TRUE;
      use.size_control.computeFullSubgroups = VK_TRUE;
      use.matrix.cooperativeMatrix = VK_TRUE;
    }
  create.pNext = &use.base;

  return vkCreateDevice (physical, &create, NULL, device);
}
