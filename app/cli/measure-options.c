#include "app/cli/measure-options.h"

#include <string.h>

void
dip_measure_options_clear (DipMeasureOptions *self)
{
  g_free (self->cc);
  g_free (self->mlo);
  g_free (self->algorithm);
  g_free (self->pectoral);
  g_free (self->third);
  g_free (self->flip);
  g_free (self->masks);
  g_free (self->mask_file);
  g_free (self->mask_name);
  dip_named_mask_free (self->how.corrected);
  g_free (self->nearest);
  g_free (self->trajectory);
}

static gboolean
check_recipe (DipCli *cli, DipMeasureOptions *options, GError **error)
{
  DipMaskAlgorithm algorithm = DIP_MASK_BACKGROUND;

  if (options->algorithm != NULL &&
      !dip_mask_algorithm_from_name (options->algorithm, &algorithm))
    return dip_cli_usage_error (cli, error,
                                "--mask-algorithm wants background, otsu, scaled-otsu, "
                                "triangle or li, found '%s'",
                                options->algorithm);
  dip_mask_recipe_init (&options->how.recipe, algorithm);
  if (options->pectoral == NULL || g_str_equal (options->pectoral, "in"))
    options->how.recipe.has_pectoral = TRUE;
  else if (g_str_equal (options->pectoral, "out"))
    options->how.recipe.has_pectoral = FALSE;
  else
    return dip_cli_usage_error (cli, error, "--pectoral wants in or out, found '%s'",
                                options->pectoral);

  return TRUE;
}

static gboolean
check_how (DipCli *cli, DipMeasureOptions *options, GError **error)
{
  DipMeasureHow *how = &options->how;

  if (options->flip == NULL || g_str_equal (options->flip, "auto"))
    how->flip = DIP_FLIP_AUTO;
  else if (g_str_equal (options->flip, "always"))
    how->flip = DIP_FLIP_ALWAYS;
  else if (g_str_equal (options->flip, "never"))
    how->flip = DIP_FLIP_NEVER;
  else
    return dip_cli_usage_error (
        cli, error, "--flip wants auto, always or never, found '%s'", options->flip);

  how->third = DIP_THIRD_ABSDIFF;
  how->has_third = options->third != NULL;
  if (how->has_third && !dip_third_from_name (options->third, &how->third))
    return dip_cli_usage_error (
        cli, error, "--third wants absdiff, sum or zero, found '%s'", options->third);
  if (!(options->spacing >= 0.0 && options->spacing <= DIP_MAX_SPACING_MM))
    return dip_cli_usage_error (cli, error,
                                "--spacing wants millimetres above 0, at most 100, "
                                "found %g",
                                options->spacing);
  how->spacing_mm = options->spacing;

  return check_recipe (cli, options, error);
}

/* NAME or NAME:VERSION; a name may hold colons of its own. */
static int
find_mask (const DipMaskSet *set, const char *text)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *name = NULL;
  guint64 version;
  int found = dip_mask_set_find (set, text, 0);

  if (found >= 0 || colon == NULL ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXINT, &version, NULL))
    return found;
  name = g_strndup (text, (gsize) (colon - text));

  return dip_mask_set_find (set, name, (guint) version);
}

/* The mask that --mask-name says, else the one in force, else the only name's newest. */
static gboolean
load_mask (DipCli *cli, DipMeasureOptions *options, guint n_args, GError **error)
{
  const gboolean is_one = options->cc != NULL ? n_args == 0 : n_args == 1;
  g_autoptr (DipMaskSet) set = NULL;
  int index;

  if (options->mask_file == NULL)
    return options->mask_name == NULL ||
           dip_cli_usage_error (cli, error, "--mask-name wants --mask-file beside it");
  if (!is_one || options->algorithm != NULL || options->pectoral != NULL)
    return dip_cli_usage_error (cli, error,
                                "--mask-file is of one pair and holds its algorithm: no "
                                "second PAIR, --mask-algorithm or --pectoral beside it");

  set = dip_mask_set_load (options->mask_file, error);
  if (set == NULL)
    return FALSE;
  if (options->mask_name != NULL)
    index = find_mask (set, options->mask_name);
  else if (dip_mask_set_get_shown (set) >= 0 || dip_mask_set_get_count (set) == 0)
    index = dip_mask_set_get_shown (set);
  else
    index = dip_mask_set_find (
        set, dip_mask_set_get (set, dip_mask_set_get_count (set) - 1)->name, 0);
  if (index < 0)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: holds %u masks, none of them '%s'", options->mask_file,
                   dip_mask_set_get_count (set),
                   options->mask_name != NULL ? options->mask_name : "in force");
      return FALSE;
    }
  options->how.corrected = dip_named_mask_copy (dip_mask_set_get (set, (guint) index));
  options->how.recipe = options->how.corrected->recipe;

  return TRUE;
}

gboolean
dip_measure_options_check (DipCli *cli,
                           DipMeasureOptions *options,
                           guint n_args,
                           GError **error)
{
  if ((options->cc == NULL) != (options->mlo == NULL))
    return dip_cli_usage_error (cli, error,
                                "wants --cc and --mlo together, found only %s",
                                options->cc != NULL ? "--cc" : "--mlo");
  if (options->trajectory != NULL && (n_args > 0 || options->cc != NULL || options->csv ||
                                      options->masks != NULL || options->nearest != NULL))
    return dip_cli_usage_error (cli, error,
                                "--trajectory stands alone: no PAIR, --cc, --csv, "
                                "--masks or --nearest beside it");
  if (options->trajectory == NULL && options->cc == NULL && n_args == 0)
    return dip_cli_usage_error (cli, error,
                                "wants PAIR…, --cc with --mlo, or --trajectory");
  if (options->csv && cli->json)
    return dip_cli_usage_error (cli, error, "wants --csv or --json, found both");

  return check_how (cli, options, error) && load_mask (cli, options, n_args, error);
}
