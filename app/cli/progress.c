#include "app/cli/progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Microseconds between two drawings of the bar, and two plain lines. */
#define DRAW_INTERVAL 100000
#define LINE_INTERVAL 30000000

struct _DipProgress
{
  char *label;
  guint64 n_total;
  gint64 start; /* monotonic, microseconds */
  gint64 last_shown;
  gboolean is_quiet;
  gboolean is_terminal;
  gboolean is_drawn;
};

static guint
get_columns (void)
{
  struct winsize size = { 0 };

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
    return 80;

  return size.ws_col;
}

/* "1:02:03", "2:03" */
static char *
format_seconds (double seconds)
{
  guint64 s = seconds + 0.5;

  if (s >= 3600)
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u:%02u", s / 3600,
                            (guint) (s / 60 % 60), (guint) (s % 60));

  return g_strdup_printf ("%u:%02u", (guint) (s / 60), (guint) (s % 60));
}

static char *
make_figures (DipProgress *self, guint64 n_done, const char *detail)
{
  double elapsed = (g_get_monotonic_time () - self->start) / 1e6;
  g_autofree char *left = NULL;
  g_autofree char *each = NULL;

  if (n_done > 0)
    {
      left = format_seconds (elapsed / n_done * (self->n_total - n_done));
      each = g_strdup_printf ("  %.2f s each, %s left", elapsed / n_done, left);
    }

  return g_strdup_printf ("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "%s%s%s", n_done,
                          self->n_total, each != NULL ? each : "",
                          detail != NULL ? "  " : "", detail != NULL ? detail : "");
}

static void
draw (DipProgress *self, guint64 n_done, const char *figures)
{
  guint used = g_utf8_strlen (self->label, -1) + g_utf8_strlen (figures, -1) + 6;
  guint columns = get_columns ();
  guint width = columns > used + 8 ? MIN (columns - used, 40) : 0;
  guint filled = self->n_total > 0 ? width * n_done / self->n_total : 0;

  fprintf (stderr, "\r\033[K%s ", self->label);
  if (width > 0)
    {
      fputc ('[', stderr);
      for (guint i = 0; i < width; i++)
        fputc (i < filled ? '#' : '-', stderr);
      fputs ("] ", stderr);
    }
  fputs (figures, stderr);
  fflush (stderr);
  self->is_drawn = TRUE;
}

DipProgress *
dip_progress_new (DipCli *cli, const char *label, guint64 n_total)
{
  DipProgress *self = g_new0 (DipProgress, 1);

  self->label = g_strdup (label);
  self->n_total = n_total;
  self->start = g_get_monotonic_time ();
  self->last_shown = self->start;
  self->is_quiet = cli->quiet;
  self->is_terminal = isatty (STDERR_FILENO);

  return self;
}

void
dip_progress_set (DipProgress *self, guint64 n_done, const char *detail)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *figures = NULL;

  if (self->is_quiet)
    return;
  if (now - self->last_shown < (self->is_terminal ? DRAW_INTERVAL : LINE_INTERVAL) &&
      !(self->is_terminal && n_done == self->n_total))
    return;

  self->last_shown = now;
  figures = make_figures (self, n_done, detail);
  if (self->is_terminal)
    draw (self, n_done, figures);
  else
    fprintf (stderr, "%s %s\n", self->label, figures);
}

void
dip_progress_hide (DipProgress *self)
{
  if (!self->is_drawn)
    return;

  fputs ("\r\033[K", stderr);
  fflush (stderr);
  self->is_drawn = FALSE;
}

void
dip_progress_free (DipProgress *self)
{
  if (self == NULL)
    return;

  dip_progress_hide (self);
  g_free (self->label);
  g_free (self);
}
