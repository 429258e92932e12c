#pragma once

#include "app/runs/take.h"

G_BEGIN_DECLS

/* Saves the last frame of @take into the library's @folder (app/files/library.h).  Any
 * thread; blocks on the disk.  Returns the path of the picture, or NULL.
 */
char *dip_save_take (DipTake *take, const char *folder, double seconds, GError **error);

G_END_DECLS
