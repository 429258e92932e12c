#include "app/cli/cli.h"
#include "render/device.h"

#include <locale.h>
#include <string.h>

static const DipVerb *
find_verb (const char *name)
{
  for (const DipVerb *verb = dip_verbs; verb->name != NULL; verb++)
    if (g_str_equal (verb->name, name))
      return verb;

  return NULL;
}

static void
print_help (void)
{
  dip_cli_print (
      "Usage:\n"
      "  diptych-cli [OPTION…] VERB [ARGUMENT…]\n\n"
      "Generates and inspects synthetic dual-view mammograms: one sample holds\n"
      "the CC view, the MLO view and a third channel.\n\n"
      "Verbs:\n");
  for (const DipVerb *verb = dip_verbs; verb->name != NULL; verb++)
    dip_cli_print ("  %-10s %s\n", verb->name, verb->summary);
  dip_cli_print ("\nOptions of every verb:\n"
                 "  --device DEVICE     Vulkan device by number or part of its name, or "
                 "'cpu'\n"
                 "  --precision MODE    auto, fp32 (strict) or fp16\n"
                 "  --json              Print one JSON value on stdout\n"
                 "  --quiet             No progress and no remarks\n"
                 "  --version           Print the version and exit\n"
                 "  --help              Also of each verb: diptych-cli VERB --help\n\n"
                 "To begin:\n"
                 "  diptych-cli sample -o pairs       one pair from the demo checkpoint\n"
                 "  diptych-cli devices               what it can run on\n");
}

static gboolean
run (DipCli *cli, int argc, char **argv, GError **error)
{
  const DipVerb *verb;

  if (argc >= 2 && g_str_equal (argv[1], "--version"))
    {
      dip_cli_print ("diptych-cli %s\n", DIPTYCH_VERSION);
      return TRUE;
    }
  if (argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") ||
                    (argc == 2 && g_str_equal (argv[1], "help"))))
    {
      print_help ();
      return TRUE;
    }
  if (!dip_cli_parse_globals (cli, &argc, &argv, error))
    return FALSE;
  if (argc < 2)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_USAGE,
                   "usage: wants a verb, found none (see diptych-cli --help)");
      return FALSE;
    }

  verb = find_verb (argv[1]);
  if (verb == NULL)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_USAGE,
                   "usage: '%s' is no verb (see diptych-cli --help)", argv[1]);
      return FALSE;
    }

  cli->verb = verb->name;
  return verb->run (cli, argc - 1, argv + 1, error);
}

static int
get_exit_code (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return 130;
  if (g_error_matches (error, DIP_CLI_ERROR, DIP_CLI_ERROR_USAGE))
    return 2;

  return 1;
}

int
main (int argc, char **argv)
{
  DipCli cli = { .precision = DIP_PRECISION_AUTO };
  g_autoptr (GError) error = NULL;
  int code = 0;

  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  dip_device_prepare_drivers ();
  g_set_prgname ("diptych-cli");
  cli.cancellable = g_cancellable_new ();
  dip_cli_catch_signals (&cli);

  if (!run (&cli, argc, argv, &error) || !dip_cli_flush (&error))
    {
      dip_cli_report (error->message);
      code = get_exit_code (error);
      /* What was printed before the failure still reaches its reader. */
      dip_cli_flush (NULL);
    }

  g_free (cli.device);
  g_free (cli.precision_name);
  g_object_unref (cli.cancellable);

  return code;
}
