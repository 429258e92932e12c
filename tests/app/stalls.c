#include "stalls.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define PERIOD 5 /* milliseconds */

typedef struct
{
  gint64 last;
  gint64 waited;       /* nanoseconds, at @last */
  gint64 longest, own; /* microseconds */
} Clock;

struct _DipStalls
{
  Clock loop, idle;
  guint source;
  GThread *thread;
  gboolean is_over;
  gint64 start;
  double all, ours; /* seconds of processors, at the start */
};

/* Nanoseconds that this thread was ready and no processor was free. */
static gint64
get_waited (void)
{
  g_autofree char *text = NULL;
  gint64 ran, waited;

  if (!g_file_get_contents ("/proc/thread-self/schedstat", &text, NULL, NULL) ||
      sscanf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, &ran, &waited) != 2)
    return 0;

  return waited;
}

static void
start (Clock *self)
{
  *self = (Clock){ .last = g_get_monotonic_time (), .waited = get_waited () };
}

static void
note (Clock *self)
{
  gint64 now = g_get_monotonic_time (), waited = get_waited ();
  gint64 passed = now - self->last;

  self->longest = MAX (self->longest, passed);
  self->own = MAX (self->own, passed - (waited - self->waited) / 1000);
  self->last = now;
  self->waited = waited;
}

static gboolean
tick (gpointer self)
{
  note (&((DipStalls *) self)->loop);

  return G_SOURCE_CONTINUE;
}

/* On a thread that does nothing else. */
static gpointer
watch (gpointer data)
{
  DipStalls *self = data;

  start (&self->idle);
  while (!g_atomic_int_get (&self->is_over))
    {
      g_usleep (PERIOD * 1000);
      note (&self->idle);
    }

  return NULL;
}

/* Of all processors since the machine was started, waiting excepted. */
static double
get_all_seconds (void)
{
  g_autofree char *text = NULL;
  unsigned long user, nice, system, idle, wait, irq, soft;

  if (!g_file_get_contents ("/proc/stat", &text, NULL, NULL) ||
      sscanf (text, "cpu %lu %lu %lu %lu %lu %lu %lu", &user, &nice, &system, &idle,
              &wait, &irq, &soft) != 7)
    return 0;

  return (double) (user + nice + system + irq + soft) / sysconf (_SC_CLK_TCK);
}

static double
get_own_seconds (void)
{
  struct rusage used;

  getrusage (RUSAGE_SELF, &used);

  return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
         (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

DipStalls *
dip_stalls_start (void)
{
  DipStalls *self = g_new0 (DipStalls, 1);

  self->start = g_get_monotonic_time ();
  self->all = get_all_seconds ();
  self->ours = get_own_seconds ();
  self->thread = g_thread_new ("watch", watch, self);
  self->source = g_timeout_add (PERIOD, tick, self);
  start (&self->loop);

  return self;
}

DipStallFigures
dip_stalls_stop (DipStalls *self)
{
  DipStallFigures figures;
  double seconds;

  note (&self->loop);
  g_source_remove (self->source);
  g_atomic_int_set (&self->is_over, TRUE);
  g_thread_join (self->thread);
  seconds = (g_get_monotonic_time () - self->start) / 1e6;
  figures = (DipStallFigures){
    .longest = self->loop.longest / 1e3,
    .own = self->loop.own / 1e3,
    .idle = self->idle.longest / 1e3,
    .others =
        MAX (0.0, (get_all_seconds () - self->all - (get_own_seconds () - self->ours)) /
                      seconds),
  };
  g_free (self);

  return figures;
}
