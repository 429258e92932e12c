#pragma once

#include <gtk/gtk.h>

#include "app/files/library.h"

G_BEGIN_DECLS

#define DIP_TYPE_LIBRARY_STRIP (dip_library_strip_get_type ())

G_DECLARE_FINAL_TYPE (DipLibraryStrip, dip_library_strip, DIP, LIBRARY_STRIP, GtkWidget)

/* A strip of thumbnails with seed and settings.  One can be selected, or several; a
 * right click offers what can be done (the "win.library-…" actions).
 *
 * ::selected  the selection is another one
 */
GtkWidget *dip_library_strip_new (DipLibrary *library);

/* What is selected, newest first; DipLibraryEntry. */
GPtrArray *dip_library_strip_get_selected (DipLibraryStrip *self);

/* Selects @entry alone, without ::selected. */
void dip_library_strip_select (DipLibraryStrip *self, DipLibraryEntry *entry);

G_END_DECLS
