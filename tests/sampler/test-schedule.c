#include "model/sampler/schedule.h"

#include <math.h>
#include <string.h>

#include "model/sampler/error.h"
#include "tests/sampler/golden.h"

static DipSchedulerConfig *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, "s.json", &error);
  DipSchedulerConfig *config;

  g_assert_no_error (error);
  config = dip_scheduler_config_parse (json, "ddpm", &error);
  g_assert_no_error (error);

  return config;
}

/* alphas_cumprod of every stored configuration. */
static void
check_case (DipTensorFile *tables, json_t *keys, const char *name)
{
  g_autoptr (DipJson) json = golden_json ("schedulers", name);
  json_t *root = dip_json_get_root (json);
  const char *key = json_string_value (json_object_get (root, "schedule_key"));
  g_autoptr (DipJson) stored = NULL;
  g_autoptr (DipSchedulerConfig) config = NULL;
  g_autoptr (DipSchedule) schedule = NULL;
  g_autofree float *wanted = NULL;
  gsize n_values;

  g_assert_true (dip_json_get_object (json, "scheduler_config", &stored, NULL));
  config = dip_scheduler_config_parse (stored, NULL, NULL);
  schedule = dip_schedule_new (config, NULL);
  wanted =
      golden_floats (tables, json_string_value (json_object_get (keys, key)), &n_values);
  g_assert_cmpuint (n_values, ==, schedule->n_timesteps);
  golden_assert_same (key, schedule->alphas_cumprod, wanted, n_values);
}

static void
test_tables (void)
{
  g_autoptr (DipJson) index = golden_json ("schedulers", "index");
  g_autoptr (DipTensorFile) tables = golden_tensors ("schedulers", "schedules");
  json_t *keys = json_object_get (dip_json_get_root (index), "schedules");
  json_t *names = json_object_get (dip_json_get_root (index), "cases");

  for (gsize i = 0; i < json_array_size (names); i++)
    {
      const char *name = json_string_value (json_array_get (names, i));

      if (g_regex_match_simple ("^(ddpm|ddim|swap_ddim)_", name, 0, 0))
        check_case (tables, keys, name);
    }
}

/* Known answers of numpy's arange and linspace, rounded half to even. */
static void
test_timesteps (void)
{
  static const struct
  {
    const char *config;
    guint n_steps;
    guint n_wanted; /* of the first */
    double wanted[8];
  } cases[] = {
    { "{\"num_train_timesteps\": 1000}", 7, 7, { 852, 710, 568, 426, 284, 142, 0 } },
    { "{\"num_train_timesteps\": 1000, \"steps_offset\": 1}",
      4,
      4,
      { 751, 501, 251, 1 } },
    { "{\"num_train_timesteps\": 1000, \"timestep_spacing\": \"linspace\"}",
      7,
      7,
      { 999, 832, 666, 500, 333, 166, 0 } },
    { "{\"num_train_timesteps\": 1000, \"timestep_spacing\": \"linspace\"}",
      1,
      1,
      { 0 } },
    { "{\"num_train_timesteps\": 1000, \"timestep_spacing\": \"trailing\"}",
      7,
      7,
      { 999, 856, 713, 570, 428, 285, 142 } },
    { "{\"num_train_timesteps\": 1000, \"timestep_spacing\": \"trailing\"}",
      1,
      1,
      { 999 } },
    { "{\"num_train_timesteps\": 3}", 3, 3, { 2, 1, 0 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DipSchedulerConfig) config = parse (cases[i].config);
      g_autoptr (GError) error = NULL;
      g_autofree double *timesteps =
          dip_schedule_dup_timesteps (config, cases[i].n_steps, &error);

      g_assert_no_error (error);
      for (guint k = 0; k < cases[i].n_wanted; k++)
        g_assert_cmpfloat (timesteps[k], ==, cases[i].wanted[k]);
    }
}

/* Any number of steps of any spacing falls strictly and stays in the table; 62 of these
 * end in an extra -1 in diffusers.
 */
static void
test_all_counts (void)
{
  static const char *const spacings[] = { "leading", "trailing", "linspace" };

  for (guint s = 0; s < G_N_ELEMENTS (spacings); s++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"timestep_spacing\": \"%s\"}", spacings[s]);
      g_autoptr (DipSchedulerConfig) config = parse (text);

      for (guint n = 1; n <= 1000; n++)
        {
          g_autofree double *timesteps = dip_schedule_dup_timesteps (config, n, NULL);

          g_assert_cmpfloat (timesteps[0], <=, 999);
          g_assert_cmpfloat (timesteps[n - 1], >=, 0);
          for (guint i = 1; i < n; i++)
            g_assert_cmpfloat (timesteps[i], <, timesteps[i - 1]);
        }
    }
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *config;
    guint n_steps;
  } cases[] = {
    { "{}", 0 },
    { "{}", 1001 },
    { "{}", 5000 },
    { "{\"steps_offset\": 1}", 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DipSchedulerConfig) config = parse (cases[i].config);
      g_autoptr (GError) error = NULL;

      g_assert_null (dip_schedule_dup_timesteps (config, cases[i].n_steps, &error));
      g_assert_error (error, DIP_SAMPLER_ERROR, DIP_SAMPLER_ERROR_SETTINGS);
    }
}

/* Lin et al. 2023: the last a_t is 0, the first is as it was. */
static void
test_zero_terminal_snr (void)
{
  static const char *const names[] = { "linear", "scaled_linear", "squaredcos_cap_v2",
                                       "sigmoid", "laplace" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *plain_text =
          g_strdup_printf ("{\"beta_schedule\": \"%s\"}", names[i]);
      g_autofree char *text = g_strdup_printf (
          "{\"beta_schedule\": \"%s\", \"rescale_betas_zero_snr\": true}", names[i]);
      g_autoptr (DipSchedulerConfig) plain_config = parse (plain_text);
      g_autoptr (DipSchedulerConfig) config = parse (text);
      g_autoptr (DipSchedule) plain = dip_schedule_new (plain_config, NULL);
      g_autoptr (DipSchedule) schedule = dip_schedule_new (config, NULL);

      g_assert_cmpfloat (schedule->alphas_cumprod[999], ==, 0.0f);
      g_assert_cmpfloat (plain->alphas_cumprod[999], >, 0.0f);
      g_assert_cmpfloat_with_epsilon (schedule->alphas_cumprod[0],
                                      plain->alphas_cumprod[0], 1e-6);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schedule/tables", test_tables);
  g_test_add_func ("/schedule/timesteps", test_timesteps);
  g_test_add_func ("/schedule/all-counts", test_all_counts);
  g_test_add_func ("/schedule/refusals", test_refusals);
  g_test_add_func ("/schedule/zero-terminal-snr", test_zero_terminal_snr);

  return g_test_run ();
}
