#include "model/graph/passes.h"
#include "render/op-table.h"
#include "render/selftest.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"
#include "tests/render/spoil.h"

#include <volk.h>

/* The self-test against a wrong kernel, each that there is in turn: it must fail, and
 * name an operation that the kernel belongs to.  Kernels are spoilt on their way to the
 * driver.  A new kernel is to be added to the table below.
 */
typedef struct
{
  const char *name;
  const guint32 *code;
  const DipFamily *family;
  const char *op_case; /* of the op table: one that takes this kernel */
  DipOp op;            /* that the self-test has to name */
} Kernel;

#define ALL_CPU(X)                                                                       \
  X (cpu_border, "conv/two-inputs", CONV2D)                                              \
  X (cpu_conv, "conv/3x3-tile", CONV2D)                                                  \
  X (cpu_linear, "linear/silu", LINEAR)                                                  \
  X (cpu_map, "add/same", ADD)                                                           \
  X (cpu_norm_apply, "group-norm/silu", GROUP_NORM)                                      \
  X (cpu_norm_fold, "group-norm/silu", GROUP_NORM)                                       \
  X (cpu_norm_stat, "group-norm/silu", GROUP_NORM)                                       \
  X (cpu_remap, "concat/odd", CONCAT)                                                    \
  X (cpu_resample, "upsample/odd", UPSAMPLE)                                             \
  X (cpu_softmax, "attention/many-positions", ATTENTION)                                 \
  X (cpu_softmax_short, "attention/one-head", ATTENTION)                                 \
  X (cpu_transpose, "attention/one-head", ATTENTION)                                     \
  X (cpu_winograd_in, "conv/winograd-small", CONV2D)                                     \
  X (cpu_winograd_out, "conv/winograd-small", CONV2D)                                    \
  X (cpu_winograd_sum, "conv/winograd-small", CONV2D)

#define ALL_STYLED(X, end)                                                               \
  X (attention##end, "attention/heads-of-8", ATTENTION)                                  \
  X (conv##end, "conv/3x3-tile", CONV2D)                                                 \
  X (conv_sum##end, "conv/3x3-deep", CONV2D)                                             \
  X (group_norm_apply##end, "group-norm/silu", GROUP_NORM)                               \
  X (group_norm_stats##end, "group-norm/silu", GROUP_NORM)                               \
  X (linear##end, "linear/silu", LINEAR)                                                 \
  X (map##end, "add/same", ADD)                                                          \
  X (resample##end, "upsample/odd", UPSAMPLE)

#define ALL_PLAIN(X) ALL_STYLED (X, )
#define ALL_HALF(X) ALL_STYLED (X, _half)
#define SHARED(X) X (group_norm_fold, "group-norm/silu", GROUP_NORM)
#define MATRIX(X) X (conv_matrix, "conv/3x3-tile", CONV2D)

#define DECLARE(name, op_case, op) extern const uint32_t dip_spv_##name[];
ALL_CPU (DECLARE)
ALL_PLAIN (DECLARE)
ALL_HALF (DECLARE)
SHARED (DECLARE)
MATRIX (DECLARE)

#define ROW(family, name, op_case, op)                                                   \
  { #name, dip_spv_##name, &dip_family_##family, op_case, DIP_OP_##op },
#define ROW_CPU(...) ROW (cpu, __VA_ARGS__)
#define ROW_PLAIN(...) ROW (generic, __VA_ARGS__)
#define ROW_HALF(...) ROW (generic_fp16, __VA_ARGS__)
#define ROW_MATRIX(...) ROW (generic_matrix, __VA_ARGS__)

static const Kernel kernels[] = {
  /* clang-format off */
  ALL_CPU (ROW_CPU)
  ALL_PLAIN (ROW_PLAIN)
  SHARED (ROW_PLAIN)
  ALL_HALF (ROW_HALF)
  SHARED (ROW_HALF)
  MATRIX (ROW_MATRIX)
  /* clang-format on */
};

/* What is spoilt (NULL: nothing), how often it was, and what is not in the table. */
static struct
{
  const guint32 *code;
  int n_spoilt;
  int n_unknown;
  PFN_vkCreateShaderModule create;
} driver;

static gboolean
is_known (const guint32 *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    if (kernels[i].code == code)
      return TRUE;

  return FALSE;
}

/* On any thread. */
static VKAPI_ATTR VkResult VKAPI_CALL
create_module (VkDevice device,
               const VkShaderModuleCreateInfo *info,
               const VkAllocationCallbacks *callbacks,
               VkShaderModule *module)
{
  VkShaderModuleCreateInfo spoilt = *info;
  g_autofree guint32 *code = NULL;
  guint n_changes;

  if (!is_known (info->pCode))
    g_atomic_int_inc (&driver.n_unknown);
  if (info->pCode == driver.code)
    {
      code = dip_test_spoil (info->pCode, &spoilt.codeSize, &n_changes);
      g_assert_cmpuint (n_changes, >, 0);
      spoilt.pCode = code;
      g_atomic_int_inc (&driver.n_spoilt);
    }

  return driver.create (device, &spoilt, callbacks, module);
}

/* A device of its own, which has no pipelines yet.  NULL: skipped, or FALSE in
 * @can_run.
 */
static DipDevice *
open_device (const DipFamily *family, const guint32 *code)
{
  DipDevice *device = dip_test_open_device ();

  if (device == NULL)
    return NULL;
  if (!family->can_run (dip_device_get_info (device)))
    {
      g_test_skip ("the device cannot run these kernels");
      dip_device_unref (device);
      return NULL;
    }
  driver.create = vkCreateShaderModule;
  vkCreateShaderModule = create_module;
  driver.code = code;
  driver.n_spoilt = driver.n_unknown = 0;

  return device;
}

static void
close_device (DipDevice *device)
{
  vkCreateShaderModule = driver.create;
  dip_device_unref (device);
}

static DipGraph *
build_case (const char *name, GRand *random)
{
  guint n_cases;
  const DipOpCase *cases = dip_op_table_get (&n_cases);

  for (guint i = 0; i < n_cases; i++)
    if (g_str_equal (cases[i].name, name))
      return dip_op_case_build (&cases[i], random);
  g_assert_not_reached ();
}

static void
test_kernel (gconstpointer data)
{
  const Kernel *kernel = data;
  g_autoptr (GRand) random = dip_test_rand_new ();
  g_autoptr (DipGraph) graph = build_case (kernel->op_case, random);
  DipDevice *device = open_device (kernel->family, kernel->code);
  float *inputs[DIP_N_GRAPH_INPUTS] = { NULL };
  g_autoptr (GError) error = NULL;
  DipSelftestReport report;

  if (device == NULL)
    return;
  dip_op_case_fill (graph, random, inputs);
  dip_selftest_run (device, kernel->family, graph, (const float *const *) inputs, &report,
                    NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (driver.n_spoilt, >, 0);
  g_test_message ("%s (%s): error %.3g, allowed %.3g", report.worst.name,
                  dip_op_get_name (report.worst.op), report.worst.error,
                  report.worst.tolerance);
  g_assert_true (report.has_failed);
  g_assert_cmpint (report.first_wrong.op, ==, kernel->op);
  g_assert_cmpuint (report.n_stray_bytes, ==, 0);

  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    g_free (inputs[i]);
  close_device (device);
}

/* Returns the name of the first wrong node, or NULL. */
static char *
run_network (const DipFamily *family,
             guint n_channels,
             const guint32 *code,
             DipSelftestReport *report)
{
  g_autoptr (DipTestNetwork) network = dip_test_network_new (3, n_channels);
  g_autoptr (DipGraph) plain = dip_test_network_build (network, 1, 16, 16, TRUE);
  g_autoptr (DipGraph) graph = dip_graph_fuse (plain, FALSE);
  g_autoptr (DipTestRun) run = dip_test_run_new (graph, 4);
  DipDevice *device = open_device (family, code);
  g_autoptr (GError) error = NULL;

  *report = (DipSelftestReport){ 0 };
  if (device == NULL)
    return NULL;
  dip_selftest_run (device, family, graph, (const float *const *) run->inputs, report,
                    NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s: worst %s, %.3g of rms", family->name, report->worst.name,
                  report->worst.error);
  close_device (device);

  return report->has_failed ? g_strdup (report->first_wrong.name) : NULL;
}

/* Unspoilt, a network passes, and takes no kernel that is not in the table. */
static void
test_network (gconstpointer family)
{
  DipSelftestReport report;
  g_autofree char *wrong = run_network (family, 32, NULL, &report);

  g_assert_null (wrong);
  g_assert_false (report.has_failed);
  g_assert_cmpint (driver.n_unknown, ==, 0);
}

/* In a network it is the first node with that kernel that is named. */
static void
test_names_node (void)
{
  DipSelftestReport report;
  g_autofree char *wrong =
      run_network (&dip_family_generic, 8, dip_spv_group_norm_apply, &report);

  if (report.n_nodes == 0)
    return;
  g_assert_true (report.has_failed);
  g_assert_cmpstr (wrong, ==, "down.norm1");
  g_assert_cmpfloat (report.first_wrong.error, >, 100 * report.first_wrong.tolerance);
}

int
main (int argc, char *argv[])
{
  static const DipFamily *const families[] = { &dip_family_cpu, &dip_family_cpu_loops,
                                               &dip_family_generic,
                                               &dip_family_generic_fp16,
                                               &dip_family_generic_matrix };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_autofree char *path = g_strdup_printf ("/spoilt/none/%s", families[i]->name);

      g_test_add_data_func (path, families[i], test_network);
    }
  g_test_add_func ("/spoilt/names-node", test_names_node);
  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/spoilt/%s/%s", kernels[i].family->name, kernels[i].name);

      g_test_add_data_func (path, &kernels[i], test_kernel);
    }

  return g_test_run ();
}
