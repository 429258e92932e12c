#include "model/sampler/priority.h"

#ifdef __linux__
#  include <sched.h>
#  include <sys/resource.h>
#  include <unistd.h>
#endif

/* Of 19.  A thread of nice 10 has a tenth of the weight of an ordinary one: enough to
 * go on beside other programs, too little to hold up a window.
 */
#define NICE 10

void
dip_thread_give_way (void)
{
#ifdef __linux__
  struct sched_param param = { .sched_priority = 0 };

  /* Batch: such a thread never preempts another when it wakes up.  On Linux both hold
   * for the thread alone.
   */
  sched_setscheduler (0, SCHED_BATCH, &param);
  if (getpriority (PRIO_PROCESS, gettid ()) < NICE)
    setpriority (PRIO_PROCESS, gettid (), NICE);
#endif
}
