#include "model/sampler/scheduler-config.h"

#include <math.h>
#include <string.h>

#include "model/sampler/schedule.h"
#include "model/sampler/solver.h"
#include "model/storage/error.h"
#include "tests/sampler/golden.h"

static DipSchedulerConfig *
parse (const char *text, const char *class_name, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) json_error = NULL;
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, "s.json", &json_error);

  g_assert_no_error (json_error);

  return dip_scheduler_config_parse (json, class_name, error);
}

/* One file of broken/scheduler_config, opened and started as sampling would. */
static gboolean
load_and_start (const char *stem, GError **error)
{
  g_autofree char *path = golden_path ("broken", stem, "");
  g_autofree char *name = g_path_get_basename (stem);
  g_autoptr (DipSchedulerConfig) config =
      dip_scheduler_config_load (path, name, NULL, error);
  g_autoptr (DipSolver) solver = NULL;
  const DipSolverSettings settings = { .n_steps = 2 };

  if (config == NULL)
    return FALSE;

  solver = dip_solver_new (config, &settings, error);

  return solver != NULL && dip_solver_start (solver, 1, 3, 3, 64, error);
}

static void
check_broken (const char *file, const char *expect)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (file);
  gboolean is_loaded = load_and_start (file, &error);

  if (g_str_equal (expect, "accept"))
    g_assert_no_error (error);

  if (g_str_equal (expect, "reject") && is_loaded)
    g_test_fail_printf ("%s: loaded, wanted an error", file);

  if (is_loaded)
    return;

  /* One line that begins with the file. */
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, name));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_broken (void)
{
  g_autoptr (DipJson) json = golden_json ("broken", "expected");
  json_t *files = json_object_get (dip_json_get_root (json), "files");
  guint n_checked = 0;

  for (gsize i = 0; i < json_array_size (files); i++)
    {
      json_t *entry = json_array_get (files, i);
      const char *file = json_string_value (json_object_get (entry, "file"));

      if (file == NULL || !g_str_has_prefix (file, "scheduler_config/"))
        continue;

      check_broken (file, json_string_value (json_object_get (entry, "expect")));
      n_checked++;
    }

  g_assert_cmpuint (n_checked, ==, 19);
}

/* What a message says of a value, and that it says where. */
static void
test_messages (void)
{
  static const struct
  {
    const char *text;
    const char *wanted; /* in the message */
  } cases[] = {
    { "{}", "_class_name" },
    { "{\"_class_name\": 3}", "_class_name" },
    { "{\"_class_name\": \"WarpDriveScheduler\"}",
      "\"DDPMScheduler\", \"DDIMScheduler\"" },
    { "{\"_class_name\": \"WarpDriveScheduler\"}", ", found \"WarpDriveScheduler\"" },
    { "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"sigmoid\"}",
      "'beta_schedule' must be \"linear\", \"scaled_linear\" or \"squaredcos_cap_v2\", "
      "found \"sigmoid\"" },
    { "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"solver_order\": 4}",
      "'solver_order' must be an integer from 1 to 3, found 4" },
    { "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"algorithm_type\": "
      "\"dpmsolver\"}",
      "'final_sigmas_type' must be \"sigma_min\"" },
    { "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"use_karras_sigmas\": true, "
      "\"use_lu_lambdas\": true}",
      "'use_lu_lambdas' must be false" },
    { "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"use_flow_sigmas\": true}",
      "'use_flow_sigmas' must be false, found true" },
    { "{\"_class_name\": \"EulerDiscreteScheduler\", \"use_karras_sigmas\": true, "
      "\"use_exponential_sigmas\": true}",
      "'use_exponential_sigmas' must be false" },
    { "{\"_class_name\": \"EulerDiscreteScheduler\", \"use_beta_sigmas\": true, "
      "\"use_karras_sigmas\": true}",
      "'use_beta_sigmas' must be false" },
    { "{\"_class_name\": \"EulerAncestralDiscreteScheduler\", \"prediction_type\": "
      "\"sample\"}",
      "'prediction_type' must be \"epsilon\" or \"v_prediction\", found \"sample\"" },
    { "{\"_class_name\": \"PNDMScheduler\", \"prediction_type\": \"sample\"}",
      "'prediction_type' must be \"epsilon\" or \"v_prediction\"" },
    { "{\"_class_name\": \"UniPCMultistepScheduler\", \"predict_x0\": false}",
      "'final_sigmas_type' must be \"sigma_min\"" },
    { "{\"_class_name\": \"UniPCMultistepScheduler\", \"solver_type\": \"bh1\"}",
      "'final_sigmas_type' must be \"sigma_min\" for \"bh1\"" },
    { "{\"_class_name\": \"UniPCMultistepScheduler\", \"lower_order_final\": false}",
      "'final_sigmas_type' must be \"sigma_min\" without lower_order_final" },
    { "{\"_class_name\": \"UniPCMultistepScheduler\", \"solver_p\": {}}",
      "'solver_p' must be null" },
    { "{\"_class_name\": \"UniPCMultistepScheduler\", \"disable_corrector\": [-1]}",
      "'disable_corrector" },
    { "{\"_class_name\": \"DEISMultistepScheduler\", \"algorithm_type\": "
      "\"sde-dpmsolver++\"}",
      "'algorithm_type' must be \"deis\"" },
    { "{\"_class_name\": \"DDPMScheduler\", \"variance_type\": null}",
      "'variance_type' must be" },
    { "{\"_class_name\": \"DDIMScheduler\", \"clip_sample\": null}", "'clip_sample'" },
    { "{\"_class_name\": \"DDIMScheduler\", \"num_train_timesteps\": 10.5}",
      "'num_train_timesteps'" },
    { "{\"_class_name\": \"DDPMScheduler\", \"beta_start\": 0, \"beta_end\": 0.02}",
      "alphas_cumprod[0]" },
    { "{\"_class_name\": \"DDPMScheduler\", \"rescale_betas_zero_snr\": true, "
      "\"num_train_timesteps\": 1}",
      "alphas_cumprod[0]" },
    { "{\"_class_name\": \"DDPMScheduler\", \"num_train_timesteps\": 2, "
      "\"trained_betas\": [0.1, -0.1]}",
      "'trained_betas" },
    { "{\"_class_name\": \"DDPMScheduler\", \"num_train_timesteps\": 9, "
      "\"steps_offset\": 9}",
      "'steps_offset' must be below 'num_train_timesteps' (9), found 9" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (DipSchedulerConfig) config = parse (cases[i].text, NULL, &error);

      g_assert_null (config);
      g_assert_nonnull (error);
      g_assert_true (error->domain == DIP_STORAGE_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "s.json: "));
      if (strstr (error->message, cases[i].wanted) == NULL)
        g_test_fail_printf ("\"%s\" does not say \"%s\"", error->message,
                            cases[i].wanted);
    }
}

/* Every key that diffusers lists has the value that it lists. */
static void
assert_same_keys (const char *name, json_t *got, json_t *wanted)
{
  const char *key;
  json_t *value;

  json_object_foreach (wanted, key, value)
  {
    g_autofree char *text = json_dumps (json_object_get (got, key), JSON_ENCODE_ANY);

    if (!g_str_equal (key, "_diffusers_version") &&
        !json_equal (json_object_get (got, key), value))
      g_test_fail_printf ("%s: %s is %s", name, key, text);
  }
}

/* The configuration in effect of every stored case, written and read again. */
static void
test_goldens (gconstpointer folder)
{
  g_autoptr (DipJson) index = golden_json (folder, "index");
  json_t *names = json_object_get (dip_json_get_root (index), "cases");

  for (gsize i = 0; i < json_array_size (names); i++)
    {
      const char *name = json_string_value (json_array_get (names, i));
      g_autoptr (DipJson) json = NULL;
      g_autoptr (DipJson) stored = NULL;
      g_autoptr (DipSchedulerConfig) config = NULL;
      g_autoptr (GError) error = NULL;
      json_t *effective;

      json = golden_json (folder, name);
      g_assert_true (dip_json_get_object (json, "scheduler_config", &stored, NULL));
      config = dip_scheduler_config_parse (stored, NULL, &error);
      g_assert_no_error (error);
      effective = dip_scheduler_config_to_json (config);
      assert_same_keys (name, effective, dip_json_get_root (stored));
      json_decref (effective);
    }
}

/* A DDPM file, with and without the keys of newer versions, read as another class. */
static void
test_swap (void)
{
  static const char *const names[] = {
    "swap_ddim_from_old_ddpm_config",  "swap_ddim_from_new_ddpm_config",
    "swap_dpmpp_from_old_ddpm_config", "swap_dpmpp_from_new_ddpm_config",
    "swap_euler_from_old_ddpm_config", "swap_euler_from_new_ddpm_config",
    "swap_unipc_from_old_ddpm_config", "swap_unipc_from_new_ddpm_config",
    "swap_pndm_from_old_ddpm_config",  "swap_pndm_from_new_ddpm_config",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (DipJson) json = golden_json ("schedulers", names[i]);
      json_t *root = dip_json_get_root (json);
      const char *from = json_string_value (json_object_get (root, "built_from"));
      g_autoptr (GError) error = NULL;
      g_autoptr (DipSchedulerConfig) config = NULL;
      const char *class_name = json_string_value (json_object_get (root, "scheduler"));
      json_t *effective;

      config = parse (strchr (from, '{'), class_name, &error);

      g_assert_no_error (error);
      effective = dip_scheduler_config_to_json (config);
      assert_same_keys (names[i], effective, json_object_get (root, "scheduler_config"));
      json_decref (effective);
    }
}

/* Ways of another class of the family become the class's own. */
static void
test_settled_names (void)
{
  static const struct
  {
    const char *class_name;
    const char *algorithm_type;
    const char *solver_type;
    int wanted; /* DipSolverType */
  } cases[] = {
    { "dpmsolver", "deis", "logrho", DIP_SOLVER_TYPE_MIDPOINT },
    { "dpmsolver", "dpmsolver++", "heun", DIP_SOLVER_TYPE_HEUN },
    { "unipc", "deis", "midpoint", DIP_SOLVER_TYPE_BH2 },
    { "deis", "dpmsolver++", "midpoint", DIP_SOLVER_TYPE_LOGRHO },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"algorithm_type\": \"%s\", \"solver_type\": \"%s\", "
                           "\"final_sigmas_type\": \"sigma_min\"}",
                           cases[i].algorithm_type, cases[i].solver_type);
      g_autoptr (GError) error = NULL;
      g_autoptr (DipSchedulerConfig) config = parse (text, cases[i].class_name, &error);

      g_assert_no_error (error);
      g_assert_cmpint (config->solver_type, ==, cases[i].wanted);
      if (config->kind == DIP_SCHEDULER_DPM_MULTISTEP)
        g_assert_cmpint (config->algorithm_type, ==, DIP_ALGORITHM_DPM_PP);
    }
}

/* diffusers looks at the step to sigma 0 before it makes "deis" its own. */
static void
test_deis_to_zero (void)
{
  const char *const names[] = { "dpmsolver", "dpmsolver-singlestep" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse ("{\"algorithm_type\": \"deis\"}", names[i], &error));
      g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_VALUE);
      g_assert_nonnull (strstr (error->message, "final_sigmas_type"));
    }
}

/* A class name alone is enough, and wins over the file's. */
static void
test_class_name (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipSchedulerConfig) a = parse ("{}", "DDIMScheduler", &error);
  g_autoptr (DipSchedulerConfig) b = NULL;
  g_autoptr (DipSchedulerConfig) c = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (a->kind, ==, DIP_SCHEDULER_DDIM);

  b = parse ("{\"_class_name\": \"WarpDriveScheduler\", \"clip_sample_range\": 2}",
             "ddpm", &error);
  g_assert_no_error (error);
  g_assert_cmpint (b->kind, ==, DIP_SCHEDULER_DDPM);
  g_assert_cmpfloat (b->clip_sample_range, ==, 2.0);

  c = parse ("{}", "warp", &error);
  g_assert_null (c);
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "no solver \"warp\""));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scheduler-config/broken", test_broken);
  g_test_add_func ("/scheduler-config/messages", test_messages);
  g_test_add_data_func ("/scheduler-config/goldens", "schedulers", test_goldens);
  g_test_add_data_func ("/scheduler-config/own-goldens", "schedulers-own", test_goldens);
  g_test_add_func ("/scheduler-config/swap", test_swap);
  g_test_add_func ("/scheduler-config/settled-names", test_settled_names);
  g_test_add_func ("/scheduler-config/deis-to-zero", test_deis_to_zero);
  g_test_add_func ("/scheduler-config/class-name", test_class_name);

  return g_test_run ();
}
