#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What repeated timings come to, all in seconds.  The median of an even number
 * is the mean of the middle two.
 */
typedef struct
{
  double min;
  double median;
  double max;
} DipTimes;

/* @seconds (n, at least 1) is sorted in place. */
void dip_times_sum_up (DipTimes *self, double *seconds, guint n);

G_END_DECLS
