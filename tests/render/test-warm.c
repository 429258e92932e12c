#include <volk.h>

#include "render/executor.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"

/* Kernels of a CPU device are machine code before a program runs, made on all processors,
 * and where the others cannot help, by one.
 */
typedef struct
{
  DipDevice *device; /* NULL: skipped */
  DipTestNetwork *network;
  DipGraph *graph;
  DipTestRun *run;
} Fixture;

/* The driver's functions, from any thread. */
static struct
{
  GMutex lock;
  GHashTable *warm;     /* VkPipeline that was dispatched without a workgroup */
  GHashTable *bound;    /* VkCommandBuffer to the VkPipeline bound in it */
  guint n_cold;         /* dispatches of others, with workgroups */
  guint n_dispatches;   /* with workgroups */
  gboolean is_slow;     /* the first of a kernel takes as long as compiling */
  VkResult open_result; /* of opening the device once more */
  guint n_opened;
  PFN_vkCmdBindPipeline bind;
  PFN_vkCmdDispatch dispatch;
  PFN_vkCreateDevice create_device;
} driver;

static VKAPI_ATTR void VKAPI_CALL
bind_pipeline (VkCommandBuffer commands, VkPipelineBindPoint point, VkPipeline pipeline)
{
  g_mutex_lock (&driver.lock);
  g_hash_table_insert (driver.bound, commands, (gpointer) (gsize) pipeline);
  g_mutex_unlock (&driver.lock);
  driver.bind (commands, point, pipeline);
}

static VKAPI_ATTR void VKAPI_CALL
dispatch (VkCommandBuffer commands, uint32_t x, uint32_t y, uint32_t z)
{
  gpointer pipeline;
  gboolean is_slow;

  g_mutex_lock (&driver.lock);
  pipeline = g_hash_table_lookup (driver.bound, commands);
  if (x * y * z == 0)
    g_hash_table_add (driver.warm, pipeline);
  else
    {
      driver.n_dispatches++;
      driver.n_cold += !g_hash_table_contains (driver.warm, pipeline);
    }
  is_slow = driver.is_slow && x * y * z == 0;
  if (is_slow)
    driver.is_slow = FALSE;
  g_mutex_unlock (&driver.lock);
  if (is_slow)
    g_usleep (100000);
  driver.dispatch (commands, x, y, z);
}

static VKAPI_ATTR VkResult VKAPI_CALL
create_device (VkPhysicalDevice physical,
               const VkDeviceCreateInfo *info,
               const VkAllocationCallbacks *callbacks,
               VkDevice *device)
{
  g_mutex_lock (&driver.lock);
  driver.n_opened++;
  g_mutex_unlock (&driver.lock);

  return driver.open_result != VK_SUCCESS
             ? driver.open_result
             : driver.create_device (physical, info, callbacks, device);
}

static void
interpose (void)
{
  driver.warm = g_hash_table_new (NULL, NULL);
  driver.bound = g_hash_table_new (NULL, NULL);
  driver.n_cold = driver.n_dispatches = driver.n_opened = 0;
  driver.is_slow = FALSE;
  driver.open_result = VK_SUCCESS;
  driver.bind = vkCmdBindPipeline;
  driver.dispatch = vkCmdDispatch;
  driver.create_device = vkCreateDevice;
  vkCmdBindPipeline = bind_pipeline;
  vkCmdDispatch = dispatch;
  vkCreateDevice = create_device;
}

static void
restore (void)
{
  vkCmdBindPipeline = driver.bind;
  vkCmdDispatch = driver.dispatch;
  vkCreateDevice = driver.create_device;
  g_hash_table_unref (driver.warm);
  g_hash_table_unref (driver.bound);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->device = dip_test_open_device ();
  self->network = dip_test_network_new (7, 32);
  self->graph = dip_test_network_build (self->network, 1, 16, 16, FALSE);
  self->run = dip_test_run_new (self->graph, 8);
  if (self->device != NULL && dip_device_get_info (self->device)->type != DIP_DEVICE_CPU)
    {
      g_test_skip ("not a CPU device");
      g_clear_pointer (&self->device, dip_device_unref);
    }
  if (self->device != NULL)
    interpose ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->device != NULL)
    restore ();
  dip_test_run_free (self->run);
  dip_graph_unref (self->graph);
  dip_test_network_free (self->network);
  dip_device_unref (self->device);
}

static gboolean
build_and_run (Fixture *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (DipExecutor) executor = dip_executor_new (
      self->device, self->graph, NULL, DIP_EXECUTOR_NONE, cancellable, error);

  return executor != NULL &&
         dip_executor_run (executor, (const float *const *) self->run->inputs,
                           self->run->output, NULL, error);
}

static void
check_all_warm (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (build_and_run (self, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (driver.n_dispatches, >, 10);
  g_assert_cmpuint (driver.n_cold, ==, 0);
}

static void
test_all (Fixture *self, gconstpointer data)
{
  guint n_warm;

  if (self->device == NULL)
    return;
  check_all_warm (self);

  /* A second program finds them so. */
  n_warm = g_hash_table_size (driver.warm);
  g_hash_table_remove_all (driver.warm);
  g_assert_true (build_and_run (self, NULL, NULL));
  g_assert_cmpuint (n_warm, >, 5);
  g_assert_cmpuint (g_hash_table_size (driver.warm), ==, 0);
}

static void
test_helpers (Fixture *self, gconstpointer data)
{
  if (self->device == NULL)
    return;
  driver.is_slow = TRUE;
  check_all_warm (self);
  if (g_get_num_processors () > 1)
    g_assert_cmpuint (driver.n_opened, >=, 1);
}

static void
test_no_helpers (Fixture *self, gconstpointer data)
{
  if (self->device == NULL)
    return;
  driver.is_slow = TRUE;
  driver.open_result = VK_ERROR_OUT_OF_HOST_MEMORY;
  check_all_warm (self);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint64 now, most;

  if (self->device == NULL)
    return;
  g_cancellable_cancel (cancellable);
  g_assert_false (build_and_run (self, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (g_hash_table_size (driver.warm), ==, 0);
  dip_device_get_allocated (self->device, &now, &most);
  g_assert_cmpuint (now, ==, 0);
}

#define ADD(path, function)                                                              \
  g_test_add ("/warm/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("all", test_all);
  ADD ("helpers", test_helpers);
  ADD ("no-helpers", test_no_helpers);
  ADD ("cancelled", test_cancelled);

  return g_test_run ();
}
