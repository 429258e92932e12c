#include "render/executor.h"
#include "render/gpu-denoiser.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"

#include <string.h>
#include <volk.h>

/* The driver's functions, with a fault at the n-th call of any of them. */
static struct
{
  VkResult result;
  guint fails_at;   /* number of the call, from 0 */
  guint n_failures; /* consecutive ones from there */
  guint n_calls;
  PFN_vkQueueSubmit submit;
  PFN_vkWaitForFences wait;
  PFN_vkAllocateMemory allocate;
  PFN_vkCreateBuffer create_buffer;
  PFN_vkCreateComputePipelines create_pipelines;
  PFN_vkAllocateCommandBuffers allocate_commands;
  PFN_vkEnumeratePhysicalDevices enumerate;
} driver;

static VkResult
fault (void)
{
  guint call = driver.n_calls++;

  return call >= driver.fails_at && call < driver.fails_at + driver.n_failures
             ? driver.result
             : VK_SUCCESS;
}

static VKAPI_ATTR VkResult VKAPI_CALL
submit (VkQueue queue, uint32_t n, const VkSubmitInfo *infos, VkFence fence)
{
  VkResult result = fault ();

  return result != VK_SUCCESS ? result : driver.submit (queue, n, infos, fence);
}

static VKAPI_ATTR VkResult VKAPI_CALL
wait_for_fences (VkDevice device,
                 uint32_t n,
                 const VkFence *fences,
                 VkBool32 all,
                 uint64_t timeout)
{
  VkResult result = fault ();

  return result != VK_SUCCESS ? result : driver.wait (device, n, fences, all, timeout);
}

static VKAPI_ATTR VkResult VKAPI_CALL
allocate (VkDevice device,
          const VkMemoryAllocateInfo *info,
          const VkAllocationCallbacks *callbacks,
          VkDeviceMemory *memory)
{
  VkResult result = fault ();

  return result != VK_SUCCESS ? result
                              : driver.allocate (device, info, callbacks, memory);
}

static VKAPI_ATTR VkResult VKAPI_CALL
create_buffer (VkDevice device,
               const VkBufferCreateInfo *info,
               const VkAllocationCallbacks *callbacks,
               VkBuffer *buffer)
{
  VkResult result = fault ();

  return result != VK_SUCCESS ? result
                              : driver.create_buffer (device, info, callbacks, buffer);
}

static VKAPI_ATTR VkResult VKAPI_CALL
create_pipelines (VkDevice device,
                  VkPipelineCache cache,
                  uint32_t n,
                  const VkComputePipelineCreateInfo *infos,
                  const VkAllocationCallbacks *callbacks,
                  VkPipeline *pipelines)
{
  VkResult result = fault ();

  return result != VK_SUCCESS
             ? result
             : driver.create_pipelines (device, cache, n, infos, callbacks, pipelines);
}

static VKAPI_ATTR VkResult VKAPI_CALL
allocate_commands (VkDevice device,
                   const VkCommandBufferAllocateInfo *info,
                   VkCommandBuffer *commands)
{
  VkResult result = fault ();

  return result != VK_SUCCESS ? result
                              : driver.allocate_commands (device, info, commands);
}

/* The one device of the machine, twice. */
static VKAPI_ATTR VkResult VKAPI_CALL
enumerate_twice (VkInstance instance, uint32_t *n, VkPhysicalDevice *devices)
{
  uint32_t one = 1;
  VkResult result = VK_SUCCESS;

  if (devices != NULL)
    {
      result = driver.enumerate (instance, &one, devices);
      devices[1] = devices[0];
    }
  *n = 2;

  return result == VK_INCOMPLETE ? VK_SUCCESS : result;
}

/* A device must be open: opening the first one loads the functions. */
static void
interpose (void)
{
  driver.submit = vkQueueSubmit;
  driver.wait = vkWaitForFences;
  driver.allocate = vkAllocateMemory;
  driver.create_buffer = vkCreateBuffer;
  driver.create_pipelines = vkCreateComputePipelines;
  driver.allocate_commands = vkAllocateCommandBuffers;
  driver.enumerate = vkEnumeratePhysicalDevices;
  driver.n_failures = 0;
  vkQueueSubmit = submit;
  vkWaitForFences = wait_for_fences;
  vkAllocateMemory = allocate;
  vkCreateBuffer = create_buffer;
  vkCreateComputePipelines = create_pipelines;
  vkAllocateCommandBuffers = allocate_commands;
}

static void
restore (void)
{
  vkQueueSubmit = driver.submit;
  vkWaitForFences = driver.wait;
  vkAllocateMemory = driver.allocate;
  vkCreateBuffer = driver.create_buffer;
  vkCreateComputePipelines = driver.create_pipelines;
  vkAllocateCommandBuffers = driver.allocate_commands;
  vkEnumeratePhysicalDevices = driver.enumerate;
}

static void
arm (VkResult result, guint call, guint n_failures)
{
  driver.result = result;
  driver.fails_at = call;
  driver.n_failures = n_failures;
  driver.n_calls = 0;
}

typedef struct
{
  DipDevice *device; /* NULL: skipped */
  DipTestNetwork *network;
  DipGraph *graph;
  DipTestRun *run;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->device = dip_test_open_device ();
  self->network = dip_test_network_new (5, 6);
  self->graph = dip_test_network_build (self->network, 1, 8, 8, FALSE);
  self->run = dip_test_run_new (self->graph, 6);
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
build_and_run (Fixture *self, GError **error)
{
  g_autoptr (DipExecutor) executor =
      dip_executor_new (self->device, self->graph, NULL, DIP_EXECUTOR_NONE, NULL, error);

  return executor != NULL &&
         dip_executor_run (executor, (const float *const *) self->run->inputs,
                           self->run->output, NULL, error);
}

/* Whichever call fails, the error says so and nothing is left behind. */
static void
check_every_call (Fixture *self, VkResult result, DipRenderError code)
{
  guint n_calls;

  if (self->device == NULL)
    return;

  arm (result, 0, 0);
  g_assert_true (build_and_run (self, NULL));
  n_calls = driver.n_calls;
  g_assert_cmpuint (n_calls, >, 10);
  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 now, most;

      arm (result, i, 1);
      if (build_and_run (self, &error))
        continue; /* pipelines are kept, so later runs call less often */
      g_assert_error (error, DIP_RENDER_ERROR, (int) code);
      dip_device_get_allocated (self->device, &now, &most);
      g_assert_cmpuint (now, ==, 0);
    }
}

static void
test_out_of_memory (Fixture *self, gconstpointer data)
{
  check_every_call (self, VK_ERROR_OUT_OF_DEVICE_MEMORY, DIP_RENDER_ERROR_OUT_OF_MEMORY);
}

static void
test_lost (Fixture *self, gconstpointer data)
{
  check_every_call (self, VK_ERROR_DEVICE_LOST, DIP_RENDER_ERROR_DEVICE_LOST);
}

static void
test_says_how_much (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (self->device == NULL)
    return;
  restore ();
  driver.n_failures = 0;
  vkAllocateMemory = allocate;
  arm (VK_ERROR_OUT_OF_DEVICE_MEMORY, 0, 1);
  g_assert_false (build_and_run (self, &error));
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_OUT_OF_MEMORY);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "activations"));
  g_assert_nonnull (strstr (error->message, "wanted"));
}

static DipGraph *
build_graph (guint batch, gpointer user_data, GError **error)
{
  Fixture *self = user_data;

  return dip_test_network_build (self->network, batch, 8, 8, FALSE);
}

static DipDenoiser *
build_denoiser (Fixture *self, guint max_batch, GError **error)
{
  const DipDenoiserShape shape = { 3, 3, 8, 8, max_batch, FALSE };

  return dip_gpu_denoiser_new (self->device, &shape, DIP_PRECISION_FP32, NULL,
                               build_graph, self, NULL, NULL, error);
}

static gboolean
predict (Fixture *self, DipDenoiser *denoiser, float *output, GError **error)
{
  const double timestep = self->run->inputs[DIP_GRAPH_INPUT_TIMESTEPS][0];

  return dip_denoiser_predict (denoiser, self->run->inputs[DIP_GRAPH_INPUT_SAMPLE], 1,
                               &timestep, NULL, output, NULL, error);
}

/* A call that loses the device at any point gives the same bits all the same. */
static void
test_recovery (Fixture *self, gconstpointer data)
{
  gsize n_bytes = self->run->n_output * sizeof (float);
  g_autofree float *output = g_new (float, self->run->n_output);
  g_autoptr (DipDenoiser) denoiser = NULL;
  g_autoptr (GError) error = NULL;
  guint n_calls, n_recoveries;

  if (self->device == NULL)
    return;
  denoiser = build_denoiser (self, 1, &error);
  g_assert_no_error (error);
  arm (VK_ERROR_DEVICE_LOST, 0, 0);
  g_assert_true (predict (self, denoiser, self->run->output, &error));
  n_calls = driver.n_calls;
  g_assert_cmpuint (n_calls, >=, 2);

  for (guint i = 0; i < n_calls; i++)
    {
      arm (VK_ERROR_DEVICE_LOST, i, 1);
      memset (output, 0, n_bytes);
      g_assert_true (predict (self, denoiser, output, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (output, n_bytes, self->run->output, n_bytes);
    }
  n_recoveries = dip_gpu_denoiser_get_n_recoveries (denoiser);
  g_assert_cmpuint (n_recoveries, ==, n_calls);
}

/* A step that runs out of memory says so; the next gives the same bits. */
static void
test_memory_in_a_step (Fixture *self, gconstpointer data)
{
  gsize n_bytes = self->run->n_output * sizeof (float);
  g_autofree float *output = g_new0 (float, self->run->n_output);
  g_autoptr (DipDenoiser) denoiser = NULL;
  guint n_calls;

  if (self->device == NULL)
    return;
  denoiser = build_denoiser (self, 1, NULL);
  g_assert_nonnull (denoiser);
  arm (VK_ERROR_OUT_OF_DEVICE_MEMORY, 0, 0);
  g_assert_true (predict (self, denoiser, self->run->output, NULL));
  n_calls = driver.n_calls;

  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GError) error = NULL;

      arm (VK_ERROR_OUT_OF_DEVICE_MEMORY, i, 1);
      g_assert_false (predict (self, denoiser, output, &error));
      g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_OUT_OF_MEMORY);
      memset (output, 0, n_bytes);
      g_assert_true (predict (self, denoiser, output, NULL));
      g_assert_cmpmem (output, n_bytes, self->run->output, n_bytes);
    }
  g_assert_cmpuint (dip_gpu_denoiser_get_n_recoveries (denoiser), ==, 0);
}

/* Lost twice: the next device. */
static void
test_next_device (Fixture *self, gconstpointer data)
{
  gsize n_bytes = self->run->n_output * sizeof (float);
  g_autofree float *output = g_new0 (float, self->run->n_output);
  g_autoptr (DipDenoiser) denoiser = NULL;
  g_autoptr (GError) error = NULL;

  if (self->device == NULL)
    return;
  denoiser = build_denoiser (self, 1, &error);
  g_assert_no_error (error);
  g_assert_true (predict (self, denoiser, self->run->output, &error));

  vkEnumeratePhysicalDevices = enumerate_twice;
  arm (VK_ERROR_DEVICE_LOST, 0, 2);
  g_assert_true (predict (self, denoiser, output, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (output, n_bytes, self->run->output, n_bytes);
  g_assert_cmpuint (dip_gpu_denoiser_get_n_recoveries (denoiser), ==, 2);
  g_assert_cmpuint (dip_device_get_info (dip_gpu_denoiser_get_device (denoiser))->index,
                    ==, 1);
}

static void
test_no_device_left (Fixture *self, gconstpointer data)
{
  g_autofree float *output = g_new0 (float, self->run->n_output);
  g_autoptr (DipDenoiser) denoiser = NULL;
  g_autoptr (GError) error = NULL;

  if (self->device == NULL)
    return;
  denoiser = build_denoiser (self, 1, &error);
  g_assert_no_error (error);
  arm (VK_ERROR_DEVICE_LOST, 0, 1000000);
  g_assert_false (predict (self, denoiser, output, &error));
  g_assert_error (error, DIP_DENOISER_ERROR, DIP_DENOISER_ERROR_DEVICE_LOST);
}

/* A smaller batch than the largest has a program of its own. */
static void
test_batches (Fixture *self, gconstpointer data)
{
  gsize n = self->run->n_output;
  g_autofree float *x = g_new (float, 2 * n);
  g_autofree float *output = g_new0 (float, 2 * n);
  g_autoptr (DipDenoiser) denoiser = NULL;
  g_autoptr (GError) error = NULL;
  double timesteps[2];

  if (self->device == NULL)
    return;
  denoiser = build_denoiser (self, 2, &error);
  g_assert_no_error (error);
  g_assert_true (predict (self, denoiser, self->run->output, &error));
  for (guint b = 0; b < 2; b++)
    {
      memcpy (x + b * n, self->run->inputs[DIP_GRAPH_INPUT_SAMPLE], n * sizeof (float));
      timesteps[b] = self->run->inputs[DIP_GRAPH_INPUT_TIMESTEPS][0];
    }
  g_assert_true (
      dip_denoiser_predict (denoiser, x, 2, timesteps, NULL, output, NULL, &error));
  g_assert_no_error (error);
  for (guint b = 0; b < 2; b++)
    g_assert_cmpmem (output + b * n, n * sizeof (float), self->run->output,
                     n * sizeof (float));
}

#define ADD(path, function)                                                              \
  g_test_add ("/faults/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("out-of-memory", test_out_of_memory);
  ADD ("lost", test_lost);
  ADD ("says-how-much", test_says_how_much);
  ADD ("recovery", test_recovery);
  ADD ("memory-in-a-step", test_memory_in_a_step);
  ADD ("next-device", test_next_device);
  ADD ("no-device-left", test_no_device_left);
  ADD ("batches", test_batches);

  return g_test_run ();
}
