#pragma once

#include <glib.h>

/* The program's heap use in bytes, counted by wrapping malloc: its highest value since
 * the last reset, above the value at the reset.  Always 0 where a sanitizer owns malloc
 * (see dip_heap_is_counted()). */
gboolean dip_heap_is_counted (void);
void dip_heap_reset_peak (void);
gsize dip_heap_get_peak (void);

/* How often memory was asked for so far: by the calling thread, or by all. */
guint64 dip_heap_get_n_calls (void);
guint64 dip_heap_get_n_calls_of_all (void);
