#pragma once

#include <volk.h>

#include "render/device.h"

G_BEGIN_DECLS

/* What a device has beyond the floor, and turning on what our kernels use of it. */

/* Fills has_half_storage and matrix_size of @info.  Only for devices of Vulkan 1.2 or
 * newer.
 */
void dip_device_features_find (VkPhysicalDevice physical, DipDeviceInfo *info);

/* vkCreateDevice() with one queue and every optional feature that some kernel uses, if
 * it is there.
 */
VkResult dip_device_features_create (VkPhysicalDevice physical,
                                     const DipDeviceInfo *info,
                                     guint32 queue_family,
                                     VkDevice *device);

G_END_DECLS
