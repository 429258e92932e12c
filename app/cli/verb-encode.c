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
  char *window;

  /* Of --window, in the file's own numbers; both 0: all its bits. */
  gint64 low;
  gint64 high;
} EncodeOptions;

static void
encode_options_clear (EncodeOptions *self)
{
  g_free (self->output);
  g_free (self->third);
  g_free (self->size);
  g_free (self->flip);
  g_free (self->window);
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

/* The darkest and the brightest value. */
static void
find_range (const DipPicture *view, float *low, float *high)
{
  gsize n = (gsize) view->width * view->height;

  *low = *high = view->values[0];
  for (gsize i = 1; i < n; i++)
    {
      *low = MIN (*low, view->values[i]);
      *high = MAX (*high, view->values[i]);
    }
}

/* Brings the window to [0, 1].  A 12-bit picture in a 16-bit file uses a
 * sixteenth of its range: that is said, since it looks black.
 */
static void
apply_window (DipCli *cli,
              const char *path,
              const EncodeOptions *options,
              guint n_bits,
              DipPicture *view)
{
  double scale = (1 << n_bits) - 1;
  gsize n = (gsize) view->width * view->height;
  float low, high;

  find_range (view, &low, &high);
  if (options->window == NULL || g_str_equal (options->window, "full"))
    {
      if (high > 0 && high < 0.25)
        dip_cli_note (cli, "%s: its brightest value is %.0f of %.0f: see --window", path,
                      high * scale, scale);
      return;
    }
  if (!g_str_equal (options->window, "auto"))
    {
      low = options->low / scale;
      high = options->high / scale;
    }

  for (gsize i = 0; i < n; i++)
    view->values[i] =
        high > low ? CLAMP ((view->values[i] - low) / (high - low), 0, 1) : 0;
}

static gboolean
parse_window (DipCli *cli, EncodeOptions *options, GError **error)
{
  g_auto (GStrv) parts = NULL;

  if (options->window == NULL || g_str_equal (options->window, "full") ||
      g_str_equal (options->window, "auto"))
    return TRUE;

  parts = g_strsplit (options->window, ":", 3);
  if (g_strv_length (parts) == 2 &&
      g_ascii_string_to_signed (parts[0], 10, 0, 65535, &options->low, NULL) &&
      g_ascii_string_to_signed (parts[1], 10, 0, 65535, &options->high, NULL) &&
      options->low < options->high)
    return TRUE;

  return dip_cli_usage_error (cli, error,
                              "--window wants full, auto or LOW:HIGH in the files' own "
                              "numbers, found '%s'",
                              options->window);
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
  apply_window (cli, path, options, png->n_bits, view);
  if (g_str_equal (flip, "always") || (g_str_equal (flip, "auto") && faces_left (view)))
    {
      dip_picture_flip (view);
      dip_cli_note (cli, "%s: mirrored, so that the chest wall is on the left", path);
    }

  return g_steal_pointer (&view);
}

static gboolean
check (DipCli *cli,
       EncodeOptions *options,
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

  if (!parse_window (cli, options, error))
    return FALSE;

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
    { "window", 0, 0, G_OPTION_ARG_STRING, &options.window,
      "What becomes black and white: full (default: all bits of the file), auto (each "
      "view's darkest and brightest) or LOW:HIGH",
      "WINDOW" },
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
