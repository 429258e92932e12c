#include "render/peak.h"
#include "render/family.h"
#include "render/recorder.h"
#include "render/transfer.h"
#include "shaders/cpu-shared.h"
#include "shaders/shared.h"

#include "cpu-peak-copy.spv.h"
#include "peak-copy.spv.h"
#include "peak-fma.spv.h"

#include <string.h>

#define N_RUNS 5

/* Rounds are doubled until a run takes this long: then its submission (30 us) is
 * nothing, and no watchdog wakes.
 */
#define SECONDS_OF_A_RUN 0.03

/* Beyond this the kernel's whole numbers would not fit float32. */
#define MOST_ROUNDS (1u << 20)

/* Enough for every GPU to be full. */
#define N_GPU_GROUPS 8192

#define N_CPU_GROUPS_PER_CORE 16

static const DipKernel fma_kernel = DIP_KERNEL (peak_fma, 1, struct DipPushPeak);
static const DipKernel copy_kernel = DIP_KERNEL (peak_copy, 2, struct DipPushPeakCopy);
static const DipKernel cpu_copy_kernel = DIP_KERNEL (cpu_peak_copy, 1, struct DipCpuCopy);

typedef struct
{
  DipDevice *device;
  GCancellable *cancellable;
  DipTransfer *transfer;
  DipBuffer *x; /* NULL for multiply-adds */
  DipBuffer *out;
  guint32 n_invocations; /* a workgroup */
  guint n_groups;
} Probe;

static void
clear_probe (Probe *self)
{
  dip_transfer_free (self->transfer);
  dip_buffer_free (self->x);
  dip_buffer_free (self->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Probe, clear_probe)

static gboolean
time_run (Probe *self, DipRecorder *recorder, double *seconds, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  if (!dip_recorder_run (recorder, self->cancellable, error))
    return FALSE;
  *seconds = MAX (1, g_get_monotonic_time () - start) / 1e6;

  return TRUE;
}

/* The least of several runs. */
static gboolean
time_runs (Probe *self, DipRecorder *recorder, double *least, GError **error)
{
  double seconds;

  if (!dip_recorder_finish (recorder, error) ||
      !time_run (self, recorder, least, error)) /* compiles; not counted */
    return FALSE;

  *least = G_MAXDOUBLE;
  for (guint i = 0; i < N_RUNS; i++)
    {
      if (!time_run (self, recorder, &seconds, error))
        return FALSE;
      *least = MIN (*least, seconds);
    }

  return TRUE;
}

static gboolean
check (Probe *self, gboolean is_right, const char *what, GError **error)
{
  if (is_right)
    return TRUE;

  g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_FAILED,
               "%s: measuring its peak, %s wrongly",
               dip_device_get_info (self->device)->name, what);
  return FALSE;
}

static DipRecorder *
record_fma (Probe *self, guint n_rounds)
{
  DipRecorder *recorder = dip_recorder_new (self->device, 1e9, FALSE);
  struct DipPushPeak push = { n_rounds, 1.0f, 1.0f };
  DipOperand operand = { { self->out, 0, self->out->n_bytes }, DIP_ACCESS_WRITE };
  DipDispatch dispatch = {
    .kernel = &fma_kernel,
    .constants = &self->n_invocations,
    .n_constants = 1,
    .operands = &operand,
    .n_operands = 1,
    .push = &push,
    .groups = { self->n_groups, 1, 1 },
  };

  dip_recorder_dispatch (recorder, &dispatch);

  return recorder;
}

static gboolean
check_fma (Probe *self, guint n_rounds, GError **error)
{
  gsize n = self->n_groups * self->n_invocations;
  g_autofree float *out = g_new (float, n);
  DipRange range = { self->out, 0, n * sizeof *out };
  float wanted = n_rounds * DIP_PEAK_STEPS;
  gboolean is_right = TRUE;

  if (!dip_transfer_download (self->transfer, &range, out, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    is_right = is_right && out[i] == wanted;

  return check (self, is_right, "it multiplied and added", error);
}

static gboolean
measure_fma (Probe *self, double *flops_per_second, GError **error)
{
  double seconds = 0.0;
  guint n_rounds = 32;

  self->out = dip_buffer_new (self->device, DIP_BUFFER_DEVICE,
                              self->n_groups * self->n_invocations * sizeof (float),
                              "measuring", error);
  if (self->out == NULL)
    return FALSE;

  while (seconds < SECONDS_OF_A_RUN && n_rounds < MOST_ROUNDS)
    {
      g_autoptr (DipRecorder) recorder = NULL;

      n_rounds *= 2;
      recorder = record_fma (self, n_rounds);
      if (!time_runs (self, recorder, &seconds, error) ||
          !check_fma (self, n_rounds, error))
        return FALSE;
    }
  *flops_per_second = 2.0 * n_rounds * DIP_PEAK_STEPS * DIP_PEAK_CHAINS * self->n_groups *
                      self->n_invocations / seconds;

  return TRUE;
}

static void
record_cpu_copy (DipRecorder *recorder, const DipRange *x, const DipRange *out)
{
  const guint n_group_bytes = DIP_CPU_COPY_VECTORS * DIP_CPU_LANES * sizeof (float);
  struct DipCpuCopy push = { .x = dip_range_get_address (x), .n_across = 256 };
  DipOperand operands[] = { { *out, DIP_ACCESS_WRITE }, { *x, DIP_ACCESS_READ } };
  DipDispatch dispatch = {
    .kernel = &cpu_copy_kernel,
    .operands = operands,
    .n_operands = G_N_ELEMENTS (operands),
    .push = &push,
    .groups = { 256, out->n_bytes / n_group_bytes / 256, 1 },
  };

  for (guint i = 0; i < DIP_CPU_IDS; i++)
    push.ids[i] = i;
  dip_recorder_dispatch (recorder, &dispatch);
}

static void
record_gpu_copy (DipRecorder *recorder, const DipRange *x, const DipRange *out)
{
  struct DipPushPeakCopy push = { out->n_bytes / 16 };
  DipOperand operands[] = { { *out, DIP_ACCESS_WRITE }, { *x, DIP_ACCESS_READ } };
  DipDispatch dispatch = {
    .kernel = &copy_kernel,
    .operands = operands,
    .n_operands = G_N_ELEMENTS (operands),
    .push = &push,
    .groups = { push.n_quads / DIP_GROUP, 1, 1 },
  };

  dip_recorder_dispatch (recorder, &dispatch);
}

static void
record_driver_copy (DipRecorder *recorder, const DipRange *x, const DipRange *out)
{
  dip_recorder_copy (recorder, x, out);
}

/* The end of the buffer tells whether all of it was copied. */
static gboolean
time_copy (Probe *self,
           void (*record) (DipRecorder *, const DipRange *, const DipRange *),
           double *seconds,
           GError **error)
{
  g_autoptr (DipRecorder) recorder = dip_recorder_new (self->device, 1e9, FALSE);
  DipRange x = { self->x, 0, self->x->n_bytes };
  DipRange out = { self->out, 0, self->out->n_bytes };
  guint32 wanted[1024], found[1024];
  DipRange x_end = dip_range_slice (&x, x.n_bytes - sizeof wanted, sizeof wanted);
  DipRange end = dip_range_slice (&out, out.n_bytes - sizeof wanted, sizeof wanted);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    wanted[i] = i * 2654435761u;
  record (recorder, &x, &out);
  if (!dip_transfer_fill (self->transfer, &x, 0x01020304, error) ||
      !dip_transfer_fill (self->transfer, &out, 0, error) ||
      !dip_transfer_upload (self->transfer, &x_end, wanted, error) ||
      !dip_transfer_flush (self->transfer, error) ||
      !time_runs (self, recorder, seconds, error) ||
      !dip_transfer_download (self->transfer, &end, found, error))
    return FALSE;

  return check (self, memcmp (wanted, found, sizeof wanted) == 0, "it copied", error);
}

static gboolean
measure_copy (Probe *self, double *bytes_per_second, GError **error)
{
  const DipDeviceInfo *info = dip_device_get_info (self->device);
  gsize n_bytes = MIN (DIP_PEAK_COPY_BYTES, info->max_range / 2 >> 20 << 20);
  double seconds, of_driver;

  self->x = dip_buffer_new (self->device, DIP_BUFFER_DEVICE, n_bytes, "measuring", error);
  if (self->x == NULL)
    return FALSE;
  self->out =
      dip_buffer_new (self->device, DIP_BUFFER_DEVICE, n_bytes, "measuring", error);
  if (self->out == NULL ||
      !time_copy (self, dip_family_cpu.can_run (info) ? record_cpu_copy : record_gpu_copy,
                  &seconds, error) ||
      !time_copy (self, record_driver_copy, &of_driver, error))
    return FALSE;
  g_debug ("copying %" G_GSIZE_FORMAT " bytes: kernel %.3g ms, driver %.3g ms", n_bytes,
           seconds * 1e3, of_driver * 1e3);
  *bytes_per_second = 2.0 * n_bytes / MIN (seconds, of_driver);

  return TRUE;
}

static gboolean
start_probe (Probe *self, DipDevice *device, GCancellable *cancellable, GError **error)
{
  const DipDeviceInfo *info = dip_device_get_info (device);
  gboolean is_cpu = info->type == DIP_DEVICE_CPU;

  self->device = device;
  self->cancellable = cancellable;
  self->n_invocations = is_cpu ? info->subgroup_size : DIP_GROUP;
  self->n_groups =
      is_cpu ? g_get_num_processors () * N_CPU_GROUPS_PER_CORE : N_GPU_GROUPS;
  self->transfer = dip_transfer_new (device, error);

  return self->transfer != NULL;
}

gboolean
dip_peak_measure (DipDevice *device,
                  DipPeak *peak,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (Probe) arithmetic = { 0 };
  g_auto (Probe) memory = { 0 };

  return start_probe (&arithmetic, device, cancellable, error) &&
         measure_fma (&arithmetic, &peak->flops_per_second, error) &&
         start_probe (&memory, device, cancellable, error) &&
         measure_copy (&memory, &peak->bytes_per_second, error);
}
