#include "model/graph/reference-private.h"

/* Below this a thread costs more than it saves: a thread starts in some 50 us,
 * and a processor does about a multiply-add in a nanosecond.
 */
#define MIN_WORK 500000

#define MAX_THREADS 64

typedef struct
{
  const DipReferenceCall *call;
  DipReferencePart part;
  gpointer scratch;
  guint n;
  gint next; /* atomic: the first part nobody has taken */
} Job;

static gpointer
work_on (gpointer data)
{
  Job *job = data;

  for (;;)
    {
      guint i = g_atomic_int_add (&job->next, 1);

      if (i >= job->n)
        return NULL;

      job->part (job->call, job->scratch, i);
    }
}

void
dip_reference_for_each (const DipReferenceCall *call,
                        DipReferencePart part,
                        gpointer scratch,
                        guint n,
                        guint64 work)
{
  Job job = { .call = call, .part = part, .scratch = scratch, .n = n };
  guint n_others =
      work < MIN_WORK ? 0 : MIN (MIN (g_get_num_processors (), n), MAX_THREADS) - 1;
  GThread *others[MAX_THREADS] = { NULL };

  /* A thread that cannot be had is done without. */
  for (guint i = 0; i < n_others; i++)
    others[i] = g_thread_try_new ("reference", work_on, &job, NULL);

  work_on (&job);

  for (guint i = 0; i < n_others; i++)
    if (others[i] != NULL)
      g_thread_join (others[i]);
}
