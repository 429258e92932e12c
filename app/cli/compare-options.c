#include "app/cli/compare-options.h"

#include "model/pair/encoding.h"
#include "render/precision.h"

#define MAX_STEPS 1000000

void
dip_compare_options_clear (DipCompareOptions *self)
{
  g_free (self->checkpoint_path);
  g_free (self->folder);
  g_free (self->seeds_text);
  g_strfreev (self->settings_texts);
  g_free (self->reference_text);
  g_free (self->views_text);
  g_free (self->size);
  g_free (self->third);
  g_clear_pointer (&self->seeds, g_array_unref);
  g_clear_pointer (&self->settings, g_ptr_array_unref);
}

static gboolean
take_reference (DipCompareOptions *self, DipCli *cli, GError **error)
{
  const char *text = self->reference_text;
  guint64 n = 0;

  self->reference = text == NULL ? -1 : 0;
  if (text == NULL || g_str_equal (text, "none"))
    return TRUE;

  if (!g_ascii_string_to_unsigned (text, 10, 1, MAX_STEPS, &n, NULL))
    return dip_cli_usage_error (
        cli, error,
        "--reference wants a number of DDIM steps from 1 to %d, or none, "
        "found '%s'",
        MAX_STEPS, text);
  self->reference = n;

  return TRUE;
}

static gboolean
take_views (DipCompareOptions *self, DipCli *cli, GError **error)
{
  const char *const names[] = { "cc", "mlo", "third" };
  g_auto (GStrv) parts =
      g_strsplit (self->views_text != NULL ? self->views_text : "cc,mlo", ",", -1);

  self->views = 0;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint view = 0;

      while (view < G_N_ELEMENTS (names) && !g_str_equal (parts[i], names[view]))
        view++;
      if (view == G_N_ELEMENTS (names))
        return dip_cli_usage_error (cli, error,
                                    "--views wants cc, mlo, third or several separated "
                                    "by commas, found '%s'",
                                    self->views_text);
      self->views |= 1 << view;
    }

  return self->views != 0 ||
         dip_cli_usage_error (cli, error, "--views wants at least one of cc, mlo, third");
}

static gboolean
check_settings (DipCompareOptions *self, DipCli *cli, GError **error)
{
  for (guint i = 0; i < self->settings->len; i++)
    {
      const DipCompareSetting *setting = g_ptr_array_index (self->settings, i);
      DipPrecision precision;

      if (setting->precision != NULL &&
          !dip_precision_from_name (setting->precision, &precision))
        return dip_cli_usage_error (
            cli, error, "--settings: precision wants auto, fp32 or fp16, found '%s'",
            setting->precision);
    }

  return TRUE;
}

static gboolean
take_lists (DipCompareOptions *self, DipCli *cli, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GArray) cells = NULL;

  self->settings =
      dip_compare_settings_parse ((const char *const *) self->settings_texts, &wrong);
  if (self->settings == NULL)
    return dip_cli_usage_error (cli, error, "--settings: %s", wrong->message);
  self->seeds = dip_compare_seeds_parse (
      self->seeds_text != NULL ? self->seeds_text : "42", &wrong);
  if (self->seeds == NULL)
    return dip_cli_usage_error (cli, error, "--seeds: %s", wrong->message);
  cells = dip_compare_list_cells (self->seeds, self->settings, &wrong);
  if (cells == NULL)
    return dip_cli_usage_error (cli, error, "%s", wrong->message);

  return check_settings (self, cli, error);
}

static gboolean
check (DipCompareOptions *self, DipCli *cli, GError **error)
{
  DipThird third;

  if (self->folder == NULL)
    return dip_cli_usage_error (cli, error, "wants -o DIR");
  if (self->third != NULL && !dip_third_from_name (self->third, &third))
    return dip_cli_usage_error (
        cli, error, "--third wants absdiff, sum or zero, found '%s'", self->third);

  return dip_cli_check_range (cli, "--batch", self->batch, 1, 1024, error) &&
         dip_cli_check_range (cli, "--cell", self->cell, 16, 4096, error) &&
         dip_cli_check_range (cli, "--class-label", self->class_label, -1, G_MAXINT32,
                              error) &&
         take_reference (self, cli, error) && take_views (self, cli, error) &&
         take_lists (self, cli, error);
}

gboolean
dip_compare_options_parse (DipCompareOptions *self,
                           DipCli *cli,
                           int argc,
                           char **argv,
                           GError **error)
{
  GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->folder,
      "Where everything goes; made if it is not there", "DIR" },
    { "seeds", 0, 0, G_OPTION_ARG_STRING, &self->seeds_text,
      "The rows: 0-3, or 1,5,7-9 (42)", "LIST" },
    { "settings", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->settings_texts,
      "A column for each number of steps, and a curve; may be given again",
      "NAME:STEPS[,STEPS...][,KEY=VALUE...]" },
    { "reference", 0, 0, G_OPTION_ARG_STRING, &self->reference_text,
      "DDIM steps of what each row is held against, or none (1000)", "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT64, &self->batch,
      "How many are denoised together (1)", "N" },
    { "views", 0, 0, G_OPTION_ARG_STRING, &self->views_text,
      "What the grid shows of a pair: cc, mlo, third (cc,mlo)", "LIST" },
    { "cell", 0, 0, G_OPTION_ARG_INT64, &self->cell,
      "How tall a view is in the grid, in pixels (192)", "N" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &self->size,
      "Picture size; by default the checkpoint's own", "WxH" },
    { "third", 0, 0, G_OPTION_ARG_STRING, &self->third,
      "Third channel where the checkpoint does not say: absdiff, sum, zero", "ENCODING" },
    { "class-label", 0, 0, G_OPTION_ARG_INT64, &self->class_label,
      "The class, for networks that want one", "N" },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "[CHECKPOINT]",
    .max_args = 1,
    .summary =
        "Compares solvers on the same seeds.  grid.png shows every seed (rows) with\n"
        "every setting (columns); curves.png and curves.svg how far each is from a\n"
        "reference, a long DDIM run of the same seed, over the evaluations of the\n"
        "network; curves.csv and compare.json have the numbers.  The pairs lie in a\n"
        "folder for each setting, as `sample` writes them.  What is there and whole is\n"
        "not made again: interrupt it at any time and start it again.",
    .details =
        "A setting is a solver, its steps, and what differs from the checkpoint's\n"
        "configuration: eta, churn, precision, or any key that --scheduler-option "
        "takes.\n"
        "RMSE is in steps of 8 bits, 0 to 255, over CC and MLO.\n"
        "\n"
        "Examples:\n"
        "  diptych-cli compare -o c --seeds 0-3 --settings ddim:5,10,20,50 \\\n"
        "    --settings dpmsolver:5,10,20 --settings unipc:5,10,20\n"
        "  diptych-cli compare -o c --settings ddim:20 --settings ddim:20,eta=1 \\\n"
        "    --settings dpmsolver:20,algorithm_type=sde-dpmsolver++ --reference none",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;

  self->batch = 1;
  self->cell = 192;
  self->class_label = -1;
  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error))
    return FALSE;
  self->checkpoint_path = g_strdup (args[0]);

  return check (self, cli, error);
}
