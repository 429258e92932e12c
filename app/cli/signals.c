#include "app/cli/cli.h"

#include <signal.h>
#include <unistd.h>

static gpointer
wait_for_signals (gpointer data)
{
  GCancellable *cancellable = data;
  sigset_t set;
  int number;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGHUP);

  while (sigwait (&set, &number) == 0)
    {
      if (g_cancellable_is_cancelled (cancellable))
        _exit (130);
      g_cancellable_cancel (cancellable);
    }

  return NULL;
}

void
dip_cli_catch_signals (DipCli *cli)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGHUP);
  pthread_sigmask (SIG_BLOCK, &set, NULL);

  /* A reader that goes away and a limit on file sizes are failed writes with a
   * reason, not a silent end.
   */
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);

  g_thread_unref (
      g_thread_new ("signals", wait_for_signals, g_object_ref (cli->cancellable)));
}
