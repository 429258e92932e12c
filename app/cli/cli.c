#include "app/cli/cli.h"

#include "model/storage/json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

G_DEFINE_QUARK (dip - cli - error - quark, dip_cli_error)

static gboolean print_failed;
static int print_errno;

static void
add_global_entries (GOptionContext *context, DipCli *cli)
{
  GOptionEntry entries[] = {
    { "device", 0, 0, G_OPTION_ARG_STRING, &cli->device,
      "Vulkan device by number or part of its name, or 'cpu'", "DEVICE" },
    { "precision", 0, 0, G_OPTION_ARG_STRING, &cli->precision_name,
      "auto (default), fp32 (strict) or fp16", "MODE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, "Print one JSON value on stdout",
      NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &cli->quiet, "No progress and no remarks", NULL },
    { NULL }
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static gboolean
check_globals (DipCli *cli, GError **error)
{
  if (cli->precision_name == NULL ||
      dip_precision_from_name (cli->precision_name, &cli->precision))
    return TRUE;

  return dip_cli_usage_error (cli, error,
                              "--precision wants auto, fp32 or fp16, found '%s'",
                              cli->precision_name);
}

/* GOption prints what it did not understand in words of its own; the verb is
 * put before it, so that the line says where the mistake is.
 */
static gboolean
fail_usage (DipCli *cli, GError *wrong, GError **error)
{
  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_USAGE, "%s: %s (see --help)",
               cli->verb != NULL ? cli->verb : "usage", wrong->message);
  g_error_free (wrong);
  return FALSE;
}

gboolean
dip_cli_parse_globals (DipCli *cli, int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("VERB …");
  GError *wrong = NULL;

  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_help_enabled (context, FALSE);
  add_global_entries (context, cli);

  if (!g_option_context_parse (context, argc, argv, &wrong))
    return fail_usage (cli, wrong, error);

  return TRUE;
}

static gboolean
check_arguments (DipCli *cli, const DipVerbUsage *usage, guint n_args, GError **error)
{
  if (n_args < usage->min_args)
    return dip_cli_usage_error (cli, error, "wants %s, found %u argument%s (see --help)",
                                usage->arguments, n_args, n_args == 1 ? "" : "s");
  if (n_args > usage->max_args)
    return dip_cli_usage_error (cli, error, "wants %s, found %u arguments (see --help)",
                                usage->arguments[0] ? usage->arguments : "no argument",
                                n_args);
  return TRUE;
}

gboolean
dip_cli_parse (DipCli *cli,
               const DipVerbUsage *usage,
               int argc,
               char **argv,
               char ***args,
               GError **error)
{
  g_autofree char *parameters = g_strdup_printf ("%s %s", cli->verb, usage->arguments);
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) words = g_new0 (char *, argc + 1);
  g_autofree char **left = g_new0 (char *, argc + 1);
  g_auto (GStrv) rest = NULL;
  char **cursor = left;
  GOptionEntry remaining[] = { { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
                                 &rest, NULL, parameters },
                               { NULL } };
  GError *wrong = NULL;

  for (int i = 0; i < argc; i++)
    left[i] = words[i] = g_strdup (i == 0 ? g_get_prgname () : argv[i]);

  g_option_context_set_summary (context, usage->summary);
  g_option_context_set_description (context, usage->details);
  g_option_context_add_main_entries (context, remaining, NULL);
  if (usage->entries != NULL)
    g_option_context_add_main_entries (context, usage->entries, NULL);
  add_global_entries (context, cli);

  if (!g_option_context_parse (context, &argc, &cursor, &wrong))
    return fail_usage (cli, wrong, error);
  if (!check_globals (cli, error) ||
      !check_arguments (cli, usage, rest != NULL ? g_strv_length (rest) : 0, error))
    return FALSE;

  *args = rest != NULL ? g_steal_pointer (&rest) : g_new0 (char *, 1);
  return TRUE;
}

gboolean
dip_cli_usage_error (DipCli *cli, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_USAGE, "%s: %s", cli->verb, message);
  return FALSE;
}

gboolean
dip_cli_check_range (DipCli *cli,
                     const char *option,
                     gint64 value,
                     gint64 low,
                     gint64 high,
                     GError **error)
{
  if (value >= low && value <= high)
    return TRUE;

  return dip_cli_usage_error (cli, error,
                              "%s wants a whole number from %" G_GINT64_FORMAT
                              " to %" G_GINT64_FORMAT ", found %" G_GINT64_FORMAT,
                              option, low, high, value);
}

gboolean
dip_cli_parse_size (DipCli *cli,
                    const char *text,
                    guint *width,
                    guint *height,
                    GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "x", 3);
  guint n_parts = g_strv_length (parts);
  guint64 sides[2] = { 0, 0 };

  for (guint i = 0; i < n_parts && n_parts <= 2; i++)
    if (!g_ascii_string_to_unsigned (parts[i], 10, 1, 65536, &sides[i], NULL))
      n_parts = 3;

  if (n_parts < 1 || n_parts > 2)
    return dip_cli_usage_error (cli, error,
                                "--size wants WIDTHxHEIGHT in pixels, each from 1 to "
                                "65536 (such as 256x256), found '%s'",
                                text);

  *width = sides[0];
  *height = n_parts == 2 ? sides[1] : sides[0];
  return TRUE;
}

void
dip_cli_print (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (vfprintf (stdout, format, arguments) < 0 && !print_failed)
    {
      print_failed = TRUE;
      print_errno = errno;
    }
  va_end (arguments);
}

void
dip_cli_print_json (json_t *value)
{
  g_autofree char *line = dip_json_dump_line (value);

  dip_cli_print ("%s\n", line);
  json_decref (value);
}

gboolean
dip_cli_flush (GError **error)
{
  if (fflush (stdout) != 0 && !print_failed)
    {
      print_failed = TRUE;
      print_errno = errno;
    }
  if (!print_failed)
    return TRUE;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "standard output: cannot be written: %s", g_strerror (print_errno));
  return FALSE;
}

void
dip_cli_note (DipCli *cli, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  if (cli->quiet)
    return;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  fprintf (stderr, "%s\n", message);
}

/* Line breaks and other control characters as \xNN. */
static char *
make_one_line (const char *message)
{
  GString *line = g_string_new (NULL);

  for (const char *p = message; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      g_string_append_printf (line, "\\x%02x", (guchar) *p);
    else
      g_string_append_c (line, *p);

  return g_string_free (line, FALSE);
}

void
dip_cli_report (const char *message)
{
  g_autofree char *line = make_one_line (message);

  fprintf (stderr, "diptych-cli: %s\n", line);
}

gboolean
dip_cli_make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               "%s: the folder cannot be made: %s", path, g_strerror (errno));
  return FALSE;
}
