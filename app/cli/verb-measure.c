#include "app/cli/verbs.h"

#include "app/cli/measure-film.h"
#include "app/cli/measure-input.h"
#include "app/cli/measure-masks.h"
#include "app/cli/measure-report.h"
#include "app/cli/progress.h"
#include "model/pair/brightness.h"
#include "model/pair/look.h"
#include "model/storage/json.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char *cc;
  char *mlo;
  char *algorithm;
  char *pectoral;
  char *third;
  char *flip;
  char *masks;
  char *mask_file;
  char *mask_name;
  char *nearest;
  char *trajectory;
  double spacing;
  gboolean csv;

  DipMeasureHow how;
} MeasureOptions;

static void
measure_options_clear (MeasureOptions *self)
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

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MeasureOptions, measure_options_clear)

static gboolean
check_recipe (DipCli *cli, MeasureOptions *options, GError **error)
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
check_how (DipCli *cli, MeasureOptions *options, GError **error)
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
  if (!(options->spacing >= 0.0 && options->spacing <= 100.0))
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
load_mask (DipCli *cli, MeasureOptions *options, guint n_args, GError **error)
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

static gboolean
check (DipCli *cli, MeasureOptions *options, guint n_args, GError **error)
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

/* A folder's pairs as --nearest wants them. */
typedef struct
{
  GPtrArray *files;
  GPtrArray *looks;
  DipBrightness cc, mlo; /* mean histograms */
} Reference;

static void
reference_clear (Reference *self)
{
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->looks, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reference, reference_clear)

static void
free_files (gpointer data)
{
  dip_measure_files_free (data);
}

static void
free_look (gpointer data)
{
  dip_look_free (data);
}

static gboolean
load_reference (DipCli *cli,
                Reference *self,
                const MeasureOptions *options,
                GError **error)
{
  g_autoptr (GPtrArray) cc = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) mlo = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (DipProgress) progress = NULL;

  self->files = g_ptr_array_new_with_free_func (free_files);
  self->looks = g_ptr_array_new_with_free_func (free_look);
  if (!dip_measure_list (self->files, options->nearest, error))
    return FALSE;

  progress = dip_progress_new (cli, "Reading", self->files->len);
  for (guint i = 0; i < self->files->len; i++)
    {
      g_autoptr (DipMeasured) measured = NULL;

      if (g_cancellable_set_error_if_cancelled (cli->cancellable, error))
        return FALSE;
      measured =
          dip_measure_load (g_ptr_array_index (self->files, i), &options->how, error);
      if (measured == NULL)
        return FALSE;
      g_ptr_array_add (self->looks,
                       dip_look_new (measured->cc->picture, measured->mlo->picture));
      g_ptr_array_add (cc, g_new (DipBrightness, 1));
      g_ptr_array_add (mlo, g_new (DipBrightness, 1));
      dip_brightness_measure (cc->pdata[i], measured->cc->picture,
                              measured->cc->breast->mask);
      dip_brightness_measure (mlo->pdata[i], measured->mlo->picture,
                              measured->mlo->breast->mask);
      dip_progress_set (progress, i + 1, NULL);
    }
  dip_brightness_average (&self->cc, (const DipBrightness *const *) cc->pdata, cc->len);
  dip_brightness_average (&self->mlo, (const DipBrightness *const *) mlo->pdata,
                          mlo->len);

  return TRUE;
}

static const char *
get_name (const DipMeasureFiles *files)
{
  return files->pair != NULL ? files->pair : files->cc;
}

/* The file itself in the folder, which is not its own look-alike; or G_MAXUINT. */
static guint
find_self (const Reference *self, const DipMeasureFiles *files)
{
  g_autofree char *path = g_canonicalize_filename (get_name (files), NULL);

  for (guint i = 0; i < self->files->len; i++)
    {
      g_autofree char *other =
          g_canonicalize_filename (get_name (g_ptr_array_index (self->files, i)), NULL);

      if (g_str_equal (path, other))
        return i;
    }

  return G_MAXUINT;
}

static void
compare_with_reference (DipMeasureResult *result,
                        const Reference *reference,
                        const DipMeasured *measured)
{
  g_autoptr (DipLook) look = dip_look_new (measured->cc->picture, measured->mlo->picture);
  DipBrightness cc, mlo;
  DipNearest nearest;

  if (!dip_look_find_nearest (look, (const DipLook *const *) reference->looks->pdata,
                              reference->looks->len, find_self (reference, result->files),
                              &nearest))
    return;

  result->nearest =
      g_strdup (get_name (g_ptr_array_index (reference->files, nearest.index)));
  result->nearest_distance = nearest.distance;
  result->is_copy = nearest.is_copy;
  dip_brightness_measure (&cc, measured->cc->picture, measured->cc->breast->mask);
  dip_brightness_measure (&mlo, measured->mlo->picture, measured->mlo->breast->mask);
  result->reference_cc = dip_brightness_get_distance (&cc, &reference->cc);
  result->reference_mlo = dip_brightness_get_distance (&mlo, &reference->mlo);
}

/* Two pairs of one name in two folders would write the same masks. */
static char *
make_stem (GHashTable *stems, const DipMeasureFiles *files)
{
  g_autofree char *base = dip_measure_files_make_stem (files);
  char *stem = g_strdup (base);

  for (guint i = 2; !g_hash_table_add (stems, g_strdup (stem)); i++)
    {
      g_free (stem);
      stem = g_strdup_printf ("%s-%u", base, i);
    }

  return stem;
}

static DipMeasureResult *
measure_one (DipCli *cli,
             const MeasureOptions *options,
             DipMeasureFiles *files,
             const Reference *reference,
             DipShuffle *shuffle,
             GHashTable *stems,
             GError **error)
{
  g_autoptr (DipMeasured) measured = dip_measure_load (files, &options->how, error);
  DipMeasureResult *result;

  if (measured == NULL)
    return NULL;
  if (measured->was_reframed)
    dip_cli_note (cli,
                  "%s: the views are of two sizes: both laid into %ux%u, chest wall at "
                  "the left, without scaling",
                  get_name (files), measured->cc->picture->width,
                  measured->cc->picture->height);
  if (options->masks != NULL)
    {
      g_autofree char *stem = make_stem (stems, files);

      if (!dip_measure_save_masks (measured, options->masks, stem, error))
        return NULL;
    }

  result = g_new0 (DipMeasureResult, 1);
  result->files = files;
  result->width = measured->cc->picture->width;
  result->height = measured->cc->picture->height;
  dip_pair_figures_compute (&result->figures, measured->cc, measured->mlo,
                            measured->third, measured->encoding, measured->spacing_mm,
                            DIP_FIGURES_ALL);
  result->object = dip_measure_make_json (files, measured, &result->figures);
  if (reference->looks != NULL)
    compare_with_reference (result, reference, measured);
  dip_shuffle_add (shuffle, measured->cc, measured->mlo, measured->third,
                   measured->encoding);

  return result;
}

static void
print_results (DipCli *cli,
               const MeasureOptions *options,
               const GPtrArray *results,
               const DipMeasureBand *band)
{
  if (cli->json)
    dip_cli_print_json (dip_measure_results_to_json (results, band));
  else if (options->csv)
    {
      g_autofree char *text = dip_measure_results_to_csv (results);

      dip_cli_print ("%s", text);
    }
  else
    for (guint i = 0; i < results->len; i++)
      {
        g_autofree char *text =
            dip_measure_result_to_text (g_ptr_array_index (results, i), band);

        dip_cli_print ("%s%s", i > 0 ? "\n" : "", text);
      }
}

static gboolean
measure_all (DipCli *cli, const MeasureOptions *options, GPtrArray *list, GError **error)
{
  g_auto (Reference) reference = { 0 };
  g_autoptr (DipShuffle) shuffle = dip_shuffle_new ();
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func (dip_measure_result_free);
  g_autoptr (GHashTable) stems =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (DipProgress) progress = NULL;
  DipMeasureBand band = { .n_pairs = list->len };

  if (options->masks != NULL && !dip_cli_make_folder (options->masks, error))
    return FALSE;
  if (options->nearest != NULL && !load_reference (cli, &reference, options, error))
    return FALSE;

  progress = dip_progress_new (cli, "Measuring", list->len);
  for (guint i = 0; i < list->len; i++)
    {
      DipMeasureResult *result;

      if (g_cancellable_set_error_if_cancelled (cli->cancellable, error))
        return FALSE;
      result = measure_one (cli, options, g_ptr_array_index (list, i), &reference,
                            shuffle, stems, error);
      if (result == NULL)
        return FALSE;
      g_ptr_array_add (results, result);
      dip_progress_set (progress, i + 1, NULL);
    }
  dip_progress_hide (progress);
  band.n_shuffles = dip_shuffle_compute (shuffle, band.bands);
  print_results (cli, options, results, &band);

  return TRUE;
}

static void
print_film (DipCli *cli, json_t *film)
{
  const json_t *times = json_object_get (film, "timesteps");
  const json_t *images = json_object_get (film, "figures");

  if (cli->json)
    {
      dip_cli_print_json (film);
      return;
    }

  dip_cli_print ("image timestep     iou   pnl_ratio  ap_distance  third_residual\n");
  for (gsize b = 0; b < json_array_size (images); b++)
    for (gsize s = 0; s < json_array_size (times); s++)
      {
        static const char *const keys[] = { "iou", "pnl_ratio", "ap_distance",
                                            "third_residual" };

        dip_cli_print ("%5u %8.6g", (guint) b,
                       json_number_value (json_array_get (times, s)));
        for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
          {
            const json_t *value =
                json_array_get (json_object_get (json_array_get (images, b), keys[k]), s);

            if (json_is_number (value))
              dip_cli_print (" %11.4f", json_number_value (value));
            else
              dip_cli_print (" %11s", "-");
          }
        dip_cli_print ("\n");
      }
  json_decref (film);
}

static gboolean
list_pairs (GPtrArray *list, const MeasureOptions *options, char **args, GError **error)
{
  if (options->cc != NULL)
    {
      DipMeasureFiles *files = g_new0 (DipMeasureFiles, 1);

      files->cc = g_strdup (options->cc);
      files->mlo = g_strdup (options->mlo);
      g_ptr_array_add (list, files);
    }
  for (guint i = 0; args[i] != NULL; i++)
    if (!dip_measure_list (list, args[i], error))
      return FALSE;

  return TRUE;
}

gboolean
dip_verb_measure (DipCli *cli, int argc, char **argv, GError **error)
{
  g_auto (MeasureOptions) options = { 0 };
  GOptionEntry entries[] = {
    { "cc", 0, 0, G_OPTION_ARG_FILENAME, &options.cc, "The CC alone, with --mlo",
      "PICTURE" },
    { "mlo", 0, 0, G_OPTION_ARG_FILENAME, &options.mlo, "The MLO alone, with --cc",
      "PICTURE" },
    { "trajectory", 0, 0, G_OPTION_ARG_FILENAME, &options.trajectory,
      "The figures of each step of a film from `sample --trajectory` instead", "FILE" },
    { "masks", 0, 0, G_OPTION_ARG_FILENAME, &options.masks,
      "Write masks and overlay pictures there", "DIR" },
    { "nearest", 0, 0, G_OPTION_ARG_FILENAME, &options.nearest,
      "Find the nearest look-alike among the pairs of this folder", "DIR" },
    { "mask-algorithm", 0, 0, G_OPTION_ARG_STRING, &options.algorithm,
      "background (default), otsu, scaled-otsu, triangle or li", "NAME" },
    { "mask-file", 0, 0, G_OPTION_ARG_FILENAME, &options.mask_file,
      "Masks of the pair that were corrected by hand: NAME.masks.json of the window",
      "FILE" },
    { "mask-name", 0, 0, G_OPTION_ARG_STRING, &options.mask_name,
      "Which of them, by default the one in force there", "NAME[:VERSION]" },
    { "pectoral", 0, 0, G_OPTION_ARG_STRING, &options.pectoral,
      "Whether the pectoral muscle belongs to the mask: in (default) or out", "WHERE" },
    { "third", 0, 0, G_OPTION_ARG_STRING, &options.third,
      "What the third channel should say: absdiff, sum or zero; by default as the file "
      "declares",
      "ENCODING" },
    { "spacing", 0, 0, G_OPTION_ARG_DOUBLE, &options.spacing,
      "A pixel's width in millimetres, for both views", "MM" },
    { "flip", 0, 0, G_OPTION_ARG_STRING, &options.flip,
      "Mirror so that the chest wall is on the left: auto (default), always, never",
      "WHEN" },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv,
      "Print a table of comma-separated "
      "values",
      NULL },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "[PAIR…]",
    .min_args = 0,
    .max_args = G_MAXUINT,
    .summary =
        "Measures pairs: masks, landmarks, and how the two views belong together.\n"
        "PAIR is a three-channel PNG (red CC, green MLO, blue third channel) or a folder "
        "of\nthem.  Of several pairs, each alignment figure gets its band for shuffled "
        "ones.",
    .entries = entries,
  };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_files);
  g_auto (GStrv) args = NULL;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error) ||
      !check (cli, &options, g_strv_length (args), error))
    return FALSE;

  if (options.trajectory != NULL)
    {
      json_t *film =
          dip_measure_film (options.trajectory, &options.how, cli->cancellable, error);

      if (film == NULL)
        return FALSE;
      print_film (cli, film);
      return TRUE;
    }

  return list_pairs (list, &options, args, error) &&
         measure_all (cli, &options, list, error);
}
