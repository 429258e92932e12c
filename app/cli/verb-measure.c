#include "app/cli/verbs.h"

#include "app/cli/measure-film.h"
#include "app/cli/measure-input.h"
#include "app/cli/measure-masks.h"
#include "app/cli/measure-options.h"
#include "app/cli/measure-reference.h"
#include "app/cli/measure-report.h"
#include "app/cli/progress.h"
#include "model/storage/json.h"

#include <math.h>
#include <string.h>

static void
free_files (gpointer data)
{
  dip_measure_files_free (data);
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

static void
compare_views (DipMeasureResult *result, const DipMeasured *measured)
{
  g_autoptr (DipLook) cc = dip_look_new (measured->cc->picture);
  g_autoptr (DipLook) mlo = dip_look_new (measured->mlo->picture);

  dip_look_compare (mlo, cc, &result->views);
}

static DipMeasureResult *
measure_one (DipCli *cli,
             const DipMeasureOptions *options,
             DipMeasureFiles *files,
             const DipMeasureReference *reference,
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
                  dip_measure_files_get_name (files), measured->cc->picture->width,
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
  result->spacing = measured->spacing;
  dip_pair_figures_compute (&result->figures, measured->cc, measured->mlo,
                            measured->third, measured->encoding, measured->spacing.mm,
                            DIP_FIGURES_ALL);
  compare_views (result, measured);
  result->object = dip_measure_make_json (files, measured, &result->figures);
  if (reference != NULL)
    dip_measure_reference_compare (reference, result, measured);
  dip_shuffle_add (shuffle, measured->cc, measured->mlo, measured->third,
                   measured->encoding);

  return result;
}

static void
print_results (DipCli *cli,
               const DipMeasureOptions *options,
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
measure_all (DipCli *cli,
             const DipMeasureOptions *options,
             GPtrArray *list,
             GError **error)
{
  g_autoptr (DipMeasureReference) reference = NULL;
  g_autoptr (DipShuffle) shuffle = dip_shuffle_new ();
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func (dip_measure_result_free);
  g_autoptr (GHashTable) stems =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (DipProgress) progress = NULL;
  DipMeasureBand band = { .n_pairs = list->len };

  if (options->masks != NULL && !dip_cli_make_folder (options->masks, error))
    return FALSE;
  if (options->nearest != NULL)
    {
      reference =
          dip_measure_reference_load (cli, options->nearest, &options->how, error);
      if (reference == NULL)
        return FALSE;
    }

  progress = dip_progress_new (cli, "Measuring", list->len);
  for (guint i = 0; i < list->len; i++)
    {
      DipMeasureResult *result;

      if (g_cancellable_set_error_if_cancelled (cli->cancellable, error))
        return FALSE;
      result = measure_one (cli, options, g_ptr_array_index (list, i), reference, shuffle,
                            stems, error);
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
list_pairs (GPtrArray *list,
            const DipMeasureOptions *options,
            char **args,
            GError **error)
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
  g_auto (DipMeasureOptions) options = { 0 };
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
      "A pixel's width in millimetres, for both views; by default as the file declares, "
      "else its pHYs",
      "MM" },
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
      !dip_measure_options_check (cli, &options, g_strv_length (args), error))
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
