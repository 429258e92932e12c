#include "app/cli/verbs.h"

#include "model/pair/png.h"
#include "model/pair/resize.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

typedef struct
{
  char *output;
  char *third;
  char *size;
  char *flip;
} EncodeOptions;

static void
encode_options_clear (EncodeOptions *self)
{
  g_free (self->output);
  g_free (self->third);
  g_free (self->size);
  g_free (self->flip);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EncodeOptions, encode_options_clear)

/* Whether the chest wall is on the right: the breast's side of a view is the
 * brighter one, down to the outermost columns.
 */
static gboolean
faces_left (const DipPicture *view)
{
  double left = 0, right = 0;

  for (guint y = 0; y < view->height; y++)
    for (guint x = 0; x < view->width; x++)
      {
        float value = view->values[(gsize) y * view->width + x];

        if (x < view->width / 2)
          left += value;
        else if (x >= (view->width + 1) / 2)
          right += value;
      }

  return right > left;
}

static DipPicture *
load_view (DipCli *cli, const char *path, const EncodeOptions *options, GError **error)
{
  g_autoptr (DipPng) png = dip_png_load (path, error);
  g_autoptr (DipPicture) view = NULL;
  const char *flip = options->flip != NULL ? options->flip : "auto";

  if (png == NULL)
    return NULL;

  view = dip_png_to_grey (png);
  if (g_str_equal (flip, "always") || (g_str_equal (flip, "auto") && faces_left (view)))
    {
      dip_picture_flip (view);
      dip_cli_note (cli, "%s: mirrored, so that the chest wall is on the left", path);
    }

  return g_steal_pointer (&view);
}

static gboolean
check (DipCli *cli,
       const EncodeOptions *options,
       DipThird *third,
       guint *width,
       guint *height,
       GError **error)
{
  *width = *height = 0;
  if (options->output == NULL)
    return dip_cli_usage_error (cli, error, "wants -o PAIR.png");
  if (options->third != NULL && !dip_third_from_name (options->third, third))
    return dip_cli_usage_error (
        cli, error, "--third wants absdiff, sum or zero, found '%s'", options->third);
  if (options->flip != NULL &&
      !g_strv_contains ((const char *const[]){ "auto", "always", "never", NULL },
                        options->flip))
    return dip_cli_usage_error (
        cli, error, "--flip wants auto, always or never, found '%s'", options->flip);

  return options->size == NULL ||
         dip_cli_parse_size (cli, options->size, width, height, error);
}

static gboolean
bring_to_size (char **paths,
               DipPicture **cc,
               DipPicture **mlo,
               guint width,
               guint height,
               GError **error)
{
  DipPicture **views[] = { cc, mlo };

  if (width == 0 && ((*cc)->width != (*mlo)->width || (*cc)->height != (*mlo)->height))
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: is %ux%u, and %s is %ux%u: give --size", paths[1], (*mlo)->width,
                   (*mlo)->height, paths[0], (*cc)->width, (*cc)->height);
      return FALSE;
    }

  for (guint i = 0; i < 2 && width > 0; i++)
    {
      DipPicture *fitted = dip_picture_fit (*views[i], width, height);

      dip_picture_free (*views[i]);
      *views[i] = fitted;
    }

  return TRUE;
}

/* What the file says of itself.  The views are the caller's, so nothing here
 * calls them synthetic, or patients.
 */
static char *
make_provenance (DipThird third, const DipPicture *cc)
{
  json_t *object = json_object ();
  char *text;

  dip_json_set_string (object, "made_by", "Diptych " DIPTYCH_VERSION);
  dip_json_set_string (object, "verb", "encode");
  dip_json_set_string (object, "third_channel", dip_third_get_name (third));
  dip_json_set_int (object, "width", cc->width);
  dip_json_set_int (object, "height", cc->height);
  text = dip_json_dump_line (object);
  json_decref (object);

  return text;
}

gboolean
dip_verb_encode (DipCli *cli, int argc, char **argv, GError **error)
{
  g_auto (EncodeOptions) options = { 0 };
  GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "Where the picture goes",
      "PAIR.png" },
    { "third", 0, 0, G_OPTION_ARG_STRING, &options.third,
      "The third channel: absdiff (default), sum or zero", "ENCODING" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size,
      "Fit into this size, in proportion; by default both views must have one size",
      "WxH" },
    { "flip", 0, 0, G_OPTION_ARG_STRING, &options.flip,
      "Mirror so that the chest wall is on the left: auto (default), always, never",
      "WHEN" },
    { NULL }
  };
  const DipVerbUsage usage = {
    .arguments = "CC MLO",
    .min_args = 2,
    .max_args = 2,
    .summary =
        "Makes one three-channel picture of two grey ones (PNG, 8 or 16 bits), as\n"
        "networks are trained on: red CC, green MLO, blue the third channel.",
    .entries = entries,
  };
  g_auto (GStrv) args = NULL;
  g_autoptr (DipPicture) cc = NULL;
  g_autoptr (DipPicture) mlo = NULL;
  g_autoptr (DipPair) pair = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *provenance = NULL;
  DipThird third = DIP_THIRD_ABSDIFF;
  guint width, height;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error) ||
      !check (cli, &options, &third, &width, &height, error))
    return FALSE;

  cc = load_view (cli, args[0], &options, error);
  if (cc == NULL)
    return FALSE;
  mlo = load_view (cli, args[1], &options, error);
  if (mlo == NULL || !bring_to_size (args, &cc, &mlo, width, height, error))
    return FALSE;

  pair = dip_pair_new_from_views (cc, mlo, third);
  provenance = make_provenance (third, cc);
  bytes = dip_png_encode_pair (pair, &(DipPngNotes){ .diptych = provenance },
                               options.output, error);
  if (bytes == NULL || !dip_save_bytes (options.output, bytes, error))
    return FALSE;

  if (cli->json)
    {
      json_t *object = json_object ();

      dip_json_set_string (object, "output", options.output);
      dip_cli_print_json (object);
    }
  else
    dip_cli_print ("%s\n", options.output);

  return TRUE;
}
