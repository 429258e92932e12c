#include "render/instance.h"

VkResult (*dip_instance_find_loader) (void) = volkInitialize;

static GMutex lock;
static guint n_users;
static VkInstance instance;
static VkDebugUtilsMessengerEXT messenger;

static VKAPI_ATTR VkBool32 VKAPI_CALL
report_message (VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                VkDebugUtilsMessageTypeFlagsEXT types,
                const VkDebugUtilsMessengerCallbackDataEXT *data,
                void *user_data)
{
  g_warning ("Vulkan: %s", data->pMessage);

  return VK_FALSE;
}

/* Performance hints are matters of taste, and general messages are the loader
 * thinking aloud: neither is reported.
 */
static const VkDebugUtilsMessengerCreateInfoEXT messenger_info = {
  .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
  .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT |
                     VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT,
  .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
  .pfnUserCallback = report_message,
};

static gboolean
wants_messages (void)
{
  const char *layers = g_getenv ("VK_INSTANCE_LAYERS");

  return layers != NULL && strstr (layers, "validation") != NULL;
}

/* A layer that was asked for and is not there is left out by some loaders
 * without a word; nothing would then be validated.
 */
static gboolean
has_layer (const char *name)
{
  g_autofree VkLayerProperties *layers = NULL;
  guint32 n = 0;

  vkEnumerateInstanceLayerProperties (&n, NULL);
  layers = g_new0 (VkLayerProperties, n + 1);
  vkEnumerateInstanceLayerProperties (&n, layers);
  for (guint i = 0; i < n; i++)
    if (g_str_equal (layers[i].layerName, name))
      return TRUE;

  return FALSE;
}

static gboolean
create (GError **error)
{
  const char *extensions[] = { VK_EXT_DEBUG_UTILS_EXTENSION_NAME };
  const char *layers[] = { "VK_LAYER_KHRONOS_validation" };
  gboolean has_messages = wants_messages () && has_layer (layers[0]);
  VkApplicationInfo application = {
    .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
    .pApplicationName = "Diptych",
    .pEngineName = "Diptych",
    .apiVersion = VK_API_VERSION_1_3,
  };
  VkInstanceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
    .pNext = has_messages ? &messenger_info : NULL,
    .pApplicationInfo = &application,
    .enabledLayerCount = has_messages ? 1 : 0,
    .ppEnabledLayerNames = layers,
    .enabledExtensionCount = has_messages ? 1 : 0,
    .ppEnabledExtensionNames = extensions,
  };
  VkResult result = vkCreateInstance (&info, NULL, &instance);

  if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
    {
      g_set_error_literal (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_DRIVER,
                           "No Vulkan driver starts on this machine (on Debian, "
                           "mesa-vulkan-drivers has drivers for most GPUs and for "
                           "the CPU)");
      return FALSE;
    }
  if (!dip_render_check (result, "vkCreateInstance", error))
    return FALSE;

  volkLoadInstance (instance);
  if (has_messages)
    vkCreateDebugUtilsMessengerEXT (instance, &messenger_info, NULL, &messenger);

  return TRUE;
}

gboolean
dip_instance_take (GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  if (n_users == 0)
    {
      if (dip_instance_find_loader () != VK_SUCCESS)
        {
          g_set_error_literal (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_LOADER,
                               "No Vulkan loader (libvulkan.so.1) on this machine "
                               "(on Debian, install libvulkan1)");
          return FALSE;
        }
      if (!create (error))
        return FALSE;
    }
  n_users++;

  return TRUE;
}

void
dip_instance_give_back (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  g_assert (n_users > 0);
  if (--n_users > 0)
    return;

  if (messenger != VK_NULL_HANDLE)
    vkDestroyDebugUtilsMessengerEXT (instance, messenger, NULL);
  messenger = VK_NULL_HANDLE;
  vkDestroyInstance (instance, NULL);
  instance = VK_NULL_HANDLE;
}

VkInstance
dip_instance_get (void)
{
  return instance;
}

gboolean
dip_instance_is_validated (void)
{
  return messenger != VK_NULL_HANDLE;
}
