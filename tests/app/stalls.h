#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long the main loop was held up, from dip_stalls_start() to dip_stalls_stop(), both
 * on the main thread. */
typedef struct _DipStalls DipStalls;

typedef struct
{
  double longest; /* milliseconds between two turns of the main loop */
  double own;     /* the longest without what it waited for a processor */
  double idle;    /* the same of a thread that only sleeps: the machine's part */
  double others;  /* share of one processor that other programs had, from 0 on */
} DipStallFigures;

DipStalls *dip_stalls_start (void);

/* Frees @self. */
DipStallFigures dip_stalls_stop (DipStalls *self);

G_END_DECLS
