#include "render/device-private.h"
#include "render/executor.h"
#include "render/family.h"
#include "render/weights.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"

#include <string.h>

/* What a device cannot bind or allocate at once is refused by name before anything is
 * allocated, and what slips through ends in an error.
 */
typedef struct
{
  DipDevice *device; /* NULL: skipped */
  DipTestNetwork *network;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->device = dip_test_open_device ();
  self->network = dip_test_network_new (7, 32);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  guint64 now, most;

  dip_test_network_free (self->network);
  if (self->device == NULL)
    return;

  dip_device_get_allocated (self->device, &now, &most);
  g_assert_cmpuint (now, ==, 0);
  dip_device_unref (self->device);
}

static void
check_refused (Fixture *self,
               const DipFamily *family,
               const DipDeviceInfo *info,
               guint size,
               const char *what)
{
  g_autoptr (DipGraph) graph =
      dip_test_network_build (self->network, 1, size, size, FALSE);
  g_autoptr (GError) error = NULL;
  DipExecutorMemory memory;

  g_assert_false (dip_executor_plan_memory (info, family, graph, &memory, &error));
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, what));
}

/* 128 MiB, what Vulkan promises, is a block of eight channels of 2048 x 2048, or an image
 * of 32 of 1024 x 1024.
 */
static void
test_values (Fixture *self, gconstpointer data)
{
  DipDeviceInfo info;

  if (self->device == NULL)
    return;
  info = *dip_device_get_info (self->device);
  info.max_range = 1 << 27;
  check_refused (self, &dip_family_cpu, &info, 2100, "bind 134217728");
  check_refused (self, &dip_family_generic, &info, 1100, "bind 134217728");
}

/* Packs of 32 x 32 x 9 weights are the largest: 36864 bytes, and rows of the linear
 * layers next.
 */
static void
test_weights (Fixture *self, gconstpointer data)
{
  DipDeviceInfo info;

  if (self->device == NULL)
    return;
  info = *dip_device_get_info (self->device);
  info.max_range = 32 * 32 * 4 * 8;
  check_refused (self, &dip_family_generic, &info, 4, "its weights take");
}

/* Scores of attention: positions by positions. */
static void
test_scratch (Fixture *self, gconstpointer data)
{
  DipDeviceInfo info;

  if (self->device == NULL)
    return;
  info = *dip_device_get_info (self->device);
  info.max_allocation = 1 << 28;
  check_refused (self, &dip_family_cpu, &info, 512, "its intermediate values take");
}

/* A device that cannot bind the products of a transform, which are no value. */
static void
test_recorder (Fixture *self, gconstpointer data)
{
  g_autoptr (DipGraph) graph = dip_test_network_build (self->network, 1, 16, 16, FALSE);
  g_autoptr (DipWeights) weights = NULL;
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (GError) error = NULL;

  if (self->device == NULL ||
      !dip_family_cpu.can_run (dip_device_get_info (self->device)))
    return;
  self->device->info.max_range = 16 << 10;
  weights = dip_weights_new (self->device, &dip_family_cpu);
  executor =
      dip_executor_new (self->device, graph, weights, DIP_EXECUTOR_NONE, NULL, &error);
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "cpu_winograd_in"));
}

#define ADD(path, function)                                                              \
  g_test_add ("/limits/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("values", test_values);
  ADD ("weights", test_weights);
  ADD ("scratch", test_scratch);
  ADD ("recorder", test_recorder);

  return g_test_run ();
}
