#include "render/device.h"
#include "render/device-private.h"
#include "render/executor.h"
#include "render/instance.h"
#include "render/pipeline-cache.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"

#include <string.h>

static const DipDeviceInfo infos[] = {
  { .index = 0, .name = "Slow Integrated", .type = DIP_DEVICE_INTEGRATED },
  { .index = 1, .name = "llvmpipe", .type = DIP_DEVICE_CPU },
  { .index = 2,
    .name = "Old Card",
    .type = DIP_DEVICE_DISCRETE,
    .missing = "Vulkan 1.2" },
  { .index = 3, .name = "Fast Card 4090", .type = DIP_DEVICE_DISCRETE },
  { .index = 4, .name = "Second Card", .type = DIP_DEVICE_DISCRETE },
};

static guint
choose (const char *selector, guint avoid)
{
  g_autoptr (GError) error = NULL;
  const DipDeviceInfo *info =
      dip_device_choose (infos, G_N_ELEMENTS (infos), selector, avoid, &error);

  g_assert_no_error (error);

  return info->index;
}

static void
test_choice (void)
{
  g_assert_cmpuint (choose (NULL, G_MAXUINT), ==, 3);
  g_assert_cmpuint (choose (NULL, 3), ==, 4);
  g_assert_cmpuint (choose ("0", G_MAXUINT), ==, 0);
  g_assert_cmpuint (choose ("cpu", G_MAXUINT), ==, 1);
  g_assert_cmpuint (choose ("CPU", G_MAXUINT), ==, 1);
  g_assert_cmpuint (choose ("integrated", G_MAXUINT), ==, 0);
  g_assert_cmpuint (choose ("card 40", G_MAXUINT), ==, 3);
}

static void
test_refused_choice (void)
{
  static const struct
  {
    const char *selector;
    DipRenderError code;
  } cases[] = {
    { "2", DIP_RENDER_ERROR_UNSUITABLE },     { "old", DIP_RENDER_ERROR_UNSUITABLE },
    { "5", DIP_RENDER_ERROR_NO_DEVICE },      { "-1", DIP_RENDER_ERROR_NO_DEVICE },
    { "radeon", DIP_RENDER_ERROR_NO_DEVICE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (dip_device_choose (infos, G_N_ELEMENTS (infos), cases[i].selector,
                                        G_MAXUINT, &error));
      g_assert_error (error, DIP_RENDER_ERROR, (int) cases[i].code);
    }
}

static void
test_nothing_suitable (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (dip_device_choose (infos + 2, 1, NULL, G_MAXUINT, &error));
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_UNSUITABLE);
  g_assert_nonnull (strstr (error->message, "Vulkan 1.2"));
}

static VkResult
find_no_loader (void)
{
  return VK_ERROR_INITIALIZATION_FAILED;
}

static void
test_no_loader (void)
{
  g_autoptr (GError) error = NULL;
  VkResult (*find_loader) (void) = dip_instance_find_loader;

  dip_instance_find_loader = find_no_loader;
  g_assert_null (dip_device_open (NULL, &error));
  dip_instance_find_loader = find_loader;
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_LOADER);
  g_assert_nonnull (strstr (error->message, "libvulkan1"));
}

static void
test_no_driver (void)
{
  g_autofree char *found = g_strdup (g_getenv ("VK_DRIVER_FILES"));
  DipTestDrivers *drivers;
  g_autoptr (GError) error = NULL;

  if (dip_instance_find_loader () != VK_SUCCESS)
    {
      g_test_skip ("no loader");
      return;
    }
  drivers = dip_test_hide_drivers ();
  g_assert_null (dip_device_open (NULL, &error));
  dip_test_show_drivers (drivers);
  g_assert_cmpstr (g_getenv ("VK_DRIVER_FILES"), ==, found);
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_DRIVER);
}

static VKAPI_ATTR VkResult VKAPI_CALL
enumerate_none (VkInstance instance, uint32_t *n, VkPhysicalDevice *devices)
{
  *n = 0;

  return VK_SUCCESS;
}

static void
test_no_device (void)
{
  g_autoptr (DipDevice) device = dip_test_open_device (); /* keeps the instance */
  g_autoptr (GError) error = NULL;
  PFN_vkEnumeratePhysicalDevices enumerate = vkEnumeratePhysicalDevices;
  guint n = 0;

  if (device == NULL)
    return;
  vkEnumeratePhysicalDevices = enumerate_none;
  g_assert_null (dip_device_list (&n, &error));
  vkEnumeratePhysicalDevices = enumerate;
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_DEVICE);
}

static void
test_list (void)
{
  g_autoptr (DipDevice) device = dip_test_open_device ();
  g_autofree DipDeviceInfo *list = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (device == NULL)
    return;
  list = dip_device_list (&n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, >, 0);
  for (guint i = 0; i < n; i++)
    {
      g_test_message ("%u: %s, %s, %s, %" G_GUINT64_FORMAT " bytes", i, list[i].name,
                      dip_device_type_get_name (list[i].type), list[i].driver,
                      list[i].memory);
      g_assert_cmpuint (list[i].index, ==, i);
      g_assert_cmpstr (list[i].name, !=, "");
      g_assert_cmpstr (list[i].driver, !=, "");
      g_assert_cmpuint (list[i].memory, >, 0);
      g_assert_cmpuint (list[i].max_range, >=, 128 << 20);
      g_assert_cmpuint (list[i].max_allocation, >, 0);
    }
  g_assert_cmpuint (dip_device_get_info (device)->index, <, n);
}

/* The file of the device's cache after a network was built on it. */
static char *
make_cache (void)
{
  g_autoptr (DipDevice) device = dip_test_open_device ();
  g_autoptr (DipTestNetwork) network = dip_test_network_new (1, 4);
  g_autoptr (DipGraph) graph = dip_test_network_build (network, 1, 8, 8, FALSE);
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return NULL;
  executor = dip_executor_new (device, graph, NULL, DIP_EXECUTOR_NONE, NULL, &error);
  g_assert_no_error (error);

  return dip_pipeline_cache_get_path (device);
}

static gsize n_initial_bytes;
static PFN_vkCreatePipelineCache create_pipeline_cache;

static VKAPI_ATTR VkResult VKAPI_CALL
note_pipeline_cache (VkDevice device,
                     const VkPipelineCacheCreateInfo *info,
                     const VkAllocationCallbacks *callbacks,
                     VkPipelineCache *cache)
{
  n_initial_bytes = info->initialDataSize;

  return create_pipeline_cache (device, info, callbacks, cache);
}

/* Bytes the driver is given when the device is opened with the file as it is.  The
 * functions are loaded.
 */
static gsize
open_with_cache (void)
{
  g_autoptr (DipDevice) device = NULL;
  g_autoptr (GError) error = NULL;

  create_pipeline_cache = vkCreatePipelineCache;
  vkCreatePipelineCache = note_pipeline_cache;
  n_initial_bytes = G_MAXSIZE;
  device = dip_device_open (NULL, &error);
  vkCreatePipelineCache = create_pipeline_cache;
  g_assert_no_error (error);

  return n_initial_bytes;
}

static void
write_cache (const char *path, const char *bytes, gsize n_bytes)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, bytes, n_bytes, &error);
  g_assert_no_error (error);
}

/* One device stays open, and with it one instance for all: not every driver can be
 * loaded anew a hundred times in a process.
 */
static void
test_cache (void)
{
  g_autoptr (DipDevice) first = dip_test_open_device ();
  g_autofree char *path = first != NULL ? make_cache () : NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_bytes;

  if (path == NULL)
    return;
  if (!g_file_get_contents (path, &bytes, &n_bytes, NULL))
    {
      g_test_skip ("the driver keeps nothing");
      return;
    }
  g_assert_cmpuint (open_with_cache (), ==, n_bytes - 72);

  /* Any damage is a miss. */
  write_cache (path, bytes, n_bytes - 1);
  g_assert_cmpuint (open_with_cache (), ==, 0);
  write_cache (path, bytes, 10);
  g_assert_cmpuint (open_with_cache (), ==, 0);
  write_cache (path, "", 0);
  g_assert_cmpuint (open_with_cache (), ==, 0);
  for (gsize i = 0; i < n_bytes; i += n_bytes < 200 ? 1 : n_bytes / 100)
    {
      bytes[i] ^= 0x10;
      write_cache (path, bytes, n_bytes);
      g_assert_cmpuint (open_with_cache (), ==, 0);
      bytes[i] ^= 0x10;
    }

  /* And is replaced. */
  g_free (make_cache ());
  g_assert_cmpuint (open_with_cache (), >, 0);
}

int
main (int argc, char *argv[])
{
  g_autofree char *cache = g_dir_make_tmp ("dip-device-XXXXXX", NULL);

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/device/choice", test_choice);
  g_test_add_func ("/device/refused-choice", test_refused_choice);
  g_test_add_func ("/device/nothing-suitable", test_nothing_suitable);
  g_test_add_func ("/device/no-loader", test_no_loader);
  g_test_add_func ("/device/no-driver", test_no_driver);
  g_test_add_func ("/device/no-device", test_no_device);
  g_test_add_func ("/device/list", test_list);
  g_test_add_func ("/device/cache", test_cache);

  return g_test_run ();
}
