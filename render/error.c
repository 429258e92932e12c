#include "render/error.h"

#include <volk.h>

G_DEFINE_QUARK (dip - render - error - quark, dip_render_error)

typedef struct
{
  VkResult result;
  DipRenderError code;
  const char *name;
} Fault;

static const Fault faults[] = {
  { VK_ERROR_OUT_OF_HOST_MEMORY, DIP_RENDER_ERROR_OUT_OF_MEMORY,
    "VK_ERROR_OUT_OF_HOST_MEMORY" },
  { VK_ERROR_OUT_OF_DEVICE_MEMORY, DIP_RENDER_ERROR_OUT_OF_MEMORY,
    "VK_ERROR_OUT_OF_DEVICE_MEMORY" },
  { VK_ERROR_OUT_OF_POOL_MEMORY, DIP_RENDER_ERROR_OUT_OF_MEMORY,
    "VK_ERROR_OUT_OF_POOL_MEMORY" },
  { VK_ERROR_DEVICE_LOST, DIP_RENDER_ERROR_DEVICE_LOST, "VK_ERROR_DEVICE_LOST" },
  { VK_ERROR_INCOMPATIBLE_DRIVER, DIP_RENDER_ERROR_NO_DRIVER,
    "VK_ERROR_INCOMPATIBLE_DRIVER" },
  { VK_ERROR_INITIALIZATION_FAILED, DIP_RENDER_ERROR_FAILED,
    "VK_ERROR_INITIALIZATION_FAILED" },
  { VK_ERROR_MEMORY_MAP_FAILED, DIP_RENDER_ERROR_FAILED, "VK_ERROR_MEMORY_MAP_FAILED" },
  { VK_ERROR_LAYER_NOT_PRESENT, DIP_RENDER_ERROR_FAILED, "VK_ERROR_LAYER_NOT_PRESENT" },
  { VK_ERROR_EXTENSION_NOT_PRESENT, DIP_RENDER_ERROR_UNSUITABLE,
    "VK_ERROR_EXTENSION_NOT_PRESENT" },
  { VK_ERROR_FEATURE_NOT_PRESENT, DIP_RENDER_ERROR_UNSUITABLE,
    "VK_ERROR_FEATURE_NOT_PRESENT" },
  { VK_ERROR_TOO_MANY_OBJECTS, DIP_RENDER_ERROR_FAILED, "VK_ERROR_TOO_MANY_OBJECTS" },
  { VK_ERROR_FRAGMENTED_POOL, DIP_RENDER_ERROR_OUT_OF_MEMORY,
    "VK_ERROR_FRAGMENTED_POOL" },
};

gboolean
dip_render_check (int result, const char *what, GError **error)
{
  if (result >= 0)
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    if (faults[i].result == result)
      {
        g_set_error (error, DIP_RENDER_ERROR, faults[i].code, "%s: %s", what,
                     faults[i].name);
        return FALSE;
      }

  g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_FAILED, "%s: VkResult %d", what,
               result);
  return FALSE;
}
