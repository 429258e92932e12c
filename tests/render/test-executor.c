#include "render/executor.h"
#include "model/graph/passes.h"
#include "model/graph/reference.h"
#include "render/device-private.h"
#include "render/weights.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"

#include <string.h>

/* What DESIGN allows the whole network on a device. */
#define TOLERANCE 5e-5

typedef struct
{
  DipDevice *device; /* NULL: skipped */
  DipTestNetwork *network;
  DipGraph *graph; /* two images of 12 x 8, plain */
  DipTestRun *run;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->device = dip_test_open_device ();
  self->network =
      dip_test_network_new (g_test_rand_int (), 2 * g_test_rand_int_range (2, 10));
  self->graph = dip_test_network_build (self->network, 2, 12, 8, FALSE);
  self->run = dip_test_run_new (self->graph, g_test_rand_int ());
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  guint64 now, most;

  dip_test_run_free (self->run);
  dip_graph_unref (self->graph);
  dip_test_network_free (self->network);
  if (self->device == NULL)
    return;

  dip_device_get_allocated (self->device, &now, &most);
  g_assert_cmpuint (now, ==, 0);
  dip_device_unref (self->device);
}

static DipExecutor *
build (Fixture *self, DipGraph *graph, DipExecutorFlags flags)
{
  g_autoptr (GError) error = NULL;
  DipExecutor *executor =
      dip_executor_new (self->device, graph, NULL, flags, NULL, &error);

  g_assert_no_error (error);

  return executor;
}

static void
run (DipExecutor *executor, DipTestRun *test_run)
{
  g_autoptr (GError) error = NULL;

  dip_executor_run (executor, (const float *const *) test_run->inputs, test_run->output,
                    NULL, &error);
  g_assert_no_error (error);
}

static void
check_output (DipGraph *graph, const DipTestRun *test_run)
{
  g_autofree float *wanted = g_new (float, test_run->n_output);
  g_autoptr (GError) error = NULL;
  double difference;

  dip_reference_run (graph, (const float *const *) test_run->inputs, wanted, NULL, NULL,
                     NULL, &error);
  g_assert_no_error (error);
  difference = dip_test_compare (wanted, test_run->output, test_run->n_output);
  g_test_message ("%.3g of rms", difference);
  g_assert_cmpfloat (difference, <=, TOLERANCE);
}

static void
test_plain (Fixture *self, gconstpointer data)
{
  g_autoptr (DipExecutor) executor = NULL;

  if (self->device == NULL)
    return;
  executor = build (self, self->graph, DIP_EXECUTOR_NONE);
  run (executor, self->run);
  check_output (self->graph, self->run);
}

static void
test_fused (Fixture *self, gconstpointer data)
{
  g_autoptr (DipGraph) fused = dip_graph_fuse (self->graph, FALSE);
  g_autoptr (DipExecutor) executor = NULL;

  if (self->device == NULL)
    return;
  executor = build (self, fused, DIP_EXECUTOR_NONE);
  run (executor, self->run);
  check_output (self->graph, self->run);
}

/* The commands are recorded once: other inputs must show in the output. */
static void
test_runs_again (Fixture *self, gconstpointer data)
{
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (DipTestRun) other = dip_test_run_new (self->graph, g_test_rand_int ());
  g_autofree float *first = NULL;

  if (self->device == NULL)
    return;
  executor = build (self, self->graph, DIP_EXECUTOR_NONE);
  run (executor, self->run);
  first = g_memdup2 (self->run->output, self->run->n_output * sizeof (float));
  run (executor, other);
  check_output (self->graph, other);
  run (executor, self->run);
  g_assert_cmpmem (first, self->run->n_output * sizeof (float), self->run->output,
                   self->run->n_output * sizeof (float));
}

typedef struct
{
  DipExecutor *executor;
  guint n_compared;
} Recording;

static void
compare_value (const DipGraph *graph, guint node, const float *wanted, gpointer user_data)
{
  Recording *self = user_data;
  DipValueId value = dip_graph_get_node (graph, node)->output;
  gsize n = dip_shape_get_n_elements (&dip_graph_get_value (graph, value)->shape);
  g_autofree float *found = g_new (float, n);
  g_autoptr (GError) error = NULL;

  dip_executor_read_value (self->executor, value, found, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (dip_test_compare (wanted, found, n), <=, TOLERANCE);
  self->n_compared++;
}

static void
test_recording (Fixture *self, gconstpointer data)
{
  g_autofree float *output = g_new (float, self->run->n_output);
  g_autoptr (GError) error = NULL;
  Recording recording = { NULL, 0 };

  if (self->device == NULL)
    return;
  recording.executor = build (self, self->graph, DIP_EXECUTOR_KEEP_ALL);
  run (recording.executor, self->run);
  dip_reference_run (self->graph, (const float *const *) self->run->inputs, output,
                     compare_value, &recording, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (recording.n_compared, ==, dip_graph_get_n_nodes (self->graph));
  dip_executor_free (recording.executor);
}

/* To the last bit, whoever shares the batch. */
static void
test_images_are_alone (Fixture *self, gconstpointer data)
{
  g_autoptr (DipGraph) single = dip_test_network_build (self->network, 1, 12, 8, FALSE);
  g_autoptr (DipTestRun) alone = dip_test_run_new (single, 1);
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (DipExecutor) executor1 = NULL;
  gsize n_bytes = alone->n_output * sizeof (float);

  if (self->device == NULL)
    return;
  executor = build (self, self->graph, DIP_EXECUTOR_NONE);
  executor1 = build (self, single, DIP_EXECUTOR_NONE);
  run (executor, self->run);
  for (guint b = 0; b < 2; b++)
    {
      memcpy (alone->inputs[DIP_GRAPH_INPUT_SAMPLE],
              self->run->inputs[DIP_GRAPH_INPUT_SAMPLE] + b * alone->n_output, n_bytes);
      alone->inputs[DIP_GRAPH_INPUT_TIMESTEPS][0] =
          self->run->inputs[DIP_GRAPH_INPUT_TIMESTEPS][b];
      run (executor1, alone);
      g_assert_cmpmem (alone->output, n_bytes, self->run->output + b * alone->n_output,
                       n_bytes);
    }
}

static void
test_memory_is_as_planned (Fixture *self, gconstpointer data)
{
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (GError) error = NULL;
  DipExecutorMemory planned, memory;
  guint64 now, most;

  if (self->device == NULL)
    return;
  dip_executor_plan_memory (dip_device_get_info (self->device),
                            dip_family_choose (dip_device_get_info (self->device)),
                            self->graph, &planned, &error);
  g_assert_no_error (error);
  executor = build (self, self->graph, DIP_EXECUTOR_NONE);
  run (executor, self->run);
  dip_executor_get_memory (executor, &memory);
  g_assert_cmpuint (memory.planned, ==, planned.planned);
  g_assert_cmpuint (memory.planned, ==,
                    memory.arena + memory.weights + memory.scratch + memory.staging);
  g_assert_cmpuint (memory.allocated, >=, memory.planned);
  g_assert_cmpfloat (memory.allocated, <=, 1.5 * memory.planned);

  dip_device_get_allocated (self->device, &now, &most);
  g_assert_cmpuint (now, ==, memory.allocated);
}

/* What does not fit is refused with the batch that would, and that one does. */
static void
test_memory_too_small (Fixture *self, gconstpointer data)
{
  g_autoptr (DipGraph) graph = dip_test_network_build (self->network, 4, 8, 8, FALSE);
  g_autoptr (DipGraph) fitting = dip_test_network_build (self->network, 3, 8, 8, FALSE);
  g_autoptr (GError) error = NULL;
  const DipFamily *family;
  DipExecutorMemory memory;
  DipDeviceInfo small;

  if (self->device == NULL)
    return;
  family = dip_family_choose (dip_device_get_info (self->device));
  small = *dip_device_get_info (self->device);
  g_assert_true (dip_executor_plan_memory (&small, family, graph, &memory, &error));

  small.memory = memory.planned - 1;
  g_assert_false (dip_executor_plan_memory (&small, family, graph, &memory, &error));
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "a batch of 3 would fit"));
  g_clear_error (&error);
  g_assert_true (dip_executor_plan_memory (&small, family, fitting, &memory, &error));

  small.memory = memory.weights;
  g_assert_false (dip_executor_plan_memory (&small, family, fitting, &memory, &error));
  g_assert_nonnull (strstr (error->message, "not even one"));
}

/* Several programs of one checkpoint upload it once. */
static void
test_weights_are_shared (Fixture *self, gconstpointer data)
{
  g_autoptr (DipGraph) single = dip_test_network_build (self->network, 1, 8, 8, FALSE);
  g_autoptr (DipTestRun) other = dip_test_run_new (single, 3);
  g_autoptr (DipWeights) weights = NULL;
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (DipExecutor) executor1 = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_allocated;

  if (self->device == NULL)
    return;
  weights = dip_weights_new (self->device,
                             dip_family_choose (dip_device_get_info (self->device)));
  executor = dip_executor_new (self->device, self->graph, weights, DIP_EXECUTOR_NONE,
                               NULL, &error);
  g_assert_no_error (error);
  n_allocated = dip_weights_get_allocated (weights);
  g_assert_cmpuint (n_allocated, >, 0);
  executor1 =
      dip_executor_new (self->device, single, weights, DIP_EXECUTOR_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dip_weights_get_allocated (weights), ==, n_allocated);

  run (executor1, other);
  check_output (single, other);
  run (executor, self->run);
  check_output (self->graph, self->run);
}

/* A device that can bind two images but not three, and allocate little at once:
 * batches are cut into dispatches and the arena into buffers.
 */
static void
test_small_limits (Fixture *self, gconstpointer data)
{
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (DipGraph) graph = NULL;
  g_autoptr (DipTestRun) test_run = NULL;
  DipExecutorMemory memory;

  if (self->device == NULL)
    return;
  graph = dip_test_network_build (self->network, 3, 32, 32, FALSE);
  test_run = dip_test_run_new (graph, g_test_rand_int ());
  self->device->info.max_range = 2 * 64 * 32 * 32 * sizeof (float);
  self->device->info.max_allocation = 2 * self->device->info.max_range;
  executor = build (self, graph, DIP_EXECUTOR_KEEP_ALL);
  dip_executor_get_memory (executor, &memory);
  g_assert_cmpuint (memory.arena, >, self->device->info.max_allocation);
  run (executor, test_run);
  check_output (graph, test_run);
}

static void
test_too_large (Fixture *self, gconstpointer data)
{
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (GError) error = NULL;

  if (self->device == NULL)
    return;
  self->device->info.max_range = 512;
  self->device->info.max_allocation = 512;
  executor =
      dip_executor_new (self->device, self->graph, NULL, DIP_EXECUTOR_NONE, NULL, &error);
  g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE);
  g_assert_null (executor);
}

static gpointer
run_in_thread (gpointer data)
{
  Fixture *self = data;
  g_autoptr (DipExecutor) executor = build (self, self->graph, DIP_EXECUTOR_NONE);
  DipTestRun *test_run = dip_test_run_new (self->graph, 77);

  for (guint i = 0; i < 5; i++)
    run (executor, test_run);

  return test_run;
}

static void
test_two_at_once (Fixture *self, gconstpointer data)
{
  g_autoptr (DipTestRun) a = NULL;
  g_autoptr (DipTestRun) b = NULL;
  GThread *threads[2];

  if (self->device == NULL)
    return;
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("executor", run_in_thread, self);
  a = g_thread_join (threads[0]);
  b = g_thread_join (threads[1]);
  check_output (self->graph, a);
  g_assert_cmpmem (a->output, a->n_output * sizeof (float), b->output,
                   b->n_output * sizeof (float));
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (GError) error = NULL;

  if (self->device == NULL)
    return;
  executor = build (self, self->graph, DIP_EXECUTOR_NONE);
  g_cancellable_cancel (cancellable);
  g_assert_false (dip_executor_run (executor, (const float *const *) self->run->inputs,
                                    self->run->output, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  run (executor, self->run);
  check_output (self->graph, self->run);
}

static void
test_timing (Fixture *self, gconstpointer data)
{
  guint n = dip_graph_get_n_nodes (self->graph);
  g_autofree double *seconds = g_new0 (double, n);
  g_autoptr (DipExecutor) executor = NULL;

  if (self->device == NULL || !dip_device_get_info (self->device)->has_timestamps)
    return;
  executor = build (self, self->graph, DIP_EXECUTOR_TIMING);
  run (executor, self->run);
  g_assert_true (dip_executor_get_seconds (executor, seconds));
  for (guint i = 0; i < n; i++)
    {
      const DipNode *node = dip_graph_get_node (self->graph, i);

      g_assert_cmpfloat (seconds[i], <, 60.0);
      if (node->op == DIP_OP_CONV2D)
        g_assert_cmpfloat (seconds[i], >, 0.0);
      if (node->op == DIP_OP_INPUT)
        g_assert_cmpfloat (seconds[i], ==, 0.0);
    }
  check_output (self->graph, self->run);
}

static void
test_labels (Fixture *self, gconstpointer data)
{
  g_autoptr (DipGraph) graph = dip_test_network_build (self->network, 2, 8, 8, TRUE);
  g_autoptr (DipTestRun) test_run = dip_test_run_new (graph, g_test_rand_int ());
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (GError) error = NULL;

  if (self->device == NULL)
    return;
  executor = build (self, graph, DIP_EXECUTOR_NONE);
  run (executor, test_run);
  check_output (graph, test_run);

  test_run->inputs[DIP_GRAPH_INPUT_CLASS_LABELS][1] = 5.0f;
  g_assert_false (dip_executor_run (executor, (const float *const *) test_run->inputs,
                                    test_run->output, NULL, &error));
  g_assert_error (error, DIP_GRAPH_ERROR, DIP_GRAPH_ERROR_INPUT);
}

/* Conditions come from a table: the output is within tolerance of the reference, and the
 * same to the last bit whether they were announced, with others or in another order, or
 * not.
 */
static void
test_conditions (Fixture *self, gconstpointer data)
{
  g_autoptr (DipGraph) graph = dip_test_network_build (self->network, 2, 8, 8, TRUE);
  g_autoptr (DipGraph) marked = dip_graph_fuse_for_steps (graph);
  g_autoptr (DipTestRun) test_run = dip_test_run_new (graph, g_test_rand_int ());
  float times[40], labels[40];
  const float *next[DIP_N_GRAPH_INPUTS] = {
    [DIP_GRAPH_INPUT_TIMESTEPS] = times, [DIP_GRAPH_INPUT_CLASS_LABELS] = labels
  };
  g_autoptr (DipExecutor) fresh = NULL;
  g_autoptr (DipExecutor) told = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree float *first = NULL;

  if (self->device == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      times[i] = 25 * i + 0.5f;
      labels[i] = i % 5;
    }
  fresh = build (self, marked, DIP_EXECUTOR_NONE);
  told = build (self, marked, DIP_EXECUTOR_NONE);
  g_assert_true (dip_executor_announce (told, next, G_N_ELEMENTS (times), NULL, &error));
  g_assert_no_error (error);

  for (guint i = 0; i + 3 < G_N_ELEMENTS (times); i += 9)
    {
      for (guint b = 0; b < 2; b++)
        {
          test_run->inputs[DIP_GRAPH_INPUT_TIMESTEPS][b] = times[i + 3 * b];
          test_run->inputs[DIP_GRAPH_INPUT_CLASS_LABELS][b] = labels[i + 3 * b];
        }
      run (fresh, test_run);
      check_output (graph, test_run);
      g_free (first);
      first = g_memdup2 (test_run->output, test_run->n_output * sizeof (float));
      run (told, test_run);
      g_assert_cmpmem (first, test_run->n_output * sizeof (float), test_run->output,
                       test_run->n_output * sizeof (float));
    }

  test_run->inputs[DIP_GRAPH_INPUT_CLASS_LABELS][1] = 5.0f;
  g_assert_false (dip_executor_run (told, (const float *const *) test_run->inputs,
                                    test_run->output, NULL, &error));
  g_assert_error (error, DIP_GRAPH_ERROR, DIP_GRAPH_ERROR_INPUT);
}

/* Of the linear layers none is left in a step. */
static void
test_conditions_take_no_dispatch (Fixture *self, gconstpointer data)
{
  g_autoptr (DipGraph) fused = dip_graph_fuse (self->graph, FALSE);
  g_autoptr (DipGraph) marked = dip_graph_fuse_for_steps (self->graph);
  g_autoptr (DipExecutor) plain = NULL;
  g_autoptr (DipExecutor) executor = NULL;
  guint n_linear = 0;

  if (self->device == NULL)
    return;
  for (guint i = 0; i < dip_graph_get_n_nodes (marked); i++)
    {
      const DipNode *node = dip_graph_get_node (marked, i);

      n_linear += node->op == DIP_OP_LINEAR;
      g_assert_true (node->op != DIP_OP_LINEAR || node->is_condition);
      g_assert_true (node->op != DIP_OP_CONV2D || !node->is_condition);
    }
  g_assert_cmpuint (n_linear, >, 0);
  plain = build (self, fused, DIP_EXECUTOR_NONE);
  executor = build (self, marked, DIP_EXECUTOR_NONE);
  g_assert_cmpuint (dip_executor_get_n_dispatches (executor) + n_linear, <=,
                    dip_executor_get_n_dispatches (plain));
}

#define ADD(path, function)                                                              \
  g_test_add ("/executor/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("plain", test_plain);
  ADD ("fused", test_fused);
  ADD ("runs-again", test_runs_again);
  ADD ("recording", test_recording);
  ADD ("images-are-alone", test_images_are_alone);
  ADD ("memory-is-as-planned", test_memory_is_as_planned);
  ADD ("memory-too-small", test_memory_too_small);
  ADD ("weights-are-shared", test_weights_are_shared);
  ADD ("small-limits", test_small_limits);
  ADD ("too-large", test_too_large);
  ADD ("two-at-once", test_two_at_once);
  ADD ("cancelled", test_cancelled);
  ADD ("timing", test_timing);
  ADD ("labels", test_labels);
  ADD ("conditions", test_conditions);
  ADD ("conditions-take-no-dispatch", test_conditions_take_no_dispatch);

  return g_test_run ();
}
