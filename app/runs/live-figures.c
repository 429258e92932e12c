#include "app/runs/live-figures.h"

#ifdef __linux__
#  include <sched.h>
#  include <sys/resource.h>
#  include <unistd.h>
#endif
#include <time.h>

struct _DipLiveFigures
{
  GMutex mutex; /* of all below */
  GCond changed;
  GPtrArray *takes;    /* of DipTake: those with frames that were not measured */
  GThread *thread;     /* or NULL; joined by whoever finds it ended */
  gboolean is_running; /* the thread looks at the takes again before it ends */
  gboolean is_stopped;
  gint64 newest;   /* when the last frame came; microseconds, monotonic */
  gint64 earliest; /* when the thread may measure again while frames come */
};

DipLiveFigures *
dip_live_figures_new (void)
{
  DipLiveFigures *self = g_atomic_rc_box_new0 (DipLiveFigures);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->takes = g_ptr_array_new_with_free_func (g_object_unref);

  return self;
}

DipLiveFigures *
dip_live_figures_ref (DipLiveFigures *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  DipLiveFigures *self = data;

  dip_live_figures_stop (self);
  g_ptr_array_unref (self->takes);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
}

void
dip_live_figures_unref (DipLiveFigures *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

/* The thread ------------------------------------------------------------------------ */

/* Behind the sampling threads (model/sampler/priority.h), which are behind all else. */
static void
come_last (void)
{
#ifdef __linux__
  struct sched_param param = { .sched_priority = 0 };

  sched_setscheduler (0, SCHED_BATCH, &param);
  setpriority (PRIO_PROCESS, gettid (), 19);
#endif
}

static gboolean
emit_cb (gpointer data)
{
  dip_take_emit_grew (data);

  return G_SOURCE_REMOVE;
}

/* The take with the newest frame that was not measured; of several (a batch) the one that
 * has waited longest.  Where all newest ones are measured, the oldest gap of the first.
 * Locked. */
static DipTake *
find_work (DipLiveFigures *self, guint *index)
{
  DipTake *best = NULL;
  guint least = G_MAXUINT, at;

  for (guint i = 0; i < self->takes->len; i++)
    {
      DipTake *take = g_ptr_array_index (self->takes, i);
      const guint n_measured = dip_take_get_n_measured (take);

      if (dip_take_find_unmeasured (take, TRUE, &at) &&
          at + 1 == dip_take_get_n_frames (take) && n_measured < least)
        {
          best = take;
          least = n_measured;
          *index = at;
        }
    }
  for (guint i = 0; best == NULL && i < self->takes->len; i++)
    if (dip_take_find_unmeasured (g_ptr_array_index (self->takes, i), FALSE, index))
      best = g_ptr_array_index (self->takes, i);

  return best;
}

/* Lets go of takes that have all they will have for now.  Locked. */
static void
drop_finished (DipLiveFigures *self)
{
  guint at;

  for (guint i = self->takes->len; i > 0; i--)
    if (!dip_take_find_unmeasured (g_ptr_array_index (self->takes, i - 1), TRUE, &at))
      g_ptr_array_remove_index (self->takes, i - 1);
}

/* Whether steps are still to be expected.  Locked. */
static gboolean
is_sampling (DipLiveFigures *self, gint64 now)
{
  gboolean is_any_open = FALSE;

  for (guint i = 0; i < self->takes->len; i++)
    is_any_open |= !dip_take_is_complete (g_ptr_array_index (self->takes, i));

  return is_any_open && now - self->newest < DIP_LIVE_PATIENCE;
}

/* Waits until it may measure; FALSE where there is something newer to look at.  Locked. */
static gboolean
wait_for_time (DipLiveFigures *self)
{
  const gint64 now = g_get_monotonic_time ();
  const gint64 until = MIN (self->earliest, self->newest + DIP_LIVE_PATIENCE);

  if (now >= until || !is_sampling (self, now))
    return TRUE;
  g_cond_wait_until (&self->changed, &self->mutex, until);

  return FALSE;
}

/* What this thread has had of a processor, microseconds; while it only waited for one, the
 * sampling lost nothing. */
static gint64
get_own_time (void)
{
  struct timespec time;

  if (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time) != 0)
    return g_get_monotonic_time ();

  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Measures one frame, unlocked meanwhile, and notes when the next one may be. */
static void
measure_one (DipLiveFigures *self, DipTake *take, guint index)
{
  const double share = DIP_LIVE_SHARE * g_get_num_processors ();
  const gint64 began = g_get_monotonic_time (), before = get_own_time ();

  g_object_ref (take);
  g_mutex_unlock (&self->mutex);
  dip_take_measure (take, index);
  g_idle_add_full (G_PRIORITY_LOW, emit_cb, take, g_object_unref);
  g_mutex_lock (&self->mutex);
  self->earliest = began + (gint64) ((get_own_time () - before) / share);
}

static gpointer
work (gpointer data)
{
  DipLiveFigures *self = data;

  come_last ();
  g_mutex_lock (&self->mutex);
  while (!self->is_stopped)
    {
      DipTake *take;
      guint index;

      drop_finished (self);
      take = find_work (self, &index);
      if (take == NULL)
        break;
      if (wait_for_time (self))
        measure_one (self, take, index);
    }
  self->is_running = FALSE;
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/* From outside ---------------------------------------------------------------------- */

void
dip_live_figures_add (DipLiveFigures *self, DipTake *take)
{
  GThread *ended = NULL;

  g_mutex_lock (&self->mutex);
  if (!self->is_stopped)
    {
      self->newest = g_get_monotonic_time ();
      if (!g_ptr_array_find (self->takes, take, NULL))
        g_ptr_array_add (self->takes, g_object_ref (take));
      g_cond_signal (&self->changed);
      if (!self->is_running)
        {
          self->is_running = TRUE;
          ended = self->thread;
          self->thread = g_thread_new ("figures", work, self);
        }
    }
  g_mutex_unlock (&self->mutex);
  if (ended != NULL)
    g_thread_join (ended);
}

void
dip_live_figures_stop (DipLiveFigures *self)
{
  GThread *thread;

  g_mutex_lock (&self->mutex);
  self->is_stopped = TRUE;
  g_cond_signal (&self->changed);
  thread = g_steal_pointer (&self->thread);
  g_mutex_unlock (&self->mutex);
  if (thread != NULL)
    g_thread_join (thread);
  g_ptr_array_set_size (self->takes, 0);
}

gboolean
dip_live_figures_is_busy (DipLiveFigures *self)
{
  gboolean is_busy;

  g_mutex_lock (&self->mutex);
  is_busy = self->is_running;
  g_mutex_unlock (&self->mutex);

  return is_busy;
}
