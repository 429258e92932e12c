#include "model/graph/passes.h"
#include "render/choice.h"
#include "render/device-notes.h"
#include "render/executor.h"
#include "render/op-table.h"
#include "render/weights.h"
#include "tests/render/device-test.h"
#include "tests/render/network.h"

#include "model/graph/reference.h"

#include <glib/gstdio.h>
#include <math.h>

static DipDevice *
open_device (void)
{
  DipDevice *device = dip_test_open_device ();

  if (device == NULL)
    g_test_skip ("no Vulkan device");

  return device;
}

static void
assert_note (DipDevice *device, const char *key, const char *wanted)
{
  g_autofree char *found = dip_device_notes_get (device, "test", key);

  g_assert_cmpstr (found, ==, wanted);
}

static void
test_notes_kept (void)
{
  g_autoptr (DipDevice) device = open_device ();
  g_autoptr (DipDevice) other = NULL;

  if (device == NULL)
    return;

  other = dip_test_open_device ();
  assert_note (device, "a", NULL);
  assert_note (other, "b", NULL);
  dip_device_notes_set (device, "test", "a", "x y=z");
  dip_device_notes_set (other, "test", "b", "2");
  assert_note (device, "a", "x y=z");
  g_clear_pointer (&device, dip_device_unref);
  g_clear_pointer (&other, dip_device_unref);

  /* Neither wrote over the other's. */
  device = open_device ();
  assert_note (device, "a", "x y=z");
  assert_note (device, "b", "2");
}

/* Damage is a miss, and the file is whole again after the next note. */
static void
test_notes_damaged (gconstpointer data)
{
  const char *damage = data;
  g_autoptr (DipDevice) device = open_device ();
  g_autofree char *path = NULL;

  if (device == NULL)
    return;

  dip_device_notes_set (device, "test", "a", "1");
  path = dip_device_notes_get_path (device);
  g_clear_pointer (&device, dip_device_unref);
  g_assert_true (g_file_set_contents (path, damage, -1, NULL));

  device = open_device ();
  assert_note (device, "a", NULL);
  dip_device_notes_set (device, "test", "b", "2");
  g_clear_pointer (&device, dip_device_unref);
  device = open_device ();
  assert_note (device, "b", "2");
}

/* What cannot be written is still known while the device is open. */
static void
test_notes_read_only (void)
{
  g_autoptr (DipDevice) device = open_device ();
  g_autofree char *path = NULL;

  if (device == NULL)
    return;

  path = dip_device_notes_get_path (device);
  g_remove (path);
  g_assert_no_errno (g_mkdir_with_parents (path, 0700));
  dip_device_notes_set (device, "test", "a", "1");
  assert_note (device, "a", "1");
  dip_device_notes_set (device, "test", "b", "2");
  assert_note (device, "a", "1");
  g_assert_no_errno (g_rmdir (path));
}

static void
test_precision_names (void)
{
  DipPrecision precision;

  for (guint i = DIP_PRECISION_AUTO; i <= DIP_PRECISION_FP16; i++)
    {
      g_assert_true (dip_precision_from_name (dip_precision_get_name (i), &precision));
      g_assert_cmpuint (precision, ==, i);
    }
  g_assert_false (dip_precision_from_name ("int4", &precision));
}

/* Whatever the device: one strict family for fp32, and auto's first is strict. */
static void
test_lists (void)
{
  g_autoptr (DipDevice) device = open_device ();
  const DipFamily *families[DIP_MAX_FAMILIES];
  const DipDeviceInfo *info;
  guint n;

  if (device == NULL)
    return;

  info = dip_device_get_info (device);
  n = dip_family_list (info, DIP_PRECISION_FP32, families);
  g_assert_cmpuint (n, >=, 1);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (families[i]->precision, ==, DIP_PRECISION_FP32);
  g_assert_true (families[0] == dip_family_choose (info));

  n = dip_family_list (info, DIP_PRECISION_AUTO, families);
  g_assert_cmpuint (n, >=, 1);
  g_assert_true (families[0] == dip_family_choose (info));
  for (guint i = 1; i < n; i++)
    g_assert_cmpint (families[i]->precision, !=, DIP_PRECISION_FP32);

  n = dip_family_list (info, DIP_PRECISION_FP16, families);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (families[i]->precision, ==, DIP_PRECISION_FP16);
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

/* A CPU device leaves one multiplication to the plain loops, which make the same to the
 * last bit; fp32 never does.
 */
static void
test_host (void)
{
  g_autoptr (DipDevice) device = open_device ();
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (DipGraph) graph = NULL;
  g_autoptr (DipWeights) weights = NULL;
  g_autoptr (DipExecutor) executor = NULL;
  g_autoptr (GError) error = NULL;
  float *inputs[DIP_N_GRAPH_INPUTS];
  float output, wanted;
  const DipFamily *family;

  if (device == NULL)
    return;
  if (dip_device_get_info (device)->type != DIP_DEVICE_CPU ||
      !dip_family_reference.can_run (dip_device_get_info (device)))
    {
      g_test_skip ("not a CPU device with its own kernels");
      return;
    }

  graph = build_case ("conv/1x1-one-element", random);
  family = dip_choice_make (device, DIP_PRECISION_FP32, NULL, graph, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (family == dip_family_choose (dip_device_get_info (device)));
  g_assert_true (g_str_has_prefix (family->name, "cpu"));
  family = dip_choice_make (device, DIP_PRECISION_AUTO, NULL, graph, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (family == &dip_family_reference);

  weights = dip_weights_new (device, family);
  executor = dip_executor_new (device, graph, weights, DIP_EXECUTOR_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (dip_executor_get_kernels (executor), ==, "reference");
  dip_op_case_fill (graph, random, inputs);
  dip_executor_run (executor, (const float *const *) inputs, &output, NULL, &error);
  g_assert_no_error (error);
  dip_reference_run (graph, (const float *const *) inputs, &wanted, NULL, NULL, NULL,
                     &error);
  g_assert_no_error (error);
  g_assert_cmpmem (&output, sizeof output, &wanted, sizeof wanted);
  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    g_free (inputs[i]);
}

static float wrong_by;
static gulong slow_by; /* microseconds */

/* As the strict family does, but what it computes seems wrong and slow. */
static void
unpack_wrongly (const DipShape *shape, gconstpointer bytes, float *nchw)
{
  gsize n = dip_shape_get_n_elements (shape);

  dip_family_generic.unpack_value (shape, bytes, nchw);
  for (gsize i = 0; i < n; i++)
    nchw[i] *= 1.0f + wrong_by;
  g_usleep (slow_by);
}

static DipFamily
make_family (DipPrecision precision)
{
  DipFamily family = dip_family_generic;

  family.name = "disturbed";
  family.precision = precision;
  family.unpack_value = unpack_wrongly;

  return family;
}

static const DipFamily *
try_families (DipPrecision precision,
              const DipFamily *strict,
              const DipFamily *a,
              const DipFamily *b,
              GError **error)
{
  g_autoptr (DipDevice) device = open_device ();
  g_autoptr (DipTestNetwork) network = dip_test_network_new (1, 8);
  g_autoptr (DipGraph) plain = dip_test_network_build (network, 1, 8, 12, TRUE);
  g_autoptr (DipGraph) graph = dip_graph_fuse (plain, FALSE);
  const DipFamily *families[] = { a, b };

  g_assert_nonnull (device);
  return dip_choice_try (device, precision, strict, families, b != NULL ? 2 : 1, graph,
                         NULL, error);
}

/* Slow kernels stay where the fast ones are wrong, by little or altogether. */
static void
test_wrong (void)
{
  static const struct
  {
    DipPrecision precision;
    float by;
    gboolean passes;
  } cases[] = {
    { DIP_PRECISION_AUTO, 1e-3f, FALSE }, { DIP_PRECISION_AUTO, 1e-4f, TRUE },
    { DIP_PRECISION_FP16, 1e-3f, FALSE }, { DIP_PRECISION_FP16, 5e-4f, TRUE },
    { DIP_PRECISION_FP16, NAN, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DipFamily family = make_family (cases[i].precision);
      g_autoptr (GError) error = NULL;
      const DipFamily *found;

      wrong_by = cases[i].by;
      slow_by = 0;
      found =
          try_families (DIP_PRECISION_AUTO, &dip_family_generic, &family, NULL, &error);
      if (cases[i].passes)
        g_assert_true (found == &family);
      else
        g_assert_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_FAILED);
    }
}

/* The strict ones take part where they are in the list. */
static void
test_fastest (void)
{
  DipFamily slow = make_family (DIP_PRECISION_FP32);
  g_autoptr (GError) error = NULL;

  wrong_by = 0.0f;
  slow_by = G_USEC_PER_SEC / 2;
  g_assert_true (try_families (DIP_PRECISION_AUTO, &slow, &slow, &dip_family_generic,
                               &error) == &dip_family_generic);
  g_assert_true (try_families (DIP_PRECISION_AUTO, &dip_family_generic, &slow,
                               &dip_family_generic, &error) == &dip_family_generic);
  slow.precision = DIP_PRECISION_AUTO;
  wrong_by = 0.5f;
  slow_by = 0;
  g_assert_true (try_families (DIP_PRECISION_AUTO, &dip_family_generic, &slow,
                               &dip_family_generic, &error) == &dip_family_generic);
  g_assert_no_error (error);
}

/* Half precision passes its own trial. */
static void
test_half (void)
{
  g_autoptr (DipDevice) device = open_device ();
  g_autoptr (GError) error = NULL;

  if (device == NULL || !dip_device_get_info (device)->has_half_storage)
    return;
  g_assert_true (try_families (DIP_PRECISION_FP16, &dip_family_generic,
                               &dip_family_generic_fp16, NULL,
                               &error) == &dip_family_generic_fp16);
  g_assert_no_error (error);
}

/* A choice between several is noted; a note that names none of them is not taken. */
static void
test_remembered (void)
{
  g_autoptr (DipDevice) device = open_device ();
  g_autoptr (DipTestNetwork) network = dip_test_network_new (1, 8);
  g_autoptr (DipGraph) plain = dip_test_network_build (network, 1, 8, 12, TRUE);
  g_autoptr (DipGraph) graph = dip_graph_fuse (plain, FALSE);
  const DipFamily *families[DIP_MAX_FAMILIES];
  g_autoptr (GError) error = NULL;
  g_autofree char *noted = NULL;
  const DipFamily *found;
  guint n;

  if (device == NULL)
    return;

  n = dip_family_list (dip_device_get_info (device), DIP_PRECISION_AUTO, families);
  dip_device_notes_set (device, "kernels", "auto-net-12x8", "no such kernels");
  found = dip_choice_make (device, DIP_PRECISION_AUTO, "net", graph, NULL, &error);
  g_assert_no_error (error);
  noted = dip_device_notes_get (device, "kernels", "auto-net-12x8");
  if (n > 1)
    g_assert_cmpstr (noted, ==, found->name);
  for (guint i = 0; i < n; i++)
    {
      dip_device_notes_set (device, "kernels", "auto-net-12x8", families[i]->name);
      found = dip_choice_make (device, DIP_PRECISION_AUTO, "net", graph, NULL, &error);
      g_assert_true (found == families[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_autofree char *cache = NULL;

  g_test_init (&argc, &argv, NULL);
  cache = g_dir_make_tmp ("diptych-test-XXXXXX", NULL);
  if (g_getenv ("XDG_CACHE_HOME") != NULL) /* the driver may keep what it compiled */
    g_setenv ("MESA_SHADER_CACHE_DIR", g_getenv ("XDG_CACHE_HOME"), TRUE);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);

  g_test_add_func ("/choice/names", test_precision_names);
  g_test_add_func ("/choice/lists", test_lists);
  g_test_add_func ("/choice/host", test_host);
  g_test_add_func ("/choice/wrong", test_wrong);
  g_test_add_func ("/choice/fastest", test_fastest);
  g_test_add_func ("/choice/half", test_half);
  g_test_add_func ("/choice/remembered", test_remembered);
  g_test_add_func ("/notes/kept", test_notes_kept);
  g_test_add_data_func ("/notes/damaged/empty", "", test_notes_damaged);
  g_test_add_data_func ("/notes/damaged/noise", "\001\377[[[", test_notes_damaged);
  g_test_add_data_func ("/notes/damaged/version", "[diptych]\nversion=0\n[test]\na=1\n",
                        test_notes_damaged);
  g_test_add_func ("/notes/read-only", test_notes_read_only);

  return g_test_run ();
}
