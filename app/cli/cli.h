#pragma once

#include <gio/gio.h>
#include <jansson.h>

#include "render/precision.h"

G_BEGIN_DECLS

/* What every verb shares: the global options, the way out for results, errors
 * and progress, and the interrupt.
 *
 * Results go to stdout and every write is checked; progress and errors go to
 * stderr.  A verb returns FALSE with an error set; main() turns it into one
 * line and an exit code:
 *
 *   0 done, 1 failed, 2 wrong usage (DIP_CLI_ERROR_USAGE), 130 interrupted
 *   (G_IO_ERROR_CANCELLED).
 */

#define DIP_CLI_ERROR (dip_cli_error_quark ())

GQuark dip_cli_error_quark (void);

typedef enum
{
  DIP_CLI_ERROR_USAGE,  /* the command line cannot be meant */
  DIP_CLI_ERROR_FAILED, /* anything else that has no domain of its own */
} DipCliError;

typedef struct
{
  const char *verb;          /* the verb that runs */
  char *device;              /* --device: index, part of a name, "cpu"; NULL: choose */
  char *precision_name;      /* --precision as given, or NULL */
  DipPrecision precision;    /* what it means: auto if left out */
  gboolean json;             /* --json: one JSON value on stdout */
  gboolean quiet;            /* --quiet: no progress, no remarks */
  GCancellable *cancellable; /* cancelled by SIGINT, SIGTERM and SIGHUP */
} DipCli;

typedef struct
{
  const char *name;
  const char *summary; /* one line for `diptych-cli --help` */
  /* @argv[0] is the verb.  Owns nothing of @argv. */
  gboolean (*run) (DipCli *cli, int argc, char **argv, GError **error);
} DipVerb;

/* NULL-terminated by a verb without a name. */
extern const DipVerb dip_verbs[];

/* One GOption description of a verb's own options.
 *
 * Parses @argv, adds the global options and --help, and leaves the positional
 * arguments in @args (strv, owned by the caller).  @arguments is what stands
 * behind the options in the usage line ("[CHECKPOINT]"), @min_args and
 * @max_args their count (@max_args G_MAXUINT: no limit).  @summary and
 * @details are shown by --help above and below the options.
 */
typedef struct
{
  const char *arguments;
  guint min_args;
  guint max_args;
  const char *summary;
  const char *details;
  const GOptionEntry *entries;
} DipVerbUsage;

gboolean dip_cli_parse (DipCli *cli,
                        const DipVerbUsage *usage,
                        int argc,
                        char **argv,
                        char ***args,
                        GError **error);

/* Parses the global options that stand before the verb; they are removed. */
gboolean dip_cli_parse_globals (DipCli *cli, int *argc, char ***argv, GError **error);

/* Sets DIP_CLI_ERROR_USAGE "VERB: MESSAGE" and returns FALSE. */
gboolean dip_cli_usage_error (DipCli *cli, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* A whole number of an option, checked: "--steps wants a whole number from 1
 * to 1000, found 0".
 */
gboolean dip_cli_check_range (DipCli *cli,
                              const char *option,
                              gint64 value,
                              gint64 low,
                              gint64 high,
                              GError **error);

/* "WxH" (or "S", square), each from 1 to 65536. */
gboolean dip_cli_parse_size (DipCli *cli,
                             const char *text,
                             guint *width,
                             guint *height,
                             GError **error);

/* stdout ---------------------------------------------------------------- */

/* @value on one line; takes it over. */
void dip_cli_print_json (json_t *value);

/* Remembers a failed write; dip_cli_flush() reports it. */
void dip_cli_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
gboolean dip_cli_flush (GError **error);

/* stderr ---------------------------------------------------------------- */

/* A remark, one line, not shown with --quiet. */
void dip_cli_note (DipCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The one line of a failure.  Control characters of file names are escaped,
 * so that it is one line whatever the files are called.
 */
void dip_cli_report (const char *message);

/* Signals --------------------------------------------------------------- */

/* Starts the thread that turns SIGINT, SIGTERM and SIGHUP into a cancelled
 * cli->cancellable.  Call before any other thread exists.  A second signal
 * ends the process at once with 130: whole-or-absent saves make that safe.
 */
void dip_cli_catch_signals (DipCli *cli);

/* Folders --------------------------------------------------------------- */

/* Makes @path and its parents; an error names what is in the way. */
gboolean dip_cli_make_folder (const char *path, GError **error);

G_END_DECLS
