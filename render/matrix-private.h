#pragma once

#include <volk.h>

/* VK_KHR_cooperative_matrix as the Vulkan registry has it, for headers that are older
 * than the extension (1.3.255).
 */
#ifndef VK_KHR_cooperative_matrix
#  define VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME "VK_KHR_cooperative_matrix"
#  define VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR              \
    ((VkStructureType) 1000506000)
#  define VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR                            \
    ((VkStructureType) 1000506001)
#  define VK_COMPONENT_TYPE_FLOAT16_KHR 0
#  define VK_COMPONENT_TYPE_FLOAT32_KHR 1
#  define VK_SCOPE_SUBGROUP_KHR 3

typedef struct
{
  VkStructureType sType;
  void *pNext;
  VkBool32 cooperativeMatrix;
  VkBool32 cooperativeMatrixRobustBufferAccess;
} VkPhysicalDeviceCooperativeMatrixFeaturesKHR;

typedef struct
{
  VkStructureType sType;
  void *pNext;
  uint32_t MSize;
  uint32_t NSize;
  uint32_t KSize;
  int AType; /* enums */
  int BType;
  int CType;
  int ResultType;
  VkBool32 saturatingAccumulation;
  int scope;
} VkCooperativeMatrixPropertiesKHR;

typedef VkResult (VKAPI_PTR *PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR) (
    VkPhysicalDevice device,
    uint32_t *n_properties,
    VkCooperativeMatrixPropertiesKHR *properties);
#endif
