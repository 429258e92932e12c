#include "render/device-private.h"
#include "render/kernel.h"
#include "render/recorder.h"

/* A dispatch that took longer made the driver compile; one whose machine code was kept from
 * an earlier process takes a tenth of it.
 */
#define SECONDS_TO_COMPILE 0.05

/* Each holds what a compiler needs, some 50 MB; and the largest kernel takes a quarter of
 * all.
 */
#define MOST_HELPERS 3

/* What the threads share.  Kernels are taken from the list one by one. */
typedef struct
{
  DipDevice *device;
  GArray *variants; /* DipKernelVariant; what takes longest first */
  gint next;        /* atomic */
  GCancellable *cancellable;
} WarmUp;

static DipPipeline *
get_pipeline (DipDevice *device, const DipKernelVariant *variant, GError **error)
{
  return (DipPipeline *) dip_device_get_pipeline (
      device, variant->kernel, variant->constants, variant->n_constants, error);
}

/* Dispatches nothing: the driver compiles all the same. */
static gboolean
warm (DipDevice *device, const DipKernelVariant *variant, GError **error)
{
  static const guint8 push[128];
  g_autoptr (DipBuffer) buffer =
      dip_buffer_new (device, DIP_BUFFER_DEVICE, DIP_ALIGNMENT, "a kernel", error);
  DipOperand operands[DIP_MAX_BINDINGS];
  DipDispatch dispatch = {
    .kernel = variant->kernel,
    .constants = variant->constants,
    .n_constants = variant->n_constants,
    .operands = operands,
    .n_operands = variant->kernel->n_bindings,
    .push = push,
  };
  g_autoptr (DipRecorder) recorder = NULL;

  if (buffer == NULL)
    return FALSE;
  for (guint i = 0; i < DIP_MAX_BINDINGS; i++)
    operands[i] = (DipOperand){ { buffer, 0, buffer->n_bytes }, DIP_ACCESS_READ_WRITE };
  recorder = dip_recorder_new (device, 1.0, FALSE);
  dip_recorder_dispatch (recorder, &dispatch);

  return dip_recorder_finish (recorder, error) &&
         dip_recorder_run (recorder, NULL, error);
}

/* The next kernel, or NULL when there is none or nobody wants them any more. */
static const DipKernelVariant *
take (WarmUp *self)
{
  guint i = g_atomic_int_add (&self->next, 1);

  if (i >= self->variants->len || g_cancellable_is_cancelled (self->cancellable))
    return NULL;

  return &g_array_index (self->variants, DipKernelVariant, i);
}

/* A driver has one thread a device for this, so the device is opened once more; for each
 * kernel anew, since a driver keeps much of every one it compiled.  What becomes of it is in
 * the driver's cache on disk.
 */
static gboolean
help (WarmUp *self, const DipKernelVariant *variant)
{
  g_autoptr (DipDevice) device = dip_device_open_again (self->device, NULL);

  if (device == NULL || !warm (device, variant, NULL))
    return FALSE;
  device->has_new_pipelines = FALSE; /* they are those of the device that is kept */

  return TRUE;
}

/* A helper that fails has helped less. */
static gpointer
help_cb (gpointer data)
{
  const DipKernelVariant *variant;

  while ((variant = take (data)) != NULL)
    if (!help (data, variant))
      break;

  return NULL;
}

static void
start_helpers (WarmUp *self, GPtrArray *helpers)
{
  guint n = MIN (self->variants->len - MIN (self->variants->len, (guint) self->next),
                 g_get_num_processors () - 1);

  for (guint i = 0; i < MIN (n, MOST_HELPERS); i++)
    g_ptr_array_add (helpers, g_thread_new ("compile", help_cb, self));
}

static gint
compare_cost (gconstpointer a, gconstpointer b, gpointer device)
{
  double cost_a = get_pipeline (device, a, NULL)->seconds;
  double cost_b = get_pipeline (device, b, NULL)->seconds;

  return (cost_a < cost_b) - (cost_a > cost_b);
}

/* Those that have not been warmed, each once. */
static gboolean
list_cold (WarmUp *self,
           const DipKernelVariant *variants,
           guint n_variants,
           GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < n_variants; i++)
    {
      DipPipeline *pipeline = get_pipeline (self->device, &variants[i], error);

      if (pipeline == NULL)
        return FALSE;
      if (pipeline->is_warm || !g_hash_table_add (seen, pipeline))
        continue;
      g_array_append_val (self->variants, variants[i]);
    }
  g_array_sort_with_data (self->variants, compare_cost, self->device);

  return TRUE;
}

static gboolean
warm_all (WarmUp *self, GPtrArray *helpers, GError **error)
{
  const DipKernelVariant *variant;

  while ((variant = take (self)) != NULL)
    {
      gint64 start = g_get_monotonic_time ();
      double seconds;

      if (!warm (self->device, variant, error))
        return FALSE;
      seconds = (g_get_monotonic_time () - start) / 1e6;
      g_debug ("%s %u: warm after %.3f s", variant->kernel->name, variant->constants[0],
               seconds);
      if (seconds > SECONDS_TO_COMPILE && helpers->len == 0)
        start_helpers (self, helpers);
    }

  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* What helpers compiled is only loaded now. */
static gboolean
fetch_all (WarmUp *self, gboolean has_helped, GError **error)
{
  for (guint i = 0; i < self->variants->len; i++)
    {
      const DipKernelVariant *variant =
          &g_array_index (self->variants, DipKernelVariant, i);

      if (has_helped && !warm (self->device, variant, error))
        return FALSE;
      get_pipeline (self->device, variant, NULL)->is_warm = TRUE;
    }

  return TRUE;
}

gboolean
dip_device_warm_pipelines (DipDevice *self,
                           const DipKernelVariant *variants,
                           guint n_variants,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GArray) cold = g_array_new (FALSE, FALSE, sizeof (DipKernelVariant));
  g_autoptr (GPtrArray) helpers = g_ptr_array_new ();
  WarmUp warm_up = { self, cold, 0, cancellable };
  gboolean is_done;

  if (self->info.type != DIP_DEVICE_CPU)
    return TRUE;
  if (!list_cold (&warm_up, variants, n_variants, error))
    return FALSE;

  is_done = warm_all (&warm_up, helpers, error);
  if (!is_done)
    g_atomic_int_set (&warm_up.next, cold->len);
  for (guint i = 0; i < helpers->len; i++)
    g_thread_join (g_ptr_array_index (helpers, i));

  return is_done && fetch_all (&warm_up, helpers->len > 0, error);
}
