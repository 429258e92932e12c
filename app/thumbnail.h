#pragma once

#include <gtk/gtk.h>

#include "app/files/library-entry.h"
#include "app/runs/take.h"

G_BEGIN_DECLS

/* Logical pixels of one view; a thumbnail shows CC and MLO side by side. */
#define DIP_THUMBNAIL_SIDE 72

/* Shows the entry's thumbnail in @picture as soon as a thread has read it: once for all
 * pictures that want it, and kept as long as one of them shows it.  NULL: shows none.
 */
void dip_thumbnail_show (GtkPicture *picture, DipLibraryEntry *entry);

/* The same of a take's last frame, at once. */
void dip_thumbnail_show_take (GtkPicture *picture, DipTake *take);

G_END_DECLS
