#include "render/peak.h"
#include "tests/render/device-test.h"

#include <math.h>

/* What was measured is checked inside: that every step was done and every byte copied.
 * Here, that the figures are some that a machine can have.
 */
static void
test_measured (void)
{
  g_autoptr (DipDevice) device = dip_test_open_device ();
  g_autoptr (GError) error = NULL;
  guint64 before, after, most;
  DipPeak peak = { 0 };

  if (device == NULL)
    {
      g_test_skip ("no Vulkan device");
      return;
    }

  dip_device_get_allocated (device, &before, &most);
  g_assert_true (dip_peak_measure (device, &peak, NULL, &error));
  g_assert_no_error (error);
  g_test_message ("%.1f GFLOP/s, %.1f GB/s", peak.flops_per_second / 1e9,
                  peak.bytes_per_second / 1e9);
  g_assert_cmpfloat (peak.flops_per_second, >, 1e8);
  g_assert_cmpfloat (peak.flops_per_second, <, 1e16);
  g_assert_cmpfloat (peak.bytes_per_second, >, 1e7);
  g_assert_cmpfloat (peak.bytes_per_second, <, 1e14);

  dip_device_get_allocated (device, &after, &most);
  g_assert_cmpuint (after, ==, before);
  g_assert_cmpuint (most, >=, 2 * DIP_PEAK_COPY_BYTES);
}

static void
test_cancelled (void)
{
  g_autoptr (DipDevice) device = dip_test_open_device ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  DipPeak peak = { 0 };

  if (device == NULL)
    {
      g_test_skip ("no Vulkan device");
      return;
    }

  g_cancellable_cancel (cancellable);
  g_assert_false (dip_peak_measure (device, &peak, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peak/measured", test_measured);
  g_test_add_func ("/peak/cancelled", test_cancelled);

  return g_test_run ();
}
