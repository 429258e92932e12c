#include "app/cli/times.h"

#include <stdlib.h>

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

void
dip_times_sum_up (DipTimes *self, double *seconds, guint n)
{
  g_assert (n > 0);

  qsort (seconds, n, sizeof *seconds, compare_doubles);
  self->min = seconds[0];
  self->median = (seconds[(n - 1) / 2] + seconds[n / 2]) / 2;
  self->max = seconds[n - 1];
}
