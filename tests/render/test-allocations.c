#include "model/sampler/sample.h"
#include "render/gpu-denoiser.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"
#include "tests/storage/count-malloc.h"

#include <volk.h>

/* No step of a run but the first allocates, on the device or, in our own code, on the
 * host.  What the thread that runs asks malloc() for outside of the driver is counted,
 * and every function of the driver that makes something.
 */

#define N_STEPS 6
#define SIZE 8

/* The driver's functions that a step calls, and how often they asked for memory on our
 * thread; and those that make something, counted.
 */
static struct
{
  guint64 n_calls;
  guint n_made;
  PFN_vkQueueSubmit submit;
  PFN_vkWaitForFences wait;
  PFN_vkResetFences reset;
  PFN_vkAllocateMemory allocate;
  PFN_vkCreateBuffer create_buffer;
  PFN_vkAllocateCommandBuffers allocate_commands;
  PFN_vkCreateDescriptorPool create_descriptor_pool;
  PFN_vkCreateComputePipelines create_pipelines;
  PFN_vkCreateFence create_fence;
} driver;

static VKAPI_ATTR VkResult VKAPI_CALL
submit (VkQueue queue, uint32_t n, const VkSubmitInfo *infos, VkFence fence)
{
  guint64 before = dip_heap_get_n_calls ();
  VkResult result = driver.submit (queue, n, infos, fence);

  driver.n_calls += dip_heap_get_n_calls () - before;
  return result;
}

static VKAPI_ATTR VkResult VKAPI_CALL
wait_for_fences (VkDevice device,
                 uint32_t n,
                 const VkFence *fences,
                 VkBool32 all,
                 uint64_t timeout)
{
  guint64 before = dip_heap_get_n_calls ();
  VkResult result = driver.wait (device, n, fences, all, timeout);

  driver.n_calls += dip_heap_get_n_calls () - before;
  return result;
}

static VKAPI_ATTR VkResult VKAPI_CALL
reset_fences (VkDevice device, uint32_t n, const VkFence *fences)
{
  guint64 before = dip_heap_get_n_calls ();
  VkResult result = driver.reset (device, n, fences);

  driver.n_calls += dip_heap_get_n_calls () - before;
  return result;
}

static VKAPI_ATTR VkResult VKAPI_CALL
allocate (VkDevice device,
          const VkMemoryAllocateInfo *info,
          const VkAllocationCallbacks *callbacks,
          VkDeviceMemory *memory)
{
  driver.n_made++;
  return driver.allocate (device, info, callbacks, memory);
}

static VKAPI_ATTR VkResult VKAPI_CALL
create_buffer (VkDevice device,
               const VkBufferCreateInfo *info,
               const VkAllocationCallbacks *callbacks,
               VkBuffer *buffer)
{
  driver.n_made++;
  return driver.create_buffer (device, info, callbacks, buffer);
}

static VKAPI_ATTR VkResult VKAPI_CALL
allocate_commands (VkDevice device,
                   const VkCommandBufferAllocateInfo *info,
                   VkCommandBuffer *commands)
{
  driver.n_made++;
  return driver.allocate_commands (device, info, commands);
}

static VKAPI_ATTR VkResult VKAPI_CALL
create_descriptor_pool (VkDevice device,
                        const VkDescriptorPoolCreateInfo *info,
                        const VkAllocationCallbacks *callbacks,
                        VkDescriptorPool *pool)
{
  driver.n_made++;
  return driver.create_descriptor_pool (device, info, callbacks, pool);
}

static VKAPI_ATTR VkResult VKAPI_CALL
create_pipelines (VkDevice device,
                  VkPipelineCache cache,
                  uint32_t n,
                  const VkComputePipelineCreateInfo *infos,
                  const VkAllocationCallbacks *callbacks,
                  VkPipeline *pipelines)
{
  g_atomic_int_inc (&driver.n_made);
  return driver.create_pipelines (device, cache, n, infos, callbacks, pipelines);
}

static VKAPI_ATTR VkResult VKAPI_CALL
create_fence (VkDevice device,
              const VkFenceCreateInfo *info,
              const VkAllocationCallbacks *callbacks,
              VkFence *fence)
{
  driver.n_made++;
  return driver.create_fence (device, info, callbacks, fence);
}

#define INTERPOSE(member, function, own) (driver.member = function, function = own)

/* A device must be open: opening the first one loads the functions. */
static void
interpose (void)
{
  INTERPOSE (submit, vkQueueSubmit, submit);
  INTERPOSE (wait, vkWaitForFences, wait_for_fences);
  INTERPOSE (reset, vkResetFences, reset_fences);
  INTERPOSE (allocate, vkAllocateMemory, allocate);
  INTERPOSE (create_buffer, vkCreateBuffer, create_buffer);
  INTERPOSE (allocate_commands, vkAllocateCommandBuffers, allocate_commands);
  INTERPOSE (create_descriptor_pool, vkCreateDescriptorPool, create_descriptor_pool);
  INTERPOSE (create_pipelines, vkCreateComputePipelines, create_pipelines);
  INTERPOSE (create_fence, vkCreateFence, create_fence);
}

static void
restore (void)
{
  vkQueueSubmit = driver.submit;
  vkWaitForFences = driver.wait;
  vkResetFences = driver.reset;
  vkAllocateMemory = driver.allocate;
  vkCreateBuffer = driver.create_buffer;
  vkAllocateCommandBuffers = driver.allocate_commands;
  vkCreateDescriptorPool = driver.create_descriptor_pool;
  vkCreateComputePipelines = driver.create_pipelines;
  vkCreateFence = driver.create_fence;
}

typedef struct
{
  DipDevice *device; /* NULL: skipped */
  DipTestNetwork *network;
  DipDenoiser *denoiser; /* of two pictures with labels */
} Fixture;

static DipGraph *
build_graph (guint batch, gpointer user_data, GError **error)
{
  Fixture *self = user_data;

  return dip_test_network_build (self->network, batch, SIZE, SIZE, TRUE);
}

static const DipDenoiserShape shape = { .in_channels = 3,
                                        .out_channels = 3,
                                        .height = SIZE,
                                        .width = SIZE,
                                        .max_batch = 2,
                                        .needs_class_labels = TRUE };

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!dip_heap_is_counted ())
    {
      g_test_skip ("a sanitizer owns malloc()");
      return;
    }
  self->device = dip_test_open_device ();
  if (self->device == NULL)
    return;

  interpose ();
  self->network = dip_test_network_new (5, 8);
  self->denoiser = dip_gpu_denoiser_new (self->device, &shape, DIP_PRECISION_FP32, NULL,
                                         build_graph, self, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->device == NULL)
    return;

  dip_denoiser_free (self->denoiser);
  dip_test_network_free (self->network);
  restore ();
  dip_device_unref (self->device);
}

/* What was counted until a step was done. */
typedef struct
{
  guint64 n_own; /* of our code's calls */
  guint64 n_all; /* of everybody's */
  guint n_made;
  guint64 n_device; /* bytes */
} Count;

typedef struct
{
  Fixture *fixture;
  const char *what;
  gboolean goes_back;
  double last_timestep;
  Count last;
  guint n_steps; /* held against the one before */
  guint64 n_most_of_driver;
} Counting;

static gboolean
count_step (const DipSampleFrame *frame, gpointer user_data, GError **error)
{
  Counting *self = user_data;
  guint64 most;
  Count now = { dip_heap_get_n_calls () - driver.n_calls, dip_heap_get_n_calls_of_all (),
                driver.n_made, 0 };

  dip_device_get_allocated (self->fixture->device, &now.n_device, &most);
  if (self->goes_back && frame->timestep > self->last_timestep)
    self->last.n_own = now.n_own; /* going back plans the solver anew */
  if (frame->step > 1)
    {
      if (now.n_own != self->last.n_own)
        g_test_message ("%s, step %u", self->what, frame->step);
      g_assert_cmpuint (now.n_own, ==, self->last.n_own);
      g_assert_cmpuint (now.n_made, ==, self->last.n_made);
      g_assert_cmpuint (now.n_device, ==, self->last.n_device);
      self->n_most_of_driver = MAX (self->n_most_of_driver, now.n_all - self->last.n_all);
      self->n_steps++;
    }

  /* What was asked for here is nobody's. */
  self->last = now;
  self->last_timestep = frame->timestep;
  self->last.n_own = dip_heap_get_n_calls () - driver.n_calls;
  self->last.n_all = dip_heap_get_n_calls_of_all ();
  return TRUE;
}

static DipSolver *
make_solver (const char *class_name, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, "s.json", &error);
  g_autoptr (DipSchedulerConfig) config = NULL;
  const DipSolverSettings settings = { .n_steps = N_STEPS };
  DipSolver *solver;

  g_assert_no_error (error);
  config = dip_scheduler_config_parse (json, class_name, &error);
  g_assert_no_error (error);
  solver = dip_solver_new (config, &settings, &error);
  g_assert_no_error (error);

  return solver;
}

static void
check_run (Fixture *self,
           const char *class_name,
           const char *config,
           const DipWalk *walk,
           const DipGuide *guide)
{
  static const gint64 labels[] = { 3, 1 };
  const DipSampleSettings settings = {
    .n_images = 2,
    .seed = 42,
    .walk = *walk,
    .guide = *guide,
    .class_labels = labels,
    .allows_flat = TRUE,
  };
  g_autoptr (DipSampleState) state = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Counting counting = { self, class_name, walk->jump_length > 0 };

  state =
      dip_sample_state_new (make_solver (class_name, config), &shape, &settings, &error);
  g_assert_no_error (error);
  dip_sample_state_run (state, self->denoiser, count_step, &counting, cancellable,
                        &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counting.n_steps, >=, N_STEPS - 1);
  g_test_message ("%s: the driver asks for memory %" G_GUINT64_FORMAT
                  " times a step at most",
                  class_name, counting.n_most_of_driver);
}

static const DipWalk straight = { 0 };
static const DipGuide unguided = { 0 };

static void
test_solvers (Fixture *self, gconstpointer data)
{
  static const char *const classes[] = {
    "DDPMScheduler",
    "DDIMScheduler",
    "DPMSolverMultistepScheduler",
    "DPMSolverSinglestepScheduler",
    "EulerDiscreteScheduler",
    "EulerAncestralDiscreteScheduler",
    "HeunDiscreteScheduler",
    "UniPCMultistepScheduler",
    "PNDMScheduler",
    "DEISMultistepScheduler",
    "LMSDiscreteScheduler",
    "KDPM2DiscreteScheduler",
    "KDPM2AncestralDiscreteScheduler",
    "DDIMInverseScheduler",
    "LCMScheduler",
  };

  if (self->device == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    check_run (self, classes[i], "{}", &straight, &unguided);
}

static void
test_thresholding (Fixture *self, gconstpointer data)
{
  static const char *const classes[] = { "DDPMScheduler", "DDIMScheduler",
                                         "DPMSolverMultistepScheduler",
                                         "UniPCMultistepScheduler" };

  if (self->device == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    check_run (self, classes[i], "{\"thresholding\": true}", &straight, &unguided);
}

/* A picture given in part, and a way that goes back. */
static void
test_guided (Fixture *self, gconstpointer data)
{
  const DipWalk walk = { .jump_length = 2, .n_repeats = 2 };
  float picture[2 * 3 * SIZE * SIZE] = { 0.5f };
  float mask[3 * SIZE * SIZE] = { 1.0f };
  const DipGuide guide = { picture, mask, FALSE };

  if (self->device == NULL)
    return;
  check_run (self, "DDPMScheduler", "{}", &walk, &guide);
  check_run (self, "DDIMScheduler", "{}", &walk, &guide);
}

#define ADD(path, function)                                                              \
  g_test_add ("/allocations/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("solvers", test_solvers);
  ADD ("thresholding", test_thresholding);
  ADD ("guided", test_guided);

  return g_test_run ();
}
