#pragma once

#include <gtk/gtk.h>

#include "app/files/library-entry.h"

G_BEGIN_DECLS

/* Logical pixels of one view; a thumbnail shows CC and MLO side by side. */
#define DIP_THUMBNAIL_SIDE 72

/* Shows the entry's thumbnail in @picture as soon as a thread has read it; kept with the
 * entry for the next time.
 */
void dip_thumbnail_show (GtkPicture *picture, DipLibraryEntry *entry);

G_END_DECLS
