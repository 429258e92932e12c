#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes the calling thread, and every thread that it starts from now on, give way to
 * the others: a denoising step may keep all cores busy for seconds, and what draws the
 * window or answers a key must not wait for it.  lavapipe's threads are started by the
 * thread that first asks for a device and inherit this.
 *
 * Cannot be taken back without privileges, so call it on a thread of one's own, never
 * on one of a pool.  Where the system has no such thing, nothing happens.
 */
void dip_thread_give_way (void);

G_END_DECLS
