#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the demo checkpoint is: the source tree's when the program runs from the
 * build tree, else the one installed beside the program (an installation may be moved
 * as a whole), else the one of the prefix it was built for.  Whether it is there is for
 * dip_checkpoint_open() to say.  Free with g_free(). */
char *dip_demo_find (void);

G_END_DECLS
